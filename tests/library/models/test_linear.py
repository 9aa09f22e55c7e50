"""Least squares: weights, missing values, what is refused."""

import numpy as np
import pandas as pd
import pytest
from small_design import CONTRAST, DESIGN

from secretome.models import contrasts, linear
from secretome.normalise import log2_cpm, tmm_factors


def test_equal_weights_change_nothing():
    values = np.random.default_rng(0).normal(size=(50, 7))
    plain = contrasts.estimate(linear.fit(values, DESIGN), CONTRAST)
    weighted = contrasts.estimate(linear.fit(values, DESIGN, np.full(values.shape, 3.0)), CONTRAST)
    pd.testing.assert_frame_equal(plain, weighted)


def test_missing_values_are_left_out_gene_by_gene(counts):
    values = log2_cpm(counts, tmm_factors(counts))
    values[0, [1, 5]] = np.nan
    values[1, [0, 1, 2, 3]] = np.nan  # no value of the second group is left
    fitted = linear.fit(values, DESIGN)
    alone = linear.fit(np.delete(values[:1], [1, 5], axis=1), np.delete(DESIGN, [1, 5], axis=0))
    table, own = contrasts.estimate(fitted, CONTRAST), contrasts.estimate(alone, CONTRAST)
    np.testing.assert_allclose(table.iloc[0].drop("q_value"), own.iloc[0].drop("q_value"), rtol=1e-9)
    assert fitted.residual_df[0] == 2
    untested = table.iloc[1]
    assert untested[["log2_fold_change", "standard_error", "p_value", "ci_low"]].isna().all()
    assert table.iloc[2:].notna().all().all()


def test_weights_and_correlation_are_those_of_the_textbook_with_values_missing_or_not():
    random = np.random.default_rng(1)
    values, weights = random.normal(size=(6, 7)), random.uniform(0.5, 2, (6, 7))
    values[2, 3] = values[3, [0, 6]] = np.nan
    same = np.array([0, 0, 1, 1, 2, 2, 2])
    correlation = np.where(np.eye(7) == 1, 1, np.where(same[:, None] == same, 0.4, 0))
    for own_weights in (None, weights):
        fitted = linear.fit(values, DESIGN, own_weights, correlation)
        for gene in range(6):
            here = ~np.isnan(values[gene])
            scale = np.diag((np.ones(7) if own_weights is None else own_weights[gene])[here] ** -0.5)
            inverse = np.linalg.inv(scale @ correlation[np.ix_(here, here)] @ scale)
            matrix, own = DESIGN[here], values[gene, here]
            covariance = np.linalg.inv(matrix.T @ inverse @ matrix)
            np.testing.assert_allclose(fitted.unscaled_covariance[gene], covariance, rtol=1e-9)
            np.testing.assert_allclose(fitted.coefficients[gene], covariance @ matrix.T @ inverse @ own, rtol=1e-9)
            left = own - matrix @ fitted.coefficients[gene]
            df = here.sum() - 3
            np.testing.assert_allclose(fitted.variance[gene], left @ inverse @ left / df, rtol=1e-9)
            assert fitted.residual_df[gene] == df


def test_no_correlation_changes_nothing_and_missing_values_need_no_weight():
    values = np.random.default_rng(2).normal(size=(20, 7))
    weights = np.random.default_rng(3).uniform(0.5, 2, values.shape)
    plain = contrasts.estimate(linear.fit(values, DESIGN, weights), CONTRAST)
    independent = contrasts.estimate(linear.fit(values, DESIGN, weights, np.eye(7)), CONTRAST)
    pd.testing.assert_frame_equal(plain, independent)
    values[4, 1] = weights[4, 1] = np.nan
    table = contrasts.estimate(linear.fit(values, DESIGN, weights), CONTRAST)
    pd.testing.assert_frame_equal(table.drop(columns="q_value").drop(4), plain.drop(columns="q_value").drop(4))
    assert np.isfinite(table["p_value"][4])


def test_patterns_hand_out_every_gene_once_in_small_parts(monkeypatch):
    present = np.random.default_rng(4).random((50, 3)) < 0.7
    monkeypatch.setattr(linear, "LARGEST_BLOCK", 4 * 9)
    parts = list(linear.patterns(present))
    assert sorted(np.concatenate([rows for rows, _ in parts])) == list(range(50))
    assert max(len(rows) for rows, _ in parts) == 4
    for rows, columns in parts:
        assert (present[rows] == np.isin(np.arange(3), columns)).all()


@pytest.mark.parametrize("correlation", [np.eye(6), 2 * np.eye(7), np.ones((7, 7)), np.triu(np.ones((7, 7)))])
def test_what_is_no_correlation_is_refused(correlation):
    with pytest.raises(ValueError, match="correlation"):
        linear.fit(np.ones((2, 7)), DESIGN, correlation=correlation)


@pytest.mark.parametrize(
    ("values", "design", "says"),
    [
        (np.ones((2, 6)), DESIGN, "do not fit"),
        (np.full((2, 7), np.inf), DESIGN, "finite"),
        (np.ones((2, 7)), np.column_stack([DESIGN, DESIGN[:, 0]]), "rank"),
        (np.ones((2, 7)), np.eye(7), "degree of freedom"),
    ],
)
def test_models_that_cannot_be_fitted_are_refused(values, design, says):
    with pytest.raises(ValueError, match=says):
        linear.fit(values, design)


def test_weights_must_be_positive():
    with pytest.raises(ValueError, match="positive"):
        linear.fit(np.ones((2, 7)), DESIGN, np.zeros((2, 7)))


@pytest.mark.parametrize("weighted", [True, False])
@pytest.mark.parametrize("missing", [True, False])
def test_what_rounding_leaves_is_no_variance(weighted, missing):
    """A gene at a floor of 3.1 does not vary; 1e-31 would pass for the smallest variance of all."""
    values = np.vstack([np.full(6, 3.1), 3.1 + np.arange(6) * 1e-6, np.full(6, 0.1)])
    values[:, 5] = np.nan if missing else values[:, 5]
    weights = np.random.default_rng(0).uniform(0.3, 3, values.shape) if weighted else None
    variance = linear.fit(values, np.repeat(np.eye(2), 3, axis=0), weights).variance
    np.testing.assert_array_equal(variance[[0, 2]], 0)
    assert variance[1] > 1e-13
