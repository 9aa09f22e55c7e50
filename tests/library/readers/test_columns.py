"""readers.columns: fields by column, numbers of the kind asked for, every fault with its line."""

import numpy as np
import pytest

from secretome.faults import MOST_FAULTS, Fault, InputFaults
from secretome.readers import columns


def faults_of(call, *arguments, **options) -> list[Fault]:
    with pytest.raises(InputFaults) as caught:
        call("f.tsv", *arguments, **options)
    return caught.value.faults


def test_lines_become_columns():
    assert columns.split("f", ["a\t1", "b\t2"], 2, ["id", "n"]) == {"id": ["a", "b"], "n": ["1", "2"]}
    assert columns.split("f", [], 2, ["id", "n"]) == {"id": [], "n": []}
    assert columns.split("f", ['"a"\t1'], 2, ["id", "n"], quotes=True)["id"] == ['"a"']
    assert columns.without_empty_end(["", "a", "", " "]) == ["", "a"]


def test_a_line_of_another_width_is_named():
    faults = faults_of(columns.split, ["a\t1", "b", "c\t2\t3", "", 'd"\t4', "e\x07\t5"], 2, ["id", "n"])
    assert [fault.where for fault in faults] == [f"f.tsv:{line}" for line in (3, 4, 5, 6, 7)]
    assert [fault.problem.split(" (")[0] for fault in faults[:3]] == [
        "has 1 field where 2 are expected",
        "has 3 fields where 2 are expected",
        "has 0 fields where 2 are expected",
    ]
    assert "quote" in faults[3].problem
    assert "control" in faults[4].problem


@pytest.mark.parametrize(("text", "value"), [("0", 0), ("12", 12), ("+4", 4), ("1.5", 1.5), (".5", 0.5), ("1e3", 1000)])
def test_decimal_numbers_are_read(text, value):
    np.testing.assert_array_equal(columns.numbers("f", 2, ["a"], {"n": [text], "m": ["7"]}), [[value, 7]])
    assert columns.number(text) == value


@pytest.mark.parametrize("text", ["", " ", "NaN", "inf", "1_0", "0x1", "1,5", "١", "--1", "1e", "TRUE"])
def test_what_is_no_number_is_refused(text):
    (fault,) = faults_of(columns.numbers, 5, ["a", "b"], {"n": ["1", text]})
    assert (fault.where, fault.field, fault.value) == ("f.tsv:6", "n", text)
    assert "Correct the value of b" in fault.fix
    assert np.isnan(columns.number(text))


def test_the_kinds_of_numbers_are_told_apart():
    faults = faults_of(
        columns.numbers, 1, list("abcde"), {"n": ["-1", "0.5", "11", "1e999", "3"]}, whole=True, largest=10
    )
    assert [fault.problem for fault in faults] == [
        "is negative",
        "is not a whole number",
        "is more than 10",
        "is not a finite decimal number",
    ]


def test_many_faults_are_counted():
    faults = faults_of(columns.numbers, 1, ["a"] * 99, {"n": ["x"] * 99})
    assert len(faults) == MOST_FAULTS
    assert "more faults like these" in "".join(fault.problem for fault in faults)


def test_ids_are_there_and_unique():
    columns.refuse_repeated("f", 2, ["a", "b"], "id")
    faults = faults_of(columns.refuse_repeated, 2, ["a", "", "a"], "id")
    assert [(fault.where, fault.problem) for fault in faults] == [
        ("f.tsv:3", "is empty"),
        ("f.tsv:4", "stands twice: in line 2 too"),
    ]
