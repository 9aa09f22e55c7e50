"""Percentiles of expression by hand."""

import numpy as np

from secretome.expression_level import expression_percentile, mean_of_present

ALL = np.ones(4, bool)


def test_by_hand():
    np.testing.assert_allclose(expression_percentile(np.array([1.0, 4, 2, 3]), ALL), [12.5, 87.5, 37.5, 62.5])


def test_ties_share_their_place():
    np.testing.assert_allclose(expression_percentile(np.array([1.0, 2, 2, 3]), ALL), [12.5, 50, 50, 87.5])


def test_genes_that_were_not_kept_are_placed_among_those_that_were():
    mean = np.array([1.0, 2, 3, 4, -5, 2.5, 9, 3])
    kept = np.array([True] * 4 + [False] * 4)
    np.testing.assert_allclose(expression_percentile(mean, kept)[4:], [0, 50, 100, 62.5])
    np.testing.assert_allclose(expression_percentile(mean, kept)[:4], expression_percentile(mean[:4], ALL))


def test_without_a_value_there_is_no_place():
    found = expression_percentile(np.array([np.nan, 2, 1]), np.array([True, True, True]))
    np.testing.assert_allclose(found, [np.nan, 75, 25])
    assert np.isnan(expression_percentile(np.array([1.0, np.nan]), np.array([False, True]))).all()
    assert expression_percentile(np.zeros(0), np.zeros(0, bool)).size == 0


def test_order_does_not_matter():
    random = np.random.default_rng(0)
    mean, kept = random.normal(size=200).round(1), random.random(200) < 0.7
    order = random.permutation(200)
    np.testing.assert_array_equal(
        expression_percentile(mean, kept)[order], expression_percentile(mean[order], kept[order])
    )
    assert expression_percentile(mean, kept)[kept].mean() == 50


def test_the_mean_is_of_what_is_there():
    means = mean_of_present(np.array([[1.0, np.nan, 3], [np.nan, np.nan, np.nan]]))
    np.testing.assert_array_equal(means, [2, np.nan])
