"""Gene counts with one file a sample: htseq-count's two columns, and STAR's ReadsPerGene.out.tab."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from secretome.faults import Fault, InputFaults, fault, listed, raise_any
from secretome.readers import columns
from secretome.source_table import SourceTable
from secretome.text_files import read_lines

# As htseq-count writes them at the end of a file; before version 0.6 without the underscores.
SUMMARY = ("__no_feature", "__ambiguous", "__too_low_aQual", "__not_aligned", "__alignment_not_unique")
_OLD_SUMMARY = frozenset(name.removeprefix("__") for name in SUMMARY)
# As STAR writes them at the head of a file.
STAR_SUMMARY = ("N_unmapped", "N_multimapping", "N_noFeature", "N_ambiguous")
# STAR manual, --quantMode GeneCounts: column 2 unstranded, 3 the strand of the first read (htseq-count -s yes), 4 that
# of the second read (-s reverse).
STAR_COLUMNS = ("unstranded", "first", "second")
LARGEST_COUNT = 2**31 - 1  # no gene of no library has more reads

_HEADER_WORDS = frozenset(
    ("", "gene", "genes", "gene_id", "geneid", "gene_name", "symbol", "id", "feature", "ensembl", "ensembl_id", "name")
)
_SUFFIXES = re.compile(
    r"(\.(gz|txt|tsv|tab|csv|out|sf)"
    r"|[._-](htseq[._-]?counts?|htseq|star|readspergene|gene[._-]?counts?|raw[._-]?counts?|counts?|quant|salmon))+$",
    re.IGNORECASE,
)
_GSM = re.compile(r"GSM[0-9]{1,9}(?![0-9A-Za-z])")


@dataclass(frozen=True)
class _Sample:
    """One file: ids and numbers (genes × columns), the numbers of the summary lines, and the line of the first gene."""

    path: Path
    ids: list[str]
    values: np.ndarray
    summary: dict[str, list[int]]
    first: int


def read(files: Mapping[str, Path], column: str = "") -> SourceTable:
    """Read one file a sample and put them side by side.

    Args:
        files: sample to file, all of htseq-count (id, count) or all of STAR (id, unstranded, first, second), plain or
            gzip.
        column: which of ``STAR_COLUMNS`` is meant; "" for htseq-count.

    Returns:
        Genes × samples, unit ``counts``; the summary lines are taken out, their numbers stand in a step.

    Raises:
        InputFaults: a file is damaged, cut off or not of this form; a count is not a whole number of 0 to
            ``LARGEST_COUNT``; an id stands twice; the files differ in their ids or their order, or in whether they
            have summary lines; the column of STAR is not given, or is that of the wrong strand.
    """
    read_samples, faults = {}, []
    for name, path in files.items():
        try:
            read_samples[name] = _read_sample(Path(path))
        except InputFaults as found:
            faults += found.faults
    if not files:
        raise fault("the files of the samples", "", "", "are none", "Name at least one file")
    if faults:
        raise InputFaults(faults)
    _refuse_unlike(read_samples)
    one = next(iter(read_samples.values()))
    position = _chosen(read_samples, column)
    steps = [_summary_step(read_samples, position)]
    if column:
        steps.append({"step": "take one column of STAR's", "column": column, "reads": _totals(read_samples)})
    values = np.column_stack([sample.values[:, position] for sample in read_samples.values()])
    return SourceTable(one.ids, list(files), values, list(one.ids), unit="counts", steps=steps)


def sample_names(paths: Iterable[Path] | Mapping[str, Path]) -> dict[str, Path]:
    """Name the sample of each file: by the GSM id that it begins with, else by its name without the usual suffixes.

    A ``quant.sf`` has the name of its folder.

    Args:
        paths: one a sample; or member to file, as :func:`secretome.archives.extract` gives them.

    Raises:
        InputFaults: two files have the same name, or nothing is left of one.
    """
    named: dict[str, list[Path]] = {}
    for path in map(Path, paths.values() if isinstance(paths, Mapping) else paths):
        own = path.parent.name if path.name.lower().startswith("quant.sf") else path.name
        accession = _GSM.match(own)
        named.setdefault(accession[0] if accession else _SUFFIXES.sub("", own), []).append(path)
    faults = []
    for name, found in named.items():
        if len(found) > 1:
            problem = f"is the name of {len(found)} samples: {listed(path.name for path in found)}"
            fix = "Choose one file a sample by a regular expression (members), or name each under files"
            faults.append(Fault(str(found[0]), "", name, problem, fix))
        elif not name:
            problem = "has no name that a sample could take"
            faults.append(Fault(str(found[0]), "", found[0].name, problem, "Name it under files"))
    if faults:
        raise InputFaults(faults)
    return {name: found[0] for name, found in named.items()}


def _read_sample(path: Path) -> _Sample:
    lines = columns.without_empty_end(read_lines(path, whole_last_line=True))
    width = lines[0].count("\t") + 1
    if width == 4:
        return _read_star(path, lines)
    if width != 2:
        problem = f"has {width} column{'s' * (width != 1)}: neither the two of htseq-count nor the four of STAR"
        raise fault(f"{path}:1", "", lines[0][:40], problem, "Give the file as the program wrote it, tabs between")
    first = 2 if _is_header(lines[0]) else 1
    table = columns.split(path, lines[first - 1 :], first, ["gene", "count"])
    ids = table["gene"]
    genes = _count_of_genes(path, first, ids)
    columns.refuse_repeated(path, first, ids, "gene")
    counts = {"count": table["count"][:genes]}
    values = columns.numbers(path, first, ids[:genes], counts, whole=True, largest=LARGEST_COUNT)
    rest = columns.numbers(path, first + genes, ids[genes:], {"count": table["count"][genes:]}, whole=True)
    summary = dict(zip(map(_as_now, ids[genes:]), rest.astype(int).tolist(), strict=True))
    return _checked(_Sample(path, ids[:genes], values, summary, first))


def _read_star(path: Path, lines: list[str]) -> _Sample:
    table = columns.split(path, lines, 1, ["gene", *STAR_COLUMNS])
    ids = table.pop("gene")
    if tuple(ids[:4]) != STAR_SUMMARY:
        problem = f"has four columns and does not begin with STAR's lines {', '.join(STAR_SUMMARY)}"
        raise fault(f"{path}:1", "", lines[0][:40], problem, "Give ReadsPerGene.out.tab as STAR wrote it")
    columns.refuse_repeated(path, 1, ids, "gene")
    values = columns.numbers(path, 1, ids, table, whole=True, largest=LARGEST_COUNT)
    summary = dict(zip(ids[:4], values[:4].astype(int).tolist(), strict=True))
    return _checked(_Sample(path, ids[4:], values[4:], summary, 5))


def _checked(sample: _Sample) -> _Sample:
    if not sample.ids:
        raise fault(str(sample.path), "", "", "has no line of a gene", "Get the file again")
    return sample


def _is_header(line: str) -> bool:
    name, _, count = line.partition("\t")
    return name.strip().casefold() in _HEADER_WORDS and not re.fullmatch(r"[0-9.eE+-]*", count)


def _as_now(name: str) -> str:
    return name if name.startswith("__") else f"__{name}"


def _count_of_genes(path: Path, first: int, ids: list[str]) -> int:
    """How many of the rows are genes: the five summary lines stand behind them, all or none."""
    genes = len(ids) - 5 if tuple(map(_as_now, ids[-5:])) == SUMMARY else len(ids)
    wrong = [row for row, name in enumerate(ids[:genes]) if name[:2] == "__" or name in _OLD_SUMMARY]
    if wrong:
        found = listed(ids[row] for row in wrong)
        problem = f"is a summary line, and the file does not end with the five of htseq-count (there is: {found})"
        where = f"{path}:{first + wrong[0]}"
        raise fault(where, "gene", ids[wrong[0]], problem, "It may have been cut off: get it again")
    return genes


def _refuse_unlike(samples: Mapping[str, _Sample]) -> None:
    """All files have the columns, the ids, and the summary lines of the first, or the first difference is named."""
    one, *others = samples.values()
    faults = []
    for other in others:
        if other.values.shape[1] != one.values.shape[1]:
            problem = f"has {other.values.shape[1] + 1} columns, {one.path.name} has {one.values.shape[1] + 1}"
            faults.append(Fault(str(other.path), "", "", problem, "Give files of one program"))
        elif other.ids != one.ids:
            faults.append(_first_difference(one, other))
        elif bool(other.summary) != bool(one.summary):
            cut, whole = (one, other) if other.summary else (other, one)
            problem = f"lacks the summary lines at the end, which {whole.path.name} has: it may have been cut off"
            faults.append(Fault(str(cut.path), "", "", problem, "Get the file again"))
    if faults:
        raise_any(one.path, faults)


def _first_difference(one: _Sample, other: _Sample) -> Fault:
    pairs = enumerate(zip(one.ids, other.ids, strict=False))
    row = next((row for row, (left, right) in pairs if left != right), min(len(one.ids), len(other.ids)))
    missing = "no more genes"
    expected = one.ids[row] if row < len(one.ids) else missing
    found = other.ids[row] if row < len(other.ids) else ""
    same = "; the same genes in another order" if sorted(one.ids) == sorted(other.ids) else ""
    problem = (
        f"stands where {one.path.name}:{one.first + row} has {expected}{same} "
        f"({len(other.ids):,} genes here, {len(one.ids):,} there)"
    )
    if not found:
        problem = problem.replace("stands where", "has no more genes where", 1)
    fix = "Give files that were counted with the same annotation, none of them cut off"
    return Fault(f"{other.path}:{other.first + row}", "gene", found, problem, fix)


def _summary_step(samples: Mapping[str, _Sample], position: int) -> dict[str, Any]:
    if not any(sample.summary for sample in samples.values()):
        message = "no file has summary lines at its end: that none is cut off cannot be told from them"
        return {"step": "no summary lines", "samples": len(samples), "warning": message}
    reads = {name: {key: n[position] for key, n in sample.summary.items()} for name, sample in samples.items()}
    return {"step": "take out summary lines", "rows": len(next(iter(reads.values()))), "reads": reads}


def _totals(samples: Mapping[str, _Sample]) -> dict[str, int]:
    sums = np.sum([sample.values.sum(axis=0) for sample in samples.values()], axis=0)
    return {name: int(value) for name, value in zip(STAR_COLUMNS, sums, strict=True)}


def _chosen(samples: Mapping[str, _Sample], column: str) -> int:
    """The position of ``column``; the sums of all three are told where it is not, or is wrongly, chosen."""
    one = next(iter(samples.values()))
    if one.values.shape[1] == 1:
        if column:
            problem = "is asked for, but there are two columns, as of htseq-count: no strand to choose"
            raise fault(str(one.path), "quantity", column, problem, "Write format: htseq, without quantity")
        return 0
    totals = _totals(samples)
    told = ", ".join(f"{name} {total:,}" for name, total in totals.items())
    if column not in STAR_COLUMNS:
        problem = f"does not say which of STAR's columns is meant; the reads on genes are: {told}"
        fix = "Write quantity: unstranded, first or second, as the library was made"
        raise fault(str(one.path), "quantity", column, problem, fix)
    # ASSUME: genes have no more antisense reads than sense ones; less than half the other strand is the wrong strand.
    other = {"first": "second", "second": "first"}.get(column, column)
    if totals[column] * 2 < totals[other]:
        problem = f"is the strand with the fewer reads on genes: {told}"
        raise fault(str(one.path), "quantity", column, problem, f"Write quantity: {other}, or unstranded")
    return STAR_COLUMNS.index(column)
