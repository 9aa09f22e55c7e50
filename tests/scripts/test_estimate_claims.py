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
    {"paper": "p", "claim": "set", "feature": {"gene_set": "FIRST", "collection": "sets"}, "direction": "up"},
    {"paper": "p", "claim": "absent", "feature": {"gene": "NONE"}, "direction": "up"},
]


@pytest.fixture
def run(tmp_path, settings):
    def of(expression: str) -> tuple[pd.DataFrame, pd.DataFrame]:
        differential = compare(read_expression(expression), settings).differential
        paths = {}
        texts = {"collection": "sets", "gene_set": "FIRST", "method": "fry", "leading_genes": ""}
        row = {**dict.fromkeys(PATHWAYS.columns, 1.0), **texts, "size": 18, "calibrated": True}
        tested = pd.DataFrame([row]) if len(differential) else empty_table(PATHWAYS)
        for contract in (DIFFERENTIAL, SECRETOME, PATHWAYS, SIGNALS):
            paths[contract.name] = str(tmp_path / f"{contract.name}.tsv")
            table = {"differential": differential, "pathways": tested}.get(contract.name, empty_table(contract))
            write_table(paths[contract.name], table, contract)
        pair = {"estimates": ESTIMATES, "variants": CLAIM_VARIANTS}
        outputs = {name: str(tmp_path / f"{contract.name}.tsv") for name, contract in pair.items()}
        sets = tmp_path / "sets.gmt"
        sets.write_text("FIRST\tabout\t" + "\t".join(f"G{i}" for i in range(20)) + "\n")
        described = {"origin": "bundled", "kind": "gene_sets", "format": "gmt", "smallest": 2, "largest": 500}
        panel = {"collections": {"sets": described}, "signals": {}, "ligands": ["G0"]}
        given = {**settings, "asked": ASKED, "panel": panel, "ligands": ["G1"]}
        estimate_claims.main(expression, paths, [str(sets)], outputs, given)
        return read_table(outputs["estimates"], ESTIMATES).set_index("claim"), read_table(
            outputs["variants"], CLAIM_VARIANTS
        )

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
    assert set(variants["claim"]) == {"rises", "low", "set"}
    for claim in ("rises", "low", "set"):
        assert without.loc[without["claim"] == claim, "variant"].to_list() == list("abcdef")
    assert (without["ci_low"] < without["ci_high"]).all()


def test_an_unavailable_study_gives_tables_without_rows(run, no_expression):
    assert all(table.empty for table in run(no_expression))
