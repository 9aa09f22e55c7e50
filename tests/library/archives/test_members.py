"""archive_walk: the limits of one archive, and the names that its members may have."""

import gzip
import re

import pytest
from strange_archives import COUNTS, header

from secretome.archives.members import HARMLESS_SIZE, HIGHEST_RATIO, Archive, tar_header
from secretome.faults import InputFaults


@pytest.fixture
def archive(tmp_path):
    return Archive(tmp_path / "x.tar", tmp_path, re.compile("txt"), largest=10**9, most_members=2, size=100_000)


@pytest.mark.parametrize(
    ("name", "clean"),
    [("a.txt", "a.txt"), ("./a//b.txt", "a/b.txt"), ("u\u0308.txt", "ü.txt"), ("a..b/..c", "a..b/..c"), (".a", ".a")],
)
def test_a_name_is_normalised(archive, name, clean):
    assert archive.name_of(name, is_folder=False) == clean
    assert archive.faults == []


@pytest.mark.parametrize(
    "name",
    [
        "..",
        "../a",
        "a/..",
        "a/../../b",
        "/a",
        "C:a",
        "a\\b",
        "a\nb",
        "a\x00b",
        "a\u2028b",
        "",
        ".",
        "\udcff",
        "é" * 128,
    ],
)
def test_a_name_that_means_harm_is_refused(archive, name):
    assert archive.name_of(name, is_folder=False) == ""
    assert len(archive.faults) == 1


def test_names_that_one_disk_would_merge_are_refused(archive):
    for name in ("a/b", "Straße"):
        assert archive.name_of(name, is_folder=False)
    assert archive.name_of("a", is_folder=True) == "a"
    for name in ("A/b", "a/B", "a", "a/b/c", "STRASSE"):
        assert archive.name_of(name, is_folder=False) == "", name
    assert len(archive.faults) == 5


def test_the_limits_end_the_walk(archive):
    archive.count()
    archive.count()
    with pytest.raises(InputFaults, match="holds more than 2 members"):
        archive.count()
    archive.grow(HIGHEST_RATIO * 100_000)
    with pytest.raises(InputFaults, match="a decompression bomb"):
        archive.grow(1)
    archive.largest = 5
    with pytest.raises(InputFaults, match="unpacks to more than 5 bytes"):
        archive.grow(1)


def test_what_is_small_is_no_bomb(archive):
    archive.size = 1
    archive.grow(HARMLESS_SIZE)
    assert archive.unpacked == HARMLESS_SIZE


def test_only_the_wanted_is_written_and_nothing_after_a_fault(archive):
    archive.write("a.txt", iter([b"1", b"2"]))
    archive.write("a.bin", iter([b"1"]))
    archive.refuse("x", "is odd")
    left = iter([b"1"])
    archive.write("b.txt", left)
    assert {name: path.read_bytes() for name, path in archive.taken.items()} == {"a.txt": b"12"}
    assert next(left, None) is None


def test_the_gzip_files_inside_share_one_limit(archive):
    archive.size = 1
    half = gzip.compress(bytes(HARMLESS_SIZE // 2))
    archive.write("a.txt.gz", iter([half]))
    archive.write("b.txt.gz", iter([half]))
    with pytest.raises(InputFaults, match="a decompression bomb"):
        archive.write("c.txt.gz", iter([half]))


def test_a_header_is_told_by_its_checksum():
    block = header("a.txt", COUNTS)[:512]
    assert tar_header(block).name == "a.txt"
    assert tar_header(block[:100] + b"x" + block[101:]) is None
    assert tar_header(b"") is None
    assert tar_header(bytes(512)) is None
