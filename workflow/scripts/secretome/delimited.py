"""The one strict reader of delimited text: what a person or an archive gives is read whole or refused.

No quoting is understood, nothing is guessed, nothing is converted but numbers: an id `001`, `NA` or `1-Mar` stays
the text that it is. A file is decoded to its end, checksums included, before a line of it is believed.
"""

import gzip
import math
import os
import re
import stat
import unicodedata
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from secretome.faults import Fault, InputFaults, fault, listed

if TYPE_CHECKING:  # numpy is a tenth of a second that the header check at parse does not need
    import numpy as np

MOST_FAULTS = 20
# ASSUME: 60,000 genes × 5,000 samples are 0.6 GB of text; more than this is a bomb or not a matrix of samples.
LARGEST_TEXT = 1_000_000_000
LONGEST_HEADER = 4_000_000

_MAGIC = {
    b"PK\x03\x04": "a zip archive, such as an Excel file (.xlsx)",
    b"PK\x05\x06": "an empty zip archive",
    b"\xd0\xcf\x11\xe0": "an old Excel file (.xls)",
    b"%PDF": "a PDF",
    b"\x89HDF": "an HDF5 file, such as .h5ad",
    b"BZh": "a bzip2 archive",
    b"\xfd7zXZ": "an xz archive",
    b"\x28\xb5\x2f\xfd": "a zstd archive",
    b"7z\xbc\xaf": "a 7z archive",
    b"Rar!": "a rar archive",
    b"RDX": "an R data file (.RData)",
    b"RDA": "an R data file (.RData)",
    b"X\n\x00\x00": "an R data file (.rds)",
    b"\x93NUMPY": "a NumPy file",
    b"PAR1": "a Parquet file",
    b"\x89PNG": "a PNG image",
    b"SQLite format": "an SQLite database",
    b"\x1f\x8b": "a gzip file inside a gzip file",
    b"\xff\xfe": "UTF-16 text",
    b"\xfe\xff": "UTF-16 text",
    b"version https://git-lfs": "a Git LFS pointer, not the file itself",
    b"%%MatrixMarket": "a Matrix Market file",
}
_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", re.ASCII)
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\x85\u2028\u2029]")


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
    with _opened(path) as file:
        try:
            unpacked = _unpacked(file, path)
            start, second = unpacked.readline(LONGEST_HEADER), unpacked.readline(LONGEST_HEADER)
        except (OSError, EOFError, zlib.error) as error:
            raise _damaged(path, error) from error
    _refuse_other_types(path, start)
    names = _decoded(path, start).rstrip("\n").split("\t")
    # Of the second line only the number of fields counts here: it tells a header that R wrote without row names.
    return _checked_header(path, names, [second.decode("utf-8", "replace")])


def read_matrix(path: str | Path) -> Matrix:
    """Read a tab-separated matrix: row ids, then one column of numbers a sample.

    Raises:
        InputFaults: the file is not there, is not a regular file, is damaged or of another type, a line has too
            many or too few fields, a quote or a control character, a value is not a finite decimal number, a
            column name stands twice, there are no rows, or the last line is not complete. At most
            ``MOST_FAULTS`` of them, the last one saying how many more.
    """
    import numpy as np

    path = Path(path)
    text = _text(path)
    if not text.endswith("\n"):
        problem = "ends in the middle of a line: it may have been cut off"
        raise fault(f"{path}:{text.count(chr(10)) + 1}", "", "", problem, "Get it again, or end its last line")
    lines = text.rstrip("\n").split("\n")
    del text
    header = _checked_header(path, lines[0].split("\t"), lines[1:])
    faults = _line_faults(path, lines, len(header))
    if len(lines) == 1:
        faults.append(Fault(str(path), "", "", "has a header and no rows", "Give the table itself"))
    if faults:
        raise InputFaults(_capped(path, faults))
    parts = [line.partition("\t") for line in lines[1:]]
    ids = [identifier for identifier, _, _ in parts]
    fields = "\t".join(numbers for _, _, numbers in parts)
    values = _numbers(fields)
    if values is None or "" in ids:
        raise InputFaults(_capped(path, _value_faults(path, lines, header)))
    return Matrix(ids, header[1:], np.array(values).reshape(len(ids), len(header) - 1))


def read_text(path: str | Path) -> Text:
    """Read a tab-separated table of text; empty lines at its end are ignored.

    Raises:
        InputFaults: as in :func:`read_matrix`, but for numbers, the number of rows and the end of the last line.
    """
    path = Path(path)
    lines = _text(path).rstrip("\n").split("\n")
    header = _checked_header(path, lines[0].split("\t"), lines[1:])
    faults = _line_faults(path, lines, len(header))
    if faults:
        raise InputFaults(_capped(path, faults))
    return Text(header, [(number, line.split("\t")) for number, line in enumerate(lines[1:], start=2)])


def require_regular_file(path: str | Path) -> os.stat_result:
    """The status of a file that can be read to its end; opens nothing, so a pipe cannot hang us.

    Raises:
        InputFaults: it is missing, a folder, a pipe, a device, empty, or a lock file that Excel left behind.
    """
    path = Path(path)
    try:
        status = path.stat()
    except (OSError, ValueError) as error:
        reason = "does not exist" if isinstance(error, FileNotFoundError) else f"cannot be read ({_reason(error)})"
        raise fault(str(path), "", "", reason, "Check the path; it is relative to the working folder") from error
    if stat.S_ISDIR(status.st_mode):
        raise fault(str(path), "", "", "is a folder", "Name a file in it")
    if not stat.S_ISREG(status.st_mode):
        raise fault(str(path), "", "", "is not a regular file but a pipe or a device", "Give a file")
    if path.name.startswith("~$"):
        raise fault(
            str(path), "", "", "is a lock file that Excel leaves while a table is open", "Name the table itself"
        )
    if status.st_size == 0:
        raise fault(str(path), "", "", "is empty", "Put the content back, or get the file again")
    return status


def _reason(error: Exception) -> str:
    return (getattr(error, "strerror", None) or str(error)).rstrip(".")


def _opened(path: Path) -> BinaryIO:
    require_regular_file(path)
    try:
        return path.open("rb")
    except OSError as error:
        raise fault(str(path), "", "", f"cannot be read ({_reason(error)})", "Give yourself the right to") from error


def _unpacked(file: BinaryIO, path: Path) -> BinaryIO:
    packed = file.read(2) == b"\x1f\x8b"
    file.seek(0)
    if not packed and path.suffix.lower() in (".gz", ".gzip"):
        start = file.read(600)
        _refuse_other_types(path, start)
        problem = "is called .gz but is not a gzip file"
        raise fault(str(path), "", "", problem, "Get it again, or take .gz off the name of an uncompressed file")
    return gzip.GzipFile(fileobj=file) if packed else file  # type: ignore[return-value]


def _text(path: Path) -> str:
    with _opened(path) as file:
        try:
            content = _unpacked(file, path).read(LARGEST_TEXT + 1)
        except (OSError, EOFError, zlib.error) as error:
            raise _damaged(path, error) from error
    if len(content) > LARGEST_TEXT:
        raise fault(str(path), "", "", f"holds more than {LARGEST_TEXT:,} bytes of text", "Give a smaller table")
    _refuse_other_types(path, content[:600])
    text = _decoded(path, content)
    if text.strip() == "":
        raise fault(str(path), "", "", "is empty", "Put the content back, or get the file again")
    return text


def _damaged(path: Path, error: Exception) -> InputFaults:
    if isinstance(error, EOFError):
        problem = "is cut off: the gzip stream does not reach its end"
    else:
        problem = f"is damaged: the gzip stream cannot be unpacked ({_reason(error)})"
    return fault(str(path), "", "", problem, "Get the file again")


def _refuse_other_types(path: Path, start: bytes) -> None:
    for magic, name in _MAGIC.items():
        if start.startswith(magic):
            raise fault(str(path), "", "", f"is {name}, not tab-separated text", "Save it as tab-separated UTF-8 text")
    if start[257:262] == b"ustar":
        raise fault(str(path), "", "", "is a tar archive, not tab-separated text", "Unpack it and name a file in it")
    if start.startswith(b"\x80") and start[1:2] in b"\x02\x03\x04\x05":
        raise fault(str(path), "", "", "is a Python pickle, not tab-separated text", "Save it as tab-separated text")
    first = start.removeprefix(b"\xef\xbb\xbf").lstrip()[:1]
    if first == b"<":
        raise fault(
            str(path), "", "", "is an HTML or XML page, not a table: a server sent an error page", "Get it again"
        )
    if first in (b"{", b"["):
        raise fault(str(path), "", "", "is JSON, not a table: a server may have sent an error message", "Get it again")


def _decoded(path: Path, content: bytes) -> str:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise fault(f"{path}:{line}", "", "", "is not UTF-8 text", "Save it as tab-separated UTF-8 text") from error
    text = text.replace("\r\n", "\n")
    if "\x00" in text:
        line = text.count("\n", 0, text.index("\x00")) + 1
        raise fault(f"{path}:{line}", "", "", "holds binary data", "Save it as tab-separated UTF-8 text")
    if "\r" in text:
        line = text.count("\n", 0, text.index("\r")) + 1
        raise fault(
            f"{path}:{line}", "", "", "holds a carriage return that ends no line", "Save it with Unix line ends"
        )
    return text


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
        if '"' in name or _CONTROL.search(name)
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
        raise InputFaults(_capped(path, faults))
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
        elif _CONTROL.search(line):
            problem = "holds a control character"
            faults.append(Fault(f"{path}:{number}", "", line[:40], problem, "Take it out"))
    return faults


def _numbers(fields: str) -> list[float] | None:
    """All fields as finite numbers; None if any of them is not one."""
    # With these characters alone, float() accepts decimal numbers only: no nan, no hex, no underscore, no comma.
    if not set(fields) <= set("0123456789.eE+-\t"):
        return None
    try:
        values = [float(field) for field in fields.split("\t")]
    except ValueError:
        return None
    return values if all(map(math.isfinite, values)) else None


def _value_faults(path: Path, lines: Sequence[str], header: Sequence[str]) -> list[Fault]:
    faults = []
    for number, line in enumerate(lines[1:], start=2):
        identifier, *fields = line.split("\t")
        if not identifier:
            faults.append(Fault(f"{path}:{number}", "column 1", "", "has no id", "Give the row an id, or take it out"))
        for position, text in enumerate(fields, start=1):
            if not _NUMBER.fullmatch(text) or not math.isfinite(float(text)):
                column = f"column {position + 1} ({header[position]})"
                problem = "is not a finite decimal number" if text else "is empty where a number is expected"
                fix = f"Correct the value of {identifier or 'this row'}, or take the row out"
                faults.append(Fault(f"{path}:{number}", column, text, problem, fix))
    return faults


def _capped(path: Path, faults: list[Fault]) -> list[Fault]:
    if len(faults) <= MOST_FAULTS:
        return faults
    more = len(faults) - MOST_FAULTS + 1
    return [
        *faults[: MOST_FAULTS - 1],
        Fault(f"{path}", "", "", f"has {more:,} more faults like these", "Correct the first ones and run again"),
    ]
