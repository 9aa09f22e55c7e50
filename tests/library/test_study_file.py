"""What can be known of one study before its data are there; the common keys are judged in test_studies."""

from pathlib import Path

import pytest
import yaml

from secretome import strict_yaml, study_file
from secretome.faults import InputFaults

ROWS = "sample drug\ns1 no\ns2 yes\ns3 no\ns4 yes\n"
CONTRAST = {"variable": "drug", "level": "yes", "reference": "no", "setting": "acute"}
STUDY = {
    "title": "A drug in cells",
    "organism": "Homo sapiens",
    "model": "cells",
    "technology": "rnaseq_counts",
    "compartment": "cells",
    "source": {"kind": "ncbi_counts", "accession": "GSE63966"},
    "samples": {"id": "sample", "rows": ROWS},
    "contrasts": {"drug": CONTRAST},
}
RULES = {"drug": {"field": "characteristics: agent", "values": {"DMSO": "no", "drug": "yes"}}}
ARCHIVE = {"id": "sample", "from": "archive", "columns": RULES}


def checked(tmp_path, monkeypatch, **changes):
    monkeypatch.chdir(tmp_path)
    path = Path("mine.yaml")
    path.write_text(yaml.safe_dump({**STUDY, **changes}, sort_keys=False))
    return study_file.checked(path, strict_yaml.load(path))


def test_a_public_study_names_its_files(tmp_path, monkeypatch):
    study, faults = checked(tmp_path, monkeypatch)
    assert faults == []
    assert study["own_files"] == {}
    assert list(study["remote_files"]) == ["matrix"]
    assert set(study["remote_files"]["matrix"]) == {"url", "path", "sha256", "about"}


def test_a_sheet_that_the_archive_fills_needs_its_words(tmp_path, monkeypatch):
    study, faults = checked(tmp_path, monkeypatch, samples=ARCHIVE)
    assert faults == []
    assert list(study["remote_files"]) == ["matrix", "fields"]


def test_names_of_columns_alone_need_no_words(tmp_path, monkeypatch):
    rules = {"drug": {"field": "column", "matches": "(.*)_[0-9]"}}
    study, faults = checked(tmp_path, monkeypatch, samples={**ARCHIVE, "columns": rules})
    assert faults == []
    assert list(study["remote_files"]) == ["matrix"]


@pytest.mark.parametrize(
    ("changes", "field", "says"),
    [
        ({"samples": {"id": "sample"}}, "samples", "does not say where the sheet is"),
        ({"samples": {**ARCHIVE, "rows": ROWS}}, "samples", "does not say where the sheet is, or twice"),
        ({"samples": {"id": "sample", "from": "archive"}}, "samples", "needs the key 'columns'"),
        ({"samples": {"id": "sample", "rows": ROWS, "columns": RULES}}, "samples.columns", "from: archive only"),
        ({"samples": {"id": "run", "rows": ROWS}}, "", "is not a column of this sample sheet"),
        ({"samples": {"id": "sample", "rows": ROWS, "identity": "line"}}, "samples.identity", "is not a column"),
        ({"contrasts": {"drug": {**CONTRAST, "level": "maybe"}}}, "contrasts.drug.level", "does not occur"),
        ({"technology": "microarray", "method": "voom"}, "method", "is not a method for microarray"),
        ({"method": "deseq2", "robust": True}, "robust", "does not go with deseq2"),
        ({"method": "deseq2", "weigh_samples": True}, "weigh_samples", "does not go with deseq2"),
        (
            {"method": "deseq2", "contrasts": {"drug": {**CONTRAST, "random_block": "sample"}}},
            "contrasts.drug.random_block",
            "does not go with deseq2",
        ),
        ({"robust": "yes"}, "robust", "true or false is expected"),
        ({"model": "TODO"}, "model", "is still to be filled in"),
        ({"scale": "log2"}, "scale", "is not a scale of rnaseq_counts"),
        ({"technology": "proteomics", "scale": "counts"}, "scale", "is not a scale of proteomics"),
        ({"technology": "panel", "scale": "fpkm_or_tpm"}, "scale", "is not a scale of panel"),
        ({"technology": "panel", "method": "trend"}, "method", "is not a method for panel"),
        ({"samples": {"id": "sample", "rows": ROWS, "cell_number": "cells"}}, "samples.cell_number", "not a column"),
        ({"samples": {"id": "sample", "rows": ROWS, "viability": "drug"}}, "samples.viability", "numbers are expected"),
        ({"source": {"kind": "geo_supplement", "accession": "GSE1"}}, "source.kind", "needs the key 'file'"),
        ({"source": {"kind": "ncbi_counts", "accession": "../../x"}}, "source.accession", ""),
        ({"source": {"kind": "url", "url": "http://host.org/x"}}, "source.url", ""),
        ({"source": {"kind": "file", "matrix": "absent.tsv"}}, "source.matrix", "does not exist"),
        ({"source": {"kind": "file", "files": {"s1": "a"}, "format": "htseq"}}, "source.files.s1", "does not exist"),
    ],
)
def test_faults_are_told_before_anything_is_fetched(tmp_path, monkeypatch, changes, field, says):
    study, faults = checked(tmp_path, monkeypatch, **changes)
    assert study == {}
    assert any(fault.field == field and says in fault.problem for fault in faults), faults


GROUPS = "sample group dose donor\ns1 a 0 d1\ns2 a 0 d2\ns3 b 1 d1\ns4 b 1 d2\ns5 c 10 d1\ns6 c 10 d2\n"
TABLE = {"id": "sample", "rows": GROUPS, "numeric": ["dose"]}
AGAINST_C = {"variable": "group", "reference": "c", "setting": "acute"}
NESTED = {**AGAINST_C, "levels": ["a", "b"]}
FORMS = {
    "nested": NESTED,
    "weighted": {"variable": "group", "weights": {"a": 0.5, "b": 0.5, "c": -1}, "setting": "acute"},
    "first": {**AGAINST_C, "level": "a"},
    "second": {**AGAINST_C, "level": "b"},
    "both": {"difference_of": ["first", "second"], "setting": "acute"},
    "slope": {"continuous": "dose", "per": 10, "block": ["donor"], "setting": "acute"},
}


def test_every_form_of_a_contrast_is_taken(tmp_path, monkeypatch):
    study, faults = checked(tmp_path, monkeypatch, samples=TABLE, contrasts=FORMS)
    assert faults == []
    assert list(study["contrasts"]) == list(FORMS)
    assert [part["level"] for part in study["contrasts"]["both"]["parts"]] == ["a", "b"]


@pytest.mark.parametrize("samples", [TABLE, ARCHIVE])
@pytest.mark.parametrize(
    ("contrast", "field", "says"),
    [
        ({"setting": "acute"}, "contrasts.x", "does not say what is compared"),
        ({**NESTED, "level": "a"}, "contrasts.x", "asks in two ways at once (level, levels)"),
        ({**AGAINST_C, "level": "c"}, "contrasts.x.reference", "is the level itself"),
        ({**NESTED, "levels": ["a"]}, "contrasts.x.levels", "is a single level"),
        ({**NESTED, "levels": []}, "contrasts.x", "does not say what is compared"),
        ({**NESTED, "levels": ["a", 1]}, "contrasts.x.levels.1", "is read as a number"),
        ({**NESTED, "levels": ["a", "a"]}, "contrasts.x.levels", "stands twice"),
        ({**FORMS["weighted"], "weights": {"a": 1, "c": -2}}, "contrasts.x.weights", "sum to -1"),
        ({**FORMS["weighted"], "weights": {"a": "1", "c": -1}}, "contrasts.x.weights.a", "is read as text"),
        ({**FORMS["both"], "difference_of": ["x", "y"]}, "contrasts.x.difference_of", "is not a contrast"),
        ({**FORMS["slope"], "per": 0}, "contrasts.x.per", "is not more than 0"),
        ({**FORMS["slope"], "per": "10"}, "contrasts.x.per", "is read as text"),
        ({**FORMS["slope"], "transform": "log2"}, "contrasts.x.transform", "is not a known key"),
    ],
)
def test_a_contrast_of_no_form_is_told_wherever_the_sheet_is(tmp_path, monkeypatch, samples, contrast, field, says):
    _, faults = checked(tmp_path, monkeypatch, samples=samples, contrasts={"x": contrast})
    assert [(fault.field, says in fault.problem) for fault in faults[:1]] == [(field, True)], faults
    assert len({fault.field for fault in faults}) == 1
    assert faults[0].where.startswith("mine.yaml:")
    if "transform" in contrast:
        assert "a column of the sheet, as log2_dose" in faults[0].fix


@pytest.mark.parametrize(
    ("contrast", "field", "says"),
    [
        ({**NESTED, "levels": ["a", "B1"]}, "contrasts.x.levels", "does not occur"),
        ({**FORMS["weighted"], "weights": {"a": 1, "d": -1}}, "contrasts.x.weights", "does not occur"),
        ({**FORMS["slope"], "continuous": "group"}, "contrasts.x.continuous", "is not declared as a quantity"),
        ({**FORMS["slope"], "block": ["dose"]}, "contrasts.x.block", "is the quantity"),
        ({**NESTED, "random_block": "dono"}, "contrasts.x.random_block", "is not a column"),
    ],
)
def test_what_a_written_sheet_cannot_bear_is_told(tmp_path, monkeypatch, contrast, field, says):
    _, faults = checked(tmp_path, monkeypatch, samples=TABLE, contrasts={"x": contrast})
    assert [(fault.field, says in fault.problem) for fault in faults] == [(field, True)]


def test_numbers_that_name_groups_are_quoted(tmp_path, monkeypatch):
    """D06."""
    monkeypatch.chdir(tmp_path)
    text = yaml.safe_dump({**STUDY, "contrasts": {"x": {**FORMS["weighted"], "weights": {"a": 1, "b": -1}}}})
    Path("mine.yaml").write_text(text.replace("      a: 1\n", "      1: 1\n"))
    with pytest.raises(InputFaults, match=r"'1' is read as no text, but keys are text\. Quote it"):
        strict_yaml.load("mine.yaml")


def test_columns_that_are_combined_are_variables_like_others(tmp_path, monkeypatch):
    rows = "sample line drug\n" + "".join(
        f"{line}{drug}{number} {line} {drug}\n" for line in ("KO", "WT") for drug in ("no", "yes") for number in "12"
    )
    samples = {"id": "sample", "rows": rows, "combined": {"group": ["line", "drug"]}}
    contrasts = {
        line: {"variable": "group", "level": f"{line} yes", "reference": f"{line} no", "setting": "acute"}
        for line in ("KO", "WT")
    }
    contrasts = {key.lower(): contrast for key, contrast in contrasts.items()}
    contrasts["both"] = {"difference_of": ["ko", "wt"], "setting": "acute"}
    assert checked(tmp_path, monkeypatch, samples=samples, contrasts=contrasts)[1] == []
    faulty = {**samples, "combined": {"group": ["line", "durg"]}}
    _, faults = checked(tmp_path, monkeypatch, samples=faulty, contrasts=contrasts)
    assert [(fault.field, fault.value) for fault in faults] == [("samples.combined.group", "durg")]


def test_columns_that_an_archive_fills_are_combined_by_their_names(tmp_path, monkeypatch):
    samples = {**ARCHIVE, "combined": {"group": ["drug", "line"]}}
    _, faults = checked(tmp_path, monkeypatch, samples=samples)
    assert [(fault.field, fault.value) for fault in faults] == [("samples.combined.group", "line")]
    samples["columns"] = {**RULES, "line": {"field": "title"}}
    assert checked(tmp_path, monkeypatch, samples=samples)[1] == []


def test_a_rule_with_a_faulty_expression_is_told_with_its_line(tmp_path, monkeypatch):
    rules = {"drug": {"field": "title", "matches": "(unclosed"}}
    _, faults = checked(tmp_path, monkeypatch, samples={**ARCHIVE, "columns": rules})
    assert [fault.field for fault in faults] == ["samples.columns.drug.matches"]
    assert faults[0].where.startswith("mine.yaml:")


def test_a_draft_is_refused_until_a_person_has_checked_it(tmp_path, monkeypatch):
    _, faults = checked(tmp_path, monkeypatch, draft=True)
    assert [fault.problem for fault in faults] == ["says that nobody has checked this study yet"]


def test_a_label_that_is_wrong_does_not_hide_a_level_that_is(tmp_path, monkeypatch):
    faulty = {**CONTRAST, "setting": "short", "level": "yess", "bloc": ["x"]}
    _, faults = checked(tmp_path, monkeypatch, contrasts={"drug": faulty})
    assert {fault.field.removeprefix("contrasts.drug.") for fault in faults} == {"setting", "level", "bloc"}


def test_a_misspelt_key_is_told_once_and_not_as_missing_too(tmp_path, monkeypatch):
    renamed = {"refrence" if key == "reference" else key: value for key, value in CONTRAST.items()}
    _, faults = checked(tmp_path, monkeypatch, contrasts={"drug": renamed})
    assert [fault.field for fault in faults] == ["contrasts.drug.refrence"]


def test_all_that_is_to_be_filled_in_is_told_at_once(tmp_path, monkeypatch):
    unfilled = dict.fromkeys(("variable", "level", "reference", "setting"), "TODO")
    good = {**CONTRAST, "level": "maybe"}
    changes = dict.fromkeys(("organism", "model", "technology", "compartment"), "TODO")
    _, faults = checked(tmp_path, monkeypatch, **changes, contrasts={"one": unfilled, "two": good})
    to_do = [fault for fault in faults if fault.problem == "is still to be filled in"]
    fixes = {fault.field: fault.fix for fault in to_do}
    assert fixes.keys() == {*changes, *(f"contrasts.one.{key}" for key in unfilled)}
    assert len(to_do) == len(fixes)
    assert "acute" in fixes["contrasts.one.setting"]
    assert [fault.field for fault in faults if fault not in to_do] == ["contrasts.two.level"]


def test_technical_runs_are_counted_once_in_a_design(tmp_path, monkeypatch):
    rows = "run sample drug\nr1 a no\nr2 a no\nr3 b yes\nr4 c yes\n"
    samples = {"id": "run", "rows": rows, "technical_runs_of": "sample"}
    _, faults = checked(tmp_path, monkeypatch, samples=samples)
    assert ["has a single sample" in fault.problem for fault in faults] == [True]


def test_a_contrast_without_replicates_must_say_so(tmp_path, monkeypatch):
    rows = "sample drug\ns1 no\ns2 yes\n"
    _, faults = checked(tmp_path, monkeypatch, samples={"id": "sample", "rows": rows})
    assert len(faults) == 2
    assert "descriptive: true" in faults[0].fix
    descriptive = {"drug": {**CONTRAST, "descriptive": True}}
    assert checked(tmp_path, monkeypatch, samples={"id": "sample", "rows": rows}, contrasts=descriptive)[1] == []
