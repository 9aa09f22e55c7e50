"""What stands beside the table of a contrast: each level of several, the other normalisation, what is on or off."""

from collections.abc import Collection
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from secretome import normalisations
from secretome.comparison.engines import DESCRIPTIVE, ContrastFit, refitted, rows_of
from secretome.designs.design import Design
from secretome.expression import Expression
from secretome.models import contrasts
from secretome.tables import DETECTION, LEVELS, NORMALISATIONS, empty_table


@dataclass(frozen=True)
class Alternatives:
    """Tables of the contracts of these names, and the warnings that they give rise to."""

    levels: pd.DataFrame
    normalisations: pd.DataFrame
    detection: pd.DataFrame
    warnings: list[dict[str, str]] = field(default_factory=list)


def of_contrast(expression: Expression, design: Design, model: ContrastFit, secreted: Collection[str]) -> Alternatives:
    """Everything beside the lead table; tables without rows where a contrast does not have them."""
    changes, warnings = _other_normalisation(expression, design, model, secreted)
    return Alternatives(levels(design, model), changes, empty_table(DETECTION), warnings)


def levels(design: Design, model: ContrastFit) -> pd.DataFrame:
    """Each level of a contrast of several against the reference, and whether any of them differs (moderated F).

    Returns:
        Contract ``LEVELS``: one row a gene and level, with the columns of
        :func:`secretome.models.contrasts.estimate`; ``any_p_value`` and ``any_q_value`` are those of the gene.
    """
    if not design.components or model.fitted is None or model.method == DESCRIPTIVE:
        return empty_table(LEVELS)
    together = contrasts.f_test(model.fitted, np.column_stack(list(design.components.values())), model.moderated)
    tables = []
    for level, vector in design.components.items():
        table = contrasts.estimate(model.fitted, vector, model.moderated)
        table["gene"], table["level"] = model.table.index, level
        table["any_p_value"], table["any_q_value"] = (together[name].to_numpy() for name in ("p_value", "q_value"))
        tables.append(table)
    return pd.concat(tables, ignore_index=True)[list(LEVELS.columns)]


def _other_normalisation(
    expression: Expression, design: Design, model: ContrastFit, secreted: Collection[str]
) -> tuple[pd.DataFrame, list[dict[str, str]]]:
    if "other_shift" not in expression.samples or model.fitted is None or model.method == DESCRIPTIVE:
        return empty_table(NORMALISATIONS), []
    samples = expression.samples.iloc[rows_of(expression, design)]
    difference = (samples["shift"] - samples["other_shift"]).to_numpy(float)
    other = refitted(model, design, model.values + difference)
    table = normalisations.other_changes(model.table, other)
    return table[list(NORMALISATIONS.columns)], normalisations.story_warnings(table, secreted)
