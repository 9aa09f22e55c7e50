"""Effects of one gene, several genes and shares, by hand and by simulation."""

import numpy as np
import pytest
from scipy import stats

from secretome.claims import features
from secretome.models import contrasts, linear, rotation
from secretome.pathways.collections import MeasuredSet
from secretome.pathways.fry import fry

CHANGES, ERRORS, DF = np.array([2.0, 1.0, 3.0]), np.array([0.1, 0.2, 0.5]), np.array([4.0, 4.0, np.inf])


def test_intervals_are_those_of_t_and_of_the_normal_where_there_are_no_df():
    low, high = features.limits(CHANGES, ERRORS, np.array([4.0, 10.0, np.nan]))
    reach = np.array([stats.t.ppf(0.975, 4), stats.t.ppf(0.975, 10), stats.norm.ppf(0.975)]) * ERRORS
    np.testing.assert_allclose(low, CHANGES - reach)
    np.testing.assert_allclose(high, CHANGES + reach)


def test_of_all_genes_the_worst_decides():
    found = features.of_all(CHANGES, ERRORS, DF)
    low, high = features.limits(CHANGES, ERRORS, DF)
    assert (found.effect, found.low) == (1.0, low.min())
    assert found.high > high.min()  # shared among three genes
    alone = features.of_all(CHANGES[:1], ERRORS[:1], DF[:1])
    assert alone == (2.0, low[0], high[0])


def test_of_any_gene_the_best_decides_and_the_number_asked_is_allowed_for():
    two, ten = (features.of_any(CHANGES[:2], ERRORS[:2], DF[:2], asked) for asked in (2, 10))
    low, high = features.limits(CHANGES[:2], ERRORS[:2], DF[:2])
    assert ten.low < two.low < low[0]
    assert two.effect == ten.effect == 2.0
    assert two.high == ten.high == high.max()


@pytest.mark.parametrize("rule", ["all", "any"])
def test_the_intervals_of_several_genes_cover(rule):
    random = np.random.default_rng(0)
    truth = np.array([0.5, 0.7, 1.0, 1.0])
    target = truth.min() if rule == "all" else truth.max()
    below = above = 0
    for _ in range(4000):
        noise = random.normal(size=4) * 0.3
        given = (truth + noise, np.full(4, 0.3), np.full(4, np.inf))
        found = features.of_all(*given) if rule == "all" else features.of_any(*given, 4)
        below += found.low > target
        above += found.high < target
    assert below / 4000 <= 0.03
    assert above / 4000 <= 0.03


def test_the_mean_is_that_of_the_rotation_test_and_of_an_ordinary_t():
    random = np.random.default_rng(1)
    matrix = np.column_stack([[1, 1, 1, 0, 0, 0], [0, 0, 0, 1, 1, 1.0]])
    contrast = np.array([1.0, -1])
    values = random.normal(size=(80, 6)) + random.normal(size=6)
    effects = rotation.rotation_effects(values, matrix, contrast)
    errors = contrasts.unscaled_error(linear.fit(values, matrix), contrast)
    found = features.of_mean(effects[:5], errors[:5])
    expected = stats.ttest_ind(values[:5, :3].mean(axis=0), values[:5, 3:].mean(axis=0)).confidence_interval()
    assert found[1:] == pytest.approx((expected.low, expected.high))
    row = fry(effects, errors, [MeasuredSet("s", np.arange(5), np.ones(5))], [f"g{i}" for i in range(80)]).iloc[0]
    assert found == pytest.approx((row["effect"], row["ci_low"], row["ci_high"]))
    assert features.of_mean(-effects[:5], errors[:5]) == pytest.approx((-found[0], -found[2], -found[1]))


def test_shares_are_between_what_is_certain_and_what_is_possible():
    changes = np.array([5.0, -5.0, 1.2, 0.0, 0.0, np.nan])
    errors, df = np.array([0.1, 0.1, 0.5, 0.1, 0.1, 0.1]), np.full(6, np.inf)
    either = features.share_changed(changes, errors, df, 1.0, "either")
    assert either == pytest.approx((3 / 5, 2 / 5, 3 / 5))
    up = features.share_changed(changes, errors, df, 1.0, "up")
    assert up == pytest.approx((2 / 5, 1 / 5, 2 / 5))
    down = features.share_changed(changes, errors, df, 1.0, "down")
    assert down == pytest.approx((1 / 5, 1 / 5, 1 / 5))
    nothing = features.share_changed(np.full(2, np.nan), np.ones(2), np.ones(2), 1.0, "up")
    assert np.isnan(nothing).all()


def test_a_share_holds_the_truth_where_genes_go_together():
    random = np.random.default_rng(2)
    truth = np.where(np.arange(500) < 100, 2.0, 0.0)
    outside = 0
    for _ in range(300):
        shared = random.normal() * 0.3
        estimates = truth + shared + random.normal(size=500) * 0.4
        found = features.share_changed(estimates, np.full(500, 0.5), np.full(500, np.inf), 1.0, "up")
        outside += not found.low <= 0.2 <= found.high
    assert outside / 300 <= 0.05


def test_a_percentile_is_among_genes_of_like_expression():
    levels = np.r_[np.full(100, 2.0), np.full(100, 9.0), 2.0, 9.0]
    changes = np.r_[np.linspace(-1, 1, 100), np.linspace(-9, 9, 100), 0.5, 0.5]
    of = features.percentile_among_alike
    assert of(changes, levels, [200], "up", 100) == pytest.approx(75)
    assert of(changes, levels, [201], "up", 100) == pytest.approx(53)
    assert of(changes, levels, [200], "down", 100) == pytest.approx(25)
    assert of(changes, levels, [200], "none", 100) == pytest.approx(50)
    assert of(changes, levels, [200, 201], "up", 100) == pytest.approx(64)
    changes[200] = np.nan
    assert np.isnan(of(changes, levels, [200], "up"))
    assert np.isnan(of(changes[:1], levels[:1], [0], "up"))
