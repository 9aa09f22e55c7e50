"""Technical runs: several columns that measured one sample. They become one column, never replicates of each other."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from secretome.designs.checks import MISSING
from secretome.faults import Fault, InputFaults, fault, listed, most_of, warning
from secretome.sheets import Sheet, alike

RUNS, COUNT = "runs", "technical_runs"  # the columns that are added: the ids of the runs, and how many they are

_FIELD = "samples.technical_runs_of"
# Accessions that stand for one sample or one library; those of runs (SRR) are what differs between technical runs.
_OF_A_SAMPLE = re.compile(r"\b(GSM\d+|SAM(N|EA|D)\d+|[SED]R[SX]\d+)\b")
_NAMES = {"gsm", "geoaccession", "biosample", "biosampleaccession", "sampleaccession", "secondarysampleaccession"}


@dataclass(frozen=True)
class MergedRuns:
    """One column a sample.

    Attributes:
        values: rows × samples.
        columns: the ids of the samples, in the order of the sheet.
        sheet: one row a sample, the column of the ids first; see :func:`merged_sheet`.
        steps: what was merged, with its numbers.
        warnings: ``{"code", "message"}``, for the head of the report.
    """

    values: np.ndarray
    columns: list[str]
    sheet: Sheet
    steps: list[dict[str, Any]] = field(default_factory=list)
    warnings: list[dict[str, str]] = field(default_factory=list)


def merged_sheet(sheet: Mapping[str, Sequence[str]], id_column: str, by: str, where: str = "sample sheet") -> Sheet:
    """The sheet with one row a sample in place of one a run.

    Args:
        sheet: column → one value a run.
        id_column: the column of the run ids; it becomes `runs`: the ids of the runs of a sample, joined by "|".
        by: the column that names the sample of a run; its values are the ids of the result, in their first order.
        where: file and line, for the messages.

    Returns:
        ``by`` first, then the other columns, then `runs` and `technical_runs` (how many there are).

    Raises:
        InputFaults: there is no such column, it is the one of the run ids, it has no value for a run, or values that
            cannot be told apart; only one sample is left; the runs of a sample differ in another column; or the
            sheet has a column `runs` or `technical_runs`.
    """
    _require_column(sheet, id_column, by, where)
    rows = _rows(sheet[by])
    samples = list(rows)
    faults = _faults(sheet, id_column, by, rows, where)
    if faults:
        raise InputFaults(most_of(where, faults))
    merged = {by: samples}
    merged |= {
        name: [values[rows[sample][0]] for sample in samples]
        for name, values in sheet.items()
        if name not in (by, id_column)
    }
    merged[RUNS] = ["|".join(sheet[id_column][row] for row in rows[sample]) for sample in samples]
    merged[COUNT] = [str(len(rows[sample])) for sample in samples]
    return merged


def merge(
    values: np.ndarray,
    columns: Sequence[str],
    sheet: Mapping[str, Sequence[str]],
    id_column: str,
    by: str,
    how: str,
    where: str = "sample sheet",
) -> MergedRuns:
    """Sum or average the columns of each sample.

    Args:
        values: rows × columns, NaN where there is no value.
        columns: the names of the columns, unique; those that the sheet does not list are left out, and counted.
        sheet: column → one value a run.
        id_column: the column of the sheet that holds the names of the columns.
        by: the column of the sheet that names the sample of a run.
        how: `sum` for counts, where NaN in any run leaves NaN; `mean` for log values, where NaN is passed over.
        where: file and line of the sheet, for the messages.

    Returns:
        The result does not depend on the order of the runs of a sample.

    Raises:
        InputFaults: as in :func:`merged_sheet`; or runs of the sheet are not among the columns.
    """
    if how not in ("sum", "mean"):
        raise ValueError(how)
    merged = merged_sheet(sheet, id_column, by, where)
    position = {name: number for number, name in enumerate(columns)}
    absent = [run for run in sheet[id_column] if run not in position]
    if absent:
        problem = f"lists runs that are not columns of the table ({len(absent)}): {listed(absent)}"
        raise fault(where, id_column, "", problem, f"Its columns are {listed(columns)}; name them alike")
    samples = merged[by]
    result = np.empty((len(values), len(samples)))
    missing = 0
    for number, rows in enumerate(_rows(sheet[by]).values()):
        runs = [position[sheet[id_column][row]] for row in rows]
        # Sorted, so that the order of the runs cannot change the last digit; NaN comes last.
        block = np.sort(values[:, runs], axis=1)
        missing += int(np.isnan(block).sum())
        result[:, number] = _merged_values(block, how)
    step = {
        "step": "merge technical runs",
        "by": by,
        "how": how,
        "runs": len(sheet[by]),
        "samples": len(samples),
        "columns_left_out": len(columns) - len(sheet[by]),
        "missing_values_in_runs": missing,
        "samples_by_number_of_runs": dict(sorted(Counter(merged[COUNT]).items(), key=lambda item: int(item[0]))),
    }
    return MergedRuns(result, samples, merged, [step], _merge_warnings(merged, by, how))


def suspects(sheet: Mapping[str, Sequence[str]], id_column: str) -> list[dict[str, str]]:
    """Warnings of rows that look like technical runs of one sample, where nothing says that they are.

    Args:
        sheet: column → one value a row. What an archive says of its columns (``sample_rules.varying``) will do.
        id_column: the column of the row ids, which is not looked at; it need not be there.

    Returns:
        One warning for each way in which sample accessions (GEO, BioSample, SRA sample or experiment) repeat.
    """
    warnings: dict[tuple[int, ...], dict[str, str]] = {}
    for name, values in sheet.items():
        if name == id_column or not _names_samples(name, values):
            continue
        counts = Counter(value for value in values if value not in MISSING)
        repeated = [value for value, count in counts.items() if count > 1]
        if not repeated:
            continue
        first: dict[str, int] = {}
        same_rows = tuple(first.setdefault(value, row) for row, value in enumerate(values))
        text = (
            f"Several rows have the same {name} ({listed(repeated, 3)}) and are counted as replicates. If they are "
            f"technical runs of one sample, p-values are far too small: write technical_runs_of: {name}."
        )
        warnings.setdefault(same_rows, warning("W03", text))
    return list(warnings.values())


def _rows(samples: Sequence[str]) -> dict[str, list[int]]:
    """Sample → the rows of its runs, in their first order."""
    rows: dict[str, list[int]] = {}
    for row, sample in enumerate(samples):
        rows.setdefault(sample, []).append(row)
    return rows


def _merged_values(block: np.ndarray, how: str) -> np.ndarray:
    """rows × runs of one sample → rows."""
    if how == "sum":
        return block.sum(axis=1)
    # ASSUME: log values are averaged as they are, which is the geometric mean of the intensities.
    present = ~np.isnan(block)
    count = present.sum(axis=1)
    total = np.where(present, block, 0).sum(axis=1)
    return np.where(count > 0, total / np.maximum(count, 1), np.nan)


def _merge_warnings(merged: Sheet, by: str, how: str) -> list[dict[str, str]]:
    numbers = [int(count) for count in merged[COUNT]]
    if max(numbers) == 1:
        message = f"technical_runs_of: {by} merges nothing: no two rows have the same {by}."
        return [warning("W03", message)]
    if min(numbers) == max(numbers):
        return []
    usual = Counter(numbers).most_common(1)[0][0]
    unusual = [f"{sample} ({n})" for sample, n in zip(merged[by], numbers, strict=True) if n != usual]
    effect = "read depth" if how == "sum" else "precision"
    message = (
        f"Samples have different numbers of technical runs ({usual}, but {listed(unusual)}), so their {effect} differs."
    )
    return [warning("W05", message)]


def _require_column(sheet: Mapping[str, Sequence[str]], id_column: str, by: str, where: str) -> None:
    if by not in sheet:
        fix = f"Name the column that the runs of a sample share; there is: {listed(sheet, 12)}"
        raise fault(where, _FIELD, by, "is not a column of the sample sheet", fix)
    if by == id_column:
        raise fault(where, _FIELD, by, "is the column of the run ids themselves", "Name the column of the samples")


def _faults(
    sheet: Mapping[str, Sequence[str]], id_column: str, by: str, rows: Mapping[str, Sequence[int]], where: str
) -> list[Fault]:
    samples = list(rows)
    without = [run for run, sample in zip(sheet[id_column], sheet[by], strict=True) if sample in MISSING]
    faults = [
        Fault(where, name, "", "is a column that merging technical runs adds", "Rename it")
        for name in (RUNS, COUNT)
        if name in sheet
    ]
    if without:
        problem = f"has no value for {len(without)} runs ({listed(without)})"
        faults.append(Fault(where, _FIELD, by, problem, "Fill the sample of each run in"))
    for later, earlier in alike(samples):
        problem = f"cannot be told from '{samples[earlier]}' by the eye or a disk"
        faults.append(Fault(where, by, samples[later], problem, "Write the sample the same way for all of its runs"))
    if len(samples) == 1:
        problem = f"is '{samples[0]}' for all runs: a single sample"
        faults.append(Fault(where, _FIELD, by, problem, "Name the column that tells the samples apart"))
        return faults
    for name, values in sheet.items():
        mixed = {s: list(dict.fromkeys(values[row] for row in of)) for s, of in rows.items() if s not in MISSING}
        unlike = [f"{sample} ({', '.join(found)})" for sample, found in mixed.items() if len(found) > 1]
        if name != id_column and unlike:
            problem = f"is not the same in the technical runs of {listed(unlike, 3)}"
            fix = f"Take the column out of the sheet, or correct it: what shares a {by} is one sample"
            faults.append(Fault(where, name, "", problem, fix))
    return faults


def _names_samples(name: str, values: Sequence[str]) -> bool:
    """Whether a column holds names of samples: by its own name, or because each value is an accession of one."""
    plain = re.sub(r"[^a-z]", "", name.casefold().rpartition(":")[2])
    given = [value for value in values if value not in MISSING]
    return plain in _NAMES or (bool(given) and all(_OF_A_SAMPLE.search(value) for value in given))
