"""The engine as one function gives what the models give."""

import numpy as np
import pytest

from secretome.diagnostics import refit
from secretome.models import contrasts, linear, moderation
from secretome.models.borrowing import Borrowing

MATRIX = np.repeat(np.eye(2), 4, axis=0)
CONTRAST = np.array([1.0, -1])
ALL = np.arange(8)


@pytest.fixture
def values():
    return np.random.default_rng(0).normal(size=(200, 8)) + np.linspace(2, 9, 200)[:, None]


@pytest.mark.parametrize("trend", [True, False])
def test_it_is_the_moderated_test(values, trend):
    fitted = linear.fit(values, MATRIX)
    expected = contrasts.estimate(fitted, CONTRAST, moderation.moderate(fitted, trend=trend))["p_value"]
    np.testing.assert_array_equal(refit.linear_models(CONTRAST, Borrowing(trend))(values, None, MATRIX, ALL), expected)


def test_without_moderation_each_gene_stands_for_itself(values):
    engine = refit.linear_models(CONTRAST, None)
    alone = engine(values[:1], None, MATRIX, ALL)
    np.testing.assert_allclose(engine(values, None, MATRIX, ALL)[:1], alone)


def test_weights_and_the_correlation_of_the_samples_that_are_left_are_used(values):
    weights = np.random.default_rng(1).uniform(0.5, 2, values.shape)
    correlation = np.eye(8) + 0.4 * np.kron(np.ones((2, 2)) - np.eye(2), np.eye(4))
    left = np.array([0, 1, 2, 4, 5, 6])
    found = refit.linear_models(CONTRAST, correlation=correlation)(
        values[:, left], weights[:, left], MATRIX[left], left
    )
    fitted = linear.fit(values[:, left], MATRIX[left], weights[:, left], correlation[np.ix_(left, left)])
    expected = contrasts.estimate(fitted, CONTRAST, moderation.moderate(fitted))["p_value"]
    np.testing.assert_array_equal(found, expected)


def test_robust_hyperparameters_are_those_of_the_contrast(values):
    values[:8] *= 20
    fitted = linear.fit(values, MATRIX)
    expected = contrasts.estimate(fitted, CONTRAST, moderation.moderate(fitted, robust=True))["p_value"]
    found = refit.linear_models(CONTRAST, Borrowing(robust=True))(values, None, MATRIX, ALL)
    np.testing.assert_array_equal(found, expected)
    assert not np.allclose(found, refit.linear_models(CONTRAST)(values, None, MATRIX, ALL))
