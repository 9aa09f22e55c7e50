"""The one strict reader of delimited text: what a person or an archive gives is read whole or refused.

No quoting is understood, nothing is guessed, nothing is converted but numbers: an id `001`, `NA` or `1-Mar` stays
the text that it is. A file is decoded to its end, checksums included, before a line of it is believed.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from secretome.faults import Fault, InputFaults, fault, listed, most_of
from secretome.number_rows import CONTROL, LARGEST_TABLE, Layout, read_rows
from secretome.text_files import cut_off, read_first_lines, read_lines, text_blocks
from secretome.text_files import require_regular_file as require_regular_file  # the check at parse takes it from here

if TYPE_CHECKING:  # numpy is a tenth of a second that the header check at parse does not need
    import numpy as np


@dataclass(frozen=True)
class Matrix:
    """Numbers by row id and column name, in the order of the file.

    Attributes:
        ids: one a row; an id can stand twice.
        columns: the names of the columns of numbers, unique.
        values: rows × columns, finite.
    """

    ids: list[str]
    columns: list[str]
    values: "np.ndarray"


@dataclass(frozen=True)
class Text:
    """A table of text: the header and, for each line, its number in the file and its fields."""

    header: list[str]
    lines: list[tuple[int, list[str]]]


def read_header(path: str | Path) -> list[str]:
    """The names in the first line, that of the id column (it can be empty) first; the rest is not read.

    Raises:
        InputFaults: as in :func:`read_matrix`, for what the first line shows.
    """
    path = Path(path)
    first, *second = read_first_lines(path, 2)
    # Of the second line only the number of fields counts here: it tells a header that R wrote without row names.
    return _checked_header(path, first.split("\t"), second)


def read_matrix(path: str | Path) -> Matrix:
    """Read a tab-separated matrix: row ids, then one column of numbers a sample.

    Raises:
        InputFaults: the file is not there, is not a regular file, is damaged or of another type, a line has too
            many or too few fields, a quote or a control character, a value is not a finite decimal number, a
            column name stands twice, there are no rows, or the last line is not complete. At most
            ``MOST_FAULTS`` of them, the last one saying how many more.
    """
    path = Path(path)
    blocks = text_blocks(path, largest=LARGEST_TABLE)
    first = next(blocks)
    start, _, rest = first.partition("\n")
    header = _checked_header(path, start.split("\t"), rest.rstrip("\n").split("\n") if rest.strip("\n") else [])
    rows = read_rows(path, Layout(header, 0, range(1, len(header))), blocks, rest, line=2)
    if not rows.complete or "\n" not in first:
        raise cut_off(path, rows.line - 1)
    return Matrix(rows.ids, header[1:], rows.finished())


def read_text(path: str | Path) -> Text:
    """Read a tab-separated table of text; empty lines at its end are ignored.

    Raises:
        InputFaults: as in :func:`read_matrix`, but for numbers, the number of rows and the end of the last line.
    """
    path = Path(path)
    lines = _without_empty_end(read_lines(path))
    header = _checked_header(path, lines[0].split("\t"), lines[1:])
    faults = _line_faults(path, lines, len(header))
    if faults:
        raise InputFaults(most_of(path, faults))
    return Text(header, [(number, line.split("\t")) for number, line in enumerate(lines[1:], start=2)])


def _without_empty_end(lines: list[str]) -> list[str]:
    while not lines[-1]:
        lines.pop()
    return lines


def _checked_header(path: Path, names: Sequence[str], rows: Sequence[str] = ()) -> list[str]:
    where = f"{path}:1"
    if len(names) == 1:
        raise InputFaults([_delimiter_fault(where, names[0])])
    if rows and all(row.count("\t") == len(names) for row in rows):
        problem = f"has {len(names)} names and is followed by {len(names) + 1} fields: the first name may be missing"
        raise fault(where, "", "", problem, "Put it in (in R: write.table(..., col.names = NA))")
    names = [unicodedata.normalize("NFC", name.strip(" ")) for name in names]
    faults = [
        Fault(where, f"column {number}", name, "holds a quote or a control character", "Take it out")
        for number, name in enumerate(names, start=1)
        if '"' in name or CONTROL.search(name)
    ]
    empty = [str(number) for number, name in enumerate(names[1:], start=2) if not name]
    if empty:
        faults.append(Fault(where, "", "", f"has no name for column {listed(empty)}", "Name every column"))
    positions: dict[str, list[int]] = {}
    for number, name in enumerate(names, start=1):
        positions.setdefault(name, []).append(number)
    for name, numbers in positions.items():
        if name and len(numbers) > 1:
            problem = f"names {len(numbers)} columns ({listed(numbers)})"
            faults.append(Fault(where, "", name, problem, "Give each column a name of its own"))
    if faults:
        raise InputFaults(most_of(path, faults))
    return names


def _delimiter_fault(where: str, line: str) -> Fault:
    if line.startswith("#"):
        return Fault(where, "", line, "is a comment, not the header", "Take the lines above the header out")
    for character, name in {",": "commas", ";": "semicolons", "|": "bars"}.items():
        if character in line:
            return Fault(where, "", line, f"is separated by {name}, not by tabs", "Save it as tab-separated text")
    if re.search(r"\S +\S", line):
        return Fault(where, "", line, "is separated by spaces, not by tabs", "Save it as tab-separated text")
    return Fault(where, "", line, "has a single column", "Give tab-separated text with a header")


def _line_faults(path: Path, lines: Sequence[str], width: int) -> list[Fault]:
    tabs = width - 1
    faults = []
    for number, line in enumerate(lines[1:], start=2):
        if line.count("\t") != tabs:
            count = line.count("\t") + 1 if line else 0
            problem = f"has {count} fields, the header has {width}"
            faults.append(Fault(f"{path}:{number}", "", line[:40], problem, "Correct the line, or get the file again"))
        elif '"' in line:
            problem = "holds a quote, and quotes are not understood: a stray one merges lines"
            faults.append(Fault(f"{path}:{number}", "", line[:40], problem, "Save the table without quotes"))
        elif CONTROL.search(line):
            problem = "holds a control character"
            faults.append(Fault(f"{path}:{number}", "", line[:40], problem, "Take it out"))
    return faults
