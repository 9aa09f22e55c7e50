"""How highly a gene is expressed among the genes of its study: whether a change concerns much or next to nothing."""

import numpy as np


def mean_of_present(values: np.ndarray) -> np.ndarray:
    """The mean of each gene's values (genes × samples, NaN where there is none), NaN where it has none."""
    present = ~np.isnan(values)
    with np.errstate(invalid="ignore"):
        return np.where(present, values, 0).sum(axis=1) / present.sum(axis=1)


def expression_percentile(mean_log2_expression: np.ndarray, kept: np.ndarray) -> np.ndarray:
    """Where each gene's mean expression stands among the genes of the study that were kept for testing.

    The share of the kept genes that lie below it, ties counting half. A gene that was not kept is placed among those
    that were, so that its number means the same. Of counts the mean is of log2 counts per million, which says nothing
    of a gene's length: twice as long, twice as many reads. Of intensities it is the rank alone that can be read.

    # ASSUME the kept genes are what "expressed" means: among all measured ones half of an RNA-seq table is silent.

    Args:
        mean_log2_expression: genes; NaN where there is no value.
        kept: genes, whether it passed the low-expression filter.

    Returns:
        Percent, 0 to 100; NaN where there is no value, and everywhere if no kept gene has one.
    """
    reference = np.sort(mean_log2_expression[kept & np.isfinite(mean_log2_expression)])
    percentile = np.full(mean_log2_expression.shape, np.nan)
    if reference.size:
        measured = np.isfinite(mean_log2_expression)
        values = mean_log2_expression[measured]
        below, not_above = (np.searchsorted(reference, values, side=side) for side in ("left", "right"))
        percentile[measured] = 100 * (below + not_above) / (2 * reference.size)
    return percentile
