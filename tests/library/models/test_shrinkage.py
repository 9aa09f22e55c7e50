"""Shrunken effects: closed forms, a known mixture, nothing, and the genes at the top of a list."""

import numpy as np
import pytest
from scipy import special, stats

from secretome.models import shrinkage

MANY = 1e6  # degrees of freedom: normal


def study(seed, share=0.3, size=1.0, genes=4000, residual_df=4, prior_df=4):
    """True effects, estimates, moderated standard errors and degrees of freedom of a study of 3 against 3."""
    random = np.random.default_rng(seed)
    variance = 0.09 * prior_df / random.chisquare(prior_df, genes)
    true = np.where(random.random(genes) < share, random.normal(0, size, genes), 0)
    effect = true + random.normal(size=genes) * np.sqrt(variance * 2 / 3)
    own = variance * random.chisquare(residual_df, genes) / residual_df
    moderated = (residual_df * own + prior_df * 0.09) / (residual_df + prior_df)
    return true, effect, np.sqrt(moderated * 2 / 3), np.full(genes, float(residual_df + prior_df))


def test_one_component_gives_the_posterior_of_the_textbook():
    effect, error = np.array([3.0, -1, 0, 0.2]), np.array([1.0, 0.5, 2, 4])
    mean, sd, rate = shrinkage.posterior(effect, error, np.full(4, MANY), np.array([2.0]), np.array([1.0]))
    kept = 4 / (4 + error**2)
    np.testing.assert_allclose(mean, kept * effect, rtol=1e-5)
    np.testing.assert_allclose(sd, error * np.sqrt(kept), rtol=1e-5)
    np.testing.assert_allclose(rate, special.ndtr(-np.abs(effect) * np.sqrt(kept) / error), rtol=1e-4)


def test_two_components_by_the_rule_of_bayes():
    # One half no effect, one half normal with standard deviation 3; the error is 4, so that 3² + 4² = 5².
    null, other = stats.norm.pdf(5, 0, 4), stats.norm.pdf(5, 0, 5)
    mean, _, _ = shrinkage.posterior(
        np.array([5.0]), np.array([4.0]), np.array([MANY]), np.array([0, 3.0]), np.array([0.5, 0.5])
    )
    assert mean[0] == pytest.approx(other / (null + other) * 5 * 9 / 25, rel=1e-5)


@pytest.mark.parametrize(("df", "within"), [(3.0, 0.03), (5.0, 0.007), (8.0, 0.003), (60.0, 0.001)])
def test_without_an_effect_the_likelihood_is_that_of_t(df, within):
    t = np.array([0.0, 1, 3, 6])
    points, shares = shrinkage._variance_points(np.full(1, df))
    density = stats.norm.pdf(t[:, None], 0, np.sqrt(points[0])) @ shares[0]
    np.testing.assert_allclose(density, stats.t.pdf(t, df), rtol=within)


def test_a_flat_prior_leaves_the_effects():
    effect = np.array([2.0, -1, 0.5])
    mean, sd, _ = shrinkage.posterior(effect, np.ones(3), np.full(3, 10.0), np.array([1e4]), np.ones(1))
    np.testing.assert_allclose(mean, effect, rtol=1e-6)
    np.testing.assert_allclose(sd, np.sqrt(10 / 8), rtol=2e-3)  # t of 10 degrees of freedom


def test_a_known_mixture_is_found_again():
    true, effect, error, df = study(0, share=0.3, size=1.0, genes=20000)
    found = shrinkage.shrink(effect, error, df)
    assert found.weights.sum() == pytest.approx(1)
    assert (found.weights * found.scales**2).sum() == pytest.approx(0.3, abs=0.03)  # the variance of the effects
    assert found.weights[found.scales < 0.3].sum() == pytest.approx(0.7, abs=0.08)
    # The posterior is honest: what it says of its own error is so.
    assert ((found.mean - true) ** 2).mean() == pytest.approx((found.sd**2).mean(), rel=0.05)
    sure = found.local_false_sign_rate < 0.05
    wrong = (true * found.mean <= 0)[sure]
    assert wrong.mean() == pytest.approx(found.local_false_sign_rate[sure].mean(), abs=0.01)


def test_without_effects_nearly_all_go_to_zero():
    _, effect, error, df = study(1, share=0)
    found = shrinkage.shrink(effect, error, df)
    assert np.abs(found.mean).max() < 0.2 < np.abs(effect).max() / 5
    assert np.abs(found.mean).mean() < 0.01
    assert found.local_false_sign_rate.min() > 0.3


@pytest.mark.parametrize(("share", "size"), [(0.3, 1.0), (0.3, 0.5), (0.02, 1.0)])
def test_the_error_falls_and_the_top_genes_are_no_longer_too_large(share, size):
    raw, drawn = [], []
    for seed in range(12):
        true, effect, error, df = study(seed, share, size)
        found = shrinkage.shrink(effect, error, df)
        assert ((found.mean - true) ** 2).mean() < 0.6 * ((effect - true) ** 2).mean()
        top = np.argsort(special.stdtr(df, -np.abs(effect / error)))[:100]
        sign = np.sign(effect[top])
        raw.append((sign * (effect - true)[top]).mean())
        drawn.append((sign * (found.mean - true)[top]).mean())
    assert np.mean(raw) > 0.1
    assert abs(np.mean(drawn)) < 0.05


def test_steps_stop_near_the_best_fit():
    _, effect, error, df = study(2)
    scales = shrinkage.scale_grid(effect, error)
    likelihood = shrinkage._moments(effect, error, df, scales).likelihood
    likelihood = (likelihood / likelihood.max(axis=1, keepdims=True)).T
    penalty = np.r_[shrinkage.NULL_GENES, np.zeros(scales.size - 1)]
    slow = np.full(scales.size, 1 / scales.size)
    for _ in range(5000):
        slow, reached = shrinkage._step(slow, likelihood, penalty)
    fast = shrinkage.fit_weights(likelihood.T)
    assert shrinkage._step(fast, likelihood, penalty)[1] > reached - 0.5
    difference = np.abs(
        shrinkage.posterior(effect, error, df, scales, fast)[0]
        - shrinkage.posterior(effect, error, df, scales, slow)[0]
    )
    assert np.quantile(difference, 0.99) < 0.01


def test_order_and_signs_do_not_matter():
    _, effect, error, df = study(3, genes=3000)
    order = np.random.default_rng(0).permutation(effect.size)
    found = shrinkage.shrink(effect, error, df)
    shuffled = shrinkage.shrink(effect[order], error[order], df[order])
    np.testing.assert_allclose(found.mean[order], shuffled.mean, rtol=1e-6)
    np.testing.assert_allclose(shrinkage.shrink(-effect, error, df).mean, -found.mean, rtol=1e-6)
    assert (found.mean * effect >= 0).all()  # a symmetric prior turns no sign
    assert (np.abs(found.mean) <= np.abs(effect)).all()


def test_units_go_through():
    _, effect, error, df = study(3, genes=1000)
    found, larger = shrinkage.shrink(effect, error, df), shrinkage.shrink(8 * effect, 8 * error, df)
    np.testing.assert_allclose(larger.mean, 8 * found.mean, rtol=1e-6)


def test_missing_tests_stay_missing_and_change_nothing():
    _, effect, error, df = study(4, genes=1000)
    found = shrinkage.shrink(effect, error, df)
    more = shrinkage.shrink(np.r_[np.nan, effect, 5], np.r_[1, error, 0], np.r_[4, df, 4])
    np.testing.assert_allclose(more.mean[1:-1], found.mean, rtol=1e-6)
    assert np.isnan(more.mean[[0, -1]]).all()
    assert np.isnan(more.sd[[0, -1]]).all()


def test_a_panel_is_too_small():
    _, effect, error, df = study(5, genes=shrinkage.FEWEST_GENES - 1)
    found = shrinkage.shrink(effect, error, df)
    assert np.isnan(found.mean).all()
    assert found.scales.size == 0


def test_extreme_statistics_and_degrees_of_freedom_are_finite():
    _, effect, error, df = study(6, genes=500)
    effect[:3], error[:3], df[:6] = [900, -30, 0], [0.01, 0.01, 0.3], [1, 2, 3, 4, 200, 2e5]
    found = shrinkage.shrink(effect, error, df)
    assert np.isfinite(found.mean).all()
    assert np.isfinite(found.sd).all()
    assert found.mean[0] == pytest.approx(900, rel=0.03)


def test_description_by_hand():
    effect, drawn = np.array([2.0, -4, 1, np.nan]), np.array([1.0, -3, -0.5, np.nan])
    p_value, q_value = np.array([0.001, 0.0001, 0.01, np.nan]), np.array([0.01, 0.01, 0.04, np.nan])
    described = shrinkage.describe(effect, drawn, p_value, q_value, 0.05)
    assert described["genes_shrunken"] == described["top_genes"] == 3
    assert described["sign_flips"] == 1
    assert described["warnings"][0]["code"] == "W14"
    assert described["top_median_raw"] == 2
    assert described["top_median_shrunken"] == 1
    assert described["top_median_kept"] == described["passing_median_kept"] == 0.5
    none = shrinkage.describe(effect, np.full(4, np.nan), p_value, q_value, 0.05)
    assert none["warnings"] == []
    assert none["top_median_kept"] is None
    assert shrinkage.describe(effect, drawn, p_value, q_value, 0.02)["warnings"] == []


def test_infinite_degrees_of_freedom_are_a_normal_test():
    _, effect, error, _ = study(7, genes=500)
    normal = shrinkage.shrink(effect, error, np.full(500, np.inf))
    np.testing.assert_allclose(normal.mean, shrinkage.shrink(effect, error, np.full(500, MANY)).mean, rtol=1e-9)
    assert np.isfinite(normal.mean).all()
