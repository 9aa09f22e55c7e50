"""Collections that do not ship with the project: what could be had of each, with current symbols, and what was not."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from secretome.faults import Fault, InputFaults, listed, nearest, sentence, warning
from secretome.files import sha256
from secretome.pathways import gene_names, gmt, weight_tables
from secretome.pathways.gene_names import Names

Sets = dict[str, dict[str, float]]


def prepared(
    described: Mapping[str, Mapping[str, Any]],
    files: Mapping[str, str],
    record: Mapping[str, Any],
    expected: Mapping[str, Mapping[str, str]],
    names: Names,
) -> dict[str, dict[str, Any]]:
    """Read every collection; one that cannot be had costs nobody the others.

    Args:
        described: collection → ``label``, ``format``, ``origin`` and, of a package, ``package``.
        files: collection → its file, of those of the user's own and of installed packages that are there.
        record: what `fetch_collections` left: ``files`` (collection → ``path``, ``sha256``) and ``faults``.
        expected: collection → the sets that a signal names → the label of the signal.
        names: as :func:`secretome.pathways.gene_names.read_names`.

    Returns:
        Collection → ``origin``, ``sets`` (name → gene → weight; none where it could not be had), ``unavailable`` (why,
        or ""), ``numbers`` (of genes) and ``warnings``.
    """
    found = {}
    for key, one in described.items():
        try:
            path = _path(key, one, files, record)
            had = _read(path, one, expected.get(key, {}), names)
        except InputFaults as wrong:
            more = f" (and {len(wrong.faults) - 1} more)" if len(wrong.faults) > 1 else ""
            had = {"sets": {}, "unavailable": f"{wrong.faults[0]}{more}", "numbers": {}, "warnings": []}
        found[key] = {"origin": one["origin"], **had}
    return found


def missing_collections(found: Mapping[str, Mapping[str, Any]]) -> list[str]:
    """A line for each collection that was to be fetched and could not be had.

    Args:
        found: what :func:`prepared` returns.
    """
    missing = {key: one["unavailable"] for key, one in found.items() if one["origin"] == "fetched"}
    return [f"Collection {key} is unavailable: {why}" for key, why in missing.items() if why]


def _path(key: str, one: Mapping[str, Any], files: Mapping[str, str], record: Mapping[str, Any]) -> str:
    if one["origin"] == "fetched":
        if key in record["faults"]:
            raise InputFaults([Fault(**parts) for parts in record["faults"][key]])
        entry = record["files"][key]
        if not Path(entry["path"]).is_file() or sha256(entry["path"]) != entry["sha256"]:
            fix = "Delete it if it is there, and run again with -R fetch_collections"
            raise InputFaults([Fault(entry["path"], "", "", "is not the file that was fetched", fix)])
        return entry["path"]
    if key not in files:
        problem = "is not installed, or has no such file"
        fix = "Install it into the environment, or take the collection out of the configuration"
        raise InputFaults([Fault(one["label"], "", one["package"], problem, fix)])
    return files[key]


def _read(path: str, one: Mapping[str, Any], expected: Mapping[str, str], names: Names) -> dict[str, Any]:
    sets, repeated = _READERS[one["format"]](path)
    gene_names.require_symbols(sets, names, path)
    current, numbers = gene_names.translated(sets, names)
    label, messages = one["label"], []
    if repeated:
        messages.append(f"{label}: {repeated:,} times a gene stands again in its set; it counts once.")
    if numbers["lost"]:
        lost = f"{numbers['lost']:,} of {numbers['genes']:,} genes have no current symbol and are left out"
        messages.append(f"{label}: {lost} ({listed(numbers['examples'])}{' …' * (numbers['lost'] > 5)}).")
    messages += [f"{label}: {said}" for said in _not_there(sets, expected)]
    return {
        "sets": current,
        "unavailable": "",
        "numbers": {**numbers, "sets": len(sets), "repeated": repeated},
        "warnings": [warning("gene_sets", message) for message in messages],
    }


def _not_there(sets: Sets, expected: Mapping[str, str]) -> list[str]:
    """The gene sets that signals name and the file does not hold: renamed or withdrawn, mostly."""
    absent = {name: signal for name, signal in expected.items() if name not in sets}
    if not absent:
        return []
    told = listed([f"{name} ({signal})" for name, signal in absent.items()], 8)
    meant = sentence(nearest(next(iter(absent)), sets))
    return [f"of the gene sets that speak for a signal it does not hold {told}. {meant}"]


def _read_gmt(path: str) -> tuple[Sets, int]:
    found = gmt.read_gmt(path)
    return {name: dict.fromkeys(genes, 1.0) for name, genes in found.sets.items()}, found.repeated


_READERS: dict[str, Callable[[str], tuple[Sets, int]]] = {
    "gmt": _read_gmt,
    "collectri": lambda path: (weight_tables.read_collectri(path), 0),
    "cytosig": lambda path: (weight_tables.read_cytosig(path), 0),
}
