"""Empirical Bayes: each gene's residual variance, moderated by those of all genes."""

from dataclasses import dataclass

import numpy as np
from scipy import special

from secretome.models.linear import Fit


@dataclass(frozen=True)
class Moderation:
    """Residual variances after borrowing from the other genes.

    Attributes:
        prior_df: how many degrees of freedom the other genes are worth; infinite where they all share one variance.
        prior_variance: genes, the variance that is borrowed.
        variance: genes, the posterior variance.
        df: genes, degrees of freedom of a test that uses it.
    """

    prior_df: float
    prior_variance: np.ndarray
    variance: np.ndarray
    df: np.ndarray


def moderate(fitted: Fit, trend: bool = False) -> Moderation:
    """Shrink each gene's residual variance towards that of the others.

    Source: Smyth 2004, doi 10.2202/1544-6115.1027, as limma's ``eBayes`` and ``squeezeVar``.

    Args:
        fitted: fits of many genes.
        trend: let the borrowed variance depend on the mean expression (a natural cubic spline); for values without
            weights.

    Returns:
        The moderated variances and their degrees of freedom; NaN and 0 for a gene without residual degrees of freedom,
        which lends nothing either.

    Raises:
        ValueError: there are fewer than three genes, or more than half of them do not vary at all.
    """
    able = fitted.residual_df > 0
    variance, df = fitted.variance[able], fitted.residual_df[able]
    location, prior_df = fit_prior(variance, df, fitted.mean[able] if trend else None)
    prior_variance, posterior = np.full((2, able.size), np.nan)
    prior_variance[able] = location
    posterior[able] = shrink(variance, df, location, prior_df)
    return Moderation(
        prior_df, prior_variance, posterior, np.where(able, np.minimum(fitted.residual_df + prior_df, df.sum()), 0)
    )


def shrink(variance: np.ndarray, df: np.ndarray, prior_variance: np.ndarray, prior_df: float) -> np.ndarray:
    """Each variance drawn towards the prior one, in proportion to their degrees of freedom."""
    if np.isinf(prior_df):
        return prior_variance
    return (df * variance + prior_df * prior_variance) / (df + prior_df)


def fit_prior(variance: np.ndarray, df: np.ndarray, covariate: np.ndarray | None = None) -> tuple[np.ndarray, float]:
    """Location and degrees of freedom of the scaled F distribution that the variances follow (limma's ``fitFDist``).

    Args:
        variance: genes, residual variances.
        df: genes, their degrees of freedom.
        covariate: genes; the location follows a natural cubic spline over it.

    Returns:
        The location for each gene, and the degrees of freedom, infinite where the variances do not differ.

    Raises:
        ValueError: there are fewer than three genes, or more than half of them do not vary at all.
    """
    median = np.median(variance)
    if variance.size < 3 or median <= 0:
        raise ValueError("too few genes vary for their variances to be compared")
    variance = np.maximum(variance, 1e-5 * median)
    half = df / 2
    logs = np.log(variance) - special.digamma(half) + np.log(half)
    basis = np.ones((variance.size, 1)) if covariate is None else _spline_basis(covariate)
    expected = basis @ np.linalg.lstsq(basis, logs, rcond=None)[0]
    excess = ((logs - expected) ** 2).sum() / (logs.size - basis.shape[1]) - special.polygamma(1, half).mean()
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
    knots = np.quantile(x, np.linspace(0, 1, columns))

    def beyond(knot: float) -> np.ndarray:
        cubes = np.maximum(x - knot, 0) ** 3 - np.maximum(x - knots[-1], 0) ** 3
        return cubes / (knots[-1] - knot)

    curves = [beyond(knot) - beyond(knots[-2]) for knot in knots[:-2]]
    return np.column_stack([np.ones(size), x, *curves])
