"""How many splits there are, and where the observed one stands."""

from math import comb

import numpy as np
import pytest
from diagnostic_alarms import correlated

from secretome.diagnostics import refit, splits

CONTRAST = np.array([1.0, -1])


def blocks(level, reference, labels=()):
    return splits.blocks_of(range(level), range(level, level + reference), labels)


def test_three_against_three_has_ten():
    assert splits.count_splits(blocks(3, 3)) == 10
    assert splits.count_splits(blocks(4, 4)) == 35
    assert splits.count_splits(blocks(2, 3)) == 10
    assert splits.count_splits(blocks(2, 2)) == 3


@pytest.mark.parametrize("pairs", [2, 3, 4, 6])
def test_pairs_turn_one_by_one(pairs):
    own = blocks(pairs, pairs, [f"donor{row % pairs}" for row in range(2 * pairs)])
    assert splits.count_splits(own) == 2 ** (pairs - 1)
    assert len({matrix.tobytes() for matrix in splits.relabelled(np.repeat(np.eye(2), pairs, 0), own)}) == 2 ** (
        pairs - 1
    )


def test_blocks_of_unlike_sizes():
    # donor a: 2 + 2, donor b: 1 + 2
    own = splits.blocks_of([0, 1, 2], [3, 4, 5, 6], ["a", "a", "b", "a", "a", "b", "b"])
    assert own == [([0, 1], [3, 4]), ([2], [5, 6])]
    assert splits.count_splits(own) == comb(4, 2) * 3


@pytest.mark.parametrize(("level", "reference"), [(3, 3), (2, 3), (4, 2)])
def test_every_split_comes_once_and_the_observed_first(level, reference):
    matrix = np.vstack([np.repeat(np.eye(3)[:2], [level, reference], axis=0), np.eye(3)[[2, 2]]])
    own = blocks(level, reference)
    found = list(splits.relabelled(matrix, own))
    np.testing.assert_array_equal(found[0], matrix)
    seen = set()
    for one in found:
        np.testing.assert_array_equal(one.sum(axis=0), matrix.sum(axis=0))
        np.testing.assert_array_equal(one[-2:], matrix[-2:])  # another group stays
        group = frozenset(np.flatnonzero(one[:, 0]))
        seen.add(frozenset([group, frozenset(np.flatnonzero(one[:, 1]))]) if level == reference else group)
    assert len(seen) == len(found) == splits.count_splits(own)


def test_a_clear_effect_ranks_first_and_none_anywhere():
    random = np.random.default_rng(3)
    matrix = np.repeat(np.eye(2), 3, axis=0)
    values = correlated(random, 3000, 6, 0)
    values[:900] += 4 * matrix[:, 0]
    own = blocks(3, 3)
    found = splits.describe_splits(values, None, matrix, own, refit.linear_models(CONTRAST))
    assert found["splits"] == found["tried"] == 10
    assert found["genes"] == 2000
    assert found["rank"] == 1
    assert found["small_p"] > 400
    shuffled = values[:, [0, 3, 1, 4, 2, 5]]  # the effect is now in one of the other splits
    assert splits.describe_splits(shuffled, None, matrix, own, refit.linear_models(CONTRAST))["rank"] > 1


def test_too_many_splits_are_counted_and_not_tried():
    matrix = np.repeat(np.eye(2), 6, axis=0)
    values = np.random.default_rng(0).normal(size=(50, 12))
    found = splits.describe_splits(values, None, matrix, blocks(6, 6), refit.linear_models(CONTRAST))
    assert found == {"splits": 462, "tried": 0, "genes": 0, "small_p": None, "rank": None}
