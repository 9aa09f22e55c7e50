"""Gene sets as a sparse matrix, by hand."""

import numpy as np

from secretome.pathways.collections import MeasuredSet
from secretome.pathways.weight_matrix import weight_matrix


def test_each_set_is_a_row_with_its_weights():
    sets = [MeasuredSet("a", np.array([0, 2]), np.array([1.5, -1.0])), MeasuredSet("b", np.array([2]), np.array([2.0]))]
    np.testing.assert_array_equal(weight_matrix(sets, 4).toarray(), [[1.5, 0, -1, 0], [0, 0, 2, 0]])


def test_no_sets_are_a_matrix_without_rows():
    assert weight_matrix([], 4).shape == (0, 4)
