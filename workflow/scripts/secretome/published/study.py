"""A study file of published measurements: its schema, its table of measurements, and whether the two fit."""

from collections.abc import Collection, Mapping, Sequence
from pathlib import Path, PurePosixPath
from typing import Any

from secretome import keys, paths, schemas
from secretome.faults import Fault, InputFaults, listed, most_of, nearest
from secretome.published.measurements import UNITS, Measurement, checked_measurements
from secretome.strict_yaml import Document

TECHNOLOGY = "published"
# What a scale can be made of, and what a constant vehicle is by its unit.
SCALE_OF = {"percent": "points", "fold": "log2", "micromolar": "log2"}
VEHICLE_OF = {"percent": 100.0, "fold": 1.0}


def is_published(data: Mapping[str, Any]) -> bool:
    """Whether a study file says that it holds published measurements."""
    return data.get("technology") == TECHNOLOGY


Studies = dict[str, dict[str, Any]]


def apart(studies: Mapping[str, dict[str, Any]]) -> tuple[Studies, Studies]:
    """The studies of measured data, which go through every stage, and those of published measurements."""
    published = {key: study for key, study in studies.items() if is_published(study)}
    return {key: study for key, study in studies.items() if key not in published}, published


def model_of(table: Mapping[str, Any]) -> dict[str, Any]:
    """What the comparisons of a table rest on: not its words."""
    specs = table["comparisons"].items()
    roles = {key: {name: spec[name] for name in ("kind", "group", "reference")} for key, spec in specs}
    return {**{name: table[name] for name in ("scale", "smallest_effect", "vehicle")}, "comparisons": roles}


def checked(path: Path, document: Document) -> tuple[dict[str, Any], list[Fault]]:
    """A study with its defaults, and everything that is wrong with it.

    Args:
        path: the study file.
        document: what stands in it.

    Returns:
        The content with the defaults, with ``file``, its path. Empty where there are faults.
    """

    def where(address: tuple) -> str:
        return f"{path}:{document.line(address)}"

    schema = schemas.schema(TECHNOLOGY)
    faults = schemas.faults(document.data, schema, where, document.text_of)
    written = document.data.get("tables")
    written = written if isinstance(written, dict) else {}
    for key, table in written.items():
        faults += keys.faults([key], ("tables",), where)
        if isinstance(table, dict) and isinstance(table.get("comparisons"), dict):
            faults += keys.faults(table["comparisons"], ("tables", key, "comparisons"), where)
    rows, wrong = _measurements(document.data.get("measurements"), where)
    # What is wrong with one table must not hide what is wrong with another.
    fields = {fault.field for fault in faults}
    sound = [key for key in written if not any(f"{field}.".startswith(f"tables.{key}.") for field in fields)]
    whole = schemas.with_defaults({"tables": {key: written[key] for key in sound}}, schema)
    faults += [*wrong, *(fit_faults(whole["tables"], rows, where, written) if rows else [])]
    if faults:
        return {}, faults
    study = schemas.with_defaults(document.data, schema)
    return {**study, "measurements": str(PurePosixPath(study["measurements"])), "file": str(path)}, []


def _measurements(path: Any, where: schemas.Where) -> tuple[list[Measurement], list[Fault]]:
    if not isinstance(path, str) or not path:
        return [], []
    faults = paths.faults(path, ("measurements",), where)
    if not faults:
        try:
            rows, faults = checked_measurements(path)
            return rows, most_of(path, faults)
        except InputFaults as found:
            faults = found.faults
    return [], faults


def fit_faults(
    tables: Mapping[str, Mapping[str, Any]],
    rows: Sequence[Measurement],
    where: schemas.Where,
    known: Collection[str] = (),
) -> list[Fault]:
    """What of the study file and of its measurements does not fit together.

    Args:
        tables: of the study file, with defaults.
        rows: all measurements.
        where: the file and line of an address in the study file.
        known: the keys of tables that are in the file too and are not looked at.
    """
    faults = []
    for row in rows:
        if row.table and row.table not in tables and row.table not in known:
            fix = nearest(row.table, [*tables, *known])
            faults.append(Fault(row.place, "table", row.table, "is not a table of the study file", fix))
    for key, table in tables.items():
        of_table = [row for row in rows if row.table == key]
        if not of_table:
            fix = nearest(key, {row.table for row in rows})
            faults.append(Fault(where(("tables", key)), f"tables.{key}", "", "has no row in the measurements", fix))
            continue
        faults += _table_faults(key, table, of_table, where)
    return list(dict.fromkeys(faults))


def _table_faults(key: str, table: Mapping[str, Any], rows: Sequence[Measurement], where: schemas.Where) -> list[Fault]:
    faults = []
    if SCALE_OF[table["unit"]] != table["scale"]:
        problem = f"is no scale for {table['unit']}"
        address = ("tables", key, "scale")
        fix = f"Write scale: {SCALE_OF[table['unit']]}, or correct the unit"
        faults.append(Fault(where(address), schemas.dotted(address), table["scale"], problem, fix))
    for row in rows:
        if row.unit in UNITS and row.unit != table["unit"]:
            problem = f"is not the unit of the table {key}, which is {table['unit']}"
            faults.append(Fault(row.place, "unit", row.unit, problem, "Correct the row, or the unit in the study file"))
        elif row.mean < 0 and table["scale"] == "log2":
            problem = f"is negative, and the table {key} is of {table['unit']}"
            faults.append(Fault(row.place, "mean", f"{row.mean:g}", problem, "Correct it, or the unit of the table"))
    return [*faults, *_vehicle_faults(key, table, rows, where), *_comparison_faults(key, table, rows, where)]


def _vehicle_faults(
    key: str, table: Mapping[str, Any], rows: Sequence[Measurement], where: schemas.Where
) -> list[Fault]:
    vehicle, address = table["vehicle"], ("tables", key, "vehicle")
    if not vehicle:
        return []
    groups = {row.group: row for row in rows}
    if vehicle not in groups:
        fix = nearest(vehicle, groups)
        return [Fault(where(address), schemas.dotted(address), vehicle, f"is not a group of the table {key}", fix)]
    row, wanted = groups[vehicle], VEHICLE_OF.get(table["unit"])
    if row.sem > 0 or row.limit or wanted is None or row.mean == wanted:
        return []
    problem = f"is the mean of a vehicle without a standard error, which is {wanted:g} in {table['unit']}"
    return [Fault(row.place, "mean", f"{row.mean:g}", problem, "Correct the mean or the unit, or give its sem and n")]


def _comparison_faults(
    key: str, table: Mapping[str, Any], rows: Sequence[Measurement], where: schemas.Where
) -> list[Fault]:
    groups = [row.group for row in rows]
    faults = []
    seen: dict[tuple[str, str], str] = {}
    for name, spec in table["comparisons"].items():
        address = ("tables", key, "comparisons", name)
        for role in ("group", "reference"):
            if spec[role] not in groups:
                problem, fix = f"is not a group of the table {key}", nearest(spec[role], groups)
                full = (*address, role)
                faults.append(Fault(where(full), schemas.dotted(full), spec[role], problem, fix))
        if spec["group"] == spec["reference"]:
            problem = "compares a group with itself"
            fix = f"Name two of: {listed(groups, 8)}"
            faults.append(Fault(where(address), schemas.dotted(address), spec["group"], problem, fix))
        earlier = seen.setdefault((spec["group"], spec["reference"]), name)
        if earlier != name:
            problem = f"compares the same groups as {earlier}"
            faults.append(Fault(where(address), schemas.dotted(address), "", problem, "Keep one of them"))
    return faults
