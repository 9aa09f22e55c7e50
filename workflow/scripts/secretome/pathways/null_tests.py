"""The tests of a collection as they are tried on data in which nothing changes."""

from collections.abc import Callable, Sequence

import numpy as np
import pandas as pd

from secretome.models.moderation import shrink
from secretome.models.variance_prior import fit_prior
from secretome.pathways import sample_scores, singscore
from secretome.pathways.camera import camera, camera_fixed
from secretome.pathways.collections import Collection, MeasuredSet
from secretome.pathways.fitted import FittedContrast
from secretome.pathways.fry import fry
from secretome.pathways.gsea import gsea_p_values
from secretome.pathways.linear_scores import Collinear, score_tests
from secretome.pathways.null_genes import sample_values
from secretome.pathways.null_rates import NullTest
from secretome.pathways.relative import relative
from secretome.pathways.roast import roast
from secretome.tables import LEAD_METHOD, LEAST_DF_FOR_CAMERA, RELATIVE_METHOD

# ASSUME what is slow and decides nothing is tried on few data sets and few sets of each: 80 tests.
SIMULATIONS_OF_SLOW, SETS_OF_SLOW = 10, 8
ROTATIONS = 499  # the smallest p is .002

PValues = Callable[[np.ndarray, np.ndarray, Sequence[MeasuredSet]], np.ndarray]


def null_tests(collection: Collection, fitted: FittedContrast, seed: int) -> dict[str, NullTest]:
    """Method → the test. Over-representation is not among them: where nothing changes it has nothing to test.

    Args:
        collection: whose sets are tested.
        fitted: the contrast.
        seed: of what is random.
    """
    names, expression = [""] * len(fitted.effects), fitted.values.mean(axis=1)
    tests = {
        LEAD_METHOD: NullTest(lambda effects, errors, sets: _p(fry(effects, errors, sets, names))),
        RELATIVE_METHOD: NullTest(lambda effects, errors, sets: _p(relative(effects, errors, sets, expression))),
    }
    if collection.weighted:
        tests["score"] = NullTest(_scored(sample_scores.sample_scores, fitted))
        return tests | {method: NullTest(_linear(method, names)) for method in ("ulm", "mlm")}
    slow = (SIMULATIONS_OF_SLOW, SETS_OF_SLOW)
    tests["score"] = NullTest(_scored(singscore.singscores, fitted), SIMULATIONS_OF_SLOW)
    tests["roast"] = NullTest(lambda effects, _, sets: _p(roast(effects, sets, seed, ROTATIONS)), *slow)
    if fitted.residual_df >= LEAST_DF_FOR_CAMERA:
        tests["camera"] = NullTest(lambda effects, errors, sets: _p(camera(effects, errors, sets)))
    fixed = NullTest(lambda effects, errors, sets: _p(camera_fixed(effects, errors, sets)), calibrated=False)
    ranked = NullTest(lambda effects, _, sets: gsea_p_values(_t(effects), sets, seed), *slow, calibrated=False)
    return tests | {"camera_fixed": fixed, "gsea": ranked}


def _p(tests: pd.DataFrame) -> np.ndarray:
    return tests["p_value"].to_numpy(float)


def _linear(method: str, names: Sequence[str]) -> PValues:
    def p_values(effects: np.ndarray, _errors: np.ndarray, sets: Sequence[MeasuredSet]) -> np.ndarray:
        try:
            return _p(score_tests(method, effects, sets, names))
        except Collinear:  # then it has no rows either
            return np.zeros(0)

    return p_values


def _scored(score: Callable[[np.ndarray, Sequence[MeasuredSet]], np.ndarray], fitted: FittedContrast) -> PValues:
    """The test of the samples' scores, in samples of equal weights that have the drawn effects."""
    design, correlation, expression = fitted.design, fitted.model.correlation, fitted.values.mean(axis=1)

    def p_values(effects: np.ndarray, _errors: np.ndarray, sets: Sequence[MeasuredSet]) -> np.ndarray:
        values = expression[:, None] + sample_values(effects, design.matrix, design.contrast, correlation)
        points = score(values, sets)
        return _p(sample_scores.compare_scores(points, design.matrix, design.contrast, correlation))

    return p_values


def _t(effects: np.ndarray) -> np.ndarray:
    """The moderated t of the contrast of each gene."""
    variance, df = (effects[:, 1:] ** 2).mean(axis=1), np.full(len(effects), effects.shape[1] - 1.0)
    return effects[:, 0] / np.sqrt(shrink(variance, df, *fit_prior(variance, df)))
