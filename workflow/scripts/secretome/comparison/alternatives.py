"""What stands beside the table of a contrast: each level of several, the other normalisation, what is on or off."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from secretome import detection, leakage, normalisations
from secretome.comparison.engines import DESCRIPTIVE, ContrastFit, finite_df, refitted, rows_of
from secretome.designs.design import Design
from secretome.expression import Expression
from secretome.models import contrasts
from secretome.tables import DETECTION, LEVELS, NORMALISATIONS, empty_table


@dataclass(frozen=True)
class Alternatives:
    """Tables of the contracts of these names, and what is said of them.

    Attributes:
        notes: ``detection`` (the curve, see :func:`secretome.detection.on_off`), ``leaked`` (the markers of the
            cytosol together, see :func:`secretome.leakage.marker_contrast`) and ``health`` (viability and LDH of the
            groups), each where there is one.
        warnings: what they give rise to.
    """

    levels: pd.DataFrame
    normalisations: pd.DataFrame
    detection: pd.DataFrame
    notes: dict[str, Any] = field(default_factory=dict)
    warnings: list[dict[str, str]] = field(default_factory=list)


def of_contrast(
    expression: Expression,
    design: Design,
    model: ContrastFit,
    settings: Mapping[str, Any],
    secreted: Collection[str] = (),
) -> Alternatives:
    """Everything beside the lead table; tables without rows where a contrast does not have them.

    Args:
        expression, design, model: of the contrast.
        settings: ``technology``, ``compartment`` and ``samples`` of the study file, and ``seed``.
        secreted: the genes whose protein is known to be secreted.
    """
    changes, warnings = _other_normalisation(expression, design, model, secreted)
    detected, notes = _detection(expression, design, settings)
    if settings["compartment"] == "medium":
        of_medium, said = _medium(expression, design, model, settings)
        notes, warnings = {**notes, **of_medium}, [*warnings, *said]
    return Alternatives(levels(design, model), changes, detected, notes, warnings)


def levels(design: Design, model: ContrastFit) -> pd.DataFrame:
    """Each level of a contrast of several against the reference, and whether any of them differs (moderated F).

    Returns:
        Contract ``LEVELS``: one row a gene and level, with the columns of
        :func:`secretome.models.contrasts.estimate`; ``any_p_value`` and ``any_q_value`` are those of the gene. A
        negative binomial model has no F-test.
    """
    if not design.components or model.method == DESCRIPTIVE:
        return empty_table(LEVELS)
    of_levels, any_p, any_q = model.levels, np.nan, np.nan
    if model.fitted is not None:
        together = contrasts.f_test(model.fitted, np.column_stack(list(design.components.values())), model.moderated)
        any_p, any_q = (together[name].to_numpy() for name in ("p_value", "q_value"))
        of_levels = {
            level: contrasts.estimate(model.fitted, vector, model.moderated)
            for level, vector in design.components.items()
        }
    genes = model.table.index.to_numpy()
    tables = [
        table.assign(gene=genes, level=level, any_p_value=any_p, any_q_value=any_q)
        for level, table in of_levels.items()
    ]
    stacked = pd.concat(tables, ignore_index=True)
    return stacked.assign(df=finite_df(stacked["df"]))[list(LEVELS.columns)]


def _other_normalisation(
    expression: Expression, design: Design, model: ContrastFit, secreted: Collection[str]
) -> tuple[pd.DataFrame, list[dict[str, str]]]:
    if "other_shift" not in expression.samples or model.fitted is None or model.method == DESCRIPTIVE:
        return empty_table(NORMALISATIONS), []
    samples = expression.samples.iloc[rows_of(expression, design)]
    difference = (samples["shift"] - samples["other_shift"]).to_numpy(float)
    if not np.ptp(difference):  # a panel without a quantity has one normalisation: none
        return empty_table(NORMALISATIONS), []
    other = refitted(model, design, model.values + difference)
    table = normalisations.other_changes(model.table, other)
    return table[list(NORMALISATIONS.columns)], normalisations.story_warnings(table, secreted)


def _detection(
    expression: Expression, design: Design, settings: Mapping[str, Any]
) -> tuple[pd.DataFrame, dict[str, Any]]:
    """Of proteins what is on or off between the two groups of a contrast."""
    if settings["technology"] != "proteomics" or design.descriptive or not design.is_pair:
        return empty_table(DETECTION), {}
    log2 = expression.log2[rows_of(expression, design)].T
    genes = list(expression.genes.index)
    table, curve = detection.on_off(log2, genes, design.samples, design.groups, settings["seed"])
    return table[list(DETECTION.columns)], {"detection": curve}


def _medium(
    expression: Expression, design: Design, model: ContrastFit, settings: Mapping[str, Any]
) -> tuple[dict[str, Any], list[dict[str, str]]]:
    """What leaked: the markers of the cytosol together, and how the cells were."""
    rows = rows_of(expression, design)
    genes = list(expression.genes.index)
    notes: dict[str, Any] = {}
    if not design.descriptive:
        model_of = (design.matrix, design.contrast, model.notes.get("sample_weights"), model.correlation)
        notes["leaked"] = leakage.marker_contrast(expression.log2[rows].T, genes, *model_of)
    # Of a slope the samples of each value of the quantity.
    quantity = design.labels[1] if design.unit else ""
    groups = {f"{quantity} {value}": ids for value, ids in design.groups.items()} if quantity else design.compared
    health, warnings = leakage.health(expression.samples.iloc[rows], groups, settings["samples"])
    return {**notes, "health": health}, warnings
