"""archives: members of strangers land in a folder of their own, all of them, or nothing lands anywhere."""

import gzip
import io
import os
import struct
import subprocess
import sys
import tarfile
import zipfile
import zlib
from pathlib import Path

import pytest

from secretome.archives import extract
from secretome.faults import InputFaults

SCRIPTS = Path(__file__).parents[2] / "workflow/scripts"
COUNTS = b"ENSG00000000003\t717\nENSG00000000005\t0\n"
GOOD = {"a.txt": COUNTS, "sub/b.txt.gz": gzip.compress(COUNTS, mtime=0)}
LIMITS = {"largest": 50_000_000, "most_members": 100}


def header(name: str | bytes, content: bytes = b"", **fields) -> bytes:
    """A member of a tar archive as old tar wrote it: the raw name, no extended header, the checksum right."""
    info = tarfile.TarInfo("x")
    info.size = fields.pop("size", len(content))
    for key, value in fields.items():
        setattr(info, key, value)
    block = bytearray(info.tobuf(tarfile.GNU_FORMAT)[-512:])
    raw = name if isinstance(name, bytes) else name.encode()
    block[:100] = raw[:100].ljust(100, b"\0")
    block[148:156] = b" " * 8
    block[148:156] = b"%06o\0 " % sum(block)
    return bytes(block) + content + b"\0" * (-len(content) % 512)


END = b"\0" * 1024


def tar_of(*members: bytes) -> bytes:
    return b"".join(members) + END


def tar(members: dict[str, bytes], mode: str = "w", form: int = tarfile.PAX_FORMAT) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode=mode, format=form) as archive:
        for name, content in members.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
    return buffer.getvalue()


def zipped(members, compression=zipfile.ZIP_DEFLATED) -> bytes:
    """A zip archive of (name or ZipInfo, content) pairs or of a dictionary."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", compression) as archive:
        for name, content in members.items() if isinstance(members, dict) else members:
            archive.writestr(name, content, compress_type=compression)
    return buffer.getvalue()


def zip_entry(name: str, mode: int) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name)
    info.create_system = 3
    info.external_attr = mode << 16
    return info


def extended(kind: bytes, content: bytes) -> bytes:
    return header("pax", content, type=kind)


def record(key: str, value: bytes) -> bytes:
    body = b" " + key.encode() + b"=" + value + b"\n"
    length = len(body) + 1
    while len(str(length)) + len(body) != length:
        length += 1
    return str(length).encode() + body


@pytest.fixture
def place(tmp_path):
    """A file with the given bytes, in a folder of its own beside which nothing may appear."""

    def write(content: bytes, name: str):
        path = tmp_path / "downloads" / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(content)
        return path

    return write


def everything(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*"))


def refused(path: Path, tmp_path: Path, **arguments) -> str:
    """The message of the refusal, after checking that nothing was left anywhere."""
    before = everything(tmp_path)
    with pytest.raises(InputFaults) as caught:
        extract(path, tmp_path / "out", **{**LIMITS, **arguments})
    assert everything(tmp_path) == before
    assert all(fault.where.startswith(str(path)) and fault.problem and fault.fix for fault in caught.value.faults)
    return str(caught.value)


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (tar(GOOD), "GSE1_RAW.tar"),
        (tar(GOOD, "w:gz"), "counts.tar.gz"),
        (tar(GOOD, "w:gz"), "counts.tgz"),
        (tar(GOOD, form=tarfile.GNU_FORMAT), "GSE1_RAW.tar"),
        (tar(GOOD, form=tarfile.USTAR_FORMAT), "download"),
        (zipped(GOOD), "counts.zip"),
        (zipped(GOOD, zipfile.ZIP_STORED), "counts.zip"),
        (tar_of(header("./sub/", type=tarfile.DIRTYPE), header("./a.txt", COUNTS),
                header(".//sub/./b.txt.gz", GOOD["sub/b.txt.gz"])), "x.tar"),
    ],
    ids=["tar", "tar.gz", "tgz", "GNU tar", "ustar without suffix", "zip", "stored zip", "with folders"],
)  # fmt: skip
def test_the_members_are_unpacked_by_name(place, tmp_path, content, name):
    found = extract(place(content, name), tmp_path / "out", **LIMITS)
    assert {name: path.read_bytes() for name, path in found.items()} == GOOD
    assert everything(tmp_path / "out") == ["a.txt", "sub", "sub/b.txt.gz"]
    assert found["sub/b.txt.gz"] == tmp_path / "out/sub/b.txt.gz"
    assert not any(path.stat().st_mode & 0o111 for path in found.values())


@pytest.mark.parametrize("pack", [tar, zipped])
def test_only_the_wanted_members_are_written(place, tmp_path, pack):
    path = place(pack(GOOD), "download")
    assert list(extract(path, tmp_path / "out", wanted=r"\.txt$", **LIMITS)) == ["a.txt"]
    assert everything(tmp_path / "out") == ["a.txt"]
    message = refused(path, tmp_path / "downloads", wanted="quant")
    assert "'quant' is found in the name of no member; there is: a.txt, sub/b.txt.gz" in message
    assert "not a regular expression" in refused(path, tmp_path / "downloads", wanted="(")


def test_long_and_foreign_names_are_read(place, tmp_path):
    long = "x" * 150 + "/Zelle_ü.txt"
    for number, content in enumerate((tar({long: COUNTS}), tar({long: COUNTS}, form=tarfile.GNU_FORMAT))):
        assert list(extract(place(content, "x.tar"), tmp_path / f"out{number}", **LIMITS)) == [long]
    decomposed = zipped({"Zelle_u\u0308.txt": COUNTS})
    assert list(extract(place(decomposed, "x.zip"), tmp_path / "out", **LIMITS)) == ["Zelle_ü.txt"]
    unmarked = zipped({"xx.txt": COUNTS}).replace(b"xx.txt", "ü.txt".encode())
    assert list(extract(place(unmarked, "y.zip"), tmp_path / "out9", **LIMITS)) == ["ü.txt"]


def test_the_folder_must_be_empty(place, tmp_path):
    path = place(tar(GOOD), "x.tar")
    (tmp_path / "out").mkdir()
    extract(path, tmp_path / "out", **LIMITS)
    with pytest.raises(InputFaults, match="is not an empty folder"):
        extract(path, tmp_path / "out", **LIMITS)
    (tmp_path / "link").symlink_to(tmp_path)
    with pytest.raises(InputFaults, match="is not an empty folder"):
        extract(path, tmp_path / "link", **LIMITS)


LINK = {"type": tarfile.SYMTYPE, "linkname": "/etc/passwd"}
HOSTILE_TARS = {
    "parent": ([header("../evil.txt", COUNTS)], "leaves the folder"),
    "parent inside": ([header("a/../../evil.txt", COUNTS)], "leaves the folder"),
    "parent by an extended header": (
        [extended(tarfile.XHDTYPE, record("path", b"../evil.txt")), header("a.txt", COUNTS)],
        "leaves the folder",
    ),
    "absolute": ([header("/tmp/evil.txt", COUNTS)], "is an absolute path"),
    "drive": ([header("C:evil.txt", COUNTS)], "is an absolute path"),
    "backslash": ([header("..\\evil.txt", COUNTS)], "holds a backslash"),
    "symbolic link": ([header("a", **LINK)], "is a symbolic link"),
    "through a symbolic link": ([header("a", **LINK), header("a/evil.txt", COUNTS)], "is a symbolic link"),
    "hard link": ([header("a", type=tarfile.LNKTYPE, linkname="/etc/passwd", size=9)], "is a hard link"),
    "device": ([header("a", type=tarfile.CHRTYPE)], "is a device"),
    "block device": ([header("a", type=tarfile.BLKTYPE)], "is a device"),
    "pipe": ([header("a", type=tarfile.FIFOTYPE)], "is a pipe"),
    "sparse": ([header("a", type=tarfile.GNUTYPE_SPARSE)], "is a sparse file"),
    "unknown kind": ([header("a", type=b"V")], "is of a kind that is not understood"),
    "setuid": ([header("a", COUNTS, mode=0o4755)], "is setuid"),
    "setgid": ([header("a", COUNTS, mode=0o2755)], "is setuid or setgid"),
    "twice": ([header("a", COUNTS), header("./a", COUNTS)], "stands twice"),
    "case": ([header("a.txt", COUNTS), header("A.TXT", COUNTS)], "only in case or Unicode form"),
    "Unicode form": ([header("ü", COUNTS), header("u\u0308", COUNTS)], "stands twice"),
    "case of folders": ([header("A/x", COUNTS), header("a/y", COUNTS)], "clashes with 'A'"),
    "file and folder": ([header("a", COUNTS), header("a/b", COUNTS)], "clashes with 'a'"),
    "folder and file": ([header("a/b", COUNTS), header("a", COUNTS)], "stands twice"),
    "long name": (
        [extended(tarfile.GNUTYPE_LONGNAME, b"x" * 5000 + b"\0"), header("x", COUNTS)],
        "longer than 255 bytes",
    ),
    "not UTF-8": ([header(b"\xff\xfe.txt", COUNTS)], "is not UTF-8"),
    "NUL": ([extended(tarfile.XHDTYPE, record("path", b"a\0b")), header("a", COUNTS)], "holds a control character"),
    "newline": ([header("a\nb", COUNTS)], "holds a control character"),
    "no name": ([header("./.", COUNTS)], "has no name"),
    "folder with content": ([header("a", COUNTS, type=tarfile.DIRTYPE)], "has a size that cannot be"),
    "huge extended header": ([header("x", type=tarfile.XHDTYPE, size=2**33)], "extended header of 8,589,934,592"),
    "sparse by extended header": (
        [extended(tarfile.XHDTYPE, record("GNU.sparse.major", b"1")), header("a", COUNTS)],
        "which is not understood",
    ),
    "path of all members": ([extended(tarfile.XGLTYPE, record("path", b"x")), header("a", COUNTS)], "not understood"),
    "bad extended header": ([extended(tarfile.XHDTYPE, b"99 path=x\n"), header("a", COUNTS)], "damaged extended"),
    "huge size": ([header("a", size=2**60)], "unpacks to more than 50,000,000 bytes"),
    "nested": ([header("a.tar", tar(GOOD))], "is an archive inside an archive"),
    "nested zip": ([header("a.xlsx", zipped(GOOD))], "is an archive inside an archive"),
    "nested tar.gz": ([header("a.tar.gz", tar(GOOD, "w:gz"))], "is an archive inside an archive"),
    "gzip in gzip": ([header("a.gz", gzip.compress(gzip.compress(COUNTS)))], "is a gzip file inside a gzip file"),
    "cut gzip": ([header("a.gz", gzip.compress(COUNTS)[:-9])], "is a gzip file that is damaged or cut off"),
}


@pytest.mark.parametrize("packed", [False, True], ids=["tar", "tar.gz"])
@pytest.mark.parametrize("case", HOSTILE_TARS)
def test_a_hostile_tar_is_refused_whole(place, tmp_path, case, packed):
    """A01, A03: the good member before and the one behind are not left behind either."""
    members, problem = HOSTILE_TARS[case]
    content = tar_of(header("first.txt", COUNTS), *members, header("last.txt", COUNTS))
    path = place(gzip.compress(content) if packed else content, "x.tar.gz" if packed else "x.tar")
    assert problem in refused(path, tmp_path)


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
def test_a_hostile_zip_is_refused_whole(place, tmp_path, case):
    """A01, A03."""
    members, problem = HOSTILE_ZIPS[case]
    pairs = list(members.items()) if isinstance(members, dict) else members
    assert problem in refused(place(zipped([("first.txt", COUNTS), *pairs]), "x.zip"), tmp_path)


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
def test_a_damaged_or_lying_zip_is_refused(place, tmp_path, case):
    """A02, A04."""
    content, problem = DAMAGED_ZIPS[case]
    assert problem in refused(place(content, "x.zip"), tmp_path)


@pytest.mark.parametrize("name", ["x.tar", "x.tar.gz", "x.zip"])
def test_an_archive_that_is_cut_anywhere_is_refused(place, tmp_path, name):
    """A04, M02: at every 5 % and at the ends of members."""
    whole = {"x.tar": tar(GOOD), "x.tar.gz": tar(GOOD, "w:gz"), "x.zip": zipped(GOOD)}[name]
    # tar fills its last record with empty blocks; only its two empty blocks are asked for.
    length = whole.rstrip(b"\0").__len__() + 600 if name == "x.tar" else len(whole)
    for end in {*(length * part // 20 for part in range(1, 20)), 512, 1024, 1536, 2048, 2560, length - 1}:
        if end < length:
            assert refused(place(whole[:end], name), tmp_path)


@pytest.mark.parametrize("name", ["x.tar.gz", "x.zip"])
def test_no_flipped_bit_changes_a_file_silently(place, tmp_path, name):
    """A04, M02: 200 bits; what is still read is what was packed."""
    whole = {"x.tar.gz": tar(GOOD, "w:gz"), "x.zip": zipped(GOOD)}[name]
    for number in range(200):
        bit = number * 7919 % (len(whole) * 8)
        damaged = bytearray(whole)
        damaged[bit // 8] ^= 1 << bit % 8
        try:
            found = extract(place(bytes(damaged), name), tmp_path / f"out{number}", **LIMITS)
        except InputFaults:
            assert not (tmp_path / f"out{number}").exists()
        else:
            assert sorted(path.read_bytes() for path in found.values()) == sorted(GOOD.values())


@pytest.mark.parametrize(
    ("content", "name", "problem"),
    [
        (b"BZh91AY&SY", "x.tar.bz2", "is a bzip2 archive"),
        (b"\xfd7zXZ\0rest", "x.tar.xz", "is an xz archive"),
        (b"7z\xbc\xaf\x27\x1crest", "x.7z", "is a 7z archive"),
        (b"Rar!rest", "x.zip", "is a rar archive"),
        (b"<!DOCTYPE html><html>", "GSE1_RAW.tar", "a server may have sent an error page"),
        (b'{"error": 429}', "GSE1_RAW.tar", "a server may have sent an error message"),
        (COUNTS * 50, "x.tar", "is not an archive"),
        (gzip.compress(COUNTS), "x.tar.gz", "is a gzip file without a tar archive inside"),
        (zipped(GOOD), "x.tar", "is called a tar archive and is a zip archive"),
        (tar(GOOD), "x.zip", "is called a zip archive and is a tar archive"),
        (tar(GOOD), "x.tar.gz", "is called a gzip file and is a tar archive"),
        (tar(GOOD, "w:gz"), "x.tar", "is called a tar archive and is a gzip file"),
        (b"", "x.tar", "is empty"),
        (tar({}), "x.tar", "is not an archive"),
        (tar_of(header("a/", type=tarfile.DIRTYPE)), "x.tar", "holds no file"),
        (tar_of(header("a", COUNTS)) + header("b", COUNTS), "x.tar", "holds something behind its end"),
        (header("a", COUNTS) + b"\0" * 512 + header("b", COUNTS) + END, "x.tar", "a single empty block"),
        (header("a", COUNTS) + b"\1" * 512 + END, "x.tar", "no member's header stands behind the 1"),
        (gzip.compress(tar(GOOD)) + b"junk", "x.tar.gz", "is damaged"),
    ],
)
def test_another_type_is_named(place, tmp_path, content, name, problem):
    """A04, M04."""
    assert problem in refused(place(content, name), tmp_path)


def test_too_many_members_end_the_reading_there(place, tmp_path):
    """A03: what stands behind the limit is not looked at, so a million members cost what a hundred do."""
    members = b"".join(header(f"f{number}") for number in range(101))
    assert "holds more than 100 members" in refused(place(members, "x.tar"), tmp_path)
    many = zipped({f"f{number}": b"" for number in range(101)})
    assert "holds more than 100 members" in refused(place(many, "x.zip"), tmp_path)
    assert "unpacks to more than 1,000 bytes" in refused(place(tar(GOOD), "y.tar"), tmp_path, largest=1000)


def test_all_faults_are_told_at_once(place, tmp_path):
    message = refused(place(tar_of(header("../a"), header("/b"), header("c", **LINK)), "x.tar"), tmp_path)
    assert message.count("\n") == 2
    message = refused(place(tar_of(*(header(f"../{number}") for number in range(50))), "y.tar"), tmp_path)
    assert message.count("\n") == 19


def a_million_empty_members() -> bytes:
    """The start of a tar.gz with a million members: 512 MB, packed from one block over and over."""
    packer = zlib.compressobj(1, zlib.DEFLATED, 31)
    block = b"".join(header(f"f{number}", mtime=number * 7919) for number in range(2000))
    return b"".join(packer.compress(block) for _ in range(60)) + packer.flush()


def zip_quine_like() -> bytes:
    """Many entries of the directory over one packed kernel, as in Fifield's bomb of 2019."""
    kernel = zipped({"a": bytes(20_000_000)})
    start, end = kernel.find(b"PK\x01\x02"), kernel.find(b"PK\x05\x06")
    directory = b"".join(kernel[start : start + 46] + bytes([97 + number]) for number in range(20))
    tail = bytearray(kernel[end:])
    tail[8:16] = struct.pack("<2HL", 20, 20, len(directory))
    return kernel[:start] + directory + bytes(tail)


BOMBS = {
    "gzip bomb": lambda: gzip.compress(tar_of(header("a", bytes(100_000_000))), 9),
    "zip bomb": lambda: zipped({"a": bytes(100_000_000)}),
    "overlapping zip": zip_quine_like,
    "a million members": a_million_empty_members,
}
PROGRAM = """
import sys, time, resource
sys.path.insert(0, {scripts!r})
resource.setrlimit(resource.RLIMIT_AS, (200_000_000, 200_000_000))
resource.setrlimit(resource.RLIMIT_CPU, (5, 5))
from secretome.archives import extract
from secretome.faults import InputFaults
try:
    extract(sys.argv[1], sys.argv[2], largest=10**12, most_members=10**7)
except InputFaults as found:
    print(found)
    sys.exit(2)
"""


@pytest.mark.parametrize("case", BOMBS)
def test_a_bomb_is_refused_within_seconds_and_200_mb(place, tmp_path, case):
    """A02, A03: with limits that stop nothing, the ratio alone must."""
    path = place(BOMBS[case](), "download")
    program = PROGRAM.format(scripts=str(SCRIPTS))
    command = [sys.executable, "-c", program, str(path), str(tmp_path / "out")]
    environment = {**os.environ, "OPENBLAS_NUM_THREADS": "1"}
    ended = subprocess.run(command, check=False, capture_output=True, text=True, env=environment)
    assert ended.returncode == 2, ended.stderr
    assert everything(tmp_path) == ["downloads", "downloads/download"]
    assert "bomb" in ended.stdout or "overlaps" in ended.stdout


def test_a_file_that_cannot_be_opened_is_named(tmp_path):
    with pytest.raises(InputFaults, match="does not exist"):
        extract(tmp_path / "none.tar", tmp_path / "out", **LIMITS)
    os.mkfifo(tmp_path / "pipe.tar")
    with pytest.raises(InputFaults, match="is not a regular file"):
        extract(tmp_path / "pipe.tar", tmp_path / "out", **LIMITS)
