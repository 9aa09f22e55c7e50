"""Collections of gene sets, and what of them was measured: a set knows its genes as rows of a table."""

from collections.abc import Collection as Genes
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

# ASSUME: fewer genes do not make a set, more are no longer one theme; gseapy's and fgsea's usual limits are alike.
SMALLEST_SET, LARGEST_SET = 10, 500
# Why a set is not tested.
TOO_SMALL, TOO_LARGE, ALL_GENES = "too small", "too large", "of all genes"


@dataclass(frozen=True)
class Collection:
    """Gene sets of one origin.

    Attributes:
        name: its key in the signatures file.
        sets: gene set → gene → weight; the weight is 1 where the genes of a set count alike.
        weighted: the weights differ, and their signs mean up and down.
        smallest, largest: how many measured genes a set must have and may have.
        unavailable: why it could not be had; it then has no sets.
        warnings: ``code`` and ``message`` of what a reader has to know about it.
    """

    name: str
    sets: Mapping[str, Mapping[str, float]]
    weighted: bool
    smallest: int = SMALLEST_SET
    largest: int = LARGEST_SET
    unavailable: str = ""
    warnings: tuple[Mapping[str, str], ...] = ()


@dataclass(frozen=True)
class MeasuredSet:
    """A gene set as far as it was measured: the rows of its genes, and their weights."""

    name: str
    rows: np.ndarray
    weights: np.ndarray


def measured_sets(collection: Collection, genes: Sequence[str]) -> tuple[list[MeasuredSet], dict[str, str]]:
    """The sets of a collection among the genes at hand.

    Args:
        collection: the sets.
        genes: the symbols of the rows, unique.

    Returns:
        The sets within the limits of the collection that leave other genes to compare with; and of each of the others
        why it is not tested: ``TOO_SMALL``, ``TOO_LARGE`` or ``ALL_GENES``.
    """
    row_of = {gene: row for row, gene in enumerate(genes)}
    kept, dropped = [], {}
    for name, weights in collection.sets.items():
        rows = sorted((row_of[gene], weight) for gene, weight in weights.items() if gene in row_of and weight)
        if len(rows) < collection.smallest:
            dropped[name] = TOO_SMALL
        elif len(rows) == len(genes):
            dropped[name] = ALL_GENES
        elif len(rows) > collection.largest:
            dropped[name] = TOO_LARGE
        else:
            positions, values = zip(*rows, strict=True)
            kept.append(MeasuredSet(name, np.array(positions), np.array(values, dtype=float)))
    return kept, dropped


def without(collection: Collection, genes: Genes[str]) -> tuple[Collection, dict[str, list[str]]]:
    """The collection without some genes: a set that holds a ligand under study would answer for the ligand itself.

    Args:
        collection: the sets.
        genes: current symbols.

    Returns:
        The collection, and of each set that held any of them which were left out, sorted.
    """
    leaving = set(genes)
    left_out = {name: sorted(leaving & set(weights)) for name, weights in collection.sets.items()}
    left_out = {name: gone for name, gone in left_out.items() if gone}
    sets = {
        name: {gene: weight for gene, weight in weights.items() if gene not in leaving} if name in left_out else weights
        for name, weights in collection.sets.items()
    }
    return replace(collection, sets=sets), left_out
