"""Local regression: what it must leave as it is."""

import numpy as np

from secretome.models.lowess import lowess_curve


def test_a_line_stays_a_line_and_an_outlier_does_not_bend_it():
    x = np.linspace(0, 10, 200)
    y = 3 - 2 * x
    np.testing.assert_allclose(lowess_curve(x, y, 0.5), y, atol=1e-9)
    y = y + np.random.default_rng(1).normal(scale=0.01, size=200)
    bent = y.copy()
    bent[100] += 50
    np.testing.assert_allclose(lowess_curve(x, bent, 0.5), 3 - 2 * x, atol=0.02)


def test_points_that_lie_apart_are_fitted_as_in_r():
    # R: lowess(c(1, 2, 3, 4, 10, 20, 21, 22), c(2, 4, 5, 4, 5, 3, 8, 1), f = 0.5)$y
    x = np.array([1.0, 2, 3, 4, 10, 20, 21, 22])
    y = np.array([2.0, 4, 5, 4, 5, 3, 8, 1])
    np.testing.assert_allclose(lowess_curve(x, y, 0.5), [2, 4, 4, 4, 5, 3, 2, 1], rtol=1e-10)


def test_points_that_tie_have_one_height():
    x = np.repeat([1.0, 2, 3, 4, 5], 6)
    y = np.random.default_rng(2).normal(size=30)
    curve = lowess_curve(x, y, 0.6).reshape(5, 6)
    np.testing.assert_array_equal(curve, np.broadcast_to(curve[:, :1], curve.shape))


def test_one_point_is_its_own_curve():
    np.testing.assert_array_equal(lowess_curve(np.array([3.0]), np.array([7.0]), 0.5), [7])
