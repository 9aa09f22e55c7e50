"""The ligands under study: what a contrast adds to cells, beside those that the panel names."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from secretome.faults import InputFaults
from secretome.pathways.gene_names import symbol_faults
from secretome.schemas import Where


def ligands_of(contrast: Mapping[str, Any]) -> list[str]:
    """The genes of the ligands of a contrast, of a difference those of its two contrasts as well; sorted."""
    return sorted({gene for one in (contrast, *contrast.get("parts", ())) for gene in one.get("ligands", ())})


def require_known(studies: Mapping[str, Mapping[str, Any]], knowledge: str | Path) -> None:
    """Refuse ligands that are no current symbols: they would be left out of nothing, and nobody would be told.

    Args:
        studies: key → the study, with its ``file`` and ``contrasts``; nothing is read where none names a ligand.
        knowledge: the folder of the bundled tables of genes.

    Raises:
        InputFaults: one fault for each.
    """
    named = {
        (study["file"], ("contrasts", key, "ligands"), gene)
        for study in studies.values()
        for key, contrast in study["contrasts"].items()
        for gene in contrast.get("ligands", ())
    }
    faults = symbol_faults([(_file(file), address, gene) for file, address, gene in sorted(named)], knowledge)
    if faults:
        raise InputFaults(faults)


def _file(file: str) -> Where:
    """A checked study has no lines any more: the file is what can be told."""
    return lambda _address: file
