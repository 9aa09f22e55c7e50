import gzip
from pathlib import Path

import numpy as np
import pytest

import prepare_study
from secretome.expression import read_expression
from secretome.files import read_json
from secretome.tables import ALIASES, GENES, empty_table, read_samples_table, write_table

GENES_COUNT = 200
SETTINGS = {
    "source": {"kind": "file", "matrix": "data/counts.tsv.gz", "format": "matrix"},
    "samples": {"table": "data/samples.tsv", "id": "sample", "numeric": [], "subject": ""},
    "smallest_group": 2,
}


@pytest.fixture
def inputs(tmp_path) -> dict[str, str]:
    counts = np.random.default_rng(0).negative_binomial(5, 0.02, size=(GENES_COUNT, 4))
    lines = ["gene\ta\tb\tc\td", *("\t".join([f"G{i}", *map(str, row)]) for i, row in enumerate(counts))]
    (tmp_path / "counts.tsv.gz").write_bytes(gzip.compress(("\n".join(lines) + "\n").encode()))
    (tmp_path / "samples.tsv").write_text("sample\ttreatment\na\tdrug\nb\tdrug\nc\tnone\nd\tnone\n")
    genes = empty_table(GENES).reindex(range(GENES_COUNT)).fillna("")
    genes["symbol"] = [f"G{i}" for i in range(GENES_COUNT)]
    genes["entrez"] = [str(i) for i in range(GENES_COUNT)]
    write_table(tmp_path / "genes.tsv", genes, GENES)
    write_table(tmp_path / "aliases.tsv", empty_table(ALIASES), ALIASES)
    files = {"matrix": "counts.tsv.gz", "sheet": "samples.tsv", "genes": "genes.tsv", "aliases": "aliases.tsv"}
    return {name: str(tmp_path / file) for name, file in files.items()}


@pytest.fixture
def outputs(tmp_path) -> dict[str, str]:
    files = {"expression": "expression.h5ad", "samples": "samples_used.tsv", "quality": "quality.json"}
    return {name: str(tmp_path / "results" / file) for name, file in files.items()}


def test_the_expression_the_samples_and_the_quality_are_written(inputs, outputs):
    prepare_study.main(inputs, outputs, SETTINGS)
    expression = read_expression(outputs["expression"])
    assert expression.samples.index.tolist() == ["a", "b", "c", "d"]
    assert expression.genes["kept"].sum() > 100
    assert list(expression.provenance["inputs"]) == ["data/counts.tsv.gz", "data/samples.tsv"]
    assert read_samples_table(outputs["samples"])["used"].tolist() == ["true"] * 4
    assert set(read_json(outputs["quality"])) >= {"pca", "warnings"}


def test_a_damaged_matrix_makes_the_study_unavailable_with_its_reasons(inputs, outputs):
    matrix = Path(inputs["matrix"])
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
