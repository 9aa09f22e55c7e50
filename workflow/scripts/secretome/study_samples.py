"""The sample sheet of a study, wherever it is written, and the columns of the table that belong to it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from secretome import technical_runs
from secretome.combined_columns import with_combined
from secretome.designs import design
from secretome.faults import Fault, InputFaults, fault, listed
from secretome.own_matrix import mending
from secretome.sample_rules import resolve, varying
from secretome.sheets import counterparts, read_rows, read_samples
from secretome.source_table import SourceTable

NOT_LISTED = "not in the sample sheet"


@dataclass(frozen=True)
class StudySamples:
    """The samples of a study with their values.

    Attributes:
        sheet: one row a sample, its id as the index, text; technical runs are one row.
        values: rows of the source × samples, in the order of the sheet.
        stated: what the archive says of these samples that tells the scale of the numbers, as one text.
        unused: column of the source → why it is not used.
        steps: what was summed, with its numbers.
        warnings: `code` and `message`.
    """

    sheet: pd.DataFrame
    values: np.ndarray
    stated: str
    unused: dict[str, str]
    steps: list[dict[str, Any]]
    warnings: list[dict[str, str]]


def select(table: SourceTable, samples: Mapping[str, Any], how: str, where: str) -> StudySamples:
    """Find the sample sheet and take its columns of the table, technical runs of one sample as one.

    Args:
        table: as read.
        samples: of the study file; `table` is the path of a sheet, where there is one.
        how: what is done with technical runs: `sum` (counts) or `mean`.
        where: the file of the table, for the messages.

    Raises:
        InputFaults: the sheet is faulty (``sheets``), the archive's words do not fit the rules (``sample_rules``), the
            sheet lists samples that the table has not, or technical runs differ in more than their ids.
    """
    identifier = samples["id"]
    columns, unused = _sheet(table, samples, where)
    columns = with_combined(columns, samples, where)
    missing = [name for name in columns[identifier] if name not in set(table.columns)]
    if missing:
        problem = f"samples of the sheet are not columns of the table: {listed(missing, 20)}"
        meant = counterparts(missing, [name for name in table.columns if name not in set(columns[identifier])])
        fix = mending(meant) if meant else f"Its columns are {listed(table.columns, 20)}; name them alike"
        raise fault(where, "", "", problem, fix)
    chosen = columns[identifier]
    others = {name: unused.get(name, NOT_LISTED) for name in table.columns if name not in set(chosen)}
    unused = {**others, **table.left_out}
    position = {name: column for column, name in enumerate(table.columns)}
    values = table.values[:, [position[name] for name in chosen]]
    stated = _stated(table, chosen)
    steps: list[dict[str, Any]] = []
    warnings: list[dict[str, str]] = []
    if by := samples["technical_runs_of"]:
        merged = technical_runs.merge(values, chosen, columns, identifier, by, how)
        values, columns, identifier = merged.values, merged.sheet, by
        steps, warnings = merged.steps, merged.warnings
    else:
        warnings = technical_runs.suspects(columns, identifier)
        said = varying({name: table.samples.get(name, {}) for name in chosen})
        warnings += technical_runs.suspects(said, "") if said else []
    sheet = pd.DataFrame(columns, dtype=object).set_index(identifier)
    return StudySamples(sheet, values, stated, unused, steps, warnings)


def known_sheet(samples: Mapping[str, Any]) -> pd.DataFrame:
    """The sheet of a study whose table cannot be had, the ids as its index; without rows where the archive has it."""
    columns, _ = _written(samples) or ({samples["id"]: []}, {})
    columns = with_combined(columns, samples, "sample sheet") if any(columns.values()) else columns
    return pd.DataFrame(columns, dtype=object).set_index(samples["id"])


def smallest_group(
    sheet: pd.DataFrame, contrasts: Mapping[str, Mapping[str, Any]], samples: Mapping[str, Any], where: str
) -> float:
    """The number of samples in the smallest group that a contrast compares; of a slope what stands for it.

    # ASSUME: the low-expression filter looks after the smallest group that is compared, not after other levels.

    Args:
        sheet: of :func:`select`.
        contrasts: contrast key → what its model is made of; one that this sheet cannot bear is passed over, so that
            a level that the archive does not have costs its own contrast alone.
        samples: of the study file.
        where: the file of the table, for the messages.

    Raises:
        InputFaults: no contrast can be had.
    """
    columns = {str(sheet.index.name): sheet.index.to_list(), **{name: sheet[name].to_list() for name in sheet}}
    sizes, faults = [], []
    for key, contrast in contrasts.items():
        try:
            built = design.build(columns, str(sheet.index.name), contrast, samples["numeric"], samples["subject"])
        except InputFaults as found:
            faults += [
                Fault(where, f"{key}.{one.field}".rstrip("."), one.value, one.problem, one.fix) for one in found.faults
            ]
        else:
            sizes.append(built.smallest_group)
    if not sizes:
        raise InputFaults(faults)
    return min(sizes)


def _sheet(table: SourceTable, samples: Mapping[str, Any], where: str) -> tuple[dict[str, list[str]], dict[str, str]]:
    """The columns of the sheet, and why columns of the table were left out."""
    if written := _written(samples):
        sheet, unused = written
        rows = [row for row, name in enumerate(sheet[samples["id"]]) if name not in table.left_out]
        return {name: [values[row] for row in rows] for name, values in sheet.items()}, unused
    resolved = resolve(table.samples, samples, where)
    return resolved.columns, resolved.unused


def _written(samples: Mapping[str, Any]) -> tuple[dict[str, list[str]], dict[str, str]] | None:
    """The sheet that a person wrote, None where it is left to the archive."""
    if "table" in samples:
        return read_samples(samples["table"], samples["id"]), {}
    if "rows" in samples:
        return read_rows(samples["rows"], samples["id"], "samples.rows of the study file"), {}
    return None


# What of an archive's words on a sample speaks of the numbers.
_SPEAKING = ("data_processing", "description", "label_ch1", "value_definition")


def _stated(table: SourceTable, chosen: list[str]) -> str:
    words = [
        value for column in chosen for field in _SPEAKING for value in table.samples.get(column, {}).get(field, [])
    ]
    return " ".join(dict.fromkeys([table.unit, *words])).strip()
