"""Local regression of many points on one covariate."""

import numpy as np

ROBUST_ITERATIONS = 3
# Points nearer than this share of the range are interpolated, as in R's lowess.
INTERPOLATED = 0.01


def lowess_curve(covariate: np.ndarray, response: np.ndarray, span: float) -> np.ndarray:
    """Locally weighted linear regression with three robust iterations, at each of the points.

    Source: Cleveland 1979, doi 10.1080/01621459.1979.10481038, as R's ``lowess`` with its defaults.

    Args:
        covariate: points, in ascending order.
        response: points.
        span: the share of the points in each local fit.

    Returns:
        points, the fitted response.
    """
    from statsmodels.nonparametric.smoothers_lowess import lowess  # slow to import, and not every model needs it

    return lowess(
        response,
        covariate,
        frac=span,
        it=ROBUST_ITERATIONS,
        delta=INTERPOLATED * (covariate[-1] - covariate[0]),
        is_sorted=True,
        return_sorted=False,
    )
