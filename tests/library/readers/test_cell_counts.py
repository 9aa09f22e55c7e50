"""Raw counts are found, checked and summed, whatever the form of the matrix and however it is cut into blocks."""

import h5py
import numpy as np
import pytest
from scipy import sparse
from simulated_cells import simulate, write

from secretome.faults import InputFaults
from secretome.readers import cell_counts
from secretome.readers.cell_counts import find_counts, sum_cells

COUNTS, CELLS = simulate(genes=30, donors=4, cells=20)
NORMALISED = np.log1p(COUNTS / COUNTS.sum(axis=1, keepdims=True) * 1e4)
FORMS = {
    "dense": lambda counts: counts.astype(np.float32),
    "integers": lambda counts: counts.astype(np.int16),
    "csr": lambda counts: sparse.csr_matrix(counts.astype(np.float32)),
    "csc": lambda counts: sparse.csc_matrix(counts.astype(np.int64)),
}
CODES = np.where(np.arange(80) % 3 == 0, -1, np.arange(80) // 20)


def found(path, layer=""):
    file = h5py.File(path, "r+")
    return file, find_counts(file, layer, "x.h5ad")


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("at_once", [1, 100, 4_000_000])
@pytest.mark.parametrize("compression", [None, "gzip"])
def test_the_sums_are_those_of_the_cells(tmp_path, monkeypatch, form, at_once, compression):
    monkeypatch.setattr(cell_counts, "VALUES_AT_ONCE", at_once)
    if at_once == 1 and compression:
        return  # as slow as it is alike
    path = write(tmp_path / "x.h5ad", COUNTS, CELLS, X=FORMS[form](COUNTS), compression=compression)
    file, matrix = found(path)
    with file:
        sums = sum_cells(matrix, CODES, 4)
    expected = np.array([COUNTS[taken].sum(axis=0) for taken in (np.equal(CODES, sample) for sample in range(4))])
    np.testing.assert_array_equal(sums, expected)


def test_raw_counts_are_taken_where_x_was_normalised(tmp_path):
    from anndata import AnnData

    data = AnnData(COUNTS.astype(float), CELLS)
    data.raw = data
    data.X = NORMALISED
    data = data[:, :10].copy()
    data.write_h5ad(tmp_path / "x.h5ad")
    file, matrix = found(tmp_path / "x.h5ad")
    with file:
        assert (matrix.name, matrix.shape) == ("raw.X", (80, 30))


def test_of_two_matrices_of_counts_the_one_of_more_genes_is_taken(tmp_path):
    from anndata import AnnData

    data = AnnData(COUNTS.astype(float), CELLS)
    data.raw = data
    data.write_h5ad(tmp_path / "x.h5ad")
    data[:, :10].copy().write_h5ad(tmp_path / "y.h5ad")
    for name, expected in (("x", "X"), ("y", "raw.X")):
        file, matrix = found(tmp_path / f"{name}.h5ad")
        with file:
            assert matrix.name == expected


def test_a_layer_is_taken_where_it_is_named_and_proposed_where_it_is_not(tmp_path):
    path = write(tmp_path / "x.h5ad", COUNTS, CELLS, X=NORMALISED, layers={"counts": COUNTS, "scaled": NORMALISED - 1})
    file, matrix = found(path, "counts")
    with file:
        assert (matrix.name, matrix.form) == ("counts", "dense")
        with pytest.raises(InputFaults, match=r"X: holds no raw counts.*normalised.*Write layer: counts under source"):
            find_counts(file, "", "x.h5ad")
        with pytest.raises(InputFaults, match="scaled: holds no raw counts"):
            find_counts(file, "scaled", "x.h5ad")
        with pytest.raises(InputFaults, match=r"'count' is not a matrix of this file. Did you mean 'counts'\?"):
            find_counts(file, "count", "x.h5ad")


def test_values_that_were_normalised_are_refused_with_advice(tmp_path):
    with (
        h5py.File(write(tmp_path / "x.h5ad", COUNTS, CELLS, X=NORMALISED)) as file,
        pytest.raises(InputFaults, match="No matrix of the file holds whole numbers: get the file with the raw counts"),
    ):
        find_counts(file, "", "x.h5ad")


@pytest.mark.parametrize("value", [0.5, -1, np.nan, np.inf, 2.0**32])
def test_one_value_that_is_no_count_is_found_wherever_it_stands(tmp_path, monkeypatch, value):
    monkeypatch.setattr(cell_counts, "LOOKED_AT", 40)
    monkeypatch.setattr(cell_counts, "VALUES_AT_ONCE", 100)
    counts = COUNTS.astype(float)
    counts[70, 12] = value
    file, matrix = found(write(tmp_path / "x.h5ad", counts, CELLS, X=counts))
    with file, pytest.raises(InputFaults, match="are no counts; this is the first"):
        sum_cells(matrix, np.zeros(80, dtype=int), 1)


def test_zeros_and_ones_alone_are_no_counts(tmp_path, monkeypatch):
    monkeypatch.setattr(cell_counts, "MANY_VALUES", 100)
    file, matrix = found(write(tmp_path / "x.h5ad", np.minimum(COUNTS, 1), CELLS))
    with file, pytest.raises(InputFaults, match="zeros and ones alone"):
        sum_cells(matrix, np.zeros(80, dtype=int), 1)


def replaced(part, name, values):
    del part[name]
    part[name] = values


def outside(part):
    part["indices"][3] = 30


def negative(part):
    part["indices"][3] = -1


def overlapping(part):
    ends = part["indptr"][:]
    ends[5] = ends[4] - 1
    replaced(part, "indptr", ends)


def too_long(part):
    ends = part["indptr"][:]
    ends[1:-1] = ends[-1]
    replaced(part, "indptr", ends)


def too_few_ends(part):
    replaced(part, "indptr", part["indptr"][:-1])


def no_place(part):
    replaced(part, "indices", part["indices"][:-1])


def text_values(part):
    replaced(part, "data", np.array([b"a"] * len(part["data"])))


def other_form(part):
    part.attrs["encoding-type"] = "coo_matrix"


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        (outside, "outside of its shape"),
        (negative, "outside of its shape"),
        (overlapping, "lines that overlap"),
        (too_long, "lines that overlap"),
        (too_few_ends, "where each line of it begins"),
        (no_place, "values without a place"),
        (text_values, "not a matrix of numbers"),
        (other_form, "not a matrix of numbers"),
    ],
)
@pytest.mark.parametrize("form", ["csr", "csc"])
def test_a_sparse_matrix_whose_parts_do_not_fit_is_refused(tmp_path, change, problem, form):
    path = write(tmp_path / "x.h5ad", COUNTS, CELLS, X=FORMS[form](COUNTS))
    with h5py.File(path, "r+") as file:
        width = 30 if form == "csr" else 80
        if change is outside:
            file["X"]["indices"][3] = width
        else:
            change(file["X"])
        with pytest.raises(InputFaults, match=problem):
            sum_cells(find_counts(file, "", "x.h5ad"), np.zeros(80, dtype=int), 1)
