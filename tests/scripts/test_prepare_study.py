import gzip
from dataclasses import asdict
from pathlib import Path

import numpy as np
import pytest

import prepare_study
from secretome.expression import read_expression
from secretome.faults import Fault
from secretome.files import read_json, sha256, write_json
from secretome.tables import ALIASES, GENES, empty_table, read_samples_table, write_table

GENES_COUNT = 200
SETTINGS = {
    "source": {
        "kind": "file",
        "matrix": "counts.tsv.gz",
        "format": "matrix",
        "separator": "tab",
        "decimal": "point",
        "columns": {"id": "", "ignore": [], "repeated": "refuse"},
        "missing_values": False,
    },
    "own_files": {"matrix": "counts.tsv.gz", "sheet": "samples.tsv"},
    "technology": "rnaseq_counts",
    "scale": "auto",
    "samples": {
        "table": "samples.tsv",
        "id": "sample",
        "numeric": [],
        "subject": "",
        "identity": "",
        "technical_runs_of": "",
    },
    "contrasts": {"drug": {"variable": "treatment", "level": "drug", "reference": "none", "block": []}},
}


@pytest.fixture
def inputs(tmp_path, monkeypatch) -> dict[str, str]:
    monkeypatch.chdir(tmp_path)
    counts = np.random.default_rng(0).negative_binomial(5, 0.02, size=(GENES_COUNT, 4))
    lines = ["gene\ta\tb\tc\td", *("\t".join([f"G{i}", *map(str, row)]) for i, row in enumerate(counts))]
    (tmp_path / "counts.tsv.gz").write_bytes(gzip.compress(("\n".join(lines) + "\n").encode()))
    (tmp_path / "samples.tsv").write_text("sample\ttreatment\na\tdrug\nb\tdrug\nc\tnone\nd\tnone\n")
    genes = empty_table(GENES).reindex(range(GENES_COUNT)).fillna("")
    genes["symbol"] = [f"G{i}" for i in range(GENES_COUNT)]
    genes["entrez"] = [str(i) for i in range(GENES_COUNT)]
    write_table(tmp_path / "genes.tsv", genes, GENES)
    write_table(tmp_path / "aliases.tsv", empty_table(ALIASES), ALIASES)
    return {"genes": "genes.tsv", "aliases": "aliases.tsv"}


@pytest.fixture
def outputs(tmp_path) -> dict[str, str]:
    files = {"expression": "expression.h5ad", "samples": "samples_used.tsv", "quality": "quality.json"}
    return {name: str(tmp_path / "results" / file) for name, file in files.items()}


def test_the_expression_the_samples_and_the_quality_are_written(inputs, outputs):
    prepare_study.main(inputs, outputs, SETTINGS)
    expression = read_expression(outputs["expression"])
    assert expression.samples.index.tolist() == ["a", "b", "c", "d"]
    assert expression.genes["kept"].sum() > 100
    assert list(expression.provenance["inputs"]) == ["counts.tsv.gz", "samples.tsv"]
    assert read_samples_table(outputs["samples"])["used"].tolist() == ["true"] * 4
    assert set(read_json(outputs["quality"])) >= {"pca", "warnings"}


def test_a_damaged_matrix_makes_the_study_unavailable_with_its_reasons(inputs, outputs):
    matrix = Path("counts.tsv.gz")
    lines = gzip.decompress(matrix.read_bytes()).split(b"\n")
    lines[4] = b"G3\tx\t1\t2\t3"
    matrix.write_bytes(gzip.compress(b"\n".join(lines)))
    prepare_study.main(inputs, outputs, SETTINGS)
    expression = read_expression(outputs["expression"])
    assert len(expression.samples) == 0
    assert len(expression.unavailable) == 1
    assert "counts.tsv.gz:5" in expression.unavailable[0]
    samples = read_samples_table(outputs["samples"])
    assert samples["used"].tolist() == ["false"] * 4
    assert "counts.tsv.gz:5" in samples["reason"][0]
    assert read_json(outputs["quality"]) == {"warnings": []}


def fetched(tmp_path, **entry):
    """A study whose matrix was fetched, as its record says."""
    record = {
        "path": "counts.tsv.gz",
        "url": "https://host.org/counts.tsv.gz",
        "size": 1,
        "sha256": sha256("counts.tsv.gz"),
    }
    write_json("files.json", {"files": {"matrix": {**record, **entry}}, "faults": []})
    source = {**SETTINGS["source"], "kind": "url", "url": "https://host.org/counts.tsv.gz"}
    del source["matrix"]
    return {**SETTINGS, "source": source, "own_files": {"sheet": "samples.tsv"}}


def test_fetched_files_are_named_by_their_address(inputs, outputs, tmp_path):
    prepare_study.main({**inputs, "record": "files.json"}, outputs, fetched(tmp_path))
    expression = read_expression(outputs["expression"])
    assert not expression.unavailable
    assert set(expression.provenance["inputs"]) == {"https://host.org/counts.tsv.gz", "samples.tsv"}


def test_a_study_that_was_not_fetched_is_unavailable_and_its_sheet_is_shown(inputs, outputs, tmp_path):
    settings = fetched(tmp_path)
    fault = Fault("https://host.org/counts.tsv.gz", "", "", "cannot be reached", "Put it there by hand")
    write_json("files.json", {"files": {}, "faults": [asdict(fault)]})
    prepare_study.main({**inputs, "record": "files.json"}, outputs, settings)
    assert "cannot be reached" in read_expression(outputs["expression"]).unavailable[0]
    assert read_samples_table(outputs["samples"])["sample"].tolist() == ["a", "b", "c", "d"]


def test_a_column_without_a_row_in_the_sheet_is_listed(inputs, outputs, tmp_path):
    Path("samples.tsv").write_text("sample\ttreatment\na\tdrug\nb\tdrug\nc\tnone\n")
    contrast = {**SETTINGS["contrasts"]["drug"], "descriptive": True}
    prepare_study.main(inputs, outputs, {**SETTINGS, "contrasts": {"drug": contrast}})
    samples = read_samples_table(outputs["samples"])
    assert samples["used"].tolist() == ["true"] * 3 + ["false"]
    assert samples.iloc[3].tolist() == ["d", "", "false", "not in the sample sheet"]
