"""Collections of gene sets, and what of them was measured: a set knows its genes as rows of a table."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

# ASSUME: fewer genes do not make a set, more are no longer one theme; gseapy's and fgsea's usual limits are alike.
SMALLEST_SET, LARGEST_SET = 10, 500


@dataclass(frozen=True)
class Collection:
    """Gene sets of one origin.

    Attributes:
        name: its key in the signatures file.
        sets: gene set → gene → weight; the weight is 1 where the genes of a set count alike.
        weighted: the weights differ, and their signs mean up and down.
    """

    name: str
    sets: Mapping[str, Mapping[str, float]]
    weighted: bool


@dataclass(frozen=True)
class MeasuredSet:
    """A gene set as far as it was measured: the rows of its genes, and their weights."""

    name: str
    rows: np.ndarray
    weights: np.ndarray


def measured_sets(
    collection: Collection, genes: Sequence[str], smallest: int = SMALLEST_SET, largest: int = LARGEST_SET
) -> tuple[list[MeasuredSet], dict[str, int]]:
    """The sets of a collection among the genes at hand.

    Args:
        collection: the sets.
        genes: the symbols of the rows, unique.
        smallest, largest: how many measured genes a set must have and may have.

    Returns:
        The sets within the limits, and how many genes the others have among those at hand.
    """
    row_of = {gene: row for row, gene in enumerate(genes)}
    kept, dropped = [], {}
    for name, weights in collection.sets.items():
        rows = sorted((row_of[gene], weight) for gene, weight in weights.items() if gene in row_of and weight)
        if smallest <= len(rows) <= largest:
            positions, values = zip(*rows, strict=True)
            kept.append(MeasuredSet(name, np.array(positions), np.array(values, dtype=float)))
        else:
            dropped[name] = len(rows)
    return kept, dropped
