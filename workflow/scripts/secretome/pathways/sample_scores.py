"""Pathway activity of each sample from footprint genes (PROGENy), and the difference of scores between groups."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from secretome.models import contrasts, linear
from secretome.models.moderation import moderate
from secretome.models.rotation import rotation_effects
from secretome.pathways.collections import MeasuredSet

FEWEST_MODERATED = 3  # scores: of fewer no prior can be told
LEAST_DF_MODERATED = 2  # with one residual nobody sees whether scores vary together


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
    """Test the contrast on each score by the moderated linear model that the genes have.

    Samples are what is counted, not genes, so that the level holds however the genes of a set go together.

    # ASSUME scores lend one another no more degrees of freedom than the residual ones times the number of independent
    # ways in which the scores vary. Moderation takes the scores as independent; where one common factor moves them
    # all, their variances agree because they are one variance. Of true nulls at .05 / .01 plain moderation then
    # rejected up to .106 / .041, limited at most .051 / .013 (14 or 50 scores; of three .063 / .018). Ordinary t-tests
    # hold too, but find less: 14 scores of their own factors, 4 + 4 .45 to .55, 4 pairs .33 to .47; at 2 + 2 they find
    # as much or a little more (50 scores: .15 to .14). tests/calibration_scores.py
    # And real scores do vary together: those of 50 Hallmark sets in melanoma_encorafenib in four ways.

    Args:
        scores: sets × samples. Of fewer than three that vary within the groups, or with a single residual degree of
            freedom, each has an ordinary t-test.
        design_matrix: samples × coefficients.
        contrast: one weight a coefficient.
        correlation: of the samples, as :func:`secretome.models.linear.fit`.

    Returns:
        One row a set, as :func:`secretome.models.contrasts.estimate`; ``log2_fold_change`` is the difference of the
        scores. A score that does not vary within the groups has no test.

    Raises:
        ValueError: as :func:`secretome.models.linear.fit`.
    """
    fitted = linear.fit(scores, design_matrix, correlation=correlation)
    vary = fitted.variance > 0
    residual_df = design_matrix.shape[0] - design_matrix.shape[1]
    if vary.sum() < FEWEST_MODERATED or residual_df < LEAST_DF_MODERATED:
        return contrasts.estimate(fitted, contrast)
    moderated = moderate(replace(fitted, residual_df=np.where(vary, fitted.residual_df, 0.0)))
    effects = rotation_effects(scores[vary], design_matrix, contrast, correlation=correlation)
    most = residual_df * independent_ways(effects[:, 1:])
    return contrasts.estimate(fitted, contrast, replace(moderated, df=np.minimum(moderated.df, most)))


def independent_ways(residuals: np.ndarray) -> float:
    """The number of independent ways in which scores vary: the participation ratio of their correlation.

    The squared sum of the eigenvalues over the sum of their squares; 1 where all scores follow one factor, and at most
    the residual degrees of freedom.

    Args:
        residuals: scores × residual degrees of freedom, none all zero.
    """
    directions = residuals / np.sqrt((residuals**2).sum(axis=1, keepdims=True))
    return float(len(directions) ** 2 / ((directions.T @ directions) ** 2).sum())
