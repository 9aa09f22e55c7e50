"""Fieller's interval: against its definition, and where it is unbounded."""

import math

import numpy as np
import pytest

from secretome.published.fieller import BOUNDED, EVERYTHING, OUTSIDE, ratio_interval


def holds(ratio, estimates, variances, covariance, quantile):
    """Whether a ratio is within the interval, by the definition."""
    difference = estimates[0] - ratio * estimates[1]
    variance = variances[0] - 2 * ratio * covariance + ratio**2 * variances[1]
    return abs(difference) <= quantile * math.sqrt(variance)


@pytest.mark.parametrize(
    ("estimates", "variances", "covariance", "kind"),
    [
        ((50.0, 70.0), (90.0, 40.0), 40.0, BOUNDED),
        ((-3.0, 70.0), (90.0, 40.0), 0.0, BOUNDED),
        ((50.0, 5.0), (90.0, 40.0), 10.0, OUTSIDE),
        ((2.0, 5.0), (90.0, 40.0), 0.0, EVERYTHING),
    ],
)
def test_exactly_the_compatible_ratios_are_inside(estimates, variances, covariance, kind):
    found = ratio_interval(estimates, variances, covariance, 2.0)
    assert found.kind == kind
    assert found.estimate == estimates[0] / estimates[1]
    for ratio in np.linspace(-60, 60, 4801):
        inside = {
            BOUNDED: found.low <= ratio <= found.high,
            OUTSIDE: ratio <= found.low or ratio >= found.high,
            EVERYTHING: True,
        }[kind]
        assert inside == holds(ratio, estimates, variances, covariance, 2.0)


def test_a_known_denominator_gives_the_plain_interval():
    found = ratio_interval((10.0, 4.0), (1.0, 0.0), 0.0, 2.0)
    assert (found.low, found.high) == (2.0, 3.0)


def test_a_denominator_of_zero_has_no_ratio():
    found = ratio_interval((1.0, 0.0), (1.0, 1.0), 0.0, 2.0)
    assert math.isnan(found.estimate)
    assert found.kind == EVERYTHING
