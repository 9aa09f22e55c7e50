"""Which tests a collection gets, and what is said of those it does not get."""

from dataclasses import replace

import numpy as np
import pytest
from simulated_pathways import HALLMARK, PROGENY, secretome, settings, study

from secretome.pathways import gene_set_tests
from secretome.pathways.collections import Collection, measured_sets
from secretome.pathways.fitted import fitted_contrast
from secretome.pathways.gene_set_tests import Hits, every_test, scores_of
from secretome.pathways.linear_scores import score_tests
from secretome.pathways.relative import relative
from secretome.pathways.sample_scores import compare_scores

HITS = Hits(secretome()["gene"][:12].to_list(), secretome()["gene"].to_list())


@pytest.fixture(scope="module")
def fitted():
    return fitted_contrast(study(8), settings())


def every(collection, fitted, hits=HITS):
    sets, _ = measured_sets(collection, fitted.genes)
    return every_test(collection, sets, fitted, hits, 1)


def test_each_kind_of_collection_has_its_methods(fitted):
    hallmark, progeny = every(HALLMARK, fitted), every(PROGENY, fitted)
    assert set(progeny.rows["method"]) == {"fry", "relative", "ulm", "mlm", "score"}
    plain = {"fry", "relative", "roast", "camera", "camera_fixed", "gsea", "over_representation", "score"}
    assert set(hallmark.rows["method"]) == plain
    exploratory = set(hallmark.rows.loc[~hallmark.rows["calibrated"], "method"])
    assert exploratory == {"camera_fixed", "gsea", "over_representation"}
    assert hallmark.scores.shape == (3, 8)
    assert set(hallmark.curves) == {"MOVES", "RESTS", "LIGAND"}


def test_q_values_are_within_a_method(fitted):
    rows = every(HALLMARK, fitted).rows
    lead = rows[rows["method"] == "fry"].sort_values("p_value")
    assert lead["q_value"].iloc[0] == pytest.approx(3 * lead["p_value"].iloc[0])


def test_camera_is_printed_from_four_residual_degrees_of_freedom_on():
    six = fitted_contrast(study(6), settings())
    assert six.residual_df == 4
    assert "camera" in set(every(HALLMARK, six).rows["method"])


def test_each_method_is_given_what_was_fitted():
    expression = study(8)
    sheet = expression.samples.assign(donor=list("aabbccdd"))
    contrast = {**settings()["contrast"], "random_block": "donor"}
    fitted = fitted_contrast(replace(expression, samples=sheet), settings(contrast=contrast))
    assert fitted.model.correlation is not None
    np.testing.assert_allclose(fitted.effects[:, 0] * fitted.errors, fitted.table["log2_fold_change"], atol=1e-10)
    # The correlation is near 0 here: one that can be seen.
    model = replace(fitted.model, correlation=np.kron(np.eye(4), [[1.0, 0.6], [0.6, 1.0]]))
    fitted = replace(fitted, model=model, variance=fitted.variance * np.linspace(1, 3, 400))
    rows = every(PROGENY, fitted).rows.set_index("method")
    sets, _ = measured_sets(PROGENY, fitted.genes)
    given = (fitted.effects, fitted.errors, sets)
    scores = scores_of(PROGENY, sets, fitted.values)
    design = (fitted.design.matrix, fitted.design.contrast, model.correlation)
    expected = {
        "score": compare_scores(scores, *design),
        "relative": relative(*given, fitted.values.mean(axis=1)),
        "ulm": score_tests("ulm", fitted.effects, sets, fitted.genes, (fitted.variance, fitted.df)),
    }
    for method, table in expected.items():
        assert rows.loc[method, "p_value"].to_list() == table["p_value"].to_list()


def test_footprints_that_cannot_be_told_apart_have_no_multivariate_scores(fitted):
    twins = Collection("p", {"A": PROGENY.sets["Up"], "B": PROGENY.sets["Up"]}, True)
    found = every(twins, fitted)
    assert "mlm" not in set(found.rows["method"])
    assert "A" in found.not_computed["mlm"]
    assert "B" in found.not_computed["mlm"]


def test_a_large_collection_gets_no_gsea(fitted, monkeypatch):
    monkeypatch.setattr(gene_set_tests, "MOST_SETS_FOR_GSEA", 2)
    found = every(HALLMARK, fitted)
    assert "gsea" not in set(found.rows["method"])
    assert found.curves == {}
    assert found.not_computed["gsea"] == "3 sets are more than 2"


def test_without_hits_nothing_is_over_represented(fitted):
    found = every(HALLMARK, fitted, Hits([], HITS.tested))
    assert found.not_computed["over_representation"] == "no secreted gene changes"


def test_without_sets_there_are_no_rows(fitted):
    for weighted in (False, True):
        assert every(Collection("none", {}, weighted), fitted).rows.empty
