"""The members of a zip archive: the directory at its end is checked against the members before one is unpacked."""

import stat
import struct
import zipfile
from collections.abc import Iterator
from typing import IO

from secretome.archives.members import BOMB, CHUNK, HARMLESS_SIZE, HIGHEST_RATIO, HOSTILE, Archive


def unpack(archive: Archive, file: IO[bytes]) -> None:
    """Check all members of a zip archive, then unpack them if nothing is wrong with any.

    Raises:
        InputFaults: what is wrong and ends the walk; other faults stand in ``archive``.
        zipfile.BadZipFile, EOFError, zlib.error: a member is damaged.
    """
    _check_directory(archive, file)
    with zipfile.ZipFile(file) as unpacker:
        entries = unpacker.infolist()
        names = [_check_entry(archive, entry) for entry in entries]
        _check_overlap(archive, file, entries, unpacker.start_dir)
        if archive.faults:
            return
        for entry, name in zip(entries, names, strict=True):
            if entry.is_dir():
                continue
            try:
                with unpacker.open(entry) as member:
                    archive.write(name, _content(archive, member))
            except (NotImplementedError, RuntimeError) as error:
                raise archive.stop(f"cannot be unpacked ({error})", "Pack it anew", name) from error


def _check_directory(archive: Archive, file: IO[bytes]) -> None:
    """Check the end of the directory and count its entries before `zipfile` makes objects of them."""
    file.seek(max(0, archive.size - 65_557))
    tail = file.read()
    position = tail.rfind(b"PK\x05\x06")
    if position < 0 or len(tail) - position < 22:
        raise archive.stop("is cut off: the directory at the end of a zip archive is missing")
    _, disk, first_disk, here, entries, size, offset, comment = struct.unpack("<4s4H2LH", tail[position:][:22])
    if 0xFFFF in (here, entries) or 0xFFFFFFFF in (size, offset) or tail[:position][-20:].startswith(b"PK\x06\x07"):
        raise archive.stop("is in the large form of zip (zip64), which is not read", "Pack it as .tar.gz")
    end = archive.size - len(tail) + position
    if position + 22 + comment != len(tail) or offset + size != end or disk or first_disk or here != entries:
        raise archive.stop("is damaged: the directory of the zip archive does not stand where its end says", HOSTILE)
    if not entries:
        raise archive.stop("is an empty zip archive")
    if entries > archive.most_members or size > archive.most_members * 1_000:
        raise archive.stop(f"holds more than {archive.most_members:,} members", "Pack fewer files")
    file.seek(offset)
    directory, found, place = file.read(size), 0, 0
    while directory[place : place + 4] == b"PK\x01\x02":
        found += 1
        place += 46 + sum(struct.unpack_from("<3H", directory, place + 28))
    if found != entries or place != size:
        raise archive.stop(f"is damaged: its directory has {found:,} entries, its end says {entries:,}", HOSTILE)


def _check_entry(archive: Archive, entry: zipfile.ZipInfo) -> str:
    archive.count(entry.orig_filename)
    name = entry.orig_filename
    if not entry.flag_bits & 0x800 and not name.isascii():
        # Some programs write UTF-8 without saying so.
        name = name.encode("cp437").decode("utf-8", "surrogateescape")
    mode = entry.external_attr >> 16
    kind = stat.S_IFMT(mode)
    if kind not in (0, stat.S_IFREG, stat.S_IFDIR):
        what = "a symbolic link" if kind == stat.S_IFLNK else "a device or a pipe"
        archive.refuse(name, f"is {what}, not a regular file")
    elif kind != stat.S_IFDIR and mode & (stat.S_ISUID | stat.S_ISGID):
        archive.refuse(name, "is setuid or setgid")
    if entry.flag_bits & 0x2041:
        archive.refuse(name, "is encrypted", "Unpack it with its password and give the files themselves")
    if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        archive.refuse(name, f"is packed by method {entry.compress_type}, which is not read", "Pack it anew")
    if entry.file_size > max(HIGHEST_RATIO * entry.compress_size, HARMLESS_SIZE):
        archive.refuse(name, BOMB)
    return archive.name_of(name, entry.is_dir())


def _check_overlap(archive: Archive, file: IO[bytes], entries: list[zipfile.ZipInfo], directory: int) -> None:
    """No two members share bytes: that is how a small archive unpacks to a petabyte."""
    ordered = sorted(entries, key=lambda entry: entry.header_offset)
    limits = [*(entry.header_offset for entry in ordered[1:]), directory]
    total = 0
    for entry, limit in zip(ordered, limits, strict=True):
        file.seek(entry.header_offset)
        header = file.read(30)
        if len(header) < 30 or not header.startswith(b"PK\x03\x04"):
            raise archive.stop("is damaged: a member does not stand where the directory says", HOSTILE, entry.filename)
        end = entry.header_offset + 30 + sum(struct.unpack("<2H", header[26:])) + entry.compress_size
        if end > limit:
            raise archive.stop("overlaps the member behind it", HOSTILE, entry.filename)
        total += entry.file_size
    if total > archive.largest:
        archive.grow(total)


def _content(archive: Archive, member: IO[bytes]) -> Iterator[bytes]:
    while content := member.read(CHUNK):
        archive.grow(len(content))
        yield content
