"""Study files of published measurements: what is accepted, and every way in which file and numbers do not fit."""

import copy
import json
from pathlib import Path

import pytest
import yaml

from secretome import strict_yaml
from secretome.published import study as published

STUDY = {
    "title": "A factor against a drug",
    "organism": "Homo sapiens",
    "model": "cells",
    "technology": "published",
    "measurements": "data/measurements.tsv",
    "tables": {
        "growth": {
            "title": "Growth",
            "measured": "growth",
            "unit": "percent",
            "scale": "points",
            "smallest_effect": 15,
            "reason": "because",
            "vehicle": "vehicle",
            "comparisons": {"rescue": {"label": "Rescue", "kind": "rescue", "group": "both", "reference": "drug"}},
        }
    },
    "attribution": "Somebody",
    "licence": "CC BY 4.0",
}
LINES = [
    "table\tgroup\tmean\tsem\tn\tunit",
    "growth\tvehicle\t100\t\t\tpercent",
    "growth\tdrug\t30\t5\t3\tpercent",
    "growth\tboth\t80\t5\t3\tpercent",
]


def checked(tmp_path, monkeypatch, lines=LINES, **changes):
    """The study and its faults; a change of `tables.growth` is given as `growth`, of its comparison as `rescue`."""
    monkeypatch.chdir(tmp_path)
    Path("data").mkdir(exist_ok=True)
    Path("data/measurements.tsv").write_text("\n".join(lines) + "\n")
    data = copy.deepcopy(STUDY)
    table = data["tables"]["growth"]
    table.update(changes.pop("growth", {}))
    table["comparisons"]["rescue"].update(changes.pop("rescue", {}))
    path = Path("study.yaml")
    # Through JSON, as what stands twice would become an alias.
    path.write_text(yaml.safe_dump(json.loads(json.dumps({**data, **changes})), sort_keys=False))
    return published.checked(path, strict_yaml.load(path))


def test_a_study_is_completed(tmp_path, monkeypatch):
    study, faults = checked(tmp_path, monkeypatch)
    assert faults == []
    assert study["tables"]["growth"]["caution"] == ""
    assert study["citation"] == {"doi": "", "report": ""}
    assert study["file"] == "study.yaml"


@pytest.mark.parametrize(
    ("changes", "field", "says"),
    [
        ({"growth": {"vehicle": "vehicel"}}, "tables.growth.vehicle", "not a group"),
        ({"rescue": {"group": "bth"}}, "tables.growth.comparisons.rescue.group", "not a group"),
        ({"rescue": {"reference": "drgu"}}, "tables.growth.comparisons.rescue.reference", "not a group"),
        ({"rescue": {"group": "drug"}}, "tables.growth.comparisons.rescue", "with itself"),
        ({"growth": {"scale": "log2"}}, "tables.growth.scale", "no scale for percent"),
        ({"growth": {"smallest_effect": 0}}, "tables.growth.smallest_effect", "not more than 0"),
        ({"growth": {"colour": "red"}}, "tables.growth.colour", "not a known key"),
        ({"rescue": {"kind": "rescu"}}, "tables.growth.comparisons.rescue.kind", "not one of the words"),
        ({"measurements": "data/measurement.tsv"}, "measurements", ""),
        ({"measurements": "../measurements.tsv"}, "measurements", "leaves the working folder"),
        ({"attribution": ""}, "attribution", "is empty"),
        ({"compartment": "cells"}, "compartment", "not a known key"),
    ],
)
def test_what_is_wrong_with_the_file_is_named(tmp_path, monkeypatch, changes, field, says):
    study, faults = checked(tmp_path, monkeypatch, **changes)
    assert study == {}
    assert field in {fault.field for fault in faults}
    assert any(says in fault.problem for fault in faults)
    assert all(fault.where.startswith(("study.yaml:", "data/")) and fault.fix for fault in faults)


@pytest.mark.parametrize(
    ("line", "field", "says"),
    [
        ("growht\tdrug\t30\t5\t3\tpercent", "table", "not a table of the study file"),
        ("growth\tother\t0.3\t0.1\t3\tfold", "unit", "not the unit of the table"),
        ("growth\tother\t30\t-5\t3\tpercent", "sem", "negative"),
    ],
)
def test_what_is_wrong_with_a_row_is_named_with_its_line(tmp_path, monkeypatch, line, field, says):
    _, faults = checked(tmp_path, monkeypatch, [*LINES, line])
    [fault] = faults
    assert (fault.where, fault.field) == ("data/measurements.tsv:5", field)
    assert says in fault.problem


def test_a_constant_vehicle_is_100_percent(tmp_path, monkeypatch):
    lines = [LINES[0], LINES[1].replace("100", "1"), *LINES[2:]]
    _, [fault] = checked(tmp_path, monkeypatch, lines)
    assert (fault.where, fault.field) == ("data/measurements.tsv:2", "mean")
    assert "100 in percent" in fault.problem
    measured = [LINES[0], LINES[1].replace("100\t\t", "98\t2\t3"), *LINES[2:]]
    assert checked(tmp_path, monkeypatch, measured)[1] == []


def test_a_fold_is_never_negative(tmp_path, monkeypatch):
    lines = [line.replace("percent", "fold").replace("\t100\t", "\t1\t").replace("\t30\t", "\t-3\t") for line in LINES]
    _, [fault] = checked(tmp_path, monkeypatch, lines, growth={"unit": "fold", "scale": "log2"})
    assert fault.where == "data/measurements.tsv:3"
    assert "negative" in fault.problem


def test_a_table_without_rows_is_named(tmp_path, monkeypatch):
    tables = {**STUDY["tables"], "blot": {**STUDY["tables"]["growth"], "title": "Blot"}}
    _, [fault] = checked(tmp_path, monkeypatch, tables=tables)
    assert fault.field == "tables.blot"
    assert "no row" in fault.problem


def test_the_same_comparison_twice_is_refused(tmp_path, monkeypatch):
    rescue = STUDY["tables"]["growth"]["comparisons"]["rescue"]
    _, [fault] = checked(tmp_path, monkeypatch, growth={"comparisons": {"rescue": rescue, "again": rescue}})
    assert "same groups as rescue" in fault.problem


def test_a_key_that_cannot_serve_is_refused(tmp_path, monkeypatch):
    rescue = STUDY["tables"]["growth"]["comparisons"]["rescue"]
    _, faults = checked(tmp_path, monkeypatch, growth={"comparisons": {"rescue": rescue, "Re scue": rescue}})
    assert any(fault.value == "Re scue" and "cannot serve" in fault.problem for fault in faults)


def test_faults_of_the_file_and_of_several_rows_are_told_together(tmp_path, monkeypatch):
    lines = [*LINES, "growth\tdrug\tx\t5\t3\tpercent", "nowhere\ta\t1\t\t\tkg"]
    _, faults = checked(tmp_path, monkeypatch, lines, titel="x", rescue={"group": "bth"})
    told = {(fault.where.split(":")[0], fault.field) for fault in faults}
    rows = {("data/measurements.tsv", field) for field in ("mean", "group", "table", "unit")}
    assert told == rows | {("study.yaml", "titel"), ("study.yaml", "tables.growth.comparisons.rescue.group")}


def test_the_model_of_a_table_holds_no_words():
    table = {**STUDY["tables"]["growth"], "caution": "beware"}
    assert published.model_of(table) == {
        "scale": "points",
        "smallest_effect": 15,
        "vehicle": "vehicle",
        "comparisons": {"rescue": {"kind": "rescue", "group": "both", "reference": "drug"}},
    }


def test_published_studies_are_told_apart():
    measured = {"technology": "microarray"}
    assert published.apart({"a": measured, "b": STUDY}) == ({"a": measured}, {"b": STUDY})
