"""Correlations of contrasts from designs and from fits, against the covariance of one model of all groups."""

import numpy as np
import pandas as pd
import pytest

from secretome.comparison.engines import ContrastFit
from secretome.designs.design import build
from secretome.models import linear
from secretome.synthesis import correlations
from secretome.synthesis.independence import average, covariances_of_errors

SHEET = {
    "sample": [f"s{number}" for number in range(9)],
    "dose": ["none"] * 3 + ["low"] * 3 + ["high"] * 3,
    "batch": ["x", "y", "z"] * 3,
}


def designs_of(**more):
    return {
        level: build(SHEET, "sample", {"variable": "dose", "level": level, "reference": "none", **more})
        for level in ("low", "high")
    }


def part(design, *levels):
    """The design of the samples of some groups alone, each contrast in a model of its own."""
    names = [name for level in levels for name in design.groups[level]]
    sheet = {
        column: [value for value, name in zip(values, SHEET["sample"], strict=True) if name in names]
        for column, values in SHEET.items()
    }
    return build(sheet, "sample", {"variable": "dose", "level": levels[1], "reference": levels[0]})


def fit_of(design, values, weights=None, correlation=None):
    genes = pd.Index([f"G{number}" for number in range(len(values))], dtype=object)
    table = pd.DataFrame(index=genes)
    fitted = linear.fit(values, design.matrix, weights)
    return ContrastFit("voom", np.ones(len(values), bool), table, values, weights, correlation, fitted)


def test_two_contrasts_with_one_control_have_half_their_variance_in_common():
    found = correlations.of_designs(designs_of())
    np.testing.assert_allclose(found.of(["low", "high"], pd.Index(["A", "B"])), [[[1, 0.5], [0.5, 1]]] * 2)


def test_contrasts_fitted_apart_are_correlated_by_the_samples_they_share():
    whole = designs_of()
    apart = {level: part(whole[level], "none", level) for level in whole}
    np.testing.assert_allclose(correlations.of_designs(apart).designs, correlations.of_designs(whole).designs)
    # One goes to the low dose, the other comes from it.
    chained = {"one": part(whole["low"], "none", "low"), "other": part(whole["low"], "low", "high")}
    assert correlations.of_designs(chained).designs[0, 1] == pytest.approx(-0.5)


def test_the_covariance_of_one_model_is_that_of_its_fit_also_with_blocks():
    designs = designs_of(block=["batch"])
    matrix = designs["low"].matrix
    named = [dict(zip(one.samples, correlations.estimator(one), strict=True)) for one in designs.values()]
    inverse = np.linalg.inv(matrix.T @ matrix)
    as_low = np.array([one.contrast @ np.linalg.pinv(one.matrix) @ matrix for one in designs.values()])
    np.testing.assert_allclose(correlations.unscaled_covariance(named), as_low @ inverse @ as_low.T, atol=1e-12)


@pytest.mark.parametrize("missing", [False, True])
def test_the_mean_of_weighted_contrasts_has_the_error_of_the_contrast_of_the_mean(missing):
    random = np.random.default_rng(4)
    values, weights = random.normal(size=(5, 9)), random.uniform(0.2, 3, (5, 9))
    if missing:
        values[1, [0, 5]] = values[2, 8] = np.nan
    designs = designs_of()
    fits = {name: fit_of(one, values, weights) for name, one in designs.items()}
    found = correlations.of_fits(designs, fits)
    genes = fits["low"].table.index
    middle = build(SHEET, "sample", {"variable": "dose", "weights": {"low": 0.5, "high": 0.5, "none": -1}})
    error = {}
    for name, one in [*designs.items(), ("middle", middle)]:
        covariance = linear.fit(values, one.matrix, weights).unscaled_covariance
        error[name] = np.sqrt(np.einsum("i,gij,j->g", one.contrast, covariance, one.contrast))
    errors = np.column_stack([error["low"], error["high"]])
    mean = average(np.zeros((5, 2)), covariances_of_errors(found.of(["low", "high"], genes), errors))
    np.testing.assert_allclose(mean.errors, error["middle"])
    plain = average(np.zeros((5, 2)), covariances_of_errors(found.designs, errors))
    assert not np.allclose(plain.errors, error["middle"], rtol=0.01)


def test_genes_without_weights_and_fits_with_blocks_count_as_their_designs():
    random = np.random.default_rng(5)
    values, weights = random.normal(size=(2, 9)), random.uniform(0.2, 3, (2, 9))
    designs = designs_of()
    fits = {name: fit_of(one, values, weights) for name, one in designs.items()}
    half = [[1, 0.5], [0.5, 1]]
    found = correlations.of_fits(designs, fits).of(["low", "high"], pd.Index(["G1", "unknown"]))
    assert abs(found[0, 0, 1] - 0.5) > 0.01
    np.testing.assert_allclose(found[1], half)
    fits["high"] = fit_of(designs["high"], values, weights, np.eye(9))
    blocked = correlations.of_fits(designs, fits).of(["low", "high"], pd.Index(["G1"]))
    np.testing.assert_allclose(blocked[0], half)


def test_the_order_of_contrasts_is_the_one_asked_for():
    sheet = {**SHEET, "dose": ["none"] * 4 + ["low"] * 3 + ["high"] * 2}
    designs = {
        level: build(sheet, "sample", {"variable": "dose", "level": level, "reference": other})
        for level, other in (("low", "none"), ("high", "low"), ("none", "high"))
    }
    found = correlations.of_designs(designs)
    there = found.of(["low", "none"], pd.Index(["A"]))[0]
    assert there[0, 1] == pytest.approx(found.designs[0, 2])
    with pytest.raises(KeyError, match="other"):
        found.of(["low", "other"], pd.Index(["A"]))
