"""The header of a matrix of the user's own is judged before any job, with the line and the key that settle it."""

import subprocess
import sys
from pathlib import Path

import pytest
from checkout import ROOT
from simulated_cells import simulate, write

from secretome import own_matrix

IDS = ["s1", "s2", "s3"]
GOOD = "gene\ts1\ts2\ts3\nA\t1\t2\t3\nB\t4\t5\t6\n"
COLUMNS = {"id": "", "ignore": [], "repeated": "refuse"}
SOURCE = {"kind": "file", "format": "matrix", "matrix": "counts.tsv", "separator": "tab", "decimal": "point"}


def where(address):
    return f"mine.yaml:{'.'.join(address)}"


@pytest.fixture
def faults(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    def check(content=GOOD, ids=IDS, columns=None, **source):
        Path("counts.tsv").write_bytes(content if isinstance(content, bytes) else content.encode())
        study = {
            "source": {**SOURCE, **source, "columns": {**COLUMNS, **(columns or {})}},
            "samples": {"table": "s.tsv"},
        }
        return own_matrix.faults(study, ids, where)

    return check


def test_a_good_header_has_no_fault(faults):
    assert faults() == []
    assert faults(ids=None) == []
    assert faults(GOOD.replace("\t", ","), separator="comma") == []
    assert faults("# a comment\n" + GOOD) == []
    assert faults(GOOD.replace("\n", "\r\n")) == []
    assert faults("s1\ts2\ts3\nA\t1\t2\t3\n") == [], "R writes no name over the ids"


@pytest.mark.parametrize(
    ("content", "settings", "key", "value", "problem", "fix"),
    [
        (GOOD.replace("\t", ","), {}, "separator", "tab", "has a single column where tab", "Set separator: comma"),
        (GOOD.replace("\t", ";"), {"separator": "comma"}, "separator", "comma", "'gene;s1", "Set separator: semicolon"),
        (GOOD, {"columns": {"id": "genes"}}, "columns.id", "genes", "is no column", "Did you mean 'gene'?"),
        (GOOD, {"columns": {"ignore": ["length"]}}, "columns.ignore", "length", "is no column", "There is: gene"),
        (
            "gene\tlength\ts1\ts2\ts3\nA\t9\t1\t2\t3\n",
            {},
            "columns.ignore",
            "length",
            "is called as an annotation, not a sample (counts.tsv:1, column 2)",
            "set columns.ignore: [length]",
        ),
        ("gene\tname\ts1\ts2\ts3\nA\tx\t1\t2\t3\n", {}, "columns.ignore", "name", "holds text, as 'x'", "[name]"),
        ("gene\ts1\ts1\ts3\nA\t1\t2\t3\n", {}, "columns.repeated", "s1", "names 2 columns", "Set columns.repeated"),
    ],
)
def test_a_header_that_a_key_settles_is_told_at_that_key(faults, content, settings, key, value, problem, fix):
    (told,) = faults(content, **settings)
    assert told.where == f"mine.yaml:source.{key}"
    assert told.field == f"source.{key}"
    assert told.value == value
    assert problem in told.problem
    assert "counts.tsv:1" in told.problem
    assert fix in told.fix


def test_a_header_that_is_wrong_in_itself_is_told_where_it_stands(faults):
    (told,) = faults("gene\ts1\t\ts3\nA\t1\t2\t3\n")
    assert (told.where, told.problem) == ("counts.tsv:1", "has no name for column 3")


def test_what_the_rows_hold_is_left_to_the_run(faults):
    assert faults(GOOD + "C\tx\t1\n") == []


def test_a_misspelt_sample_is_one_fault_that_names_its_column(faults):
    (told,) = faults(ids=["s1", "s2", "S_3"])
    assert told.field == "samples.table"
    assert "without a column in counts.tsv (1 of 3): S_3" in told.problem
    assert "Did you mean the column 's3' for 'S_3'" in told.fix
    assert "take the lines out" not in told.fix


def test_samples_that_are_like_nothing_are_two_faults(faults):
    sheet, matrix = faults(ids=["s1", "s2", "vehicle"])
    assert (sheet.field, matrix.field) == ("samples.table", "source.matrix")
    assert matrix.problem == "has columns that s.tsv does not list (1 of 3): s3"


@pytest.mark.parametrize("separator", ["tab", "comma", "semicolon"])
def test_the_sheet_is_compared_whatever_the_separator(faults, separator):
    sign = {"tab": "\t", "comma": ",", "semicolon": ";"}[separator]
    content = GOOD.replace("gene\t", "gene\tlength\t").replace("A\t", "A\t1\t").replace("B\t", "B\t1\t")
    told = faults(content.replace("\t", sign), ["s1"], {"ignore": ["length"]}, separator=separator)
    assert [one.problem for one in told] == ["has columns that s.tsv does not list (2 of 3): s2, s3"]


@pytest.mark.parametrize("source", [{"format": "maxquant"}, {"kind": "ncbi_counts"}, {"matrix": "absent.tsv"}])
def test_other_formats_and_files_that_are_not_there_are_none_of_its_business(faults, source):
    assert faults("x", **source) == []


def test_the_check_needs_no_numpy(tmp_path):
    code = """
import sys
from pathlib import Path
sys.path.insert(0, sys.argv[1])
from secretome import own_matrix
Path("c.tsv").write_text("gene\\ts1\\nA\\t1\\n")
source = {"kind": "file", "format": "matrix", "matrix": "c.tsv", "separator": "tab", "decimal": "point"}
source["columns"] = {"id": "", "ignore": [], "repeated": "refuse"}
assert own_matrix.faults({"source": source, "samples": {}}, ["s1"], str) == []
assert "numpy" not in sys.modules
"""
    subprocess.run([sys.executable, "-c", code, str(ROOT / "workflow/scripts")], cwd=tmp_path, check=True)


def cell_faults(tmp_path, monkeypatch, ids, **source):
    monkeypatch.chdir(tmp_path)
    write(Path("cells.h5ad"), *simulate(genes=20, donors=4))
    choice = {"sample_column": "donor", "cell_type_column": "", "cell_type": "", "layer": "", "columns": COLUMNS}
    content = {"kind": "file", "format": "h5ad", "matrix": "cells.h5ad", **choice, **source}
    return own_matrix.faults({"source": content, "samples": {"table": "s.tsv"}}, ids, where)


def test_a_file_of_cells_is_judged_with_its_samples(tmp_path, monkeypatch):
    assert cell_faults(tmp_path, monkeypatch, None) == []
    assert cell_faults(tmp_path, monkeypatch, ["d1", "d0"]) == [], "samples that the sheet does not list are no fault"
    (found,) = cell_faults(tmp_path, monkeypatch, ["d1", "d7"])
    assert (found.where, found.field, found.value) == ("mine.yaml:samples.table", "samples.table", "s.tsv")
    assert "no such cell in cells.h5ad (1 of 2): d7" in found.problem
    assert "d0, d1, d2, d3" in found.fix
    (found,) = cell_faults(tmp_path, monkeypatch, None, sample_column="patient")
    assert "is not a column of this table" in found.problem
    assert cell_faults(tmp_path, monkeypatch, None, sample_column="") == [], "told with the source"
