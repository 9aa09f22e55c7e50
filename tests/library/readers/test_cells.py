"""Cells are summed to samples; what a sample is, is told by the table of the cells."""

import numpy as np
import pandas as pd
import pytest
from simulated_cells import TYPES, simulate, write

from secretome.faults import InputFaults
from secretome.models import contrasts, linear, moderation
from secretome.readers import cells
from secretome.readers.cells import Choice
from secretome.sample_rules import resolve

COUNTS, CELLS = simulate()
MONOCYTES = Choice("donor", "cell_type", "monocyte")
TREATMENT = {"id": "donor", "columns": {"treatment": {"field": "treatment"}}, "keep": []}


@pytest.fixture
def path(tmp_path):
    return write(tmp_path / "x.h5ad", COUNTS, CELLS)


def test_the_counts_of_each_sample_are_the_sums_of_its_cells(path):
    table = cells.read(path, MONOCYTES)
    of_type = (CELLS["cell_type"] == "monocyte").to_numpy()
    expected = pd.DataFrame(COUNTS[of_type]).groupby(CELLS["donor"][of_type].to_numpy(), observed=True).sum()
    assert table.columns == list(expected.index)
    np.testing.assert_array_equal(table.values, expected.to_numpy().T)
    assert (table.unit, table.ids, table.genes) == ("counts", table.ids, [f"G{i}" for i in range(60)])
    assert table.left_out == {}
    assert table.steps == [
        {"step": "take the cells of one type", "type": "monocyte", "cells": 160, "of_cells": 320},
        {
            "step": "sum cells to samples",
            "matrix": "X",
            "samples": 8,
            "cells": dict.fromkeys([f"d{number}" for number in range(8)], 20),
        },
    ]


def test_all_cells_are_taken_where_no_type_is_named(path):
    table = cells.read(path, Choice("donor"))
    assert table.values.sum() == COUNTS.sum()
    assert table.steps[0] == {"step": "take the cells of all types", "cells": 320}


def test_any_column_can_name_the_samples(path):
    assert cells.read(path, Choice("cell_type")).columns == sorted(TYPES)


def test_the_order_of_the_cells_does_not_matter(path, tmp_path):
    order = np.random.default_rng(0).permutation(len(COUNTS))
    other = cells.read(write(tmp_path / "y.h5ad", COUNTS[order], CELLS.iloc[order]), MONOCYTES)
    table = cells.read(path, MONOCYTES)
    assert (other.columns, other.samples, other.steps) == (table.columns, table.samples, table.steps)
    np.testing.assert_array_equal(other.values, table.values)


def test_what_obs_says_of_a_sample_makes_its_sheet(path):
    table = cells.read(path, MONOCYTES)
    assert table.samples["d1"] == {"donor": ["d1"], "treatment": ["drug"], "cell_type": ["monocyte"]}
    assert resolve(table.samples, TREATMENT, "x").columns["treatment"] == ["none", "drug"] * 4


def test_a_condition_that_varies_within_a_sample_is_refused_where_it_is_used(tmp_path):
    mixed = CELLS.assign(treatment=pd.Categorical(np.where(np.arange(320) % 4 < 2, "drug", "none")))
    table = cells.read(write(tmp_path / "x.h5ad", COUNTS, mixed), MONOCYTES)
    assert table.samples["d0"]["treatment"] == ["drug", "none"]
    with pytest.raises(InputFaults, match=r"has several values for 8 of 8 samples \(d0: drug \| none"):
        resolve(table.samples, TREATMENT, "x")


def test_samples_of_few_cells_are_left_out_and_told(tmp_path):
    keep = ~(CELLS["donor"].isin(["d2", "d5"]).to_numpy() & (np.arange(320) % 40 >= 18))
    table = cells.read(write(tmp_path / "x.h5ad", COUNTS[keep], CELLS[keep]), MONOCYTES)
    assert table.columns == ["d0", "d1", "d3", "d4", "d6", "d7"]
    reason = "9 cells of the type monocyte, fewer than 10"
    assert table.left_out == {"d2": reason, "d5": reason}
    assert "Samples of fewer than 10 cells of the type monocyte were left out: d2, d5." in str(table.steps)


def test_cells_without_a_sample_are_counted_and_told(tmp_path):
    donor = CELLS["donor"].where(np.arange(320) % 40 != 0)
    table = cells.read(write(tmp_path / "x.h5ad", COUNTS, CELLS.assign(donor=donor)), MONOCYTES)
    assert table.steps[1]["cells"] == 8
    assert "8 cells that name no sample" in table.steps[1]["warning"]
    assert table.steps[2]["cells"]["d0"] == 19


def test_ids_stay_text(tmp_path):
    names = {f"d{number}": name for number, name in enumerate(["001", "NA", "true", "1e5", "ä b", "None", "7", "x"])}
    renamed = CELLS.assign(donor=CELLS["donor"].cat.rename_categories(names))
    assert cells.read(write(tmp_path / "x.h5ad", COUNTS, renamed), MONOCYTES).columns == sorted(names.values())
    numbered = CELLS.assign(donor=np.arange(320) // 40)
    assert cells.read(write(tmp_path / "y.h5ad", COUNTS, numbered), MONOCYTES).columns == list("01234567")


def test_the_genes_are_named_by_the_index_or_by_a_column(tmp_path):
    import h5py

    ids = [f"G{number // 2}" for number in range(60)]  # as symbols are that several Ensembl ids share
    with pytest.warns(UserWarning, match="not unique"):
        path = write(tmp_path / "x.h5ad", COUNTS, CELLS, ids)
    with h5py.File(path, "r+") as file:
        file["var/gene_ids"] = np.array([f"ENSG{i:011d}" for i in range(60)], dtype=object)
    assert cells.read(path, MONOCYTES).ids == ids
    by_column = cells.read(path, Choice("donor", "cell_type", "monocyte", genes="gene_ids"))
    assert by_column.ids[1] == "ENSG00000000001"
    with pytest.raises(InputFaults, match=r"var: 'gene_id' is not a column of this table. Did you mean 'gene_ids'\?"):
        cells.read(path, Choice("donor", genes="gene_id"))


@pytest.mark.parametrize(
    ("choice", "problem"),
    [
        (Choice("patient"), "obs: 'patient' is not a column of this table"),
        (Choice("donor", "type", "monocyte"), "obs: 'type' is not a column"),
        (
            Choice("donor", "cell_type", "monocytes"),
            r"source.cell_type: 'monocytes' is no value of obs/cell_type. Did you mean 'monocyte'\? The types and "
            r"their cells: T cell \(160\), monocyte \(160\)",
        ),
        (Choice("depth"), "has 0 samples of at least 10 such cells"),
        (Choice("cell_type", "cell_type", "monocyte"), r"has 1 samples of at least 10 such cells: monocyte \(160\)"),
    ],
)
def test_what_is_not_in_the_table_of_cells_is_refused(path, choice, problem):
    with pytest.raises(InputFaults, match=problem):
        cells.read(path, choice)


def test_a_column_of_barcodes_is_no_column_of_samples(path, monkeypatch):
    monkeypatch.setattr(cells, "MOST_SAMPLES", 7)
    with pytest.raises(InputFaults, match="has 8 values; it names cells, not samples"):
        cells.read(path, MONOCYTES)


def test_samples_that_differ_in_spaces_alone_are_refused(tmp_path):
    renamed = CELLS.assign(donor=CELLS["donor"].cat.rename_categories({"d1": "d0 "}))
    with pytest.raises(InputFaults, match="differ in spaces alone"):
        cells.read(write(tmp_path / "x.h5ad", COUNTS, renamed), MONOCYTES)


def test_tables_that_do_not_fit_the_matrix_are_refused(path):
    import h5py

    with h5py.File(path, "r+") as file:
        del file["var/_index"]
        file["var/_index"] = np.array(["a", "b"], dtype=object)
    with pytest.raises(InputFaults, match="has 320 cells and 60 genes; their tables have 320 and 2"):
        cells.read(path, MONOCYTES)


def test_what_would_not_fit_into_memory_is_refused_before_it_is_summed(path, monkeypatch):
    monkeypatch.setattr(cells, "free_memory", lambda: 1000)
    with pytest.raises(InputFaults, match="gives 8 samples of 60 genes, which need"):
        cells.read(path, MONOCYTES)


def packaged():
    """The reduced cells that scanpy ships with."""
    import scanpy

    return scanpy.datasets.pbmc68k_reduced()


def test_the_values_of_the_file_that_scanpy_ships_with_are_refused(tmp_path):
    from pathlib import Path

    import scanpy

    old = Path(scanpy.__file__).parent / "datasets/10x_pbmc68k_reduced.h5ad"
    with pytest.raises(InputFaults, match=r"obs: has the form of anndata before 0.7. Read it with anndata and write"):
        cells.read(old, Choice("bulk_labels"))
    packaged().write_h5ad(tmp_path / "x.h5ad")
    with pytest.raises(InputFaults, match=r"X and raw.X: holds no raw counts.*get the file with the raw counts"):
        cells.read(tmp_path / "x.h5ad", Choice("bulk_labels"))


def test_the_counts_behind_the_file_that_scanpy_ships_with_are_summed(tmp_path):
    data = packaged()
    # log(1 + 10,000 × share): the smallest value above zero of a cell is one read.
    shares = np.expm1(data.raw.X.toarray().astype(float))
    counts = np.rint(shares / np.where(shares > 0, shares, np.inf).min(axis=1, keepdims=True))
    data.obs["sample"] = [f"s{number % 4}" for number in range(data.n_obs)]
    path = write(tmp_path / "x.h5ad", counts, data.obs, list(data.raw.var_names))
    table = cells.read(path, Choice("sample", "bulk_labels", "CD14+ Monocyte"))
    chosen = (data.obs["bulk_labels"] == "CD14+ Monocyte").to_numpy()
    assert table.steps[0]["cells"] == chosen.sum() == 129
    expected = [counts[chosen & (data.obs["sample"] == name).to_numpy()].sum(axis=0) for name in table.columns]
    np.testing.assert_array_equal(table.values, np.array(expected).T)
    assert table.values[table.ids.index("LYZ")].min() > table.values[table.ids.index("CD3D")].max()


def test_samples_keep_the_level_that_cells_as_replicates_break(tmp_path):
    counts, sheet = simulate(genes=400, seed=3)
    table = cells.read(write(tmp_path / "x.h5ad", counts, sheet), MONOCYTES)
    treated = np.array([table.samples[name]["treatment"] == ["drug"] for name in table.columns], dtype=float)
    of_cells = (sheet["cell_type"] == "monocyte").to_numpy()
    cell_treated = (sheet["treatment"][of_cells] == "drug").to_numpy(float)
    log_cells = np.log1p(counts[of_cells] / sheet["depth"][of_cells].to_numpy()[:, None] * 1e3).T
    log_samples = np.log2((table.values + 0.5) / (table.values.sum(axis=0) + 1) * 1e6)

    def rejected(values, group, moderated):
        fitted = linear.fit(values, np.column_stack([group, 1 - group]))
        prior = moderation.moderate(fitted, trend=True) if moderated else None
        return (contrasts.estimate(fitted, np.array([1.0, -1]), prior)["p_value"] < 0.05).mean()

    # Nothing differs between the groups but the donors; 400 genes, binomial standard error .011.
    assert 0.02 < rejected(log_samples, treated, True) < 0.09
    assert rejected(log_cells, cell_treated, False) > 0.3
