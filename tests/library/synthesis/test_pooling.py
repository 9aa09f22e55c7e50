"""Single pools against statsmodels, and what holds of any pool."""

import numpy as np
import pytest

from secretome.synthesis import pooling
from secretome.synthesis.pooling import Studies, paule_mandel, pool


def made_up(seed=1, genes=60, studies=6, missing=0.2, tau=0.5):
    random = np.random.default_rng(seed)
    errors = random.uniform(0.05, 0.5, (genes, studies))
    effects = random.normal(0.3, 1, genes)[:, None] + random.normal(size=errors.shape) * np.sqrt(errors**2 + tau**2)
    lost = random.random(errors.shape) < missing
    return np.where(lost, np.nan, effects), np.where(lost, np.nan, errors)


def of_statsmodels(effects, variances):
    """What statsmodels finds, and the unit in which it does.

    Where its last step ends a rounding beyond the solution it takes that for no variance between the studies, about
    once in four at this tolerance: in another unit the rounding is another.
    """
    from statsmodels.stats.meta_analysis import combine_effects

    for unit in (1.0, 3.0, 0.7, 1.9, 5.3, 0.11, 7.7):
        found = combine_effects(effects * unit, variances * unit**2, method_re="iterated", atol=1e-14)
        if found.tau2 > 0 or found.q <= found.df:
            return found, unit
    raise AssertionError("statsmodels found no solution")


@pytest.fixture(scope="module")
def by_statsmodels():
    effects, errors = made_up()
    there = ~np.isnan(effects)
    enough = there.sum(axis=1) >= pooling.FEWEST_POOLED
    effects, errors, there = effects[enough], errors[enough], there[enough]
    rows = zip(effects, errors, there, strict=True)
    return effects, errors, [of_statsmodels(effect[own], error[own] ** 2) for effect, error, own in rows]


def test_the_variance_between_studies_is_that_of_statsmodels(by_statsmodels):
    effects, errors, others = by_statsmodels
    between = paule_mandel(Studies.of(effects, errors))
    theirs = np.array([other.tau2 / unit**2 for other, unit in others])
    assert len(theirs) > 50
    assert 0 < (theirs > 0).sum() < len(theirs)  # both kinds are there
    np.testing.assert_allclose(between, theirs, rtol=0, atol=1e-8)


def test_mean_interval_and_heterogeneity_are_those_of_statsmodels(by_statsmodels):
    effects, errors, others = by_statsmodels
    for row, (other, unit) in zip(pool(effects, errors).itertuples(), others, strict=True):
        assert row.effect == pytest.approx(other.mean_effect_re / unit, abs=1e-8)
        factor = max(1.0, other.scale_hksj_re)
        assert row.standard_error == pytest.approx(other.sd_eff_w_re * np.sqrt(factor) / unit, abs=1e-8)
        assert row.cochran_q == pytest.approx(other.q)
        assert row.i_squared == pytest.approx(max(0, other.i2))


def test_three_studies_by_hand():
    # Weights 1, mean 2, squares 2, expected 2: nothing is left between the studies.
    row = pool(np.array([[1.0, 2, 3]]), np.ones((1, 3))).iloc[0]
    assert (row["k"], row["up"], row["down"]) == (3, 3, 0)
    assert (row["effect"], row["tau_squared"], row["cochran_q"], row["i_squared"]) == (2, 0, 2, 0)
    assert row["standard_error"] == pytest.approx(1 / np.sqrt(3))
    assert row["ci_high"] == pytest.approx(2 + 4.302653 / np.sqrt(3))
    # Twice as far apart: variance 4 in all, 3 of it between the studies.
    row = pool(np.array([[0.0, 2, 4]]), np.ones((1, 3))).iloc[0]
    assert row["tau_squared"] == pytest.approx(3)
    assert row["standard_error"] == pytest.approx(np.sqrt(4 / 3))
    assert row["i_squared"] == pytest.approx(0.75)


def test_no_interval_is_narrower_than_the_fixed_effect_one():
    effects, errors = made_up(tau=0.0)
    effects = effects * 0.01 + 1  # far too alike: without the truncation the interval would shrink
    table = pool(effects, errors)
    fixed = 1 / np.sqrt(np.nansum(1 / errors**2, axis=1))
    enough = table["k"] >= 3
    assert (table["standard_error"] >= fixed * (1 - 1e-12))[enough].all()
    assert ((table["ci_high"] - table["ci_low"]) > 2 * 1.959 * fixed)[enough].all()


def test_few_studies_have_no_pool_and_fewer_than_five_no_prediction():
    effects = np.array([[1.0, np.nan, np.nan, np.nan, np.nan], [1, -1, np.nan, np.nan, np.nan]])
    effects = np.vstack([effects, [[1, 2, 3, np.nan, np.nan], [1, 2, 3, 4, np.nan], [1, 2, 3, 4, 5]], [[np.nan] * 5]])
    table = pool(effects, np.where(np.isnan(effects), np.nan, 0.1))
    assert table["k"].tolist() == [1, 2, 3, 4, 5, 0]
    assert table["effect"].isna().tolist() == [True, True, False, False, False, True]
    assert table["tau_squared"].isna().tolist() == [True, True, False, False, False, True]
    assert table["prediction_low"].isna().tolist() == [True, True, True, True, False, True]
    assert table["down"].tolist() == [0, 1, 0, 0, 0, 0]
    wider = table.loc[4]
    assert wider["prediction_low"] < wider["ci_low"] < wider["ci_high"] < wider["prediction_high"]


def test_a_prediction_by_hand():
    # Five studies one apart: variance 2.5 in all, 2.49 of it between; Student's t with 5 - 2 degrees of freedom.
    row = pool(np.array([[1.0, 2, 3, 4, 5]]), np.full((1, 5), 0.1)).iloc[0]
    assert row["prediction_high"] == pytest.approx(3 + 3.182446 * np.sqrt(2.49 + 2.5 / 5))
    assert row["prediction_low"] == pytest.approx(3 - 3.182446 * np.sqrt(2.49 + 2.5 / 5))


def test_the_order_of_studies_and_of_genes_changes_nothing():
    effects, errors = made_up()
    table, turned = pool(effects, errors), pool(effects[::-1, ::-1], errors[::-1, ::-1])
    assert table.equals(turned[::-1].reset_index(drop=True))


def test_nor_where_studies_found_the_same_effect():
    errors = np.random.default_rng(1).uniform(0.1, 0.3, (50, 4))
    effects = np.tile([0.1, 0.1, 0.1, 0.7], (50, 1))
    order = [2, 3, 0, 1]
    assert pool(effects, errors).equals(pool(effects[:, order], errors[:, order]))


def test_far_apart_studies_are_found_too():
    # Variances over twelve decades: each step from 0 only doubles what was found.
    effects, errors = np.array([[0.0, 1e3, 2e3]]), np.full((1, 3), 1e-3)
    assert paule_mandel(Studies.of(effects, errors))[0] == pytest.approx(1e6, rel=1e-9)


@pytest.mark.parametrize(
    ("effects", "errors", "says"),
    [
        ([[1.0, 2]], [[1.0, np.nan]], "without a standard error"),
        ([[1.0, np.nan]], [[1.0, 1]], "other way round"),
        ([[1.0, 2]], [[1.0, 0]], "positive"),
        ([[1.0, np.inf]], [[1.0, 1]], "finite"),
        ([[1.0, 2]], [[1.0]], "not alike"),
    ],
)
def test_what_cannot_be_pooled_is_refused(effects, errors, says):
    with pytest.raises(ValueError, match=says):
        pool(np.array(effects), np.array(errors))
