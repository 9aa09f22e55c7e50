"""Rows of numbers with an id, taken in block by block: each field is a number by a stated rule, or a fault.

The text of a table is never in memory as a whole, only its ids and its numbers.
"""

import math
import re
import resource
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from operator import itemgetter
from pathlib import Path
from typing import TYPE_CHECKING

from secretome.faults import MOST_FAULTS, Fault, InputFaults, fault, most_of
from secretome.text_files import text_size

if TYPE_CHECKING:  # numpy is a tenth of a second that the header check at parse does not need
    import numpy as np

# ASSUME: 60,000 genes × 5,000 samples of log values are 2.4 GB of text; more is a bomb or no matrix of samples.
LARGEST_TABLE = 3_000_000_000
MOST_ROWS = 3_000_000  # the largest methylation arrays have a million probes, transcript annotations 300,000
SEPARATORS = {"tab": "\t", "comma": ",", "semicolon": ";"}
MISSING = ("", "NA", "NaN", "null")

CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\x85\u2028\u2029]")
_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", re.ASCII)
# With these characters alone, float() takes decimal numbers only: no nan, no hex, no underscore, no comma.
_OF_NUMBERS = b"0123456789.eE+-\n"
_THOUSANDS = re.compile(r"[+-]?\d{1,3}([,.' \u00a0\u202f]\d{3})+([.,]\d+)?", re.ASCII)
_BYTES_OF_AN_ID = 80
_SPARE = 1.125  # by how much the room for the values grows at a time


@dataclass(frozen=True)
class Layout:
    """Which columns of a table are what.

    Attributes:
        names: of all columns, for the messages.
        id: the position of the ids.
        numbers: the positions of the numbers.
        separator: the character between two fields.
        decimal: the decimal mark, ``.`` or ``,``.
        missing: whether the texts of ``MISSING`` are values that were not measured.
        own_form: whether it must be as the workflow itself writes tables; otherwise a field can stand in quotes, as
            RFC 4180 says, but on one line, and the messages name the settings of the study file that may help.
    """

    names: Sequence[str]
    id: int
    numbers: Sequence[int]
    separator: str = "\t"
    decimal: str = "."
    missing: bool = False
    own_form: bool = True


def read_rows(path: Path, layout: Layout, blocks: Iterator[str], begun: str, line: int) -> "Rows":
    """Take in a table to its end; its values are then had from ``finished``.

    Args:
        path: the file.
        layout: of its columns.
        blocks: of whole lines, as ``text_files.text_blocks`` yields them.
        begun: the lines below the header that were already taken out of ``blocks``.
        line: the number in the file of the first of them.

    Raises:
        InputFaults: as ``blocks``; the numbers would not fit into the memory that is free, or there are too many rows.
    """
    _require_memory(path, layout, begun)
    rows = Rows(path, layout, line)
    try:
        rows.add(begun)
        for block in blocks:
            rows.add(block)
    except MemoryError as error:
        needed = len(rows.ids) * len(layout.numbers) * 8 / 1e9
        problem = f"does not fit into memory: {len(rows.ids):,} rows, {needed:.1f} GB, could be read"
        raise fault(str(path), "", "", problem, "Give it more memory, or a table of fewer samples") from error
    return rows


class Rows:
    """The ids and numbers of the lines that were added so far, and what is wrong with them.

    Attributes:
        ids: one a row.
        missing: the number of values that were not measured.
        line: the number in the file of the next line.
        complete: whether the last line had its line end.
    """

    def __init__(self, path: Path, layout: Layout, line: int):
        import numpy as np

        self.ids: list[str] = []
        self.missing = 0
        self.line = line
        self.complete = True
        self._path = path
        self._layout = layout
        self._values = np.empty((0, len(layout.numbers)))
        self._empty_line = 0
        self._faults: list[Fault] = []
        self._count = 0
        width, numbers = len(layout.names), list(layout.numbers)
        # Where the numbers are the last columns, a slice takes them, which is faster.
        self._last = numbers == list(range(width - len(numbers), width))
        self._take = itemgetter(*numbers) if len(numbers) > 1 else lambda fields: (fields[numbers[0]],)

    def add(self, block: str) -> None:
        """Take in a block of whole lines; what is wrong with them is told by :meth:`finished`."""
        import numpy as np

        if not block.strip("\n"):
            self._empty_line = self._empty_line or (self.line if block else 0)
            self.line += block.count("\n")
            return
        self.complete = block.endswith("\n")
        ids: list[str] = []
        cells: list[str] = []
        lines: list[int] = []
        for line in block.removesuffix("\n").split("\n"):
            if fields := self._fields(line):
                ids.append(fields[self._layout.id])
                cells += fields[-len(self._layout.numbers) :] if self._last else self._take(fields)
                lines.append(self.line)
            self.line += 1
        values = _finite(cells, self._layout.decimal)
        if values is None:
            values = self._values_one_by_one(ids, cells, lines)
        if len(self.ids) + len(ids) > MOST_ROWS:
            raise fault(str(self._path), "", "", f"has more than {MOST_ROWS:,} rows", "Give a table of genes")
        if self._count:  # the table will be refused: nothing but faults is of interest
            return
        filled, needed = len(self.ids), len(self.ids) + len(ids)
        if needed > len(self._values):
            # resize moves the pages where the system can: there are never two copies of the values.
            self._values.resize((int(needed * _SPARE), len(self._layout.numbers)), refcheck=False)
        self._values[filled:needed] = np.reshape(values, (len(ids), len(self._layout.numbers)))
        self.ids += ids

    def finished(self) -> "np.ndarray":
        """The values, rows × columns, float64; NaN only where a value was not measured. The last call.

        Raises:
            InputFaults: a line has too few or too many fields, no id, a quote or a control character where there must
                be none, a field is not a finite decimal number; at most ``MOST_FAULTS``, the last one saying how many
                more. Or there are no rows.
        """
        if self._count:
            raise InputFaults(most_of(self._path, self._faults, self._count))
        if not self.ids:
            raise fault(str(self._path), "", "", "has a header and no rows", "Give the table itself")
        self._values.resize((len(self.ids), len(self._layout.numbers)), refcheck=False)
        return self._values

    def _fault(self, line: int, column: int | None, value: str, problem: str, fix: str) -> None:
        self._count += 1
        if len(self._faults) < MOST_FAULTS:
            field = "" if column is None else f"column {column + 1} ({self._layout.names[column]})"
            field = field.removesuffix(" ()")
            self._faults.append(Fault(f"{self._path}:{line}", field, value, problem, fix))

    def _fields(self, line: str) -> list[str] | None:
        """The fields of the next line; None for an empty one and for one that is at fault."""
        if not line:
            self._empty_line = self._empty_line or self.line
            return None
        if self._empty_line:  # more lines follow: it was not the end
            self._fault(self._empty_line, None, "", *self._wrong_width(0))
            self._empty_line = 0
        layout = self._layout
        whole = '"' not in line or layout.own_form
        fields = line.split(layout.separator) if whole else quoted_fields(line, layout.separator)
        if wrong := self._wrong_line(line, fields):
            self._fault(self.line, None, line[:40], *wrong)
            return None
        if fields and not fields[layout.id]:
            self._fault(self.line, layout.id, "", "has no id", "Give the row an id, or take it out")
        return fields

    def _wrong_line(self, line: str, fields: list[str] | None) -> tuple[str, str] | None:
        """What is wrong with a line, and how to mend it."""
        if fields is None:
            fix = 'Take it out, or quote the whole field and write each quote in it twice ("")'
            return "holds a quote that does not open or close a whole field of this line", fix
        if len(fields) != len(self._layout.names):
            return self._wrong_width(len(fields))
        if '"' in line and self._layout.own_form:
            problem = "holds a quote, and quotes are not understood: a stray one merges lines"
            return problem, "Save the table without quotes"
        if CONTROL.search(line) or (self._layout.separator != "\t" and "\t" in line):
            return "holds a control character", "Take it out"
        return None

    def _wrong_width(self, count: int) -> tuple[str, str]:
        problem = f"has {count} fields, the header has {len(self._layout.names)}"
        return problem, "Correct the line, or get the file again"

    def _values_one_by_one(self, ids: list[str], cells: list[str], lines: list[int]) -> "np.ndarray":
        """As numbers, NaN where a value was not measured; the rest becomes faults."""
        import numpy as np

        positions, layout = self._layout.numbers, self._layout
        values = np.full(len(cells), np.nan)
        known = np.array([cell not in MISSING for cell in cells]) if layout.missing else np.ones(len(cells), bool)
        numbers = _finite([cell for cell, is_known in zip(cells, known, strict=True) if is_known], layout.decimal)
        self.missing += int((~known).sum())
        if numbers is not None:
            values[known] = numbers
            return values
        for place in np.flatnonzero(known):
            if not is_number(cells[place], layout.decimal):
                row, column = divmod(int(place), len(positions))
                problem, fix = _why(cells[place], ids[row], layout)
                self._fault(lines[row], positions[column], cells[place], problem, fix)
        return values


# How software of immunoassays marks what lies below or above the range of its standards: `<3.2`, `OOR <`, `< LLOQ`.
BEYOND_LIMIT = re.compile(
    r"[<>≤≥↓↑]\s*=?\s*\S+|OOR\s*[<>↓↑]?|[<>]?\s*[BAUL]?LO[DQ]|b\.?d\.?l\.?|n\.?d\.?", re.IGNORECASE
)


def is_number(text: str, decimal: str = ".") -> bool:
    """Whether ``text`` is a finite decimal number, as ``-1.5e3``, and nothing else."""
    if decimal == ",":
        text = text.replace(".", "!").replace(",", ".")
    return bool(_NUMBER.fullmatch(text)) and math.isfinite(float(text))


def quoted_fields(line: str, separator: str) -> list[str] | None:
    """The fields of a line by RFC 4180; None where a quote neither opens nor closes a whole field.

    Source:
        Y. Shafranovich, RFC 4180, section 2, rules 4, 5 and 7; a line break inside a field is not accepted.
    """
    field = _QUOTED_FIELD[separator]
    fields, position = [], 0
    while found := field.match(line, position):
        quoted, plain = found.group(1), found.group(2)
        fields.append(plain if quoted is None else quoted.replace('""', '"'))
        position = found.end()
        if not found.group(3):
            return fields
        if line.find('"', position) < 0:
            return fields + line[position:].split(separator)
    return None


_QUOTED_FIELD = {
    separator: re.compile(rf'(?:"((?:[^"]|"")*+)"|([^"{separator}]*+))({separator}|\Z)')
    for separator in SEPARATORS.values()
}


def free_memory() -> int:
    """The bytes that this process can still have, as far as the system says; a very large number where it does not."""
    free = 2**62
    try:
        system, own = Path("/proc/meminfo").read_text(), Path("/proc/self/statm").read_text()
    except OSError:
        return free
    if found := re.search(r"^MemAvailable: +(\d+) kB", system, re.MULTILINE):
        free = int(found[1]) * 1024
    limit = resource.getrlimit(resource.RLIMIT_AS)[0]
    if limit != resource.RLIM_INFINITY:
        free = min(free, limit - int(own.split()[0]) * resource.getpagesize())
    return free


def _require_memory(path: Path, layout: Layout, begun: str) -> None:
    """Refuse before it is read what will not fit, judged by its first rows and the size of the whole text."""
    rows = begun.count("\n")
    if not rows:
        return
    expected = text_size(path) / (len(begun) / rows)
    needed = expected * (len(layout.numbers) * 8 * _SPARE + _BYTES_OF_AN_ID)
    if needed > (free := free_memory()):
        problem = (
            f"has about {expected:,.0f} rows of {len(layout.numbers):,} numbers, which need {needed / 1e9:.1f} GB of "
            f"memory; {free / 1e9:.1f} GB are free"
        )
        raise fault(str(path), "", "", problem, "Give it more memory, or a table of fewer samples")


def _finite(cells: list[str], decimal: str) -> "np.ndarray | None":
    """All fields as finite numbers; None if any of them is not one."""
    import numpy as np

    text = "\n".join(cells)
    if decimal == ",":
        if "." in text:
            return None
        text = text.replace(",", ".")
        cells = text.split("\n")
    if text.encode().translate(None, _OF_NUMBERS):
        return None
    try:
        values = np.fromiter(map(float, cells), float, len(cells))
    except ValueError:
        return None
    return values if np.isfinite(values).all() else None


def _why(text: str, identifier: str, layout: Layout) -> tuple[str, str]:
    """What is wrong with a field where a number is expected, and how to mend it."""
    fix = f"Correct the value of {identifier or 'this row'}, or take the row out"
    problem = "is not a finite decimal number" if text else "is empty where a number is expected"
    if layout.own_form:
        return problem, fix
    if text in MISSING:
        return problem, f"Set missing_values: true if it was not measured. {fix}"
    if BEYOND_LIMIT.fullmatch(text.strip()):
        fix = "Write NA where nothing could be measured, with missing_values: true; or the limit itself"
        return "is beyond what the assay can measure: no number is known", fix
    if _THOUSANDS.fullmatch(text):
        return "seems to have separators of thousands: it could be one of two numbers", "Save the table without them"
    if layout.decimal == "." and is_number(text, ","):
        return "has a comma and no decimal point", "Set decimal: comma if that is the mark of this table"
    if layout.decimal == "," and is_number(text):
        return "has a point and no decimal comma", "Set decimal: point if that is the mark of this table"
    return problem, fix
