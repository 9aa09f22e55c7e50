"""The panel of signals: config/signatures.yaml, checked, with the collections that a run chose.

common.smk imports this while Snakemake parses, so nothing here computes.
"""

import importlib.util
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict
from importlib import metadata
from pathlib import Path
from typing import Any

from secretome import keys, paths, schemas, sources, strict_yaml
from secretome.faults import Fault, InputFaults, nearest
from secretome.pathways import gene_names, gmt, panel_names
from secretome.schemas import Where
from secretome.strict_yaml import Address
from secretome.study_file import lines_of

BUNDLED, FETCHED, INSTALLED, OWN = "bundled", "fetched", "installed", "own"
_WHERE = ("file", "url", "package")
_FORMATS = {BUNDLED: ("gmt", "members", "weights"), FETCHED: ("gmt", "collectri"), INSTALLED: ("cytosig",)}
_NONE: Mapping[str, Any] = {"collections": "bundled", "gene_sets": {}}
_KNOWLEDGE = "data/bundled/knowledge"

Panel = dict[str, Any]


def load_panel(path: str | Path, settings: Mapping[str, Any] = _NONE) -> Panel:
    """The signals, their speakers and the collections that these come from, with defaults.

    Args:
        path: the file, in the folder ``config`` of the project; the files that it names are relative to the project.
        settings: ``collections`` of the configuration (`bundled`, `all`, a key, or a list of them), and ``gene_sets``
            (key → GMT file, relative to the working folder), which are read and judged here.

    Returns:
        ``collections``: key → the collection and its ``origin`` (one of the words of this module), of this run alone,
        in the order of the file, those of the user's own last. ``labels``: key → label of every collection.
        ``ligands``: the genes. ``signals``: key → the signal; its speakers are those of the collections of this run
        and, where none of these decides, the deciding ones of the others; ``absent`` then says why, else it is "".

    Raises:
        InputFaults: what breaks the schema, a speaker of an unknown collection, a rival that is no signal, a collection
            whose file is not there, a gene set that a bundled file does not hold, a gene that is no current symbol, a
            verdict that would depend on what was fetched, an unknown choice, gene sets of the user's own that are not
            GMT or not of human symbols.
    """
    document = strict_yaml.load(path)
    where = lines_of(path, document)
    schema = schemas.schema("signatures")
    faults = schemas.faults(document.data, schema, where, document.text_of)
    if faults:
        raise InputFaults(faults)
    data = schemas.with_defaults(document.data, schema)
    for group in ("signals", "collections"):
        faults += keys.faults(data[group], (group,), where)
    project = Path(path).resolve().parents[1]
    faults += _collection_faults(data["collections"], where, project)
    for key, signal in data["signals"].items():
        faults += _signal_faults(key, signal, data, where)
    if not faults:  # the speakers are of collections whose files are there
        faults += panel_names.set_faults(data, where, project)
    chosen, unknown = _chosen(settings["collections"], data["collections"])
    faults += [*unknown, *_own_faults(settings["gene_sets"], data["collections"], project / _KNOWLEDGE)]
    faults += panel_names.gene_faults(data, where, project / _KNOWLEDGE)
    if faults:
        raise InputFaults(faults)
    known = {key: {**one, "origin": _origin(one)} for key, one in data["collections"].items()}
    own = {key: _own(key, file, schema) for key, file in settings["gene_sets"].items()}
    return {
        "collections": {**{key: known[key] for key in chosen}, **own},
        "labels": {key: one["label"] for key, one in {**known, **own}.items()},
        "ligands": [one["gene"] for one in data["ligands"]],
        "signals": {key: _heard(signal, chosen, data["collections"]) for key, signal in data["signals"].items()},
    }


def bundled_files(panel: Panel) -> dict[str, str]:
    """Collection → its file, relative to the project, of those that ship with it."""
    return {key: one["file"] for key, one in panel["collections"].items() if one["origin"] == BUNDLED}


def other_collections(panel: Panel) -> dict[str, dict[str, Any]]:
    """The collections of the run that do not ship with the project."""
    return {key: one for key, one in panel["collections"].items() if one["origin"] != BUNDLED}


def remote_files(panel: Panel) -> dict[str, dict[str, str]]:
    """Collection → the parts of a ``sources.RemoteFile``, of those that have to be fetched."""
    fetched = {key: one for key, one in panel["collections"].items() if one["origin"] == FETCHED}
    return {key: asdict(sources.of_address(one["url"], one["sha256"])) for key, one in fetched.items()}


def local_files(panel: Panel) -> dict[str, str]:
    """Collection → its file, of the user's own and of those in an installed package, where that is installed."""
    files = {key: one["file"] for key, one in panel["collections"].items() if one["origin"] == OWN}
    for key, one in panel["collections"].items():
        if one["origin"] == INSTALLED and (path := _in_package(one["package"], one["file"])):
            files[key] = path
    return files


def named_sets(panel: Panel) -> dict[str, dict[str, str]]:
    """Collection → the gene sets that signals name → the label of the signal, of `other_collections`."""
    named: dict[str, dict[str, str]] = {key: {} for key in other_collections(panel)}
    for signal in panel["signals"].values():
        for speaker in signal["speakers"]:
            if speaker["collection"] in named:
                named[speaker["collection"]].setdefault(speaker["gene_set"], signal["label"])
    return named


def _in_package(package: str, file: str) -> str:
    """The path of a file in an installed package, which is not imported; "" where it is not there."""
    found = importlib.util.find_spec(package)
    paths_of_it = [Path(folder) / file for folder in (found.submodule_search_locations or () if found else ())]
    # CytoSig's own installer puts its tables beside its script, in the bin folder of the environment.
    with suppress(metadata.PackageNotFoundError):
        listed = metadata.files(package) or ()
        paths_of_it += [Path(str(one.locate())).resolve() for one in listed if one.name == file]
    return next((str(path) for path in paths_of_it if path.is_file()), "")


def _own(key: str, file: str, schema: Mapping[str, Any]) -> dict[str, Any]:
    described = {"label": key, "file": file, "kind": "gene_sets", "source": f"your file {file}"}
    of_a_collection = schema["properties"]["collections"]["additionalProperties"]
    unknown = {"licence": "", "citation": ""}
    return {**schemas.with_defaults({**described, **unknown}, of_a_collection), "origin": OWN}


def _own_faults(files: Mapping[str, str], collections: Mapping[str, Any], knowledge: Path) -> list[Fault]:
    def where(address: Address) -> str:
        return "configuration"

    faults = keys.faults(files, ("gene_sets",), where)
    for key in set(files) & set(collections):
        problem = "is the key of a collection of config/signatures.yaml"
        faults.append(Fault("configuration", f"gene_sets.{key}", key, problem, "Give it another key"))
    names = gene_names.read_names(knowledge / "genes.tsv.gz", knowledge / "aliases.tsv.gz") if files else {}
    for key, file in files.items():
        if wrong := paths.faults(file, ("gene_sets", key), where):
            faults += wrong
            continue
        try:
            gene_names.require_symbols(gmt.read_gmt(file).sets, names, file)
        except InputFaults as found:
            faults += found.faults
    return faults


def _origin(collection: Mapping[str, Any]) -> str:
    if "url" in collection:
        return FETCHED
    return INSTALLED if "package" in collection else BUNDLED


def _collection_faults(collections: Mapping[str, Any], where: Where, project: Path) -> list[Fault]:
    faults = []
    for key, one in collections.items():
        address, given = ("collections", key), [name for name in _WHERE if name in one]
        if given not in (["file"], ["url"], ["file", "package"]):
            problem, fix = "does not say where it is, or twice", "Give one of: file, url, package with file"
            faults.append(Fault(where(address), schemas.dotted(address), ", ".join(given), problem, fix))
            continue
        if given == ["file"]:
            faults += paths.faults(one["file"], (*address, "file"), where, project)
        elif "package" in given and ("/" in one["file"] or "\\" in one["file"] or one["file"].startswith(".")):
            at = (*address, "file")
            problem = "is not the name of a file in the package"
            faults.append(Fault(where(at), schemas.dotted(at), one["file"], problem, "Write the name alone"))
        if one["format"] not in (allowed := _FORMATS[_origin(one)]):
            at = (*address, "format")
            problem, fix = f"is no format of a {_origin(one)} collection", f"Write {' or '.join(allowed)}"
            faults.append(Fault(where(at), schemas.dotted(at), one["format"], problem, fix))
        if one["smallest"] > one["largest"]:
            at = (*address, "smallest")
            problem = f"is more than the largest, {one['largest']}"
            faults.append(Fault(where(at), schemas.dotted(at), str(one["smallest"]), problem, "Lower it"))
    return faults


def _signal_faults(key: str, signal: Mapping[str, Any], data: Mapping[str, Any], where: Where) -> list[Fault]:
    def fault(address: tuple, value: str, problem: str, fix: str) -> Fault:
        full = ("signals", key, *address)
        return Fault(where(full), schemas.dotted(full), value, problem, fix)

    collections, faults = data["collections"], []
    for index, speaker in enumerate(signal["speakers"]):
        name = speaker["collection"]
        if name not in collections:
            fix = nearest(name, list(collections))
            faults.append(fault(("speakers", index, "collection"), name, "is not among the collections", fix))
    for index, rival in enumerate(signal["rivals"]):
        if rival == key or rival not in data["signals"]:
            problem = "is the signal itself" if rival == key else "is not among the signals"
            faults.append(fault(("rivals", index), rival, problem, nearest(rival, set(data["signals"]) - {key})))
    if faults:
        return faults
    deciding = [one["collection"] for one in signal["speakers"] if one["decides"]]
    if not deciding:
        return [fault(("speakers",), "", "has no set that decides", "Take `decides: false` out of one of them")]
    others = dict.fromkeys(name for name in deciding if _origin(collections[name]) != BUNDLED)
    if others and len(set(deciding)) > 1:
        problem = "decides beside another collection, so that the verdict would depend on what was fetched"
        return [fault(("speakers",), ", ".join(others), problem, "Write decides: false for it")]
    return []


def _chosen(given: str | Sequence[str], collections: Mapping[str, Any]) -> tuple[list[str], list[Fault]]:
    """The bundled collections and those that the configuration names, in the order of the file."""
    named = [given] if isinstance(given, str) else list(given)
    words = ("bundled", "all")
    unknown = [
        Fault("configuration", "collections", name, "is not a collection", nearest(name, [*collections, *words]))
        for name in named
        if name not in collections and name not in words
    ]
    keep = [key for key, one in collections.items() if _origin(one) == BUNDLED or key in named or "all" in named]
    return keep, unknown


def _heard(signal: Mapping[str, Any], chosen: Sequence[str], collections: Mapping[str, Any]) -> dict[str, Any]:
    speakers = [one for one in signal["speakers"] if one["collection"] in chosen]
    if any(one["decides"] for one in speakers):
        return {**signal, "speakers": speakers, "absent": ""}
    missing = [one for one in signal["speakers"] if one["decides"]]
    labels = " and ".join(dict.fromkeys(collections[one["collection"]]["label"] for one in missing))
    how = "which this run did not choose (collections in config.yaml)"
    absent = f"The gene sets that decide on it are of the {labels}, {how}."
    return {**signal, "speakers": [*missing, *speakers], "absent": absent}
