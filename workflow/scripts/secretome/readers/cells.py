"""Single cells in an .h5ad file → one column of counts a sample: the sum over its cells of one type.

Cells of one sample are not replicates: their counts share what that donor or culture is like. Summed to pseudobulk, the
samples are the replicates again, and everything else goes the way of bulk counts (Squair et al. 2021, doi
10.1038/s41467-021-25960-2; Crowell et al. 2020, doi 10.1038/s41467-020-19894-4).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import h5py
import numpy as np

from secretome.faults import fault, listed, nearest, sentence
from secretome.number_rows import free_memory
from secretome.readers.cell_columns import Column, index_name, names, read_column, read_index
from secretome.readers.cell_counts import Matrix, find_counts, sum_cells
from secretome.readers.hdf5 import opened
from secretome.source_table import SampleFields, SourceTable

# ASSUME the sum of fewer cells says more of these cells than of the sample; ten is the field's habit (muscat).
FEWEST_CELLS = 10
MOST_SAMPLES, MOST_GENES, MOST_CELLS = 5_000, 1_000_000, 50_000_000
SHOWN_VALUES = 3  # of a column that differs within a sample


@dataclass(frozen=True)
class Choice:
    """Which cells are summed to what, as the study file says.

    Attributes:
        sample: the column of obs that names the sample of a cell.
        type_column: the column of obs that names its type; "" where all cells are taken.
        cell_type: the type that is taken.
        layer: the matrix of raw counts, "" to find it among X and raw.X.
        genes: the column of var with the gene ids, "" for its index.
    """

    sample: str
    type_column: str = ""
    cell_type: str = ""
    layer: str = ""
    genes: str = ""


def choice_of(source: Mapping[str, Any]) -> Choice:
    """The choice that a source of the study file, with its defaults, makes."""
    keys = ("sample_column", "cell_type_column", "cell_type", "layer")
    sample, type_column, cell_type, layer = (source[key] for key in keys)
    return Choice(sample, type_column, cell_type, layer, source["columns"]["id"])


def read(path: str | Path, choice: Choice) -> SourceTable:
    """Read a file of cells and sum the raw counts of each sample.

    The file is walked before anything is read (``hdf5.opened``). The matrix is read in blocks: what is in memory is a
    block, the columns of obs one at a time, and samples × genes.

    Args:
        path: an .h5ad file as anndata writes it, of version 0.7 or later.
        choice: of the cells.

    Returns:
        Genes × samples, sorted by the name of the sample, unit ``counts``. The fields of a sample are the columns of
        obs: one value where all its cells agree, else several, so that a rule that uses it is refused. Samples of
        fewer than ``FEWEST_CELLS`` cells are `left_out`, with a warning.

    Raises:
        InputFaults: the file is damaged, hostile, or not as anndata writes it; a column, the cell type or the layer is
            not there; there are no raw counts; or no two samples have enough cells.
    """
    where = str(path)
    with opened(path) as file:
        table = _table_of_cells(file, where)
        matrix, codes, samples, left_out, steps = _choose(file, table, choice, where)
        _require_memory(matrix, len(samples))
        ids = _gene_ids(matrix, choice.genes)
        sums = sum_cells(matrix, codes, len(samples))
        fields = _fields(table, codes, samples, where)
    cells = np.bincount(codes[codes >= 0], minlength=len(samples))
    per_sample = {sample: int(count) for sample, count in zip(samples, cells, strict=True)}
    steps.append({"step": "sum cells to samples", "matrix": matrix.name, "samples": len(samples), "cells": per_sample})
    return SourceTable(ids, samples, np.ascontiguousarray(sums.T), list(ids), fields, "counts", steps, left_out)


def read_samples(path: str | Path, choice: Choice) -> list[str]:
    """The samples of a file of cells, those of too few cells among them; the counts are not summed for this.

    Raises:
        InputFaults: as :func:`read`, but for what only the sums and the ids of the genes show.
    """
    with opened(path) as file:
        _, _, samples, left_out, _ = _choose(file, _table_of_cells(file, str(path)), choice, str(path))
    return sorted([*samples, *left_out])


def _choose(
    file: h5py.File, table: h5py.Group, choice: Choice, where: str
) -> tuple[Matrix, np.ndarray, list[str], dict[str, str], list[dict[str, Any]]]:
    """The matrix, the number of the sample of each cell, the samples, those left out, and the steps that led there."""
    matrix = find_counts(file, choice.layer, where)
    column = read_column(table, choice.sample, where)
    _require_shapes(matrix, column)
    chosen, steps = _chosen(table, choice, column.codes.size, where)
    codes, samples, left_out = _samples(column, chosen, choice, where, steps)
    return matrix, codes, samples, left_out, steps


def _table_of_cells(file: h5py.File, where: str) -> h5py.Group:
    for name in ("obs", "var"):
        if not isinstance(file.get(name), h5py.Group):
            old = isinstance(file.get(name), h5py.Dataset)
            problem = "has the form of anndata before 0.7" if old else "is not in the file"
            fix = "Read it with anndata and write it again with write_h5ad" if old else "Give a file of anndata (.h5ad)"
            raise fault(where, name, "", problem, fix)
    return file["obs"]


def _require_shapes(matrix: Matrix, column: Column) -> None:
    cells, genes = matrix.shape
    index = index_name(matrix.genes)
    of_genes = len(matrix.genes[index]) if index else -1
    if cells != column.codes.size or genes != of_genes:
        problem = f"has {cells:,} cells and {genes:,} genes; their tables have {column.codes.size:,} and {of_genes:,}"
        raise matrix.wrong("", problem)
    if cells > MOST_CELLS or genes > MOST_GENES:
        problem = f"has {cells:,} cells and {genes:,} genes; at most {MOST_CELLS:,} and {MOST_GENES:,} are read"
        raise matrix.wrong("", problem, "Give a smaller file")


def _chosen(table: h5py.Group, choice: Choice, cells: int, where: str) -> tuple[np.ndarray, list[dict[str, Any]]]:
    """Whether a cell is of the type, and the step that says how many are."""
    if not choice.type_column:
        return np.ones(cells, dtype=bool), [{"step": "take the cells of all types", "cells": cells}]
    types = read_column(table, choice.type_column, where)
    if types.codes.size != cells:
        problem = f"has {types.codes.size:,} values for {cells:,} cells"
        raise fault(where, f"obs/{choice.type_column}", "", problem, "Get the file again")
    texts = types.texts()
    counts = np.bincount(types.codes[types.codes >= 0], minlength=len(texts))
    if choice.cell_type not in texts:
        present = [f"{text} ({count})" for text, count in zip(texts, counts, strict=True) if count]
        problem = f"is no value of obs/{choice.type_column}"
        fix = f"{sentence(nearest(choice.cell_type, texts))} The types and their cells: {listed(present, 20)}"
        raise fault(where, "source.cell_type", choice.cell_type, problem, fix)
    wanted = [number for number, text in enumerate(texts) if text == choice.cell_type]
    chosen = np.isin(types.codes, wanted)
    step = {"step": "take the cells of one type", "type": choice.cell_type, "cells": int(chosen.sum())}
    return chosen, [{**step, "of_cells": int(chosen.size)}]


def _samples(
    column: Column, chosen: np.ndarray, choice: Choice, where: str, steps: list[dict[str, Any]]
) -> tuple[np.ndarray, list[str], dict[str, str]]:
    """The number of the sample of each cell (-1: not taken), the samples, and those that have too few cells."""
    texts = column.texts()
    place = f"obs/{choice.sample}"
    counts = np.bincount(column.codes[chosen & (column.codes >= 0)], minlength=len(texts))
    ids = [text for text, count in zip(texts, counts, strict=True) if count]
    if len(ids) != len(set(ids)) or "" in ids:
        raise fault(where, place, "", "has values that differ in spaces alone", "Write each sample in one way")
    if len(ids) > MOST_SAMPLES:
        problem = f"has {len(ids):,} values; it names cells, not samples"
        raise fault(where, place, "", problem, "Name the column of donors or cultures as source.sample_column")
    if without := int((chosen & (column.codes < 0)).sum()):
        message = f"{without} cells that name no sample ({place}) were left out."
        steps.append({"step": "leave out cells without a sample", "cells": without, "warning": message})
    few = {text: int(count) for text, count in zip(texts, counts, strict=True) if 0 < count < FEWEST_CELLS}
    samples = sorted(set(ids) - set(few))
    if len(samples) < 2:
        sizes = [f"{text} ({count})" for text, count in zip(texts, counts, strict=True) if count]
        problem = f"has {len(samples)} samples of at least {FEWEST_CELLS} such cells: {listed(sizes, 20) or 'no cell'}"
        raise fault(where, place, "", problem, "Take another cell type, or another column of samples")
    what = f"cells of the type {choice.cell_type}" if choice.cell_type else "cells"
    left_out = {sample: f"{count} {what}, fewer than {FEWEST_CELLS}" for sample, count in sorted(few.items())}
    if few:
        message = f"Samples of fewer than {FEWEST_CELLS} {what} were left out: {listed(left_out, 20)}."
        steps.append({"step": "leave out samples of few cells", "cells": dict(sorted(few.items())), "warning": message})
    number = {sample: position for position, sample in enumerate(samples)}
    of_value = np.array([*(number.get(text, -1) for text in texts), -1])
    return np.where(chosen, of_value[column.codes], -1), samples, left_out


def _require_memory(matrix: Matrix, samples: int) -> None:
    needed = 4 * 8 * samples * matrix.shape[1]
    if needed > (free := free_memory()):
        problem = f"gives {samples:,} samples of {matrix.shape[1]:,} genes, which need {needed / 1e9:.1f} GB of memory"
        raise matrix.wrong("", problem, f"{free / 1e9:.1f} GB are free: give it more, or fewer samples")


def _gene_ids(matrix: Matrix, column: str) -> list[str]:
    """The ids of the genes; one that stands twice is summed later, as in every table of counts."""
    if not column:
        ids = read_index(matrix.genes, matrix.where)
    else:
        read = read_column(matrix.genes, column, matrix.where)
        texts = [*read.texts(), ""]  # -1 is the last one: no value
        ids = [texts[code] for code in read.codes]
    if missing := ids.count(""):
        place = matrix.genes.name.strip("/")
        raise fault(matrix.where, place, column, f"has {missing} genes without an id", "Take another column of ids")
    return ids


def _fields(table: h5py.Group, codes: np.ndarray, samples: list[str], where: str) -> SampleFields:
    """What obs says of each sample: every column of which its cells have one value, or a few."""
    taken = codes >= 0
    found: SampleFields = {sample: {} for sample in samples}
    for name in names(table):
        column = read_column(table, name, where)
        if column.codes.size != codes.size:
            raise fault(where, f"obs/{name}", "", "has another number of values than there are cells", "Get it again")
        of_each = _values_of_each(column, codes[taken], column.codes[taken], len(samples))
        # Numbers that differ between the cells of a sample are measurements of cells: no rule can use them.
        if column.values.dtype.kind == "f" and max(map(len, of_each.values()), default=0) > 1:
            continue
        texts = column.texts()
        for number, values in of_each.items():
            found[samples[number]][name] = [texts[value] for value in values[:SHOWN_VALUES]]
    return found


def _values_of_each(column: Column, samples: np.ndarray, codes: np.ndarray, count: int) -> Mapping[int, list[int]]:
    """The different values that the cells of each sample have, by sample."""
    there = codes >= 0
    pairs = np.unique(samples[there] * np.int64(len(column.values)) + codes[there])
    of_each: dict[int, list[int]] = {number: [] for number in range(count)}
    for sample, value in zip(*np.divmod(pairs, max(1, len(column.values))), strict=True):
        of_each[int(sample)].append(int(value))
    return {number: values for number, values in of_each.items() if values}
