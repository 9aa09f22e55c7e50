"""Is a file what its name says, and whole? Looks at first bytes and checksums, not at what the content means."""

import bz2
import lzma
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path
from typing import BinaryIO

from secretome.faults import shown

# ASSUME: real matrices shrink by less than 200; what unpacks to more of it, beyond 100 MB, is a bomb.
LARGEST_RATIO = 200
LEAST_BOMB = 100_000_000
MOST_ENTRIES = 100_000
_BLOCK = 1_000_000
_BGZIP_END = bytes.fromhex("1f8b08040000000000ff0600424302001b0003000000000000000000")

# The end of a name → the first bytes that such a file has, and what it is called.
_EXPECTED = {
    (".gz", ".tgz"): (b"\x1f\x8b", "a gzip file"),
    (".zip", ".xlsx", ".xlsm"): (b"PK", "a zip archive"),
    (".bz2",): (b"BZh", "a bzip2 file"),
    (".xz",): (b"\xfd7zXZ\x00", "an xz file"),
    (".h5", ".h5ad", ".hdf5"): (b"\x89HDF", "an HDF5 file"),
    (".xls",): (b"\xd0\xcf\x11\xe0", "an old Excel file"),
    (".pdf",): (b"%PDF", "a PDF"),
}


class _Damaged(Exception):
    """The message is the problem."""


def problem_of(path: Path, name: str) -> str:
    """What is wrong with a file that is kept, or is to be kept, under ``name``; "" where nothing is.

    Args:
        path: the complete file, regular and readable.
        name: its final name, whose ending says what it should be.
    """
    lower = name.lower()
    with path.open("rb") as file:
        start = file.read(600)
    if not start:
        return "is empty"
    if not lower.endswith((".html", ".htm", ".xml")) and _text(start).startswith("<"):
        return f"is an HTML or XML page, not the file: a server sent an error page ('{shown(_text(start))}')"
    if not lower.endswith((".json", ".ipynb")) and _text(start)[:1] in ("{", "["):
        return f"is JSON, not the file: a server sent an error message ('{shown(_text(start))}')"
    for endings, (magic, kind) in _EXPECTED.items():
        if lower.endswith(endings) and not start.startswith(magic):
            return f"is called {Path(lower).suffix} but is not {kind}"
    if lower.endswith(".tar") and start[257:262] != b"ustar":
        return "is called .tar but is not a tar archive"
    try:
        for is_it, check in _CHECKS:
            if is_it(start):
                check(path, lower)
    except _Damaged as damage:
        return str(damage)
    return ""


def _text(start: bytes) -> str:
    return start.removeprefix(b"\xef\xbb\xbf").decode("latin-1").lstrip()


def is_gzip(path: Path) -> bool:
    """Whether a file begins as gzip does."""
    with path.open("rb") as file:
        return file.read(2) == b"\x1f\x8b"


def first_bytes_inside(path: Path) -> bytes:
    """The first bytes of what a gzip file holds; none where it is damaged."""
    try:
        with path.open("rb") as file:
            return next(gunzipped(file), b"")[:16]
    except ValueError:
        return b""


def gunzipped(file: BinaryIO) -> Iterator[bytes]:
    """What is in a gzip file, member by member to the end, each checksum and length compared.

    Zeros after the last member are padding; anything else there is damage.

    Raises:
        ValueError: cut off, damaged, followed by something else; the message is the problem.
    """
    data = file.read(_BLOCK)
    while data:
        member = zlib.decompressobj(wbits=31)
        while not member.eof:
            if not data:
                raise ValueError("is cut off: the gzip stream does not reach its end")
            try:
                yield member.decompress(data, _BLOCK)
            except zlib.error as error:
                raise ValueError(f"is damaged: the gzip stream cannot be unpacked ({error})") from error
            data = member.unconsumed_tail or (b"" if member.eof else file.read(_BLOCK))
        data = (member.unused_data or file.read(_BLOCK)).lstrip(b"\x00")
        while not data and (data := file.read(_BLOCK)):
            data = data.lstrip(b"\x00")
        if data and not data.startswith(b"\x1f"):
            raise ValueError("has something after the end of the gzip stream")


def _check_gzip(path: Path, name: str) -> None:
    with path.open("rb") as file:
        start = file.read(16)
        # A file of bgzip is many members and one empty one at the end: cut between two of them it looks whole.
        if start[3] & 4 and start[12:14] == b"BC":
            file.seek(-min(len(_BGZIP_END), path.stat().st_size), 2)
            if file.read() != _BGZIP_END:
                raise _Damaged("is cut off: the block that ends a bgzip file is missing")
        file.seek(0)
        try:
            first = _decode(gunzipped(file), path.stat().st_size)
        except ValueError as damage:
            raise _Damaged(str(damage)) from damage
    if first.startswith(b"\x1f\x8b"):
        raise _Damaged("is a gzip file inside a gzip file")
    if not first:
        raise _Damaged("holds nothing")
    if not name.endswith((".html.gz", ".xml.gz")) and _text(first[:600]).startswith("<"):
        raise _Damaged("holds an HTML or XML page, not the file: a server sent an error page")


def _decode(blocks: Iterator[bytes], packed: int) -> bytes:
    """Decode to the end and forget; the first block."""
    total, first = 0, b""
    for block in blocks:
        first = first or block
        total += len(block)
        _refuse_bomb(total, packed)
    return first


def _refuse_bomb(total: int, packed: int) -> None:
    if total > max(LEAST_BOMB, LARGEST_RATIO * packed):
        raise _Damaged(f"unpacks to more than {LARGEST_RATIO} times its size: it is a bomb")


def _check_stream(decompressor: Callable[[], bz2.BZ2Decompressor | lzma.LZMADecompressor]) -> Callable:
    def blocks(file: BinaryIO) -> Iterator[bytes]:
        """As :func:`gunzipped`."""
        data = file.read(_BLOCK)
        while data:
            stream = decompressor()
            while not stream.eof:
                if stream.needs_input and not data:
                    raise ValueError("is cut off: the stream does not reach its end")
                try:
                    yield stream.decompress(data, _BLOCK)
                except (OSError, lzma.LZMAError) as error:
                    raise ValueError(f"is damaged: it cannot be unpacked ({error})") from error
                data = file.read(_BLOCK) if stream.needs_input and not stream.eof else b""
            data = stream.unused_data or file.read(_BLOCK)

    def check(path: Path, name: str) -> None:
        """Decode to the end."""
        with path.open("rb") as file:
            try:
                _decode(blocks(file), path.stat().st_size)
            except ValueError as damage:
                raise _Damaged(str(damage)) from damage

    return check


def _check_zip(path: Path, name: str) -> None:
    try:
        with zipfile.ZipFile(path) as archive:
            entries = sorted(archive.infolist(), key=lambda entry: entry.header_offset)
            _refuse_bad_entries(entries, path.stat().st_size)
            bad = archive.testzip()
    except (zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError, OSError, ValueError) as error:
        raise _Damaged(f"is damaged or cut off: the zip archive cannot be read ({shown(error)})") from error
    except (NotImplementedError, RuntimeError) as error:
        raise _Damaged(f"is a zip archive of a kind that is not read ({shown(error)})") from error
    if bad:
        raise _Damaged(f"is damaged: the checksum of '{shown(bad)}' in it is wrong")


def _refuse_bad_entries(entries: list[zipfile.ZipInfo], packed: int) -> None:
    if not entries:
        raise _Damaged("is an empty zip archive")
    if len(entries) > MOST_ENTRIES:
        raise _Damaged(f"holds more than {MOST_ENTRIES:,} files")
    if any(entry.flag_bits & 1 for entry in entries):
        raise _Damaged("is encrypted")
    if any(
        entry.header_offset + entry.compress_size > following.header_offset for entry, following in pairwise(entries)
    ):
        raise _Damaged("is a zip archive whose files overlap: it is a bomb")
    _refuse_bomb(sum(entry.file_size for entry in entries), packed)


def _check_tar(path: Path, name: str) -> None:
    # The headers to the end; the files inside have checksums of their own where they are gzip, as GEO's are.
    try:
        with tarfile.open(path, "r:") as archive:
            count, end = 0, 0
            for member in archive:
                count, end = count + 1, member.offset_data + (member.size if member.isreg() else 0)
                if count > MOST_ENTRIES:
                    raise _Damaged(f"holds more than {MOST_ENTRIES:,} files")
            padded = -(-end // 512) * 512
        with path.open("rb") as file:
            file.seek(padded)
            # tarfile takes the end of the file for the end of the archive; two blocks of zeros are the real one.
            whole = len(after := file.read(1024)) == 1024 and not any(after)
    except (tarfile.TarError, EOFError, OSError, ValueError) as error:
        raise _Damaged(f"is damaged or cut off: the tar archive cannot be read ({shown(error)})") from error
    if not count or not whole:
        raise _Damaged("is empty, damaged or cut off: the tar archive does not reach its end")


_CHECKS: tuple[tuple[Callable[[bytes], bool], Callable[[Path, str], None]], ...] = (
    (lambda start: start.startswith(b"\x1f\x8b"), _check_gzip),
    (lambda start: start.startswith((b"PK\x03\x04", b"PK\x05\x06")), _check_zip),
    (lambda start: start.startswith(b"BZh"), _check_stream(bz2.BZ2Decompressor)),
    (lambda start: start.startswith(b"\xfd7zXZ\x00"), _check_stream(lzma.LZMADecompressor)),
    (lambda start: start[257:262] == b"ustar", _check_tar),
)
