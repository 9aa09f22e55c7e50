"""Tables of protein groups: what the readers of MaxQuant, DIA-NN, FragPipe and Spectronaut share.

A reader finds the columns of its software and states a :class:`Group` a row; what is dropped, which accessions name
the group and what a missing value is, is decided here, once, and counted.
"""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from secretome.faults import Fault, fault, listed, raise_any
from secretome.imputation import signs_of_imputation
from secretome.readers.protein_sheets import Sheet, one_of
from secretome.source_table import SourceTable

HUMAN = "Homo sapiens"
DECOY, CONTAMINANT, BY_SITE = "drop decoys", "drop contaminants", "drop groups identified by site only"
# ASSUME intensities of mass spectrometers are counted in thousands to billions: a table whose largest number is below
# the first is on the log2 scale, and one of whole numbers below the second holds spectral counts.
LARGEST_LOG2, LARGEST_COUNT = 64, 10_000
LEAST_SPECIES_SHARE = 0.5

# The form that UniProt documents for its accessions, then an isoform or a chain.
_UNIPROT = re.compile(
    r"([OPQ][0-9][A-Z0-9]{3}[0-9]|[A-NR-Z][0-9](?:[A-Z][A-Z0-9]{2}[0-9]){1,2})(-\d+|[-:]PRO_\d+)?", re.ASCII
)
_DECOY_MARK = r"(?:rev_+|reverse_+|decoy_+|xxx_+|##)"
_CONTAMINANT_MARK = r"(?:con__|cont_|contam_|contaminant_|crap[-_])"
_MARK = rf"(?P<%s>(?:{_DECOY_MARK}|{_CONTAMINANT_MARK})*)"
_MEMBER = re.compile(
    rf"{_MARK % 'outer'}(?:(?:sp|tr|up)\|)?{_MARK % 'inner'}(?P<accession>[^|\s]*)(?:\|(?P<entry>[^|\s]*))?.*", re.I
)
_SPECIES_SUFFIX = re.compile(r"[A-Za-z0-9]+_((?=\d*[A-Z])[A-Z0-9]{3,5})")
# UniProt's mnemonics of what is grown, fed and used as a standard in a laboratory.
_SPECIES = {
    "HUMAN": HUMAN,
    "MOUSE": "Mus musculus",
    "RAT": "Rattus norvegicus",
    "BOVIN": "Bos taurus",
    "PIG": "Sus scrofa",
    "SHEEP": "Ovis aries",
    "GOAT": "Capra hircus",
    "HORSE": "Equus caballus",
    "RABIT": "Oryctolagus cuniculus",
    "CHICK": "Gallus gallus",
    "YEAST": "Saccharomyces cerevisiae",
    "ECOLI": "Escherichia coli",
}


@dataclass(frozen=True)
class Group:
    """One row of the table.

    Attributes:
        id: the group as written.
        members: its proteins as written, the leading one first.
        line: its number in the file.
        names: names of its genes; used only where the members are no UniProt accessions.
        species: what the file says of it beside the suffixes of the members: organism names or UniProt mnemonics.
        mark: the reason to drop it that the software gives: `DECOY`, `CONTAMINANT`, `BY_SITE`, or "".
    """

    id: str
    members: Sequence[str]
    line: int
    names: Sequence[str] = ()
    species: Sequence[str] = ()
    mark: str = ""


@dataclass(frozen=True)
class Quantities:
    """The numbers as read: groups × samples, NaN where missing; column name → as written; what they are called."""

    values: np.ndarray
    columns: dict[str, str]
    quantity: str
    steps: list[dict[str, Any]] = field(default_factory=list)


def assemble(sheet: Sheet, groups: Sequence[Group], found: Quantities, organism: str, scale: str) -> SourceTable:
    """Drop what is no protein of the organism, turn zeros into missing values, and name the genes.

    Args:
        sheet: the file, for the messages.
        groups: one a row of ``found.values``.
        found: the numbers.
        organism: the species that is studied, as in `Homo sapiens`.
        scale: `intensity` (linear), `log2`, or `auto` where nobody said: then numbers that look like logarithms or
            counts of spectra are refused.

    Raises:
        InputFaults: most groups are of another species; no group is left; a group stands twice; a sample has no value;
            a number is negative; the numbers are on another scale.
    """
    one_of("scale", scale, ("auto", "intensity", "log2"))
    kept, steps = _kept(sheet, groups, organism)
    groups = [groups[row] for row in kept]
    raise_any(sheet.path, _id_faults(sheet, groups))
    values = found.values[kept]
    # ASSUME the software writes 0 where nothing was measured, and log2(x + 1) makes 0 of that; only a table that is
    # centred, which the negative numbers tell, has zeros that are values.
    centred = scale == "log2" and bool((values < 0).any())
    zeros = np.zeros_like(values, bool) if centred else values == 0
    values = np.where(zeros, np.nan, values)
    faults = [
        Fault(f"{sheet.path}:1", found.columns[name], "", "has no value for any protein group", "Take the sample out")
        for name, empty in zip(found.columns, np.isnan(values).all(axis=0), strict=True)
        if empty
    ]
    raise_any(sheet.path, faults or _scale_faults(sheet, groups, values, found, scale))
    missing = np.isnan(values)
    genes, naming = _genes(groups)
    return SourceTable(
        ids=[group.id for group in groups],
        columns=list(found.columns),
        values=values,
        genes=genes,
        samples={name: {"column": [written]} for name, written in found.columns.items()},
        unit="log2" if scale == "log2" else "intensity",
        steps=[
            {"step": "read protein groups", "quantity": found.quantity, "rows": len(found.values)},
            *found.steps,
            *steps,
            {"step": "zeros are missing", "values": int(zeros.sum())},
            {"step": "missing", "values": int(missing.sum()), "rows_without_value": int(missing.all(axis=1).sum())},
            naming,
            *signs_of_imputation(values, logged=scale == "log2"),
        ],
    )


def _kept(sheet: Sheet, groups: Sequence[Group], organism: str) -> tuple[list[int], list[dict[str, Any]]]:
    """The rows that stay; the first reason that holds is the one that is counted."""
    reasons = [_reason_to_drop(group) for group in groups]
    left = [row for row, reason in enumerate(reasons) if not reason]
    species = {row: _species(groups[row]) for row in left}
    stated = [row for row in left if species[row]]
    counts = Counter(one for row in stated for one in species[row])
    if sum(organism in species[row] for row in stated) < LEAST_SPECIES_SHARE * len(stated):
        said = listed(f"{name} {count}" for name, count in counts.most_common())
        problem = f"holds mostly proteins of another species than {organism}: {said} of {len(stated)} groups"
        raise fault(sheet.path, "", "", problem, "Give a table of that species")
    other = [row for row in stated if organism not in species[row]]
    # ASSUME peptides that serum or a standard has too cannot be counted as the organism's own.
    shared = [row for row in stated if organism in species[row] and len(species[row]) > 1]
    kept = sorted(set(left) - set(other) - set(shared))
    if not kept:
        raise fault(sheet.path, "", "", f"has no protein group of {organism} left", "Look at the marks of its rows")
    contaminants = [groups[row].id for row, reason in enumerate(reasons) if reason == CONTAMINANT]
    names = Counter(" + ".join(sorted(species[row])) for row in other)
    return kept, [
        {"step": DECOY, "rows": reasons.count(DECOY)},
        # Lists of contaminants name human proteins too, cytokines among them: which ones went must be seen.
        {"step": CONTAMINANT, "rows": len(contaminants), "ids": " ".join(contaminants)},
        {"step": BY_SITE, "rows": reasons.count(BY_SITE)},
        {"step": "drop other species", "rows": len(other), "species": dict(sorted(names.items()))},
        {"step": "drop groups shared with another species", "rows": len(shared)},
        {"step": "keep groups of unknown species", "rows": len(left) - len(stated)},
    ]


def _reason_to_drop(group: Group) -> str:
    marks = [_marks(member) for member in group.members]
    if group.mark == DECOY or (marks and DECOY in marks[0]):
        return DECOY
    # ASSUME a group that a contaminant belongs to is that contaminant, as MaxQuant has it.
    return CONTAMINANT if any(CONTAMINANT in mark for mark in marks) else group.mark


def _parts(member: str) -> re.Match[str]:
    match = _MEMBER.match(member.strip())
    assert match is not None  # every part of it can be empty
    return match


def _marks(member: str) -> set[str]:
    match = _parts(member)
    marks = match["outer"] + match["inner"]
    found = {DECOY} if re.search(_DECOY_MARK, marks, re.I) else set()
    return found | ({CONTAMINANT} if re.search(_CONTAMINANT_MARK, marks, re.I) else set())


def _species(group: Group) -> set[str]:
    suffixes = [_SPECIES_SUFFIX.fullmatch(part) for member in group.members for part in _parts(member).groups() if part]
    stated = [re.split(r" OX=| ?\(", name)[0].strip() for name in group.species]
    return {_SPECIES.get(name, name) for name in [*stated, *(found[1] for found in suffixes if found)] if name}


def _id_faults(sheet: Sheet, groups: Sequence[Group]) -> list[Fault]:
    first: dict[str, int] = {}
    faults = []
    for group in groups:
        if not group.id or not group.id.isprintable():
            problem, fix = "is no name of a protein group", "Name the group, without control characters"
            faults.append(Fault(f"{sheet.path}:{group.line}", "", group.id, problem, fix))
        elif group.id in first:
            problem = f"is in line {first[group.id]} already"
            fix = "Give each protein group one row; an export by peptide repeats them"
            faults.append(Fault(f"{sheet.path}:{group.line}", "", group.id, problem, fix))
        first.setdefault(group.id, group.line)
    return faults


def _scale_faults(
    sheet: Sheet, groups: Sequence[Group], values: np.ndarray, found: Quantities, scale: str
) -> list[Fault]:
    known = values[~np.isnan(values)]
    least, most, whole = known.min(), known.max(), bool((known == np.round(known)).all())
    seen = f"numbers from {least:.4g} to {most:.4g}"
    if scale == "log2":
        problem, fix = f"holds {seen}, which are not on the log2 scale", "Write scale: intensity"
        return [Fault(sheet.path, found.quantity, "", problem, fix)] if most >= LARGEST_LOG2 else []
    if scale == "auto" and most < LARGEST_LOG2 and not whole:
        problem = f"holds {seen}, which look like the log2 scale"
        return [
            Fault(sheet.path, found.quantity, "", problem, "Write scale: log2, or scale: intensity if they are not")
        ]
    if scale == "auto" and most < LARGEST_COUNT and whole:
        problem = f"holds whole {seen}, which look like counts of spectra, not like intensities"
        return [Fault(sheet.path, found.quantity, "", problem, "Write scale: intensity if they are intensities")]
    names = list(found.columns.values())
    fix = "Correct the value; if the table is on the log2 scale, write scale: log2"
    return [
        Fault(f"{sheet.path}:{groups[r].line}", names[c], f"{values[r, c]:g}", "is negative, no intensity is", fix)
        for r, c in np.argwhere(values < 0)
    ]


def _genes(groups: Sequence[Group]) -> tuple[list[str], dict[str, Any]]:
    """What names the genes of each group: UniProt accessions, else names of genes, else the proteins as written."""
    matches = [[_UNIPROT.fullmatch(_parts(m)["accession"]) for m in group.members] for group in groups]
    accessions = [[match[1] for match in found if match] for found in matches]
    by = "UniProt accession"
    if sum(map(bool, accessions)) * 2 < len(groups):
        names = [[name.strip() for name in group.names if name.strip()] for group in groups]
        named = sum(map(bool, names)) * 2 >= len(groups)
        written = [[_parts(member)["accession"] for member in group.members] for group in groups]
        by, accessions = ("gene name", names) if named else ("protein id as written", written)
    genes = ["|".join(dict.fromkeys(filter(None, one))) for one in accessions]
    uniprot = [match for found in matches for match in found] if by == "UniProt accession" else []
    return genes, {
        "step": "name proteins",
        "by": by,
        "rows": len(genes),
        "of_several": sum("|" in one for one in genes),
        "unnamed": genes.count(""),
        "isoform_suffixes": sum(bool(match and match[2]) for match in uniprot),
        "not_uniprot": sum(match is None for match in uniprot),
    }
