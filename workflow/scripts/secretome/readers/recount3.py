"""Gene sums of recount3, a project of the SRA: coverage made counts, and what the SRA states of each run.

Sources: Wilks et al. 2021, Genome Biology 22:323, doi 10.1186/s13059-021-02533-6; Collado-Torres et al. 2017,
F1000Research 6:1558, doi 10.12688/f1000research.12223.1; the names of files and columns by rna.recount.bio and the R
package recount3 (`read_metadata`, `expand_sra_attributes`, `compute_read_counts`).
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from secretome.faults import Fault, InputFaults, fault, listed, nearest, raise_any
from secretome.readers import columns
from secretome.source_table import SampleFields, SourceTable
from secretome.text_files import read_lines

MAPPED_LENGTH = "star.average_mapped_length"
ATTRIBUTES = "sample_attributes"
# ASSUME: the reads of recount3 are short ones, alone or in pairs of at most 300 bases each.
SHORTEST, LONGEST = 10.0, 1000.0

_GET_AGAIN = "Get the three files of the project again"
_ONE_PROJECT = "Give the three files of one project"


@dataclass(frozen=True)
class _Runs:
    """A table of runs: run → column → text, and the line of each run in the file."""

    path: Path
    rows: dict[str, dict[str, str]]
    lines: dict[str, int]

    def where(self, run: str) -> str:
        """The file, and the line of ``run`` where it has one."""
        return f"{self.path}:{self.lines[run]}" if run in self.lines else str(self.path)


def read(gene_sums: str | Path, quality: str | Path, runs: str | Path) -> SourceTable:
    """Read the gene sums of one project and divide them by the average mapped length of each run.

    The sum over the bases of a gene of the reads that cover them, divided by the average length that a read covers, is
    the number of reads. This is what `compute_read_counts` of R's recount3 does: the sum by
    `recount_qc.star.average_mapped_length`, rounded half to even. STAR states that length for a fragment, which is the
    pair where reads are paired: the counts are fragments, and paired runs need no division by two.

    Args:
        gene_sums: `sra.gene_sums.<project>.G026.gz`: comments (##), a header (gene_id and the runs), whole sums.
        quality: `sra.recount_qc.<project>.MD.gz`, one line a run.
        runs: `sra.sra.<project>.MD.gz`, one line a run.

    Returns:
        Genes × runs, unit ``counts``; ids are Ensembl's with their versions and `_PAR_Y`, as in the file. The fields
        of a run are the columns of ``runs``; its attributes are called `sample_attributes: <name>`.

    Raises:
        InputFaults: a file is damaged, cut off or not of this form; a sum is not a whole number of at least 0; a gene
            or a run stands twice; a run is missing in ``quality`` or ``runs``, or the two contradict each other on it;
            its average mapped length is missing or outside of ``SHORTEST`` to ``LONGEST`` bases.
    """
    parts: dict[str, Any] = {}
    faults: list[Fault] = []
    for name, reader, path in (("sums", _sums, gene_sums), ("quality", _by_run, quality), ("runs", _by_run, runs)):
        try:
            parts[name] = reader(Path(path))
        except InputFaults as found:
            faults += found.faults
    if faults:
        raise InputFaults(faults)
    ids, names, sums, annotation = parts["sums"]
    by_quality, by_run = parts["quality"], parts["runs"]
    raise_any(gene_sums, _missing(Path(gene_sums).name, names, by_quality, by_run))
    lengths = _lengths(by_quality, names)
    steps: list[dict[str, Any]] = [
        {
            "step": "coverage to counts",
            "rows": len(ids),
            "runs": len(names),
            "annotation": annotation,
            "average_mapped_length": dict(zip(names, lengths, strict=True)),
        }
    ]
    without = sorted((set(by_quality.rows) | set(by_run.rows)) - set(names))
    if without:
        steps.append({"step": "leave out runs without gene sums", "runs": without})
    counts = np.rint(sums / np.array(lengths))
    return SourceTable(ids, names, counts, list(ids), _fields(by_run, names), "counts", steps)


def _sums(path: Path) -> tuple[list[str], list[str], np.ndarray, str]:
    """Gene ids, runs, the sums (genes × runs), and what the comments say of the annotation."""
    lines = columns.without_empty_end(read_lines(path, whole_last_line=True))
    comments = next((number for number, line in enumerate(lines) if not line.startswith("##")), len(lines))
    annotation = next((line.partition("=")[2] for line in lines[:comments] if line.startswith("##annotation=")), "")
    if len(lines) - comments < 2:
        raise fault(str(path), "", "", "has no line of a gene", _GET_AGAIN)
    header = lines[comments].split("\t")
    if header[0] != "gene_id" or len(header) < 2:
        problem = "is not the header of gene sums: gene_id and the runs, separated by tabs"
        raise fault(f"{path}:{comments + 1}", "", lines[comments][:40], problem, _GET_AGAIN)
    _refuse_repeated_names(path, comments + 1, header)
    first = comments + 2
    table = columns.split(path, lines[comments + 1 :], first, header)
    ids = table.pop("gene_id")
    columns.refuse_repeated(path, first, ids, "gene_id")
    return ids, header[1:], columns.numbers(path, first, ids, table, whole=True), annotation


def read_fields(path: str | Path) -> SampleFields:
    """What the SRA states of each run of a project.

    Args:
        path: `sra.sra.<project>.MD.gz`.

    Raises:
        InputFaults: as :func:`read`, for this table.
    """
    runs = _by_run(Path(path))
    return _fields(runs, list(runs.rows))


def _by_run(path: Path) -> _Runs:
    """One of the tables of runs, the names of its columns in lower case."""
    lines = columns.without_empty_end(read_lines(path))
    header = [name.strip().lower() for name in lines[0].split("\t")]
    _refuse_repeated_names(path, 1, header)
    # Older files of recount3 call the run so.
    key = next((name for name in ("external_id", "run_acc") if name in header), "")
    if not key:
        problem = "has no column external_id: it is not a table of runs of recount3"
        raise fault(f"{path}:1", "external_id", "", problem, _GET_AGAIN)
    table = columns.split(path, lines[1:], 2, header, quotes=True)
    runs = table[key]
    columns.refuse_repeated(path, 2, runs, key)
    rows = {run: {name: table[name][row] for name in header} for row, run in enumerate(runs)}
    return _Runs(path, rows, {run: row for row, run in enumerate(runs, start=2)})


def _refuse_repeated_names(path: Path, line: int, header: Sequence[str]) -> None:
    wrong = sorted({name for name in header if not name or header.count(name) > 1})
    raise_any(path, [Fault(f"{path}:{line}", "", name, "names no column, or several", _GET_AGAIN) for name in wrong])


def _missing(gene_sums: str, names: Sequence[str], quality: _Runs, runs: _Runs) -> list[Fault]:
    """The runs that have gene sums but no line in one of the tables, or lines that contradict each other."""
    faults = []
    for table in (quality, runs):
        missing = [name for name in names if name not in table.rows]
        if len(missing) == len(names):
            problem = f"has none of the runs of {gene_sums} ({listed(names)}); it has {listed(table.rows)}"
            faults.append(Fault(str(table.path), "external_id", "", problem, _ONE_PROJECT))
        else:
            problem = f"stands in {gene_sums} and not here"
            faults += [Fault(str(table.path), "external_id", name, problem, _GET_AGAIN) for name in missing]
    for name in set(names) & set(quality.rows) & set(runs.rows):
        for key in ("rail_id", "study"):
            here, there = quality.rows[name].get(key), runs.rows[name].get(key)
            if here and there and here != there:
                problem = f"is the {key} of {name} here and {there} in {runs.path.name}:{runs.lines[name]}"
                faults.append(Fault(quality.where(name), key, here, problem, _ONE_PROJECT))
    return faults


def _lengths(quality: _Runs, names: Sequence[str]) -> list[float]:
    """The average mapped length of each run, in bases."""
    header = list(quality.rows[names[0]])
    # In the R package the name of the file stands before that of the column.
    column = next((name for name in (MAPPED_LENGTH, f"recount_qc.{MAPPED_LENGTH}") if name in header), "")
    if not column:
        fix = f"Give sra.recount_qc.<project>.MD.gz; {nearest(MAPPED_LENGTH, header)}"
        raise fault(f"{quality.path}:1", MAPPED_LENGTH, "", "is not among the columns", fix)
    lengths, faults = [], []
    for name in names:
        text = quality.rows[name][column]
        length = columns.number(text)
        if not SHORTEST <= length <= LONGEST:
            what = "no number" if math.isnan(length) else "no length that reads have"
            problem = f"is {what}: the coverage of {name} cannot be made counts"
            faults.append(Fault(quality.where(name), column, text, problem, "Take the run out of the three files"))
        lengths.append(length)
    raise_any(quality.path, faults)
    return lengths


def _fields(runs: _Runs, names: Sequence[str]) -> SampleFields:
    """What the SRA states of each run: the columns that are not empty, and each attribute."""
    faults: list[Fault] = []
    fields: SampleFields = {}
    for name in names:
        fields[name] = {key: [text] for key, text in runs.rows[name].items() if text and key != ATTRIBUTES}
        attributes = runs.rows[name].get(ATTRIBUTES, "")
        for key, text in _attributes(attributes):
            if key:
                fields[name].setdefault(f"{ATTRIBUTES}: {key}", []).append(text)
            else:
                problem = f"is not of the form name;;value|name;;value, for {name}"
                faults.append(Fault(runs.where(name), ATTRIBUTES, attributes, problem, _GET_AGAIN))
    raise_any(runs.path, faults)
    return fields


def _attributes(text: str) -> list[tuple[str, str]]:
    """The names and values of `name;;value|name;;value`; a name is "" where the text is not of that form."""
    if text in ("", "NA"):
        return []
    pairs: list[tuple[str, str]] = []
    for part in text.split("|"):
        key, mark, value = part.partition(";;")
        if mark:
            pairs.append((key.strip(), value.strip()))
        elif pairs:
            # A bar inside of a value: what has no name belongs to the value before.
            pairs[-1] = (pairs[-1][0], f"{pairs[-1][1]}|{part.strip()}")
        else:
            pairs.append(("", part))
    return pairs
