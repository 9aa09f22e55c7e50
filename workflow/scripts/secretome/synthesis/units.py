"""The estimates of a group as genes × independent units: contrasts of one study or cell line are averaged."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from secretome.synthesis.correlations import Correlations
from secretome.synthesis.groups import ContrastResult, Group
from secretome.synthesis.independence import average, covariances_of_errors

# ASSUME where the source says that a gene has no value at all, it was not measured; too few reads to be tested are a
# measurement.
NOT_THERE = ("all_missing", "not_detected")


@dataclass(frozen=True)
class Units:
    """What each independent unit says of each gene.

    Attributes:
        names: the studies of each unit, joined by "+".
        genes: all that any contrast of the group has a row of, sorted.
        effects, errors, df: genes × units, NaN where a unit has no tested effect.
        untested: genes × units, whether the gene was measured, but has no effect with a standard error.
        percentiles: genes × units, the place of the effect among those of the unit, 0 the lowest and 1 the highest.
    """

    names: tuple[str, ...]
    genes: pd.Index
    effects: np.ndarray
    errors: np.ndarray
    df: np.ndarray
    untested: np.ndarray
    percentiles: np.ndarray

    def of(self, rows: np.ndarray) -> "Units":
        """Those of some genes."""
        parts = (self.effects, self.errors, self.df, self.untested, self.percentiles)
        return Units(self.names, self.genes[rows], *(one[rows] for one in parts))


def units(group: Group, correlations: Mapping[str, Correlations]) -> Units:
    """Average the contrasts of each unit of a group.

    Args:
        group: its contrasts.
        correlations: of each study with several contrasts in a group those of their estimates, from their fits or
            designs (:mod:`secretome.synthesis.correlations`).

    Raises:
        ValueError: the correlation of two contrasts of one study is not given, or a gene stands twice in a table.
    """
    genes = pd.Index(sorted(set().union(*(one.table["gene"] for one in group.results))), dtype=object)
    numbers = sorted(set(group.units))
    shape = (len(genes), len(numbers))
    effects, errors, df = np.full((3, *shape), np.nan)
    untested = np.zeros(shape, dtype=bool)
    names = []
    for column, number in enumerate(numbers):
        own = [one for one, unit in zip(group.results, group.units, strict=True) if unit == number]
        names.append("+".join(dict.fromkeys(one.study for one in own)))
        rows = [_rows(one, genes) for one in own]
        changes, own_errors, own_df = (
            _column(own, rows, len(genes), key) for key in ("log2_fold_change", "standard_error", "df")
        )
        known = ~np.isnan(changes) & (own_errors > 0)
        untested[:, column] = _measured(own, rows, len(genes)) & ~known.any(axis=1)
        found = average(
            np.where(known, changes, np.nan),
            covariances_of_errors(correlation(own, genes, correlations), np.where(known, own_errors, np.nan)),
            np.where(np.isnan(own_df), np.inf, own_df),  # a z-test has none
        )
        effects[:, column], errors[:, column], df[:, column] = found.effects, found.errors, found.df
    return Units(tuple(names), genes, effects, errors, df, untested, percentiles(effects))


def correlation(
    results: Sequence[ContrastResult], genes: pd.Index, correlations: Mapping[str, Correlations]
) -> np.ndarray:
    """genes × contrasts × contrasts: of the estimates; those of different studies are independent.

    Raises:
        ValueError: as :func:`units`.
    """
    found = np.tile(np.eye(len(results)), (len(genes), 1, 1))
    for study in dict.fromkeys(one.study for one in results):
        places = [place for place, one in enumerate(results) if one.study == study]
        names = [results[place].contrast for place in places]
        if len(names) > 1:
            if study not in correlations or not set(names) <= set(correlations[study].contrasts):
                raise ValueError(f"{study}: no correlations of {', '.join(names)} are given")
            square = np.ix_(np.arange(len(genes)), np.array(places), np.array(places))
            found[square] = correlations[study].of(names, genes)
    return found


def percentiles(effects: np.ndarray) -> np.ndarray:
    """The place of each effect among those of its unit, from 0 to 1: what a compressed scale leaves as it is."""
    table = pd.DataFrame(effects)
    return ((table.rank() - 0.5) / table.notna().sum()).to_numpy()


def _rows(one: ContrastResult, genes: pd.Index) -> np.ndarray:
    """Which of the genes stands in each row of the table."""
    rows = genes.get_indexer(one.table["gene"])
    if len(np.unique(rows)) < len(rows):
        raise ValueError(f"{one.study}, {one.contrast}: a gene stands twice")
    return rows


def _column(results: Sequence[ContrastResult], rows: Sequence[np.ndarray], genes: int, key: str) -> np.ndarray:
    """genes × contrasts: one column of each table, NaN where a gene has no row."""
    values = np.full((genes, len(results)), np.nan)
    for column, (one, places) in enumerate(zip(results, rows, strict=True)):
        values[places, column] = one.table[key].to_numpy(float)
    return values


def _measured(results: Sequence[ContrastResult], rows: Sequence[np.ndarray], genes: int) -> np.ndarray:
    """Whether any of the contrasts has values of each gene."""
    there = np.zeros(genes, dtype=bool)
    for one, places in zip(results, rows, strict=True):
        there[places[~one.table["reason"].isin(NOT_THERE).to_numpy()]] = True
    return there
