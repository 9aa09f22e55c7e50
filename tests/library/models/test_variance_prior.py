"""The distribution of the residual variances, where its numbers are known."""

import numpy as np
import pytest
from scipy import special

from secretome.models import variance_prior


def test_the_inverse_trigamma_inverts():
    for value in (1e-8, 1e-3, 0.5, 3.0, 1e4, 1e9):
        assert special.polygamma(1, variance_prior.inverse_trigamma(value)) == pytest.approx(value, rel=1e-6)


def test_the_numbers_that_made_the_variances_are_found_again():
    random = np.random.default_rng(1)
    df = random.integers(2, 6, 50_000).astype(float)
    variance = 3 * (8 / random.chisquare(8, df.size)) * random.chisquare(df) / df
    location, prior_df = variance_prior.fit_prior(variance, df)
    assert prior_df == pytest.approx(8, rel=0.05)
    np.testing.assert_allclose(location, 3, rtol=0.02)


def test_the_location_follows_the_covariate():
    random = np.random.default_rng(2)
    covariate = random.uniform(0, 10, 20_000)
    variance = np.exp(-0.3 * covariate) * random.chisquare(4, covariate.size) / 4
    location, prior_df = variance_prior.fit_prior(variance, np.full(covariate.size, 4.0), covariate)
    assert prior_df > 200
    np.testing.assert_allclose(np.log(location), -0.3 * covariate, atol=0.1)


@pytest.mark.parametrize("variance", [np.ones(2), np.array([0.0, 0, 0, 1, 2])])
def test_too_few_variances_are_refused(variance):
    with pytest.raises(ValueError, match="too few genes vary"):
        variance_prior.fit_prior(variance, np.ones(variance.size))


def test_means_that_many_genes_share_leave_fewer_knots():
    """Values cut off at a floor: quantiles of the means coincide."""
    random = np.random.default_rng(4)
    covariate = np.r_[np.zeros(600), random.uniform(0, 5, 400)]
    variance = random.chisquare(4, 1000) / 4
    for order in (covariate, -covariate, np.round(covariate / 5)):
        location, _ = variance_prior.fit_prior(variance, np.full(1000, 4.0), order)
        np.testing.assert_allclose(location, 1, atol=0.25)
