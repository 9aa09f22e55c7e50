"""What was measured, in words: transcripts or proteins, in cells or in their conditioned medium."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from secretome.technologies import OF_AMOUNTS

_TECHNOLOGIES = {
    "rnaseq_counts": "RNA-seq counts",
    "single_cell": "single-cell RNA-seq, summed to samples",
    "microarray": "microarray",
    "log_expression": "normalised expression",
    "proteomics": "mass spectrometry",
    "panel": "panel of analytes",
}
_FEATURES = {"proteomics": "protein", "panel": "analyte"}
_QUANTITIES = {"cell_number": "the number of cells", "total_protein": "the total protein of the cells"}


@dataclass(frozen=True)
class Measurement:
    """How a page speaks of what a study measured.

    Attributes:
        technology: as in the head of the page.
        place: `cells` or `conditioned medium`.
        feature: what a row is: a gene, a protein or an analyte.
        noun: what is counted: a secreted gene or a secreted protein.
        changes: how it changes, after "12 secreted genes".
        change: the same as a noun phrase, after "no".
        not_measured: what the page does not tell, a sentence.
    """

    technology: str
    place: str
    feature: str
    noun: str
    changes: str
    change: str
    not_measured: str


def measured(study: Mapping[str, Any]) -> Measurement:
    """The words for a study, by its `technology` and `compartment`."""
    technology = _TECHNOLOGIES[study["technology"]]
    feature = _FEATURES.get(study["technology"], "gene")
    if study["compartment"] == "medium":
        quantity = next((name for key, name in _QUANTITIES.items() if study.get("samples", {}).get(key)), "")
        corrected = f"corrected for {quantity}" if quantity else "not corrected for the number of cells"
        leaked = (
            "what dying cells leak cannot be told apart in a panel"
            if study["technology"] == "panel"
            else "what dying cells leak is told apart only by what cytosolic proteins do"
        )
        not_measured = f"What was measured is protein in conditioned medium, {corrected}: {leaked}."
        change = "change of secreted proteins in the medium"
        nouns = (feature, "secreted protein")
        return Measurement(technology, "conditioned medium", *nouns, "in the medium", change, not_measured)
    what = "proteins" if study["technology"] in OF_AMOUNTS else "transcripts"
    not_measured = (
        f"What was measured are {what} in cells: the page tells of secreted-gene expression, not of protein in the"
        " medium."
    )
    change = "change of secreted-gene expression"
    return Measurement(technology, "cells", feature, "secreted gene", "expression", change, not_measured)
