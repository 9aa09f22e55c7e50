"""The tests that are tried on simulated data are those of the table."""

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from secretome.models.rotation import rotation_effects
from secretome.pathways.camera import camera_fixed
from secretome.pathways.collections import Collection, MeasuredSet
from secretome.pathways.fitted import FittedContrast
from secretome.pathways.fry import fry
from secretome.pathways.null_rates import null_rates
from secretome.pathways.null_tests import null_tests
from secretome.pathways.sample_scores import compare_scores, sample_scores

GENES = 400
SETS = [MeasuredSet(str(i), np.arange(25 * i, 25 * i + 25), np.ones(25)) for i in range(4)]
GENE_SETS, FOOTPRINTS = Collection("sets", {}, False), Collection("footprints", {}, True)


def fitted_with(samples):
    """A contrast of two groups of genes that do not change."""
    matrix = np.repeat(np.eye(2), samples // 2, axis=0)
    design = SimpleNamespace(matrix=matrix, contrast=np.array([1.0, -1.0]))
    rng = np.random.default_rng(0)
    values = rng.uniform(2, 14, GENES)[:, None] + rng.normal(size=(GENES, samples))
    effects = rotation_effects(values, matrix, design.contrast)
    names = [f"g{i:03d}" for i in range(GENES)]
    table = pd.DataFrame(index=names)
    model = SimpleNamespace(correlation=None)
    return FittedContrast(model, design, table, values, effects, np.ones(GENES), *[np.ones(GENES)] * 2)


@pytest.mark.parametrize(
    ("collection", "samples", "methods"),
    [
        (GENE_SETS, 6, {"fry", "relative", "score", "roast", "camera", "camera_fixed", "gsea"}),
        (GENE_SETS, 4, {"fry", "relative", "score", "roast", "camera_fixed", "gsea"}),
        (FOOTPRINTS, 6, {"fry", "relative", "score", "ulm", "mlm"}),
    ],
)
def test_every_method_of_the_collection_is_tried_and_gives_p_values(collection, samples, methods):
    fitted = fitted_with(samples)
    tests = null_tests([collection], fitted, 1)[collection.name]
    assert set(tests) == methods
    assert {name for name, test in tests.items() if not test.calibrated} == methods & {"camera_fixed", "gsea"}
    for test in tests.values():
        p_values = test.p_values(fitted.effects, fitted.errors, SETS)
        assert p_values.shape == (4,)
        assert ((p_values > 0) & (p_values <= 1)).all()


def test_the_p_values_are_those_of_the_tests_themselves():
    fitted = fitted_with(6)
    given = (fitted.effects, fitted.errors, SETS)
    tests = null_tests([GENE_SETS], fitted, 1)["sets"]
    np.testing.assert_array_equal(tests["fry"].p_values(*given), fry(*given, fitted.genes)["p_value"])
    np.testing.assert_array_equal(tests["camera_fixed"].p_values(*given), camera_fixed(*given)["p_value"])
    scores = sample_scores(fitted.values, SETS)
    np.testing.assert_allclose(
        null_tests([FOOTPRINTS], fitted, 1)["footprints"]["score"].p_values(*given),
        compare_scores(scores, fitted.design.matrix, fitted.design.contrast)["p_value"],
    )


def test_sets_that_cannot_be_told_apart_have_no_p_values():
    fitted = fitted_with(6)
    p_values = null_tests([FOOTPRINTS], fitted, 1)["footprints"]["mlm"].p_values(
        fitted.effects, fitted.errors, [*SETS, SETS[0]]
    )
    assert np.isnan(p_values).all()


def test_a_set_without_a_test_has_no_p_value_and_keeps_its_place():
    fitted = fitted_with(6)
    everything = MeasuredSet("0", np.arange(GENES), np.ones(GENES))
    fixed = null_tests([GENE_SETS], fitted, 1)["sets"]["camera_fixed"]
    p_values = fixed.p_values(fitted.effects, fitted.errors, [SETS[0], everything, SETS[1]])
    assert np.isnan(p_values).tolist() == [False, True, False]


def test_what_asks_each_set_by_itself_is_one_test_for_all_collections():
    more = Collection("more", {}, False)
    tests = null_tests([GENE_SETS, FOOTPRINTS, more], fitted_with(6), 1)
    assert tests["sets"]["fry"] is tests["footprints"]["fry"]
    assert tests["sets"]["gsea"] is tests["more"]["gsea"]
    # The scores of a collection borrow from one another.
    assert tests["sets"]["score"] is not tests["more"]["score"]


def test_the_rates_of_all_methods_can_be_counted():
    fitted = fitted_with(8)
    tests = null_tests([GENE_SETS, FOOTPRINTS], fitted, 1)
    sets = {"sets": SETS, "footprints": SETS[:3]}
    rates = null_rates(fitted.effects, fitted.errors, sets, tests, 1)
    assert set(rates.query("collection == 'sets'")["method"]) == set(tests["sets"])
    assert set(rates.query("collection == 'footprints'")["method"]) == set(tests["footprints"])
    assert (rates.query("level == 0.05")["rate"] < 0.3).all()
