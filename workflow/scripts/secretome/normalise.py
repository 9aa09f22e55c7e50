"""From counts to log2 expression: which genes are counted enough, how the libraries compare. Knows no group labels.

Everywhere: genes × samples.
"""

import numpy as np

# ASSUME edgeR's defaults for the low-expression filter (Chen, Lun and Smyth 2016, doi 10.12688/f1000research.8987.2).
LEAST_COUNT = 10
LEAST_TOTAL_COUNT = 15
LARGE_GROUP = 10
SHARE_OF_LARGE_GROUP = 0.7
# ASSUME edgeR's defaults for the trimmed mean of M values.
TRIM_LOG_RATIO = 0.3
TRIM_EXPRESSION = 0.05
NO_LOG_RATIO = 1e-6


def keep_expressed(counts: np.ndarray, smallest_group: float) -> np.ndarray:
    """Say which genes are counted enough to be tested, by the rule of edgeR's ``filterByExpr``.

    A gene is kept when its counts per million reach the value that 10 reads have in the median library, in at least as
    many samples as the smallest group has (above 10 samples: 10 and 70 % of the rest), and when it has at least 15
    reads in all.

    Args:
        counts: genes × samples, reads.
        smallest_group: the number of samples in the smallest group; which samples they are is not asked.

    Returns:
        One boolean a gene.

    Raises:
        ValueError: as :func:`_check_counts`, or the group is smaller than one sample.
    """
    library_sizes = _check_counts(counts)
    if smallest_group < 1:
        raise ValueError(f"the smallest group has {smallest_group} samples")
    if smallest_group > LARGE_GROUP:
        smallest_group = LARGE_GROUP + (smallest_group - LARGE_GROUP) * SHARE_OF_LARGE_GROUP
    # Multiplied out instead of divided: whole numbers below 2^53 stay exact, and in the median library itself a gene
    # of exactly 10 reads is a tie that rounding must not decide.
    enough = counts * np.median(library_sizes) >= LEAST_COUNT * library_sizes
    return (enough.sum(axis=1) >= smallest_group - 1e-14) & (counts.sum(axis=1) >= LEAST_TOTAL_COUNT)


def tmm_factors(counts: np.ndarray) -> np.ndarray:
    """Factors that make the libraries comparable, by the trimmed mean of M values.

    Source: Robinson and Oshlack 2010, doi 10.1186/gb-2010-11-3-r25, as edgeR's ``calcNormFactors`` does it.

    Args:
        counts: genes × samples, reads of the kept genes.

    Returns:
        One factor a sample; their product is 1. The library size times the factor is the effective library size.

    Raises:
        ValueError: as :func:`_check_counts`.
    """
    library_sizes = _check_counts(counts)
    counts = counts[counts.sum(axis=1) > 0].astype(float)
    upper_quartiles = np.quantile(counts, 0.75, axis=0) / library_sizes
    if np.median(upper_quartiles) < 1e-20:
        reference = int(np.sqrt(counts).sum(axis=0).argmax())
    else:
        reference = int(np.abs(upper_quartiles - upper_quartiles.mean()).argmin())
    shares = counts / library_sizes
    variances = np.full(counts.shape, np.nan)
    np.divide(1 - shares, counts, out=variances, where=counts > 0)
    pairs = [[sample, reference] for sample in range(counts.shape[1])]
    log_factors = np.array([_trimmed_log_ratio(shares[:, pair], variances[:, pair]) for pair in pairs])
    return 2.0 ** (log_factors - log_factors.mean())


def _trimmed_log_ratio(shares: np.ndarray, variances: np.ndarray) -> float:
    """The precision-weighted mean log2 ratio of a sample (column 0) to the reference (column 1), extremes left out."""
    both = (shares > 0).all(axis=1)
    share, reference = shares[both].T
    log_ratio = np.log2(share / reference)
    expression = (np.log2(share) + np.log2(reference)) / 2
    if not both.any() or np.abs(log_ratio).max() < NO_LOG_RATIO:
        return 0.0
    kept = _within(log_ratio, TRIM_LOG_RATIO) & _within(expression, TRIM_EXPRESSION)
    precision = 1 / variances[both].sum(axis=1)[kept]
    return float((log_ratio[kept] * precision).sum() / precision.sum()) if kept.any() else 0.0


def _within(values: np.ndarray, trim: float) -> np.ndarray:
    lowest = np.floor(values.size * trim) + 1
    ranks = _average_ranks(values)
    return (ranks >= lowest) & (ranks <= values.size + 1 - lowest)


def _average_ranks(values: np.ndarray) -> np.ndarray:
    # scipy.stats.rankdata would cost a second of imports.
    _, position, ties = np.unique(values, return_inverse=True, return_counts=True)
    return (np.cumsum(ties) - (ties - 1) / 2)[position]


def log2_cpm(
    counts: np.ndarray, norm_factors: np.ndarray, prior_count: float = 2.0, library_sizes: np.ndarray | None = None
) -> np.ndarray:
    """Log2 counts per million of the effective library, as edgeR's ``cpm(log=TRUE)``.

    Args:
        counts: genes × samples, reads.
        norm_factors: one a sample.
        prior_count: reads added to a library of mean size, and in proportion to the others: log ratios of few reads
            shrink towards 0.
        library_sizes: reads a sample; the column sums of ``counts`` where not given. To be given where ``counts`` holds
            more genes than those that the factors were made from.

    Returns:
        genes × samples, log2 counts per million.

    Raises:
        ValueError: as :func:`_check_counts`.
    """
    sums = _check_counts(counts)
    effective = (sums if library_sizes is None else library_sizes) * norm_factors
    prior = prior_count * effective / effective.mean()
    return np.log2((counts + prior) / (effective + 2 * prior) * 1e6)


def _check_counts(counts: np.ndarray) -> np.ndarray:
    """The library sizes of ``counts``.

    Raises:
        ValueError: there is no gene or sample, a count is negative or not finite, or a sample has no reads.
    """
    if counts.ndim != 2 or counts.size == 0:
        raise ValueError(f"counts must be genes × samples, not of shape {counts.shape}")
    if not np.isfinite(counts).all() or counts.min() < 0:
        raise ValueError("counts must be finite and not negative")
    library_sizes = counts.sum(axis=0, dtype=float)
    if library_sizes.min() <= 0:
        raise ValueError("a sample has no reads")
    return library_sizes


def median_shifts(log2: np.ndarray) -> tuple[np.ndarray, int]:
    """How much each sample lies above the others: the median, over the genes that every sample has, of the difference.

    # ASSUME most of what every sample has does not change; a drug that changes all of secretion at once is hidden.

    Args:
        log2: genes × samples, log2 values; NaN where there is none.

    Returns:
        One shift a sample, their mean 0, to be subtracted; and the number of genes that they rest on. Without such
        genes all shifts are 0.
    """
    shared = log2[~np.isnan(log2).any(axis=1)]
    if not len(shared):
        return np.zeros(log2.shape[1]), 0
    shifts = np.median(shared - shared.mean(axis=1, keepdims=True), axis=0)
    return shifts - shifts.mean(), len(shared)
