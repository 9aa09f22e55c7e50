"""How many genes pass if one sample is left out: one bad sample can hide everything."""

from collections.abc import Sequence

import numpy as np

from secretome.diagnostics.refit import Refit
from secretome.models.false_discovery import benjamini_hochberg
from secretome.models.linear import CannotBeFitted

# ASSUME that among more samples one cannot hide everything; each costs a fit of all genes.
MOST_SAMPLES = 30


def passing_without_each(
    values: np.ndarray,
    weights: np.ndarray | None,
    design_matrix: np.ndarray,
    samples: Sequence[str],
    fdr: float,
    refit: Refit,
) -> dict[str, int]:
    """Fit the contrast again without each sample in turn.

    Weights stay as they are. A sample whose loss leaves a coefficient undetermined or no degree of freedom is not in
    the result; neither is one without which no gene has a test, or hardly one varies.

    Args:
        values, weights: genes × samples; NaN where there is no value.
        design_matrix: samples × coefficients.
        samples: their ids.
        fdr: the false discovery rate.
        refit: the engine.

    Returns:
        Sample to the number of genes that pass without it; empty for more than ``MOST_SAMPLES`` samples.
    """
    passing: dict[str, int] = {}
    if len(samples) > MOST_SAMPLES:
        return passing
    for left_out, sample in enumerate(samples):
        kept = np.flatnonzero(np.arange(len(samples)) != left_out)
        matrix = design_matrix[kept]
        if np.linalg.matrix_rank(matrix) < matrix.shape[1] or len(matrix) <= matrix.shape[1]:
            continue
        own = None if weights is None else weights[:, kept]
        known = np.isfinite(values[:, kept]).any(axis=1)
        try:
            p_value = refit(values[known][:, kept], None if own is None else own[known], matrix, kept)
        except CannotBeFitted:  # all that varies is this sample
            continue
        if np.isfinite(p_value).any():
            passing[sample] = int((benjamini_hochberg(p_value) <= fdr).sum())
    return passing
