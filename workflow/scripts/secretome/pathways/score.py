"""Pathways of one contrast: every test of every collection, the verdicts on the signals, a score for each sample."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from secretome.comparison.compare import design_of
from secretome.comparison.engines import (
    DESCRIPTIVE,
    DESEQ2,
    FEWEST_MODERATED,
    ORDINARY,
    VOOM,
    ContrastFit,
    Engine,
    fit_contrast,
    rows_of,
)
from secretome.designs.design import Design
from secretome.expression import Expression
from secretome.faults import InputFaults
from secretome.models import contrasts, false_discovery, rotation
from secretome.models.linear import CannotBeFitted
from secretome.pathways import sample_scores, signals
from secretome.pathways.camera import camera
from secretome.pathways.collections import Collection, MeasuredSet, measured_sets
from secretome.pathways.fry import fry
from secretome.pathways.gsea import gsea
from secretome.tables import LEAD_METHOD, LEAST_DF_FOR_CAMERA, PATHWAYS, SCORES, SHOWN_SIGNALS, SIGNALS, empty_table


@dataclass(frozen=True)
class Pathways:
    """What the pathway stage hands on.

    Attributes:
        pathways: contract ``PATHWAYS``.
        signals: contract ``SIGNALS``.
        scores: contract ``SCORES``.
        curves: of the drawn gene sets: ``collection``, ``gene_set``, and what :func:`secretome.pathways.gsea.gsea` has.
        dropped: collection → gene set → how many of its genes were tested, of the sets outside the size limits.
    """

    pathways: pd.DataFrame
    signals: pd.DataFrame
    scores: pd.DataFrame
    curves: list[dict[str, Any]]
    dropped: dict[str, dict[str, int]]


@dataclass(frozen=True)
class _Contrast:
    """One fitted contrast, as the tests of gene sets need it."""

    model: ContrastFit
    table: pd.DataFrame  # one row a gene with all values, its fold change and statistic
    design: Design
    values: np.ndarray  # tested genes × samples, log2 expression of the study
    effects: np.ndarray
    errors: np.ndarray
    seed: int

    @property
    def genes(self) -> list[str]:
        return self.table.index.to_list()


def score_pathways(expression: Expression, collections: Sequence[Collection], settings: Mapping[str, Any]) -> Pathways:
    """Test the gene sets of all collections on one contrast.

    Methods: ``fry`` leads in every collection. Of unweighted collections also ``camera`` (at four or more residual
    degrees of freedom) and ``gsea`` (exploratory: ``calibrated`` is false). Of weighted ones also ``score``, the
    difference of the sample scores.

    Args:
        expression: the study; an unavailable one gives tables without rows.
        collections: the gene sets.
        settings: ``contrast``, ``samples``, ``method``, ``weigh_samples`` and ``robust`` of the study file,
            ``thresholds`` (``fdr``), ``seed``, and ``panel`` with its ``signals``.

    Returns:
        The tables; q-values are by Benjamini and Hochberg within a collection and a method.

    Raises:
        ValueError: as :func:`secretome.comparison.engines.fit_contrast`.
    """
    if expression.unavailable:
        return Pathways(empty_table(PATHWAYS), empty_table(SIGNALS), empty_table(SCORES), [], {})
    try:
        contrast = _fitted(expression, settings)
    except (InputFaults, CannotBeFitted):  # told by the comparison
        return Pathways(empty_table(PATHWAYS), empty_table(SIGNALS), empty_table(SCORES), [], {})
    if not contrast.effects.size:
        return _without_tests(contrast, collections, settings)
    try:
        return _tested(contrast, collections, settings)
    except CannotBeFitted:  # of the genes without a missing value most do not vary
        return _without_tests(contrast, collections, settings)


def _tested(contrast: _Contrast, collections: Sequence[Collection], settings: Mapping[str, Any]) -> Pathways:
    tests, scores, dropped = [], [empty_table(SCORES)], {}
    curves: list[dict[str, Any]] = []
    for collection in collections:
        sets, dropped[collection.name] = measured_sets(collection, contrast.genes)
        lead = fry(contrast.effects, contrast.errors, sets, contrast.genes)
        tests.append(_labelled(lead, collection, LEAD_METHOD))
        if collection.weighted:
            points = sample_scores.sample_scores(contrast.values, sets)
            tests.append(_labelled(_score_tests(points, sets, contrast), collection, "score"))
            scores.append(_score_table(points, sets, contrast.design, collection))
        else:
            competitive, drawn = _competitive(sets, collection, contrast)
            tests += competitive
            curves += _drawn(drawn, collection, lead, settings["panel"]["signals"])
    table = _stacked(tests, empty_table(PATHWAYS).assign(statistic=0.0))
    leading = table[table["method"] == LEAD_METHOD]
    verdicts = signals.verdicts(leading, settings["panel"]["signals"], settings["thresholds"]["fdr"])
    return Pathways(table[list(PATHWAYS.columns)], verdicts, _stacked(scores[1:], scores[0]), curves, dropped)


def _fitted(expression: Expression, settings: Mapping[str, Any]) -> _Contrast:
    """The contrast on the genes that have a value in every sample: what is missing cannot be rotated or scored."""
    design = design_of(expression, settings["contrast"], settings["samples"])
    # A negative binomial model has no residuals that could be rotated.
    engine = Engine.of(settings)
    model = fit_contrast(expression, design, replace(engine, method=VOOM) if engine.method == DESEQ2 else engine)
    values = expression.log2[rows_of(expression, design)][:, model.tested].T
    whole = ~np.isnan(values).any(axis=1)
    # What gene sets are tested by borrows variances, too.
    if model.method in (DESCRIPTIVE, ORDINARY) or model.fitted is None or whole.sum() < FEWEST_MODERATED:
        effects = errors = np.zeros((0, 0))
    else:
        weights = None if model.weights is None else model.weights[whole]
        effects = rotation.rotation_effects(
            model.values[whole], design.matrix, design.contrast, weights, correlation=model.correlation
        )
        errors = contrasts.unscaled_error(model.fitted, design.contrast)[whole]
    return _Contrast(model, model.table[whole], design, values[whole], effects, errors, settings["seed"])


def _without_tests(contrast: _Contrast, collections: Sequence[Collection], settings: Mapping[str, Any]) -> Pathways:
    """The scores of the samples where gene sets cannot be tested: no replicates, or a handful of features."""
    scores = [empty_table(SCORES)]
    descriptive = contrast.model.method == DESCRIPTIVE
    for collection in (one for one in collections if one.weighted and descriptive):
        sets, _ = measured_sets(collection, contrast.genes)
        points = sample_scores.sample_scores(contrast.values, sets)
        scores.append(_score_table(points, sets, contrast.design, collection))
    verdicts = signals.verdicts(empty_table(PATHWAYS), settings["panel"]["signals"], settings["thresholds"]["fdr"])
    few = "too few features were measured in every sample for gene sets."
    why = "the groups have no replicates." if descriptive else few
    verdicts["note"] = f"Nothing was tested: {why}"
    return Pathways(empty_table(PATHWAYS), verdicts, _stacked(scores[1:], scores[0]), [], {})


def _competitive(
    sets: Sequence[MeasuredSet], collection: Collection, contrast: _Contrast
) -> tuple[list[pd.DataFrame], dict[str, dict[str, Any]]]:
    tests = []
    if contrast.effects.shape[1] - 1 >= LEAST_DF_FOR_CAMERA:
        tests.append(_labelled(camera(contrast.effects, contrast.errors, sets), collection, "camera"))
    enrichment, curves = gsea(contrast.table["statistic"], sets, contrast.seed)
    return [*tests, _labelled(enrichment, collection, "gsea")], curves


def _score_tests(points: np.ndarray, sets: Sequence[MeasuredSet], contrast: _Contrast) -> pd.DataFrame:
    design = contrast.design
    tests = sample_scores.compare_scores(points, design.matrix, design.contrast, contrast.model.correlation)
    return pd.DataFrame(
        {
            "gene_set": [one.name for one in sets],
            "size": [one.rows.size for one in sets],
            "effect": tests["log2_fold_change"],
            **{column: tests[column] for column in ("ci_low", "ci_high", "p_value")},
        }
    )


def _score_table(
    points: np.ndarray, sets: Sequence[MeasuredSet], design: Design, collection: Collection
) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "sample": list(design.samples) * len(sets),
            "collection": collection.name,
            "gene_set": np.repeat([one.name for one in sets], len(design.samples)),
            "score": points.ravel(),
        }
    )


def _labelled(tests: pd.DataFrame, collection: Collection, method: str) -> pd.DataFrame:
    """The tests of one method as rows of ``PATHWAYS``, with the statistic where the method has one."""
    given = {column: tests[column] for column in tests.columns}
    missing = {column: np.nan for column in ("ci_low", "ci_high", "correlation", "statistic") if column not in tests}
    return pd.DataFrame(
        {
            "leading_genes": "",
            **given,
            **missing,
            "collection": collection.name,
            "method": method,
            "q_value": false_discovery.benjamini_hochberg(tests["p_value"].to_numpy(float)),
            "calibrated": method != "gsea",
        },
        index=tests.index,
    )


def _stacked(tables: Sequence[pd.DataFrame], empty: pd.DataFrame) -> pd.DataFrame:
    """The tables below one another; a table without rows has no types and would blur those of the others."""
    filled = [table for table in tables if len(table)]
    return pd.concat(filled, ignore_index=True)[list(empty.columns)] if filled else empty


def _drawn(
    curves: Mapping[str, dict[str, Any]],
    collection: Collection,
    lead: pd.DataFrame,
    panel: Mapping[str, Mapping[str, Any]],
) -> list[dict[str, Any]]:
    """The curves of the speakers of the drawn signals, and of the set with the smallest p-value of the lead test."""
    speakers = [one for key in SHOWN_SIGNALS if key in panel for one in panel[key]["speakers"]]
    names = [one["gene_set"] for one in speakers if one["collection"] == collection.name]
    names += lead.sort_values(["p_value", "gene_set"])["gene_set"].head(1).to_list()
    chosen = [name for name in dict.fromkeys(names) if name in curves]
    return [{"collection": collection.name, "gene_set": name, **curves[name]} for name in chosen]
