"""How good each sample is: the weights of whole samples, from how far their values lie from the fitted models.

Ritchie et al. 2006, doi 10.1186/1471-2105-7-261, and Liu et al. 2015, doi 10.1093/nar/gkv412, as limma's
``arrayWeights`` and ``voomWithQualityWeights``. The weight of a sample is exp(−γ), the γ of all adding up to 0.
"""

import numpy as np

from secretome.models.linear import CannotBeFitted, check
from secretome.models.voom import voom

# ASSUME limma's prior: as many genes' worth of evidence that the samples are equally good.
PRIOR_GENES = 10.0
MOST_ITERATIONS = 50
TOLERANCE = 1e-5
NO_VARIANCE = 1e-15


def sample_weights(
    values: np.ndarray, design_matrix: np.ndarray, weights: np.ndarray | None = None, method: str = "auto"
) -> np.ndarray:
    """One weight a sample; their product is 1.

    Args:
        values: genes × samples; NaN where there is no value.
        design_matrix: samples × coefficients, of full column rank.
        weights: genes × samples, how precise each value is beside.
        method: ``gene_by_gene`` (each gene updates the weights in its turn, so that the order of the genes matters a
            little), ``reml`` (all genes at once, for values without weights of which none is missing) or ``auto``
            (``reml`` where it can be, as limma).

    Returns:
        samples. All 1 with fewer than two genes or than two residual degrees of freedom.

    Raises:
        CannotBeFitted: the weights were not found.
        ValueError: ``reml`` for values that are weighted or missing, or as :func:`secretome.models.linear.fit`.
    """
    check(values, design_matrix, weights)
    simple = weights is None and not np.isnan(values).any()
    if method not in ("auto", "gene_by_gene", "reml") or (method == "reml" and not simple):
        raise ValueError(f"the method '{method}' does not serve values that are weighted or missing")
    genes, samples = values.shape
    if genes < 2 or samples - design_matrix.shape[1] < 2:
        return np.ones(samples)
    if simple and method != "gene_by_gene":
        return _at_once(values, design_matrix)
    return _gene_by_gene(values, design_matrix, weights)


def _sum_to_zero(samples: int) -> np.ndarray:
    """samples × (samples − 1): what the γ of the samples are made of."""
    return np.vstack([np.eye(samples - 1), -np.ones(samples - 1)])


def _gene_by_gene(values: np.ndarray, design_matrix: np.ndarray, weights: np.ndarray | None) -> np.ndarray:
    samples = values.shape[1]
    contrasts = _sum_to_zero(samples)
    information = PRIOR_GENES * contrasts.T @ contrasts
    gamma, found = np.zeros(samples - 1), np.ones(samples)
    complete = ~np.isnan(values).any(axis=1)
    for gene, own in enumerate(values):
        own_weights = found if weights is None else found * weights[gene]
        if complete[gene]:
            parts = _residual_parts(own, design_matrix, own_weights)
        else:
            parts = _residual_parts_of_present(own, design_matrix, own_weights)
        if parts is None:
            continue
        squares, share = parts
        left = share[:-1] - share[-1]
        information += share[-1] - np.outer(left, left) / share.sum()
        information.flat[::samples] += share[:-1]
        excess = squares - share
        gamma += np.linalg.solve(information, excess[:-1] - excess[-1])
        found = np.exp(-np.r_[gamma, -gamma.sum()])
    return found


def _residual_parts(
    values: np.ndarray, design_matrix: np.ndarray, weights: np.ndarray
) -> tuple[np.ndarray, np.ndarray] | None:
    """Each sample's squared residual in units of the gene's variance, and what it is expected to be."""
    roots = np.sqrt(weights)
    axes = np.linalg.qr(roots[:, None] * design_matrix)[0]
    own = roots * values
    squares = (own - axes @ (axes.T @ own)) ** 2
    variance = squares.sum() / (len(values) - axes.shape[1])
    if variance < NO_VARIANCE:
        return None
    return squares / variance, 1 - (axes**2).sum(axis=1)


def _residual_parts_of_present(
    values: np.ndarray, design_matrix: np.ndarray, weights: np.ndarray
) -> tuple[np.ndarray, np.ndarray] | None:
    """The same for a gene that lacks values; None if fewer than two degrees of freedom are left."""
    present = np.flatnonzero(~np.isnan(values))
    if present.size <= 2:
        return None
    left, sizes, _ = np.linalg.svd(design_matrix[present], full_matrices=False)
    independent = left[:, sizes > 1e-7 * sizes[0]]
    if present.size - independent.shape[1] < 2:
        return None
    parts = _residual_parts(values[present], independent, weights[present])
    if parts is None:
        return None
    squares, share = np.zeros((2, values.size))
    squares[present], share[present] = parts
    return squares, share


def _at_once(values: np.ndarray, design_matrix: np.ndarray) -> np.ndarray:
    """By restricted maximum likelihood, with Fisher scoring over all genes."""
    samples, coefficients = design_matrix.shape
    contrasts = _sum_to_zero(samples)
    with_constant = np.column_stack([np.ones(samples), contrasts])
    gamma, found, last = np.zeros(samples - 1), np.ones(samples), np.inf
    for iteration in range(MOST_ITERATIONS):
        roots = np.sqrt(found)
        axes = np.linalg.qr(roots[:, None] * design_matrix)[0]
        own = values * roots
        squares = (own - own @ axes @ axes.T) ** 2
        variance = squares.sum(axis=1) / (samples - coefficients)
        if iteration == 0:
            varies = variance >= NO_VARIANCE
            values, squares, variance = values[varies], squares[varies], variance[varies]
            if len(values) < 2:
                return found
        leverage = (axes**2).sum(axis=1)
        full = with_constant.T @ (np.diag(1 - 2 * leverage) + (axes @ axes.T) ** 2) @ with_constant
        information = full[1:, 1:] - np.outer(full[1:, 0], full[0, 1:]) / full[0, 0]
        information = len(values) * information + PRIOR_GENES * contrasts.T @ contrasts
        excess = (squares / variance[:, None]).sum(axis=0) - len(values) * (1 - leverage)
        score = contrasts.T @ (excess + PRIOR_GENES * (found - 1))
        step = np.linalg.solve(information, score)
        gain = score @ step / (samples - 1) / (len(values) + PRIOR_GENES)
        if not gain < last:  # no closer than rounding allows
            return found
        gamma, last = gamma + step, gain
        found = np.exp(-contrasts @ gamma)
        if gain < TOLERANCE:
            return found
    raise CannotBeFitted(f"the weights of the samples were not found in {MOST_ITERATIONS} steps")


def voom_with_sample_weights(
    counts: np.ndarray, design_matrix: np.ndarray, library_size: np.ndarray, method: str = "gene_by_gene"
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Voom, with samples that are worse than the others weighing less; each estimated twice, as limma does.

    Args:
        counts, design_matrix, library_size: as :func:`secretome.models.voom.voom`.
        method: as :func:`sample_weights`.

    Returns:
        log2 counts per million, the weights with those of the samples in them (both genes × samples), and the weights
        of the samples.

    Raises:
        ValueError: as :func:`sample_weights`.
    """
    log2, weights = voom(counts, design_matrix, library_size)
    first = sample_weights(log2, design_matrix, weights, method)
    log2, weights = voom(counts, design_matrix, library_size, sample_weights=first)
    second = sample_weights(log2, design_matrix, weights, method)
    return log2, weights * second, second
