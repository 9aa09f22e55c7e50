"""The engine of a contrast as one function, for whatever fits it again: simulated data, fewer samples, other labels."""

from collections.abc import Callable

import numpy as np

from secretome.models import linear
from secretome.models.borrowing import ONE_PRIOR, Borrowing, estimate_contrast

# (values, weights, design matrix, samples) → p-values. `samples` says which of the study's samples the columns are:
# what an engine knows of each of them beyond the matrix, it knows by these.
Refit = Callable[[np.ndarray, np.ndarray | None, np.ndarray, np.ndarray], np.ndarray]


def linear_models(
    contrast: np.ndarray, borrowing: Borrowing | None = ONE_PRIOR, correlation: np.ndarray | None = None
) -> Refit:
    """Least squares: the p-values of one contrast of the coefficients.

    Args:
        contrast: one weight a coefficient.
        borrowing: among the variances of the genes; None gives each gene an ordinary t-test.
        correlation: samples × samples of the whole study, of the errors; None where the samples are independent.
    """

    def refit(
        values: np.ndarray, weights: np.ndarray | None, design_matrix: np.ndarray, samples: np.ndarray
    ) -> np.ndarray:
        own = None if correlation is None else correlation[np.ix_(samples, samples)]
        fitted = linear.fit(values, design_matrix, weights, own)
        table, _ = estimate_contrast(fitted, contrast, borrowing)
        return table["p_value"].to_numpy()

    return refit
