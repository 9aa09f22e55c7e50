"""The tests of a collection as they are tried on data in which nothing changes."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from secretome.models.moderation import shrink
from secretome.models.variance_prior import fit_prior
from secretome.pathways.camera import camera, camera_fixed
from secretome.pathways.collections import Collection, MeasuredSet
from secretome.pathways.fitted import FittedContrast
from secretome.pathways.fry import fry
from secretome.pathways.gsea import gsea
from secretome.pathways.linear_scores import Collinear, score_tests
from secretome.pathways.null_rates import NullTest
from secretome.pathways.relative import relative
from secretome.tables import LEAD_METHOD, LEAST_DF_FOR_CAMERA, RELATIVE_METHOD

# ASSUME pre-ranked GSEA, which decides nothing, is tried on few data sets: one costs as much as forty of the others.
SIMULATIONS_OF_GSEA = 4


def null_tests(collection: Collection, fitted: FittedContrast, seed: int) -> dict[str, NullTest]:
    """Method → the test. Sample scores are not among them: they are tested by samples, as genes are.

    Args:
        collection: whose sets are tested.
        fitted: the contrast.
        seed: of what is random.
    """
    genes, expression = fitted.genes, fitted.values.mean(axis=1)
    tests = {
        LEAD_METHOD: NullTest(lambda effects, errors, sets: _p(fry(effects, errors, sets, genes))),
        RELATIVE_METHOD: NullTest(lambda effects, errors, sets: _p(relative(effects, errors, sets, expression))),
    }
    if collection.weighted:
        return tests | {method: NullTest(_linear(method, genes)) for method in ("ulm", "mlm")}
    if fitted.residual_df >= LEAST_DF_FOR_CAMERA:
        tests["camera"] = NullTest(lambda effects, errors, sets: _p(camera(effects, errors, sets)))
    tests["camera_fixed"] = NullTest(
        lambda effects, errors, sets: _p(camera_fixed(effects, errors, sets)), calibrated=False
    )
    tests["gsea"] = NullTest(_ranked(genes, seed), SIMULATIONS_OF_GSEA, calibrated=False)
    return tests


def _p(tests: pd.DataFrame) -> np.ndarray:
    return tests["p_value"].to_numpy(float)


def _linear(method: str, genes: Sequence[str]):
    def p_values(effects: np.ndarray, _errors: np.ndarray, sets: Sequence[MeasuredSet]) -> np.ndarray:
        try:
            return _p(score_tests(method, effects, sets, genes))
        except Collinear:  # then it has no rows either
            return np.zeros(0)

    return p_values


def _ranked(genes: Sequence[str], seed: int):
    def p_values(effects: np.ndarray, _errors: np.ndarray, sets: Sequence[MeasuredSet]) -> np.ndarray:
        variance, _ = _borrowed(effects)
        table, _ = gsea(pd.Series(effects[:, 0] / np.sqrt(variance), index=list(genes)), sets, seed)
        return _p(table)

    return p_values


def _borrowed(effects: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The moderated variances of the drawn residuals, and their degrees of freedom."""
    df = np.full(len(effects), effects.shape[1] - 1.0)
    variance = (effects[:, 1:] ** 2).mean(axis=1)
    prior_variance, prior_df = fit_prior(variance, df)
    return shrink(variance, df, prior_variance, prior_df), np.minimum(df + prior_df, df.sum())
