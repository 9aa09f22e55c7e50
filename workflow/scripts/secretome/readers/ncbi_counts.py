"""The counts that NCBI makes for RNA-seq series: GeneID and one column a GEO sample, whole numbers of reads."""

import re
from collections import Counter
from pathlib import Path

import numpy as np

from secretome.delimited import read_header, read_matrix
from secretome.faults import MOST_FAULTS, Fault, InputFaults, most_of
from secretome.source_table import SourceTable

LARGEST_EXACT = 2**53  # the largest whole number up to which float64 holds every one

_SAMPLE = re.compile(r"GSM[1-9]\d*", re.ASCII)
_GENE = re.compile(r"[1-9]\d*", re.ASCII)
_NOT_COUNTS = "Take the file *_raw_counts_*_NCBI.tsv.gz; *_norm_counts_FPKM_* and *_norm_counts_TPM_* look alike"


def read(path: str | Path) -> SourceTable:
    """Read NCBI-generated raw counts.

    Args:
        path: tab-separated, plain or gzip; header ``GeneID`` and the accessions of the samples, Entrez ids, unsorted.

    Returns:
        The table in the order of the file, unit `counts`; `samples` hold `column`, the accession.

    Raises:
        InputFaults: as :func:`secretome.delimited.read_matrix`; the header is another one, an id is not an Entrez id
            or stands twice, a value is negative, too large or a fraction (as in NCBI's normalised files, which look
            alike).
    """
    path = Path(path)
    if faults := _header_faults(path, read_header(path)):
        raise InputFaults(most_of(path, faults))
    matrix = read_matrix(path)
    faults, count = _value_faults(path, matrix.columns, matrix.values)
    wrong_ids = _id_faults(path, matrix.ids)
    if faults or wrong_ids:
        raise InputFaults(most_of(path, [*wrong_ids, *faults], len(wrong_ids) + count))
    samples = {column: {"column": [column]} for column in matrix.columns}
    return SourceTable(matrix.ids, matrix.columns, matrix.values, list(matrix.ids), samples, "counts")


def _header_faults(path: Path, names: list[str]) -> list[Fault]:
    fix = "Give the file of counts that NCBI made, or read it as kind: file with its format"
    faults = []
    if names[0] != "GeneID":
        faults.append(Fault(f"{path}:1", "column 1", names[0], "is not GeneID, as NCBI calls it", fix))
    return faults + [
        Fault(f"{path}:1", f"column {number}", name, "is no accession of a GEO sample, as GSM1561390", fix)
        for number, name in enumerate(names[1:], start=2)
        if not _SAMPLE.fullmatch(name)
    ]


def _id_faults(path: Path, ids: list[str]) -> list[Fault]:
    fix = "Get the file again"
    faults = [
        Fault(f"{path}:{line}", "GeneID", one, "is no Entrez id, which is a whole number", fix)
        for line, one in enumerate(ids, start=2)
        if not _GENE.fullmatch(one)
    ]
    several = {one for one, count in Counter(ids).items() if count > 1}
    return faults + [
        Fault(f"{path}:{line}", "GeneID", one, "stands in several rows", fix)
        for line, one in enumerate(ids, start=2)
        if one in several
    ]


def _value_faults(path: Path, columns: list[str], values: np.ndarray) -> tuple[list[Fault], int]:
    """The first values that are no counts, and how many there are."""
    wrong = np.argwhere((values < 0) | (values > LARGEST_EXACT) | (values != np.floor(values)))
    faults = []
    for row, column in wrong[:MOST_FAULTS]:
        value = values[row, column]
        if value < 0:
            problem = "is negative, which no count is"
        elif value > LARGEST_EXACT:
            problem = "is too large for a count"
        else:
            problem = "is no whole number, which every count is"
        where = f"{path}:{row + 2}"
        faults.append(Fault(where, f"column {column + 2} ({columns[column]})", f"{value:.10g}", problem, _NOT_COUNTS))
    return faults, len(wrong)
