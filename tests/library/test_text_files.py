"""text_files: a file is decoded to its end or refused; the lines are those that stand there."""

import gzip
import io
import os
import pickle
import random
import subprocess
import sys
import zipfile
import zlib

import pytest
from checkout import ROOT
from hypothesis import given
from hypothesis import strategies as st

from secretome import text_files
from secretome.faults import InputFaults
from secretome.text_files import read_first_lines, read_lines, text_blocks

LINES = ["gene\ts1", "A\t1", "", "Ä\t2"]
TEXT = "\n".join(LINES) + "\n"


@pytest.fixture
def stored(tmp_path):
    def write(content: str | bytes, name: str = "table.tsv"):
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return write


def faults_of(path, read=read_lines, **settings) -> list:
    with pytest.raises(InputFaults) as caught:
        read(path, **settings)
    return caught.value.faults


def bgzip(text: str) -> bytes:
    """As bgzip does: members with an extra field that says how long they are, an empty one at the end."""

    def member(content: bytes) -> bytes:
        packer = zlib.compressobj(9, zlib.DEFLATED, -15)
        body = packer.compress(content) + packer.flush()
        head = b"\x1f\x8b\x08\x04\0\0\0\0\0\xff\x06\0BC\x02\0" + (len(body) + 25).to_bytes(2, "little")
        return head + body + zlib.crc32(content).to_bytes(4, "little") + len(content).to_bytes(4, "little")

    return member(text[: len(text) // 2].encode()) + member(text[len(text) // 2 :].encode()) + member(b"")


@pytest.mark.parametrize(
    "content",
    [
        TEXT.encode(),
        TEXT.removesuffix("\n").encode(),
        b"\xef\xbb\xbf" + TEXT.replace("\n", "\r\n").encode(),
        gzip.compress(TEXT.encode()),
        gzip.compress(TEXT[:9].encode()) + gzip.compress(TEXT[9:].encode()),
        gzip.compress(TEXT.encode()) + bytes(512),
        bgzip(TEXT),
    ],
    ids=["plain", "no end", "BOM and CRLF", "gzip", "two members", "padded with zeros", "bgzip"],
)
@pytest.mark.parametrize("block", [1, 7, 4_000_000])
def test_the_same_lines_in_other_clothes(stored, content, block, monkeypatch):
    monkeypatch.setattr(text_files, "BLOCK", block)
    assert read_lines(stored(content)) == LINES
    assert read_first_lines(stored(content), 2) == LINES[:2]


@given(st.lists(st.text(st.characters(exclude_characters="\r\n\0", codec="utf-8"))), st.integers(1, 40))
def test_any_lines_come_back(tmp_path_factory, lines, block):
    path = tmp_path_factory.mktemp("any") / "a.txt"
    path.write_bytes("".join(f"{line}\n" for line in ["first", *lines]).encode())
    assert list("".join(text_blocks(path, size=block)).split("\n")) == ["first", *lines, ""]
    assert read_lines(path) == ["first", *lines]


def test_only_the_last_block_can_lack_a_line_end(stored):
    blocks = list(text_blocks(stored("a\nbb\nccc"), size=2))
    assert "".join(blocks) == "a\nbb\nccc"
    assert [block.endswith("\n") for block in blocks] == [True] * (len(blocks) - 1) + [False]


def test_a_last_line_without_its_end_is_told_where_it_matters(stored):
    [fault] = faults_of(stored("a\t1\nb\t2"), whole_last_line=True)
    assert fault.where.endswith(":2")
    assert "cut off" in fault.problem
    assert read_lines(stored("a\t1\nb\t2\n"), whole_last_line=True) == ["a\t1", "b\t2"]


def table(rows: int) -> bytes:
    generator = random.Random(1)
    return b"".join(f"ENSG{row:011d}\t{generator.randrange(9999)}\n".encode() for row in range(rows))


@pytest.mark.parametrize("pack", [gzip.compress, lambda text: bgzip(text.decode())], ids=["gzip", "bgzip"])
def test_a_cut_file_is_never_read(stored, pack):
    """M02: cut at every twentieth, and near the end; bgzip also between two whole members."""
    whole = pack(table(900))
    cuts = [len(whole) * part // 20 for part in range(1, 20)] + [len(whole) - cut for cut in range(1, 40)]
    if b"BC" in whole[:20]:
        cuts += [position for position in range(1, len(whole)) if whole[position:].startswith(b"\x1f\x8b\x08\x04")]
    for cut in cuts:
        assert faults_of(stored(whole[:cut], "t.tsv.gz"))[0].fix


@pytest.mark.parametrize("pack", [gzip.compress, lambda text: bgzip(text.decode())], ids=["gzip", "bgzip"])
def test_no_flipped_bit_changes_a_line_silently(stored, pack):
    """M02: 200 random bits."""
    content = table(400)
    whole, expected = pack(content), content.decode().splitlines()
    generator = random.Random(4)
    refused = 0
    for _ in range(200):
        position = generator.randrange(len(whole) * 8)
        damaged = bytearray(whole)
        damaged[position // 8] ^= 1 << position % 8
        try:
            assert read_lines(stored(bytes(damaged))) == expected
        except InputFaults:
            refused += 1
    assert refused > 185


@pytest.mark.parametrize("garbage", [b"x", b"\0\0x", b"\x1f\x8b\x08", b"A\t9\n"])
def test_garbage_behind_the_gzip_stream_is_refused(stored, garbage):
    """M02."""
    [fault] = faults_of(stored(gzip.compress(TEXT.encode()) + garbage))
    assert "damaged" in fault.problem or "cut off" in fault.problem


def test_damage_far_behind_what_was_yielded_is_told(stored):
    whole = bytearray(gzip.compress(table(20_000)))
    whole[-6] ^= 1
    blocks = text_blocks(stored(bytes(whole)), size=1000)
    assert next(blocks)
    with pytest.raises(InputFaults, match="damaged"):
        list(blocks)


def excel() -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
    return content.getvalue()


class Mark:
    """What leaves a file behind if it is ever unpickled."""

    def __init__(self, path: str):
        self.path = path

    def __reduce__(self):
        return (open, (self.path, "w"))


@pytest.mark.parametrize("read", [read_lines, lambda path: read_first_lines(path, 2)], ids=["all", "first"])
@pytest.mark.parametrize(
    ("content", "name", "problem"),
    [
        (excel(), "counts.csv", "Excel"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1", "counts.tsv", "old Excel"),
        (b"a\tb\n", "~$counts.tsv", "lock file"),
        (b"<!doctype html>", "counts.tsv", "HTML"),
        (b"\xef\xbb\xbf\n <html>", "counts.tsv", "HTML"),
        (b'{"message": "no"}', "counts.tsv", "JSON"),
        (gzip.compress(b"RDX3\nX\n"), "counts.tsv", "R data"),
        (gzip.compress(b"X\n\0\0\0\3"), "counts.tsv", "R data"),
        (b"A\n3\n262657\n", "counts.rds", "R data"),
        (b"gene\ts1\n", "counts.RData", "R data"),
        (gzip.compress(b"gene\ts1\n"), "counts.rds.gz", "R data"),
        (b"\x93NUMPY\x01\0", "counts.tsv", "NumPy"),
        (b"anything", "counts.npy", "NumPy"),
        (pickle.dumps([1]), "counts.tsv", "pickle"),
        (pickle.dumps([1], protocol=0), "counts.pkl", "pickle"),
        (b"BZh91AY", "counts.tsv", "bzip2"),
        (b"\x1f\x9d\x90", "counts.tsv", "compress archive"),
        (b"\xfd7zXZ\0", "counts.tsv.gz", "xz"),
        ("gene\ts1\n".encode("utf-16"), "counts.tsv", "UTF-16"),
        (b"gene\t\xe4\n", "counts.tsv", "not UTF-8"),
        (b"gene\ts1\nA\t\0\n", "counts.tsv", "binary"),
        (b"gene\ts1\rA\t1\r", "counts.tsv", "carriage return"),
        (b"gene\ts1\n", "counts.tsv.gz", "not a gzip file"),
        (b"", "counts.tsv", "empty"),
    ],
)
def test_files_of_another_type_are_named(stored, read, content, name, problem):
    """M04, S08, A04, A05."""
    [fault] = faults_of(stored(content, name), read)
    assert problem in fault.problem
    assert fault.fix


def test_a_pickle_is_not_opened(stored, tmp_path):
    """A05."""
    marker = tmp_path / "marker"
    for name in ("a.pkl", "a.tsv"):
        assert faults_of(stored(pickle.dumps(Mark(str(marker))), name))
    assert not marker.exists()


def test_faults_say_their_line_in_any_block(stored, monkeypatch):
    monkeypatch.setattr(text_files, "BLOCK", 8)
    for bad in (b"\xff", b"\0", b"\r"):
        path = stored(b"x" * 700 + b"\n" + b"a\tb\n" * 50 + b"c" + bad + b"d\n")
        assert faults_of(path)[0].where.endswith(":52")


def test_pipes_devices_folders_and_missing_files_are_refused_without_hanging(tmp_path):
    """C14."""
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "link").symlink_to(tmp_path / "pipe")
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    for path, problem in [
        (tmp_path / "pipe", "a pipe or a device"),
        (tmp_path / "link", "a pipe or a device"),
        (tmp_path / "loop", "cannot be read"),
        ("/dev/zero", "a pipe or a device"),
        (tmp_path, "a folder"),
        (tmp_path / "absent.tsv", "does not exist"),
    ]:
        assert problem in faults_of(path)[0].problem


@pytest.mark.parametrize(
    ("limit", "content", "problem"),
    [
        ("LARGEST_TEXT", b"a\tb\n" * 3000, "more than 1,000 bytes of text"),
        ("MOST_LINES", b"\na" * 3000, "more than 1,000 lines"),
        ("LONGEST_LINE", b"a" * 30_000, "a line of more than 1,000 bytes"),
    ],
)
def test_what_is_too_large_is_refused(stored, monkeypatch, limit, content, problem):
    monkeypatch.setattr(text_files, limit, 1000)
    monkeypatch.setattr(text_files, "BLOCK", 500)
    assert problem in faults_of(stored(gzip.compress(content)))[0].problem


def test_a_bomb_is_refused_in_little_memory(stored):
    """A02: a kilobyte that unpacks to a megabyte, a thousand times over."""
    path = stored(gzip.compress(bytes(1_000_000)) * 1000, "bomb.tsv.gz")
    # VmHWM, not ru_maxrss: that one begins with the memory of the process that was forked.
    script = """
import sys
from secretome.faults import InputFaults
from secretome.text_files import read_lines
try:
    read_lines(sys.argv[1])
except InputFaults as faults:
    print(faults)
print(open("/proc/self/status").read().split("VmHWM:")[1].split()[0])
"""
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "workflow" / "scripts")}
    command = [sys.executable, "-c", script, str(path)]
    run = subprocess.run(command, env=environment, check=True, capture_output=True, text=True)
    message, peak = run.stdout.splitlines()
    assert "a line of more than" in message
    assert int(peak) < 200_000  # kB


@pytest.mark.parametrize("line", ["<script>\turl\tTP53\n", "[a]\t1\n", "{x}\t1\n"])
def test_a_table_may_begin_with_the_sign_of_a_page(tmp_path, line):
    path = tmp_path / "table.tsv"
    path.write_text(line)
    assert read_lines(path) == [line.rstrip("\n")]


@pytest.mark.parametrize("start", ["<!DOCTYPE html>\t<html>\n", "\ufeff<HTML>\t\n", "<a>\n\tb\n", "{\n\t1\n}"])
def test_a_page_with_tabs_is_a_page(tmp_path, start):
    path = tmp_path / "table.tsv"
    path.write_text(start)
    with pytest.raises(InputFaults, match="server"):
        read_lines(path)
