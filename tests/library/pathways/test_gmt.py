"""GMT files: what is read, and every way in which a file is not one."""

import gzip

import pytest

from secretome.faults import InputFaults
from secretome.pathways.gmt import LONGEST_NAME, read_gmt


@pytest.fixture
def write(tmp_path):
    def file(content: str | bytes, name: str = "sets.gmt"):
        path = tmp_path / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    return file


def faults_of(path) -> list:
    with pytest.raises(InputFaults) as caught:
        read_gmt(path)
    return caught.value.faults


@pytest.mark.parametrize(
    "content",
    [
        b"A\turl\tG1\tG2\nB\t\tG3\n",
        b"\xef\xbb\xbfA\turl\tG1\tG2\r\nB\t\tG3\r\n",
        b"A\turl\tG1\tG2\t\t\n\nB\tnone\t G3 \t",
        gzip.compress(b"A\turl\tG1\tG2\nB\t\tG3\n"),
    ],
    ids=["plain", "windows", "trailing tabs", "gzip"],
)
def test_a_set_is_a_line_of_name_description_and_genes(write, content):
    found = read_gmt(write(content))
    assert found.sets == {"A": ["G1", "G2"], "B": ["G3"]}
    assert found.repeated == 0


def test_genes_that_stand_twice_count_once(write):
    found = read_gmt(write("A\t\tG2\tG1\tG2\tG2\n"))
    assert (found.sets, found.repeated) == ({"A": ["G2", "G1"]}, 2)


def test_names_are_text_and_genes_stay_as_they_are_written(write):
    name = "<script>alert('1')</script> \"=cmd\" ../../x é"
    assert read_gmt(write(f"{name}\t\tTp53\til6\n")).sets == {name: ["Tp53", "il6"]}
    assert list(read_gmt(write(f"{'N' * LONGEST_NAME}\t\tG1\n")).sets) == ["N" * LONGEST_NAME]


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("B", "without tabs"),
        ("B,x,G1,G2", "commas"),
        ("B;x;G1", "semicolons"),
        ("B,x," + "G1," * 100, "commas"),
        ("# a comment", "without tabs"),
        ("B\tx", "2 fields"),
        ("B\tx\t\t", "without a gene"),
        ("\tx\tG1", "no name"),
        ("A\tx\tG1", "already in line 1"),
        ("A \tx\tG1", "already in line 1"),
        ("B\tx\tG1 G2", "a space, a comma"),
        ("B\tx\tG1,1.0", "a space, a comma"),
        ("B\x07\tx\tG1", "cannot be printed"),
        ("B\tx\tG1\x1b", "cannot be printed"),
        ("B\u202e\tx\tG1", "cannot be printed"),
        ("B" * 5000 + "\tx\tG1", "5,000 characters"),
        ("B\x00\tx\tG1", "binary"),
        ("B\rC\tx\tG1", "carriage return"),
    ],
)
def test_a_line_that_is_no_set_is_named(write, line, told):
    path = write(f"A\turl\tG1\n{line}\n")
    [fault] = faults_of(path)
    assert fault.where == f"{path}:2"
    assert told in str(fault)
    assert len(str(fault)) < 500


def test_all_faults_are_told_at_once(write):
    path = write("A\tx\nB\tx\tG1\nB\tx\tG2\nC\n")
    assert [fault.where for fault in faults_of(path)] == [f"{path}:{line}" for line in (1, 3, 4)]


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "is empty"),
        (b"\n\n", "is empty"),
        (b"A\turl\tG\xff\n", "is not UTF-8"),
        ("A\turl\tG1\n".encode("utf-16"), "UTF-16"),
        (b"<html>", "HTML"),
        (gzip.compress(b"A\turl\tG1\n" * 999)[:-10], "cut off"),
    ],
)
def test_what_is_no_text_file_is_refused(write, content, told):
    [fault] = faults_of(write(content))
    assert told in str(fault)


def test_a_file_that_is_not_there_or_only_called_gz(write, tmp_path):
    assert "does not exist" in str(faults_of(tmp_path / "absent.gmt")[0])
    assert "not a gzip file" in str(faults_of(write("A\tu\tG1\n", "sets.gmt.gz"))[0])
