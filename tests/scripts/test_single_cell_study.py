"""A study of single cells, from its file to its tables: the samples are the replicates."""

from pathlib import Path

import numpy as np
import pytest
import yaml
from checkout import ROOT
from simulated_cells import simulate, write

import compare_groups
import prepare_study
from secretome import strict_yaml, study_file
from secretome.expression import read_expression
from secretome.files import read_json
from secretome.tables import ALIASES, DIFFERENTIAL, GENES, empty_table, read_samples_table, read_table, write_table

GENES_COUNT = 150
STUDY = {
    "title": "A drug in monocytes",
    "organism": "Homo sapiens",
    "model": "monocytes",
    "technology": "single_cell",
    "compartment": "cells",
    "source": {
        "kind": "file",
        "format": "h5ad",
        "matrix": "cells.h5ad",
        "sample_column": "donor",
        "cell_type_column": "cell_type",
        "cell_type": "monocyte",
    },
    "samples": {"id": "donor", "from": "archive", "columns": {"treatment": {"field": "treatment"}}},
    "contrasts": {"drug": {"variable": "treatment", "level": "drug", "reference": "none", "setting": "acute"}},
}
WRITTEN = "donor treatment\n" + "".join(f"d{i} {'drug' if i % 2 else 'none'}\n" for i in range(10))


@pytest.fixture
def inputs(tmp_path, monkeypatch) -> dict[str, str]:
    """Ten donors of 40 cells, one of them with six monocytes; the first 15 genes are up threefold under the drug."""
    monkeypatch.chdir(tmp_path)
    counts, cells = simulate(genes=GENES_COUNT, donors=10, spread=0.2)
    treated = (cells["treatment"] == "drug").to_numpy()
    counts[np.ix_(treated, range(15))] *= 3
    few = (cells["donor"] == "d9").to_numpy() & (np.arange(400) % 40 >= 12)
    write(Path("cells.h5ad"), counts[~few], cells[~few])
    genes = empty_table(GENES).reindex(range(GENES_COUNT)).fillna("")
    genes["symbol"] = [f"G{i}" for i in range(GENES_COUNT)]
    genes["entrez"] = [str(i) for i in range(GENES_COUNT)]
    write_table(tmp_path / "genes.tsv", genes, GENES)
    write_table(tmp_path / "aliases.tsv", empty_table(ALIASES), ALIASES)
    return {"genes": "genes.tsv", "aliases": "aliases.tsv"}


def checked(**changes):
    Path("mine.yaml").write_text(yaml.safe_dump({**STUDY, **changes}, sort_keys=False))
    return study_file.checked(Path("mine.yaml"), strict_yaml.load(Path("mine.yaml")))


def prepared(inputs, **changes):
    """The paths of what `prepare_study` wrote, and the study."""
    study, faults = checked(**changes)
    assert faults == []
    outputs = {"expression": "out/expression.h5ad", "samples": "out/samples.tsv", "quality": "out/quality.json"}
    prepare_study.main(inputs, outputs, study)
    return outputs, study


def compared(outputs, study, method):
    names = ("differential", "levels", "normalisations", "detection")
    paths = {name: f"out/{method}.{name}.tsv" for name in names} | {"fit": f"out/{method}.fit.json"}
    settings = {**study, "contrast": study["contrasts"]["drug"], "method": method, "fdr": 0.05, "seed": 1}
    secreted = str(ROOT / "data/bundled/knowledge/secreted.tsv.gz")
    compare_groups.main(expression=outputs["expression"], secreted=secreted, outputs=paths, settings=settings)
    return read_table(paths["differential"], DIFFERENTIAL), read_json(paths["fit"])


@pytest.mark.parametrize("method", ["auto", "deseq2"])
def test_the_cells_of_each_donor_are_one_sample_of_the_comparison(inputs, method):
    outputs, study = prepared(inputs)
    table, fit = compared(outputs, study, method)
    assert fit["method"] == {"auto": "voom"}.get(method, method)
    assert fit["residual_df"] == 7  # nine donors, however many cells
    changed = table[table["q_value"] <= 0.05]
    assert {f"G{i}" for i in range(15)} <= set(changed["gene"])
    assert len(changed) < 30
    assert (changed[changed["gene"].isin([f"G{i}" for i in range(15)])]["log2_fold_change"] > 0.8).all()


@pytest.mark.parametrize("samples", [STUDY["samples"], {"id": "donor", "rows": WRITTEN}])
def test_a_donor_of_few_cells_is_listed_with_the_reason(inputs, samples):
    outputs, _ = prepared(inputs, samples=samples)
    sheet = read_samples_table(outputs["samples"]).set_index("donor")
    assert sheet.loc["d9", "used"] == "false"
    assert sheet.loc["d9", "reason"] == "6 cells of the type monocyte, fewer than 10"
    assert (sheet.drop("d9")["used"] == "true").all()
    messages = [one["message"] for one in read_json(outputs["quality"])["warnings"]]
    assert any("left out: d9" in message for message in messages)
    expression = read_expression(outputs["expression"])
    assert expression.samples["treatment"].tolist() == ["none", "drug"] * 4 + ["none"]
    assert [step["step"] for step in expression.provenance["steps"]][1:4] == [
        "take the cells of one type",
        "leave out samples of few cells",
        "sum cells to samples",
    ]


def test_two_runs_give_the_same_bytes(inputs):
    prepared(inputs)
    first = {path: path.read_bytes() for path in Path("out").iterdir()}
    assert len(first) == 3
    prepared(inputs)
    assert first == {path: path.read_bytes() for path in Path("out").iterdir()}


def source(**changes):
    return {"source": {key: value for key, value in {**STUDY["source"], **changes}.items() if value}}


@pytest.mark.parametrize(
    ("changes", "field", "says"),
    [
        (source(sample_column=""), "source.format", "needs the key 'sample_column'"),
        (source(cell_type=""), "source.cell_type_column", "needs the key 'cell_type'"),
        (source(cell_type_column=""), "source.cell_type", "needs the key 'cell_type_column'"),
        (source(cell_type="B cell"), "source.cell_type", "is no value of obs/cell_type"),
        (source(sample_column="patient"), "obs", "is not a column of this table"),
        (source(layer="spliced"), "source.layer", "is not a matrix of this file"),
        (source(format="matrix"), "source.sample_column", "means nothing for the format matrix"),
        ({"technology": "rnaseq_counts"}, "source.format", "holds single cells"),
        ({**source(format="matrix", matrix="genes.tsv")}, "technology", "needs a file of cells"),
        ({"scale": "log2"}, "scale", "is not a scale of single_cell"),
        (
            {"samples": {"id": "donor", "rows": WRITTEN.replace("d3", "D3")}},
            "samples.rows",
            "lists samples that have no such cell in cells.h5ad (1 of 10): D3",
        ),
    ],
)
def test_what_the_file_of_cells_does_not_bear_is_told_before_any_job(inputs, changes, field, says):
    study, faults = checked(**changes)
    assert study == {}
    assert any(one.field == field and says in one.problem for one in faults), faults


def test_a_hostile_file_is_refused_before_any_job(inputs):
    import h5py

    with h5py.File("cells.h5ad", "r+") as file:
        del file["obs/depth"]
        file["obs/depth"] = h5py.ExternalLink("/etc/hosts", "/")
    study, faults = checked()
    assert study == {}
    assert [(one.field, one.problem[:19]) for one in faults] == [("/obs/depth", "is an external link")]
    assert not Path("out").exists()
