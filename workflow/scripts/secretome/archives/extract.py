"""tar, tar.gz and zip archives of strangers: regular files only, streamed into a folder of their own, or nothing."""

import gzip
import os
import re
import shutil
import struct
import zipfile
import zlib
from pathlib import Path

from secretome.archives import tar, zip
from secretome.archives.members import BLOCK, GZIP, HOSTILE, ZIP, Archive, tar_header
from secretome.faults import InputFaults, fault, listed
from secretome.text_files import require_regular_file

_OTHER_TYPES = {
    b"BZh": "a bzip2 archive",
    b"\xfd7zXZ": "an xz archive",
    b"\x28\xb5\x2f\xfd": "a zstd archive",
    b"7z\xbc\xaf\x27\x1c": "a 7z archive",
    b"Rar!": "a rar archive",
    b"\x1f\x9d": "a compress archive (.Z)",
    b"%PDF": "a PDF",
    b"<": "an HTML or XML page: a server may have sent an error page",
    b"{": "JSON: a server may have sent an error message",
}
_SUFFIXES = {
    "a zip archive": (".zip",),
    "a gzip file": (".tar.gz", ".tgz", ".gz"),
    "a tar archive": (".tar",),
}


def extract(
    path: str | Path, folder: str | Path, *, wanted: str = "", largest: int, most_members: int
) -> dict[str, Path]:
    """Unpack the wanted members of a tar, tar.gz or zip archive into a folder that is made for them.

    The archive is read to its end, checksums included. All or nothing: the members are written to a folder of a
    temporary name, which takes its name only if nothing at all is wrong with the archive.

    Args:
        path: the archive; its kind is told by its content, and its name must not say another one.
        folder: must not be there yet, or be empty.
        wanted: a regular expression that is searched for in the names of the members; "" takes all of them.
        largest: bytes that all members may have together, those that are not wanted among them; and again what the
            gzip files among the wanted ones unpack to.
        most_members: members that there may be, folders among them.

    Returns:
        Member to file, by name; the names are normalised ("./a//b" is "a/b", NFC).

    Raises:
        InputFaults: the archive is not there, cut off, damaged, encrypted or of another type; a member is a link, a
            device, a pipe, or setuid; has a name that leaves the folder, is not UTF-8, is longer than
            ``LONGEST_NAME`` bytes, holds control characters or backslashes, stands twice, or differs from another
            only in case or Unicode form; is an archive itself; there are too many, they are too large, unpack to more
            than ``HIGHEST_RATIO`` times their size, or overlap; none of them is wanted; ``wanted`` is no regular
            expression; ``folder`` holds something.
    """
    path, folder = Path(path), Path(folder)
    size = require_regular_file(path).st_size
    if folder.is_symlink() or (folder.exists() and not (folder.is_dir() and not any(folder.iterdir()))):
        raise fault(str(folder), "", "", "is there already and is not an empty folder", "Name a new one, or empty it")
    try:
        pattern = re.compile(wanted)
    except re.error as error:
        raise fault(str(path), "members", wanted, f"is not a regular expression ({error})", "Correct it") from error
    temporary = folder.with_name(f".{folder.name}.{os.getpid()}.part")
    shutil.rmtree(temporary, ignore_errors=True)
    archive = Archive(path, temporary, pattern, largest, most_members, size)
    try:
        temporary.mkdir(parents=True)
        _unpack(archive)
        if archive.faults:
            raise InputFaults(archive.faults)
        if not archive.taken:
            raise _nothing_wanted(archive)
        temporary.replace(folder)
    finally:
        shutil.rmtree(temporary, ignore_errors=True)
    return {name: folder / archive.taken[name].relative_to(temporary) for name in sorted(archive.taken)}


def _nothing_wanted(archive: Archive) -> InputFaults:
    if not archive.seen:
        return archive.stop("holds no file")
    problem = f"is found in the name of no member; there is: {listed(archive.seen.values(), 8)}"
    return fault(str(archive.path), "members", archive.wanted.pattern, problem, "Correct the regular expression")


def _unpack(archive: Archive) -> None:
    try:
        opened = archive.path.open("rb")
    except OSError as error:
        raise archive.stop(f"cannot be read ({error.strerror})", "Give yourself the right to") from error
    try:
        with opened as file:
            kind = _kind(archive.path, file.read(BLOCK))
            file.seek(0)
            if kind == "a zip archive":
                zip.unpack(archive, file)
            elif kind == "a tar archive":
                tar.unpack(archive, file)
            else:
                tar.unpack(archive, gzip.GzipFile(fileobj=file))  # type: ignore[arg-type]
    except EOFError as error:
        raise archive.stop("is cut off: what is packed does not reach its end") from error
    except UnicodeDecodeError as error:
        raise archive.stop("has a member whose name is not UTF-8", HOSTILE) from error
    except (zlib.error, gzip.BadGzipFile, zipfile.BadZipFile, struct.error, NotImplementedError) as error:
        raise archive.stop(f"is damaged and cannot be unpacked ({str(error).rstrip('.')})") from error


def _kind(path: Path, start: bytes) -> str:
    """What the first bytes say that the archive is, which the name must not deny."""
    if start.startswith(ZIP):
        kind = "a zip archive"
    elif start.startswith(GZIP):
        kind = "a gzip file"
    elif tar_header(start) is not None:
        kind = "a tar archive"
    else:
        first = start.removeprefix(b"\xef\xbb\xbf").lstrip()
        other = next((name for magic, name in _OTHER_TYPES.items() if first.startswith(magic)), "")
        problem = f"is {other}" if other else "is not an archive"
        raise fault(str(path), "", "", f"{problem}, not a tar, tar.gz or zip archive", "Get it again, or pack it anew")
    name = path.name.lower()
    for other, suffixes in _SUFFIXES.items():
        if other != kind and name.endswith(suffixes):
            raise fault(str(path), "", "", f"is called {other} and is {kind}", "Get it again, or rename it")
    return kind
