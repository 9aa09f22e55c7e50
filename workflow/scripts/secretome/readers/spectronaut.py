"""Spectronaut's reports: the long form (rows of runs × precursors) and the pivot form (one column a run)."""

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np

from secretome.faults import Fault, fault, listed, raise_any
from secretome.imputation import perhaps_imputed
from secretome.readers.protein_groups import HUMAN, Group, Quantities, assemble
from secretome.readers.protein_sheets import (
    MISSING,
    Sheet,
    file_stem,
    numbers,
    one_of,
    read_sheet,
    sample_columns,
)
from secretome.source_table import SourceTable

DEFAULT, LOG2 = "PG.Quantity", "PG.Log2Quantity"
QUANTITIES = (DEFAULT, LOG2, "PG.MS1Quantity", "PG.MS2Quantity", "PG.IBAQ")
GROUP = ("PG.ProteinGroups", "PG.ProteinAccessions", "PG.UniProtIds", "PG.Genes")
LARGEST_Q_VALUE = 0.01
# `[1] run.raw.PG.Quantity`, which R turns into `X.1..run.raw.PG.Quantity`.
_PIVOT = re.compile(r"(?:\[\d+\] |X\.\d+\.\.)(.+)\.(PG\.\w+)")
_TRUE = {"True": True, "TRUE": True, "1": True, "False": False, "FALSE": False, "0": False, "": False}


def read(
    path: str | Path,
    *,
    quantity: str = "",
    organism: str = HUMAN,
    scale: str = "auto",
    separator: str = "tab",
    decimal: str = "point",
    imputed: str = "refuse",
) -> SourceTable:
    """Read one quantity of each protein group and run.

    Args:
        path: the report, long or pivoted, plain or gzip.
        quantity: one of ``QUANTITIES``; "" for `PG.Quantity`, which then has to be there.
        organism: the species that is studied; PG.Organisms or the suffixes of PG.ProteinNames tell that of a group.
        scale: see ``protein_groups.assemble``.
        separator, decimal: see ``protein_sheets``.
        imputed: `refuse` values that EG.IsImputed marks, or `keep` them, with a step that counts them.

    Returns:
        The protein groups as written, in the order of the file; one column a run, without its folder and ending; unit
        `intensity`, or `log2` for `PG.Log2Quantity`; the UniProt accessions of the group.

    Raises:
        InputFaults: as ``read_sheet``, ``numbers`` and ``assemble``; there is no such quantity; two rows of one run
            and group have different ones; a flag is neither true nor false; values are imputed.
    """
    one_of("imputed", imputed, ("refuse", "keep"))
    sheet = read_sheet(path, separator)
    sheet.require(*GROUP)
    pivoted = any(_PIVOT.fullmatch(name) for name in sheet.header)
    name = _quantity(sheet, quantity, pivoted)
    if name == LOG2 and scale == "auto":
        scale = "log2"
    elif name == LOG2 and scale != "log2":
        raise fault(f"{path}:1", "scale", scale, f"is not that of {LOG2}", "Write scale: log2, or leave it out")
    groups, found = _pivot(sheet, name, decimal) if pivoted else _long(sheet, name, decimal, imputed)
    return assemble(sheet, groups, found, organism, scale)


def _quantity(sheet: Sheet, quantity: str, pivoted: bool) -> str:
    wanted = next((name for name in QUANTITIES if name.casefold() == (quantity or DEFAULT).casefold()), "")
    where = f"{sheet.path}:1"
    if pivoted:
        suffixes = {match[2] for name in sheet.header if (match := _PIVOT.fullmatch(name))}
        there = [name for name in QUANTITIES if name in suffixes]
    else:
        sheet.require("R.FileName", "R.Label")
        there = [name for name in QUANTITIES if sheet.find(name) is not None]
    said = f"There is: {listed(there)}" if there else "Export the report with PG.Quantity"
    if not wanted:
        raise fault(where, "quantity", quantity, f"is none of {listed(QUANTITIES)}", said)
    if wanted not in there:
        problem = "has no column" if quantity else "is the default and is not there"
        raise fault(where, "quantity", wanted, problem, f"{said}; write it as quantity:" if there else said)
    return wanted


def _pivot(sheet: Sheet, quantity: str, decimal: str) -> tuple[list[Group], Quantities]:
    matches = [(column, match) for column, name in enumerate(sheet.header) if (match := _PIVOT.fullmatch(name))]
    columns = [(file_stem(match[1]), column) for column, match in matches if match[2] == quantity]
    named = sample_columns(sheet, columns)
    values = numbers(sheet, [column for _, column in columns], decimal)
    return _groups(sheet), Quantities(values, named, quantity, _weakly_identified(sheet, decimal))


def _long(sheet: Sheet, quantity: str, decimal: str, imputed: str) -> tuple[list[Group], Quantities]:
    """One row a group and one column a run, from the rows of their precursors or fragments, which repeat the number."""
    decoy, filled = _flags(sheet, "EG.IsDecoy"), _flags(sheet, "EG.IsImputed")
    used = [row for row, is_decoy in enumerate(decoy) if not is_decoy]
    count = sum(filled[row] for row in used)
    if count and imputed == "refuse":
        problem = f"marks {count} of {len(used)} rows as imputed: their quantities were not measured"
        fix = (
            "Export the report without imputation, or write imputed_values: true in the source and live with a warning"
        )
        raise fault(sheet.path, "EG.IsImputed", "True", problem, fix)
    if not used:
        raise fault(sheet.path, "EG.IsDecoy", "True", "marks every row", "Give the report of the targets")
    targets = _of_rows(sheet, used)
    groups, found = _unfolded(targets, quantity, decimal)
    steps = [
        {"step": "read a long report", "lines": len(sheet.rows)},
        {"step": "drop decoy lines", "lines": sum(decoy)},
        *([perhaps_imputed("EG.IsImputed", count)] if count else []),
        *_weakly_identified(targets, decimal),
    ]
    return groups, Quantities(found.values, found.columns, quantity, steps)


def _unfolded(sheet: Sheet, quantity: str, decimal: str) -> tuple[list[Group], Quantities]:
    column = sheet.require(quantity)
    files = sheet.texts("R.FileName", "R.Label")
    names = sheet.texts(*GROUP)
    first: dict[tuple[str, str], int] = {}
    faults = []
    for row, key in enumerate(zip(names, files, strict=True)):
        before = first.setdefault(key, row)
        here, there = sheet.rows[row][column].strip(), sheet.rows[before][column].strip()
        if here != there and not {here, there} <= MISSING:
            problem = f"of {key[0]} in {key[1]} is '{there}' in line {sheet.lines[before]}"
            fix = "Export one quantity for each run and protein group"
            faults.append(Fault(f"{sheet.path}:{sheet.lines[row]}", quantity, here, problem, fix))
    raise_any(sheet.path, faults)
    runs = {file: file_stem(file) for file in dict.fromkeys(files)}
    written = Sheet(sheet.path, list(runs), [], [])
    named = sample_columns(written, [(stem, column) for column, stem in enumerate(runs.values())])
    rows: dict[str, int] = {}
    for row, name in enumerate(names):
        rows.setdefault(name, row)
    once = numbers(_of_rows(sheet, first.values()), [column], decimal)[:, 0]
    order = {name: number for number, name in enumerate(rows)}
    places = {file: number for number, file in enumerate(runs)}
    values = np.full((len(order), len(runs)), np.nan)
    for (name, file), value in zip(first, once, strict=True):
        values[order[name], places[file]] = value
    return _groups(_of_rows(sheet, rows.values())), Quantities(values, named, quantity)


def _of_rows(sheet: Sheet, rows: Iterable[int]) -> Sheet:
    rows = list(rows)
    return Sheet(sheet.path, sheet.header, [sheet.lines[row] for row in rows], [sheet.rows[row] for row in rows])


def _groups(sheet: Sheet) -> list[Group]:
    written, genes = sheet.texts(*GROUP), sheet.texts("PG.Genes")
    organisms, entries = sheet.texts("PG.Organisms"), sheet.texts("PG.ProteinNames")
    by_protein = sheet.find(*GROUP[:-1]) is not None
    groups = []
    for row, name in enumerate(written):
        species = organisms[row].split(";") if organisms[row] else []
        species = species or [one.rpartition("_")[2] for one in entries[row].split(";") if "_" in one]
        members = re.split("[;,]", name) if by_protein else ()
        groups.append(Group(name, members, sheet.lines[row], genes[row].split(";"), species))
    return groups


def _flags(sheet: Sheet, name: str) -> list[bool]:
    texts = sheet.texts(name)
    raise_any(
        sheet.path,
        [
            Fault(f"{sheet.path}:{line}", name, text, "is neither True nor False", "Export the report again")
            for line, text in zip(sheet.lines, texts, strict=True)
            if text not in _TRUE
        ],
    )
    return [_TRUE[text] for text in texts]


def _weakly_identified(sheet: Sheet, decimal: str) -> list[dict[str, Any]]:
    """How many groups stand in the report with a q-value above 1 %; Spectronaut leaves the filter to the user."""
    column = sheet.find("PG.Qvalue")
    if column is None:
        return [{"step": "no PG.Qvalue to look at"}]
    weak = numbers(sheet, [column], decimal)[:, 0] > LARGEST_Q_VALUE
    groups = {name for name, above in zip(sheet.texts(*GROUP), weak, strict=True) if above}
    step: dict[str, Any] = {"step": "keep groups with a q-value above 0.01", "rows": len(groups)}
    if groups:
        step["warning"] = (
            f"{len(groups)} protein groups have a q-value above 0.01 in the report: they may not be there."
        )
    return [step]
