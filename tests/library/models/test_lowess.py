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
