"""Rank scores by hand, against a slow form, and what must not matter to them."""

import numpy as np
import pytest
from scipy import stats

from secretome.pathways.collections import MeasuredSet
from secretome.pathways.singscore import mean_ranks, singscores


def plain(name, *rows):
    return MeasuredSet(name, np.array(rows), np.ones(len(rows)))


def slowly(values, sets):
    """The published formula, one set and sample after the other."""
    genes = len(values)
    scores = np.zeros((len(sets), values.shape[1]))
    for number, one in enumerate(sets):
        size = one.rows.size
        lowest, highest = (size + 1) / 2, (2 * genes - size + 1) / 2
        for sample in range(values.shape[1]):
            mean = stats.rankdata(values[:, sample])[one.rows].mean()
            scores[number, sample] = (mean - lowest) / (highest - lowest) - 0.5
    return scores


def test_scores_by_hand():
    # Ranks of sample 1: 1 2 3 4 5; of sample 2: 5 1.5 1.5 4 3 (the two lowest are equal).
    values = np.array([[1.0, 9], [2, 0], [3, 0], [4, 7], [5, 5]])
    scores = singscores(values, [plain("high", 3, 4), plain("low", 0, 1), plain("tied", 1, 2), plain("all", *range(5))])
    # Of 2 among 5 genes the mean rank is 1.5 to 4.5.
    expected = [[0.5, (3.5 - 1.5) / 3 - 0.5], [-0.5, (3.25 - 1.5) / 3 - 0.5], [(2.5 - 1.5) / 3 - 0.5, -0.5], [0, 0]]
    np.testing.assert_allclose(scores, expected, atol=1e-15)


def test_scores_are_those_of_the_slow_form():
    rng = np.random.default_rng(0)
    values = rng.normal(size=(300, 5)).round(1)  # many ties
    sets = [plain(str(size), *rng.choice(300, size, replace=False)) for size in (1, 10, 100, 299)]
    np.testing.assert_allclose(singscores(values, sets), slowly(values, sets), atol=1e-13)


def test_ranks_are_those_of_scipy():
    values = np.random.default_rng(1).integers(0, 20, size=(100, 4)).astype(float)
    np.testing.assert_array_equal(mean_ranks(values), stats.rankdata(values, axis=0))


def test_a_score_depends_on_no_other_sample_nor_on_the_scale_or_the_order_of_the_genes():
    rng = np.random.default_rng(2)
    values = rng.normal(size=(80, 6))
    sets = [plain("a", *range(12)), plain("b", *range(40, 70))]
    scores = singscores(values, sets)
    np.testing.assert_array_equal(singscores(values[:, [4, 1]], sets), scores[:, [4, 1]])
    np.testing.assert_array_equal(singscores(np.exp(3 * values + 1), sets), scores)
    order = rng.permutation(80)
    place = np.argsort(order)
    turned = [plain(one.name, *place[one.rows]) for one in sets]
    np.testing.assert_allclose(singscores(values[order], turned), scores, atol=1e-14)


def test_genes_in_the_opposite_order_turn_the_sign():
    values = np.random.default_rng(3).normal(size=(50, 3))
    one = [plain("a", *range(9))]
    np.testing.assert_allclose(singscores(-values, one), -singscores(values, one), atol=1e-14)


@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_a_value_without_a_rank_is_refused(bad):
    with pytest.raises(ValueError, match="not finite"):
        singscores(np.array([[1.0], [bad], [3]]), [plain("a", 0)])


def test_weighted_sets_are_refused_by_name():
    footprint = MeasuredSet("footprint", np.array([0, 1]), np.array([1.0, -1]))
    with pytest.raises(ValueError, match="weights, which ranks cannot take: footprint"):
        singscores(np.ones((3, 2)), [plain("a", 0, 1), footprint])


def test_no_sets_give_no_scores():
    assert singscores(np.ones((3, 2)), []).shape == (0, 2)
