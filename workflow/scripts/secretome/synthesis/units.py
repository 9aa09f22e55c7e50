"""The estimates of a group as genes × independent units: contrasts of one study or cell line are averaged."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from secretome.synthesis.groups import ContrastResult, Group
from secretome.synthesis.independence import average, covariances_of_errors

Correlations = Mapping[str, pd.DataFrame]  # study → contrasts × contrasts


@dataclass(frozen=True)
class Units:
    """What each independent unit says of each gene.

    Attributes:
        names: the studies of each unit, joined by "+".
        genes: all that any contrast of the group has a row of, sorted.
        effects, errors, df: genes × units, NaN where a unit has no tested effect.
        untested: genes × units, whether there is an effect, but no standard error.
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


def units(group: Group, correlations: Correlations) -> Units:
    """Average the contrasts of each unit of a group.

    Args:
        group: its contrasts.
        correlations: of each study with several contrasts in a group those of their estimates, from their designs
            (:func:`secretome.synthesis.independence.unscaled_covariance`).

    Raises:
        ValueError: the correlation of two contrasts of one study is not given, or a gene stands twice in a table.
    """
    genes = pd.Index(sorted({gene for one in group.results for gene in one.table["gene"]}), dtype=object)
    numbers = sorted(set(group.units))
    shape = (len(genes), len(numbers))
    effects, errors, df = np.full((3, *shape), np.nan)
    untested = np.zeros(shape, dtype=bool)
    names = []
    for column, number in enumerate(numbers):
        own = [one for one, unit in zip(group.results, group.units, strict=True) if unit == number]
        names.append("+".join(dict.fromkeys(one.study for one in own)))
        changes, own_errors, own_df = (_column(own, genes, key) for key in ("log2_fold_change", "standard_error", "df"))
        known = ~np.isnan(changes) & (own_errors > 0)
        untested[:, column] = (~np.isnan(changes)).any(axis=1) & ~known.any(axis=1)
        found = average(
            np.where(known, changes, np.nan),
            covariances_of_errors(correlation(own, correlations), np.where(known, own_errors, np.nan)),
            np.where(np.isnan(own_df), np.inf, own_df),  # a z-test has none
        )
        effects[:, column], errors[:, column], df[:, column] = found.effects, found.errors, found.df
    return Units(tuple(names), genes, effects, errors, df, untested, percentiles(effects))


def correlation(results: Sequence[ContrastResult], correlations: Correlations) -> np.ndarray:
    """The correlation of the estimates of several contrasts; those of different studies are independent.

    Raises:
        ValueError: as :func:`units`.
    """
    found = np.eye(len(results))
    for row, one in enumerate(results):
        for column, other in enumerate(results[:row]):
            if one.study == other.study:
                given = correlations.get(one.study)
                if given is None or not {one.contrast, other.contrast} <= set(given.index) & set(given.columns):
                    raise ValueError(f"{one.study}: no correlation of {other.contrast} and {one.contrast} is given")
                found[row, column] = found[column, row] = given.loc[one.contrast, other.contrast]
    return found


def percentiles(effects: np.ndarray) -> np.ndarray:
    """The place of each effect among those of its unit, from 0 to 1: what a compressed scale leaves as it is."""
    table = pd.DataFrame(effects)
    return ((table.rank() - 0.5) / table.notna().sum()).to_numpy()


def _column(results: Sequence[ContrastResult], genes: pd.Index, key: str) -> np.ndarray:
    """genes × contrasts: one column of each table, NaN where a gene has no row."""
    columns = []
    for one in results:
        values = pd.Series(one.table[key].to_numpy(float), index=one.table["gene"].to_numpy())
        if not values.index.is_unique:
            raise ValueError(f"{one.study}, {one.contrast}: a gene stands twice")
        columns.append(values.reindex(genes).to_numpy())
    return np.column_stack(columns)
