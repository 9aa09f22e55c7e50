"""Transcript estimates of salmon (quant.sf), one file a sample, summed to the genes of a table of transcripts.

The counts are those of tximport's `lengthScaledTPM`: Soneson, Love & Robinson 2015, F1000Research 4:1521, doi
10.12688/f1000research.7563. The form of the file: salmon's documentation, "Salmon Output File Formats".
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from secretome.faults import Fault, InputFaults, fault, listed, raise_any
from secretome.readers import columns
from secretome.source_table import SourceTable
from secretome.text_files import read_lines

HEADER = ("Name", "Length", "EffectiveLength", "TPM", "NumReads")
SCALED, SUMMED = "scaled", "summed"
# ASSUME: up to 5 % of the reads on transcripts that the table does not know are retired or decoy sequences; with more
# than half of them the table is that of another annotation.
WARNED_SHARE, REFUSED_SHARE = 0.05, 0.5
MILLION = 1e6
TPM_TOLERANCE = 0.01  # of a million; TPM are written with six decimals

_HEADER_WORDS = frozenset(
    (
        *("transcript", "transcript_id", "transcriptid", "tx", "tx_id", "txid", "txname", "tx_name", "target_id"),
        *("name", "enst", "ensembl_transcript_id", "ensembl_transcript_id_version"),
    )
)
# The ids whose end .N is a version; in others, as MSTRG.12.3, it is part of the id.
_VERSIONED = re.compile(r"((?:ENS[A-Z]{0,5}T[0-9]{11}|[NX][MR]_[0-9]{6,9}))\.[0-9]+(_PAR_Y)?")
_ID = re.compile(r"ENS[A-Z]{0,5}T[0-9]{11}(\.[0-9]+)?(_PAR_Y)?|[NX][MR]_[0-9]{6,9}(\.[0-9]+)?")


@dataclass(frozen=True)
class _Sample:
    """One quant.sf: transcripts, and their lengths, effective lengths, TPM and reads (transcripts × 4)."""

    path: Path
    transcripts: list[str]
    values: np.ndarray


def read(files: Mapping[str, Path], tx2gene: str | Path, counts: str = SCALED) -> SourceTable:
    """Read one quant.sf a sample and sum the transcripts of each gene.

    Args:
        files: sample to quant.sf, plain or gzip, all of the same transcripts in any order.
        tx2gene: a tab-separated table of transcripts and their genes, with or without a header; more columns are
            ignored.
        counts: ``scaled``: the TPM of a gene, by its average effective length over the samples, scaled to the reads of
            the sample (tximport's lengthScaledTPM); ``summed``: the sum of the estimated reads (tximport's "no", meant
            for use with an offset of the lengths, which is not made here: an approximation that takes a switch between
            a long and a short transcript for a change of expression).

    Returns:
        Genes × samples, unit ``counts``, whole numbers; the genes in the order of their first transcript.

    Raises:
        InputFaults: a file is damaged, cut off or not of this form; a number is not finite or is negative; the samples
            differ in their transcripts or the lengths of these; a transcript stands twice, or with two genes; the
            table has no telling first line; more than ``REFUSED_SHARE`` of the reads of a sample are on transcripts
            that it does not know; a sample has no reads, or its TPM do not sum to a million.
    """
    # ASSUME: lengthScaledTPM is the default, as tximport advises it for limma-voom, which takes no offset.
    if counts not in (SCALED, SUMMED):
        raise fault("salmon", "quantity", counts, "is no kind of counts", f"Write quantity: {SCALED} or {SUMMED}")
    if not files:
        raise fault("the files of the samples", "", "", "are none", "Name at least one file")
    samples, faults = [], []
    for path in files.values():
        try:
            samples.append(_read_sample(Path(path)))
        except InputFaults as found:
            faults += found.faults
    if faults:
        raise InputFaults(faults)
    transcripts = samples[0].transcripts
    values = _aligned(samples)
    genes, match_steps = _genes_of(Path(tx2gene), transcripts)
    known = np.array([gene != "" for gene in genes])
    steps = [*match_steps, *_lost(tx2gene, list(files), values[:, :, 3], known)]
    names = list(dict.fromkeys(gene for gene in genes if gene))
    position = {name: number for number, name in enumerate(names)}
    rows = np.array([position[gene] for gene in genes if gene])
    made = _gene_counts(values[known], rows, len(names), counts)
    whole = np.rint(made)
    steps.append(
        {
            "step": "sum transcripts to genes",
            "transcripts": int(known.sum()),
            "genes": len(names),
            "method": "lengthScaledTPM" if counts == SCALED else "sums of NumReads, without an offset for the lengths",
        }
    )
    steps.append({"step": "round to whole counts", "values": int((whole != made).sum())})
    return SourceTable(names, list(files), whole, list(names), unit="counts", steps=steps)


def _read_sample(path: Path) -> _Sample:
    lines = columns.without_empty_end(read_lines(path, whole_last_line=True))
    if tuple(lines[0].split("\t")) != HEADER:
        problem = f"is not the header of quant.sf: {', '.join(HEADER)}, separated by tabs"
        raise fault(f"{path}:1", "", lines[0][:40], problem, "Give the file as salmon wrote it")
    if len(lines) == 1:
        raise fault(str(path), "", "", "has no line of a transcript", "Get the file again")
    table = columns.split(path, lines[1:], 2, HEADER)
    transcripts = table.pop("Name")
    columns.refuse_repeated(path, 2, transcripts, "Name")
    values = columns.numbers(path, 2, transcripts, table)
    faults = [
        Fault(f"{path}:{row + 2}", "EffectiveLength", table["EffectiveLength"][row], "is no length", "Get it again")
        for row in np.flatnonzero(values[:, 1] <= 0)
    ]
    _, _, abundance, reads = values.sum(axis=0)
    if not reads:
        faults.append(Fault(str(path), "NumReads", "", "has no reads on any transcript", "Leave the sample out"))
    elif abs(abundance - MILLION) > TPM_TOLERANCE * MILLION:
        problem = "is the sum of the transcripts per million, not a million: lines are missing or changed"
        faults.append(Fault(str(path), "TPM", f"{abundance:,.0f}", problem, "Get the file again"))
    raise_any(path, faults)
    return _Sample(path, transcripts, values)


def _aligned(samples: Sequence[_Sample]) -> np.ndarray:
    """The numbers of all samples in the order of the first one's transcripts: transcripts × samples × 4."""
    one = samples[0]
    rows = {name: row for row, name in enumerate(one.transcripts)}
    values, faults = [], []
    for other in samples:
        theirs = other.values
        if other.transcripts != one.transcripts:
            if unlike := rows.keys() ^ set(other.transcripts):
                faults.append(_unlike(one, other, sorted(unlike)))
                continue
            order = {name: row for row, name in enumerate(other.transcripts)}
            theirs = theirs[[order[name] for name in one.transcripts]]
        if differ := np.flatnonzero(theirs[:, 0] != one.values[:, 0]).tolist():
            name = one.transcripts[differ[0]]
            length, expected = theirs[differ[0], 0], one.values[differ[0], 0]
            problem = f"is {length:,.0f} bases long here and {expected:,.0f} in {one.path} ({len(differ):,} such)"
            faults.append(Fault(str(other.path), "Length", name, problem, "Give files of one index of transcripts"))
        values.append(theirs)
    raise_any(one.path, faults)
    return np.stack(values, axis=1)


def _unlike(one: _Sample, other: _Sample, unlike: list[str]) -> Fault:
    has = "is not in it, but" if unlike[0] in set(one.transcripts) else "is in it, but not"
    problem = f"{has} in {one.path}: the two differ in {len(unlike):,} transcripts ({listed(unlike)})"
    return Fault(str(other.path), "Name", unlike[0], problem, "Give files of one index of transcripts")


def _genes_of(path: Path, transcripts: Sequence[str]) -> tuple[list[str], list[dict[str, Any]]]:
    """The gene of each transcript, "" where the table knows none; and how many were found in which way."""
    table = _table(path, set(transcripts))
    genes = [table.get(name, "") for name in transcripts]
    exact = sum(map(bool, genes))
    if exact == len(genes):
        return genes, [{"step": "find the genes of transcripts", "as written": exact}]
    # GENCODE's sequences are named id|gene|…; salmon keeps it all if it is not told otherwise.
    genes = [gene or table.get(name.partition("|")[0], "") for gene, name in zip(genes, transcripts, strict=True)]
    shortened = sum(map(bool, genes)) - exact
    unversioned: dict[str, set[str]] = {}
    for name, gene in table.items():
        unversioned.setdefault(_without_version(name), set()).add(gene)
    ambiguous = 0
    for row, name in enumerate(transcripts):
        if genes[row]:
            continue
        found = unversioned.get(_without_version(name.partition("|")[0]), set())
        ambiguous += len(found) > 1
        genes[row] = next(iter(found)) if len(found) == 1 else ""
    stripped = sum(map(bool, genes)) - exact - shortened
    step = {"step": "find the genes of transcripts", "as written": exact}
    more = {"before the first bar": shortened, "without version": stripped, "with versions of several genes": ambiguous}
    return genes, [{**step, **{how: count for how, count in more.items() if count}}]


def _without_version(name: str) -> str:
    found = _VERSIONED.fullmatch(name)
    return f"{found[1]}{found[2] or ''}" if found else name


def _table(path: Path, transcripts: set[str]) -> dict[str, str]:
    """Transcript to gene."""
    lines = columns.without_empty_end(read_lines(path))
    width = lines[0].count("\t") + 1
    if width < 2:
        problem = "has a single column: transcripts and genes, separated by a tab, are expected"
        raise fault(f"{path}:1", "", lines[0][:40], problem, "Save it as tab-separated text")
    first = 2 if _has_header(path, lines[0], transcripts) else 1
    names = ["transcript", "gene", *(f"column {number}" for number in range(3, width + 1))]
    table = columns.split(path, lines[first - 1 :], first, names, quotes=True)
    genes: dict[str, str] = {}
    faults = []
    for number, (name, gene) in enumerate(zip(table["transcript"], table["gene"], strict=True), start=first):
        if not name or not gene:
            empty = "gene" if name else "transcript"
            faults.append(Fault(f"{path}:{number}", empty, "", "is empty", "Correct the line, or take it out"))
        elif genes.setdefault(name, gene) != gene:
            problem = f"has the gene {gene} here and {genes[name]} above"
            faults.append(Fault(f"{path}:{number}", "transcript", name, problem, "Keep one of them"))
    raise_any(path, faults)
    return genes


def _has_header(path: Path, line: str, transcripts: set[str]) -> bool:
    name = line.partition("\t")[0].strip()
    is_word = name.strip('"').casefold() in _HEADER_WORDS
    is_transcript = name in transcripts or _ID.fullmatch(name.partition("|")[0]) is not None
    if is_word == is_transcript:
        problem = "is neither a known name of the column nor a transcript of the samples: header or first row"
        fix = "Put a header above it: transcript_id and gene_id"
        raise fault(f"{path}:1", "", name, problem, fix)
    return is_word


def _lost(path: str | Path, names: Sequence[str], reads: np.ndarray, known: np.ndarray) -> list[dict[str, Any]]:
    """What is said of transcripts without a gene; refuses where most of the reads are on them."""
    shares = {
        name: float(share) for name, share in zip(names, reads[~known].sum(axis=0) / reads.sum(axis=0), strict=True)
    }
    worst = max(shares, key=lambda name: shares[name])
    if shares[worst] > REFUSED_SHARE or not known.any():
        problem = f"knows no gene for {shares[worst]:.0%} of the reads of {worst} ({(~known).sum():,} transcripts)"
        raise fault(str(path), "transcript", "", problem, "Give the table of the annotation that salmon was run with")
    if known.all():
        return []
    step: dict[str, Any] = {"step": "drop transcripts without a gene", "transcripts": int((~known).sum())}
    step["share of reads"] = shares
    if shares[worst] > WARNED_SHARE:
        step["warning"] = f"up to {shares[worst]:.0%} of the reads ({worst}) are on transcripts without a gene"
    return [step]


def _gene_counts(values: np.ndarray, rows: np.ndarray, genes: int, counts: str) -> np.ndarray:
    """Counts of genes × samples, not yet whole.

    Args:
        values: transcripts × samples × (length, effective length, TPM, reads), those with a gene alone.
        rows: the number of the gene of each transcript.
        genes: how many genes there are.
        counts: ``scaled`` or ``summed``.
    """
    reads = _summed(values[:, :, 3], rows, genes)
    if counts == SUMMED:
        return reads
    abundance = _summed(values[:, :, 2], rows, genes)
    with np.errstate(invalid="ignore"):
        length = _summed(values[:, :, 2] * values[:, :, 1], rows, genes) / abundance
    # Without any abundance a gene has no weights: the geometric mean of its other samples stands in, or, where no
    # sample has any, the plain mean of its transcripts; both as in tximport.
    missing = np.isnan(length)
    nowhere = missing.all(axis=1)
    logs = np.log(np.where(missing, 1.0, length))
    elsewhere = np.exp(logs.sum(axis=1) / np.maximum((~missing).sum(axis=1), 1))
    plain = _summed(values[:, :, 1].mean(axis=1, keepdims=True), rows, genes)[:, 0] / np.bincount(rows, minlength=genes)
    length = np.where(missing, np.where(nowhere, plain, elsewhere)[:, None], length)
    scaled = abundance * length.mean(axis=1, keepdims=True)
    sums = scaled.sum(axis=0)
    # Where no transcript with a gene has any abundance, there is nothing to scale.
    return scaled * (reads.sum(axis=0) / np.where(sums > 0, sums, 1.0))


def _summed(values: np.ndarray, rows: np.ndarray, genes: int) -> np.ndarray:
    """The rows of each gene summed: genes × samples."""
    return np.column_stack([np.bincount(rows, column, minlength=genes) for column in values.T])
