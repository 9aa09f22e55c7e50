"""The columns of a table of one's own, by its first lines: all that a draft of it can be made of."""

from dataclasses import dataclass, field
from pathlib import Path

from secretome.faults import fault, listed
from secretome.number_rows import SEPARATORS, is_number, quoted_fields
from secretome.text_files import read_first_lines

_ROWS_LOOKED_AT = 20


@dataclass(frozen=True)
class Columns:
    """What the first lines of a table show: its separator, its columns of numbers, and those of text."""

    separator: str
    samples: list[str]
    ignore: list[str] = field(default_factory=list)


def read_columns(path: Path) -> Columns:
    """The columns of a table by its header and its first rows.

    Raises:
        InputFaults: as ``text_files.read_first_lines``; there is no header, no row, a quote is open, or two columns of
            numbers have one name.
    """
    lines = [line for line in read_first_lines(path, _ROWS_LOOKED_AT + 1) if line.strip() and line[:1] != "#"]
    name = next((name for name in ("tab", "comma", "semicolon") if lines and SEPARATORS[name] in lines[0]), "")
    if not name or len(lines) < 2:
        problem = "is no table that a draft can be made of: a header and rows, separated by tab, comma or semicolon"
        raise fault(str(path), "FILE", "", problem, "Give a series matrix, a family SOFT file or a table of counts")
    read = [quoted_fields(line.rstrip("\r"), SEPARATORS[name]) for line in lines]
    cells = [row for row in read if row is not None]
    if len(cells) < len(read):
        raise fault(str(path), "FILE", "", "has a quote that is not closed", "Correct the table")
    header, *body = cells
    # R writes no name over the ids.
    header = ["", *header] if all(len(row) == len(header) + 1 for row in body) else header
    body = [row for row in body if len(row) == len(header)]
    numbers = [
        place
        for place in range(1, len(header))
        if body and all(is_number(row[place].strip()) or row[place].strip() in ("", "NA", "NaN") for row in body)
    ]
    samples = [header[place].strip() for place in numbers]
    if twice := sorted({one for one in samples if samples.count(one) > 1 or not one}):
        raise fault(str(path), "FILE", listed(twice), "names several columns, or none", "Give each column its own name")
    ignore = [header[place].strip() for place in range(1, len(header)) if place not in numbers]
    return Columns(name, samples, [one for one in ignore if one])
