import pandas as pd
import pytest

import estimate_claims
from secretome.claims.estimates import ESTIMATES
from secretome.claims.refits import CLAIM_VARIANTS
from secretome.comparison.compare import compare
from secretome.expression import read_expression
from secretome.tables import DIFFERENTIAL, PATHWAYS, SECRETOME, SIGNALS, empty_table, read_table, write_table

ASKED = [
    {"paper": "p", "claim": "rises", "feature": {"gene": "G3"}, "direction": "up"},
    {"paper": "p", "claim": "low", "feature": {"gene": "G119"}, "direction": "up"},
    {"paper": "p", "claim": "absent", "feature": {"gene": "NONE"}, "direction": "up"},
]


@pytest.fixture
def run(tmp_path, settings):
    def of(expression: str) -> tuple[pd.DataFrame, pd.DataFrame]:
        differential = compare(read_expression(expression), settings).differential
        paths = {}
        for contract in (DIFFERENTIAL, SECRETOME, PATHWAYS, SIGNALS):
            paths[contract.name] = str(tmp_path / f"{contract.name}.tsv")
            table = differential if contract is DIFFERENTIAL else empty_table(contract)
            write_table(paths[contract.name], table, contract)
        out, variants = (str(tmp_path / f"{contract.name}.tsv") for contract in (ESTIMATES, CLAIM_VARIANTS))
        estimate_claims.main(expression, paths, out, variants, {**settings, "asked": ASKED})
        return read_table(out, ESTIMATES).set_index("claim"), read_table(variants, CLAIM_VARIANTS)

    return of


def test_each_claim_has_its_estimate_or_says_why_not(run, expression):
    table, _ = run(expression)
    assert table.loc["rises", "ci_low"] > 1
    assert table.loc["rises", "problem"] == ""
    assert table.loc["low", "ci_low"] < table.loc["low", "ci_high"]  # a gene of a claim passes by the filter
    assert "NONE was not measured" in table.loc["absent", "problem"]


def test_each_claim_with_an_interval_is_estimated_again_without_each_sample(run, expression):
    _, variants = run(expression)
    without = variants[variants["kind"] == "sample"]
    assert set(variants["claim"]) == {"rises", "low"}
    for claim in ("rises", "low"):
        assert without.loc[without["claim"] == claim, "variant"].to_list() == list("abcdef")
    assert (without["ci_low"] < without["ci_high"]).all()


def test_an_unavailable_study_gives_tables_without_rows(run, no_expression):
    assert all(table.empty for table in run(no_expression))
