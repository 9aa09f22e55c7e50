"""Conditioned medium and the lysates of the same cultures, made up: what is made more, what is let out more."""

from pathlib import Path
from typing import Any

import numpy as np

from secretome.leakage import MARKERS
from secretome.tables import SECRETED, read_table

MEDIUM, LYSATE, CONTRAST = "made_up_medium", "made_up_lysate", "drug_vs_vehicle"
SAMPLES = [f"{group}{day}" for group in ("drug", "vehicle") for day in range(1, 5)]
LYSATE_FILE = "lysates.tsv"
CHANGE, NOISE = 3.0, 0.2
KNOWLEDGE = Path(__file__).parents[1] / "data/bundled/knowledge/secreted.tsv.gz"


def planted() -> dict[str, list[str]]:
    """Secreted proteins, three of each kind.

    `made`: the drug raises them in the cells and so in the medium; `let_out`: in the medium alone; `only_medium`: the
    lysate has none of them.
    """
    known = read_table(KNOWLEDGE, SECRETED)
    names = sorted(known.loc[known["secreted_class"] == "secreted", "gene"])
    return {"made": names[:30:10], "let_out": names[3:33:10], "only_medium": names[6:36:10]}


def quantities(of_lysate: bool, seed: int = 1) -> dict[str, np.ndarray]:
    """log2 quantities of each protein in the samples; 40 markers of the cytosol and 60 others do not change."""
    random = np.random.default_rng((seed, of_lysate))
    known = read_table(KNOWLEDGE, SECRETED)
    others = sorted(known.loc[known["secreted_class"] == "secreted", "gene"])[100:160]
    genes = [*MARKERS[:40], *others, *(gene for names in planted().values() for gene in names)]
    kinds = planted()
    level = np.linspace(18, 26, len(genes))
    table = {}
    for gene, mean in zip(genes, level, strict=True):
        changed = gene in kinds["made"] or (not of_lysate and gene in kinds["let_out"] + kinds["only_medium"])
        if not (of_lysate and gene in kinds["only_medium"]):
            shift = CHANGE * changed * np.array([sample.startswith("drug") for sample in SAMPLES])
            table[gene] = mean + shift + random.normal(0, NOISE, len(SAMPLES))
    return table


def matrix(of_lysate: bool) -> str:
    """The quantities as a table, one row a protein."""
    rows = [f"{gene}\t" + "\t".join(f"{value:.6f}" for value in row) for gene, row in quantities(of_lysate).items()]
    return "\n".join(["gene\t" + "\t".join(SAMPLES), *rows]) + "\n"


def studies() -> dict[str, dict[str, Any]]:
    """The two study files; the quantities of the lysates are put by hand (:func:`secretome.sources`)."""
    lines = ["sample treatment cells", *(f"{name} {name[:-1]} {1000 + 10 * int(name[-1])}" for name in SAMPLES)]
    contrast = {"variable": "treatment", "level": "drug", "reference": "vehicle", "setting": "acute"}
    common = {
        "organism": "Homo sapiens",
        "model": "made-up cells",
        "technology": "proteomics",
        "scale": "log2",
        "samples": {"id": "sample", "rows": "\n".join(lines) + "\n", "cell_number": "cells"},
        "contrasts": {CONTRAST: contrast},
    }
    medium = {"kind": "file", "matrix": "data/made_up/medium.tsv"}
    lysate = {"kind": "by_hand", "file": LYSATE_FILE, "about": "made up"}
    return {
        MEDIUM: {"title": "Made-up medium", "compartment": "medium", "lysate": LYSATE, "source": medium, **common},
        LYSATE: {"title": "Made-up lysates", "compartment": "cells", "source": lysate, **common},
    }
