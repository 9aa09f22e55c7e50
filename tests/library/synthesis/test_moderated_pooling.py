"""Pools that borrow: against closed forms, on simulated truth, and what holds of any pool."""

import numpy as np
import pandas as pd
import pytest
from scipy import special, stats

from secretome.synthesis import pooling
from secretome.synthesis.moderated_pooling import (
    BetweenPrior,
    fit_between_prior,
    moderated_tests,
    normal_of_t,
    pool_moderated,
)


def made_up(seed=1, genes=800, studies=4, tau=0.5, share=0.2, missing=0.0):
    """Effects, errors and the truth: a fifth of the genes changes by 1.5."""
    random = np.random.default_rng(seed)
    errors = random.uniform(0.1, 0.4, (genes, studies))
    truth = np.where(random.random(genes) < share, 1.5, 0)
    effects = truth[:, None] + random.normal(size=errors.shape) * np.sqrt(errors**2 + tau**2)
    lost = random.random(errors.shape) < missing
    return np.where(lost, np.nan, effects), np.where(lost, np.nan, errors), truth


def test_one_known_variance_between_studies_gives_the_z_test():
    effects, errors, _ = made_up(genes=5)
    table = pool_moderated(effects, errors, prior=BetweenPrior(np.array([0.25]), np.ones(1)))
    weights = 1 / (errors**2 + 0.25)
    means = (weights * effects).sum(axis=1) / weights.sum(axis=1)
    error = 1 / np.sqrt(weights.sum(axis=1))
    np.testing.assert_allclose(table["effect"], means)
    np.testing.assert_allclose(table["standard_error"], error)
    np.testing.assert_allclose(table["ci_high"], means + stats.norm.ppf(0.975) * error)
    np.testing.assert_allclose(table["p_value"], 2 * stats.norm.sf(np.abs(means / error)))
    np.testing.assert_allclose(table["tau_squared"], 0.25)
    assert np.isinf(table["df"]).all()


def test_an_inverse_chi_square_prior_gives_the_moderated_t():
    # Errors of no size: the variances between studies are those of residuals, and borrow as in limma.
    prior_df, location, k = 6.0, 0.3, 4
    grid = np.geomspace(1e-4, 1e4, 4001)
    edges = np.sqrt(grid[1:] * grid[:-1])
    shares = np.diff(np.r_[0, special.gammaincc(prior_df / 2, prior_df * location / 2 / edges), 1])
    effects = np.random.default_rng(3).normal(0.4, 0.6, (40, k))
    table = pool_moderated(effects, np.full(effects.shape, 1e-6), prior=BetweenPrior(grid, shares))
    df = k - 1 + prior_df
    variance = ((k - 1) * effects.var(axis=1, ddof=1) + prior_df * location) / df
    statistic = effects.mean(axis=1) / np.sqrt(variance / k)
    np.testing.assert_allclose(table["p_value"], 2 * special.stdtr(df, -np.abs(statistic)), rtol=2e-3)
    np.testing.assert_allclose(table["df"], df, rtol=1e-3)
    np.testing.assert_allclose(table["standard_error"], np.sqrt(variance / k), rtol=1e-3)


def test_the_errors_of_one_study_bring_their_degrees_of_freedom():
    none = BetweenPrior(np.zeros(1), np.ones(1))
    effects, errors, df = np.array([[2.0]]), np.array([[0.5]]), np.array([[7.0]])
    row = pool_moderated(effects, errors, df, none, fewest=1).iloc[0]
    assert row["p_value"] == pytest.approx(2 * stats.t.sf(4, 7), rel=1e-4)
    assert row["ci_low"] == pytest.approx(2 - 0.5 * stats.t.ppf(0.975, 7), rel=1e-4)
    assert row["df"] == pytest.approx(7, rel=1e-2)


def test_the_variances_between_studies_are_found():
    effects, errors, _ = made_up(tau=0.5)
    prior = fit_between_prior(effects, errors)
    assert prior.weights.sum() == pytest.approx(1)
    assert prior.variances @ prior.weights == pytest.approx(0.25, rel=0.15)
    alike = fit_between_prior(*made_up(tau=0.0)[:2])
    assert alike.variances @ alike.weights < 0.01


@pytest.mark.parametrize("tau", [0.0, 0.6])
@pytest.mark.parametrize("studies", [3, 5])
def test_false_discoveries_are_few_and_changes_are_found_where_single_pools_find_none(tau, studies):
    effects, errors, truth = made_up(seed=7, genes=2000, studies=studies, tau=tau)
    table, single = pool_moderated(effects, errors), pooling.pool(effects, errors)
    called = table["q_value"].to_numpy() <= 0.05
    assert (truth[called] == 0).mean() < 0.07
    assert called[truth != 0].mean() > 0.75
    assert (table["p_value"][truth == 0] < 0.05).mean() == pytest.approx(0.05, abs=0.02)
    covered = (table["ci_low"] <= truth) & (truth <= table["ci_high"])
    assert covered.mean() > 0.93
    if studies == 3:
        from secretome.models.false_discovery import benjamini_hochberg

        assert (benjamini_hochberg(single["p_value"].to_numpy())[truth != 0] <= 0.05).mean() < 0.5


def test_p_and_interval_say_the_same():
    effects, errors, _ = made_up(missing=0.2)
    table = pool_moderated(effects, errors, np.full(effects.shape, 9.0)).dropna()
    beyond = (table["ci_low"] > 0) | (table["ci_high"] < 0)
    assert ((table["p_value"] < 0.05) == beyond).all()
    assert 0.05 < beyond.mean() < 0.95
    middle = (table["ci_low"] + table["ci_high"]) / 2
    assert (np.abs(middle - table["effect"]) < 0.2 * table["standard_error"]).mean() > 0.95


def test_the_order_of_studies_changes_nothing_and_that_of_genes_only_the_last_digits():
    effects, errors, _ = made_up(missing=0.2)
    table = pool_moderated(effects, errors)
    assert table.equals(pool_moderated(effects[:, ::-1], errors[:, ::-1]))
    turned = pool_moderated(effects[::-1], errors[::-1])[::-1].reset_index(drop=True)
    np.testing.assert_allclose(table, turned, rtol=1e-6, atol=1e-12)


def test_units_change_nothing_but_the_numbers():
    effects, errors, _ = made_up()
    table, tenfold = pool_moderated(effects, errors), pool_moderated(10 * effects, 10 * errors)
    np.testing.assert_allclose(tenfold["p_value"], table["p_value"], rtol=1e-6)
    np.testing.assert_allclose(tenfold["effect"], 10 * table["effect"], rtol=1e-6, atol=1e-9)


def test_a_gene_uses_the_studies_it_has():
    effects, errors, _ = made_up(studies=5)
    prior = fit_between_prior(effects, errors)
    whole = pool_moderated(effects[:, :4], errors[:, :4], prior=prior)
    effects[:, 4] = errors[:, 4] = np.nan
    assert whole.equals(pool_moderated(effects, errors, prior=prior))


def test_one_or_two_studies_are_not_pooled_but_two_lend():
    effects, errors, _ = made_up(studies=3)
    effects[:100, 2] = errors[:100, 2] = np.nan
    effects[0, 1] = errors[0, 1] = np.nan
    table = pool_moderated(effects, errors)
    assert table["k"][:3].tolist() == [1, 2, 2]
    assert table.drop(columns="k").isna().all(axis=1).tolist() == [True] * 100 + [False] * 700
    lent, alone = fit_between_prior(effects, errors), fit_between_prior(effects[100:], errors[100:])
    assert not np.allclose(lent.weights, alone.weights)


def test_no_gene_that_can_be_pooled_gives_no_pools():
    effects, errors, _ = made_up(studies=2)
    table = pool_moderated(effects, errors)
    assert table["p_value"].isna().all()
    assert (table["k"] == 2).all()


def test_too_few_genes_cannot_lend():
    effects, errors, _ = made_up(genes=49)
    with pytest.raises(ValueError, match="49 genes are too few"):
        pool_moderated(effects, errors)
    with pytest.raises(ValueError, match="without a standard error"):
        pool_moderated(effects, np.full(errors.shape, np.nan))


@pytest.mark.parametrize(("df", "within"), [(3, 1e-3), (5, 1e-4), (30, 1e-8), (np.inf, 1e-12)])
def test_the_normal_deviate_of_a_t_has_its_tail(df, within):
    statistic = np.array([-4.0, -2, -1, -0.1])
    exact = stats.t.cdf(statistic, df)
    np.testing.assert_allclose(special.ndtr(normal_of_t(statistic, np.full(4, df))), exact, rtol=within)
    np.testing.assert_allclose(special.ndtr(normal_of_t(-statistic, np.full(4, df))), 1 - exact, rtol=within)


def test_effects_and_p_values_can_be_had_without_intervals():
    random = np.random.default_rng(4)
    effects, errors = random.normal(0, 1, (80, 5)), random.uniform(0.2, 0.5, (80, 5))
    effects[:20, 2:] = errors[:20, 2:] = np.nan
    df = np.full(effects.shape, 8.0)
    prior = fit_between_prior(effects, errors)
    whole = pool_moderated(effects, errors, df, prior)
    alone = moderated_tests(effects, errors, df, prior)
    assert whole["p_value"].notna().sum() == 60
    pd.testing.assert_frame_equal(alone, whole[["k", "effect", "p_value"]], check_exact=True)
