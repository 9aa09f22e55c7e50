"""The table of published measurements: one row a group, checked before anything runs.

common.smk reads it while Snakemake parses, so nothing is imported here that takes time.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from secretome.delimited import read_text
from secretome.faults import Fault, InputFaults, most_of, nearest, sentence
from secretome.strict_yaml import NUMBER

COLUMNS = ("table", "group", "mean", "sem", "n", "unit")
UNITS = {"percent": "% of vehicle", "fold": "fold of vehicle", "micromolar": "µM"}
LIMITS = (">", "<")  # before a mean that is known only to be above or below a number
LARGEST_GROUP = 100_000
_NUMBER_FIX = "Write a plain decimal number with a point"


@dataclass(frozen=True)
class Measurement:
    """One group of one table, as it was published.

    Attributes:
        table: the key of its table.
        group: its name, unique in the table.
        mean: in ``unit``.
        limit: ``>`` or ``<`` where the mean is a limit, else "".
        sem: standard error of the mean, in ``unit``; NaN where it is not available (empty, or 0).
        n: independent measurements; 0 where it is not stated.
        unit: one of ``UNITS``.
        place: file and line.
    """

    table: str
    group: str
    mean: float
    limit: str
    sem: float
    n: int
    unit: str
    place: str


def read_measurements(path: str | Path) -> list[Measurement]:
    """Read a tab-separated table with the columns of ``COLUMNS``: one entry a line, in the order of the file.

    Raises:
        InputFaults: as in :func:`checked_measurements`, and the faults that it returns.
    """
    rows, faults = checked_measurements(path)
    if faults:
        raise InputFaults(most_of(path, faults))
    return rows


def checked_measurements(path: str | Path) -> tuple[list[Measurement], list[Fault]]:
    """The rows of a table of measurements, and what is wrong with them.

    Returns:
        One entry a line, with NaN, 0 or "" where a cell is at fault; and the faults: a name, a mean or a unit that is
        missing; a number that is none; a standard error that is negative, or stands without n, beside n = 1 or beside a
        limit; n that is no whole number of at least 1; an unknown unit; a group that stands twice in a table.

    Raises:
        InputFaults: as in ``delimited.read_text``; a column is missing or unknown; there are no rows.
    """
    text = read_text(path)
    header = text.header
    faults = [
        Fault(f"{path}:1", name, "", "is missing from the header", f"Give the columns {', '.join(COLUMNS)}")
        for name in COLUMNS
        if name not in header
    ]
    faults += [
        Fault(f"{path}:1", "", name, "is not a column of this table", nearest(name, COLUMNS))
        for name in header
        if name not in COLUMNS
    ]
    if not faults and not text.lines:
        faults.append(Fault(str(path), "", "", "has a header and no rows", "Write one line a group"))
    if faults:
        raise InputFaults(faults)
    rows = []
    for number, fields in text.lines:
        cells = {name: cell.strip() for name, cell in zip(header, fields, strict=True)}
        row, wrong = _measurement(cells, f"{path}:{number}")
        rows.append(row)
        faults += wrong
    return rows, [*faults, *_twice(rows)]


def _measurement(cells: dict[str, str], place: str) -> tuple[Measurement, list[Fault]]:
    """A line as a measurement, with NaN where a cell is at fault, and its faults."""
    faults = [
        Fault(place, name, "", "is empty", "Fill it in, or take the line out")
        for name in ("table", "group", "mean", "unit")
        if not cells[name]
    ]
    limit = cells["mean"][:1] if cells["mean"].startswith(LIMITS) else ""
    mean, wrong = _number(cells["mean"].removeprefix(limit).strip(), "mean", place)
    sem, wrong_sem = _number(cells["sem"], "sem", place)
    n, wrong_n = _size(cells["n"], place)
    faults += [*wrong, *wrong_sem, *wrong_n]
    if sem < 0:
        faults.append(Fault(place, "sem", cells["sem"], "is negative", "A standard error is at least 0; correct it"))
    if sem >= 0 and not cells["n"]:
        faults.append(Fault(place, "n", "", "is empty beside a standard error", "Write how many were measured"))
    if sem > 0 and n == 1:
        problem = "is the standard error of a single measurement, which has none"
        faults.append(Fault(place, "sem", cells["sem"], problem, "Correct n, or leave the standard error empty"))
    if limit and cells["sem"]:
        problem = "stands beside a mean that is a limit"
        faults.append(Fault(place, "sem", cells["sem"], problem, "Leave it empty, or write the mean itself"))
    if cells["unit"] and cells["unit"] not in UNITS:
        fix = f"{sentence(nearest(cells['unit'], UNITS))} The units are {', '.join(UNITS)}"
        faults.append(Fault(place, "unit", cells["unit"], "is not a unit that is known here", fix))
    # ASSUME a standard error of 0 was not measured: no two replicates of an assay are the same.
    known = sem if sem > 0 else math.nan
    return Measurement(cells["table"], cells["group"], mean, limit, known, n, cells["unit"], place), faults


def _number(text: str, column: str, place: str) -> tuple[float, list[Fault]]:
    if not text:
        return math.nan, []
    if NUMBER.fullmatch(text) and math.isfinite(float(text)):
        return float(text), []
    return math.nan, [Fault(place, column, text, "is not a number", _NUMBER_FIX)]


def _size(text: str, place: str) -> tuple[int, list[Fault]]:
    if not text:
        return 0, []
    if text.isascii() and text.isdigit() and 1 <= int(text) <= LARGEST_GROUP:
        return int(text), []
    problem = f"is not a number of measurements: a whole number from 1 to {LARGEST_GROUP:,}"
    return 0, [Fault(place, "n", text, problem, "Correct it; leave it empty where it is not stated")]


def _twice(rows: Sequence[Measurement]) -> list[Fault]:
    first: dict[tuple[str, str], Measurement] = {}
    faults = []
    for row in rows:
        earlier = first.setdefault((row.table, row.group), row)
        if earlier is not row and row.group:
            problem = f"stands twice in the table {row.table}, first at {earlier.place}"
            faults.append(Fault(row.place, "group", row.group, problem, "Keep one of the lines, or name them apart"))
    return faults
