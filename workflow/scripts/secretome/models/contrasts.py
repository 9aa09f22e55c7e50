"""One contrast of the coefficients in every gene: estimate, confidence interval, test."""

import numpy as np
import pandas as pd
from scipy import special

from secretome.models.false_discovery import benjamini_hochberg
from secretome.models.linear import Fit
from secretome.models.moderation import Moderation

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
