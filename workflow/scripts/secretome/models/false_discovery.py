"""False discovery rates of many tests."""

import numpy as np


def benjamini_hochberg(p_values: np.ndarray) -> np.ndarray:
    """False discovery rates of the finite p-values; the others stay NaN and do not count.

    Source: Benjamini and Hochberg 1995, doi 10.1111/j.2517-6161.1995.tb02031.x.
    """
    p_values = np.asarray(p_values, dtype=float)
    q_values = np.full(p_values.shape, np.nan)
    tested = np.flatnonzero(np.isfinite(p_values))
    order = tested[np.argsort(-p_values[tested])]  # equal p-values get the same rate in any order
    ranks = np.arange(order.size, 0, -1)
    q_values[order] = np.minimum(np.minimum.accumulate(p_values[order] * order.size / ranks), 1)
    return q_values
