"""A simulated study of 400 genes, 25 of which rise threefold, with collections and signals that know them."""

from typing import Any

import numpy as np
import pandas as pd

from secretome.expression import Expression
from secretome.normalise import log2_cpm, tmm_factors
from secretome.pathways.collections import Collection
from secretome.tables import SECRETOME, empty_table

GENES = [f"G{i}" for i in range(400)]
HALLMARK = Collection(
    "hallmark",
    {
        "MOVES": dict.fromkeys(GENES[:25], 1.0),
        "RESTS": dict.fromkeys(GENES[100:140], 1.0),
        "SMALL": dict.fromkeys(GENES[:5], 1.0),
        "LIGAND": dict.fromkeys(GENES[200:215], 1.0),
    },
    weighted=False,
)
PROGENY = Collection(
    "progeny",
    {"Up": dict.fromkeys(GENES[:20], 2.0), "Down": {**dict.fromkeys(GENES[:20], -1.0), "G300": 1.0}},
    weighted=True,
)


def signal(*speakers: tuple[str, str], confounders: tuple[str, ...] = ()) -> dict[str, Any]:
    """A signal as the panel has it."""
    told = [{"collection": c, "gene_set": s, "direction": "up", "decides": True} for c, s in speakers]
    known = [{"genes": list(confounders), "why": "known"}] if confounders else []
    return {"label": "x", "speakers": told, "confounders": known, "rivals": [], "note": "", "absent": ""}


PANEL = {
    "ligands": ["G200"],
    "signals": {
        "akt": signal(("hallmark", "RESTS")),
        "il6": signal(("hallmark", "MOVES"), ("progeny", "Up"), confounders=("G3", "G4")),
        "gone": signal(("hallmark", "SMALL")),
    },
}


def study(samples: int) -> Expression:
    """Alternate samples are untreated and treated; the first 25 genes rise threefold in the treated ones."""
    rng = np.random.default_rng(1)
    counts = rng.negative_binomial(20, 20 / (20 + rng.uniform(50, 500, (1, 400)) * np.ones((samples, 1)))).astype(float)
    counts[1::2, :25] *= 3
    factors = tmm_factors(counts.T)
    names = pd.Index([f"s{i}" for i in range(samples)], dtype=object)
    sheet = pd.DataFrame({"drug": ["no", "yes"] * (samples // 2)}, index=names, dtype=object)
    sheet = sheet.assign(library_size=counts.sum(axis=1), norm_factor=factors)
    genes = pd.DataFrame({"gene_id": "", "kept": True, "filter_reason": ""}, index=pd.Index(GENES, dtype=object))
    return Expression(log2_cpm(counts.T, factors).T, counts, sheet, genes, {})


def secretome(changed: int = 12) -> pd.DataFrame:
    """The first 60 genes are secreted, the first of them change."""
    table = empty_table(SECRETOME).reindex(range(60))
    table["gene"] = GENES[:60]
    table["q_value_secretome"] = 0.5
    table["tier"] = ["B"] * changed + [""] * (60 - changed)
    return table


def settings(**changes: Any) -> dict[str, Any]:
    """What `score_pathways` is given."""
    return {
        "contrast": {"variable": "drug", "level": "yes", "reference": "no"},
        "samples": {"id": "sample"},
        "method": "auto",
        "weigh_samples": False,
        "robust": False,
        "thresholds": {"fdr": 0.05},
        "seed": 1,
        "panel": PANEL,
        "ligands": ["G201"],
        **changes,
    }
