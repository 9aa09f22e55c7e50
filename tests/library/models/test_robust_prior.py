"""The robust prior: outliers, tails, what it does where there is nothing to be robust against."""

import numpy as np
import pytest
from scipy import special

from secretome.models import robust_prior, variance_prior


def simulated(prior_df, df, seed=1):
    random = np.random.default_rng(seed)
    return prior_df / random.chisquare(prior_df, df.size) * random.chisquare(df) / df


def test_without_outliers_it_finds_what_the_plain_prior_finds():
    df = np.full(20_000, 4.0)
    variance = simulated(6, df)
    location, prior_df = robust_prior.fit_prior_robustly(variance, df)
    plain_location, plain_df = variance_prior.fit_prior(variance, df)
    assert prior_df.max() == pytest.approx(plain_df, rel=0.1)
    np.testing.assert_allclose(location, plain_location, rtol=0.02)


@pytest.mark.parametrize("unequal", [False, True])
def test_outliers_do_not_move_the_location_nor_the_degrees_of_freedom(unequal):
    df = np.tile([6.0, 3.0, 4.0], 4000) if unequal else np.full(12_000, 4.0)
    variance = simulated(10, df)
    variance[:200] *= 100
    location, prior_df = robust_prior.fit_prior_robustly(variance, df)
    assert variance_prior.fit_prior(variance, df)[1] < 6
    assert 7 < prior_df.max() < 13
    np.testing.assert_allclose(location, 1, rtol=0.05)
    assert np.median(prior_df[:200]) < 2


def test_genes_that_share_one_variance_borrow_it_whole_but_the_outlier_does_not():
    df = np.full(2000, 5.0)
    variance = np.random.default_rng(3).chisquare(5, 2000) / 5
    variance /= np.exp(np.log(variance).std() * 0.02)
    variance = np.exp(0.9 * np.log(variance))  # a little less spread than chance
    variance[0] = 500
    prior_df = robust_prior.fit_prior_robustly(variance, df)[1]
    assert np.isinf(prior_df[1:]).mean() > 0.9
    assert prior_df[0] < 1e-6


def test_nine_genes_are_too_few_to_draw_any_in():
    df = np.full(9, 4.0)
    variance = simulated(6, df)
    location, prior_df = robust_prior.fit_prior_robustly(variance, df)
    plain = variance_prior.fit_prior(variance, df)
    np.testing.assert_array_equal(location, plain[0])
    np.testing.assert_array_equal(prior_df, plain[1])


def test_tails_beyond_what_a_number_holds_go_on_smoothly():
    near = np.log(special.fdtrc(4, 200, 300.0))
    assert robust_prior._log_upper_tail(np.array([300.0]), 4.0, 200.0)[0] == pytest.approx(near, rel=1e-10)
    a, b, x = 100.0, np.array([2.0]), np.array([0.01])
    assert robust_prior._log_beta_series(a, b, x)[0] == pytest.approx(np.log(special.betainc(a, b, x))[0], rel=1e-12)
    ratios = np.array([1e5, 1e6, 1e7])
    logs = robust_prior._log_upper_tail(ratios, 4.0, 200.0)
    assert np.isfinite(logs).all()
    np.testing.assert_allclose(np.diff(logs), -98 * np.log(10) - 2 * np.log(10), rtol=0.02)
