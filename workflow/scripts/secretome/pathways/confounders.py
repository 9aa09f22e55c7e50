"""Known confounders of a signal: the genes that move its gene sets without it, and the sets without those genes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from secretome.pathways.collections import MeasuredSet
from secretome.pathways.fitted import FittedContrast
from secretome.pathways.fry import fry
from secretome.pathways.relative import relative
from secretome.pathways.speakers import Name, Reduced

FEWEST_LEFT = 3  # ASSUME a set of which fewer genes are left says nothing of its own


@dataclass(frozen=True)
class ReducedSet:
    """A gene set that decides on a signal, without the genes that are known to confound it.

    Attributes:
        signal, collection, gene_set: whose it is.
        left_out: the confounding genes that were measured in it.
        rest: what is left of it; None where that is fewer than three genes.
    """

    signal: str
    collection: str
    gene_set: str
    left_out: tuple[str, ...]
    rest: MeasuredSet | None


def reduced_sets(
    signals: Mapping[str, Mapping[str, Any]], measured: Mapping[str, Sequence[MeasuredSet]], genes: Sequence[str]
) -> list[ReducedSet]:
    """The deciding sets that hold genes of their signal's confounders.

    Args:
        signals: key → ``speakers``, ``confounders`` (each with ``genes``, where it names any).
        measured: collection → its measured sets.
        genes: the symbols of the rows.
    """
    by_name = {(collection, one.name): one for collection, sets in measured.items() for one in sets}
    found = []
    for key, signal in signals.items():
        confounding = {gene for entry in signal["confounders"] for gene in entry["genes"]}
        for speaker in signal["speakers"]:
            name = speaker["collection"], speaker["gene_set"]
            if speaker["decides"] and name in by_name:
                one = by_name[name]
                among = np.array([genes[row] in confounding for row in one.rows])
                if among.any():
                    left_out = tuple(sorted(genes[row] for row in one.rows[among]))
                    rest = MeasuredSet(one.name, one.rows[~among], one.weights[~among])
                    enough = rest.rows.size >= FEWEST_LEFT
                    found.append(ReducedSet(key, *name, left_out, rest if enough else None))
    return found


def without_confounders(
    signals: Mapping[str, Mapping[str, Any]], measured: Mapping[str, Sequence[MeasuredSet]], fitted: FittedContrast
) -> dict[tuple[str, Name], Reduced]:
    """The two tests of the deciding sets without the genes of known confounders: (signal, set) → what they give.

    Args:
        signals, measured: as :func:`reduced_sets`.
        fitted: the contrast.
    """
    sets = reduced_sets(signals, measured, fitted.genes)
    # A set can decide on several signals, and sets of two collections can have the same name.
    rest = [replace(one.rest, name=str(place)) for place, one in enumerate(sets) if one.rest]
    moves = fry(fitted.effects, fitted.errors, rest, fitted.genes)
    against = relative(fitted.effects, fitted.errors, rest, fitted.values.mean(axis=1))
    by_place = [{int(row["gene_set"]): row for row in table.to_dict("records")} for table in (moves, against)]
    return {
        (one.signal, (one.collection, one.gene_set)): Reduced(one.left_out, *(rows.get(place) for rows in by_place))
        for place, one in enumerate(sets)
    }
