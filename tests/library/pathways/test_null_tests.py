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
GENE_SETS, FOOTPRINTS = (Collection("c", {}, weighted) for weighted in (False, True))


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
    tests = null_tests(collection, fitted, 1)
    assert set(tests) == methods
    assert {name for name, test in tests.items() if not test.calibrated} == methods & {"camera_fixed", "gsea"}
    for test in tests.values():
        p_values = test.p_values(fitted.effects, fitted.errors, SETS)
        assert p_values.shape == (4,)
        assert ((p_values > 0) & (p_values <= 1)).all()


def test_the_p_values_are_those_of_the_tests_themselves():
    fitted = fitted_with(6)
    given = (fitted.effects, fitted.errors, SETS)
    tests = null_tests(GENE_SETS, fitted, 1)
    np.testing.assert_array_equal(tests["fry"].p_values(*given), fry(*given, fitted.genes)["p_value"])
    np.testing.assert_array_equal(tests["camera_fixed"].p_values(*given), camera_fixed(*given)["p_value"])
    scores = sample_scores(fitted.values, SETS)
    np.testing.assert_allclose(
        null_tests(FOOTPRINTS, fitted, 1)["score"].p_values(*given),
        compare_scores(scores, fitted.design.matrix, fitted.design.contrast)["p_value"],
    )


def test_sets_that_cannot_be_told_apart_have_no_p_values():
    fitted = fitted_with(6)
    p_values = null_tests(FOOTPRINTS, fitted, 1)["mlm"].p_values(fitted.effects, fitted.errors, [*SETS, SETS[0]])
    assert p_values.size == 0


def test_the_rates_of_all_methods_can_be_counted():
    fitted = fitted_with(8)
    rates = null_rates(fitted.effects, fitted.errors, SETS, null_tests(GENE_SETS, fitted, 1), 1)
    assert set(rates["method"]) == {"fry", "relative", "score", "roast", "camera", "camera_fixed", "gsea"}
    assert (rates.query("level == 0.05")["rate"] < 0.25).all()
