"""Sample scores by hand."""

import numpy as np
import pandas as pd
import pytest

from secretome.models import contrasts, linear, moderation
from secretome.pathways.collections import MeasuredSet
from secretome.pathways.sample_scores import compare_scores, independent_ways, sample_scores

DESIGN = np.repeat(np.eye(2), 3, axis=0)
CONTRAST = np.array([-1.0, 1])


def test_a_score_is_the_weighted_mean_of_the_distances_from_the_mean():
    values = np.array([[1.0, 3.0], [5.0, 1.0], [9.0, 9.0]])
    scores = sample_scores(values, [MeasuredSet("s", np.array([0, 1]), np.array([1.0, -3.0]))])
    # gene 0: −1, +1; gene 1: +2, −2; (1 × −1 − 3 × 2) / 4
    np.testing.assert_allclose(scores, [[-7 / 4, 7 / 4]])


def test_no_footprints_give_no_scores():
    assert sample_scores(np.ones((3, 4)), []).shape == (0, 4)


def test_two_scores_are_compared_by_ordinary_least_squares():
    table = compare_scores(np.array([[1.0, 2, 3, 5, 7, 9], [1, 2, 3, 1, 2, 3]]), DESIGN, CONTRAST)
    assert table["log2_fold_change"].tolist() == pytest.approx([5, 0])
    assert table["df"].tolist() == [4, 4]
    assert table["p_value"][1] == pytest.approx(1)


def test_with_a_single_residual_each_score_has_a_test_of_its_own():
    scores = np.random.default_rng(6).normal(size=(14, 3))
    fitted = linear.fit(scores, DESIGN[2:5])
    pd.testing.assert_frame_equal(compare_scores(scores, DESIGN[2:5], CONTRAST), contrasts.estimate(fitted, CONTRAST))


def test_many_independent_scores_are_compared_as_genes_are():
    rng = np.random.default_rng(0)
    scores = rng.normal(size=(400, 6)) * np.sqrt(2 / rng.chisquare(2, 400))[:, None]
    fitted = linear.fit(scores, DESIGN)
    expected = contrasts.estimate(fitted, CONTRAST, moderation.moderate(fitted))
    # Four residual degrees of freedom and about two borrowed are fewer than four times four.
    pd.testing.assert_frame_equal(compare_scores(scores, DESIGN, CONTRAST), expected)


def test_scores_that_are_one_lend_one_another_nothing():
    one = np.random.default_rng(1).normal(size=6)
    scores = np.array([one, -2 * one, one / 2, 3 * one])
    table = compare_scores(scores, DESIGN, CONTRAST)
    assert table["df"].tolist() == pytest.approx([4] * 4)


def test_scores_are_compared_with_the_correlation_of_the_samples():
    rng = np.random.default_rng(2)
    scores = rng.normal(size=(20, 6)) + np.tile(rng.normal(size=(20, 3)), 2)
    correlation = 0.5 * (np.eye(6) + np.tile(np.eye(3), (2, 2)))
    with_blocks = compare_scores(scores, DESIGN, CONTRAST, correlation)
    without = compare_scores(scores, DESIGN, CONTRAST)
    np.testing.assert_allclose(with_blocks["log2_fold_change"], without["log2_fold_change"])
    # Every block has a sample in each group: the blocks take half of the variance out of the difference.
    assert (with_blocks["standard_error"] < without["standard_error"]).mean() > 0.9


def test_a_score_that_does_not_vary_has_no_test_and_lends_nothing():
    scores = np.random.default_rng(3).normal(size=(5, 6))
    table = compare_scores(np.vstack([scores, np.zeros((9, 6))]), DESIGN, CONTRAST)
    assert table["p_value"][5:].isna().all()
    columns = ["log2_fold_change", "ci_low", "ci_high", "standard_error", "p_value"]
    pd.testing.assert_frame_equal(table.loc[:4, columns], compare_scores(scores, DESIGN, CONTRAST)[columns])


def test_the_order_of_the_samples_and_of_the_scores_does_not_matter():
    rng = np.random.default_rng(4)
    scores, samples, sets = rng.normal(size=(14, 6)), rng.permutation(6), rng.permutation(14)
    turned = compare_scores(scores[sets][:, samples], DESIGN[samples], CONTRAST)
    expected = compare_scores(scores, DESIGN, CONTRAST).iloc[sets].reset_index(drop=True)
    pd.testing.assert_frame_equal(turned, expected)


def test_independent_ways_by_hand():
    assert independent_ways(np.array([[1.0, 0], [0, -2], [5, 0], [0, 3]])) == pytest.approx(2)
    assert independent_ways(np.array([[1.0, 2], [-3, -6], [0.1, 0.2]])) == pytest.approx(1)
    # Correlation 0.6: eigenvalues 1.6 and 0.4.
    assert independent_ways(np.array([[1.0, 0], [0.6, 0.8]])) == pytest.approx(4 / (1.6**2 + 0.4**2))


@pytest.mark.parametrize("common", [0.0, 3.0])
def test_the_comparison_holds_its_level_where_one_factor_moves_all_scores(common):
    rng = np.random.default_rng(5)
    p_values = [
        compare_scores(rng.normal(size=(14, 6)) + common * rng.normal(size=6), DESIGN, CONTRAST)["p_value"]
        for _ in range(400)
    ]
    # The scores of one data set are nearly one test: the standard error of a rate of .05 is .011.
    assert np.mean(np.array(p_values) < 0.05) < 0.075
