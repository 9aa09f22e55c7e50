"""The names in config/signatures.yaml that only the bundled files can judge: gene sets, and the symbols of genes.

Pure Python: common.smk judges them while Snakemake parses. A name that is not there would else count as a gene set
without measured genes, or as a ligand that is left out of nothing, and nobody would be told.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from secretome import schemas
from secretome.faults import Fault, InputFaults, nearest
from secretome.pathways import gmt
from secretome.pathways.gene_names import symbol_faults
from secretome.schemas import Where
from secretome.text_files import read_lines

_COLUMN = {"members": "gene_set", "weights": "pathway"}  # what names the set of a line, by the format


def set_faults(data: Mapping[str, Any], where: Where, project: Path) -> list[Fault]:
    """Speakers whose gene set is not in the bundled file of their collection.

    Args:
        data: the signature file with its defaults, its speakers of collections that there are.
        where: the file and line of an address.
        project: the folder that the files are relative to.

    Returns:
        A fault for each, with the nearest name; those of a file that cannot be read stand once.
    """
    bundled = {key: one for key, one in data["collections"].items() if "file" in one and "package" not in one}
    held: dict[str, set[str]] = {}
    faults: list[Fault] = []
    for key, one in bundled.items():
        try:
            held[key] = _names(project / one["file"], one["format"])
        except InputFaults as found:
            faults += found.faults
    for signal, described in data["signals"].items():
        for index, speaker in enumerate(described["speakers"]):
            names, gene_set = held.get(speaker["collection"]), speaker["gene_set"]
            if names is not None and gene_set not in names:
                address = ("signals", signal, "speakers", index, "gene_set")
                problem = f"is not in {bundled[speaker['collection']]['file']}"
                faults.append(
                    Fault(where(address), schemas.dotted(address), gene_set, problem, nearest(gene_set, names))
                )
    return faults


def sets_at_hand(panel: Mapping[str, Any], collection: str, project: Path) -> set[str] | None:
    """The gene sets of a collection that ships with the project or is the user's own.

    Args:
        panel: as :func:`secretome.pathways.panel.load_panel`.
        collection: its key.
        project: the folder of the project.

    Returns:
        Their names; None of a collection that is fetched or installed, or that this run did not choose.
    """
    one = panel["collections"].get(collection)
    if one is None or one["origin"] not in ("bundled", "own"):
        return None
    return _names(project / one["file"] if one["origin"] == "bundled" else Path(one["file"]), one["format"])


def gene_faults(data: Mapping[str, Any], where: Where, knowledge: Path) -> list[Fault]:
    """Ligands and confounding genes that are not the current symbols of human genes.

    Args:
        data, where: as :func:`set_faults`.
        knowledge: the folder of the bundled tables of genes.
    """
    named = [(where, address, gene) for address, gene in _named_genes(data)]
    return symbol_faults(named, knowledge, in_capitals=True)


def _named_genes(data: Mapping[str, Any]) -> list[tuple[tuple, str]]:
    ligands = [(("ligands", index, "gene"), one["gene"]) for index, one in enumerate(data["ligands"])]
    confounding = [
        (("signals", key, "confounders", index, "genes", place), gene)
        for key, signal in data["signals"].items()
        for index, entry in enumerate(signal["confounders"])
        for place, gene in enumerate(entry["genes"])
    ]
    return [*ligands, *confounding]


def _names(path: Path, form: str) -> set[str]:
    if form == "gmt":
        return set(gmt.read_gmt(path).sets)
    header, *lines = (line.split("\t") for line in read_lines(path))
    position = header.index(_COLUMN[form]) if _COLUMN[form] in header else len(header)
    if any(len(fields) <= position for fields in lines):
        fix = "Give a tab-separated table with that column in every line"
        raise InputFaults([Fault(str(path), "", "", f"has no column '{_COLUMN[form]}'", fix)])
    return {fields[position] for fields in lines}
