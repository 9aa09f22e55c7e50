"""One study file: its schema, the files that it names, its sample sheet and its designs, checked together.

What can be known before the data are there is told here; what the archive decides is told by `prepare`.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, replace
from pathlib import Path, PurePosixPath
from typing import Any

from secretome import keys, own_matrix, paths, schemas, sources
from secretome.faults import Fault, InputFaults, nearest
from secretome.sheets import read_rows, read_samples
from secretome.strict_yaml import Address, Document
from secretome.study_contrasts import complete_contrasts, contrast_faults, sound_contrasts
from secretome.study_lysates import own_faults
from secretome.technologies import COUNTED, PER

Sheet = dict[str, list[str]]
# The technologies of each method; `auto` fits them all.
METHODS = {
    "voom": COUNTED,
    "deseq2": COUNTED,
    "trend": (*COUNTED, "microarray", "log_expression", "proteomics"),
}
# What linear models alone can do.
OF_LINEAR_MODELS = ("weigh_samples", "robust")
SCALES = {
    "rnaseq_counts": ("auto", "counts"),
    "single_cell": ("auto", "counts"),
    "panel": ("auto", "log2", "log10", "ln", "intensity"),
}
DRAFT = "draft"  # the key that `make draft` writes and a person removes
TO_DO = "TODO"
LONG_TEXTS = (("notes",), ("samples", "rows"))


def checked(path: Path, document: Document) -> tuple[dict[str, Any], list[Fault]]:
    """A study with its defaults, and everything that is wrong with it.

    Args:
        path: the study file.
        document: what stands in it.

    Returns:
        The content with the defaults; with `file` (its path), `own_files` (role to path) and `remote_files` (role to
        ``sources.RemoteFile`` as a mapping). Empty where there are faults.
    """
    where = lines_of(path, document)
    schema = schemas.schema("study")
    written = {key: value for key, value in document.data.items() if key != DRAFT}
    faults = [_advised(fault) for fault in schemas.faults(written, schema, where, document.text_of)]
    if DRAFT in document.data:
        fix = "Check every line against the paper, then remove this one"
        faults.append(Fault(where((DRAFT,)), DRAFT, "", "says that nobody has checked this study yet", fix))
    contrasts = document.data.get("contrasts")
    if isinstance(contrasts, dict):
        faults += keys.faults(contrasts, ("contrasts",), where)
    study = schemas.with_defaults(_sound_parts(written, {fault.field for fault in faults}), schema)
    study["file"] = str(path)
    # What is written, not what is sound: a key that breaks the schema must not hide what is still to be done.
    faults = _with_text_faults(faults, written, where)
    faults += [*_fit_faults(study, where), *own_faults(study, where)]
    faults += _source_faults(study, document.data, where)
    written_contrasts = list(contrasts) if isinstance(contrasts, dict) else []
    study["contrasts"], wrong = complete_contrasts(study.get("contrasts", {}), written_contrasts, where)
    # Once each: what no sheet can bear is told with the sheet again.
    if faults := list(dict.fromkeys([*faults, *wrong, *_sheet_faults(study, where)])):
        return {}, faults
    return _with_files(study, path.stem), []


def lines_of(path: str | Path, document: Document) -> schemas.Where:
    """The file and line of an address."""
    return lambda address: f"{path}:{document.line(address)}"


def from_archive(study: Mapping[str, Any]) -> bool:
    """Whether the sample sheet rests on what the archive says of the samples, not on the names of columns alone."""
    rules = study["samples"].get("columns", {}).values()
    return any(rule["field"] != "column" for rule in [*rules, *study["samples"]["keep"]])


def _advised(fault: Fault) -> Fault:
    """A fault of the schema with the advice that only this key needs."""
    if re.fullmatch(r"contrasts\.[^.]+\.transform", fault.field):
        return replace(
            fault, fix="Write the transformed values into a column of the sheet, as log2_dose, and name that"
        )
    return fault


def _with_files(study: dict[str, Any], key: str) -> dict[str, Any]:
    # Snakemake compares names as text: one spelling for one file.
    for role in ("matrix", "tx2gene", "probe_genes"):
        if role in study["source"]:
            study["source"][role] = str(PurePosixPath(study["source"][role]))
    if "files" in study["source"]:
        study["source"]["files"] = {name: str(PurePosixPath(p)) for name, p in study["source"]["files"].items()}
    if "table" in study["samples"]:
        study["samples"]["table"] = str(PurePosixPath(study["samples"]["table"]))
    study["own_files"] = sources.own_files(study["source"])
    if "table" in study["samples"]:
        study["own_files"]["sheet"] = study["samples"]["table"]
    remote = sources.remote_files(study["source"], from_archive(study), key)
    study["remote_files"] = {role: asdict(file) for role, file in remote.items()}
    return study


def _sound_parts(data: Mapping[str, Any], faulty: set[str]) -> dict[str, Any]:
    """A study without the parts that break the schema: what is wrong there must not hide what is wrong elsewhere."""

    def sound(name: str) -> bool:
        return not any(field == name or field.startswith(f"{name}.") for field in faulty)

    parts = {key: value for key, value in data.items() if key == "contrasts" or sound(key)}
    contrasts = parts.pop("contrasts", None)
    if isinstance(contrasts, dict) and "contrasts" not in faulty:
        left = {key: value for key, value in contrasts.items() if not (isinstance(value, dict) and _unfilled(value))}
        parts["contrasts"] = sound_contrasts(left, faulty)
    return parts


def _unfilled(data: Any) -> bool:
    return any(text.strip() == TO_DO for _, text in _texts(data))


def _with_text_faults(faults: Sequence[Fault], written: Mapping[str, Any], where: schemas.Where) -> list[Fault]:
    """The faults of the schema and those of texts; what is still to be filled in is called that, with the fix."""
    texts = {schemas.dotted(address): (address, text) for address, text in _texts(written)}
    to_do = {field for field, (_, text) in texts.items() if text.strip() == TO_DO}
    unfilled = "is still to be filled in"
    found = [replace(fault, problem=unfilled) if fault.field in to_do else fault for fault in faults]
    told = {fault.field for fault in found}
    for field, (address, text) in texts.items():
        if "\n" in text and address not in LONG_TEXTS:
            found.append(Fault(where(address), field, text, "has several lines", "Write it on one line"))
        if field in to_do - told:
            found.append(Fault(where(address), field, text, unfilled, "Write it"))
    return found


def _texts(data: Any, address: Address = ()) -> list[tuple[Address, str]]:
    if isinstance(data, str):
        return [(address, data)]
    children = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    return [found for key, value in children for found in _texts(value, (*address, key))]


def _fit_faults(study: Mapping[str, Any], where: schemas.Where) -> list[Fault]:
    """What of the study does not fit its technology."""
    technology, method, scale = study.get("technology"), study.get("method", "auto"), study.get("scale", "auto")
    faults = []
    if technology and technology not in METHODS.get(method, (technology,)):
        fix = "Write method: auto"
        faults.append(Fault(where(("method",)), "method", method, f"is not a method for {technology}", fix))
    if method == "deseq2":
        faults += _count_model_faults(study, where)
    if technology and scale not in SCALES.get(technology, (scale,)):
        fix = "Give the raw counts, or write technology: log_expression"
        faults.append(Fault(where(("scale",)), "scale", scale, f"is not a scale of {technology}", fix))
    if technology not in (None, *COUNTED) and scale == "counts":
        faults.append(
            Fault(
                where(("scale",)), "scale", scale, f"is not a scale of {technology}", "Write technology: rnaseq_counts"
            )
        )
    return faults


def _count_model_faults(study: Mapping[str, Any], where: schemas.Where) -> list[Fault]:
    """What a negative binomial model cannot do."""
    fix = "Take it out, or write method: voom"
    asked: list[Address] = [(key,) for key in OF_LINEAR_MODELS if study.get(key)]
    contrasts = study.get("contrasts", {}).items()
    asked += [("contrasts", key, "random_block") for key, contrast in contrasts if contrast.get("random_block")]
    return [
        Fault(where(one), schemas.dotted(one), str(schemas.at(study, one)), "does not go with deseq2", fix)
        for one in asked
    ]


def _source_faults(study: Mapping[str, Any], written: Mapping[str, Any], where: schemas.Where) -> list[Fault]:
    if "source" not in study:
        return []
    faults = [
        Fault(where(("source", key)), f"source.{key}", value, problem, fix)
        for key, value, problem, fix in sources.problems(study["source"], written["source"])
    ]
    faults += _cell_faults(study, where)
    for role, path in sources.own_files(study["source"]).items():
        address = ("source", "files", role.removeprefix("sample:")) if ":" in role else ("source", role)
        faults += paths.faults(path, address, where)
    return faults


def _cell_faults(study: Mapping[str, Any], where: schemas.Where) -> list[Fault]:
    """The technology and the format must both be those of cells, or neither."""
    technology, of_cells = study.get("technology"), sources.form_of(study["source"]) == sources.OF_CELLS
    if technology is None or of_cells == (technology == "single_cell"):
        return []
    if of_cells:
        fix = "Write technology: single_cell, or give a table of samples"
        return [Fault(where(("source", "format")), "source.format", sources.OF_CELLS, "holds single cells", fix)]
    fix = f"Write format: {sources.OF_CELLS}; for a table that is summed already, technology: rnaseq_counts"
    return [Fault(where(("technology",)), "technology", technology, "needs a file of cells", fix)]


def _sheet_faults(study: Mapping[str, Any], where: schemas.Where) -> list[Fault]:
    """What is wrong with the sample sheet, with the header of the matrix, and with the designs."""
    if "samples" not in study:
        return own_matrix.faults(study, None, where)
    samples = study["samples"]
    given = [key for key in ("table", "rows", "from") if key in samples]
    if len(given) != 1:
        fix = "Give one of: table (a file), rows (written here), from: archive (with columns)"
        unclear = Fault(
            where(("samples",)), "samples", ", ".join(given), "does not say where the sheet is, or twice", fix
        )
        return [*own_matrix.faults(study, None, where), unclear]
    if given == ["from"]:
        return [*own_matrix.faults(study, None, where), *_rule_faults(samples, where)]
    faults = [
        Fault(where(("samples", key)), f"samples.{key}", "", "goes with from: archive only", "Take it out")
        for key in ("keep", "columns")
        if samples.get(key)
    ]
    sheet, wrong = known_sheet(samples, where)
    # What is wrong with one file must not hide what is wrong with the other.
    faults += [*wrong, *own_matrix.faults(study, sheet[samples["id"]] if sheet else None, where)]
    return [*faults, *_design_faults(study, sheet, where)] if sheet else faults


def known_sheet(samples: Mapping[str, Any], where: schemas.Where) -> tuple[Sheet | None, list[Fault]]:
    """The sample sheet that a study file names or holds, or None and the faults."""
    if "table" in samples:
        return _read(samples["table"], ("samples", "table"), where, lambda path: read_samples(path, samples["id"]))
    try:
        return read_rows(samples["rows"], samples["id"], where(("samples", "rows"))), []
    except InputFaults as found:
        return None, found.faults


def _read(text: str, address: Address, where: schemas.Where, read: Callable[[str], Any]) -> tuple[Any, list[Fault]]:
    """What ``read`` makes of a file that a study names, or None and the faults."""
    faults = paths.faults(text, address, where)
    if not faults:
        try:
            return read(text), []
        except InputFaults as found:
            faults = found.faults
    return None, faults


def _rule_faults(samples: Mapping[str, Any], where: schemas.Where) -> list[Fault]:
    """What is wrong with the rules of a sheet that the archive fills; whether they fit is known when it is there."""
    from secretome.combined_columns import combined_faults
    from secretome.sample_rules import rule_faults

    if not samples.get("columns"):
        fix = "Say which columns the sheet has and from which field of the archive each comes"
        return [Fault(where(("samples",)), "samples", "from: archive", "needs the key 'columns'", fix)]
    faults = [
        replace(wrong, where=where(("samples", *address)), field=schemas.dotted(("samples", *address)))
        for address, wrong in rule_faults(samples)
    ]
    columns = [samples["id"], *samples["columns"]]
    return [*faults, *_at_their_lines(combined_faults(samples["combined"], columns, ""), where)]


def _at_their_lines(faults: Sequence[Fault], where: schemas.Where) -> list[Fault]:
    """The faults of keys of the block `samples`, of which the field is the address."""
    return [replace(wrong, where=where(tuple(wrong.field.split(".", 2)))) for wrong in faults]


def _design_faults(study: Mapping[str, Any], sheet: Sheet, where: schemas.Where) -> list[Fault]:
    from secretome.combined_columns import with_combined
    from secretome.sample_quantities import HEALTH, quantity_faults
    from secretome.technical_runs import merged_sheet

    samples = study["samples"]
    try:
        sheet = with_combined(sheet, samples, "")
    except InputFaults as found:
        return _at_their_lines(found.faults, where)
    single = ("subject", "identity", "technical_runs_of", *PER, *HEALTH)
    named = [(key, samples[key]) for key in single if samples[key]]
    named += [("numeric", name) for name in samples["numeric"]]
    faults = [
        Fault(
            where(("samples", key)), f"samples.{key}", name, "is not a column of the sample sheet", nearest(name, sheet)
        )
        for key, name in named
        if name not in sheet
    ]
    if faults:
        return faults
    identifier = samples["id"]
    if by := samples["technical_runs_of"]:
        try:
            sheet, identifier = merged_sheet(sheet, identifier, by), by
        except InputFaults as found:
            return [replace(wrong, where=where(("samples", "technical_runs_of"))) for wrong in found.faults]
    wrong_quantities = quantity_faults(sheet, identifier, samples, study.get("technology", ""))
    faults += [replace(one, where=where(tuple(one.field.split(".")))) for one in wrong_quantities]
    return [*faults, *contrast_faults(study["contrasts"], sheet, identifier, samples, where)]
