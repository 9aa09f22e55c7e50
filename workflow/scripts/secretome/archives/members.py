"""What was seen of one archive: its limits, the names of its members, and the wanted ones that were written.

Nothing of an archive is believed: names, sizes and kinds are checked for every member, wanted or not, and one fault
ends the writing. How the members stand in the archive is known to `tar_archives` and `zip_archives` alone.
"""

import gzip
import re
import tarfile
import unicodedata
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from secretome.faults import MOST_FAULTS, Fault, InputFaults, shown

LONGEST_NAME = 255  # bytes; what every file system can hold
HIGHEST_RATIO = 200
# ASSUME: what unpacks to less than this harms nobody, however small it was packed.
HARMLESS_SIZE = 1_000_000
BLOCK = 512  # bytes of a tar header
CHUNK = 1_000_000

GET_AGAIN = "Get the archive again"
HOSTILE = "Do not use this archive; pack the files themselves anew"
BOMB = f"unpacks to more than {HIGHEST_RATIO} times its size: a decompression bomb"
GZIP = b"\x1f\x8b"
ZIP = (b"PK\x03\x04", b"PK\x05\x06")


@dataclass
class Archive:
    """What is asked for of one archive, and what was seen of it so far.

    Attributes:
        path: the archive, of ``size`` bytes.
        folder: where the wanted members are written.
        wanted: what is searched for in their names.
        largest: bytes that the members may have together, and again the gzip files among them when unpacked.
        most_members: how many there may be.
        members, unpacked, inside: members, their bytes, and the bytes inside of gzip files among them, so far.
        seen, folders: the names of files and folders so far, without regard to case, and how they are written.
        taken: the members that were written.
        faults: what is wrong so far.
    """

    path: Path
    folder: Path
    wanted: re.Pattern[str]
    largest: int
    most_members: int
    size: int
    members: int = 0
    unpacked: int = 0
    inside: int = 0
    seen: dict[str, str] = field(default_factory=dict)
    folders: dict[str, str] = field(default_factory=dict)
    taken: dict[str, Path] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)

    def refuse(self, member: str, problem: str, fix: str = HOSTILE) -> None:
        """Note a fault of one member; the walk goes on, but nothing more is written."""
        self.faults.append(Fault(str(self.path), "member", member, problem, fix))
        if len(self.faults) >= MOST_FAULTS:
            raise InputFaults(self.faults)

    def stop(self, problem: str, fix: str = GET_AGAIN, member: str = "") -> InputFaults:
        """The fault after which the walk cannot go on, together with those before."""
        return InputFaults([*self.faults, Fault(str(self.path), "member" if member else "", member, problem, fix)])

    def count(self, member: str = "") -> None:
        """Count one member.

        Raises:
            InputFaults: there are too many.
        """
        self.members += 1
        if self.members > self.most_members:
            raise self.stop(f"holds more than {self.most_members:,} members", "Pack fewer files", member)

    def grow(self, size: int) -> None:
        """Count ``size`` unpacked bytes more.

        Raises:
            InputFaults: they are more than allowed, or than a packed file of this size can honestly hold.
        """
        self.unpacked += size
        if self.unpacked > self.largest:
            problem = f"unpacks to more than {self.largest:,} bytes"
            raise self.stop(problem, "Do not use this archive, or pack less into it")
        if self.unpacked > max(HIGHEST_RATIO * self.size, HARMLESS_SIZE):
            raise self.stop(BOMB, HOSTILE)

    def name_of(self, name: str, is_folder: bool) -> str:
        """The normalised name of a member; "" where it is refused, or is that of the folder itself."""
        problem = _problem_of_name(name)
        parts = [part for part in unicodedata.normalize("NFC", name).split("/") if part not in ("", ".")]
        clean = "/".join(parts)
        if not problem and not clean and not is_folder:
            problem = "has no name"
        if problem:
            self.refuse(name, problem)
            return ""
        folded = _folded(clean)
        if not is_folder:
            if other := self.seen.get(folded) or self.folders.get(folded):
                alike = f"differs from '{shown(other)}' only in case or Unicode form"
                self.refuse(name, "stands twice" if other == clean else alike)
                return ""
            self.seen[folded] = clean
        for depth in range(1, len(parts) + is_folder):
            above = "/".join(parts[:depth])
            other = self.seen.get(_folded(above)) or self.folders.setdefault(_folded(above), above)
            if other != above or _folded(above) in self.seen:
                self.refuse(name, f"clashes with '{shown(other)}'")
                return ""
        return clean

    def write(self, name: str, content: Iterator[bytes]) -> None:
        """Write one member if it is wanted and all was well so far; read it to its end in any case."""
        if not name or self.faults or not self.wanted.search(name):
            for _ in content:
                pass
            return
        target = self.folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        with target.open("xb") as file:
            for part in content:
                file.write(part)
        self._refuse_nested(name, target)
        self.taken[name] = target

    def _refuse_nested(self, name: str, target: Path) -> None:
        """Refuse a member that is an archive itself; a gzip file that is one file of honest size is none."""
        with target.open("rb") as file:
            start = file.read(BLOCK)
            if start.startswith(GZIP):
                file.seek(0)
                start = self._unpacked_start(name, file)
                if start.startswith(GZIP):
                    self.refuse(name, "is a gzip file inside a gzip file")
        if start.startswith(ZIP) or (len(start) == BLOCK and tar_header(start) is not None):
            self.refuse(name, "is an archive inside an archive", "Unpack it, and pack the files that are needed")

    def _unpacked_start(self, name: str, file: IO[bytes]) -> bytes:
        """The first bytes of what a gzip file holds, after it was unpacked to its end and nothing kept of it."""
        unpacker = gzip.GzipFile(fileobj=file)
        try:
            start = content = unpacker.read(BLOCK)
            while content:
                self.inside += len(content)
                if self.inside > min(self.largest, max(HIGHEST_RATIO * self.size, HARMLESS_SIZE)):
                    raise self.stop(BOMB, HOSTILE, name)
                content = unpacker.read(CHUNK)
        except (gzip.BadGzipFile, EOFError, zlib.error) as error:
            raise self.stop("is a gzip file that is damaged or cut off", GET_AGAIN, name) from error
        return start


def tar_header(block: bytes) -> tarfile.TarInfo | None:
    """The header of a member of a tar archive, its checksum verified; None if the block is none."""
    try:
        return tarfile.TarInfo.frombuf(block, "utf-8", "surrogateescape")
    except tarfile.HeaderError:
        return None


def _folded(name: str) -> str:
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", name).casefold())


def _problem_of_name(name: str) -> str:
    try:
        encoded = name.encode()
    except UnicodeEncodeError:
        return "is not UTF-8"
    if len(encoded) > LONGEST_NAME:
        return f"is longer than {LONGEST_NAME} bytes"
    if any(unicodedata.category(character) in ("Cc", "Zl", "Zp") for character in name):
        return "holds a control character"
    if "\\" in name:
        return "holds a backslash, which elsewhere parts folders"
    if name.startswith("/") or re.match("[A-Za-z]:", name):
        return "is an absolute path"
    if ".." in name.split("/"):
        return "leaves the folder"
    return ""
