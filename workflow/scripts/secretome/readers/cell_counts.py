"""The raw counts in an .h5ad file, summed over the cells of each sample, a block of the matrix at a time."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import h5py
import numpy as np

from secretome.faults import InputFaults, fault, listed, nearest, sentence

LARGEST_COUNT = 2**31
VALUES_AT_ONCE = 4_000_000
LOOKED_AT = 200_000  # values by which a matrix is told to hold counts; all are checked when they are summed
# ASSUME among so many values above zero some are above one, if they are counts.
MANY_VALUES = 10_000

_WRITE_AGAIN = "Read it with anndata and write it again with write_h5ad"
_KINDS = "biuf"


@dataclass(frozen=True)
class Matrix:
    """A matrix of cells × genes in a file.

    Attributes:
        name: as anndata calls it: `X`, `raw.X`, or the name of a layer.
        genes: the table of its genes, var or raw/var.
        shape: cells, genes.
        form: `dense`, `csr` (cell by cell) or `csc` (gene by gene).
        part: the data set, or the group of `data`, `indices` and `indptr`.
        where: the file, for the messages.
    """

    name: str
    genes: h5py.Group
    shape: tuple[int, int]
    form: str
    part: Any
    where: str

    def wrong(self, value: object, problem: str, fix: str = _WRITE_AGAIN) -> InputFaults:
        """A fault of this matrix."""
        return fault(self.where, self.name, value, problem, fix)


def find_counts(file: h5py.File, layer: str, where: str) -> Matrix:
    """The matrix that holds raw counts.

    Args:
        file: walked by ``hdf5.opened``.
        layer: the name of a layer, `X` or `raw.X`; "" for the one of X and raw.X that holds whole numbers, and of two
            such the one of more genes.
        where: the file, for the messages.

    Raises:
        InputFaults: there is no such layer, no matrix holds whole numbers, or it is not of a form that anndata writes.
    """
    there = _matrices(file, where)
    if layer and layer not in there:
        fix = f"{sentence(nearest(layer, there))} There is: {listed(there, 20)}"
        raise fault(where, "source.layer", layer, "is not a matrix of this file", fix)
    looked_at = [layer] if layer else [name for name in ("X", "raw.X") if name in there]
    if not looked_at:
        raise fault(
            where, "", "", "has neither X nor raw.X", f"Name the layer of raw counts; there is: {listed(there)}"
        )
    # `max` takes the first of equals.
    whole = [there[name] for name in looked_at if _first_fraction(there[name]) is None]
    if whole:
        return max(whole, key=lambda matrix: matrix.shape[1])
    others = [name for name in there if name not in looked_at and _first_fraction(there[name]) is None]
    value = _first_fraction(there[looked_at[0]])
    problem = f"holds no raw counts, but values that were normalised or scaled ({value:.6g})"
    if others:
        fix = f"Write layer: {others[0]} under source, which holds whole numbers"
    else:
        fix = "No matrix of the file holds whole numbers: get the file with the raw counts, in X, raw.X or a layer"
    raise fault(where, " and ".join(looked_at), "", problem, fix)


def sum_cells(matrix: Matrix, codes: np.ndarray, samples: int) -> np.ndarray:
    """Sum the counts of the cells of each sample, by scanpy's ``get.aggregate``.

    Args:
        matrix: of cells × genes.
        codes: one a cell, the number of its sample; -1 for a cell that is not taken.
        samples: how many there are.

    Returns:
        samples × genes, whole numbers.

    Raises:
        InputFaults: a value of these cells is not a count; none of many is above one; the parts of a sparse matrix do
            not fit together.
    """
    totals = np.zeros((samples, matrix.shape[1]))
    above_zero, above_one = 0, False
    for rows, columns, block in _blocks(matrix, codes):
        values = block if isinstance(block, np.ndarray) else block.data
        _require_counts(matrix, values)
        above_zero += int(np.count_nonzero(values))
        above_one = above_one or bool(values.size and values.max() > 1)
        for sample, sums in _aggregated(block, codes[rows]):
            totals[sample, columns] += sums
    if above_zero > MANY_VALUES and not above_one:
        problem = "holds zeros and ones alone: which genes a cell has, not how many reads of them"
        raise matrix.wrong("", problem, "Name the layer of raw counts as source.layer")
    return totals


def _aggregated(block: Any, codes: np.ndarray) -> Iterator[tuple[int, np.ndarray]]:
    """(sample, its sums) for the samples that a block has cells of."""
    import pandas as pd
    from anndata import AnnData
    from scanpy.get import aggregate

    labels = pd.Categorical(codes.astype(str))
    cells = pd.DataFrame({"sample": labels}, index=pd.RangeIndex(len(codes)).astype(str))
    genes = pd.DataFrame(index=pd.RangeIndex(block.shape[1]).astype(str))
    sums = aggregate(AnnData(block, cells, genes), by="sample", func="sum")
    return zip(map(int, sums.obs["sample"]), sums.layers["sum"], strict=True)


def _matrices(file: h5py.File, where: str) -> dict[str, Matrix]:
    """All matrices of cells × genes by their names."""
    found = {}
    raw, layers = file.get("raw"), file.get("layers")
    places = [("X", file.get("X"), file.get("var"))]
    if isinstance(raw, h5py.Group):
        places.append(("raw.X", raw.get("X"), raw.get("var")))
    if isinstance(layers, h5py.Group):
        places += [(name, layers[name], file.get("var")) for name in sorted(layers)]
    for name, part, genes in places:
        if part is not None and isinstance(genes, h5py.Group):
            found[name] = _matrix(name, genes, part, where)
    return found


def _matrix(name: str, genes: h5py.Group, part: Any, where: str) -> Matrix:
    if isinstance(part, h5py.Dataset):
        form, shape, vectors = "dense", part.shape, [part]
    else:
        coded = str(part.attrs.get("encoding-type", part.attrs.get("h5sparse_format", "")))
        form = coded.removesuffix("_matrix")
        shape = tuple(int(length) for length in part.attrs.get("shape", part.attrs.get("h5sparse_shape", ()))[:3])
        vectors = [part.get(key) for key in ("data", "indices", "indptr")]
    known = form in ("dense", "csr", "csc") and len(shape) == 2 and all(isinstance(v, h5py.Dataset) for v in vectors)
    if not known or vectors[0].dtype.kind not in _KINDS:
        raise fault(where, name, form, "is not a matrix of numbers as anndata writes it", _WRITE_AGAIN)
    matrix = Matrix(name, genes, (shape[0], shape[1]), form, part, where)
    if form != "dense" and not (len(vectors[0]) == len(vectors[1]) and vectors[1].dtype.kind in "iu"):
        raise matrix.wrong(form, "has values without a place")
    return matrix


def _first_fraction(matrix: Matrix) -> float | None:
    """The first value, of the first ``LOOKED_AT``, that is not a whole number of at least 0; None if there is none."""
    if matrix.form == "dense":
        rows = max(1, LOOKED_AT // max(1, matrix.shape[1]))
        values = matrix.part[:rows, :LOOKED_AT].ravel()
    else:
        values = matrix.part["data"][:LOOKED_AT]
    wrong = _not_counts(values)
    return float(values[wrong][0]) if wrong.any() else None


def _not_counts(values: np.ndarray) -> np.ndarray:
    with np.errstate(invalid="ignore"):
        return ~((values >= 0) & (values == np.round(values)) & (values <= LARGEST_COUNT))


def _require_counts(matrix: Matrix, values: np.ndarray) -> None:
    wrong = _not_counts(values)
    if wrong.any():
        problem = f"{int(wrong.sum()):,} values in a row of cells are no counts; this is the first"
        fix = "Name the matrix of raw counts as source.layer, or get the file with the raw counts"
        raise matrix.wrong(f"{float(values[wrong][0]):.10g}", problem, fix)


def _blocks(matrix: Matrix, codes: np.ndarray) -> Iterator[tuple[np.ndarray, slice, Any]]:
    """Parts of the matrix: the cells that are taken, the genes, and their values (cells × genes, float64)."""
    if matrix.form == "dense":
        return _dense_blocks(matrix, codes)
    return _sparse_blocks(matrix, codes)


def _dense_blocks(matrix: Matrix, codes: np.ndarray) -> Iterator[tuple[np.ndarray, slice, Any]]:
    cells, genes = matrix.shape
    step = max(1, VALUES_AT_ONCE // max(1, genes))
    together = matrix.part.chunks[0] if matrix.part.chunks else 1
    if step < together <= 8 * step:  # a chunk is unpacked whole, however little of it is asked for
        step = together
    for start in range(0, cells, step):
        rows = start + np.flatnonzero(codes[start : start + step] >= 0)
        if rows.size:
            block = matrix.part[start : start + step][rows - start]
            yield rows, slice(None), block.astype(np.float64)


def _sparse_blocks(matrix: Matrix, codes: np.ndarray) -> Iterator[tuple[np.ndarray, slice, Any]]:
    """Whole cells (csr) or whole genes (csc) of about ``VALUES_AT_ONCE`` values."""
    from scipy import sparse

    by_cell = matrix.form == "csr"
    lines, width = matrix.shape if by_cell else matrix.shape[::-1]
    ends = _ends(matrix, lines, width)
    taken = np.flatnonzero(codes >= 0)
    make = sparse.csr_matrix if by_cell else sparse.csc_matrix
    start = 0
    while start < lines:
        stop = int(np.searchsorted(ends, ends[start] + VALUES_AT_ONCE, side="right")) - 1
        stop = min(max(stop, start + 1), lines)
        rows = start + np.flatnonzero(codes[start:stop] >= 0) if by_cell else taken
        first, last = int(ends[start]), int(ends[stop])
        if rows.size and last > first:
            places = matrix.part["indices"][first:last]
            if places.min() < 0 or places.max() >= width:
                raise matrix.wrong("", "has values outside of its shape")
            values = matrix.part["data"][first:last].astype(np.float64)
            shape = (stop - start, width) if by_cell else (width, stop - start)
            block = make((values, places.astype(np.int64), ends[start : stop + 1] - first), shape=shape)
            if by_cell:
                yield rows, slice(None), block[rows - start]
            else:
                yield rows, slice(start, stop), block.tocsr()[rows]
        start = stop


def _ends(matrix: Matrix, lines: int, width: int) -> np.ndarray:
    """Where each cell (csr) or gene (csc) begins and ends in the values."""
    ends = matrix.part["indptr"]
    if ends.shape != (lines + 1,) or ends.dtype.kind not in "iu":
        raise matrix.wrong("", "does not say where each line of it begins")
    ends = ends[:].astype(np.int64)
    lengths = np.diff(ends)
    if ends[0] != 0 or ends[-1] != len(matrix.part["data"]) or (lengths < 0).any() or (lengths > width).any():
        raise matrix.wrong("", "has lines that overlap, or values that belong to none")
    return ends
