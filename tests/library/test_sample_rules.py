"""sample_rules: a sheet from the archive's own words, complete or refused."""

import pytest
from checkout import ROOT

from secretome.faults import InputFaults
from secretome.readers import series_matrix
from secretome.sample_rules import found, resolve, rule_faults, varying
from secretome.sheets import ADDED_COLUMNS

SHARED = ROOT.parent / "shared"
SERIES = SHARED / "mirror/ftp.ncbi.nlm.nih.gov/geo/series/GSE42nnn/GSE42872/matrix/GSE42872_series_matrix.txt.gz"
ATTRIBUTES = SHARED / "data/sample_sheets/SRP051765_metadata.tsv"

AGENT = "characteristics: agent"
LINE = "characteristics: cell line"


def source(**changes) -> dict:
    """Four samples of two agents and one of another cell line; a change replaces fields of a sample."""
    fields = {
        "GSM1": {"title": ["A375 Vehicle rep1"], LINE: ["A375"], AGENT: ["Vehicle"]},
        "GSM2": {"title": ["A375 Vehicle rep2"], LINE: ["A375"], AGENT: ["Vehicle"]},
        "GSM3": {"title": ["A375 Vem rep1"], LINE: ["A375"], AGENT: ["Vemurafenib (10 uM)"]},
        "GSM4": {"title": ["A375 Vem rep2"], LINE: ["A375"], AGENT: ["Vemurafenib (10 uM)"]},
        "GSM5": {"title": ["Colo800 Vem rep1"], LINE: ["Colo800"], AGENT: ["Vemurafenib (10 uM)"]},
    }
    for sample, change in changes.items():
        fields[sample] = {name: value for name, value in {**fields[sample], **change}.items() if value}
    return fields


TREATMENT = {"field": AGENT, "values": {"Vehicle": "vehicle", "Vemurafenib (10 uM)": "vemurafenib"}}
BATCH = {"field": "title", "matches": ".*rep([0-9])", "prefix": "batch"}
KEEP = [{"field": LINE, "matches": "A375"}]


def rules(keep=KEEP, **columns) -> dict:
    return {"id": "sample", "from": "archive", "keep": keep, "columns": columns or {"treatment": TREATMENT}}


def faults_of(fields, given) -> list:
    with pytest.raises(InputFaults) as caught:
        resolve(fields, given, "study.yaml:7")
    assert all(fault.where == "study.yaml:7" and fault.fix for fault in caught.value.faults)
    return caught.value.faults


def test_the_rules_make_a_sheet_and_say_why_a_column_is_not_used():
    sheet = resolve(source(), rules(treatment=TREATMENT, batch=BATCH), "study.yaml:7")
    assert sheet.columns == {
        "sample": ["GSM1", "GSM2", "GSM3", "GSM4"],
        "treatment": ["vehicle", "vehicle", "vemurafenib", "vemurafenib"],
        "batch": ["batch1", "batch2", "batch1", "batch2"],
    }
    assert sheet.unused == {"GSM5": "characteristics: cell line is 'Colo800', not 'A375'"}


def test_the_order_of_the_source_is_kept_and_changes_nothing_else():
    """S06."""
    backwards = dict(reversed(source().items()))
    sheet = resolve(backwards, rules(treatment=TREATMENT, batch=BATCH), "x")
    straight = resolve(source(), rules(treatment=TREATMENT, batch=BATCH), "x")
    assert sheet.columns["sample"] == ["GSM4", "GSM3", "GSM2", "GSM1"]
    assert {name: values[::-1] for name, values in sheet.columns.items()} == straight.columns


def test_all_conditions_must_hold_and_each_that_fails_is_named():
    keep = [*KEEP, {"field": "title", "matches": ".*rep1"}]
    sheet = resolve(source(), rules(keep), "x")
    assert sheet.columns["sample"] == ["GSM1", "GSM3"]
    assert sheet.unused["GSM2"] == "title is 'A375 Vehicle rep2', not '.*rep1'"
    assert "is 'Colo800'" in sheet.unused["GSM5"]
    without = source(GSM5={LINE: []})
    assert resolve(without, rules(), "x").unused == {"GSM5": "characteristics: cell line is not given"}


def test_a_match_can_be_translated_and_a_field_taken_as_it_is():
    matched = {"field": "title", "matches": "A375 (.*) rep.", "values": {"Vehicle": "none", "Vem": "vemurafenib"}}
    sheet = resolve(source(), rules(treatment=matched, line={"field": LINE}), "x")
    assert sheet.columns["treatment"] == ["none", "none", "vemurafenib", "vemurafenib"]
    assert sheet.columns["line"] == ["A375"] * 4


def test_the_same_value_twice_is_one_value_and_text_is_composed():
    """M17: by key, whatever else a sample states."""
    fields = source(GSM1={AGENT: ["Vehicle ", "Vehicle"]}, GSM2={"characteristics: dose": ["0"]})
    assert resolve(fields, rules(), "x").columns["treatment"][0] == "vehicle"
    fields = source(GSM1={AGENT: ["Zu\u0308rich"]}, GSM2={AGENT: ["Zürich"]})
    treatment = {"field": AGENT, "values": {"Zürich": "a", "Vemurafenib (10 uM)": "b"}}
    assert resolve(fields, rules(treatment=treatment), "x").columns["treatment"] == ["a", "a", "b", "b"]


def test_a_field_without_its_kind_is_guessed():
    with pytest.raises(InputFaults) as found:
        resolve(source(), rules(t={"field": "agent"}), "x")
    assert found.value.faults[0].fix.startswith("Did you mean 'characteristics: agent'? The fields are")


@pytest.mark.parametrize(
    ("fields", "given", "key", "problem"),
    [
        (source(), rules(t={"field": "characteristics: agnt"}), "columns.t.field", "is not a field of this source"),
        (source(), rules([{"field": "line", "matches": "A"}]), "keep.0.field", "is not a field of this source"),
        (source(GSM2={AGENT: []}), rules(), "columns.treatment.field", "has no value for 1 of 4 samples (GSM2)"),
        (source(GSM2={AGENT: [" "]}), rules(), "columns.treatment.field", "has no value for 1 of 4 samples (GSM2)"),
        (
            source(GSM2={AGENT: ["Vehicle", "Vem"]}),
            rules(),
            "columns.treatment.field",
            "has several values for 1 of 4 samples (GSM2: Vehicle | Vem)",
        ),
        (
            source(GSM2={AGENT: ["DMSO"]}),
            rules(),
            "columns.treatment.values",
            f"has no entry for these values of '{AGENT}': DMSO (1)",
        ),
        (
            source(),
            rules(b={**BATCH, "matches": "A375 Vem rep([0-9])"}),
            "columns.b.matches",
            "does not match these values of 'title': A375 Vehicle rep1 (1), A375 Vehicle rep2 (1)",
        ),
        (
            source(),
            rules(treatment={**TREATMENT, "values": {**TREATMENT["values"], "MEK": "mek"}}),
            "columns.treatment.values",
            "has entries that stand for no sample that is kept: MEK",
        ),
        (source(), rules([{"field": LINE, "matches": "A37"}]), "keep", "leaves no sample of 5"),
        (source(), rules([{"field": LINE, "matches": "Colo.*"}]), "keep", "leaves one sample of 5"),
        (
            source(GSM1={LINE: ["A375", "Colo800"]}),
            rules(),
            "keep.0.matches",
            "holds for one value of 'characteristics: cell line' and not for another of the same sample: GSM1",
        ),
        ({}, rules(), "from", "says nothing of its samples"),
        (
            source(),
            rules(b={"field": "title", "matches": "A375.*(Z?)"}),
            "columns.b.field",
            "gives nothing that can stand in a table for",
        ),
        (source(GSM1={AGENT: ["a\tb"]}), rules(t={"field": AGENT}), "columns.t.field", "gives nothing that can stand"),
        (source(GSM1={"title": ["x" * 501]}), rules(b=BATCH), "columns.b.matches", "501 characters, and at most 500"),
        (
            source(GSM1={"title": ["x" * 400]}),
            rules(b={"field": "title", "matches": ".*.*.*.*"}),
            "columns.b.matches",
            "in too many ways to try",
        ),
        (
            source(GSM1={LINE: ["x" * 501]}),
            rules([{"field": LINE, "matches": "A375.*"}]),
            "keep.0.matches",
            "501 characters",
        ),
    ],
)
def test_what_the_archive_leaves_open_is_refused_with_what_was_found(fields, given, key, problem):
    [fault] = faults_of(fields, given)
    assert fault.field == f"samples.{key}"
    assert problem in fault.problem


def test_a_field_that_is_not_there_is_answered_with_the_nearest_and_with_all_that_are():
    [fault] = faults_of(source(), rules(t={"field": "characteristics: agnt"}))
    assert f"Did you mean '{AGENT}'?" in fault.fix
    # Those that vary stand first; `column` is there always.
    assert f"column, title, {LINE}, {AGENT}" in fault.fix


def test_conditions_that_leave_nothing_are_answered_with_the_values_of_their_field():
    [fault] = faults_of(source(), rules([{"field": LINE, "matches": "A37"}]))
    assert f"'{LINE}' is: A375 (4), Colo800 (1)" in fault.fix


def test_the_faults_of_all_rules_are_told_together_one_for_each():
    treatment = {"field": AGENT, "values": {"Vehicel": "vehicle", "Vemurafenib (10 uM)": "vemurafenib"}}
    faults = faults_of(source(), rules(treatment=treatment, batch={**BATCH, "matches": "rep([0-9])"}))
    assert [fault.field for fault in faults] == ["samples.columns.batch.matches", "samples.columns.treatment.values"]
    assert "Did you mean 'Vehicel'?" in faults[1].fix


def test_entries_that_stand_for_nothing_may_be_declared_optional():
    treatment = {**TREATMENT, "values": {**TREATMENT["values"], "MEK": "mek"}, "optional": True}
    assert set(resolve(source(), rules(treatment=treatment), "x").columns["treatment"]) == {"vehicle", "vemurafenib"}


def test_samples_whose_names_look_alike_are_refused():
    fields = {"s1": {"g": ["a"]}, "S1": {"g": ["b"]}, "s2": {"g": ["b"]}}
    [fault] = faults_of(fields, rules([], g={"field": "g"}))
    assert (fault.value, "'s1'" in fault.problem) == ("S1", True)


@pytest.mark.parametrize(
    ("given", "address", "problem"),
    [
        (rules([{"field": LINE, "matches": "(a+)+"}]), ("keep", 0, "matches"), "repeats a group"),
        (rules(b={**BATCH, "matches": "("}), ("columns", "b", "matches"), "is not a regular expression"),
        (rules(sample=TREATMENT), ("columns", "sample"), "is the column of the sample ids"),
        *((rules(**{name: BATCH}), ("columns", name), "that the workflow adds") for name in ADDED_COLUMNS),
        (rules(**{"a\tb": BATCH}), ("columns", "a\tb"), "is no name"),
        (rules(b={**BATCH, "prefix": "a\nb"}), ("columns", "b"), "holds a tab"),
        (rules(t={"field": AGENT, "values": {"a": "x\ty"}}), ("columns", "t"), "holds a tab"),
        (
            rules(t={"field": AGENT, "values": {"ü": "x", "u\u0308": "y"}}),
            ("columns", "t", "values"),
            "two entries for one value",
        ),
    ],
)
def test_rules_that_are_wrong_are_found_before_there_are_data(given, address, problem):
    [(place, fault)] = rule_faults(given)
    assert place == address
    assert problem in fault.problem
    assert fault.field == ".".join(map(str, ("samples", *address)))
    # And again where they are followed.
    assert problem in faults_of(source(), given)[0].problem


def test_sound_rules_have_no_faults():
    assert rule_faults(rules(treatment=TREATMENT, batch=BATCH)) == []


def test_names_of_columns_are_a_field_of_every_source():
    """Headers as of GSE186341: the vehicle is written in two ways, and replicates have the same name."""
    names = ["DMSO__24", "DMSO_0_24", "PF-04691502_0.3_24", "PF-04691502_0.3_24", "BYL719_1_24"]
    columns = ["DMSO__24", "DMSO_0_24", "PF-04691502_0.3_24", "PF-04691502_0.3_24.2", "BYL719_1_24"]
    fields = {column: {"column": [name]} for column, name in zip(columns, names, strict=True)}
    given = rules(
        [{"field": "column", "matches": "(DMSO|PF-04691502)_.*"}],
        treatment={
            "field": "column",
            "matches": "([^_]+)_.*",
            "values": {"DMSO": "vehicle", "PF-04691502": "PF-04691502"},
        },
        hours={"field": "column", "matches": "[^_]+_.*_([0-9]+)"},
    )
    sheet = resolve(fields, given, "x")
    assert sheet.columns == {
        "sample": columns[:4],
        "treatment": ["vehicle", "vehicle", "PF-04691502", "PF-04691502"],
        "hours": ["24"] * 4,
    }
    assert sheet.unused == {"BYL719_1_24": "column is 'BYL719_1_24', not '(DMSO|PF-04691502)_.*'"}
    # A source that says nothing else still has the names of its columns; here the `.2` is then part of the name.
    [fault] = faults_of({column: {} for column in columns}, given)
    assert "PF-04691502_0.3_24.2 (1)" in fault.problem


def test_what_varies_is_listed_with_values_and_counts():
    text = found(source())
    assert text == (
        "title: differs in each (A375 Vehicle rep1, A375 Vehicle rep2, A375 Vem rep1 and 2 more); "
        f"{LINE}: A375 (4), Colo800 (1); {AGENT}: Vemurafenib (10 uM) (3), Vehicle (2)"
    )
    fields = source(GSM1={AGENT: []}, GSM2={AGENT: ["a", "b"]})
    assert varying(fields)[AGENT] == ["", "a | b", *["Vemurafenib (10 uM)"] * 3]
    assert "no value (1)" in found(fields)
    assert found({"a": {"x": ["1"]}, "b": {"x": ["1"]}}) == "no field that varies between the 2 columns"


def test_long_values_are_shown_by_what_is_different():
    start = "Gene expression data from A375 melanoma cells that were treated with "
    fields = {str(n): {"description": [start + what]} for n, what in enumerate(["DMSO", "DMSO", "drug", "drug"])}
    assert found(fields) == "description: Gene expression…DMSO (2), Gene expression…drug (2)"


def test_hostile_texts_of_an_archive_stay_on_one_line():
    """O03."""
    fields = source(GSM1={AGENT: ["\x1b[31mred\nforged line"]})
    [fault] = faults_of(fields, rules())
    assert "\n" not in str(fault)
    assert "\x1b" not in str(fault)


@pytest.mark.skipif(not SERIES.is_file(), reason="needs ../shared/mirror: the series matrix of GSE42872")
def test_the_paired_design_of_a_real_series_is_read_from_its_own_words():
    fields, _ = series_matrix.read_fields(SERIES)
    given = rules(
        [{"field": LINE, "matches": "A375"}],
        treatment={
            "field": "title",
            "matches": "A375 cells 24h (.*) rep[0-9]",
            "values": {"Control": "vehicle", "Vemurafenib": "vemurafenib"},
        },
        batch={"field": "supplementary_file", "matches": ".*_TP_A3\\.[CV]\\.([ABC])_HuGene.*"},
        hours={"field": "title", "matches": "A375 cells ([0-9]+)h .*"},
    )
    sheet = resolve(fields, given, "x")
    assert sheet.columns == {
        "sample": [f"GSM10526{number}" for number in range(15, 21)],
        "treatment": ["vehicle"] * 3 + ["vemurafenib"] * 3,
        "batch": ["A", "B", "C"] * 2,
        "hours": ["24"] * 6,
    }
    # Only one of the six states its batch in words: a rule on that field alone is refused, not filled in.
    by_words = {"field": "source_name_ch1", "matches": ".* batch ([ABC])"}
    [fault] = faults_of(fields, rules([], batch=by_words))
    assert "A375 melanoma cells treated with vemurafenib (3)" in fault.problem


def real_attributes() -> dict:
    header, *lines = [line.split("\t") for line in ATTRIBUTES.read_text().splitlines()]
    names = [f"sample_attributes: {name}" for name in header]
    return {fields[0]: {name: [value] for name, value in zip(names, fields, strict=True)} for fields in lines}


@pytest.mark.skipif(not ATTRIBUTES.is_file(), reason="needs ../shared/data/sample_sheets: the attributes of SRP051765")
def test_attributes_without_hours_cannot_be_asked_for_hours():
    fields = real_attributes()
    keep = [
        {"field": "sample_attributes: cell_line", "matches": "A375"},
        {"field": "sample_attributes: origin", "matches": "cells in vitro"},
    ]
    label = {"field": "sample_attributes: drug_treatment", "values": {name: name for name in ("control", "treat1")}}
    treatment = {**label, "values": {**label["values"], "treat2": "treat2"}}
    sheet = resolve(fields, rules(keep, treatment=treatment), "x")
    assert sorted(sheet.columns["sample"]) == [f"SRR17444{number}" for number in range(13, 22)]
    assert len(sheet.unused) == 41 - 9
    assert sheet.unused["SRR1744430"] == "sample_attributes: cell_line is 'Colo800', not 'A375'"
    hours = {"field": "sample_attributes: drug_treatment", "matches": ".*[^0-9]([0-9]+) ?h"}
    [fault] = faults_of(fields, rules(keep, treatment=treatment, hours=hours))
    assert "control (3), treat1 (3), treat2 (3)" in fault.problem
    faults = faults_of(fields, rules(keep, treatment=label, hours={**hours, "field": "sample_attributes: hours"}))
    assert "sample_attributes: drug_treatment" in faults[0].fix
