"""The detection curve: found again where it was simulated, refused where there is none."""

import numpy as np
import pytest
from scipy.special import log_ndtr, ndtr

from secretome.models.dropout import FEWEST_WITH_GAPS, DetectionCurve, fit_curve, greatest_likelihood

GROUPS = np.array(["drug"] * 3 + ["none"] * 3)


def simulated(slope: float = 1.2, proteins: int = 1500, middles=20.0, seed: int = 1) -> np.ndarray:
    generator = np.random.default_rng(seed)
    drawn = generator.normal(22, 2, (proteins, 1)) + generator.normal(0, 0.4, (proteins, 6))
    values = np.where(generator.random(drawn.shape) < ndtr(slope * (drawn - middles)), drawn, np.nan)
    return values[~np.isnan(values).all(axis=1)]


def fitted(values: np.ndarray):
    return fit_curve(values, GROUPS, np.full(len(values), 0.16))


@pytest.mark.parametrize("slope", [0.6, 1.2, 2.4])
def test_the_curve_is_found_again(slope):
    curve, reason = fitted(simulated(slope))
    assert reason == ""
    assert curve.slope == pytest.approx(slope, rel=0.2)
    assert curve.middles == pytest.approx(np.full(6, 20), abs=0.5)
    assert curve.gain > 100


def test_samples_of_less_depth_have_a_higher_middle():
    middles = np.array([20.0, 20, 20, 21.5, 20, 20])
    curve, _ = fitted(simulated(middles=middles))
    assert curve.middles - curve.middles[0] == pytest.approx(middles - 20, abs=0.4)


def test_the_order_of_proteins_and_samples_does_not_matter():
    values = simulated()
    curve, _ = fitted(values)
    order = [5, 0, 3, 1, 4, 2]
    other, _ = fit_curve(values[::-1][:, order], GROUPS[order], np.full(len(values), 0.16))
    assert other.slope == pytest.approx(curve.slope, abs=2e-3)
    np.testing.assert_allclose(other.middles, curve.middles[order], atol=2e-3)


def test_without_gaps_there_is_no_curve():
    values = simulated()
    complete = values[~np.isnan(values).any(axis=1)]
    complete[: FEWEST_WITH_GAPS - 1, 0] = np.nan
    assert fitted(complete) == (None, f"only {FEWEST_WITH_GAPS - 1} proteins are detected in a part of a group")


def test_values_that_are_missing_at_random_show_no_curve():
    values = np.random.default_rng(2).normal(22, 2, (800, 1)) + np.random.default_rng(3).normal(0, 0.4, (800, 6))
    values[np.random.default_rng(4).random(values.shape) < 0.3] = np.nan
    curve, reason = fitted(values)
    assert curve is None
    assert "more often missing than high ones" in reason or "not missing more often" in reason


def test_high_values_that_are_missing_show_no_curve():
    values = -simulated()
    curve, reason = fitted(values)
    assert curve is None
    assert "more often missing than high ones" in reason or "not missing more often" in reason


def test_the_steepness_is_the_slope_of_a_mean():
    """Phi(slope (z − middle)) averaged over z of variance v is Phi(steepness (mean − middle))."""
    curve = DetectionCurve(1.5, np.zeros(1), 100, 100.0)
    drawn = np.random.default_rng(5).normal(0.7, np.sqrt(0.5), 400_000)
    chance = ndtr(0.7 * curve.steepness(np.array([0.5]))[0])
    assert ndtr(1.5 * drawn).mean() == pytest.approx(chance, abs=2e-3)


def test_the_greatest_likelihood_is_that_of_a_fine_grid():
    values = np.array([[21.0, 21.4, np.nan, 20.1], [np.nan, np.nan, 19.0, np.nan], [22.0, 22.2, 22.1, 21.9]])
    middles, variance, steepness = np.array([20.0, 20.5, 19.5, 20]), np.array([0.2, 0.3, 0.1]), np.array([1.2, 1, 2])
    grid = np.linspace(10, 30, 200_001)
    expected = []
    for row in range(3):
        there = ~np.isnan(values[row])
        log = -((values[row, there][:, None] - grid) ** 2).sum(axis=0) / (2 * variance[row])
        log += log_ndtr(-steepness[row] * (grid - middles[~there][:, None])).sum(axis=0)
        expected.append(log.max())
    np.testing.assert_allclose(greatest_likelihood(values, middles, variance, steepness), expected, atol=1e-6)
    nothing = greatest_likelihood(np.full((1, 4), np.nan), middles, variance[:1], steepness[:1])
    assert nothing.tolist() == [0]
