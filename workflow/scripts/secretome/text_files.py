"""Text files as a person or an archive gives them: decoded to their end, checksums included, or refused by name.

Nothing is executed, converted or guessed here; what the lines mean is the business of the readers above.
"""

import gzip
import os
import stat
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from secretome.faults import InputFaults, fault

# ASSUME: no table that is read whole has more text or more lines; what has is a bomb, or must be read in blocks.
LARGEST_TEXT = 1_000_000_000
MOST_LINES = 10_000_000
LONGEST_LINE = 64_000_000  # 5,000 samples of 20 characters are 100,000
BLOCK = 4_000_000  # bytes of text that are looked at together
LONGEST_HEADER = 4_000_000

_AS_TEXT = "Save it as UTF-8 text, its columns separated by tabs"
_MAGIC = {
    b"PK\x03\x04": "a zip archive, such as an Excel file (.xlsx)",
    b"PK\x05\x06": "an empty zip archive",
    b"\xd0\xcf\x11\xe0": "an old Excel file (.xls)",
    b"%PDF": "a PDF",
    b"\x89HDF": "an HDF5 file, such as .h5ad",
    b"BZh": "a bzip2 archive",
    b"\x1f\x9d": "a compress archive (.Z)",
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
_PAGES = (b"<!", b"<?", b"<html", b"<head", b"<body")
_UNSUPPORTED = {
    (".pkl", ".pickle"): "a Python pickle",
    (".rds", ".rdata", ".rda"): "an R data file",
    (".npy", ".npz"): "a NumPy file",
}
# The block without content that ends every file of bgzip: where it is missing, whole blocks may be.
_BGZIP_END = bytes.fromhex("1f8b08040000000000ff0600424302001b0003000000000000000000")


def read_lines(path: str | Path, *, whole_last_line: bool = False) -> list[str]:
    """All lines of a text file, without their line ends; every gzip member is read, empty lines are kept.

    Args:
        path: UTF-8 text, with or without BOM and gzip, line ends of Unix or Windows.
        whole_last_line: refuse a file whose last line has no line end, for formats without another mark of their end.

    Raises:
        InputFaults: the file is not there, is not a regular file, is damaged, cut off, empty, of another type (which
            is named), not UTF-8, too large (``LARGEST_TEXT``, ``MOST_LINES``, ``LONGEST_LINE``), or ends in the
            middle of a line.
    """
    lines: list[str] = []
    complete = True
    for block in text_blocks(path):
        lines += block.removesuffix("\n").split("\n")
        complete = block.endswith("\n")
        if len(lines) > MOST_LINES:
            raise fault(str(path), "", "", f"holds more than {MOST_LINES:,} lines", "Give a smaller table")
    if whole_last_line and not complete:
        raise cut_off(path, len(lines))
    return lines


def text_blocks(path: str | Path, *, size: int | None = None, largest: int | None = None) -> Iterator[str]:
    """The text of a file in blocks of whole lines that end in a line feed; only the last block can lack it.

    What was yielded may be believed only once the iteration has come to its end: the checksum of gzip stands there.

    Args:
        path: as in :func:`read_lines`.
        size: the bytes that are read at once; ``BLOCK`` if not given.
        largest: the most bytes of text; ``LARGEST_TEXT`` if not given.

    Raises:
        InputFaults: as in :func:`read_lines`.
    """
    path = Path(path)
    number, empty = 1, True
    for content in _blocks(path, size or BLOCK, largest or LARGEST_TEXT):
        text = _decoded(path, content, number)
        empty = empty and not text.strip()
        number += text.count("\n")
        yield text
    if empty:
        raise fault(str(path), "", "", "is empty", "Put the content back, or get the file again")


def read_first_lines(path: str | Path, count: int) -> list[str]:
    """The first ``count`` lines, or fewer where the file ends before; the rest is not read and not checked.

    Raises:
        InputFaults: as in :func:`read_lines`, for what the first lines show.
    """
    path = Path(path)
    with unpacked(path) as file:
        content = b"".join(file.readline(LONGEST_HEADER) for _ in range(count))
    refuse_other_types(path, content)
    return _decoded(path, content, 1).removesuffix("\n").split("\n")


def text_size(path: str | Path) -> int:
    """The bytes of text in a file, of a gzip file as its end says: too small where it has several members, else exact.

    Raises:
        InputFaults: as in :func:`require_regular_file`.
    """
    size = require_regular_file(path).st_size
    if not is_packed(path) or size < 8:
        return size
    with Path(path).open("rb") as file:
        file.seek(-4, os.SEEK_END)
        return int.from_bytes(file.read(), "little")


def is_packed(path: str | Path) -> bool:
    """Whether the file begins as gzip does, so that its checksum says that it is whole."""
    require_regular_file(path)
    with Path(path).open("rb") as file:
        return file.read(2) == b"\x1f\x8b"


def cut_off(path: str | Path, line: int) -> InputFaults:
    """The fault of a file whose last line, ``line``, has no end."""
    problem = "ends in the middle of a line: it may have been cut off"
    return fault(f"{path}:{line}", "", "", problem, "Get it again, or end its last line")


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


def refuse_other_types(path: Path, start: bytes) -> None:
    """Refuse what is not plain text, by the first bytes (600 are enough) of the unpacked content and by its name.

    Raises:
        InputFaults: it is an archive, a binary file, an image, a page of a server …; the message names it.
    """
    for suffixes, name in _UNSUPPORTED.items():
        if path.name.lower().removesuffix(".gz").endswith(suffixes):
            raise fault(str(path), "", "", f"is called {name}, which is never opened", _AS_TEXT)
    for magic, name in _MAGIC.items():
        if start.startswith(magic):
            raise fault(str(path), "", "", f"is {name}, not plain text", _AS_TEXT)
    if start[257:262] == b"ustar":
        raise fault(str(path), "", "", "is a tar archive, not plain text", "Unpack it and name a file in it")
    if start.startswith(b"\x80") and start[1:2] in b"\x02\x03\x04\x05":
        raise fault(str(path), "", "", "is a Python pickle, not plain text", _AS_TEXT)
    line = start.removeprefix(b"\xef\xbb\xbf").lstrip().partition(b"\n")[0].lower()
    # A table may begin with anything: in the first line of a page or a message no tab divides columns.
    first = line[:1] if b"\t" not in line or line.startswith(_PAGES) else b""
    if first == b"<":
        problem = "is an HTML or XML page, not a table: a server sent an error page"
        raise fault(str(path), "", "", problem, "Get it again")
    if first in (b"{", b"["):
        raise fault(str(path), "", "", "is JSON, not a table: a server may have sent an error message", "Get it again")


@contextmanager
def unpacked(path: Path) -> Iterator[BinaryIO]:
    """The open file, unpacked where its first bytes are those of gzip; damage found while it is open becomes a fault.

    Raises:
        InputFaults: as in :func:`read_lines`, for what the bytes show; their meaning and their number are not checked.
    """
    require_regular_file(path)
    try:
        file = path.open("rb")
    except OSError as error:
        raise fault(str(path), "", "", f"cannot be read ({_reason(error)})", "Give yourself the right to") from error
    with file:
        try:
            start = file.read(600)
            packed = start.startswith(b"\x1f\x8b")
            if not packed and path.suffix.lower() in (".gz", ".gzip"):
                refuse_other_types(path, start)
                problem = "is called .gz but is not a gzip file"
                fix = "Get it again, or take .gz off the name of an uncompressed file"
                raise fault(str(path), "", "", problem, fix)
            if packed and start[12:14] == b"BC" and start[3] & 4:
                file.seek(-len(_BGZIP_END), os.SEEK_END)
                if file.read() != _BGZIP_END:
                    raise EOFError
            file.seek(0)
            yield gzip.GzipFile(fileobj=file) if packed else file  # type: ignore[misc]
        except (OSError, EOFError, zlib.error) as error:
            raise _damaged(path, error) from error


def _damaged(path: Path, error: Exception) -> InputFaults:
    if isinstance(error, EOFError):
        problem = "is cut off: the gzip stream does not reach its end"
    else:
        problem = f"is damaged: the gzip stream cannot be unpacked ({_reason(error)})"
    return fault(str(path), "", "", problem, "Get the file again")


def _blocks(path: Path, size: int, largest: int) -> Iterator[bytes]:
    """The content in pieces of whole lines; the last piece can end without a line feed."""
    total = 0
    begun: list[bytes] = []
    with unpacked(path) as file:
        while content := file.read(max(size, 600) if not total else size):
            if not total:
                refuse_other_types(path, content)
            total += len(content)
            if total > largest:
                raise fault(str(path), "", "", f"holds more than {largest:,} bytes of text", "Give a smaller table")
            end = content.rfind(b"\n") + 1
            if end:
                yield b"".join([*begun, content[:end]])
                begun = []
            begun.append(content[end:])
            if len(begun) * size > LONGEST_LINE:
                problem = f"has a line of more than {LONGEST_LINE:,} bytes"
                raise fault(str(path), "", "", problem, "Give a table with one line a gene")
    if any(begun):
        yield b"".join(begun)


def _decoded(path: Path, content: bytes, number: int) -> str:
    """``content``, whose first line is line ``number`` of the file, as text with the line ends of Unix."""
    try:
        text = content.decode("utf-8-sig" if number == 1 else "utf-8")
    except UnicodeDecodeError as error:
        line = number + content.count(b"\n", 0, error.start)
        raise fault(f"{path}:{line}", "", "", "is not UTF-8 text", _AS_TEXT) from error
    text = text.replace("\r\n", "\n")
    for character, problem, fix in (
        ("\x00", "holds binary data", _AS_TEXT),
        ("\r", "holds a carriage return that ends no line", "Save it with Unix line ends"),
    ):
        if character in text:
            line = number + text.count("\n", 0, text.index(character))
            raise fault(f"{path}:{line}", "", "", problem, fix)
    return text
