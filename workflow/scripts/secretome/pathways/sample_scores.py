"""Pathway activity of each sample from footprint genes (PROGENy), and its difference between groups."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from secretome.models import contrasts, linear
from secretome.pathways.collections import MeasuredSet


def sample_scores(values: np.ndarray, sets: Sequence[MeasuredSet]) -> np.ndarray:
    """The weighted mean of the footprint genes, each taken from its own mean over all samples.

    score = sum of w (x − mean x) / sum of |w|, after Schubert et al. 2018, doi 10.1038/s41467-017-02391-6. A score of 1
    says that the footprint's genes lie, on the weighted average, one log2 unit from their mean in the direction that
    the active pathway gives them.

    Args:
        values: genes × samples, log2 expression.
        sets: the footprints among these genes.

    Returns:
        footprints × samples, log2 units; every footprint's mean is 0.
    """
    centred = values - values.mean(axis=1, keepdims=True)
    scores = [one.weights @ centred[one.rows] / np.abs(one.weights).sum() for one in sets]
    return np.array(scores).reshape(len(sets), values.shape[1])


def compare_scores(
    scores: np.ndarray, design_matrix: np.ndarray, contrast: np.ndarray, correlation: np.ndarray | None = None
) -> pd.DataFrame:
    """Test the contrast on each score by ordinary least squares.

    # ASSUME no moderation: a handful of scores does not tell how variances vary. Samples are what is counted, not
    # genes, so that the level holds however the genes go together.

    Args:
        scores: footprints × samples.
        design_matrix: samples × coefficients.
        contrast: one weight a coefficient.
        correlation: of the samples, as :func:`secretome.models.linear.fit`.

    Returns:
        One row a footprint, as :func:`secretome.models.contrasts.estimate`; ``log2_fold_change`` is the difference of
        the scores.

    Raises:
        ValueError: as :func:`secretome.models.linear.fit`.
    """
    return contrasts.estimate(linear.fit(scores, design_matrix, correlation=correlation), contrast)
