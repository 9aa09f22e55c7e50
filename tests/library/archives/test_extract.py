"""archives: members of strangers land in a folder of their own, all of them, or nothing lands anywhere."""

import gzip
import os
import struct
import subprocess
import sys
import tarfile
import zipfile
import zlib
from pathlib import Path

import pytest
from strange_archives import COUNTS, END, GOOD, LIMITS, everything, header, placed, refused, tar, tar_of, zipped

from secretome.archives.extract import extract
from secretome.faults import InputFaults

SCRIPTS = Path(__file__).parents[3] / "workflow/scripts"


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
def test_the_members_are_unpacked_by_name(tmp_path, content, name):
    found = extract(placed(tmp_path, content, name), tmp_path / "out", **LIMITS)
    assert {name: path.read_bytes() for name, path in found.items()} == GOOD
    assert everything(tmp_path / "out") == ["a.txt", "sub", "sub/b.txt.gz"]
    assert found["sub/b.txt.gz"] == tmp_path / "out/sub/b.txt.gz"
    assert not any(path.stat().st_mode & 0o111 for path in found.values())


@pytest.mark.parametrize("pack", [tar, zipped])
def test_only_the_wanted_members_are_written(tmp_path, pack):
    path = placed(tmp_path, pack(GOOD), "download")
    assert list(extract(path, tmp_path / "out", wanted=r"\.txt$", **LIMITS)) == ["a.txt"]
    assert everything(tmp_path / "out") == ["a.txt"]
    message = refused(path, tmp_path / "downloads", wanted="quant")
    assert "'quant' is found in the name of no member; there is: a.txt, sub/b.txt.gz" in message
    assert "not a regular expression" in refused(path, tmp_path / "downloads", wanted="(")


def test_long_and_foreign_names_are_read(tmp_path):
    long = "x" * 150 + "/Zelle_ü.txt"
    for number, content in enumerate((tar({long: COUNTS}), tar({long: COUNTS}, form=tarfile.GNU_FORMAT))):
        assert list(extract(placed(tmp_path, content, "x.tar"), tmp_path / f"out{number}", **LIMITS)) == [long]
    decomposed = zipped({"Zelle_u\u0308.txt": COUNTS})
    assert list(extract(placed(tmp_path, decomposed, "x.zip"), tmp_path / "out", **LIMITS)) == ["Zelle_ü.txt"]
    unmarked = zipped({"xx.txt": COUNTS}).replace(b"xx.txt", "ü.txt".encode())
    assert list(extract(placed(tmp_path, unmarked, "y.zip"), tmp_path / "out9", **LIMITS)) == ["ü.txt"]


def test_the_folder_must_be_empty(tmp_path):
    path = placed(tmp_path, tar(GOOD), "x.tar")
    (tmp_path / "out").mkdir()
    extract(path, tmp_path / "out", **LIMITS)
    with pytest.raises(InputFaults, match="is not an empty folder"):
        extract(path, tmp_path / "out", **LIMITS)
    (tmp_path / "link").symlink_to(tmp_path)
    with pytest.raises(InputFaults, match="is not an empty folder"):
        extract(path, tmp_path / "link", **LIMITS)


@pytest.mark.parametrize("name", ["x.tar", "x.tar.gz", "x.zip"])
def test_an_archive_that_is_cut_anywhere_is_refused(tmp_path, name):
    """A04, M02: at every 5 % and at the ends of members."""
    whole = {"x.tar": tar(GOOD), "x.tar.gz": tar(GOOD, "w:gz"), "x.zip": zipped(GOOD)}[name]
    # tar fills its last record with empty blocks; only its two empty blocks are asked for.
    length = whole.rstrip(b"\0").__len__() + 600 if name == "x.tar" else len(whole)
    for end in {*(length * part // 20 for part in range(1, 20)), 512, 1024, 1536, 2048, 2560, length - 1}:
        if end < length:
            assert refused(placed(tmp_path, whole[:end], name), tmp_path)


@pytest.mark.parametrize("name", ["x.tar.gz", "x.zip"])
def test_no_flipped_bit_changes_a_file_silently(tmp_path, name):
    """A04, M02: 200 bits; what is still read is what was packed."""
    whole = {"x.tar.gz": tar(GOOD, "w:gz"), "x.zip": zipped(GOOD)}[name]
    for number in range(200):
        bit = number * 7919 % (len(whole) * 8)
        damaged = bytearray(whole)
        damaged[bit // 8] ^= 1 << bit % 8
        try:
            found = extract(placed(tmp_path, bytes(damaged), name), tmp_path / f"out{number}", **LIMITS)
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
def test_another_type_is_named(tmp_path, content, name, problem):
    """A04, M04."""
    assert problem in refused(placed(tmp_path, content, name), tmp_path)


def test_too_many_members_end_the_reading_there(tmp_path):
    """A03: what stands behind the limit is not looked at, so a million members cost what a hundred do."""
    members = b"".join(header(f"f{number}") for number in range(101))
    assert "holds more than 100 members" in refused(placed(tmp_path, members, "x.tar"), tmp_path)
    many = zipped({f"f{number}": b"" for number in range(101)})
    assert "holds more than 100 members" in refused(placed(tmp_path, many, "x.zip"), tmp_path)
    assert "unpacks to more than 1,000 bytes" in refused(placed(tmp_path, tar(GOOD), "y.tar"), tmp_path, largest=1000)


def test_all_faults_are_told_at_once(tmp_path):
    message = refused(
        placed(tmp_path, tar_of(header("../a"), header("/b"), header("c", type=tarfile.SYMTYPE)), "x.tar"), tmp_path
    )
    assert message.count("\n") == 2
    message = refused(placed(tmp_path, tar_of(*(header(f"../{number}") for number in range(50))), "y.tar"), tmp_path)
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
from secretome.archives.extract import extract
from secretome.faults import InputFaults
try:
    extract(sys.argv[1], sys.argv[2], largest=10**12, most_members=10**7)
except InputFaults as found:
    print(found)
    sys.exit(2)
"""


@pytest.mark.parametrize("case", BOMBS)
def test_a_bomb_is_refused_within_seconds_and_200_mb(tmp_path, case):
    """A02, A03: with limits that stop nothing, the ratio alone must."""
    path = placed(tmp_path, BOMBS[case](), "download")
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
