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

# ASSUME what is slow and decides nothing is tried on few data sets and few sets of each: 64 tests.
SIMULATIONS_OF_SLOW, SETS_OF_SLOW = 8, 8
ROTATIONS = 499  # the smallest p is .002

PValues = Callable[[np.ndarray, np.ndarray, Sequence[MeasuredSet]], np.ndarray]
Table = Callable[[np.ndarray, np.ndarray, Sequence[MeasuredSet]], pd.DataFrame]


def null_tests(collections: Sequence[Collection], fitted: FittedContrast, seed: int) -> dict[str, dict[str, NullTest]]:
    """Collection → method → the test. What asks each set by itself is one test for all collections.

    Over-representation is not among them: where nothing changes it has nothing to test.

    Args:
        collections: whose sets are tested.
        fitted: the contrast.
        seed: of what is random.
    """
    names, expression = [""] * len(fitted.effects), fitted.values.mean(axis=1)
    every = {
        LEAD_METHOD: NullTest(_of(lambda effects, errors, sets: fry(effects, errors, sets, names))),
        RELATIVE_METHOD: NullTest(_of(lambda effects, errors, sets: relative(effects, errors, sets, expression))),
    }
    ulm = {"ulm": NullTest(_linear("ulm", names))}
    plain = _of_plain_sets(fitted, seed)
    tests: dict[str, dict[str, NullTest]] = {}
    for one in collections:
        if one.weighted:
            score = NullTest(_scored(sample_scores.sample_scores, fitted))
            tests[one.name] = {**every, "score": score, **ulm, "mlm": NullTest(_linear("mlm", names))}
        else:
            score = NullTest(_scored(singscore.singscores, fitted), SIMULATIONS_OF_SLOW)
            tests[one.name] = {**every, "score": score, **plain}
    return tests


def _of_plain_sets(fitted: FittedContrast, seed: int) -> dict[str, NullTest]:
    slow = (SIMULATIONS_OF_SLOW, SETS_OF_SLOW)
    tests = {"roast": NullTest(_of(lambda effects, _, sets: roast(effects, sets, seed, ROTATIONS)), *slow)}
    if fitted.residual_df >= LEAST_DF_FOR_CAMERA:
        tests["camera"] = NullTest(_of(camera))
    tests["camera_fixed"] = NullTest(_of(camera_fixed), calibrated=False)
    tests["gsea"] = NullTest(lambda effects, _, sets: gsea_p_values(_t(effects), sets, seed), *slow, calibrated=False)
    return tests


def _of(test: Table) -> PValues:
    """The p-values of a test in the order of the sets, NaN where a set has no row."""

    def p_values(effects: np.ndarray, errors: np.ndarray, sets: Sequence[MeasuredSet]) -> np.ndarray:
        # Sets of two collections can have the same name.
        numbered = [MeasuredSet(str(place), one.rows, one.weights) for place, one in enumerate(sets)]
        found = test(effects, errors, numbered).set_index("gene_set")["p_value"]
        return found.reindex([one.name for one in numbered]).to_numpy(float)

    return p_values


def _linear(method: str, names: Sequence[str]) -> PValues:
    of_method = _of(lambda effects, _, sets: score_tests(method, effects, sets, names))

    def p_values(effects: np.ndarray, errors: np.ndarray, sets: Sequence[MeasuredSet]) -> np.ndarray:
        try:
            return of_method(effects, errors, sets)
        except Collinear:  # then it has no rows either
            return np.full(len(sets), np.nan)

    return p_values


def _scored(score: Callable[[np.ndarray, Sequence[MeasuredSet]], np.ndarray], fitted: FittedContrast) -> PValues:
    """The test of the samples' scores, in samples of equal weights that have the drawn effects."""
    design, correlation, expression = fitted.design, fitted.model.correlation, fitted.values.mean(axis=1)

    def p_values(effects: np.ndarray, _errors: np.ndarray, sets: Sequence[MeasuredSet]) -> np.ndarray:
        values = expression[:, None] + sample_values(effects, design.matrix, design.contrast, correlation)
        points = score(values, sets)
        tests = sample_scores.compare_scores(points, design.matrix, design.contrast, correlation)
        return tests["p_value"].to_numpy(float)

    return p_values


def _t(effects: np.ndarray) -> np.ndarray:
    """The moderated t of the contrast of each gene."""
    variance, df = (effects[:, 1:] ** 2).mean(axis=1), np.full(len(effects), effects.shape[1] - 1.0)
    return effects[:, 0] / np.sqrt(shrink(variance, df, *fit_prior(variance, df)))
