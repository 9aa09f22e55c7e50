"""Every test of the gene sets of one collection on one contrast."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from secretome.models import false_discovery
from secretome.pathways import linear_scores, sample_scores, singscore
from secretome.pathways.camera import camera, camera_fixed
from secretome.pathways.collections import Collection, MeasuredSet
from secretome.pathways.fitted import FittedContrast
from secretome.pathways.fry import fry
from secretome.pathways.gsea import gsea
from secretome.pathways.over_representation import over_representation
from secretome.pathways.relative import relative
from secretome.pathways.roast import roast
from secretome.tables import LEAD_METHOD, LEAST_DF_FOR_CAMERA, PATHWAYS, RELATIVE_METHOD, empty_table

EXPLORATORY = ("camera_fixed", "gsea", "over_representation")  # their p-values are known to be too small
# ASSUME more sets are not worth minutes and gigabytes for a test that decides nothing (2,000 sets: 11.6 s, 2.4 GB).
MOST_SETS_FOR_GSEA = 500

Rows = dict[str, pd.DataFrame]


@dataclass(frozen=True)
class Hits:
    """The secreted genes that change, and those that were tested: what over-representation is about."""

    changed: Sequence[str]
    tested: Sequence[str]


@dataclass(frozen=True)
class Tested:
    """What the tests of one collection give.

    Attributes:
        rows: contract ``PATHWAYS``.
        scores: sets × samples, how each sample scores.
        curves: gene set → its enrichment curve (:func:`secretome.pathways.gsea.gsea`).
        not_computed: method → why it has no rows.
    """

    rows: pd.DataFrame
    scores: np.ndarray
    curves: dict[str, dict[str, Any]]
    not_computed: dict[str, str]


def every_test(
    collection: Collection, sets: Sequence[MeasuredSet], fitted: FittedContrast, hits: Hits, seed: int
) -> Tested:
    """Test the sets of one collection by all methods.

    ``fry`` leads, ``relative`` and ``score`` stand beside it. Of gene sets whose genes count alike also ``roast`` (for
    sets that move in both directions), ``camera`` (at four or more residual degrees of freedom), ``camera_fixed``,
    ``gsea`` and ``over_representation``; of weighted ones ``ulm`` and ``mlm``.

    Args:
        collection: of the sets.
        sets: as far as they were measured.
        fitted: the contrast, with effects.
        hits: for the over-representation.
        seed: of what is random.
    """
    effects, errors = fitted.effects, fitted.errors
    points = scores_of(collection, sets, fitted.values)
    tests: Rows = {
        LEAD_METHOD: fry(effects, errors, sets, fitted.genes),
        RELATIVE_METHOD: relative(effects, errors, sets, fitted.values.mean(axis=1)),
        "score": _score_tests(points, sets, fitted),
    }
    curves: dict[str, dict[str, Any]] = {}
    if collection.weighted:
        more, not_computed = _footprints(sets, fitted)
    else:
        more, curves, not_computed = _gene_sets(collection, sets, fitted, hits, seed)
    rows = [_labelled(rows, collection.name, method) for method, rows in {**tests, **more}.items()]
    return Tested(stacked(rows, empty_table(PATHWAYS)), points, curves, not_computed)


def scores_of(collection: Collection, sets: Sequence[MeasuredSet], values: np.ndarray) -> np.ndarray:
    """Sets × samples, how each sample scores: by footprint weights, or by the ranks of its genes."""
    score = sample_scores.sample_scores if collection.weighted else singscore.singscores
    return score(values, sets)


def _score_tests(points: np.ndarray, sets: Sequence[MeasuredSet], fitted: FittedContrast) -> pd.DataFrame:
    design = fitted.design
    tests = sample_scores.compare_scores(points, design.matrix, design.contrast, fitted.model.correlation)
    return pd.DataFrame(
        {
            "gene_set": [one.name for one in sets],
            "size": [one.rows.size for one in sets],
            "effect": tests["log2_fold_change"],
            **{column: tests[column] for column in ("ci_low", "ci_high", "statistic", "p_value")},
        }
    )


def _footprints(sets: Sequence[MeasuredSet], fitted: FittedContrast) -> tuple[Rows, dict[str, str]]:
    rows, not_computed, borrowed = {}, {}, (fitted.variance, fitted.df)
    for method in ("ulm", "mlm"):
        try:
            rows[method] = linear_scores.score_tests(method, fitted.effects, sets, fitted.genes, borrowed)
        except linear_scores.Collinear as found:
            not_computed[method] = str(found)
    return rows, not_computed


def _gene_sets(
    collection: Collection, sets: Sequence[MeasuredSet], fitted: FittedContrast, hits: Hits, seed: int
) -> tuple[Rows, dict[str, dict[str, Any]], dict[str, str]]:
    effects, errors = fitted.effects, fitted.errors
    rows = {"roast": roast(effects, sets, seed), "camera_fixed": camera_fixed(effects, errors, sets)}
    not_computed = {}
    if fitted.residual_df >= LEAST_DF_FOR_CAMERA:
        rows["camera"] = camera(effects, errors, sets)
    else:
        not_computed["camera"] = f"it needs {LEAST_DF_FOR_CAMERA} residual degrees of freedom: {fitted.residual_df}"
    curves: dict[str, dict[str, Any]] = {}
    if len(sets) <= MOST_SETS_FOR_GSEA:
        rows["gsea"], curves = gsea(fitted.table["statistic"], sets, seed)
    else:
        not_computed["gsea"] = f"{len(sets):,} sets are more than {MOST_SETS_FOR_GSEA}"
    if hits.changed:
        rows["over_representation"] = over_representation(collection, hits.changed, hits.tested)
    else:
        not_computed["over_representation"] = "no secreted gene changes"
    return rows, curves, not_computed


def _labelled(tests: pd.DataFrame, collection: str, method: str) -> pd.DataFrame:
    """The tests of one method as rows of ``PATHWAYS``."""
    given = {column: tests[column] for column in tests.columns}
    numbers = ("effect", "ci_low", "ci_high", "correlation", "statistic")
    return pd.DataFrame(
        {
            "leading_genes": "",
            **{column: np.nan for column in numbers if column not in tests},
            **given,
            "collection": collection,
            "method": method,
            "q_value": false_discovery.benjamini_hochberg(tests["p_value"].to_numpy(float)),
            "calibrated": method not in EXPLORATORY,
        },
        index=tests.index,
    )


def stacked(tables: Sequence[pd.DataFrame], empty: pd.DataFrame) -> pd.DataFrame:
    """The tables below one another; a table without rows has no types and would blur those of the others."""
    filled = [table for table in tables if len(table)]
    return pd.concat(filled, ignore_index=True)[list(empty.columns)] if filled else empty
