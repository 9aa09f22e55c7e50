"""The two bundled studies as our own code prepares them: what the golden tables are compared on."""

from functools import cache
from pathlib import Path

import pandas as pd

from secretome.compare import design_of
from secretome.delimited import read_matrix
from secretome.design import Design
from secretome.expression import Expression
from secretome.genesets import Collection
from secretome.knowledge import read_collections
from secretome.prepare import prepare
from secretome.sheets import read_samples
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
    samples = pd.DataFrame(read_samples(folder / "samples.tsv", "sample")).set_index("sample")
    known = (read_table(KNOWLEDGE / "genes.tsv.gz", GENES), read_table(KNOWLEDGE / "aliases.tsv.gz", ALIASES))
    matrix = read_matrix(folder / "counts.tsv.gz")
    return prepare(matrix, samples, known, SMALLEST_GROUP[study], study)[0]


def design(study: str) -> Design:
    """The design of its contrast."""
    return design_of(prepared(study), CONTRASTS[study], SAMPLES)


@cache
def collections() -> list[Collection]:
    """The bundled gene sets."""
    described = {"hallmark": {"kind": "gene_sets"}, "progeny": {"kind": "weights"}}
    return read_collections([KNOWLEDGE / "hallmark.gmt.gz", KNOWLEDGE / "progeny.tsv.gz"], described)
