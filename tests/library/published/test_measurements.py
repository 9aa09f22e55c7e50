"""The table of published measurements: what is read, and each fault."""

import math
from pathlib import Path

import pytest

from secretome.faults import InputFaults
from secretome.published.measurements import checked_measurements, read_measurements

HEADER = "table\tgroup\tmean\tsem\tn\tunit"


def write(tmp_path: Path, *lines: str, header: str = HEADER) -> Path:
    path = tmp_path / "measurements.tsv"
    path.write_text("\n".join([header, *lines]) + "\n")
    return path


def faults(tmp_path, *lines, header=HEADER):
    with pytest.raises(InputFaults) as caught:
        read_measurements(write(tmp_path, *lines, header=header))
    return caught.value.faults


def test_rows_are_read_as_they_stand(tmp_path):
    path = write(
        tmp_path, "a\tvehicle\t100\t\t\tpercent", "a\tdrug\t-3.5\t1.5\t3\tpercent", "b\tx\t>10\t\t\tmicromolar"
    )
    first, second, third = read_measurements(path)
    assert (first.mean, first.n, first.limit) == (100.0, 0, "")
    assert math.isnan(first.sem)
    assert (second.group, second.mean, second.sem, second.n, second.unit) == ("drug", -3.5, 1.5, 3, "percent")
    assert (third.mean, third.limit) == (10.0, ">")
    assert second.place == f"{path}:3"


def test_a_standard_error_of_zero_is_not_available(tmp_path):
    [row] = read_measurements(write(tmp_path, "a\tdrug\t3\t0\t3\tfold"))
    assert math.isnan(row.sem)
    assert row.n == 3


def test_the_columns_may_stand_in_any_order(tmp_path):
    [row] = read_measurements(write(tmp_path, "3\t1\ta\tdrug\tfold\t2", header="n\tsem\ttable\tgroup\tunit\tmean"))
    assert (row.table, row.group, row.mean, row.sem, row.n, row.unit) == ("a", "drug", 2.0, 1.0, 3, "fold")


@pytest.mark.parametrize(
    ("line", "field", "says"),
    [
        ("a\tdrug\t1\t-2\t3\tfold", "sem", "negative"),
        ("a\tdrug\t1\t2\t0\tfold", "n", "number of measurements"),
        ("a\tdrug\t1\t2\t-1\tfold", "n", "number of measurements"),
        ("a\tdrug\t1\t2\t2.5\tfold", "n", "number of measurements"),
        ("a\tdrug\t1\t2\t\tfold", "n", "empty beside a standard error"),
        ("a\tdrug\t1\t0.5\t1\tfold", "sem", "single measurement"),
        ("a\tdrug\t\t2\t3\tfold", "mean", "empty"),
        ("a\tdrug\t1,5\t2\t3\tfold", "mean", "not a number"),
        ("a\tdrug\tnan\t2\t3\tfold", "mean", "not a number"),
        ("a\tdrug\t1e400\t2\t3\tfold", "mean", "not a number"),
        ("a\tdrug\t1\tn.d.\t3\tfold", "sem", "not a number"),
        ("a\tdrug\t>10\t2\t3\tfold", "sem", "limit"),
        ("a\t\t1\t2\t3\tfold", "group", "empty"),
        ("\tdrug\t1\t2\t3\tfold", "table", "empty"),
        ("a\tdrug\t1\t2\t3\t", "unit", "empty"),
        ("a\tdrug\t1\t2\t3\t%", "unit", "not a unit"),
    ],
)
def test_each_fault_names_its_line_and_column(tmp_path, line, field, says):
    [fault] = faults(tmp_path, "a\tvehicle\t1\t\t\tfold", line)
    assert fault.where.endswith("measurements.tsv:3")
    assert fault.field == field
    assert says in fault.problem


def test_a_group_that_stands_twice_is_told_with_both_lines(tmp_path):
    [fault] = faults(tmp_path, "a\tdrug\t1\t2\t3\tfold", "b\tdrug\t1\t2\t3\tfold", "a\tdrug\t1\t2\t3\tfold")
    assert fault.where.endswith(":4")
    assert "measurements.tsv:2" in fault.problem


def test_all_faults_are_told_together_and_the_rows_are_kept(tmp_path):
    path = write(tmp_path, "a\tdrug\tx\t-2\t0\tkg", "a\tother\t1\t1\t2\tfold")
    rows, found = checked_measurements(path)
    assert sorted(fault.field for fault in found) == ["mean", "n", "sem", "unit"]
    assert [row.group for row in rows] == ["drug", "other"]


@pytest.mark.parametrize(
    ("header", "says"),
    [("table\tgroup\tmean\tsem\tn", "missing from the header"), (HEADER + "\tnote", "not a column")],
)
def test_other_columns_are_refused(tmp_path, header, says):
    values = "\t".join(["a"] * len(header.split("\t")))
    [fault] = faults(tmp_path, values, header=header)
    assert says in fault.problem


def test_a_table_without_rows_is_refused(tmp_path):
    [fault] = faults(tmp_path)
    assert "no rows" in fault.problem
