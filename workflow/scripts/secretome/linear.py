"""Linear models of all genes at once: limma's fit, voom weights, empirical-Bayes moderation.

Everywhere: genes × samples; closed form in NumPy, pinned to limma's numbers by tests/golden/.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import special

CONFIDENCE = 0.95
VOOM_SPAN = 0.5  # ASSUME voom's default share of genes in each local fit of the mean-variance trend
ESTIMABLE = 1e-8  # how much of a contrast may lie in what a gene's values do not determine: rounding


@dataclass(frozen=True)
class Fit:
    """One linear model a gene.

    Attributes:
        coefficients: genes × coefficients, in units of the values.
        unscaled_covariance: genes × coefficients × coefficients; times the residual variance it is the covariance.
        variance: genes, residual variance.
        residual_df: genes, residual degrees of freedom.
        mean: genes, mean of the values over all samples that have one.
        not_estimable: genes × coefficients × coefficients, the projection on the combinations of coefficients that the
            values of a gene say nothing about; None where every gene has all of its values.
    """

    coefficients: np.ndarray
    unscaled_covariance: np.ndarray
    variance: np.ndarray
    residual_df: np.ndarray
    mean: np.ndarray
    not_estimable: np.ndarray | None = None


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


def voom(counts: np.ndarray, design_matrix: np.ndarray, library_size: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Log2 counts per million and how precise each of them is, read off the mean-variance trend.

    Source: Law et al. 2014, doi 10.1186/gb-2014-15-2-r29, as limma's ``voom``.

    Args:
        counts: genes × samples, reads of the kept genes.
        design_matrix: samples × coefficients, of full column rank.
        library_size: effective library sizes: reads times normalisation factor.

    Returns:
        log2 counts per million (0.5 reads added), and weights (inverse variances), both genes × samples.

    Raises:
        ValueError: as :func:`fit`.
    """
    from statsmodels.nonparametric.smoothers_lowess import lowess  # slow to import, and only counts need it

    log2 = np.log2((counts + 0.5) / (library_size + 1) * 1e6)
    fitted = fit(log2, design_matrix)
    reads = fitted.mean + np.log2(library_size + 1).mean() - np.log2(1e6)
    deviation = fitted.variance**0.25
    counted = counts.sum(axis=1) > 0
    order = np.flatnonzero(counted)[np.argsort(reads[counted], kind="stable")]
    x, y = reads[order], deviation[order]
    trend = lowess(y, x, frac=VOOM_SPAN, it=3, delta=0.01 * (x[-1] - x[0]), is_sorted=True, return_sorted=False)
    fitted_reads = np.log2(1e-6 * 2.0 ** (fitted.coefficients @ design_matrix.T) * (library_size + 1))
    return log2, np.interp(fitted_reads, x, trend) ** -4.0


def fit(values: np.ndarray, design_matrix: np.ndarray, weights: np.ndarray | None = None) -> Fit:
    """Fit one linear model a gene by (weighted) least squares.

    Missing values are left out of the fit of their gene and never imputed; genes that lack the same samples are fitted
    together. A gene whose values do not determine all coefficients gets those of the smallest norm: a contrast that
    they do determine has the same estimate under any choice, and :func:`estimate` gives no other.

    Args:
        values: genes × samples; NaN where there is no value, which goes without weights only. A gene needs one value.
        design_matrix: samples × coefficients, of full column rank.
        weights: genes × samples, positive; equal where not given.

    Returns:
        The fits, in the order of the genes.

    Raises:
        ValueError: shapes disagree, a value is infinite, a weight not positive, the design is not of full rank, or
            no degree of freedom is left with all values present.
    """
    check(values, design_matrix, weights)
    if np.isnan(values).any():
        return least_squares(values, design_matrix)
    genes, samples = values.shape
    if weights is None:
        covariance = np.broadcast_to(
            np.linalg.inv(design_matrix.T @ design_matrix), (genes, *2 * design_matrix.shape[1:])
        )
        coefficients = np.linalg.lstsq(design_matrix, values.T, rcond=None)[0].T
        squares = (values - coefficients @ design_matrix.T) ** 2
    else:
        products = np.einsum("si,sj->sij", design_matrix, design_matrix)
        covariance = np.linalg.inv(np.tensordot(weights, products, axes=1))
        coefficients = np.einsum("gij,gj->gi", covariance, (weights * values) @ design_matrix)
        squares = weights * (values - coefficients @ design_matrix.T) ** 2
    residual_df = samples - design_matrix.shape[1]
    return Fit(
        coefficients=coefficients,
        unscaled_covariance=covariance,
        variance=squares.sum(axis=1) / residual_df,
        residual_df=np.full(genes, float(residual_df)),
        mean=values.mean(axis=1),
    )


def least_squares(values: np.ndarray, design_matrix: np.ndarray) -> Fit:
    """The fits of genes that may lack values, all genes of one pattern at once.

    Unlike :func:`fit` it takes what leaves no degree of freedom: the variance then is NaN.

    Args:
        values: genes × samples; NaN where there is no value.
        design_matrix: samples × coefficients.
    """
    present = ~np.isnan(values)
    genes, size = len(values), design_matrix.shape[1]
    coefficients, variance, df = np.zeros((genes, size)), np.full(genes, np.nan), np.zeros(genes)
    covariance, lost = np.zeros((genes, size, size)), np.zeros((genes, size, size))
    patterns, of_gene = np.unique(present, axis=0, return_inverse=True)
    for index, pattern in enumerate(patterns):
        rows = np.flatnonzero(of_gene.ravel() == index)
        matrix = design_matrix[pattern]
        inverse = np.linalg.pinv(matrix)
        own = values[np.ix_(rows, np.flatnonzero(pattern))]
        coefficients[rows] = own @ inverse.T
        covariance[rows] = inverse @ inverse.T
        lost[rows] = np.eye(size) - inverse @ matrix
        df[rows] = len(matrix) - np.linalg.matrix_rank(matrix) if len(matrix) else 0
        if df[rows[0]] > 0:
            variance[rows] = ((own - coefficients[rows] @ matrix.T) ** 2).sum(axis=1) / df[rows]
    sums = np.where(present, values, 0).sum(axis=1)
    mean = sums / np.maximum(present.sum(axis=1), 1)
    return Fit(coefficients, covariance, variance, df, mean, lost)


def check(values: np.ndarray, design_matrix: np.ndarray, weights: np.ndarray | None) -> None:
    """Refuse what no model can be fitted to.

    Raises:
        ValueError: as :func:`fit`.
    """
    if values.ndim != 2 or values.shape[1] != design_matrix.shape[0]:
        raise ValueError(f"values of shape {values.shape} do not fit a design of shape {design_matrix.shape}")
    if (
        np.isinf(values).any()
        or not np.isfinite(design_matrix).all()
        or (weights is not None and np.isnan(values).any())
    ):
        raise ValueError("values and design must be finite; missing values cannot have weights")
    if weights is not None and (weights.shape != values.shape or not (weights > 0).all()):
        raise ValueError("weights must be positive, one a value")
    samples, coefficients = design_matrix.shape
    if np.linalg.matrix_rank(design_matrix) < coefficients:
        raise ValueError("the design is not of full column rank")
    if samples <= coefficients:
        raise ValueError(f"{samples} samples leave no degree of freedom for {coefficients} coefficients")


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


def estimate(fitted: Fit, contrast: np.ndarray, moderation: Moderation | None = None) -> pd.DataFrame:
    """Estimate and test one contrast of the coefficients in every gene.

    The standard error is exact for weighted fits too (limma's ``contrasts.fit`` approximates it there).

    Args:
        fitted: the fits.
        contrast: one weight a coefficient.
        moderation: the moderated variances; without them each gene stands for itself (ordinary t).

    Returns:
        One row a gene: mean_log2_expression log2_fold_change ci_low ci_high standard_error statistic df p_value
        q_value; 95 % confidence intervals, two-sided p, q by Benjamini and Hochberg over all rows.

    Raises:
        ValueError: the contrast is all zero or not one weight a coefficient.
    """
    if contrast.shape != fitted.coefficients.shape[1:] or not contrast.any():
        raise ValueError(
            f"the contrast {contrast.tolist()} does not fit the {fitted.coefficients.shape[1]} coefficients"
        )
    variance = fitted.variance if moderation is None else moderation.variance
    df = fitted.residual_df if moderation is None else moderation.df
    change = fitted.coefficients @ contrast
    if fitted.not_estimable is not None:
        change = np.where(np.abs(fitted.not_estimable @ contrast).max(axis=1) > ESTIMABLE, np.nan, change)
    error = unscaled_error(fitted, contrast) * np.sqrt(variance)
    with np.errstate(divide="ignore", invalid="ignore"):  # a gene that does not vary has no test without moderation
        statistic = np.where(error > 0, change / error, np.nan)
        margin = special.stdtrit(df, (1 + CONFIDENCE) / 2) * error
    p_value = 2 * special.stdtr(df, -np.abs(statistic))
    return pd.DataFrame(
        {
            "mean_log2_expression": fitted.mean,
            "log2_fold_change": change,
            "ci_low": change - margin,
            "ci_high": change + margin,
            "standard_error": np.where(np.isnan(change), np.nan, error),
            "statistic": statistic,
            "df": df,
            "p_value": p_value,
            "q_value": benjamini_hochberg(p_value),
        }
    )


def unscaled_error(fitted: Fit, contrast: np.ndarray) -> np.ndarray:
    """The standard error of a contrast for a residual variance of 1, one a gene."""
    return np.sqrt(np.einsum("i,gij,j->g", contrast, fitted.unscaled_covariance, contrast))


def benjamini_hochberg(p_values: np.ndarray) -> np.ndarray:
    """False discovery rates of the finite p-values; the others stay NaN and do not count.

    Source: Benjamini and Hochberg 1995, doi 10.1111/j.2517-6161.1995.tb02031.x.
    """
    p_values = np.asarray(p_values, dtype=float)
    q_values = np.full(p_values.shape, np.nan)
    tested = np.flatnonzero(np.isfinite(p_values))
    order = tested[np.argsort(-p_values[tested], kind="stable")]
    ranks = np.arange(order.size, 0, -1)
    q_values[order] = np.minimum(np.minimum.accumulate(p_values[order] * order.size / ranks), 1)
    return q_values
