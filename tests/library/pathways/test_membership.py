"""Gene sets as a sparse matrix."""

import numpy as np

from secretome.pathways.collections import MeasuredSet
from secretome.pathways.membership import alike, membership, sizes

SETS = [
    MeasuredSet("a", np.array([0, 2]), np.array([1.0, -2])),
    MeasuredSet("b", np.array([3, 1, 0]), np.array([0.5, 3, 1])),
]


def test_the_weights_stand_where_the_genes_are():
    members = membership(SETS, 5)
    np.testing.assert_array_equal(members.toarray(), [[1, 0, -2, 0, 0], [1, 3, 0, 0.5, 0]])
    assert sizes(members).tolist() == [2, 3]
    np.testing.assert_array_equal(alike(members).toarray(), [[1, 0, 1, 0, 0], [1, 1, 0, 1, 0]])


def test_its_product_is_the_weighted_sum_of_each_set():
    values = np.random.default_rng(0).normal(size=(5, 3))
    expected = [one.weights @ values[one.rows] for one in SETS]
    np.testing.assert_allclose(membership(SETS, 5) @ values, expected, rtol=1e-14)


def test_no_sets_are_a_matrix_without_rows():
    members = membership([], 4)
    assert members.shape == (0, 4)
    assert (members @ np.ones((4, 2))).shape == (0, 2)
    assert sizes(members).size == 0
