"""Local regression of many points on one covariate.

Cleveland 1979, doi 10.1080/01621459.1979.10481038, with the numbers of R's ``lowess`` (statsmodels' stray from them by
1e-10, by more where points lie apart, and cost half a second of imports).
"""

import numpy as np

ROBUST_ITERATIONS = 3
# As in R: points nearer than this share of the range are interpolated; weights are 1 near to, and 0 at, the edge.
INTERPOLATED = 0.01
NEAR, FAR = 0.001, 0.999


def lowess_curve(covariate: np.ndarray, response: np.ndarray, span: float) -> np.ndarray:
    """Locally weighted linear regression with three robust iterations, at each of the points.

    Args:
        covariate: points, in ascending order.
        response: points.
        span: the share of the points in each local fit.

    Returns:
        points, the fitted response.
    """
    size = covariate.size
    if size < 2:
        return response.astype(float)
    neighbours = max(2, min(size, int(span * size + 1e-7)))
    fitted_at = _fitted_points(covariate)
    places = covariate[fitted_at]
    # The nearest points: the window moves on while its left end is farther than the next point on the right.
    both_ends = covariate[: size - neighbours] + covariate[neighbours:]
    starts = np.searchsorted(both_ends, 2 * places, side="left")
    moments = _kernel_moments([covariate[start : start + neighbours] for start in starts], places)
    weights = np.ones(size)
    for iteration in range(ROBUST_ITERATIONS + 1):
        sums = _window_sums(moments, weights, starts)
        sums_of_response = _window_sums(moments[:, :2], weights * response, starts)
        heights = _heights(sums, sums_of_response, np.ptp(covariate), response[fitted_at])
        curve = np.interp(covariate, places, heights)
        away = np.abs(response - curve)
        reach = 6 * float(np.median(away))
        if iteration == ROBUST_ITERATIONS or reach < 1e-7 * away.mean():
            break
        weights = (1 - (away / reach) ** 2) ** 2
        weights[away <= NEAR * reach] = 1
        weights[away > FAR * reach] = 0
    return curve


def _fitted_points(covariate: np.ndarray) -> np.ndarray:
    """Where a line is fitted: the last point within reach of the one before, or the next point where none is."""
    reach = INTERPOLATED * (covariate[-1] - covariate[0])
    points, point = [], 0
    while True:
        points.append(point)
        last = int(np.searchsorted(covariate, covariate[point], side="right")) - 1  # those that tie with it
        if last >= covariate.size - 1:
            return np.array(points)
        within = int(np.searchsorted(covariate, covariate[point] + reach, side="right")) - 1
        point = max(last + 1, within)


def _kernel_moments(windows: list[np.ndarray], places: np.ndarray) -> np.ndarray:
    """Tricube weights of the neighbours, times their distance to the power of 0, 1 and 2: fits × 3 × neighbours."""
    moments = np.empty((len(windows), 3, windows[0].size))
    for window, place, (kernel, first, second) in zip(windows, places, moments, strict=True):
        distance = window - place
        away = np.abs(distance)
        widest = max(away[0], away[-1])
        share = away / (widest or 1.0)
        kernel[:] = 1 - share * share * share
        kernel *= kernel * kernel
        kernel[away <= NEAR * widest] = 1
        kernel[away > FAR * widest] = 0
        np.multiply(kernel, distance, out=first)
        np.multiply(first, distance, out=second)
    return moments


def _window_sums(moments: np.ndarray, values: np.ndarray, starts: np.ndarray) -> np.ndarray:
    """Each moment times the values of its window, added up: fits × moments."""
    size = moments.shape[2]
    return np.array([own @ values[start : start + size] for own, start in zip(moments, starts, strict=True)])


def _heights(sums: np.ndarray, sums_of_response: np.ndarray, spread: float, own: np.ndarray) -> np.ndarray:
    """The height of each local line at its place: of the mean alone where its points hardly differ."""
    with np.errstate(divide="ignore", invalid="ignore"):
        mean, square = sums[:, 1] / sums[:, 0], sums[:, 2] / sums[:, 0]
        height, product = (sums_of_response / sums[:, :1]).T
        variance = square - mean**2
        slope = np.where(np.sqrt(np.maximum(variance, 0)) > NEAR * spread, (product - mean * height) / variance, 0)
        return np.where(sums[:, 0] > 0, height - slope * mean, own)
