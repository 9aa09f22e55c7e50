"""One contrast of the coefficients in every gene: estimate, confidence interval, test."""

import numpy as np
import pandas as pd
from scipy import special

from secretome.models.distinct import once_each
from secretome.models.false_discovery import benjamini_hochberg
from secretome.models.linear import Fit
from secretome.models.moderation import Moderation
from secretome.models.student_t import two_sided_p

CONFIDENCE = 0.95
ESTIMABLE = 1e-8  # how much of a contrast may lie in what a gene's values do not determine: rounding


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
        margin = once_each(lambda each: special.stdtrit(each, (1 + CONFIDENCE) / 2), df) * error
    p_value = two_sided_p(statistic, df)
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
    covariance = fitted.unscaled_covariance
    if len(covariance) and covariance.strides[0] == 0:  # one matrix for all genes
        return np.full(len(covariance), np.sqrt(contrast @ covariance[0] @ contrast))
    return np.sqrt(np.einsum("i,gij,j->g", contrast, covariance, contrast))


def f_test(fitted: Fit, contrasts: np.ndarray, moderation: Moderation | None = None) -> pd.DataFrame:
    """Test in every gene whether any of several contrasts differs from 0 (moderated F).

    Exact for weighted fits too (limma's ``topTableF`` approximates there); of one contrast it is the square of the t of
    :func:`estimate`, with the same p. Source: Smyth 2004, doi 10.2202/1544-6115.1027, section 3.

    Args:
        fitted: the fits.
        contrasts: coefficients × contrasts; what follows from the others (a third difference of three levels) adds
            nothing.
        moderation: as :func:`estimate`.

    Returns:
        One row a gene: statistic df1 df2 p_value q_value; NaN where one of the contrasts cannot be estimated.

    Raises:
        ValueError: the contrasts are all zero or not one weight a coefficient.
    """
    if contrasts.ndim != 2 or len(contrasts) != fitted.coefficients.shape[1] or not contrasts.any():
        raise ValueError(
            f"the contrasts {contrasts.tolist()} do not fit the {fitted.coefficients.shape[1]} coefficients"
        )
    variance = fitted.variance if moderation is None else moderation.variance
    df2 = fitted.residual_df if moderation is None else moderation.df
    basis = independent(contrasts)
    df1 = basis.shape[1]
    able = variance > 0
    if fitted.not_estimable is not None:
        able &= np.abs(fitted.not_estimable @ contrasts).max(axis=(1, 2)) <= ESTIMABLE
    changes = fitted.coefficients @ basis
    covariance = np.where(able[:, None, None], basis.T @ fitted.unscaled_covariance @ basis, np.eye(df1))
    squares = (changes * np.linalg.solve(covariance, changes[:, :, None])[:, :, 0]).sum(axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        statistic = np.where(able, squares / df1 / variance, np.nan)
        p_value = special.betainc(df2 / 2, df1 / 2, df2 / (df2 + df1 * statistic))
    return pd.DataFrame(
        {
            "statistic": statistic,
            "df1": float(df1),
            "df2": df2,
            "p_value": p_value,
            "q_value": benjamini_hochberg(p_value),
        }
    )


def independent(contrasts: np.ndarray) -> np.ndarray:
    """An orthonormal basis of the space of the contrasts (coefficients × rank)."""
    left, sizes, _ = np.linalg.svd(contrasts, full_matrices=False)
    return left[:, sizes > ESTIMABLE * sizes[0]]
