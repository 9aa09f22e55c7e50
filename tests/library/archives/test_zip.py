"""zip_archives: a directory that lies about its members is found before one of them is unpacked."""

import gzip
import struct

import pytest
from strange_archives import COUNTS, GOOD, placed, refused, zip_entry, zipped

HOSTILE_ZIPS = {
    "parent": ({"../evil.txt": COUNTS}, "leaves the folder"),
    "absolute": ({"/tmp/evil.txt": COUNTS}, "is an absolute path"),
    "drive": ({"C:/evil.txt": COUNTS}, "is an absolute path"),
    "backslash": ({"..\\evil.txt": COUNTS}, "holds a backslash"),
    "symbolic link": ([(zip_entry("a", 0o120777), b"/etc/passwd")], "is a symbolic link"),
    "device": ([(zip_entry("a", 0o020666), b"")], "is a device"),
    "setuid": ([(zip_entry("a", 0o104755), COUNTS)], "is setuid"),
    "twice": ([("a", COUNTS), ("./a", COUNTS)], "stands twice"),
    "case": ({"a.txt": COUNTS, "A.txt": COUNTS}, "only in case or Unicode form"),
    "long name": ({"x" * 256: COUNTS}, "longer than 255 bytes"),
    "newline": ({"a\nb": COUNTS}, "holds a control character"),
    "nested": ({"inner.zip": zipped({"inner.zip": zipped(GOOD)})}, "is an archive inside an archive"),
    "nested gzip bomb": ({"a.gz": gzip.compress(bytes(40_000_000))}, "a decompression bomb"),
}


@pytest.mark.parametrize("case", HOSTILE_ZIPS)
def test_a_hostile_zip_is_refused_whole(tmp_path, case):
    """A01, A03."""
    members, problem = HOSTILE_ZIPS[case]
    pairs = list(members.items()) if isinstance(members, dict) else members
    assert problem in refused(placed(tmp_path, zipped([("first.txt", COUNTS), *pairs]), "x.zip"), tmp_path)


def patched(content: bytes, signature: bytes, offset: int, value: bytes) -> bytes:
    """The archive with other bytes in every local header (PK 3 4) or directory entry (PK 1 2)."""
    place = content.find(signature)
    while place >= 0:
        content = content[: place + offset] + value + content[place + offset + len(value) :]
        place = content.find(signature, place + 1)
    return content


def both(content: bytes, local: int, central: int, value: bytes) -> bytes:
    return patched(patched(content, b"PK\x03\x04", local, value), b"PK\x01\x02", central, value)


def overlapping() -> bytes:
    """Two entries of the directory that stand for one and the same member."""
    content = zipped([("a.txt", COUNTS), ("b.txt", COUNTS)])
    second = content.rfind(b"PK\x01\x02")
    return content[: second + 42] + struct.pack("<L", 0) + content[second + 46 :]


DAMAGED_ZIPS = {
    "encrypted": (both(zipped({"a": COUNTS}), 6, 8, b"\x01\x00"), "is encrypted"),
    "unknown method": (both(zipped({"a": COUNTS}), 8, 10, b"\x63\x00"), "is packed by method 99"),
    "overlapping": (overlapping(), "overlaps the member behind it"),
    "NUL in the name": (both(zipped({"a0b": COUNTS}), 31, 47, b"\0"), "holds a control character"),
    "not UTF-8": (zipped({"aaa": COUNTS}).replace(b"aaa", b"a\xffa"), "is not UTF-8"),
    "not UTF-8 although marked": (zipped({"ü": COUNTS}).replace("ü".encode(), b"\xff\xff"), "is not UTF-8"),
    "size is a lie": (patched(zipped({"a": COUNTS}), b"PK\x01\x02", 24, struct.pack("<L", 3)), "cannot be unpacked"),
    "other name inside": (zipped({"aa": COUNTS}).replace(b"aa", b"bb", 1), "differ"),
    "wrong checksum": (patched(zipped({"a": COUNTS}), b"PK\x01\x02", 16, b"abcd"), "Bad CRC-32"),
    "something before": (zipped({"a": COUNTS}) + zipped({"b": COUNTS}), "does not stand where its end says"),
    "something behind": (zipped({"a": COUNTS}) + b"more", "does not stand where its end says"),
    "count is a lie": (patched(zipped({"a": COUNTS, "b": COUNTS}), b"PK\x05\x06", 8, b"\x01\x00\x01\x00"),
                       "its directory has 2 entries, its end says 1"),
    "zip64": (patched(zipped({"a": COUNTS}), b"PK\x05\x06", 8, b"\xff\xff\xff\xff"), "zip64"),
    "empty": (zipped({}), "is an empty zip archive"),
    "stated size beyond the limit": (both(zipped({"a": COUNTS}), 22, 24, b"\xff\xff\xff\x0f"), "decompression bomb"),
}  # fmt: skip


@pytest.mark.parametrize("case", DAMAGED_ZIPS)
def test_a_damaged_or_lying_zip_is_refused(tmp_path, case):
    """A02, A04."""
    content, problem = DAMAGED_ZIPS[case]
    assert problem in refused(placed(tmp_path, content, "x.zip"), tmp_path)
