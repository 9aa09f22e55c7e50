"""Reading what is pooled, on made-up studies, and what is said of those that cannot be pooled."""

import made_up_collection as made_up
import numpy as np
import pandas as pd
import pytest

from secretome.comparison.engines import Engine, fit_contrast
from secretome.designs.design import build
from secretome.synthesis import results
from secretome.synthesis.results import averaged, not_pooled, pool_findings, read_findings

DOSES = {"low": made_up.contrast("low"), "high": made_up.contrast("high")}
GROUP = "braf_inhibitor_cells_acute"


def collection(folder, **more):
    studies = {
        "a": (made_up.study(), made_up.measured(1, "drug")),
        "b": (made_up.study(), made_up.measured(2, "drug")),
        "doses": (made_up.study(contrasts=DOSES), made_up.measured(3, "low", "high")),
        **more,
    }
    return read_findings(made_up.write(folder, studies), {key: file for key, (file, _) in studies.items()})


def test_the_rising_genes_of_three_studies_are_found(tmp_path):
    genes, signals = pool_findings(collection(tmp_path), 0.05)
    table = genes.table[genes.table["group"] == GROUP].set_index("gene")
    assert sorted(table.index) == made_up.SECRETED_GENES
    assert set(table.index[table["q_value"] <= 0.05]) == set(made_up.RISING)
    assert (table["k"] == 3).all()
    assert set(genes.studies["unit"]) == {"a", "b", "doses"}
    assert signals.table["gene"].unique().tolist() == ["akt"]
    assert signals.table["method"].unique().tolist() == ["single"]


def test_the_mean_of_two_doses_has_the_error_of_one_contrast(tmp_path):
    genes, _ = pool_findings(collection(tmp_path), 0.05)
    measured = made_up.measured(3, "low", "high")
    sheet = {"sample": measured.samples.index.to_list(), "treatment": measured.samples["treatment"].to_list()}
    mean = build(sheet, "sample", {"variable": "treatment", "weights": {"low": 0.5, "high": 0.5, "none": -1}})
    exact = fit_contrast(measured, mean, Engine()).table
    found = genes.studies.query("group == @GROUP and unit == 'doses'").set_index("gene")
    np.testing.assert_allclose(found["standard_error"], exact["standard_error"].reindex(found.index), rtol=1e-3)
    np.testing.assert_allclose(found["effect"], exact["log2_fold_change"].reindex(found.index), rtol=1e-6)


def test_only_contrasts_that_are_averaged_are_fitted_again(tmp_path):
    found = collection(tmp_path)
    assert averaged(found.genes, []) == {"doses": ["high", "low"]}
    assert averaged([one for one in found.genes if one.study == "doses"], []) == {}
    assert list(found.correlations) == ["doses"]


def test_deseq2_is_not_fitted_again(tmp_path, monkeypatch):
    monkeypatch.setattr(results, "fit_contrast", lambda *_: pytest.fail("fitted"))
    made_up.write(tmp_path, {"doses": (made_up.study(contrasts=DOSES), made_up.measured(3, "low", "high"))})
    file = made_up.study(contrasts=DOSES, method="deseq2")
    found = results.correlations_of(str(tmp_path / "doses/expression.h5ad"), file, ["low", "high"])
    np.testing.assert_allclose(found.designs, [[1, 0.5], [0.5, 1]])


def test_what_cannot_be_pooled_says_why_and_costs_nobody_else_anything(tmp_path):
    alone = made_up.study(contrasts={"drug": made_up.contrast() | {"model": _descriptive()}})
    nobody = made_up.study(contrasts={"drug": made_up.contrast("another")})
    more = {
        "gone": (made_up.study(), made_up.missing()),
        "alone": (alone, made_up.measured(4, "drug", replicates=1)),
        "nobody": (nobody, made_up.measured(5, "drug")),
    }
    genes, _ = pool_findings(collection(tmp_path, **more), 0.05)
    groups = genes.groups.query("group == @GROUP").set_index("study")
    assert groups["pooled"].to_dict() == {"a": True, "b": True, "doses": True} | dict.fromkeys(more, False)
    assert groups.loc["gone", "reason"] == "the study could not be had"
    assert groups.loc["alone", "reason"] == "has no replicates"
    assert groups.loc["nobody", "reason"].startswith("is not available: ")
    assert (genes.table.query("group == @GROUP")["units"] == 3).all()


def _descriptive():
    return {**made_up.contrast()["model"], "descriptive": True}


def test_slopes_and_differences_of_changes_are_not_pooled():
    fit, table = {"unavailable": [], "method": "voom"}, pd.DataFrame({"gene": ["A"]})
    assert not_pooled({"continuous": "dose"}, fit, table) == results.SLOPE
    assert not_pooled({"difference_of": ["a", "b"]}, fit, table) == results.DIFFERENCE
    assert not_pooled(made_up.contrast()["model"], fit, table) == ""


def test_studies_that_share_samples_are_refused(tmp_path):
    again = made_up.measured(1, "drug", first=3)
    genes, signals = pool_findings(collection(tmp_path, again=(made_up.study(), again)), 0.05)
    assert [one["code"] for one in genes.warnings] == ["W12"]
    assert "share 3 samples" in genes.warnings[0]["message"]
    assert not genes.groups.set_index("study").loc["again", "pooled"].any()
    assert set(signals.studies["unit"]) == {"a", "b", "doses"}
