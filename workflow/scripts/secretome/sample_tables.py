"""The samples section of a page: who was compared, how deep each was sequenced, where they lie."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from secretome import style, wording
from secretome.designs.coding import number_of
from secretome.designs.forms import sides_of, terms_of
from secretome.expression import Expression
from secretome.sheets import ADDED_COLUMNS

MOST_LABELS = 16  # beyond that many samples the points of the PCA have no names


def samples_section(
    key: str, study: Mapping[str, Any], expression: Expression, samples: pd.DataFrame, quality: Mapping[str, Any]
) -> dict[str, Any]:
    """The table of the samples and the figure of their principal components.

    Args:
        key: the key of the study.
        study: the study file.
        expression: of the study.
        samples: the sheet as used, with `used` and `reason`.
        quality: `pca` and, for each sample, `detected_genes`.
    """
    groups, quantity = _groups(study, expression.samples)
    looks = style.colours_of(groups, ordered=bool(quantity))
    counted = expression.counts is not None
    colours = {sample: group for group, members in groups.items() for sample in members}
    largest = float(expression.samples["library_size"].max()) if counted else 1.0
    columns = [column for column in expression.samples.columns if column not in ADDED_COLUMNS]
    rows = [
        {
            "sample": sample,
            "colour": looks[colours[sample]][0],
            "values": [str(row[column]) for column in columns],
            **(_library(row, largest) if counted else {}),
            "detected": wording.integer(quality["detected_genes"][sample]),
        }
        for sample, row in expression.samples.iterrows()
    ]
    unused = samples[samples["used"] != "true"]
    return {
        "counted": counted,
        "columns": [wording.readable(column) for column in columns],
        "rows": rows,
        "unused": [
            (reason, wording.counted(len(names), "sample"), ", ".join(names))
            for reason, names in unused.groupby("reason", sort=False)[samples.columns[0]]
        ],
        "figure": _components(key, study, expression.samples, groups, quality.get("pca", {}), quantity),
    }


def _library(row: pd.Series, largest: float) -> dict[str, str]:
    return {
        "library": f"{row['library_size'] / 1e6:.1f}",
        "share": f"{100 * row['library_size'] / largest:.1f}%",
        "factor": f"{row['norm_factor']:.3f}",
    }


def _groups(study: Mapping[str, Any], samples: pd.DataFrame) -> tuple[dict[str, list[str]], str]:
    """Group to samples by the variable of the first contrast: reference, level, then the others as they come.

    The first whose variable the sheet has: what an archive fills can lack one. And the name of the quantity whose
    values the groups are, "" where they are none.
    """
    contrast = next((one for one in study["contrasts"].values() if terms_of(one).column in samples), None)
    if contrast is None:
        return {"": list(samples.index)}, ""
    terms = terms_of(contrast)
    values = samples[terms.column]
    levels, references = sides_of(contrast)
    # Doses by size; a word among them cannot be compared, but is shown.
    doses = [value for value in values if terms.key == "continuous" and number_of(value) is not None]
    order = dict.fromkeys([*references, *levels, *sorted(doses, key=float), *values])
    groups = {str(group): list(samples.index[values == group]) for group in order if (values == group).any()}
    return groups, terms.column if doses else ""


def _components(
    key: str,
    study: Mapping[str, Any],
    samples: pd.DataFrame,
    groups: Mapping[str, list[str]],
    pca: Mapping[str, Any],
    quantity: str,
) -> str:
    """The PCA; "" where the study has too few samples for one. Points are named by the block where there is one."""
    if not pca:
        return ""
    from secretome import plots

    blocks = next(iter(study["contrasts"].values())).get("block", [])
    names = samples[blocks[0]] if len(blocks) == 1 and blocks[0] in samples else pd.Series(samples.index, samples.index)
    coordinates = pd.DataFrame.from_dict(pca["coordinates"], orient="index", columns=["first", "second"])
    coordinates["label"] = names.reindex(coordinates.index) if len(coordinates) <= MOST_LABELS else ""
    explained = pca["explained_variance"]
    return plots.principal_components(coordinates, groups, explained, f"{key}-components", quantity)
