"""Columns of the table of cells, in every form that anndata writes."""

import h5py
import numpy as np
import pandas as pd
import pytest
from anndata import AnnData

from secretome.faults import InputFaults
from secretome.readers import cell_columns

CELLS = pd.DataFrame(
    {
        "donor": pd.Categorical(["b", "a", "b", None]),
        "plate": [1, 2, 2, 10],
        "age": [1.5, float("nan"), 61.0, 61.0],
        "treated": [True, False, True, True],
        "words": ["x", "", "x", "ÿ"],
        "lanes": pd.array([1, None, 3, 3], dtype="Int64"),
        "001": pd.Categorical(["001", "NA", "true", "001"]),
        " spaced ": pd.Categorical([" a", "a ", "b", "b"]),
    },
    index=["c1", "c2", "c3", "c4"],
)


@pytest.fixture
def table(tmp_path):
    AnnData(np.ones((4, 2)), CELLS, pd.DataFrame(index=["TP53", "IL6"])).write_h5ad(tmp_path / "x.h5ad")
    with h5py.File(tmp_path / "x.h5ad", "r+") as file:
        yield file["obs"]


def values_of(table, name):
    column = cell_columns.read_column(table, name, "x.h5ad")
    texts = column.texts()
    return [texts[code] if code >= 0 else None for code in column.codes]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("donor", ["b", "a", "b", None]),
        ("plate", ["1", "2", "2", "10"]),
        ("age", ["1.5", None, "61", "61"]),
        ("treated", ["True", "False", "True", "True"]),
        ("words", ["x", None, "x", "ÿ"]),
        ("lanes", ["1", None, "3", "3"]),
        ("001", ["001", "NA", "true", "001"]),
        (" spaced ", ["a", "a", "b", "b"]),
    ],
)
def test_every_form_of_a_column_is_one_value_a_cell(table, name, expected):
    assert values_of(table, name) == expected


def test_the_names_are_sorted_and_without_the_index(table):
    assert cell_columns.names(table) == sorted(CELLS)
    assert cell_columns.read_index(table, "x.h5ad") == ["c1", "c2", "c3", "c4"]


def test_categories_of_older_files_are_found_by_name(table):
    del table["donor"]
    table["donor"] = np.array([1, 0, -1, 1], dtype="i1")
    table["__categories/donor"] = np.array(["a", "b"], dtype=object).astype(h5py.string_dtype())
    assert values_of(table, "donor") == ["b", "a", None, "b"]
    assert "__categories" not in cell_columns.names(table)


def test_a_column_that_is_not_there_is_refused_with_those_that_are(table):
    with pytest.raises(InputFaults, match=r"obs: 'doner' is not a column of this table. Did you mean 'donor'\? All: "):
        cell_columns.read_column(table, "doner", "x.h5ad")


def bad_codes(table):
    table["donor/codes"][0] = 5


def numbers_as_codes(table):
    del table["donor/codes"]
    table["donor/codes"] = np.array([0.5, 1, 1, 0])


def unknown_group(table):
    del table["donor/codes"]


def references(table):
    del table["donor"]
    table["donor"] = np.array([table.ref] * 4, dtype=h5py.ref_dtype)


def two_dimensions(table):
    del table["plate"]
    table["plate"] = np.ones((4, 2))


def long_text(table):
    del table["words"]
    table["words"] = np.array(["x" * 2000] * 4, dtype=object).astype(h5py.string_dtype())


def no_text(table):
    del table["words"]
    table.create_dataset("words", data=np.array([b"\xff", b"a", b"b", b"c"], dtype=object), dtype=h5py.string_dtype())


@pytest.mark.parametrize(
    ("change", "name", "problem"),
    [
        (bad_codes, "donor", "codes without a category"),
        (numbers_as_codes, "donor", "not a column of the expected kind"),
        (unknown_group, "donor", "a kind that is not known"),
        (references, "donor", "not a column of numbers or texts"),
        (two_dimensions, "plate", "not a column of numbers or texts"),
        (long_text, "words", "holds a text of 2,000 bytes"),
        (no_text, "words", "is not UTF-8"),
    ],
)
def test_what_anndata_does_not_write_is_refused(table, change, name, problem):
    change(table)
    with pytest.raises(InputFaults, match=problem):
        cell_columns.read_column(table, name, "x.h5ad")


def test_a_table_without_an_index_is_refused(table):
    del table[table.attrs["_index"]]
    with pytest.raises(InputFaults, match="has no index"):
        cell_columns.read_index(table, "x.h5ad")
