"""FragPipe's combined_protein.tsv, and the same reduced to ids and one quantity."""

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from secretome.faults import fault, listed
from secretome.readers.protein_groups import HUMAN, Group, Quantities, assemble
from secretome.readers.protein_sheets import Sheet, numbers, read_sheet, sample_columns
from secretome.source_table import SourceTable

DEFAULT = "MaxLFQ Intensity"
# Today's two, then those of FragPipe before version 17.
INTENSITIES = (
    DEFAULT,
    "Intensity",
    "MaxLFQ Total Intensity",
    "MaxLFQ Unique Intensity",
    "MaxLFQ Razor Intensity",
    "Total Intensity",
    "Unique Intensity",
    "Razor Intensity",
)
COUNTS = ("Spectral Count", "Unique Spectral Count", "Total Spectral Count", "Razor Spectral Count")
ANNOTATION = (
    "Protein",
    "Protein ID",
    "Entry Name",
    "Gene",
    "Gene Names",
    "Protein Length",
    "Length",
    "Coverage",
    "Organism",
    "Protein Existence",
    "Protein Description",
    "Description",
    "Protein Probability",
    "Top Peptide Probability",
    "Combined Total Peptides",
    "Indistinguishable Proteins",
)


def read(
    path: str | Path,
    *,
    quantity: str = "",
    organism: str = HUMAN,
    scale: str = "auto",
    separator: str = "tab",
    decimal: str = "point",
) -> SourceTable:
    """Read one quantity of each protein and sample.

    A table without any column called after a quantity is a reduced one: all columns that are no annotation are then
    samples, and a step names their number.

    Args:
        path: combined_protein.tsv or a reduced one, plain or gzip.
        quantity: one of ``INTENSITIES``; "" for `MaxLFQ Intensity`, which then has to be there and not all zero.
        organism: the species that is studied; the column Organism or the suffix of the entry name tells it.
        scale: see ``protein_groups.assemble``.
        separator, decimal: see ``protein_sheets``.

    Returns:
        The ids of the leading proteins as written; one column a sample, unit `intensity` or `log2`; the UniProt
        accessions of the leading protein and of those that cannot be told from it.

    Raises:
        InputFaults: as ``read_sheet``, ``numbers`` and ``assemble``; there is no such quantity, or it is no intensity.
    """
    sheet = read_sheet(path, separator)
    sheet.require("Protein ID", "Protein", "Gene")
    name, columns, steps = _quantity(sheet, quantity)
    named = sample_columns(sheet, columns)
    values = numbers(sheet, [column for _, column in columns], decimal)
    if not quantity and not np.nansum(np.abs(values)):
        found = [one for one, family in _families(sheet).items() if one in INTENSITIES and family and one != name]
        fix = f"Write as quantity: one of {listed(found)}" if found else "Quantify the proteins in FragPipe again"
        raise fault(f"{path}:1", "quantity", name, "is the default and has no value above zero", fix)
    return assemble(sheet, _groups(sheet), Quantities(values, named, name, steps), organism, scale)


def _groups(sheet: Sheet) -> list[Group]:
    proteins, ids, genes = sheet.texts("Protein"), sheet.texts("Protein ID"), sheet.texts("Gene")
    entries, organisms = sheet.texts("Entry Name"), sheet.texts("Organism")
    others = sheet.texts("Indistinguishable Proteins")
    by_protein = sheet.find("Protein ID", "Protein") is not None
    groups = []
    for row, line in enumerate(sheet.lines):
        members = [proteins[row] or ids[row], ids[row], *re.split(r"[,;]\s*", others[row])] if by_protein else []
        members = list(dict.fromkeys(filter(None, members)))
        species = [organisms[row] or entries[row].rpartition("_")[2]] if organisms[row] or "_" in entries[row] else []
        written = (ids[row] or proteins[row]) if by_protein else genes[row]
        groups.append(Group(written, members, line, [genes[row]], species))
    return groups


def _quantity(sheet: Sheet, quantity: str) -> tuple[str, list[tuple[str, int]], list[dict[str, Any]]]:
    """The quantity that is read, sample and position of each of its columns, and what is to be said of it."""
    families = _families(sheet)
    known = {name.casefold(): name for name in (*INTENSITIES, *COUNTS)}
    wanted = known.get((quantity or DEFAULT).casefold(), "")
    there = [name for name in INTENSITIES if families[name]]
    said = f"There is: {listed(there)}" if there else "Quantify the proteins in FragPipe (IonQuant)"
    where = f"{sheet.path}:1"
    if not wanted:
        raise fault(where, "quantity", quantity, f"is none of {listed(INTENSITIES, len(INTENSITIES))}", said)
    if wanted in COUNTS:
        raise fault(where, "quantity", quantity, "counts spectra and is no intensity", said)
    if not any(families.values()):
        return (wanted, *_reduced(sheet))
    if not families[wanted]:
        problem = "has no column" if quantity else "is the default and is not there"
        raise fault(where, "quantity", wanted, problem, f"{said}; write it as quantity:" if there else said)
    return wanted, families[wanted], []


def _reduced(sheet: Sheet) -> tuple[list[tuple[str, int]], list[dict[str, Any]]]:
    # ASSUME what is none of FragPipe's own annotation is a sample; the sample sheet has to name it to be used.
    known = {sheet.find(name) for name in ANNOTATION}
    columns = [(name, column) for column, name in enumerate(sheet.header) if column not in known]
    if not columns:
        raise fault(f"{sheet.path}:1", "", "", "has no column of a sample", "Give combined_protein.tsv")
    return columns, [{"step": "take the quantity as said: no column names one", "samples": len(columns)}]


def _families(sheet: Sheet) -> dict[str, list[tuple[str, int]]]:
    """Sample and position of the columns of each quantity: `A MaxLFQ Intensity` is of sample A."""
    found = _by_suffix(sheet, (*INTENSITIES, *COUNTS))
    if found[DEFAULT] or found["Intensity"]:
        # Old and new quantities never stand in one table: here `A Total Intensity` is that of a sample `A Total`.
        found |= {name: [] for name in INTENSITIES} | _by_suffix(sheet, (DEFAULT, "Intensity"))
    return {name: [one for one in columns if one[0] != "Combined"] for name, columns in found.items()}


def _by_suffix(sheet: Sheet, quantities: Sequence[str]) -> dict[str, list[tuple[str, int]]]:
    """Each column goes to the longest quantity that its name ends in."""
    forms = {
        one: re.compile(r"(.+?)[ .]" + one.replace(" ", "[ .]"), re.I) for one in sorted(quantities, key=len)[::-1]
    }
    found: dict[str, list[tuple[str, int]]] = {one: [] for one in quantities}
    for column, name in enumerate(sheet.header):
        for one, form in forms.items():
            match = form.fullmatch(name)
            if match:
                found[one].append((match[1].strip(), column))
                break
    return found
