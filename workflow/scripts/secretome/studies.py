"""The files that describe a run (configuration, studies): load, validate, name the file, line and key.

common.smk imports this while Snakemake parses, so what costs time is imported inside the functions.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path, PurePosixPath
from typing import Any

from secretome import keys, schemas, strict_yaml, study_file, study_lysates
from secretome.faults import Fault, InputFaults, nearest
from secretome.published import study as published
from secretome.strict_yaml import Address, Document

BUNDLED = ("data", "bundled")
CONFIG_FILE = "config/config.yaml"


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
        The complete configuration; and key → the study as :func:`secretome.study_file.checked` or, of published
        measurements, :func:`secretome.published.study.checked`, sorted by key.

    Raises:
        InputFaults: everything that is wrong with the configuration, or else with any of the study files.
    """
    settings = complete_config(config, config_file)
    files, faults = study_files(settings["study_folders"])
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
        of_its_kind = published if published.is_published(document.data) else study_file
        studies[key], wrong = of_its_kind.checked(files[key], document)
        faults += wrong
    lines = {key: study_file.lines_of(files[key], document) for key, document in documents.items()}
    faults += study_lysates.lysate_faults(studies, files, _asked_for(settings, chosen, documents), lines.__getitem__)
    if faults:
        raise InputFaults(faults)
    return settings, study_lysates.with_lysates(studies)


def study_files(folders: Sequence[str]) -> tuple[dict[str, Path], list[Fault]]:
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
            elif problem := keys.problem(path.stem):
                faults.append(Fault(str(path), "", path.stem, f"{problem} as the key of a study", keys.FIX))
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


def _asked_for(settings: Mapping[str, Any], chosen: Sequence[str], read: Mapping[str, Document]) -> Sequence[str]:
    """The studies of the run, those that could not be read among them."""
    return list(read) if settings["studies"] == "bundled" else chosen


def _is_bundled(data: Mapping[str, Any]) -> bool:
    source = data.get("source")
    numbers = source.get("matrix") if isinstance(source, dict) else data.get("measurements")
    return isinstance(numbers, str) and PurePosixPath(numbers).parts[:2] == BUNDLED
