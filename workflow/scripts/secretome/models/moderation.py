"""Empirical Bayes: each gene's residual variance, moderated by those of all genes."""

from dataclasses import dataclass

import numpy as np

from secretome.models.linear import Fit
from secretome.models.robust_prior import fit_prior_robustly
from secretome.models.variance_prior import fit_prior


@dataclass(frozen=True)
class Moderation:
    """Residual variances after borrowing from the other genes.

    Attributes:
        prior_df: genes, how many degrees of freedom the other genes are worth; infinite where they all share one
            variance. One number for all genes, unless the hyperparameters are robust: then less for a gene whose
            variance is far too large, and the largest of them stands for the genes that are no outliers.
        prior_variance: genes, the variance that is borrowed.
        variance: genes, the posterior variance.
        df: genes, degrees of freedom of a test that uses it.
    """

    prior_df: np.ndarray
    prior_variance: np.ndarray
    variance: np.ndarray
    df: np.ndarray


def moderate(fitted: Fit, trend: bool = False, robust: bool = False) -> Moderation:
    """Shrink each gene's residual variance towards that of the others.

    Source: Smyth 2004, doi 10.2202/1544-6115.1027, as limma's ``eBayes`` and ``squeezeVar``; robust: Phipson et al.
    2016, doi 10.1214/16-AOAS920. Limma tests a gene without residual degrees of freedom by the borrowed variance alone;
    here it has no test.

    Args:
        fitted: fits of many genes; their residual degrees of freedom may differ.
        trend: let the borrowed variance depend on the mean expression (a natural cubic spline; robust: a local
            regression).
        robust: genes with extreme variances do not decide what is borrowed, and those far too variable borrow less.

    Returns:
        The moderated variances and their degrees of freedom; NaN and 0 for a gene without residual degrees of freedom,
        which lends nothing either.

    Raises:
        CannotBeFitted: there are fewer than three genes, or more than half of them do not vary at all.
    """
    able = fitted.residual_df > 0
    variance, df = fitted.variance[able], fitted.residual_df[able]
    covariate = fitted.mean[able] if trend else None
    if robust:
        location, own_prior_df = fit_prior_robustly(variance, df, covariate)
        prior_df = np.full(able.size, own_prior_df.max())
        prior_df[able] = own_prior_df
    else:
        location, common_prior_df = fit_prior(variance, df, covariate)
        prior_df = np.full(able.size, common_prior_df)
    prior_variance, posterior = np.full((2, able.size), np.nan)
    prior_variance[able] = location
    posterior[able] = shrink(variance, df, location, prior_df[able])
    total = np.where(able, np.minimum(fitted.residual_df + prior_df, df.sum()), 0)
    return Moderation(prior_df, prior_variance, posterior, total)


def shrink(
    variance: np.ndarray, df: np.ndarray, prior_variance: np.ndarray, prior_df: np.ndarray | float
) -> np.ndarray:
    """Each variance drawn towards the prior one, in proportion to their degrees of freedom."""
    infinite = np.isinf(prior_df)
    finite_df = np.where(infinite, 1.0, prior_df)
    return np.where(infinite, prior_variance, (df * variance + finite_df * prior_variance) / (df + finite_df))
