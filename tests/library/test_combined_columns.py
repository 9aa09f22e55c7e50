"""combined_columns: genotype and treatment as one variable."""

import pytest

from secretome.combined_columns import combined_faults, with_combined
from secretome.faults import InputFaults

SHEET = {"sample": ["s1", "s2", "s3"], "genotype": ["KO", "KO", "WT"], "treatment": ["drug", "", "none"]}
SAMPLES = {"id": "sample", "combined": {"group": ["genotype", "treatment"]}}


def test_values_are_joined_by_a_blank_and_a_missing_part_is_a_missing_value():
    made = with_combined(SHEET, SAMPLES, "mine.yaml")
    assert made == {**SHEET, "group": ["KO drug", "", "WT none"]}
    assert "group" not in SHEET
    assert with_combined(SHEET, {"id": "sample"}, "") == SHEET
    backwards = with_combined(SHEET, {"combined": {"group": ["treatment", "genotype"]}}, "")
    assert backwards["group"] == ["drug KO", "", "none WT"]


@pytest.mark.parametrize(
    ("combined", "value", "problem", "fix"),
    [
        ({"group": ["genotyp", "treatment"]}, "genotyp", "is not a column", "'genotype'"),
        ({"genotype": ["sample", "treatment"]}, "genotype", "is a column of the sample sheet already", "another name"),
        ({"library_size": ["genotype", "treatment"]}, "library_size", "the workflow adds", "another name"),
        ({" ": ["genotype", "treatment"]}, " ", "is no name", "another name"),
        ({"group": ["genotype"]}, "genotype", "combines a single column", "two columns"),
    ],
)
def test_names_that_cannot_be_are_told(combined, value, problem, fix):
    [fault] = combined_faults(combined, list(SHEET), "mine.yaml:3")
    assert fault.field == f"samples.combined.{next(iter(combined))}"
    assert (fault.where, fault.value) == ("mine.yaml:3", value)
    assert problem in fault.problem
    assert fix in fault.fix


def test_combinations_of_combinations_are_refused():
    combined = {"group": ["genotype", "treatment"], "all": ["group", "sample"]}
    assert [fault.value for fault in combined_faults(combined, list(SHEET), "")] == ["group"]


def test_different_values_that_read_alike_are_refused():
    sheet = {"sample": ["s1", "s2"], "x": ["a b", "a"], "y": ["c", "b c"]}
    with pytest.raises(InputFaults, match=r"joins different values to one text \(a b c\)"):
        with_combined(sheet, {"combined": {"z": ["x", "y"]}}, "mine.yaml")
