"""The panel of signals: config/signatures.yaml, checked, with the collections that a run chose.

common.smk imports this while Snakemake parses, so nothing here computes.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from secretome import keys, paths, schemas, strict_yaml
from secretome.faults import Fault, InputFaults, nearest
from secretome.schemas import Where
from secretome.study_file import lines_of

BUNDLED, FETCHED, INSTALLED, OWN = "bundled", "fetched", "installed", "own"
_WHERE = ("file", "url", "package")
_NONE: Mapping[str, Any] = {"collections": "bundled"}

Panel = dict[str, Any]


def load_panel(path: str | Path, settings: Mapping[str, Any] = _NONE) -> Panel:
    """The signals, their speakers and the collections that these come from, with defaults.

    Args:
        path: the file, in the folder ``config`` of the project; the files that it names are relative to the project.
        settings: ``collections`` of the configuration: `bundled`, `all`, a key, or a list of them.

    Returns:
        ``collections``: key → the collection and its ``origin`` (one of the words of this module), of this run alone,
        the bundled ones first. ``labels``: key → label of every collection of the file. ``ligands``: the genes.
        ``signals``: key → the signal; its speakers are those of the collections of this run and, where none of these
        decides, the deciding ones of the others; ``absent`` then says why, and is "" otherwise.

    Raises:
        InputFaults: what breaks the schema, a speaker of an unknown collection, a rival that is no signal, a collection
            whose file is not there, a verdict that would depend on what was fetched, an unknown choice.
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
    faults += _collection_faults(data["collections"], where, Path(path).resolve().parents[1])
    for key, signal in data["signals"].items():
        faults += _signal_faults(key, signal, data, where)
    chosen, unknown = _chosen(settings["collections"], data["collections"])
    if faults := [*faults, *unknown]:
        raise InputFaults(faults)
    return {
        "collections": {
            key: {**data["collections"][key], "origin": _origin(data["collections"][key])} for key in chosen
        },
        "labels": {key: one["label"] for key, one in data["collections"].items()},
        "ligands": [one["gene"] for one in data["ligands"]],
        "signals": {key: _heard(signal, chosen, data["collections"]) for key, signal in data["signals"].items()},
    }


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
        elif given == ["file"]:
            faults += paths.faults(one["file"], (*address, "file"), where, project)
        elif "package" in given and ("/" in one["file"] or "\\" in one["file"] or one["file"].startswith(".")):
            problem, fix = "is not the name of a file in the package", "Write the name alone"
            faults.append(
                Fault(where((*address, "file")), schemas.dotted((*address, "file")), one["file"], problem, fix)
            )
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
    absent = f"The gene sets that decide on it are of the {labels}, which this run did not choose."
    return {**signal, "speakers": [*missing, *speakers], "absent": absent}
