import pandas as pd
import pytest
from small_claim import paper

import check_claims
from secretome.claims.check import CLAIMS
from secretome.claims.estimates import ESTIMATES
from secretome.claims.refits import CLAIM_VARIANTS
from secretome.claims.stability import CLAIM_STABILITY
from secretome.files import write_json
from secretome.tables import NUMBER, empty_table, read_table, table_of, write_table


@pytest.fixture
def inputs(tmp_path, expression, no_expression):
    """A study that was had and one that was not, each with a contrast."""
    numbers = {name: (0.0 if kind == NUMBER else "") for name, kind in ESTIMATES.columns.items()}
    told = {"paper": "p", "claim": "falls", "effect": -3.0, "ci_low": -3.5, "ci_high": -2.5}
    for study in ("study", "missing"):
        folder = tmp_path / study / "drug"
        rows = [{**numbers, **told}] if study == "study" else []
        write_table(folder / "claim_estimates.tsv", table_of(rows, ESTIMATES), ESTIMATES)
        moved = {"effect": -1.0, "ci_low": -1.5, "ci_high": -0.5}
        variant = {"kind": "sample", "variant": "s1", **moved, "panel": "", "problem": ""}
        again = pd.DataFrame([{"paper": "p", "claim": "falls", **variant}]) if rows else empty_table(CLAIM_VARIANTS)
        write_table(folder / "claim_variants.tsv", again, CLAIM_VARIANTS)
        write_json(folder / "fit.json", {"unavailable": [], "warnings": [{"code": "W01", "message": "few"}]})
        write_json(tmp_path / study / "quality.json", {"warnings": []})
    folders = [tmp_path / study / "drug" for study in ("study", "missing")]
    return {
        "estimates": [str(folder / "claim_estimates.tsv") for folder in folders],
        "variants": [str(folder / "claim_variants.tsv") for folder in folders],
        "fits": [str(folder / "fit.json") for folder in folders],
        "quality": [str(folder.parent / "quality.json") for folder in folders],
        "expressions": [expression, no_expression],
        "published": [],
    }


def test_each_contrast_gets_its_verdict(tmp_path, inputs):
    contrast = {"drug_class": "braf_inhibitor", "setting": "acute", "descriptive": False}
    study = {
        "model": "A375 cells",
        "compartment": "cells",
        "technology": "rnaseq_counts",
        "contrasts": {"drug": contrast},
    }
    papers = {"p": paper("falls")}
    settings = {"papers": papers, "studies": {"study": study, "missing": study}}
    check_claims.main(inputs, str(tmp_path / "claims.tsv"), str(tmp_path / "claim_stability.tsv"), settings)
    table = read_table(tmp_path / "claims.tsv", CLAIMS).set_index("study")
    assert table["verdict"].to_dict() == {"study": "supported", "missing": "not_retrieved"}
    assert table.loc["study", "warnings"] == "W01"
    assert table.loc["missing", "why"] == "counts.tsv:3: two fields"
    (stable,) = read_table(tmp_path / "claim_stability.tsv", CLAIM_STABILITY).to_dict("records")
    assert (stable["study"], stable["variants"], stable["same"]) == ("study", 1, 0)
    assert stable["verdict_differs_in"] == "direction only without s1"
