"""Amounts of proteins made comparable between samples, in two ways that are shown side by side.

The median of shared proteins hides a change of all of secretion at once; the number of cells or the total protein
shows it, and carries their errors into every protein.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from secretome.faults import warning
from secretome.normalise import median_shifts
from secretome.sample_quantities import quantities
from secretome.technologies import PER

# ASSUME the median of fewer shared proteins than this moves with each of them.
FEWEST_SHARED = 10
# ASSUME two normalisations tell different stories when the median change of all proteins differs by this (log2).
LARGEST_DIFFERENCE = 0.5

_SAID = {"cell_number": "the number of cells", "total_protein": "the total protein"}


@dataclass(frozen=True)
class Normalisation:
    """What is subtracted from each sample.

    Attributes:
        shift: samples, log2, mean 0.
        other_shift: samples, log2, mean 0: what the other normalisation would subtract.
        method: what was done, for the page.
        other: what the other one would do.
        shared: how many proteins all samples have.
        warnings: ``{"code", "message"}``.
    """

    shift: np.ndarray
    other_shift: np.ndarray
    method: str
    other: str
    shared: int
    warnings: tuple[dict[str, str], ...] = ()


def normalisation_of(
    log2: np.ndarray, sheet: pd.DataFrame, samples: Mapping[str, Any], technology: str
) -> Normalisation:
    """How the samples of proteins or analytes are made comparable.

    By the declared `cell_number` or `total_protein` where there is one: its log2, centred over the samples, is
    subtracted, so that values are per cell. Otherwise proteins are shifted to the same median of those that all samples
    have, and analytes of a panel are left as they are. The other normalisation is the one that does not lead: the
    median where a quantity is declared; none (no shift) where it is not.

    # ASSUME the analytes of a panel were chosen because they change: their median is no reference.

    Args:
        log2: kept proteins × samples, NaN where there is no value.
        sheet: one row a sample, text.
        samples: of the study file: `cell_number` or `total_protein` name a column whose values are positive numbers.
        technology: `proteomics` or `panel`.
    """
    nothing = np.zeros(log2.shape[1])
    of_panel = technology == "panel"
    median, shared = (nothing, 0) if of_panel else median_shifts(log2)
    by_median = "none" if of_panel else f"shifted to the same median of the {shared} proteins that all samples have"
    declared = next((key for key in PER if samples.get(key)), "")
    if declared:
        # log2(amount / cells) = log2 amount - log2 cells; the mean is taken off so that levels keep their scale.
        amount = np.log2(quantities(sheet[samples[declared]].to_list()))
        said = f"per cell: log2 of {_SAID[declared]} (column {samples[declared]}) subtracted, its mean left in"
        return Normalisation(amount - amount.mean(), median, said, by_median, shared)
    if of_panel:
        return Normalisation(nothing, nothing, "as measured", "none", shared)
    few = () if shared >= FEWEST_SHARED else (_few_shared(shared),)
    return Normalisation(median, nothing, by_median, "none", shared, few)


def _few_shared(shared: int) -> dict[str, str]:
    message = f"Samples were normalised by the median of {shared} proteins that all of them have, which are too few."
    return warning("normalisation", f"{message} Give samples: cell_number or total_protein.")


def other_changes(lead: pd.DataFrame, other: pd.DataFrame) -> pd.DataFrame:
    """The changes under both normalisations, and where they contradict each other.

    Args:
        lead: as ``models.contrasts.estimate`` gives it, genes as the index, of the values as they are compared.
        other: the same of ``values + shift - other_shift``.

    Returns:
        One row a gene of ``lead``, in its order: gene, log2_fold_change, ci_low, ci_high, other_log2_fold_change,
        other_ci_low, other_ci_high, sign_change (the two changes have opposite signs), sign_flip (and both 95 %
        intervals exclude 0).

    Raises:
        ValueError: the two tables are not of the same genes.
    """
    if set(lead.index) != set(other.index) or lead.index.has_duplicates:
        raise ValueError("the two normalisations must be of the same genes, each once")
    columns = ["log2_fold_change", "ci_low", "ci_high"]
    here, there = lead[columns], other[columns].reindex(lead.index)
    opposite = (here["log2_fold_change"] * there["log2_fold_change"] < 0).to_numpy()
    clear = (here["ci_low"] * here["ci_high"] > 0) & (there["ci_low"] * there["ci_high"] > 0)
    table = pd.concat([here, there.add_prefix("other_")], axis=1)
    table.insert(0, "gene", lead.index.astype(object))
    return table.assign(sign_change=opposite, sign_flip=opposite & clear.to_numpy()).reset_index(drop=True)


def story_warnings(changes: pd.DataFrame, secreted: Collection[str] = ()) -> list[dict[str, str]]:
    """A warning where the two normalisations tell different stories.

    That is where the median change of all proteins differs by more than ``LARGEST_DIFFERENCE``, or a secreted protein
    changes clearly in opposite directions.

    Args:
        changes: of :func:`other_changes`.
        secreted: the genes whose protein is known to be secreted; all genes count where none is given.
    """
    difference = float((changes["log2_fold_change"] - changes["other_log2_fold_change"]).median())
    judged = changes["gene"].isin(list(secreted)) if secreted else np.ones(len(changes), bool)
    flipped = changes.loc[judged & changes["sign_flip"], "gene"].to_list()
    parts = []
    if abs(difference) > LARGEST_DIFFERENCE:
        parts.append(f"the median log2 fold change differs by {difference:+.2f}")
    if flipped:
        named = ", ".join(flipped[:5]) + (f" and {len(flipped) - 5} more" if len(flipped) > 5 else "")
        parts.append(f"secreted proteins change in opposite directions ({named})")
    if not parts:
        return []
    message = f"The two normalisations tell different stories: {'; '.join(parts)}."
    return [warning("normalisation", f"{message} Directions rest on which of them is right.")]
