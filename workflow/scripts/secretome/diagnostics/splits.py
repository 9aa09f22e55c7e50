"""In how many ways the samples of a contrast could have been labelled: a description, never a test.

With 3 + 3 samples there are ten splits: no permutation p-value can be below 0.1, and the groups of the other nine
splits still differ by what the treatment does.
"""

from collections.abc import Iterator, Sequence
from itertools import combinations, product
from math import comb, prod
from typing import Any

import numpy as np

from secretome.diagnostics.refit import Refit

MOST_SPLITS = 40  # that are fitted: 4 + 4 has 35
MOST_GENES = 2000
SMALL_P = 0.05

Blocks = Sequence[tuple[Sequence[int], Sequence[int]]]


def blocks_of(level: Sequence[int], reference: Sequence[int], labels: Sequence[str] = ()) -> Blocks:
    """The rows of the samples that may change places: within each block those of the level and of the reference.

    Args:
        level, reference: rows of the design.
        labels: the block of every row of the design; none where there are no blocks.
    """
    if not labels:
        return [(list(level), list(reference))]
    names = dict.fromkeys(labels[row] for row in [*level, *reference])
    return [
        ([row for row in level if labels[row] == name], [row for row in reference if labels[row] == name])
        for name in names
    ]


def count_splits(blocks: Blocks) -> int:
    """How many different ways there are to label the samples within their blocks.

    Groups that change places as a whole are one split: 3 + 3 samples have ten, n pairs 2 to the power of n - 1.
    """
    ways = prod(comb(len(level) + len(reference), len(level)) for level, reference in blocks)
    return ways // 2 if _symmetric(blocks) else ways


def _symmetric(blocks: Blocks) -> bool:
    return all(len(level) == len(reference) for level, reference in blocks)


def relabelled(design_matrix: np.ndarray, blocks: Blocks) -> Iterator[np.ndarray]:
    """The design matrix under each split, the observed one first.

    Right where the rows of samples that change places differ by their group alone: no other covariate.
    """
    rows = [[*level, *reference] for level, reference in blocks]
    choices = [list(combinations(range(len(own)), len(level))) for own, (level, _) in zip(rows, blocks, strict=True)]
    if _symmetric(blocks) and choices:
        choices[0] = choices[0][: len(choices[0]) // 2]  # those with the first sample in the level's group
    for chosen in product(*choices):
        matrix = design_matrix.copy()
        for own, labelled in zip(rows, chosen, strict=True):
            others = [place for place in range(len(own)) if place not in labelled]
            matrix[[own[place] for place in [*labelled, *others]]] = design_matrix[own]
        yield matrix


def describe_splits(
    values: np.ndarray, weights: np.ndarray | None, design_matrix: np.ndarray, blocks: Blocks, refit: Refit
) -> dict[str, Any]:
    """How the number of small p-values of the observed split compares with that of the others.

    Args:
        values, weights: genes × samples; at most 2,000 genes are used, evenly along the table.
        design_matrix: samples × coefficients, without covariates beyond the groups and ``blocks``.
        blocks: see :func:`blocks_of`.
        refit: the engine.

    Returns:
        ``splits``; ``tried``, 0 where there are more than 40 or only one; ``genes``; ``small_p`` (p < .05 in the
        observed split) and ``rank`` (1: no other split has more; ties share the worse rank), None where none was tried.
    """
    splits = count_splits(blocks)
    described = {"splits": splits, "tried": 0, "genes": 0, "small_p": None, "rank": None}
    if not 1 < splits <= MOST_SPLITS:
        return described
    chosen = np.linspace(0, len(values) - 1, min(len(values), MOST_GENES)).round().astype(int)
    own = None if weights is None else weights[chosen]
    samples = np.arange(len(design_matrix))
    found = [
        int((refit(values[chosen], own, matrix, samples) < SMALL_P).sum())
        for matrix in relabelled(design_matrix, blocks)
    ]
    rank = sum(number >= found[0] for number in found)
    return {**described, "tried": len(found), "genes": int(chosen.size), "small_p": found[0], "rank": int(rank)}
