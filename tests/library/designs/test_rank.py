"""rank: what cannot be told apart, and what a random block leaves to see."""

import numpy as np
import pytest

from secretome.designs import rank
from secretome.models import blocks


def means(*sizes: int) -> np.ndarray:
    return np.repeat(np.eye(len(sizes)), sizes, axis=0)


def test_aliased_columns_are_named_with_their_partners():
    matrix = np.column_stack([means(2, 2, 2), [1, 1, 0, 0, 0, 0], [1, 2, 3, 4, 5, 7]])
    assert rank.aliased(matrix) == [(3, [0])]
    assert rank.aliased(np.column_stack([means(2, 2), [1, 1, 1, 1]])) == [(2, [0, 1])]
    assert rank.aliased(np.column_stack([means(2, 2), [0, 0, 0, 0]])) == [(2, [])]


def test_without_blocks_nothing_is_inflated():
    assert rank.inflation(means(2, 5, 3), np.array([0.5, 0.5, -1]), 3) == pytest.approx(1)


def test_the_inflation_of_a_slope_is_that_of_the_textbook():
    """D02: 1 / (1 - r²)."""
    dose = np.array([0.0, 1, 2, 3, 4, 5, 6, 7])
    batch = (dose > 3).astype(float)
    matrix = np.column_stack([np.ones(8), dose - dose.mean(), batch])
    r = np.corrcoef(dose, batch)[0, 1]
    assert rank.inflation(matrix, np.array([0.0, 1, 0]), 2) == pytest.approx(1 / (1 - r**2))


@pytest.mark.parametrize(
    ("labels", "problem"),
    [
        (["A", "A", "A", "B", "B", "B"], "coincides with the groups"),
        (["A", "A", "A", "B", "C", "C"], ""),  # two donors of one group tell
        (["A", "B", "C", "A", "B", "C"], ""),  # pairs
        (["A", "B", "B", "C", "C", "D"], ""),
        (["A", "B", "B", "C", "D", "E"], "too little to tell the spread within one donor"),  # one pair among six
        (["A", "B", "C", "D", "E", "F"], "too little to tell the spread within one donor"),
    ],
)
def test_a_random_block_must_leave_something_to_see(labels, problem):
    faults = rank.random_block_faults(means(3, 3), labels, "donor")
    assert [problem in fault.problem for fault in faults] == ([True] if problem else [])


def test_one_residual_degree_of_freedom_cannot_hold_two_variances():
    matrix = np.column_stack([means(2, 2), [0, 1, 0, 1]])
    assert rank.random_block_spread(matrix, ["A", "A", "B", "C"]) == (False, True)


def test_the_condition_is_that_of_a_flat_likelihood():
    """The profile likelihood of the correlation, as duplicateCorrelation maximises it, differs only where it can be."""
    values = np.random.default_rng(1).normal(size=6)
    for labels in ("AAABBB", "AAABCC", "ABCABC", "ABBCCD", "ABCDEF"):
        blocks = np.equal.outer(list(labels), list(labels)).astype(float)
        heights = []
        for correlation in (0.0, 0.3, 0.6):
            covariance = (1 - correlation) * np.eye(6) + correlation * blocks
            q = np.linalg.qr(means(3, 3), mode="complete")[0][:, 2:]
            projected = q.T @ covariance @ q
            residual = q.T @ values
            spread = residual @ np.linalg.solve(projected, residual) / 4
            heights.append(-2 * np.log(spread) - np.linalg.slogdet(projected)[1] / 2)
        flat = bool(np.ptp(heights) < 1e-9)
        assert flat != rank.random_block_spread(means(3, 3), list(labels))[0], labels


def test_a_contrast_within_blocks_is_estimable_although_the_matrix_is_not_of_full_rank():
    donors = np.kron(np.eye(4), np.ones((2, 1)))[:, 1:]
    groups = np.kron(np.eye(2), np.kron(np.ones((2, 1)), np.eye(2)))  # two genotypes, each with and without the drug
    matrix = np.column_stack([groups, donors])
    assert [column for column, _ in rank.aliased(matrix)] == [6]
    zeros = np.zeros(3)
    assert rank.estimable(matrix, np.append([1, -1, 0, 0], zeros))
    assert rank.estimable(matrix, np.append([1, -1, -1, 1], zeros))
    assert not rank.estimable(matrix, np.append([1, 0, -1, 0], zeros))


@pytest.mark.parametrize(
    "labels", ["aab bcd", "aab bbc", "aab ccd", "abc abc", "aab cd", "aa bc", "ab abb", "aaab bbc", "aab bc"]
)
def test_what_bears_a_random_block_has_a_correlation(labels):
    """What is taken at parse must not fail when the data are there."""
    first, second = labels.split()
    matrix, names = means(len(first), len(second)), [*first, *second]
    members = np.array([[float(name == one) for one in sorted(set(names))] for name in names])
    random = np.random.default_rng(0)
    values = random.normal(size=(60, members.shape[1])) @ members.T + random.normal(size=(60, len(names)))
    if rank.random_block_faults(matrix, names, "donor"):
        with pytest.raises(ValueError, match="correlation"):
            blocks.consensus_correlation(values, matrix, names)
    else:
        assert -1 < blocks.consensus_correlation(values, matrix, names).consensus < 1
