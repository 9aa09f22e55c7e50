"""The scaled F distribution that the residual variances of all genes follow: location and degrees of freedom."""

import numpy as np
from scipy import special

from secretome.models.distinct import once_each
from secretome.models.linear import CannotBeFitted


def fit_prior(variance: np.ndarray, df: np.ndarray, covariate: np.ndarray | None = None) -> tuple[np.ndarray, float]:
    """Location and degrees of freedom of the scaled F distribution that the variances follow (limma's ``fitFDist``).

    Args:
        variance: genes, residual variances.
        df: genes, their degrees of freedom.
        covariate: genes; the location follows a natural cubic spline over it.

    Returns:
        The location for each gene, and the degrees of freedom, infinite where the variances do not differ.

    Raises:
        CannotBeFitted: there are fewer than three genes, or more than half of them do not vary at all.
    """
    median = np.median(variance)
    if variance.size < 3 or median <= 0:
        raise CannotBeFitted("too few genes vary within the groups for their variances to be compared")
    variance = np.maximum(variance, 1e-5 * median)
    half = df / 2
    logs = np.log(variance) - once_each(special.digamma, half) + np.log(half)
    basis = np.ones((variance.size, 1)) if covariate is None else _spline_basis(covariate)
    expected = basis @ np.linalg.lstsq(basis, logs, rcond=None)[0]
    chance = once_each(lambda each: special.polygamma(1, each), half).mean()
    excess = ((logs - expected) ** 2).sum() / (logs.size - basis.shape[1]) - chance
    if excess > 0:
        prior_df = 2 * inverse_trigamma(float(excess))
        return np.exp(expected + special.digamma(prior_df / 2) - np.log(prior_df / 2)), prior_df
    location = np.full(variance.size, variance.mean()) if covariate is None else np.exp(expected)
    return location, float("inf")


def inverse_trigamma(value: float) -> float:
    """The x with trigamma(x) = value > 0, by Newton's method on 1 / trigamma (Smyth 2004, appendix)."""
    if value > 1e7:
        return 1 / np.sqrt(value)
    if value < 1e-6:
        return 1 / value
    x = 0.5 + 1 / value
    for _ in range(50):
        trigamma = float(special.polygamma(1, x))
        step = trigamma * (1 - trigamma / value) / float(special.polygamma(2, x))
        x += step
        if -step / x < 1e-8:
            return x
    raise ArithmeticError(f"the inverse trigamma of {value} was not found")


def _spline_basis(covariate: np.ndarray) -> np.ndarray:
    """Natural cubic spline with limma's number of knots, at quantiles; any basis of that space gives the same fit."""
    size = covariate.size
    columns = min(1 + (size >= 3) + (size >= 6) + (size >= 30), np.unique(covariate).size)
    x = (covariate - covariate.mean()) / (np.ptp(covariate) or 1.0)
    if columns == 1:
        return np.ones((size, 1))
    # Where many genes share a mean (values cut off at a floor) quantiles coincide: fewer knots are left.
    knots = np.unique(np.quantile(x, np.linspace(0, 1, columns)))

    def beyond(knot: float) -> np.ndarray:
        cubes = np.maximum(x - knot, 0) ** 3 - np.maximum(x - knots[-1], 0) ** 3
        return cubes / (knots[-1] - knot)

    curves = [beyond(knot) - beyond(knots[-2]) for knot in knots[:-2]]
    return np.column_stack([np.ones(size), x, *curves])
