"""The competitive effect by hand, against the t test of the samples, and where it is to hold its level."""

import numpy as np
import pandas as pd
import pytest
from calibration_relative import Situation, outcomes
from scipy import special

from secretome.models import contrasts, linear, rotation
from secretome.pathways.collections import MeasuredSet
from secretome.pathways.relative import _hats, _quantile, _tail, relative

DESIGN = np.column_stack([np.repeat([1.0, 0.0], 4), np.repeat([0.0, 1.0], 4)])
CONTRAST = np.array([1.0, -1])


def plain(rows, weights=None, name="s"):
    rows = np.asarray(rows)
    return MeasuredSet(name, rows, np.ones(rows.size) if weights is None else np.asarray(weights, dtype=float))


def test_by_hand_the_effect_is_the_mean_of_the_set_minus_that_of_the_others():
    effects = np.zeros((40, 3))
    effects[:10, 0] = [1, 2, 3, 4, 5, 5, 4, 3, 2, 1]
    effects[10:, 0] = np.tile([0, 1], 15)
    effects[:10, 1:] = 0.2, -0.1
    effects[10:, 1:] = np.tile([[1.0, 3.0], [-1, -3]], (15, 1))
    row = relative(effects, np.full(40, 2.0), [plain(range(10))], np.arange(40.0)).iloc[0]
    assert row["effect"] == pytest.approx(2 * (3 - 0.5))
    # The others vary by less than their residuals do: only sampling counts, two residual degrees of freedom.
    error = 2 * np.sqrt((0.2**2 + 0.1**2) / 2)
    assert row["statistic"] == pytest.approx(5 / error)
    assert row["p_value"] == pytest.approx(2 * special.stdtr(2, -5 / error))
    assert row["ci_high"] - row["effect"] == pytest.approx(special.stdtrit(2, 0.975) * error)


def test_by_hand_what_the_others_vary_beyond_chance_is_added():
    effects = np.zeros((40, 3))
    effects[10:, 0] = np.tile([2, -2], 15)
    effects[:10, 0] = 1
    effects[:10, 1:] = 0.3, 0.3
    row = relative(effects, np.ones(40), [plain(range(10))], np.arange(40.0)).iloc[0]
    sampling = 0.09
    genes = 4 * 30 / 29 * (10 * 0.1**2 + 1 / 30)  # ten genes of a tenth each, and the mean of the thirty
    error = np.sqrt(sampling + genes)
    assert row["effect"] == pytest.approx(1)
    assert row["statistic"] == pytest.approx(1 / error)
    share = sampling / (sampling + genes)
    expected = 2 * (share * special.stdtr(2, -1 / error) + (1 - share) * special.ndtr(-1 / error))
    assert row["p_value"] == pytest.approx(expected)


def test_signed_weights_turn_the_genes_around():
    rng = np.random.default_rng(0)
    effects = rng.normal(size=(40, 4))
    one = plain([0, 1, 2, 3], [1, 2, -1, -2])
    row = relative(effects, np.ones(40), [one], np.arange(40.0)).iloc[0]
    centred = effects[:4, 0] - effects[4:, 0].mean()
    assert row["effect"] == pytest.approx((centred * [1, 2, -1, -2]).sum() / 6)


def test_it_is_the_t_interval_of_the_difference_between_the_set_and_its_match_in_each_sample():
    rng = np.random.default_rng(1)
    values = rng.normal(size=(400, 8)) + np.outer(rng.normal(size=400), rng.normal(size=8) * (1 - DESIGN[:, 0]))
    values -= 0.9 * (values @ DESIGN / 4) @ DESIGN.T  # less between the groups than within: no spread of genes
    level = rng.normal(size=400)
    one = plain(np.sort(rng.choice(400, 40, replace=False)), rng.normal(size=40))
    effects = rotation.rotation_effects(values, DESIGN, CONTRAST)
    row = relative(effects, np.full(400, np.sqrt(0.5)), [one], level).iloc[0]
    hats = _hats(level, 400)
    others = np.setdiff1d(np.arange(400), one.rows)
    means = hats[others].T @ values[others] / hats[others].sum(axis=0)[:, None]
    shares = one.weights / abs(one.weights).sum()
    difference = shares @ (values[one.rows] - hats[one.rows] @ means)
    expected = contrasts.estimate(linear.fit(difference[None], DESIGN), CONTRAST).iloc[0]
    assert row["effect"] == pytest.approx(expected["log2_fold_change"])
    assert row["ci_low"] == pytest.approx(expected["ci_low"])
    assert row["ci_high"] == pytest.approx(expected["ci_high"])
    assert row["p_value"] == pytest.approx(expected["p_value"])


def test_a_trend_along_the_expression_is_taken_out():
    level = np.arange(2000.0)
    rng = np.random.default_rng(2)
    effects = rng.normal(scale=1e-3, size=(2000, 5))
    effects[:, 0] += level / 1000
    high = plain(np.sort(rng.choice(np.arange(1200, 1800), 60, replace=False)))
    row = relative(effects, np.ones(2000), [high], level).iloc[0]
    assert abs(row["effect"]) < 0.01  # against 0.5 above the mean of all
    assert effects[high.rows, 0].mean() - effects[:, 0].mean() > 0.3


def test_levels_that_tie_share_a_rank_and_hats_add_up():
    hats = _hats(np.array([5.0, 5, 1] * 50), 150)
    assert hats.shape == (150, 3)
    np.testing.assert_allclose(hats.sum(axis=1), 1)
    assert (hats[0] == hats[1]).all()
    np.testing.assert_array_equal(_hats(np.full(1000, 3.0), 1000)[:, :9], 0)  # all in the middle
    assert _hats(np.arange(60.0), 60).shape == (60, 1)


@pytest.mark.parametrize("level", [np.arange(39.0), np.r_[np.nan, np.arange(39.0)], np.r_[np.inf, np.arange(39.0)]])
def test_a_level_that_is_not_finite_or_missing_is_refused(level):
    with pytest.raises(ValueError, match="mean expression of 40 genes"):
        relative(np.ones((40, 3)), np.ones(40), [plain(range(10))], level)


def test_a_set_that_leaves_too_few_genes_alike_has_no_row():
    rng = np.random.default_rng(3)
    effects = rng.normal(size=(1000, 4))
    sets = [plain(range(1000), name="all"), plain(range(100), name="lowest"), plain(range(0, 1000, 2), name="half")]
    assert relative(effects, np.ones(1000), sets, np.arange(1000.0))["gene_set"].to_list() == ["half"]
    assert relative(effects, np.ones(1000), sets[:1], np.arange(1000.0)).empty


def test_a_level_at_which_no_gene_stands_needs_none():
    effects = np.random.default_rng(3).normal(size=(1000, 4))
    assert (_hats(np.full(1000, 3.0), 1000) > 0).any(axis=0).sum() < 20
    assert len(relative(effects, np.ones(1000), [plain(range(100))], np.full(1000, 3.0))) == 1


def test_the_order_of_the_genes_and_of_the_sets_and_their_company_do_not_matter(monkeypatch):
    rng = np.random.default_rng(4)
    effects, errors = rng.normal(size=(600, 5)), rng.uniform(0.5, 2, size=600)
    level = rng.integers(0, 50, size=600).astype(float)  # many ties
    sets = [plain(np.sort(rng.choice(600, 30, replace=False)), rng.normal(size=30), str(i)) for i in range(7)]
    first = relative(effects, errors, sets, level).set_index("gene_set")
    order = rng.permutation(600)
    place = np.argsort(order)
    turned = [MeasuredSet(one.name, place[one.rows], one.weights) for one in reversed(sets)]
    second = relative(effects[order], errors[order], turned, level[order]).set_index("gene_set")
    pd.testing.assert_frame_equal(first, second.loc[first.index], rtol=1e-9)
    monkeypatch.setattr("secretome.pathways.relative.LARGEST_BLOCK", 1)
    pd.testing.assert_frame_equal(first, relative(effects, errors, sets, level).set_index("gene_set"), rtol=1e-9)


@pytest.mark.parametrize("share", [0.0, 0.3, 0.9, 1.0])
def test_p_value_and_interval_agree(share):
    shares = np.array([share])
    reach = _quantile(shares, 3)
    assert 2 * _tail(reach, shares, 3)[0] == pytest.approx(0.05, rel=1e-9)
    if share in (0, 1):
        assert reach[0] == pytest.approx(-(special.stdtrit(3, 0.025) if share else special.ndtri(0.025)))


def test_where_nothing_varies_there_is_no_p_value():
    row = relative(np.zeros((40, 4)), np.ones(40), [plain(range(10))], np.arange(40.0)).iloc[0]
    assert row["effect"] == 0
    assert np.isnan(row[["ci_low", "ci_high", "statistic", "p_value"]].to_numpy(float)).all()


@pytest.mark.parametrize("situation", [Situation(correlation=0.2), Situation(changed=0.4)])
def test_it_holds_its_level_where_genes_go_together_and_where_many_change(situation):
    found, missed = outcomes(DESIGN, situation, 200)
    # 200 tests: the standard error of a rejection rate of .05 is .015.
    assert np.mean(found < 0.05) < 0.1
    assert np.mean(found < 0.5) > 0.3
    assert (missed == (found < 0.05)).all()


def test_it_sees_a_set_that_is_moved_as_a_whole():
    found, missed = outcomes(DESIGN, Situation(correlation=0.05, changed=0.3, shift=1.0), 50)
    assert np.mean(found < 0.05) > 0.7
    assert np.mean(missed) < 0.2


def test_no_sets_give_no_rows():
    assert relative(np.ones((40, 3)), np.ones(40), [], np.arange(40.0)).empty
