"""The two bundled studies as our own code prepares them: what the golden tables are compared on."""

from functools import cache
from pathlib import Path

from secretome.comparison.compare import design_of
from secretome.designs.design import Design
from secretome.expression import Expression
from secretome.pathways.collections import Collection
from secretome.pathways.reading import read_collections
from secretome.prepare import prepare
from secretome.readers import count_table
from secretome.tables import ALIASES, GENES, read_table

BUNDLED = Path(__file__).resolve().parents[2] / "data" / "bundled"
KNOWLEDGE = BUNDLED / "knowledge"
SAMPLES = {"id": "sample"}
CONTRASTS = {
    "airway_dexamethasone": {
        "variable": "treatment",
        "level": "dexamethasone",
        "reference": "untreated",
        "block": ["donor"],
    },
    "lncap_androgen": {"variable": "treatment", "level": "DHT", "reference": "mock"},
}
SMALLEST_GROUP = {"airway_dexamethasone": 4, "lncap_androgen": 3}


@cache
def prepared(study: str) -> Expression:
    """The expression of a bundled study."""
    folder = BUNDLED / study
    known = (read_table(KNOWLEDGE / "genes.tsv.gz", GENES), read_table(KNOWLEDGE / "aliases.tsv.gz", ALIASES))
    sheet = {"technical_runs_of": "", "numeric": [], "subject": "", "identity": ""}
    settings = {
        "technology": "rnaseq_counts",
        "scale": "auto",
        "samples": {**SAMPLES, **sheet, "table": str(folder / "samples.tsv")},
        "contrasts": {"drug": CONTRASTS[study]},
    }
    return prepare(count_table.read(folder / "counts.tsv.gz"), known, settings, study).expression


def design(study: str) -> Design:
    """The design of its contrast."""
    return design_of(prepared(study), CONTRASTS[study], SAMPLES)


@cache
def collections() -> list[Collection]:
    """The bundled gene sets of any size, as R was given them."""
    limits = {"origin": "bundled", "smallest": 10, "largest": 10_000}
    described = {
        "hallmark": {"kind": "gene_sets", "format": "gmt", **limits},
        "progeny": {"kind": "weights", "format": "weights", **limits},
    }
    return read_collections([KNOWLEDGE / "hallmark.gmt.gz", KNOWLEDGE / "progeny.tsv.gz"], described)
