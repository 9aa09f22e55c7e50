"""What the stages wrote, read for the verdicts."""

import pandas as pd

from secretome.claims.check import CLAIMS
from secretome.claims.estimates import ESTIMATES
from secretome.claims.refits import CLAIM_VARIANTS
from secretome.claims.results import read_claims, read_results, read_variants
from secretome.claims.stability import CLAIM_STABILITY
from secretome.expression import unavailable, write_expression
from secretome.files import write_json
from secretome.tables import empty_table, write_table


def test_everything_has_the_study_and_the_contrast_of_its_folder(tmp_path):
    folder = tmp_path / "study/drug"
    write_table(folder / "claim_estimates.tsv", empty_table(ESTIMATES), ESTIMATES)
    write_json(folder / "fit.json", {"unavailable": ["one", "two"], "warnings": [{"code": "W05"}, {"code": "W05"}]})
    write_json(tmp_path / "study/quality.json", {"warnings": [{"code": "W10"}]})
    write_expression(tmp_path / "study/expression.h5ad", unavailable(["gone", "too"], {}))
    found = read_results(
        {
            "estimates": [str(folder / "claim_estimates.tsv")],
            "fits": [str(folder / "fit.json")],
            "quality": [str(tmp_path / "study/quality.json")],
            "expressions": [str(tmp_path / "study/expression.h5ad")],
            "published": [],
        }
    )
    pd.testing.assert_frame_equal(found.estimates["study", "drug"], empty_table(ESTIMATES), check_dtype=False)
    assert found.not_compared == {("study", "drug"): "one; two"}
    assert found.warnings == {("study", "drug"): ["W10", "W05"]}
    assert found.unavailable == {"study": "gone"}
    assert found.published == {}


def test_variants_have_the_study_and_the_contrast_of_their_folder(tmp_path):
    path = tmp_path / "study/drug/claim_variants.tsv"
    write_table(path, empty_table(CLAIM_VARIANTS), CLAIM_VARIANTS)
    assert list(read_variants([str(path)])) == [("study", "drug")]


def test_verdicts_are_read_with_their_stability(tmp_path):
    paths = {"claims": str(tmp_path / "claims.tsv"), "stability": str(tmp_path / "claim_stability.tsv")}
    for path, contract in zip(paths.values(), (CLAIMS, CLAIM_STABILITY), strict=True):
        write_table(path, empty_table(contract), contract)
    claims, stability = read_claims(paths)
    assert [list(claims), list(stability)] == [list(CLAIMS.columns), list(CLAIM_STABILITY.columns)]
