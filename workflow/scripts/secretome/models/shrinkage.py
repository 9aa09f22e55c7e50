"""Fold changes drawn towards 0 by as much as the fold changes of all genes tell: against the winner's curse.

The genes with the smallest p-values are those whose noise pointed the same way as their effect: their raw fold changes
are too large on average. The posterior mean under the distribution of all effects is not.

Source: Stephens 2017, doi 10.1093/biostatistics/kxw041 (adaptive shrinkage, here a mixture of normal distributions).
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import special

from secretome.faults import warning

# ASSUME the grid and the penalty of Stephens' R package ashr: each scale √2 times the one before, and no effect counts
# as many genes more, so that what is in doubt stays at 0. The grid starts at a tenth of the median error, not of the
# smallest: below it no gene can tell a scale from 0.
GRID_STEP = np.sqrt(2)
SMALLEST_SCALE = 0.1
NULL_GENES = 9  # a Dirichlet prior of 10 for it, of 1 for the others
# ASSUME fewer genes do not tell how effects are distributed; that penalty alone would then decide.
FEWEST_GENES = 50
TOP_GENES = 20
# A t likelihood is a mixture of normal ones over the unknown variance: nine points in its logarithm, between these
# quantiles, are within 3 % of the density of t from 3 degrees of freedom on, within 0.7 % from 5 on (t up to 6).
VARIANCE_POINTS, LOWEST, HIGHEST = 9, 1e-6, 1e-4
MANY_DF = 1e6  # is as good as a known variance
BLOCK = 2000  # genes at once: 3 MB an array
# The last steps change the log likelihood of all genes by less than 1, and few posterior means by more than 0.01.
MOST_STEPS, TOLERANCE = 200, 1e-6
TINY = 1e-300


@dataclass(frozen=True)
class Shrinkage:
    """What is believed of each gene's effect after seeing those of all genes.

    Attributes:
        mean: genes, posterior mean, in units of the effects; NaN where there is no test or too few genes have one.
        sd: genes, posterior standard deviation.
        local_false_sign_rate: genes, the probability that the effect is 0 or has the other sign.
        scales: standard deviations of the components of the prior, the first 0 (no effect); empty where nothing
            could be fitted.
        weights: the share of the genes in each component.
    """

    mean: np.ndarray
    sd: np.ndarray
    local_false_sign_rate: np.ndarray
    scales: np.ndarray
    weights: np.ndarray


@dataclass(frozen=True)
class _Moments:
    """genes × components: the likelihood, and with it as a weight what each component would make of the effect."""

    likelihood: np.ndarray
    mean: np.ndarray
    square: np.ndarray
    other_side: np.ndarray


def shrink(effect: np.ndarray, standard_error: np.ndarray, df: np.ndarray) -> Shrinkage:
    """Shrink the effects of many genes towards 0.

    The likelihood is that of the moderated t: the variance of a gene is as uncertain as its degrees of freedom say.
    (The normal likelihood of the same p-value, as in Lu and Stephens 2019, arXiv 1901.10679, is no substitute: ten
    errors at 8 degrees of freedom count as 4.4 there, and the clearest 20 of 8,000 simulated genes of a 3 + 3 design
    came out 0.6 log2 too small.)

    Args:
        effect: genes, log2 fold changes; NaN where there is none.
        standard_error: genes, moderated standard errors.
        df: genes, degrees of freedom of the moderated t; infinite for a normal test.

    Returns:
        The posterior of each gene, whatever the order of the genes. All NaN for fewer than ``FEWEST_GENES`` tested
        genes: they do not tell how effects are distributed.
    """
    with np.errstate(invalid="ignore"):
        tested = np.isfinite(effect) & np.isfinite(standard_error) & (standard_error > 0) & (df > 0)
    mean, sd, rate = np.full((3, effect.size), np.nan)
    if tested.sum() < FEWEST_GENES:
        return Shrinkage(mean, sd, rate, np.zeros(0), np.zeros(0))
    own = effect[tested], standard_error[tested], df[tested]
    scales = scale_grid(own[0], own[1])
    moments = _moments(*own, scales)
    weights = fit_weights(moments.likelihood)
    mean[tested], sd[tested], rate[tested] = _posterior(moments, weights)
    return Shrinkage(mean, sd, rate, scales, weights)


def scale_grid(effect: np.ndarray, standard_error: np.ndarray) -> np.ndarray:
    """The standard deviations that the prior may mix: 0, then from far below the errors to beyond all effects."""
    smallest = SMALLEST_SCALE * np.median(standard_error)
    excess = (effect**2 - standard_error**2).max()
    largest = max(2 * np.sqrt(max(excess, 0)), 8 * smallest)
    steps = int(np.ceil(np.log(largest / smallest) / np.log(GRID_STEP)))
    return np.r_[0, largest * GRID_STEP ** np.arange(-steps, 1.0)]


def posterior(
    effect: np.ndarray, standard_error: np.ndarray, df: np.ndarray, scales: np.ndarray, weights: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Posterior mean, standard deviation and local false sign rate under a given prior.

    Args:
        effect, standard_error, df: genes, as :func:`shrink`, none of them missing.
        scales, weights: components of the prior, each normal around 0; scale 0 is a point mass.

    Returns:
        Three arrays, one number a gene. With one component of scale s and many degrees of freedom the mean is
        effect · s² / (s² + standard_error²).
    """
    return _posterior(_moments(effect, standard_error, df, scales), weights)


def _posterior(moments: _Moments, weights: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    density = moments.likelihood @ weights
    mean, square, other_side = (part @ weights / density for part in (moments.mean, moments.square, moments.other_side))
    return mean, np.sqrt(np.maximum(square - mean**2, 0)), other_side


def _moments(effect: np.ndarray, standard_error: np.ndarray, df: np.ndarray, scales: np.ndarray) -> _Moments:
    points, shares = _variance_points(df)
    parts = []
    for start in range(0, effect.size, BLOCK):
        rows = slice(start, start + BLOCK)
        error = (standard_error[rows, None] ** 2 * points[rows])[:, :, None]
        variance = error + scales**2
        logs = np.log(shares[rows])[:, :, None] - 0.5 * (np.log(variance) + effect[rows, None, None] ** 2 / variance)
        logs -= logs.max(axis=(1, 2), keepdims=True)
        weight = np.exp(logs)
        kept = scales**2 / variance
        centre, spread = kept * effect[rows, None, None], kept * error
        # At the point mass all is "0 or beyond"; elsewhere the posterior has the sign of the effect, or that of noise.
        with np.errstate(divide="ignore", invalid="ignore"):
            beyond = np.where(scales > 0, special.ndtr(-np.abs(centre) / np.sqrt(spread)), 1.0)
        values = (weight, weight * centre, weight * (spread + centre**2), weight * beyond)
        parts.append([value.sum(axis=1) for value in values])
    return _Moments(*(np.concatenate(part) for part in zip(*parts, strict=True)))


def _variance_points(df: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """True over estimated variance given the degrees of freedom: points and their shares, genes × points each.

    The precision is a gamma variable of mean 1; equal steps of its logarithm (trapezoidal rule).
    """
    half = np.minimum(df, MANY_DF) / 2
    unique, of_gene = np.unique(half, return_inverse=True)
    low = np.log(special.gammaincinv(unique, LOWEST) / unique)
    high = np.log(special.gammainccinv(unique, HIGHEST) / unique)
    logs = np.linspace(low, high, VARIANCE_POINTS, axis=1)
    heights = unique[:, None] * (logs - np.exp(logs))
    shares = np.exp(heights - heights.max(axis=1, keepdims=True))
    shares /= shares.sum(axis=1, keepdims=True)
    return np.exp(-logs)[of_gene], shares[of_gene]


def fit_weights(likelihood: np.ndarray) -> np.ndarray:
    """The share of each component, by penalised maximum likelihood.

    Expectation-maximisation, accelerated as by Varadhan and Roland 2008 (doi 10.1111/j.1467-9469.2007.00585.x).

    Args:
        likelihood: genes × components, each gene's in a unit of its own; the first component is no effect.

    Returns:
        One share a component; they sum to 1.
    """
    likelihood = likelihood / likelihood.max(axis=1, keepdims=True)
    # In one order of the genes, so that sums over them are the same to the last digit.
    likelihood = np.ascontiguousarray(likelihood[np.lexsort(likelihood.T)].T)
    penalty = np.zeros(len(likelihood))
    penalty[0] = NULL_GENES
    weights = np.full(len(likelihood), 1 / len(likelihood))
    reached = -np.inf
    for _ in range(MOST_STEPS):
        one, objective = _step(weights, likelihood, penalty)
        if objective - reached < TOLERANCE:
            break
        reached = objective
        two, before = _step(one, likelihood, penalty)
        after_leap, at_leap = _step(_leap(weights, one, two), likelihood, penalty)
        weights = after_leap if at_leap >= before else two
    return weights


def _step(weights: np.ndarray, likelihood: np.ndarray, penalty: np.ndarray) -> tuple[np.ndarray, float]:
    """One step of expectation-maximisation, and the penalised log likelihood before it."""
    density = weights @ likelihood
    objective = float(np.log(density).sum() + penalty @ np.log(np.maximum(weights, TINY)))
    counts = weights * (likelihood @ (1 / density)) + penalty
    return counts / counts.sum(), objective


def _leap(zero: np.ndarray, one: np.ndarray, two: np.ndarray) -> np.ndarray:
    """Where many such steps would lead if they went on as the last two did."""
    first, second = one - zero, two - 2 * one + zero
    length = max(np.sqrt(first @ first) / max(np.sqrt(second @ second), TINY), 1.0)
    leap = np.maximum(zero + 2 * length * first + length**2 * second, 1e-12)
    return leap / leap.sum()


def describe(
    effect: np.ndarray, shrunken: np.ndarray, p_value: np.ndarray, q_value: np.ndarray, fdr: float
) -> dict[str, Any]:
    """How far the clearest genes shrink, and whether a sign flips among those that pass.

    A prior that is symmetric around 0 cannot turn a sign: a flip means that the two columns are not of the same fit.

    Args:
        effect, shrunken, p_value, q_value: genes; NaN where there is none.
        fdr: the threshold of ``q_value``.

    Returns:
        ``genes_shrunken``; ``sign_flips`` (genes that pass); ``passing_median_kept`` (median share of the raw size that
        is left to the genes that pass); ``top_genes`` (how many, at most 20, by p-value);
        ``top_median_raw``, ``top_median_shrunken`` (median size, log2) and ``top_median_kept``; medians are None where
        there is no gene; ``warnings`` (W14).
    """
    known = np.isfinite(effect) & np.isfinite(shrunken) & np.isfinite(p_value)
    with np.errstate(invalid="ignore"):
        passing = known & (q_value <= fdr)
    flips = int((effect[passing] * shrunken[passing] < 0).sum())
    rows = np.flatnonzero(known)
    # Ties of p by the size of the effect, so that the order of the genes does not matter.
    top = rows[np.lexsort((-np.abs(effect[rows]), p_value[rows]))][:TOP_GENES]
    message = f"{flips} genes that pass FDR {fdr:g} have the other sign after shrinkage: their changes are in doubt."
    return {
        "genes_shrunken": int(known.sum()),
        "sign_flips": flips,
        "passing_median_kept": _median(_kept(effect[passing], shrunken[passing])),
        "top_genes": int(top.size),
        "top_median_raw": _median(np.abs(effect[top])),
        "top_median_shrunken": _median(np.abs(shrunken[top])),
        "top_median_kept": _median(_kept(effect[top], shrunken[top])),
        "warnings": [warning("W14", message)] if flips else [],
    }


def _kept(effect: np.ndarray, shrunken: np.ndarray) -> np.ndarray:
    return np.abs(shrunken[effect != 0] / effect[effect != 0])


def _median(values: np.ndarray) -> float | None:
    return float(np.median(values)) if values.size else None
