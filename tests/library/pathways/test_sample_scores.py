"""Sample scores by hand."""

import numpy as np
import pytest

from secretome.pathways.collections import MeasuredSet
from secretome.pathways.sample_scores import compare_scores, sample_scores


def test_a_score_is_the_weighted_mean_of_the_distances_from_the_mean():
    values = np.array([[1.0, 3.0], [5.0, 1.0], [9.0, 9.0]])
    scores = sample_scores(values, [MeasuredSet("s", np.array([0, 1]), np.array([1.0, -3.0]))])
    # gene 0: −1, +1; gene 1: +2, −2; (1 × −1 − 3 × 2) / 4
    np.testing.assert_allclose(scores, [[-7 / 4, 7 / 4]])


def test_no_footprints_give_no_scores():
    assert sample_scores(np.ones((3, 4)), []).shape == (0, 4)


def test_scores_are_compared_by_ordinary_least_squares():
    design = np.repeat(np.eye(2), 3, axis=0)
    table = compare_scores(np.array([[1.0, 2, 3, 5, 7, 9], [1, 2, 3, 1, 2, 3]]), design, np.array([-1.0, 1]))
    assert table["log2_fold_change"].tolist() == pytest.approx([5, 0])
    assert table["df"].tolist() == [4, 4]
    assert table["p_value"][1] == pytest.approx(1)
