"""What can be known of one study before its data are there; the common keys are judged in test_studies."""

from pathlib import Path

import pytest
import yaml

from secretome import strict_yaml, study_file

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


def test_a_rule_with_a_faulty_expression_is_told_with_its_line(tmp_path, monkeypatch):
    rules = {"drug": {"field": "title", "matches": "(unclosed"}}
    _, faults = checked(tmp_path, monkeypatch, samples={**ARCHIVE, "columns": rules})
    assert [fault.field for fault in faults] == ["samples.columns.drug.matches"]
    assert faults[0].where.startswith("mine.yaml:")


def test_a_draft_is_refused_until_a_person_has_checked_it(tmp_path, monkeypatch):
    _, faults = checked(tmp_path, monkeypatch, draft=True)
    assert [fault.problem for fault in faults] == ["says that nobody has checked this study yet"]


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
