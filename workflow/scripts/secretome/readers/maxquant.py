"""MaxQuant's proteinGroups.txt."""

import re
from collections.abc import Sequence
from pathlib import Path

from secretome.faults import Fault, fault, listed, raise_any
from secretome.readers.protein_groups import BY_SITE, CONTAMINANT, DECOY, HUMAN, Group, Quantities, assemble
from secretome.readers.protein_sheets import Sheet, numbers, read_sheet, sample_columns
from secretome.source_table import SourceTable

DEFAULT = "LFQ intensity"
QUANTITIES = (DEFAULT, "Intensity", "iBAQ")
# The columns in which MaxQuant marks a row with "+", under their names of today and of old.
_MARKS = {
    DECOY: ("Reverse",),
    CONTAMINANT: ("Potential contaminant", "Contaminant"),
    BY_SITE: ("Only identified by site",),
}
_PROTEIN_HEADER = re.compile(r"(?:sp|tr)\|([^|\s]+)\|\w+_([A-Z0-9]{3,5})\s")
_OF_LABELS = re.compile(r"Ratio[ .][HM][ ./]L\b|Reporter[ .]intensity", re.I)
# MaxQuant cuts the list of headers off: only an OS= that another field follows is whole.
_ORGANISM = re.compile(r"\bOS=([^=;]+?) (?:OX|GN|PE|SV)=")


def read(
    path: str | Path,
    *,
    quantity: str = "",
    organism: str = HUMAN,
    scale: str = "auto",
    separator: str = "tab",
    decimal: str = "point",
) -> SourceTable:
    """Read one quantity of each protein group and sample.

    Decoys, contaminants and groups identified by site only are dropped by MaxQuant's own marks and by the prefixes of
    their ids; the species is that of the FASTA headers of the majority proteins.

    Args:
        path: proteinGroups.txt, plain or gzip.
        quantity: one of ``QUANTITIES``; "" for `LFQ intensity`, which then has to be there.
        organism: the species that is studied.
        scale: see ``protein_groups.assemble``.
        separator, decimal: see ``protein_sheets``.

    Returns:
        The majority protein ids as written; one column a sample (MaxQuant's experiment), its unit `intensity` or
        `log2`; the UniProt accessions of the majority proteins.

    Raises:
        InputFaults: as ``read_sheet``, ``numbers`` and ``assemble``; there is no such quantity for single samples, or
            a mark is neither "+" nor empty.
    """
    sheet = read_sheet(path, separator)
    ids = sheet.require("Majority protein IDs", "Protein IDs")
    name, columns = _quantity(sheet, quantity)
    marks = _marks(sheet)
    headers, gene_names = sheet.texts("Fasta headers"), sheet.texts("Gene names")
    groups = []
    for row, line in enumerate(sheet.lines):
        written = sheet.rows[row][ids].strip()
        members = written.split(";")
        groups.append(
            Group(written, members, line, gene_names[row].split(";"), _species(headers[row], members), marks[row])
        )
    named = sample_columns(sheet, columns)
    values = numbers(sheet, [column for _, column in columns], decimal)
    absent = [names[0] for names in _MARKS.values() if sheet.find(*names) is None]
    steps = [{"step": "marks that the table lacks", "columns": absent}] if absent else []
    return assemble(sheet, groups, Quantities(values, named, name, steps), organism, scale)


def _quantity(sheet: Sheet, quantity: str) -> tuple[str, list[tuple[str, int]]]:
    """The quantity that is read, and sample and position of each of its columns."""
    there = {name: found for name in QUANTITIES if (found := _columns(sheet, name))}
    said = f"There is: {listed(there)}" if there else "Give the proteinGroups.txt of a search without labels"
    wanted = next((name for name in QUANTITIES if name.casefold() == (quantity or DEFAULT).casefold()), "")
    where = f"{sheet.path}:1"
    if not wanted:
        raise fault(where, "quantity", quantity, f"is none of {listed(QUANTITIES)}", said)
    if wanted not in there:
        problem = "has no column of its own for each sample" if quantity else "is the default and is not there"
        raise fault(where, "quantity", wanted, problem, f"{said}; write it as quantity:" if there else said)
    labelled = [name for name in sheet.header if _OF_LABELS.match(name)]
    if labelled:
        problem = f"of a search with labels (there is '{labelled[0]}') has columns for each label and for their sum"
        raise fault(where, "quantity", wanted, problem, "Give a table of the ratios or of one label as a matrix")
    return wanted, there[wanted]


def _columns(sheet: Sheet, quantity: str) -> list[tuple[str, int]]:
    """`LFQ intensity A` is of sample A; without a name behind it `Intensity` is the sum of all."""
    form = re.compile(re.escape(quantity).replace(r"\ ", "[ .]") + r"[ .](.+)", re.I)
    found = [(match[1].strip(), column) for column, name in enumerate(sheet.header) if (match := form.fullmatch(name))]
    return [(name, column) for name, column in found if not (quantity == "iBAQ" and name.casefold() == "peptides")]


def _marks(sheet: Sheet) -> list[str]:
    marks = [""] * len(sheet.rows)
    faults = []
    for reason, names in reversed(_MARKS.items()):  # the first reason has the last word
        for row, text in enumerate(sheet.texts(*names)):
            if text == "+":
                marks[row] = reason
            elif text:
                where, problem = f"{sheet.path}:{sheet.lines[row]}", "is no mark: '+' or nothing is expected"
                faults.append(Fault(where, names[0], text, problem, "Give the table as MaxQuant wrote it"))
    raise_any(sheet.path, faults)
    return marks


def _species(headers: str, members: Sequence[str]) -> list[str]:
    """The species of the majority proteins, by the FASTA headers of all proteins of the group."""
    accessions = {member.rpartition("__")[2] for member in members}
    pairs = _PROTEIN_HEADER.findall(headers)
    return [species for accession, species in pairs if accession in accessions] or _ORGANISM.findall(headers)
