"""Delimited text as proteomics software, spreadsheets and R write it: rows of fields, found by the names of columns."""

import csv
import math
import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from secretome.faults import Fault, fault, listed, nearest, raise_any
from secretome.text_files import read_lines

SEPARATORS = {"tab": "\t", "comma": ",", "semicolon": ";"}
# ASSUME the texts with which the four programs, and R and Python after them, write that there is no value.
MISSING = frozenset(("", "NA", "NaN", "nan", "Filtered"))

_NUMBERS = {
    "point": re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", re.ASCII),
    "comma": re.compile(r"[+-]?(\d+,?\d*|,\d+)([eE][+-]?\d+)?", re.ASCII),
}
_FILE_ENDS = re.compile(r"(?:\.(?:raw|mzml|mzxml|d|wiff2?|dia|htrms|tdf|gz))+", re.I)


@dataclass(frozen=True)
class Sheet:
    """A table of text: its file, its header and, for each row, its number in the file and its fields."""

    path: str
    header: list[str]
    lines: list[int]
    rows: list[list[str]]

    def find(self, *names: str) -> int | None:
        """The column of the first of ``names`` that there is, its dots, blanks and capitals aside; None if of none.

        Raises:
            InputFaults: two columns have that name.
        """
        for name in names:
            found = [number for number, one in enumerate(self.header) if _plain(one) == _plain(name)]
            if len(found) > 1:
                problem = f"names {len(found)} columns ({listed(number + 1 for number in found)})"
                raise fault(f"{self.path}:1", "", name, problem, "Give each column a name of its own")
            if found:
                return found[0]
        return None

    def require(self, *names: str) -> int:
        """As :meth:`find`; raises InputFaults where there is none."""
        found = self.find(*names)
        if found is None:
            problem = f"has no column '{names[0]}'"
            raise fault(f"{self.path}:1", "", "", problem, nearest(names[0], filter(None, self.header)))
        return found

    def texts(self, *names: str) -> list[str]:
        """The fields of the column that :meth:`find` finds; all empty where there is none."""
        column = self.find(*names)
        return [""] * len(self.rows) if column is None else [row[column].strip() for row in self.rows]


def read_sheet(path: str | Path, separator: str = "tab") -> Sheet:
    """Read delimited text; no line is ever merged with the next one.

    Quoted fields (RFC 4180, as spreadsheets and R write them) are understood within a line where this gives the number
    of fields of the header; otherwise a quote is a character like any other.

    Args:
        path: see ``text_files.read_lines``.
        separator: a key of ``SEPARATORS``.

    Raises:
        InputFaults: as ``read_lines``; a line has too many or too few fields; there are no rows.
    """
    mark = one_of("separator", separator, SEPARATORS)
    lines = read_lines(path, whole_last_line=True)
    while lines and not lines[-1].strip():
        lines.pop()
    header = [unicodedata.normalize("NFC", name.strip()) for name in _quoted(lines[0], mark) or lines[0].split(mark)]
    if len(header) == 1:
        fix = f"Say what separates the columns: separator: {', '.join(SEPARATORS)}"
        raise fault(f"{path}:1", "", lines[0], f"has a single column where each {separator} begins a new one", fix)
    rows, faults = [], []
    for number, line in enumerate(lines[1:], start=2):
        fields = line.split(mark) if '"' not in line else _quoted(line, mark)
        if fields is None or len(fields) != len(header):
            fields = line.split(mark)
        if len(fields) != len(header):
            problem = f"has {len(fields) if line else 0} fields, the header has {len(header)}"
            faults.append(Fault(f"{path}:{number}", "", line[:40], problem, "Correct the line, or get the file again"))
        rows.append(fields)
    if len(lines) == 1:
        faults.append(Fault(str(path), "", "", "has a header and no rows", "Give the table itself"))
    elif rows and rows[0][0].startswith("#!{"):
        problem = "is a table of Perseus, which may be transformed, filtered and imputed"
        raise fault(f"{path}:2", "", rows[0][0], problem, "Give the table that the search software wrote")
    raise_any(path, faults)
    return Sheet(str(path), header, list(range(2, len(lines) + 1)), rows)


def numbers(sheet: Sheet, columns: Sequence[int], decimal: str = "point") -> np.ndarray:
    """The numbers of some columns: rows × columns, NaN for each of the texts in ``MISSING``.

    Args:
        sheet: the table.
        columns: their positions.
        decimal: the decimal mark, `point` or `comma`; never found out from the numbers (1,234 can be both).

    Raises:
        InputFaults: a value is no finite number, or is one with the other decimal mark.
    """
    form = one_of("decimal", decimal, _NUMBERS)
    values = np.full((len(sheet.rows), len(columns)), np.nan)
    wrong: list[tuple[int, int, str]] = []
    for row, fields in enumerate(sheet.rows):
        for position, column in enumerate(columns):
            text = fields[column].strip()
            if text in MISSING:
                continue
            value = float(text.replace(",", ".")) if form.fullmatch(text) else math.inf
            if math.isfinite(value):
                values[row, position] = value
            else:
                wrong.append((row, column, text))
    if wrong:
        _refuse_numbers(sheet, wrong, "comma" if decimal == "point" else "point")
    return values


def _refuse_numbers(sheet: Sheet, wrong: list[tuple[int, int, str]], mark: str) -> None:
    """Raise: once for the other decimal mark, once for a column without any number, else for each value."""
    faults = []
    sign = {"comma": ",", "point": "."}[mark]
    marked = [one for one in wrong if sign in one[2] and _NUMBERS[mark].fullmatch(one[2])]
    if marked:
        row, column, text = marked[0]
        problem = f"is one of {len(marked)} numbers with a {mark}, which is not the decimal mark that is expected"
        fix = f"Write decimal: {mark} if it is the decimal mark; marks of thousands have to go"
        faults.append(Fault(f"{sheet.path}:{sheet.lines[row]}", sheet.header[column], text, problem, fix))
    others = sorted(set(wrong) - set(marked))
    for column, count in Counter(column for _, column, _ in others).items():
        cells = [one for one in others if one[1] == column]
        if count > 1 and count == sum(fields[column].strip() not in MISSING for fields in sheet.rows):
            problem, fix = "stands in a column without a single number", "Take the column out if it is no sample"
            cells = cells[:1]
        else:
            problem, fix = "is not a finite decimal number", "Correct it, or leave it empty where there is no value"
        faults += [
            Fault(f"{sheet.path}:{sheet.lines[row]}", sheet.header[column], text, problem, fix)
            for row, _, text in cells
        ]
    raise_any(sheet.path, faults)


def sample_columns(sheet: Sheet, found: Sequence[tuple[str, int]]) -> dict[str, str]:
    """Sample name → its column as written.

    Raises:
        InputFaults: two columns give the same name, or one gives none.
    """
    faults, positions = [], dict[str, int]()
    for name, column in found:
        where, written = f"{sheet.path}:1", sheet.header[column]
        if not name or not name.isprintable():
            fix = "Name every sample, without control characters"
            faults.append(Fault(where, f"column {column + 1}", written, "names no sample", fix))
        elif name in positions:
            problem = f"is sample '{name}', as column {positions[name] + 1} is ('{sheet.header[positions[name]]}')"
            faults.append(Fault(where, f"column {column + 1}", written, problem, "Give each sample a name of its own"))
        positions.setdefault(name, column)
    raise_any(sheet.path, faults)
    return {name: sheet.header[column] for name, column in found}


def file_stem(path: str) -> str:
    """The name of a run without its folders (of Unix or Windows) and without the ending of a raw file."""
    name = re.split(r"[/\\]", path.rstrip("/\\"))[-1]
    ends = [match for match in _FILE_ENDS.finditer(name) if match.end() == len(name)]
    return name[: ends[0].start()] if ends else name


def _quoted(line: str, mark: str) -> list[str] | None:
    try:
        return next(csv.reader([line], delimiter=mark, strict=True), None)
    except csv.Error:  # a stray quote, or a field longer than the module's limit
        return None


def _plain(name: str) -> str:
    return re.sub(r"[^0-9a-z]+", " ", name.casefold()).strip()


def one_of(key: str, value: str, known: Any) -> Any:
    """What ``known`` has for ``value``, or ``value`` itself; a wrong setting is a fault."""
    if value not in known:
        raise fault("the settings of the reader", key, value, "is not known", nearest(value, filter(None, known)))
    return known[value] if isinstance(known, dict) else value
