"""technical_runs: the runs of one sample become one column and are never replicates."""

import itertools

import numpy as np
import pytest

from secretome.faults import InputFaults
from secretome.technical_runs import merge, merged_sheet, suspects

SHEET = {
    "run": ["SRR1", "SRR2", "SRR3", "SRR4"],
    "gsm": ["GSM1", "GSM1", "GSM2", "GSM2"],
    "treatment": ["vehicle", "vehicle", "drug", "drug"],
}
COUNTS = np.array([[1.0, 2.0, 10.0, 20.0], [0.0, 5.0, 7.0, 0.0]])


def changed(**columns) -> dict:
    return {**SHEET, **columns}


def faults_of(sheet, by: str = "gsm", identifier: str = "run") -> list:
    with pytest.raises(InputFaults) as caught:
        merged_sheet(sheet, identifier, by, "samples.tsv")
    assert all(fault.where == "samples.tsv" and fault.fix for fault in caught.value.faults)
    return caught.value.faults


def test_counts_of_one_sample_are_summed_and_the_sheet_has_one_row_a_sample():
    merged = merge(COUNTS, SHEET["run"], SHEET, "run", "gsm", "sum")
    np.testing.assert_array_equal(merged.values, [[3, 30], [5, 7]])
    assert merged.columns == ["GSM1", "GSM2"]
    assert merged.sheet == {
        "gsm": ["GSM1", "GSM2"],
        "treatment": ["vehicle", "drug"],
        "runs": ["SRR1|SRR2", "SRR3|SRR4"],
        "technical_runs": ["2", "2"],
    }
    assert merged.steps == [
        {
            "step": "merge technical runs",
            "by": "gsm",
            "how": "sum",
            "runs": 4,
            "samples": 2,
            "columns_left_out": 0,
            "missing_values_in_runs": 0,
            "samples_by_number_of_runs": {"2": 2},
        }
    ]
    assert merged.warnings == []


def test_log_values_are_averaged_over_the_runs_that_have_one():
    log2 = np.array([[1.0, 3.0, np.nan, 4.0], [np.nan, np.nan, 2.0, 6.0]])
    merged = merge(log2, SHEET["run"], SHEET, "run", "gsm", "mean")
    np.testing.assert_array_equal(merged.values, [[2, 4], [np.nan, 4]])
    assert merged.steps[0]["missing_values_in_runs"] == 3


def test_a_count_that_one_run_does_not_have_is_not_counted_as_zero():
    counts = np.array([[1.0, np.nan, 2.0, 3.0]])
    np.testing.assert_array_equal(merge(counts, SHEET["run"], SHEET, "run", "gsm", "sum").values, [[np.nan, 5]])


@pytest.mark.parametrize("how", ["sum", "mean"])
def test_the_order_of_runs_and_columns_changes_nothing(how):
    """S06: to the last bit, although 0.1 + 0.2 + 0.3 depends on the order."""
    values = {"a": 0.1, "b": 0.2, "c": 0.3, "d": 1.0}
    expected = None
    for runs in itertools.permutations("abc"):
        names = [*runs, "d"]
        sheet = {"run": names, "sample": ["s", "s", "s", "t"], "g": ["x", "x", "x", "y"]}
        for columns in (names, names[::-1]):
            matrix = np.array([[values[name] for name in columns]])
            merged = merge(matrix, columns, sheet, "run", "sample", how)
            expected = merged.values.tobytes() if expected is None else expected
            assert merged.values.tobytes() == expected


def test_samples_stand_in_the_order_of_the_sheet_and_columns_that_it_does_not_list_are_counted():
    sheet = {"run": ["c", "a", "b"], "sample": ["t", "s", "s"], "g": ["x", "y", "y"]}
    merged = merge(np.array([[1.0, 2.0, 4.0, 8.0]]), ["a", "b", "c", "d"], sheet, "run", "sample", "sum")
    assert merged.columns == ["t", "s"]
    np.testing.assert_array_equal(merged.values, [[4, 3]])
    assert merged.steps[0]["columns_left_out"] == 1


def test_a_run_that_is_not_a_column_is_refused():
    with pytest.raises(InputFaults, match=r"not columns of the table \(1\): SRR4"):
        merge(COUNTS[:, :3], SHEET["run"][:3], SHEET, "run", "gsm", "sum")


@pytest.mark.parametrize(
    ("how", "word"),
    [("sum", "read depth"), ("mean", "precision")],
)
def test_unequal_numbers_of_runs_are_warned_of(how, word):
    sheet = {
        "run": list("abcde"),
        "gsm": ["GSM1", "GSM1", "GSM2", "GSM2", "GSM3"],
        "g": list("xxyyy"),
    }
    merged = merge(np.ones((1, 5)), sheet["run"], sheet, "run", "gsm", how)
    [one] = merged.warnings
    assert one["code"] == "W05"
    assert "(2, but GSM3 (1))" in one["message"]
    assert word in one["message"]
    assert merged.steps[0]["samples_by_number_of_runs"] == {"1": 1, "2": 2}


def test_a_column_that_merges_nothing_is_warned_of():
    sheet = {"run": ["a", "b"], "gsm": ["GSM1", "GSM2"], "g": ["x", "y"]}
    [one] = merge(np.ones((1, 2)), ["a", "b"], sheet, "run", "gsm", "sum").warnings
    assert "merges nothing" in one["message"]


@pytest.mark.parametrize(
    ("sheet", "by", "field", "problem"),
    [
        (SHEET, "biosample", "samples.technical_runs_of", "is not a column"),
        (SHEET, "run", "samples.technical_runs_of", "is the column of the run ids"),
        (changed(gsm=["GSM1", "", "GSM2", "NA"]), "gsm", "samples.technical_runs_of", "has no value for 2 runs"),
        (changed(gsm=["GSM1"] * 4, treatment=["a"] * 4), "gsm", "samples.technical_runs_of", "a single sample"),
        (changed(gsm=["GSM1", "gsm1", "GSM2", "GSM2"]), "gsm", "gsm", "cannot be told from 'GSM1'"),
        (
            changed(treatment=["vehicle", "drug", "drug", "drug"]),
            "gsm",
            "treatment",
            "is not the same in the technical runs of GSM1 (vehicle, drug)",
        ),
        (changed(lane=["1", "2", "1", "2"]), "gsm", "lane", "GSM1 (1, 2), GSM2 (1, 2)"),
        (changed(runs=["1"] * 4), "gsm", "runs", "is a column that merging technical runs adds"),
        (changed(technical_runs=["1"] * 4), "gsm", "technical_runs", "is a column that merging technical runs adds"),
    ],
)
def test_runs_that_are_not_of_one_sample_are_refused(sheet, by, field, problem):
    [fault] = faults_of(sheet, by)
    assert fault.field == field
    assert problem in fault.problem


def test_all_columns_that_differ_are_told_together():
    sheet = changed(lane=["1", "2", "1", "2"], day=["1", "2", "1", "2"])
    assert {fault.field for fault in faults_of(sheet)} == {"lane", "day"}


def test_rows_that_share_a_sample_without_being_declared_are_suspected():
    [one] = suspects(SHEET, "run")
    assert one["code"] == "W03"
    assert "same gsm (GSM1, GSM2)" in one["message"]
    assert "technical_runs_of: gsm" in one["message"]


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("origin", ["SAMN01", "SAMN01", "SAMN02", "SAMN02"]),
        ("relation", [f"https://example.org/biosample/SAMEA{n}" for n in (1, 1, 2, 3)]),
        ("library", ["SRX1", "SRX1", "SRX2", "NA"]),
        ("experiment", ["ERX1", "ERX1", "ERX2", "ERX3"]),
        ("BioSample accession", ["a", "a", "b", "c"]),
        ("relation: BioSample", ["a", "a", "b", "c"]),
    ],
)
def test_columns_of_samples_are_known_by_their_name_or_by_their_accessions(name, values):
    [one] = suspects({"run": SHEET["run"], name: values}, "run")
    assert f"the same {name} (" in one["message"]


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("gsm", ["GSM1", "GSM2", "GSM3", "GSM4"]),
        ("biosample", ["", "", "NA", "x"]),
        ("run_accession", ["SRR1", "SRR1", "SRR2", "SRR2"]),
        ("treatment", ["drug", "drug", "GSM1", "GSM1"]),
        ("study", ["SRP1"] * 4),
    ],
)
def test_other_columns_are_not_suspected(name, values):
    assert suspects({"run": SHEET["run"], name: values}, "run") == []


def test_columns_that_say_the_same_are_told_once():
    sheet = changed(biosample=["SAMN1", "SAMN1", "SAMN2", "SAMN2"], other=["SRX1", "SRX2", "SRX3", "SRX3"])
    messages = [one["message"] for one in suspects(sheet, "run")]
    assert len(messages) == 2
    assert "same gsm" in messages[0]
    assert "same other (SRX3)" in messages[1]


def test_a_design_of_three_runs_a_sample_is_not_a_design_of_36_replicates():
    """As of GSE207514: 36 runs are 12 samples, 3 in each group."""
    groups = ["CTR_Veh", "CTR_BYL", "NF1_Veh", "NF1_BYL"]
    samples = [(f"GSM{g}{r}", name) for g, name in enumerate(groups) for r in range(3)]
    sheet = {
        "run": [f"SRR{n}" for n in range(36)],
        "gsm": [sample for sample, _ in samples for _ in range(3)],
        "group": [group for _, group in samples for _ in range(3)],
    }
    merged = merge(np.ones((2, 36)), sheet["run"], sheet, "run", "gsm", "sum")
    assert merged.values.tolist() == [[3.0] * 12] * 2
    assert [merged.sheet["group"].count(group) for group in groups] == [3] * 4
    assert set(merged.sheet["technical_runs"]) == {"3"}
