"""The members of a tar archive, block by block.

Python's own `tarfile` ends silently at a damaged header, reads extended headers of any size into memory, and its
extraction follows links; of it only the reading of one header is used.
"""

import re
import stat
import tarfile
from collections.abc import Iterator
from typing import IO

from secretome.archives.members import BLOCK, CHUNK, HOSTILE, Archive, tar_header
from secretome.faults import InputFaults, shown

_LONGEST_EXTENDED_HEADER = 65_536  # bytes: names and times, nothing else of use
_SPECIAL = {
    tarfile.LNKTYPE: "a hard link",
    tarfile.SYMTYPE: "a symbolic link",
    tarfile.CHRTYPE: "a device",
    tarfile.BLKTYPE: "a device",
    tarfile.FIFOTYPE: "a pipe",
    tarfile.GNUTYPE_LONGLINK: "a link with a long name",
    tarfile.GNUTYPE_SPARSE: "a sparse file",
}


def unpack(archive: Archive, file: IO[bytes]) -> None:
    """Walk the members of ``file``, the unpacked stream of a tar archive, to its end.

    Raises:
        InputFaults: what is wrong and ends the walk; other faults stand in ``archive``.
    """
    name, size = "", -1  # as an extended header before the member says
    while any(block := _exactly(archive, file, BLOCK)):
        info = tar_header(block)
        if info is None and archive.members:
            raise archive.stop(f"is damaged: no member's header stands behind the {archive.members:,} that were read")
        if info is None:
            raise _no_tar(archive)
        archive.count(info.name)
        if info.type in (tarfile.GNUTYPE_LONGNAME, tarfile.XHDTYPE, tarfile.SOLARIS_XHDTYPE, tarfile.XGLTYPE):
            name, size = _extended(archive, file, info, name, size)
            continue
        info.name, info.size = name or info.name, info.size if size < 0 else size
        name, size = "", -1
        _take(archive, file, info)
    # The end are two empty blocks; what a writer adds to fill its last record is empty too.
    if any(_exactly(archive, file, BLOCK)):
        raise archive.stop("is damaged: a single empty block stands where two end a tar archive")
    while rest := file.read(CHUNK):
        archive.grow(len(rest))
        if any(rest):
            raise archive.stop("holds something behind its end")


def _exactly(archive: Archive, file: IO[bytes], size: int) -> bytes:
    content = file.read(size)
    archive.grow(len(content))
    if len(content) < size and not archive.members:
        raise _no_tar(archive)
    if len(content) < size:
        raise archive.stop("is cut off: it ends before the end of a tar archive")
    return content


def _no_tar(archive: Archive) -> InputFaults:
    return archive.stop("is a gzip file without a tar archive inside", "Name it as a file, not as an archive")


def _extended(archive: Archive, file: IO[bytes], info: tarfile.TarInfo, name: str, size: int) -> tuple[str, int]:
    """The name and size that an extended header gives to the member behind it."""
    if not 0 <= info.size <= _LONGEST_EXTENDED_HEADER:
        raise archive.stop(f"has an extended header of {info.size:,} bytes", HOSTILE)
    content = _exactly(archive, file, -(-info.size // BLOCK) * BLOCK)[: info.size]
    if info.type == tarfile.GNUTYPE_LONGNAME:
        return content.removesuffix(b"\0").decode("utf-8", "surrogateescape"), size
    for key, value in _records(archive, content):
        of_all = info.type == tarfile.XGLTYPE and key in ("path", "size", "linkpath")
        if of_all or key.startswith("GNU.sparse"):
            raise archive.stop(f"has an extended header with '{shown(key)}', which is not understood", HOSTILE)
        if key == "path":
            name = value
        elif key == "size":
            if not re.fullmatch("[0-9]{1,15}", value):
                raise archive.stop("has an extended header with a size that is no number", HOSTILE)
            size = int(value)
    return name, size


def _records(archive: Archive, content: bytes) -> Iterator[tuple[str, str]]:
    """The records of a pax header: length, key and value, as in b"19 path=a/b/c.txt\\n"."""
    while content:
        match = re.match(rb"([0-9]{1,6}) ([^=\n]+)=", content)
        length = int(match[1]) if match else 0
        if match is None or length <= match.end() or content[length - 1 : length] != b"\n":
            raise archive.stop("has a damaged extended header")
        value = content[match.end() : length - 1].decode("utf-8", "surrogateescape")
        yield match[2].decode("utf-8", "replace"), value
        content = content[length:]


def _take(archive: Archive, file: IO[bytes], info: tarfile.TarInfo) -> None:
    kind = _SPECIAL.get(info.type, "" if info.isreg() or info.isdir() else "of a kind that is not understood")
    if kind:
        archive.refuse(info.name, f"is {kind}, not a regular file")
        # Links and devices state the size of what they stand for, and hold nothing.
        info.size = 0 if info.islnk() or info.issym() or info.isdev() else info.size
    elif info.isreg() and info.mode & (stat.S_ISUID | stat.S_ISGID):
        archive.refuse(info.name, "is setuid or setgid")
    name = archive.name_of(info.name, info.isdir())
    if info.size < 0 or (info.size and info.isdir()):
        raise archive.stop("has a size that cannot be", HOSTILE, info.name)
    if info.size > archive.largest - archive.unpacked:
        archive.grow(info.size)
    archive.write(name if info.isreg() else "", _content(archive, file, info.size))
    _exactly(archive, file, -info.size % BLOCK)


def _content(archive: Archive, file: IO[bytes], size: int) -> Iterator[bytes]:
    while size:
        content = _exactly(archive, file, min(size, CHUNK))
        size -= len(content)
        yield content
