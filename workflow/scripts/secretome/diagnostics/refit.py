"""The engine of a contrast as one function, for whatever fits it again: simulated data, fewer samples, other labels."""

from collections.abc import Callable

import numpy as np

from secretome.models import contrasts, linear, moderation

# (values, weights, design matrix, samples) → p-values. `samples` says which of the study's samples the columns are:
# what an engine knows of each of them beyond the matrix, it knows by these.
Refit = Callable[[np.ndarray, np.ndarray | None, np.ndarray, np.ndarray], np.ndarray]


def linear_models(
    contrast: np.ndarray,
    trend: bool = False,
    moderated: bool = True,
    correlation: np.ndarray | None = None,
    robust: bool = False,
) -> Refit:
    """Least squares: the p-values of one contrast of the coefficients.

    Args:
        contrast: one weight a coefficient.
        trend: let the borrowed variance depend on the mean expression.
        moderated: False gives each gene an ordinary t-test.
        correlation: samples × samples of the whole study, of the errors; None where the samples are independent.
        robust: keep extreme variances from what is borrowed.
    """

    def refit(
        values: np.ndarray, weights: np.ndarray | None, design_matrix: np.ndarray, samples: np.ndarray
    ) -> np.ndarray:
        own = None if correlation is None else correlation[np.ix_(samples, samples)]
        fitted = linear.fit(values, design_matrix, weights, own)
        shared = moderation.moderate(fitted, trend, robust) if moderated else None
        return contrasts.estimate(fitted, contrast, shared)["p_value"].to_numpy()

    return refit
