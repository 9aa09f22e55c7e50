"""What a matrix or a file of cells of the user's own shows before any job, and whether the sheet has its samples."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from secretome import paths, schemas, sources
from secretome.faults import Fault, InputFaults, listed
from secretome.sheets import counterparts


def faults(study: Mapping[str, Any], ids: Sequence[str] | None, where: schemas.Where) -> list[Fault]:
    """What is wrong with the header of a plain matrix of the user's own; its rows are looked at when it is read.

    Args:
        study: with its defaults.
        ids: the samples of the sheet, None where the archive has it or it cannot be read.
        where: the file and line of an address.
    """
    source = study.get("source", {})
    path, form = source.get("matrix"), sources.form_of(source) if source else ""
    if not path or paths.faults(path, ("source", "matrix"), where):
        return []  # a path that is wrong is told with the source
    if form == sources.OF_CELLS:
        return [] if sources.problems(source, {}) else _cell_faults(study, ids, where)
    return _table_faults(study, ids, where) if form == "matrix" else []


def _table_faults(study: Mapping[str, Any], ids: Sequence[str] | None, where: schemas.Where) -> list[Fault]:
    from secretome.readers import count_table

    source, path = study["source"], study["source"]["matrix"]
    columns = source["columns"]
    try:
        header = count_table.read_columns(
            path,
            separator=source["separator"],
            decimal=source["decimal"],
            id_column=columns["id"],
            ignore=columns["ignore"],
            repeated=columns["repeated"],
            samples=ids or (),
        )
    except InputFaults as found:
        return [_at_its_key(one, source, where) for one in found.faults]
    return [] if ids is None else _mismatch_faults(study, header, ids, where)


def _cell_faults(study: Mapping[str, Any], ids: Sequence[str] | None, where: schemas.Where) -> list[Fault]:
    """What is wrong with a file of cells: hostile, without counts, without the columns or samples that are named."""
    from secretome.readers import cells

    path = study["source"]["matrix"]
    try:
        samples = cells.read_samples(path, cells.choice_of(study["source"]))
    except InputFaults as found:
        return list(found.faults)
    unknown = [name for name in ids or () if name not in set(samples)]
    if not unknown:
        return []  # samples of the file that the sheet does not list are listed as unused
    key = "table" if "table" in study["samples"] else "rows"
    problem = f"lists samples that have no such cell in {path} ({len(unknown)} of {len(ids or ())}): {listed(unknown)}"
    fix = f"Its samples are {listed(samples, 20)}; spell them alike, or take the lines out"
    return [Fault(where(("samples", key)), f"samples.{key}", study["samples"].get("table", ""), problem, fix)]


def _at_its_key(one: Fault, source: Mapping[str, Any], where: schemas.Where) -> Fault:
    """A fault of a header at the key of the study file that settles it, where one does."""
    settled_by = (name for name in ("columns.ignore", "columns.repeated") if f"set {name}:" in one.fix.lower())
    key = one.field if one.field in ("separator", "decimal", "columns.id", "columns.ignore") else next(settled_by, "")
    if not key:
        return one
    address = ("source", *key.split("."))
    place = f"{one.where}, {one.field}" if one.field.startswith("column ") else one.where
    value, problem = one.value, f"{one.problem} ({place})"
    if key == "separator":
        value, problem = source["separator"], f"{one.problem}: '{one.value[:40]}' ({place})"
    return replace(one, where=where(address), field=schemas.dotted(address), value=value, problem=problem)


def _mismatch_faults(
    study: Mapping[str, Any], header: Sequence[str], ids: Sequence[str], where: schemas.Where
) -> list[Fault]:
    """Samples that the sheet and the matrix do not share; one that is spelt in two ways is told once."""
    matrix, table = study["source"]["matrix"], study["samples"].get("table", "the sample sheet")
    sheet_key = "table" if "table" in study["samples"] else "rows"
    only_sheet = [name for name in ids if name not in set(header)]
    only_matrix = [name for name in header if name not in set(ids)]
    meant = counterparts(only_sheet, only_matrix)
    found = []
    if only_sheet:
        problem = (
            f"lists samples without a column in {matrix} ({len(only_sheet)} of {len(ids)}): {listed(only_sheet, 20)}"
        )
        fix = mending(meant) if meant else "Spell them alike in both, or take the lines out"
        found.append(Fault(where(("samples", sheet_key)), f"samples.{sheet_key}", table, problem, fix))
    if others := [name for name in only_matrix if name not in meant.values()]:
        problem = f"has columns that {table} does not list ({len(others)} of {len(header)}): {listed(others, 20)}"
        fix = "List them in the sheet, or name them in columns: ignore of the source"
        found.append(Fault(where(("source", "matrix")), "source.matrix", matrix, problem, fix))
    return found


def mending(meant: Mapping[str, str]) -> str:
    """What to do about samples that a sheet and a table may spell in two ways, a fix without its full stop.

    Args:
        meant: sample of the sheet → column of the table.
    """
    pairs = listed([f"'{column}' for '{sample}'" for sample, column in meant.items()], 8)
    return f"Did you mean the column {pairs}? Spell a sample alike in both: who takes it out of both has lost it"
