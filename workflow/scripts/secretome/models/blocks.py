"""Samples that belong together (donors, plates) as a random effect: one correlation for all genes.

Smyth, Michaud and Scott 2005, doi 10.1093/bioinformatics/bti270, as limma's ``duplicateCorrelation`` with ``block``.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from secretome.models import variance_components
from secretome.models.linear import CannotBeFitted, check, patterns
from secretome.models.voom import voom

TRIMMED = 0.15  # ASSUME limma's share of the genes that is left out at either end of the mean
LARGEST_CORRELATION, ABOVE_SMALLEST = 0.99, 0.01


@dataclass(frozen=True)
class BlockCorrelation:
    """How alike the samples of one block are.

    Attributes:
        consensus: the correlation for all genes.
        of_genes: genes, the correlation of each; NaN where its values do not determine one.
    """

    consensus: float
    of_genes: np.ndarray


def consensus_correlation(
    values: np.ndarray, design_matrix: np.ndarray, block: Sequence[str], weights: np.ndarray | None = None
) -> BlockCorrelation:
    """The correlation within blocks: each gene's by restricted maximum likelihood, and their trimmed mean.

    Args:
        values, design_matrix, weights: as :func:`secretome.models.linear.fit`.
        block: one label a sample.

    Returns:
        The correlations, drawn in to what is possible (−1 / (size of the largest block − 1) to 1) less 0.01.

    Raises:
        CannotBeFitted: no gene determines a correlation.
        ValueError: no block holds two samples, the design already tells the blocks apart, or as
            :func:`secretome.models.linear.fit`.
    """
    check(values, design_matrix, weights)
    membership = _membership(block, values.shape[1])
    spanned = np.column_stack([design_matrix, membership])
    if np.linalg.matrix_rank(spanned) == design_matrix.shape[1]:
        raise ValueError("the design already tells the blocks apart: nothing is left for a correlation within them")
    of_genes = np.full(len(values), np.nan)
    for rows, columns in patterns(~np.isnan(values)):
        members = membership[columns]
        members = members[:, members.any(axis=0)]
        blocks = members.shape[1]
        if len(columns) > design_matrix.shape[1] + 2 and 1 < blocks < len(columns) - 1:
            own_weights = None if weights is None else weights[np.ix_(rows, columns)]
            strata = variance_components.strata(
                values[np.ix_(rows, columns)], design_matrix[columns], members, own_weights
            )
            residual, between = variance_components.estimate(strata)
            with np.errstate(divide="ignore", invalid="ignore"):
                of_genes[rows] = between / (residual + between)
    smallest = ABOVE_SMALLEST - 1 / (membership.sum(axis=0).max() - 1)
    of_genes = np.clip(of_genes, smallest, LARGEST_CORRELATION)
    return BlockCorrelation(_trimmed_mean(of_genes), of_genes)


def _membership(block: Sequence[str], samples: int) -> np.ndarray:
    """samples × blocks, 1 where a sample belongs to a block."""
    labels, of_sample = np.unique(np.asarray(block), return_inverse=True)
    if len(of_sample) != samples:
        raise ValueError(f"{len(of_sample)} labels of blocks for {samples} samples")
    if labels.size == samples:
        raise ValueError("no block holds two samples")
    return np.eye(labels.size)[of_sample]


def _trimmed_mean(correlations: np.ndarray) -> float:
    """On the scale of Fisher's z."""
    scores = np.sort(np.arctanh(correlations[np.isfinite(correlations)]))
    if not scores.size:
        raise CannotBeFitted("no gene has the values that the correlation within the random block needs")
    cut = int(scores.size * TRIMMED)
    return float(np.tanh(scores[cut : scores.size - cut].mean()))


def correlation_matrix(block: Sequence[str], correlation: float) -> np.ndarray:
    """The same correlation between any two samples of one block, none between blocks: samples × samples.

    Raises:
        ValueError: no samples can be correlated like that.
    """
    labels = np.asarray(block)
    same = labels[:, None] == labels
    if not 1 / (1 - max(2, int(same.sum(axis=0).max()))) < correlation < 1:
        raise ValueError(f"a correlation of {correlation:g} within blocks is not possible")
    return np.where(np.eye(labels.size, dtype=bool), 1.0, np.where(same, correlation, 0.0))


def voom_with_blocks(
    counts: np.ndarray, design_matrix: np.ndarray, library_size: np.ndarray, block: Sequence[str]
) -> tuple[np.ndarray, np.ndarray, float]:
    """Voom for samples in blocks: the correlation and the weights each once more with the other, as limma advises.

    Args:
        counts, design_matrix, library_size: as :func:`secretome.models.voom.voom`.
        block: one label a sample.

    Returns:
        log2 counts per million, their weights (both genes × samples), and the correlation within blocks.

    Raises:
        ValueError: as :func:`consensus_correlation`.
    """
    log2, weights = voom(counts, design_matrix, library_size)
    first = consensus_correlation(log2, design_matrix, block, weights).consensus
    log2, weights = voom(counts, design_matrix, library_size, correlation=correlation_matrix(block, first))
    return log2, weights, consensus_correlation(log2, design_matrix, block, weights).consensus
