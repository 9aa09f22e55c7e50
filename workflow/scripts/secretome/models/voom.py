"""Counts as log2 counts per million, with the precision that their number of reads gives them."""

import numpy as np

from secretome.models.linear import fit
from secretome.models.lowess import lowess_curve

SPAN = 0.5  # ASSUME voom's default share of genes in each local fit of the mean-variance trend


def voom(
    counts: np.ndarray,
    design_matrix: np.ndarray,
    library_size: np.ndarray,
    sample_weights: np.ndarray | None = None,
    correlation: np.ndarray | None = None,
) -> tuple[np.ndarray, np.ndarray]:
    """Log2 counts per million and how precise each of them is, read off the mean-variance trend.

    Source: Law et al. 2014, doi 10.1186/gb-2014-15-2-r29, as limma's ``voom``.

    Args:
        counts: genes × samples, reads of the kept genes.
        design_matrix: samples × coefficients, of full column rank.
        library_size: effective library sizes: reads times normalisation factor.
        sample_weights: samples, how good each is (:mod:`secretome.models.sample_weights`): for the fit that shows the
            trend; they are no part of the weights that come back.
        correlation: as :func:`secretome.models.linear.fit`, for the same fit.

    Returns:
        log2 counts per million (0.5 reads added), and weights (inverse variances), both genes × samples.

    Raises:
        ValueError: as :func:`secretome.models.linear.fit`.
    """
    log2 = np.log2((counts + 0.5) / (library_size + 1) * 1e6)
    weights = None if sample_weights is None else np.broadcast_to(sample_weights, log2.shape)
    fitted = fit(log2, design_matrix, weights, correlation)
    reads = fitted.mean + np.log2(library_size + 1).mean() - np.log2(1e6)
    deviation = fitted.variance**0.25
    counted = counts.sum(axis=1) > 0
    order = np.flatnonzero(counted)[np.argsort(reads[counted], kind="stable")]
    x, y = reads[order], deviation[order]
    trend = lowess_curve(x, y, SPAN)
    fitted_reads = fitted.coefficients @ design_matrix.T + np.log2((library_size + 1) / 1e6)
    squared = np.interp(fitted_reads, x, trend) ** 2
    return log2, 1 / (squared * squared)
