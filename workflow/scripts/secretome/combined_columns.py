"""Columns of a sample sheet that are the combination of others: genotype and treatment as one variable."""

from collections.abc import Mapping, Sequence
from typing import Any

from secretome.designs.checks import MISSING
from secretome.faults import Fault, InputFaults, listed, nearest
from secretome.sheets import ADDED_COLUMNS, Sheet


def with_combined(sheet: Mapping[str, Sequence[str]], samples: Mapping[str, Any], where: str) -> Sheet:
    """The sheet with the columns of ``samples.combined``: the values of their parts, joined by one space.

    A sample that lacks a value in a part has none ("") in the combination.

    Args:
        sheet: column → one value a sample.
        samples: of the study file; ``combined`` is column → the columns that it is made of.
        where: the file of the study, for the messages.

    Raises:
        InputFaults: as :func:`combined_faults`; or two combinations read alike.
    """
    combined = samples.get("combined", {})
    faults = combined_faults(combined, list(sheet), where)
    if faults:
        raise InputFaults(faults)
    columns = {name: list(values) for name, values in sheet.items()}
    for name, parts in combined.items():
        rows = list(zip(*(sheet[part] for part in parts), strict=True))
        columns[name] = ["" if MISSING & set(row) else " ".join(row) for row in rows]
        faults += _alike_faults(name, rows, where)
    if faults:
        raise InputFaults(faults)
    return columns


def combined_faults(combined: Mapping[str, Sequence[str]], columns: Sequence[str], where: str) -> list[Fault]:
    """Names that are taken, and parts that are no columns.

    Args:
        combined: column → the columns that it is made of.
        columns: those of the sheet.
        where: as :func:`with_combined`.
    """
    faults = []
    for name, parts in combined.items():
        key = f"samples.combined.{name}"
        if name in columns:
            faults.append(Fault(where, key, name, "is a column of the sample sheet already", "Choose another name"))
        elif name in ADDED_COLUMNS or not name.strip():
            problem = "is the name of a column that the workflow adds" if name.strip() else "is no name for a column"
            faults.append(Fault(where, key, name, problem, "Choose another name"))
        faults += [
            Fault(where, key, part, "is not a column of the sample sheet", nearest(part, columns))
            for part in parts
            if part not in columns
        ]
        if len(parts) < 2:
            fix = "Name two columns or more, or use the column itself as variable"
            faults.append(Fault(where, key, listed(parts), "combines a single column", fix))
    return faults


def _alike_faults(name: str, rows: Sequence[tuple[str, ...]], where: str) -> list[Fault]:
    """Different combinations that become one text: "a b" + "c" and "a" + "b c"."""
    first: dict[str, tuple[str, ...]] = {}
    alike = {" ".join(row) for row in rows if first.setdefault(" ".join(row), row) != row}
    if not alike:
        return []
    problem = f"joins different values to one text ({listed(sorted(alike))})"
    return [Fault(where, f"samples.combined.{name}", name, problem, "Take blanks out of the values of the sheet")]
