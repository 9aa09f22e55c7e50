"""Which columns of a table are the samples of a study."""

from dataclasses import replace

import numpy as np
import pytest

from secretome import study_samples
from secretome.faults import InputFaults
from secretome.source_table import SourceTable

ROWS = "sample drug\ns1 no\ns2 yes\ns3 no\ns4 yes\n"
PLAIN = {"id": "sample", "rows": ROWS, "technical_runs_of": "", "numeric": [], "subject": "", "identity": ""}
CONTRASTS = {"drug": {"variable": "drug", "level": "yes", "reference": "no", "block": []}}


def table(columns=("s4", "s3", "extra", "s2", "s1"), **fields):
    values = np.arange(2.0 * len(columns)).reshape(2, -1)
    said = {column: {"column": [column], **fields.get(column, {})} for column in columns}
    return SourceTable(["A", "B"], list(columns), values, ["A", "B"], said, "log2")


def test_the_columns_come_in_the_order_of_the_sheet_and_the_rest_is_listed():
    found = study_samples.select(table(), PLAIN, "sum", "m.tsv")
    assert found.sheet.index.tolist() == ["s1", "s2", "s3", "s4"]
    assert found.values[0].tolist() == [4, 3, 1, 0]
    assert found.unused == {"extra": "not in the sample sheet"}
    assert found.stated == "log2"


def test_a_sheet_of_samples_that_the_table_has_not_is_refused_with_both_lists():
    with pytest.raises(InputFaults, match=r"not columns of the table: s4\. Its columns are s1, s2, s3"):
        study_samples.select(table(("s1", "s2", "s3")), PLAIN, "sum", "m.tsv")


def test_a_sample_that_is_spelt_in_another_way_is_told_with_its_column():
    with pytest.raises(InputFaults, match="Did you mean the column 'S_4' for 's4'"):
        study_samples.select(table(("s1", "s2", "s3", "S_4", "extra")), PLAIN, "sum", "m.tsv")


def test_technical_runs_are_one_sample():
    rows = "run sample drug\ns1 a no\ns2 a no\ns3 b yes\ns4 c yes\n"
    samples = {**PLAIN, "id": "run", "rows": rows, "technical_runs_of": "sample"}
    found = study_samples.select(table(), samples, "sum", "m.tsv")
    assert found.sheet.index.tolist() == ["a", "b", "c"]
    assert found.sheet["drug"].tolist() == ["no", "yes", "yes"]
    assert found.values[0].tolist() == [7, 1, 0]
    assert found.steps


def test_the_archive_makes_the_sheet_by_rules():
    fields = {f"s{i}": {"title": [f"A375 {'drug' if i % 2 else 'DMSO'} rep{i}"]} for i in range(1, 5)}
    rules = {
        "keep": [{"field": "title", "matches": "A375.*"}],
        "columns": {"drug": {"field": "title", "matches": "A375 (.*) rep.", "prefix": "", "optional": False}},
    }
    samples = {**{key: PLAIN[key] for key in PLAIN if key != "rows"}, "from": "archive", **rules}
    said = {**fields, "extra": {"title": ["HeLa"]}}
    found = study_samples.select(table(**said), samples, "sum", "m.tsv")
    assert found.sheet["drug"].tolist() == ["DMSO", "drug", "DMSO", "drug"]
    assert list(found.unused) == ["extra"]
    assert "HeLa" in found.unused["extra"]


def test_a_table_whose_sheet_the_archive_has_is_not_known_without_it():
    sheet = study_samples.known_sheet({"id": "sample", "from": "archive"})
    assert len(sheet) == 0
    assert sheet.index.name == "sample"


def test_the_smallest_group_is_of_the_contrasts_that_can_be_had():
    sheet = study_samples.select(table(), PLAIN, "sum", "m.tsv").sheet
    absent = {"variable": "drug", "level": "maybe", "reference": "no", "block": []}
    assert study_samples.smallest_group(sheet, {**CONTRASTS, "absent": absent}, PLAIN, "m.tsv") == 2
    with pytest.raises(InputFaults, match=r"absent\.level.*'maybe' does not occur"):
        study_samples.smallest_group(sheet, {"absent": absent}, PLAIN, "m.tsv")


def test_the_smallest_group_is_of_all_that_is_compared():
    rows = "sample drug dose\n" + "".join(f"s{n} {drug} {n}\n" for n, drug in enumerate("aaaabbbccd"))
    names = [f"s{number}" for number in range(10)]
    samples = {**PLAIN, "rows": rows, "numeric": ["dose"]}
    sheet = study_samples.select(table(names), samples, "sum", "m.tsv").sheet
    nested = {"variable": "drug", "levels": ["a", "b"], "reference": "c"}
    weighted = {"variable": "drug", "weights": {"a": 1, "b": -1}}
    assert study_samples.smallest_group(sheet, {"nested": nested}, samples, "m.tsv") == 2
    assert study_samples.smallest_group(sheet, {"weighted": weighted}, samples, "m.tsv") == 3
    slope = study_samples.smallest_group(sheet, {"slope": {"continuous": "dose"}}, samples, "m.tsv")
    assert slope == pytest.approx(1 / (1 / 10 + 4.5**2 / 82.5))


def test_combined_columns_stand_in_the_sheet():
    rows = "sample line drug\ns1 KO no\ns2 KO yes\ns3 WT no\ns4 WT yes\n"
    samples = {**PLAIN, "rows": rows, "combined": {"group": ["line", "drug"]}}
    groups = ["KO no", "KO yes", "WT no", "WT yes"]
    assert study_samples.select(table(), samples, "sum", "m.tsv").sheet["group"].tolist() == groups
    assert study_samples.known_sheet(samples)["group"].tolist() == groups
    assert len(study_samples.known_sheet({"id": "sample", "from": "archive", "combined": samples["combined"]})) == 0


def test_columns_that_the_archive_fills_are_combined_too():
    fields = {
        f"s{i}": {"title": [f"{line} {drug}"]} for i, (line, drug) in enumerate(zip("KKWW", "nyny", strict=True), 1)
    }
    rules = {
        name: {"field": "title", "matches": matches, "prefix": "", "optional": False}
        for name, matches in (("line", "(.) ."), ("drug", ". (.)"))
    }
    samples = {**{key: PLAIN[key] for key in PLAIN if key != "rows"}, "from": "archive", "keep": [], "columns": rules}
    samples |= {"combined": {"group": ["line", "drug"]}, "keep": [{"field": "title", "matches": ". ."}]}
    sheet = study_samples.select(table(**fields, extra={"title": ["none"]}), samples, "sum", "m.tsv").sheet
    assert sorted(sheet["group"]) == ["K n", "K y", "W n", "W y"]


def test_what_the_archive_says_of_the_numbers_is_told_once():
    fields = {f"s{i}": {"data_processing": ["RMA"], "title": ["log10 of the moon"]} for i in range(1, 5)}
    assert study_samples.select(table(**fields), PLAIN, "sum", "m.tsv").stated == "log2 RMA"


def test_runs_of_one_sample_that_only_the_archive_names_are_noticed():
    fields = {f"s{i}": {"sample_acc": [f"SRS{i // 3}"]} for i in range(1, 5)}
    found = study_samples.select(table(**fields), PLAIN, "sum", "m.tsv")
    assert [warning["code"] for warning in found.warnings] == ["W03"]


@pytest.mark.parametrize("samples", [PLAIN, {**{key: PLAIN[key] for key in PLAIN if key != "rows"}, "from": "archive"}])
def test_samples_that_the_reader_left_out_are_listed_and_no_fault(samples):
    columns = ("s1", "s2", "s3")
    fields = {name: {"title": ["yes" if name == "s2" else "no"]} for name in columns}
    read = replace(table(columns, **fields), left_out={"s4": "3 cells"})
    rules = {"keep": [], "columns": {"drug": {"field": "title"}}}
    found = study_samples.select(read, {**samples, **(rules if "from" in samples else {})}, "sum", "m.h5ad")
    assert found.sheet.index.tolist() == ["s1", "s2", "s3"]
    assert found.sheet["drug"].tolist() == ["no", "yes", "no"]
    assert found.unused == {"s4": "3 cells"}
