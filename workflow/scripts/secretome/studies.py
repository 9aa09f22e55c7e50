"""The files that describe a run (configuration, studies, signatures): load, validate, name the file, line and key.

common.smk imports this while Snakemake parses, so what costs time is imported inside the functions.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path, PurePosixPath
from typing import Any

from secretome import schemas, strict_yaml
from secretome.delimited import read_header, require_regular_file
from secretome.faults import Fault, InputFaults, listed, nearest
from secretome.sheets import read_samples
from secretome.strict_yaml import Address, Document

KEY = re.compile(r"[a-z][a-z0-9_]{0,63}")
# Names of our own pages and targets, words of `studies:`, and what Windows keeps for its devices.
RESERVED = {"index", "report", "synthesis", "all", "everything", "bundled"}
RESERVED |= {"con", "nul", "aux", "prn", *(f"{port}{number}" for port in ("com", "lpt") for number in range(1, 10))}
BUNDLED = ("data", "bundled")
CONFIG_FILE = "config/config.yaml"
_KEY_FIX = "Use lower-case letters, digits and underscores, a letter first, 64 at most"


def check_config_file(path: str | Path, required: bool = True) -> None:
    """Refuse a configuration file that Snakemake must not even read.

    Args:
        path: the file.
        required: False where another file replaces this one, which then may be missing.

    Raises:
        InputFaults: as in ``strict_yaml.load``, of which the key that executes code is the reason for this check.
    """
    if required or Path(path).exists():
        strict_yaml.load(path)


def complete_config(config: Mapping[str, Any], config_file: str | Path = CONFIG_FILE) -> dict[str, Any]:
    """The configuration with its defaults, whatever came from the file and whatever from the command line.

    Args:
        config: what Snakemake made of configuration files and ``--config``.
        config_file: the file that was checked by :func:`check_config_file`; it gives the lines of what stands in it.

    Raises:
        InputFaults: unknown keys, wrong types, values out of range.
    """
    document = strict_yaml.load(config_file) if Path(config_file).is_file() else Document()
    data = schemas.plain(config)

    def of_file(address: Address) -> bool:
        """Whether the value is the one of the file; others came by --config or --configfile, which leave no line."""
        return address in document.line_of and schemas.at(document.data, address) == schemas.at(data, address)

    def where(address: Address) -> str:
        """File and line of a value of the file."""
        return f"{config_file}:{document.line_of[address]}" if of_file(address) else "configuration"

    thresholds = data.get("thresholds")
    for key, value in thresholds.items() if isinstance(thresholds, dict) else ():
        # Snakemake hands on --config 'thresholds={fdr: 0.01}' as text.
        if isinstance(value, str) and not of_file(("thresholds", key)) and strict_yaml.NUMBER.fullmatch(value):
            thresholds[key] = float(value)
    schema = schemas.schema("config")
    written = {address: text for address, text in document.text_of.items() if of_file(address)}
    faults = schemas.faults(data, schema, where, written)
    if faults:
        raise InputFaults(faults)
    return schemas.with_defaults(data, schema)


def load_run(
    config: Mapping[str, Any], config_file: str | Path = CONFIG_FILE
) -> tuple[dict[str, Any], dict[str, dict[str, Any]]]:
    """The configuration and the selected studies, each checked against its sheet, its matrix header and its designs.

    Args:
        config: as for :func:`complete_config`.
        config_file: as for :func:`complete_config`.

    Returns:
        The complete configuration; and key → the content of the study file with its defaults, ``file`` (its path) and
        ``smallest_group`` (the number of samples in the smallest group that a contrast compares), sorted by key.

    Raises:
        InputFaults: everything that is wrong with the configuration, or else with any of the study files.
    """
    settings = complete_config(config, config_file)
    files, faults = _study_files(settings["study_folders"])
    chosen, unknown = _chosen(settings["studies"], files)
    faults += unknown
    documents: dict[str, Document] = {}
    for key in chosen:
        try:
            documents[key] = strict_yaml.load(files[key])
        except InputFaults as found:
            faults += found.faults
    if settings["studies"] == "bundled":
        documents = {key: document for key, document in documents.items() if _is_bundled(document.data)}
    if not documents and not faults:
        fix = "Write studies: all, or name one"
        faults.append(Fault("configuration", "studies", str(settings["studies"]), "selects no study", fix))
    studies = {}
    for key, document in sorted(documents.items()):
        studies[key], wrong = _checked_study(files[key], document)
        faults += wrong
    if faults:
        raise InputFaults(faults)
    return settings, studies


def load_signatures(path: str | Path) -> dict[str, Any]:
    """The signals, their speakers and the collections these come from, with defaults.

    Args:
        path: the file, in the folder ``config`` of the project; the files that it names are relative to the project.

    Raises:
        InputFaults: what breaks the schema, a speaker of an unknown collection, a collection whose file is not there.
    """
    document = strict_yaml.load(path)
    where = _lines(path, document)
    schema = schemas.schema("signatures")
    faults = schemas.faults(document.data, schema, where, document.text_of)
    if faults:
        raise InputFaults(faults)
    data = schemas.with_defaults(document.data, schema)
    for group in ("signals", "collections"):
        faults += _key_faults(data[group], (group,), where)
    project = Path(path).resolve().parents[1]
    for key, collection in data["collections"].items():
        faults += _path_faults(collection["file"], ("collections", key, "file"), where, project)
    for key, signal in data["signals"].items():
        for index, speaker in enumerate(signal["speakers"]):
            name, address = speaker["collection"], ("signals", key, "speakers", index, "collection")
            if name not in data["collections"]:
                fix = nearest(name, list(data["collections"]))
                faults.append(Fault(where(address), _dotted(address), name, "is not among the collections", fix))
    if faults:
        raise InputFaults(faults)
    return data


def _dotted(address: Address) -> str:
    return ".".join(map(str, address))


def _lines(path: str | Path, document: Document) -> schemas.Where:
    return lambda address: f"{path}:{document.line(address)}"


def _study_files(folders: Sequence[str]) -> tuple[dict[str, Path], list[Fault]]:
    """The study files by key, and what is wrong with the names."""
    files: dict[str, Path] = {}
    faults = []
    for folder in dict.fromkeys(map(Path, folders)):
        if not folder.is_dir():
            faults.append(
                Fault("configuration", "study_folders", str(folder), "is not a folder", "Correct it, or make it")
            )
            continue
        for path in sorted(folder.iterdir()):
            if path.name.startswith((".", "~")) or path.suffix.lower() not in (".yaml", ".yml"):
                continue
            if path.suffix != ".yaml":
                faults.append(Fault(str(path), "", "", "is not called .yaml and would be passed over", "Rename it"))
            elif problem := _name_problem(path.stem):
                faults.append(Fault(str(path), "", path.stem, f"{problem} as the key of a study", _KEY_FIX))
            elif path.stem in files:
                problem = f"is found twice: {files[path.stem]} is the other"
                faults.append(Fault(str(path), "", path.stem, problem, "Rename or remove one of them"))
            else:
                files[path.stem] = path
    faults += _case_faults(folders)
    return files, faults


def _case_faults(folders: Sequence[str]) -> list[Fault]:
    paths = sorted({path for folder in folders if Path(folder).is_dir() for path in Path(folder).glob("*.yaml")})
    seen: dict[str, Path] = {}
    faults = []
    for path in paths:
        other = seen.setdefault(path.stem.casefold(), path)
        if other.stem != path.stem:
            problem = f"differs from {other} only in case, which many disks cannot tell"
            faults.append(Fault(str(path), "", path.stem, problem, "Rename or remove one of them"))
    return faults


def _name_problem(name: str) -> str:
    if name.casefold() in RESERVED:
        return "is a reserved word and cannot serve"
    return "" if KEY.fullmatch(name) else "cannot serve"


def _key_faults(content: Mapping[str, Any], address: Address, where: schemas.Where) -> list[Fault]:
    return [
        Fault(where((*address, key)), _dotted(address), key, f"{problem} as a key", _KEY_FIX)
        for key in content
        if (problem := _name_problem(key))
    ]


def _chosen(studies: str | list[str], files: Mapping[str, Path]) -> tuple[list[str], list[Fault]]:
    if studies in ("bundled", "all"):
        return list(files), []
    named = [studies] if isinstance(studies, str) else studies
    unknown = [
        Fault(
            "configuration",
            "studies",
            key,
            "is not a study of the study folders",
            nearest(key, [*files, "all", "bundled"]),
        )
        for key in named
        if key not in files
    ]
    return [key for key in named if key in files], unknown


def _is_bundled(data: Mapping[str, Any]) -> bool:
    source = data.get("source")
    matrix = source.get("matrix") if isinstance(source, dict) else None
    return isinstance(matrix, str) and PurePosixPath(matrix).parts[:2] == BUNDLED


def _checked_study(path: Path, document: Document) -> tuple[dict[str, Any], list[Fault]]:
    where = _lines(path, document)
    schema = schemas.schema("study")
    faults = schemas.faults(document.data, schema, where, document.text_of)
    contrasts = document.data.get("contrasts")
    if isinstance(contrasts, dict):
        faults += _key_faults(contrasts, ("contrasts",), where)
    study = schemas.with_defaults(_sound_parts(document.data, {fault.field for fault in faults}), schema)
    study["file"] = str(path)
    for address, text in _texts(study):
        if "\n" in text and address != ("notes",):
            faults.append(Fault(where(address), _dotted(address), text, "has several lines", "Write it on one line"))
    sheet, wrong = _checked_sheet(study, where)
    if faults := [*faults, *wrong]:
        return {}, faults
    study["smallest_group"] = _smallest_group(study["contrasts"].values(), sheet)
    for part, key in (("source", "matrix"), ("samples", "table")):
        # Snakemake compares names as text: one spelling for one file.
        study[part][key] = str(PurePosixPath(study[part][key]))
    return study, []


def _sound_parts(data: Mapping[str, Any], faulty: set[str]) -> dict[str, Any]:
    """A study without the parts that break the schema: what is wrong there must not hide what is wrong elsewhere."""

    def sound(name: str) -> bool:
        return not any(field == name or field.startswith(f"{name}.") for field in faulty)

    parts = {key: value for key, value in data.items() if key == "contrasts" or sound(key)}
    contrasts = parts.pop("contrasts", None)
    if isinstance(contrasts, dict) and "contrasts" not in faulty:
        parts["contrasts"] = {key: value for key, value in contrasts.items() if sound(f"contrasts.{key}")}
    return parts


def _texts(data: Any, address: Address = ()) -> list[tuple[Address, str]]:
    if isinstance(data, str):
        return [(address, data)]
    children = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    return [found for key, value in children for found in _texts(value, (*address, key))]


def _path_faults(text: str, address: Address, where: schemas.Where, folder: Path | None = None) -> list[Fault]:
    folder = (folder or Path.cwd()).resolve()
    problem, fix = _path_problem(text), "Write a path below the working folder, with forward slashes"
    if not problem:
        try:
            inside = (folder / text).resolve().is_relative_to(folder)
        except (OSError, RuntimeError, ValueError):  # RuntimeError: a loop of links
            inside = False
        if not inside:
            problem = "leads out of the working folder by a symbolic link"
            fix = "Copy the file into the working folder"
    if problem:
        return [Fault(where(address), _dotted(address), text, problem, fix)]
    try:
        require_regular_file(folder / text)
    except InputFaults as found:
        return [Fault(where(address), _dotted(address), text, wrong.problem, wrong.fix) for wrong in found.faults]
    return []


def _path_problem(text: str) -> str:
    path = PurePosixPath(text)
    if "://" in text:
        return "is an address, and only files of this machine are read here"
    if path.is_absolute() or "\\" in text or re.match(r"[A-Za-z]:|~", text):
        return "is not a path relative to the working folder"
    if ".." in path.parts:
        return "leaves the working folder by '..'"
    if set(text) & set("{}\n"):
        return "holds a brace or a line end, which Snakemake cannot have in the name of an input"
    return ""


def _checked_sheet(study: Mapping[str, Any], where: schemas.Where) -> tuple[dict[str, list[str]], list[Fault]]:
    """The sample sheet, and what is wrong with it, with the header of the matrix, and with the designs."""
    # What is wrong with one file must not hide what is wrong with the other.
    header, sheet = None, None
    faults: list[Fault] = []
    if "source" in study:
        matrix = study["source"]["matrix"]
        header, faults = _read(matrix, ("source", "matrix"), where, lambda path: read_header(path)[1:])
    if "samples" in study:
        table, column = study["samples"]["table"], study["samples"]["id"]
        sheet, wrong = _read(table, ("samples", "table"), where, lambda path: read_samples(path, column))
        faults = [*faults, *wrong]
    if header and sheet:
        faults += _mismatch_faults(study, header, sheet[study["samples"]["id"]], where)
    if sheet:
        faults += _design_faults(study, sheet, where)
    return sheet or {}, faults


def _read(text: str, address: Address, where: schemas.Where, read: Callable[[str], Any]) -> tuple[Any, list[Fault]]:
    """What ``read`` makes of a file that a study names, or None and the faults."""
    faults = _path_faults(text, address, where)
    if not faults:
        try:
            return read(text), []
        except InputFaults as found:
            faults = found.faults
    return None, faults


def _smallest_group(contrasts: Iterable[Mapping[str, Any]], sheet: Mapping[str, Sequence[str]]) -> int:
    # ASSUME: the low-expression filter looks after the smallest group that is compared, not after other levels.
    return min(sheet[one["variable"]].count(one[side]) for one in contrasts for side in ("level", "reference"))


def _mismatch_faults(
    study: Mapping[str, Any], header: Sequence[str], ids: Sequence[str], where: schemas.Where
) -> list[Fault]:
    matrix, table = study["source"]["matrix"], study["samples"]["table"]
    only_sheet = [name for name in ids if name not in set(header)]
    only_matrix = [name for name in header if name not in set(ids)]
    faults = []
    if only_sheet:
        problem = (
            f"lists samples without a column in {matrix} ({len(only_sheet)} of {len(ids)}): {listed(only_sheet, 20)}"
        )
        fix = "Spell them alike in both, or take the lines out"
        faults.append(Fault(where(("samples", "table")), "samples.table", table, problem, fix))
    if only_matrix:
        problem = (
            f"has columns that {table} does not list ({len(only_matrix)} of {len(header)}): {listed(only_matrix, 20)}"
        )
        fix = "List them in the sheet, or take these columns out of the matrix"
        faults.append(Fault(where(("source", "matrix")), "source.matrix", matrix, problem, fix))
    return faults


def _design_faults(study: Mapping[str, Any], sheet: Mapping[str, list[str]], where: schemas.Where) -> list[Fault]:
    from secretome import design

    samples = study["samples"]
    named = [("numeric", name) for name in samples["numeric"]]
    named += [("subject", samples["subject"])] if samples["subject"] else []
    faults = [
        Fault(
            where(("samples", key)), f"samples.{key}", name, "is not a column of the sample sheet", nearest(name, sheet)
        )
        for key, name in named
        if name not in sheet
    ]
    if faults:
        return faults
    for key, contrast in study.get("contrasts", {}).items():
        try:
            design.build(sheet, samples["id"], contrast, samples["numeric"], samples["subject"])
        except InputFaults as found:
            faults += [
                replace(wrong, where=where(("contrasts", key, wrong.field)), field=f"contrasts.{key}.{wrong.field}")
                for wrong in found.faults
            ]
    return faults
