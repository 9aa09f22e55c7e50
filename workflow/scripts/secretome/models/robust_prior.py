"""The prior of the residual variances where some genes vary far more, or less, than the others.

Phipson et al. 2016, doi 10.1214/16-AOAS920, as limma's ``fitFDistRobustly``. Everywhere a ratio is a variance over the
location of its gene: it follows an F distribution with the gene's own and the prior degrees of freedom.
"""

import numpy as np
from scipy import special

from secretome.models.lowess import lowess_curve
from secretome.models.variance_prior import fit_prior

# ASSUME limma's defaults: the lowest 5 % and the highest 10 % of the variances are drawn in.
LOWER_TAIL, UPPER_TAIL = 0.05, 0.1
SPAN = 0.4  # limma's share of genes in each local fit of the trend
SMALLEST_RATIO = 1e-12  # to the median variance
MOST_STEPS, ROOT_TOLERANCE = 100, 1e-13
SMALLEST_TAIL = 1e-300  # beyond it scipy's distributions underflow
NODES, NODE_WEIGHTS = (np.polynomial.legendre.leggauss(128)[0] + 1) / 2, np.polynomial.legendre.leggauss(128)[1] / 2


def fit_prior_robustly(
    variance: np.ndarray, df: np.ndarray, covariate: np.ndarray | None = None
) -> tuple[np.ndarray, np.ndarray]:
    """Location and degrees of freedom of the distribution of the variances, from their Winsorised logarithms.

    Args:
        variance, df: as :func:`secretome.models.variance_prior.fit_prior`.
        covariate: genes; the location follows a local regression on it.

    Returns:
        The location and the prior degrees of freedom of each gene: fewer for a gene whose variance is larger than the
        distribution of the others explains.

    Raises:
        CannotBeFitted: there are fewer than three genes, or more than half of them do not vary at all.
    """
    plain_location, plain_df = fit_prior(variance, df, covariate)
    if variance.size * max(LOWER_TAIL, UPPER_TAIL) < 1:  # no gene would be drawn in
        return plain_location, np.full(variance.size, plain_df)
    variance = np.maximum(variance, SMALLEST_RATIO * np.median(variance))
    common_df = float(df.max())
    variance = _at_common_df(variance, df, common_df, plain_location, plain_df)
    logs = np.log(variance)
    middle = _trimmed_mean(logs) if covariate is None else _trend(logs, covariate)
    drawn_in = np.clip(logs - middle, *np.quantile(logs - middle, [LOWER_TAIL, 1 - UPPER_TAIL]))
    spread = drawn_in.var(ddof=1)
    expected, smallest_spread = _winsorised_moments(common_df, np.inf)
    if spread <= smallest_spread:
        location = np.exp(middle + drawn_in.mean() - expected)
        return _each(location, variance), _outlier_df_of_none(variance / location, common_df)
    if np.isinf(plain_df):
        return plain_location, np.full(variance.size, plain_df)
    prior_df = _df_of_spread(spread, common_df, plain_df)
    location = np.exp(middle + drawn_in.mean() - _winsorised_moments(common_df, prior_df)[0])
    return _each(location, variance), _outlier_df(variance / location, common_df, prior_df)


def _each(location: np.ndarray | float, variance: np.ndarray) -> np.ndarray:
    return np.broadcast_to(location, variance.shape).copy()


def _at_common_df(
    variance: np.ndarray, df: np.ndarray, common_df: float, location: np.ndarray, prior_df: float
) -> np.ndarray:
    """The variances of genes with fewer degrees of freedom, moved to where they would stand with the common number."""
    fewer = df < common_df - 1e-14
    if not fewer.any():
        return variance
    ratio, own_df = variance[fewer] / location[fewer], df[fewer]
    upper = np.exp(np.maximum(_log_upper_tail(ratio, own_df, prior_df), np.log(SMALLEST_TAIL)))
    lower = np.maximum(_lower_tail(ratio, own_df, prior_df), SMALLEST_TAIL)
    moved = variance.copy()
    moved[fewer] = location[fewer] * np.where(
        upper < lower, _upper_quantile(upper, common_df, prior_df), _lower_quantile(lower, common_df, prior_df)
    )
    return moved


def _trimmed_mean(values: np.ndarray) -> float:
    cut = int(values.size * UPPER_TAIL)
    return float(np.sort(values)[cut : values.size - cut].mean())


def _trend(logs: np.ndarray, covariate: np.ndarray) -> np.ndarray:
    order = np.argsort(covariate, kind="stable")
    trend = np.empty_like(logs)
    trend[order] = lowess_curve(covariate[order], logs[order], SPAN)
    return trend


def _winsorised_moments(df: float, prior_df: float) -> tuple[float, float]:
    """Mean and variance of the logarithm of an F variable whose tails are drawn in, by quadrature."""
    tails = np.array([LOWER_TAIL, UPPER_TAIL])
    low, high = _lower_quantile(LOWER_TAIL, df, prior_df), _upper_quantile(UPPER_TAIL, df, prior_df)
    ends = np.log(np.array([low, high], dtype=float))
    start, stop = low / (1 + low), high / (1 + high)
    points = start + (stop - start) * NODES
    ratios = points / (1 - points)
    density = (stop - start) * NODE_WEIGHTS * np.exp(_log_density(ratios, df, prior_df)) / (1 - points) ** 2
    mean = density @ np.log(ratios) + tails @ ends
    return float(mean), float(density @ (np.log(ratios) - mean) ** 2 + tails @ (ends - mean) ** 2)


def _df_of_spread(spread: float, df: float, least: float) -> float:
    """The prior degrees of freedom, at least those given, at which the Winsorised logarithms vary that much.

    As a root in x = prior_df / (1 + prior_df), by false position (the Illinois form); the spread falls with x.
    """

    def excess(x: float) -> float:
        prior_df = np.inf if x == 1 else x / (1 - x)
        return float(np.log(spread / _winsorised_moments(df, prior_df)[1]))

    low, high = least / (1 + least), 1.0
    below, above = excess(low), excess(high)
    if below >= 0:
        return least
    for _ in range(MOST_STEPS):
        x = (low * above - high * below) / (above - below)
        here = excess(x)
        if abs(here) < ROOT_TOLERANCE or not low < x < high:
            break
        if here < 0:
            low, below, above = x, here, above / 2
        else:
            high, above, below = x, here, below / 2
    return x / (1 - x)


def _outlier_df(ratio: np.ndarray, df: float, prior_df: float) -> np.ndarray:
    """Prior degrees of freedom of each gene, fewer where its variance is too large for the others' distribution."""
    log_tail = _log_upper_tail(ratio, df, prior_df)
    log_share = np.minimum(log_tail - np.log(_empirical_tail(ratio)), 0)
    if not (log_share < 0).any():
        return np.full(ratio.size, prior_df)
    # As few as let the most extreme gene lie at the median of its own distribution: two steps of limma's.
    fewest = np.log(0.5) / log_tail.min() * prior_df
    largest = np.array([ratio.max()])
    fewest *= np.log(0.5) / _log_upper_tail(largest, df, fewest)[0]
    own = np.exp(log_share) * prior_df - np.expm1(log_share) * fewest
    order = np.argsort(log_tail, kind="stable")
    means = np.cumsum(own[order]) / np.arange(1, ratio.size + 1)
    lowest = int(means.argmin())
    ordered = own[order]
    ordered[: lowest + 1] = means[lowest]
    own[order] = np.maximum.accumulate(ordered)
    return own


def _outlier_df_of_none(ratio: np.ndarray, df: float) -> np.ndarray:
    """The same where the other genes share one variance: infinite but for the outliers."""
    tail = special.gammaincc(df / 2, df / 2 * ratio)
    share = np.minimum(tail / _empirical_tail(ratio), 1)
    own = np.where(share < 1, share * ratio.size * df, np.inf)
    order = np.argsort(tail, kind="stable")
    own[order] = np.maximum.accumulate(own[order])
    return own


def _empirical_tail(ratio: np.ndarray) -> np.ndarray:
    """The share of the genes that are as variable or more, ties at their mean rank."""
    ascending = np.sort(ratio)
    rank = (np.searchsorted(ascending, ratio, "left") + np.searchsorted(ascending, ratio, "right") + 1) / 2
    return (ratio.size - rank + 0.5) / ratio.size


def _log_density(ratio: np.ndarray, df: float, prior_df: float) -> np.ndarray:
    half, prior_half = df / 2, prior_df / 2
    if np.isinf(prior_df):
        return half * np.log(half) + (half - 1) * np.log(ratio) - half * ratio - special.gammaln(half)
    return (
        half * np.log(df / prior_df)
        + (half - 1) * np.log(ratio)
        - (half + prior_half) * np.log1p(df / prior_df * ratio)
        - special.betaln(half, prior_half)
    )


def _log_upper_tail(ratio: np.ndarray, df: np.ndarray | float, prior_df: float) -> np.ndarray:
    """The logarithm of the chance of a larger ratio; far out by the series of the incomplete beta function.

    With infinite prior degrees of freedom it is cut at ``SMALLEST_TAIL``.
    """
    half = np.broadcast_to(np.asarray(df, dtype=float) / 2, ratio.shape)
    if np.isinf(prior_df):
        return np.log(np.maximum(special.gammaincc(half, half * ratio), SMALLEST_TAIL))
    prior_half = prior_df / 2
    x = prior_half / (prior_half + half * ratio)
    tail = special.betainc(prior_half, half, x)
    logs = np.log(np.maximum(tail, SMALLEST_TAIL))
    far = tail <= SMALLEST_TAIL
    if far.any():
        logs[far] = _log_beta_series(prior_half, half[far], x[far])
    return logs


def _log_beta_series(a: float, b: np.ndarray, x: np.ndarray) -> np.ndarray:
    """The logarithm of the regularised incomplete beta function for small x (DLMF 8.17.8)."""
    term, total, index = np.ones_like(x), np.ones_like(x), 0
    while (term > 1e-16 * total).any() and index < 10_000:
        term = term * (a + b + index) / (a + 1 + index) * x
        total += term
        index += 1
    return a * np.log(x) + b * np.log1p(-x) - np.log(a) - special.betaln(a, b) + np.log(total)


def _lower_tail(ratio: np.ndarray, df: np.ndarray, prior_df: float) -> np.ndarray:
    if np.isinf(prior_df):
        return special.gammainc(df / 2, df / 2 * ratio)
    return special.betainc(df / 2, prior_df / 2, df * ratio / (df * ratio + prior_df))


def _lower_quantile(tail: np.ndarray | float, df: float, prior_df: float) -> np.ndarray | float:
    if np.isinf(prior_df):
        return special.gammaincinv(df / 2, tail) / (df / 2)
    share = special.betaincinv(df / 2, prior_df / 2, tail)
    return prior_df * share / (df * (1 - share))


def _upper_quantile(tail: np.ndarray | float, df: float, prior_df: float) -> np.ndarray | float:
    if np.isinf(prior_df):
        return special.gammainccinv(df / 2, tail) / (df / 2)
    share = special.betaincinv(prior_df / 2, df / 2, tail)
    return prior_df * (1 - share) / (df * share)
