"""Made-up contrasts in which ligands rise and receptors are there, and what is known of them."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from secretome.synthesis.ligand_receptor_table import (
    COMBINATIONS,
    INHIBITORS,
    LIGAND_RECEPTOR,
    RECEPTOR_SIGNALS,
    Knowledge,
)
from secretome.synthesis.ligand_receptors import Receiver, Sender
from secretome.tables import DIFFERENTIAL, NUMBER, SECRETOME, SIGNALS, empty_table

BOTH, ONE = "cellphonedb; connectomedb2020", "connectomedb2020"


def table(contract, rows: list[dict]) -> pd.DataFrame:
    filled = [
        {column: row.get(column, np.nan if kind == NUMBER else "") for column, kind in contract.columns.items()}
        for row in rows
    ]
    return pd.DataFrame(filled, columns=list(contract.columns)) if rows else empty_table(contract)


def change(gene: str, effect: float, tier: str = "B", percentile: float = 60.0, **more) -> dict:
    numbers = {"log2_fold_change": effect, "ci_low": effect - 0.5, "ci_high": effect + 0.5, "p_value": 0.001}
    numbers |= {"q_value": 0.01, "q_value_secretome": 0.004, "mean_log2_expression": 5.0}
    return {
        "gene": gene,
        "tier": tier,
        "secreted_class": "ligand",
        "expression_percentile": percentile,
        **numbers,
        **more,
    }


def level(gene: str, percentile: float, reason: str = "") -> dict:
    return {"gene": gene, "expression_percentile": percentile, "log2_fold_change": 0.25, "reason": reason}


def verdict(signal: str, said: str) -> dict:
    return {"signal": signal, "verdict": said, "effect": 0.3, "ci_low": 0.1, "ci_high": 0.5}


def knowledge(*pairs: tuple[str, str], resources: dict | None = None, blocks: dict | None = None) -> Knowledge:
    rows = [
        {
            "ligand": ligand,
            "receptor": receptor,
            "resources": (resources or {}).get((ligand, receptor), ONE),
            "blocks": (blocks or {}).get((ligand, receptor), ""),
        }
        for ligand, receptor in sorted(pairs)
    ]
    fed = [("IL6R", "il6"), ("IL6R", "jak_stat"), ("IL6ST", "jak_stat"), ("MET", "mapk"), ("EGFR", "mapk")]
    drugs = [
        ("receptor", "IL6R", "anti-IL6R antibody", "tocilizumab", "approved"),
        ("receptor", "MET", "MET inhibitor", "crizotinib", "approved"),
        ("ligand", "HGF", "anti-HGF antibody", "rilotumumab", "investigational"),
        ("signal", "jak_stat", "JAK inhibitor", "ruxolitinib", "approved"),
    ]
    names = ("level", "target", "inhibitor_class", "example", "status")
    return Knowledge(
        table(LIGAND_RECEPTOR, rows),
        table(RECEPTOR_SIGNALS, [{"receptor": receptor, "signal": signal} for receptor, signal in fed]),
        table(INHIBITORS, [dict(zip(names, drug, strict=True)) for drug in drugs]),
        empty_table(COMBINATIONS),
    )


def sender(*rows: dict, study: str = "one", contrast: str = "drug") -> Sender:
    return Sender(study, contrast, table(SECRETOME, list(rows)), "braf_inhibitor")


def receiver(levels: list[dict], said: Sequence[dict] = (), study: str = "one", contrast: str = "drug") -> Receiver:
    return Receiver(study, contrast, table(DIFFERENTIAL, levels), table(SIGNALS, list(said)))


IL6_PAIR = ("IL6", "IL6R+IL6ST")
IL6_LEVELS = [level("IL6R", 43.2), level("IL6ST", 96.7)]
LEVELS = [*IL6_LEVELS, level("MET", 90)]
PAIRS = knowledge(IL6_PAIR, ("HGF", "MET"))
RISE = [change("IL6", 2.0), change("HGF", 3.0)]
