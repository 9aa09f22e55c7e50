"""number_rows: fields become numbers by one rule, whatever the block; what does not fit into memory is refused."""

import csv
import gzip
import io
import os
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from checkout import ROOT
from hypothesis import given
from hypothesis import strategies as st

from secretome import number_rows
from secretome.delimited import read_matrix
from secretome.faults import Fault, InputFaults
from secretome.number_rows import Layout, Rows, is_number, quoted_fields, read_rows
from secretome.readers import count_table

LAYOUT = Layout(["id", "a", "b"], 0, [1, 2])


def rows_of(*blocks: str, layout: Layout = LAYOUT) -> Rows:
    rows = Rows(Path("t.tsv"), layout, 2)
    for block in blocks:
        rows.add(block)
    return rows


def faults_of(rows: Rows) -> list[Fault]:
    with pytest.raises(InputFaults) as caught:
        rows.finished()
    return caught.value.faults


@pytest.mark.parametrize(
    "blocks", [["A\t1\t2\nB\t3\t4\n"], ["A\t1\t2\n", "B\t3\t4\n"], ["", "A\t1\t2\n", "B\t3\t4\n\n", "\n"]]
)
def test_blocks_make_no_difference(blocks):
    rows = rows_of(*blocks)
    assert rows.ids == ["A", "B"]
    assert rows.complete
    np.testing.assert_array_equal(rows.finished(), [[1, 2], [3, 4]])


def test_the_last_line_may_lack_its_end_and_that_is_said():
    rows = rows_of("A\t1\t2\n", "B\t3\t4")
    assert not rows.complete
    assert rows.line == 4


def test_numbers_need_not_be_the_last_columns():
    rows = rows_of("1\tA\t2\tx\n3\tB\t4\ty\n", layout=Layout(["s", "id", "t", "note"], 1, [0, 2]))
    np.testing.assert_array_equal(rows.finished(), [[1, 2], [3, 4]])
    one = rows_of("A\t2\tx\n", layout=Layout(["id", "t", "note"], 0, [1]))
    np.testing.assert_array_equal(one.finished(), [[2]])


def test_an_empty_line_is_a_fault_only_where_lines_follow():
    [fault] = faults_of(rows_of("A\t1\t2\n\n", "\n", "B\t3\t4\n\n"))
    assert (fault.where, fault.problem) == ("t.tsv:3", "has 0 fields, the header has 3")


def test_missing_values_are_counted_over_blocks():
    layout = Layout(["id", "a", "b"], 0, [1, 2], missing=True, own_form=False)
    rows = rows_of("A\tNA\t2\n", "B\t3\t4\n", "C\t\tNaN\n", layout=layout)
    np.testing.assert_array_equal(rows.finished(), [[np.nan, 2], [3, 4], [np.nan, np.nan]])
    assert rows.missing == 3


def test_the_workflow_s_own_form_has_no_quotes_and_no_settings():
    first, second = faults_of(rows_of('"A"\t1\t2\nB\tNA\t4\n'))
    assert "quotes are not understood" in first.problem
    assert "missing_values" not in second.fix


def test_a_number_is_what_the_rule_says():
    good = ["0", "-1", "+2.5", ".5", "5.", "1e3", "1.5E-2", "007"]
    bad = ["", " 1", "1 ", "1_0", "0x1", "nan", "inf", "1e400", "1e", ".", "1,5", "١", "1\n"]
    assert [is_number(text) for text in good + bad] == [True] * len(good) + [False] * len(bad)
    assert is_number("1,5", ",")
    assert not is_number("1.5", ",")


@given(st.lists(st.text(alphabet="a,\"' ", max_size=5), min_size=2, max_size=5))
def test_quoted_fields_are_those_that_were_written(fields):
    content = io.StringIO()
    csv.writer(content, lineterminator="").writerow(fields)
    assert quoted_fields(content.getvalue(), ",") == fields


def test_a_long_line_of_quoted_fields_takes_no_square_of_its_length():
    start = time.process_time()
    assert quoted_fields(",".join(['"a""b"'] * 50_000), ",") == ['a"b'] * 50_000
    assert quoted_fields('"' + "a" * 1_000_000, ",") is None
    assert time.process_time() - start < 2


def test_a_table_that_does_not_fit_into_memory_is_refused_before_it_is_read(tmp_path, monkeypatch):
    """M21."""
    content = "".join(f"G{row}\t1\t2\n" for row in range(2000))
    begun = content[: content.index("G10\t")]
    for written in (content.encode(), gzip.compress(content.encode())):
        path = tmp_path / "t.tsv"
        path.write_bytes(written)
        monkeypatch.setattr(number_rows, "free_memory", lambda: 100_000)
        with pytest.raises(InputFaults, match=r"rows of 2 numbers, which need 0\.\d GB of memory"):
            read_rows(path, LAYOUT, iter(()), begun, 2)
        monkeypatch.setattr(number_rows, "free_memory", lambda: 400_000)
        assert len(read_rows(path, LAYOUT, iter((content[len(begun) :],)), begun, 2).ids) == 2000


@pytest.mark.parametrize("parts", [[10_000], [9_999, 1]], ids=["known before", "found out while reading"])
def test_a_real_limit_of_memory_is_a_fault_and_no_traceback(tmp_path, parts):
    """M21: the end of a gzip file of several members tells the size of the last one only."""
    row = "\t0" * 1000 + "\n"
    content = "gene" + "".join(f"\ts{column}" for column in range(1000)) + "\n" + f"A{row}" * 10_000
    end = len(content) - parts[-1] * len(f"A{row}") if len(parts) > 1 else 0
    path = tmp_path / "t.tsv.gz"
    path.write_bytes(gzip.compress(content[:end].encode(), 1) + gzip.compress(content[end:].encode(), 1))
    script = """
import resource, sys
import numpy
from secretome.delimited import read_matrix
from secretome.faults import InputFaults
limit = int(open("/proc/self/statm").read().split()[0]) * resource.getpagesize() + 70_000_000
resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
try:
    read_matrix(sys.argv[1])
except InputFaults as faults:
    print(faults)
"""
    folders = {**os.environ, "PYTHONPATH": str(ROOT / "workflow" / "scripts")}
    command = [sys.executable, "-c", script, str(path)]
    done = subprocess.run(command, env=folders, check=True, capture_output=True, text=True)
    assert ("GB are free" if len(parts) == 1 else "does not fit into memory") in done.stdout
    assert "Give it more memory" in done.stdout


def test_the_memory_that_is_free_is_known():
    assert 1_000_000 < number_rows.free_memory() <= 2**62


def test_a_bomb_of_empty_lines_is_passed_over_quickly(tmp_path):
    """A02: a hundred megabytes of line ends in a hundred kilobytes."""
    path = tmp_path / "t.tsv.gz"
    path.write_bytes(gzip.compress(b"gene\ta\tb\nA\t1\t2\n") + gzip.compress(b"\n" * 10_000_000) * 10)
    start = time.process_time()
    assert read_matrix(path).ids == ["A"]
    assert time.process_time() - start < 3


@pytest.mark.parametrize("cell", ["<3.2", "< 3.2", "OOR <", "OOR<", ">10000", "< LLOQ", "BLOD", "b.d.l.", "ND", "≤5"])
def test_what_lies_beyond_the_range_of_an_assay_is_named_as_such(tmp_path, cell):
    path = tmp_path / "panel.tsv"
    path.write_text(f"analyte\ta\tb\nIL6\t3\t{cell}\n")
    with pytest.raises(InputFaults) as found:
        count_table.read(path)
    (one,) = found.value.faults
    assert "beyond what the assay can measure" in one.problem
    assert "missing_values: true" in one.fix
