"""A study that never was, as tables that obey the contracts: for the tests of pages and figures."""

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from secretome import lysate
from secretome.expression import Expression, unavailable, write_expression
from secretome.files import write_json
from secretome.front_page import ContrastResults
from secretome.models.false_discovery import benjamini_hochberg
from secretome.summaries import ContrastTables
from secretome.tables import (
    DETECTION,
    DIFFERENTIAL,
    LEVELS,
    NORMALISATIONS,
    NULL_RATES,
    PATHWAYS,
    SCORES,
    SECRETOME,
    SIGNALS,
    empty_table,
    write_table,
)

STUDY, CONTRAST = "made_up", "drug_vs_control"
SAMPLES = [f"s{i}" for i in range(1, 9)]
GROUPS = {"drug": SAMPLES[1::2], "control": SAMPLES[::2]}
FAMILY = ("ligand", "secreted", "shed")
SPEAKERS = {
    "akt": ("AKT / PI3K", [("hallmark", "HALLMARK_PI3K_AKT_MTOR_SIGNALING"), ("progeny", "PI3K")]),
    "jak_stat": ("JAK / STAT", [("progeny", "JAK-STAT")]),
    "il6": ("IL6", [("hallmark", "HALLMARK_IL6_JAK_STAT3_SIGNALING")]),
    "p53": ("p53", [("progeny", "p53")]),
}
SETS = {
    "hallmark": ["HALLMARK_PI3K_AKT_MTOR_SIGNALING", "HALLMARK_IL6_JAK_STAT3_SIGNALING"]
    + [f"HALLMARK_SET_{i}" for i in range(48)],
    "progeny": ["PI3K", "JAK-STAT", "p53"] + [f"Way{i}" for i in range(11)],
}


def settings() -> dict[str, Any]:
    """What `report_study` is given."""
    study = {
        "title": "A drug in made-up cells",
        "model": "made-up cells",
        "organism": "Homo sapiens",
        "technology": "rnaseq_counts",
        "compartment": "cells",
        "source": {"kind": "file", "matrix": "data/made_up/counts.tsv.gz", "format": "matrix"},
        "samples": {"table": "data/made_up/samples.tsv", "id": "sample"},
        "contrasts": {
            CONTRAST: {"variable": "treatment", "level": "drug", "reference": "control", "block": ["donor"]},
        },
        "citation": {"doi": "10.1371/journal.pone.0099625", "accession": "GSE52778"},
    }
    collection = {"source": "made up", "licence": "MIT", "citation": "nobody"}
    panel = {
        "collections": {
            "hallmark": {"label": "Hallmark gene sets", "kind": "gene_sets", **collection},
            "progeny": {"label": "PROGENy footprints", "kind": "weights", **collection},
        },
        "labels": {"hallmark": "Hallmark gene sets", "progeny": "PROGENy footprints"},
        "signals": {
            key: {"label": label, "speakers": [{"collection": c, "gene_set": s} for c, s in speakers]}
            for key, (label, speakers) in SPEAKERS.items()
        },
    }
    config = {"thresholds": {"fdr": 0.05, "log2_fold_change": 1.0}, "seed": 1}
    return {
        "study": study,
        "config": config,
        "panel": panel,
        "versions": {"numpy": "2.0", "pandas": "2.3"},
        "knowledge": {"genes.tsv.gz": "b" * 64},
    }


def expression(reasons: tuple[str, ...] = (), suffix: str = "") -> Expression:
    """Eight samples of ten genes, or, with reasons, a study that cannot be had."""
    provenance = {"inputs": {"data/made_up/counts.tsv.gz": "a" * 64}, "steps": [{"step": "read", "rows": 10}]}
    if reasons:
        return unavailable(list(reasons), provenance)
    samples = pd.DataFrame(
        {
            "treatment": ["control" + suffix, "drug" + suffix] * 4,
            "donor": [f"d{i // 2}{suffix}" for i in range(8)],
            "library_size": np.linspace(1e7, 2e7, 8),
            "norm_factor": 1.0,
        },
        index=[sample + suffix for sample in SAMPLES],
    )
    genes = pd.DataFrame({"gene_id": "", "kept": True, "filter_reason": ""}, index=[f"G{i}" for i in range(10)])
    return Expression(np.zeros((8, 10)), np.ones((8, 10)), samples, genes.astype({"gene_id": object}), provenance)


def quality(suffix: str = "") -> dict[str, Any]:
    """As `quality.summary` gives it."""
    return {
        "detected_genes": dict.fromkeys([sample + suffix for sample in SAMPLES], 15000),
        "pca": {
            "explained_variance": [0.4, 0.2],
            "coordinates": {sample + suffix: [float(i % 2), float(i)] for i, sample in enumerate(SAMPLES)},
        },
        "warnings": [{"code": "W10", "message": "Only 79 % of the ids were mapped."}],
    }


def reliability() -> dict[str, Any]:
    """As `comparison.reliability` gives it."""
    row = {"genes": 54, "median_standard_error": 0.3, "minimum_detectable_log2_fold_change": 1.2, "cut_off": 0.01}
    return {
        "p_values": {"tests": 54, "counts": [20, *[2] * 19], "verdict": "too_few", "null_share": 0.5, "warning": ""},
        "power": [{"group": "all", **row}, {"group": "secreted", **row}],
        "null": {
            "simulations": 20,
            "genes": 54,
            "rates": [{"level": level, "rate": level, "ci_low": level, "ci_high": level} for level in (0.05, 0.01)],
        },
        "splits": {"splits": 35, "tried": 35, "genes": 54, "small_p": 20, "rank": 1},
        "shrinkage": {"top_genes": 20, "top_median_kept": 0.9},
        "explanation": [],
    }


def fit() -> dict[str, Any]:
    """As `compare` gives it."""
    return {
        "method": "voom",
        "groups": GROUPS,
        "genes_tested": 54,
        "residual_df": 3,
        "prior_df": 5.2,
        "compared": {level: len(samples) for level, samples in GROUPS.items()},
        "unit": "",
        "notes": {},
        "reliability": reliability(),
        "unavailable": [],
        "warnings": [{"code": "W01", "message": "Only two samples in group drug."}],
    }


def tables(genes: int = 2000, secreted: int = 200, null: bool = False, seed: int = 1) -> ContrastTables:
    """All tables of the contrast; with `null`, of one in which nothing changes."""
    random = np.random.default_rng(seed)
    change = random.normal(0, 0.15 if null else 0.9, genes)
    error = np.full(genes, 0.3)
    p_value = np.full(genes, 0.7) if null else np.maximum(10.0 ** (-4 * np.abs(change)), 1e-320)
    tested = np.arange(genes) % 10 != 9
    differential = _estimates(change, error, p_value)
    differential.insert(0, "gene", [f"GENE{i}" for i in range(genes)])
    differential.insert(1, "gene_id", "")
    differential.insert(2, "mean_log2_expression", 5.0)
    differential.insert(3, "expression_percentile", 50.0)
    differential["shrunken_log2_fold_change"] = 0.9 * differential["log2_fold_change"]
    differential["reason"] = np.where(tested, "", "low_expression").astype(object)
    estimates = ["log2_fold_change", "ci_low", "ci_high", "standard_error", "statistic", "df", "p_value"]
    differential.loc[~tested, estimates] = np.nan
    differential["q_value"] = benjamini_hochberg(differential["p_value"].to_numpy())
    return ContrastTables(
        differential=differential,
        levels=empty_table(LEVELS),
        normalisations=empty_table(NORMALISATIONS),
        detection=empty_table(DETECTION),
        secretome=_secretome(differential.head(secreted)),
        pathways=_pathways(random, null),
        signals=_signals("no_evidence" if null else "up"),
        scores=pd.DataFrame(
            [(s, c, g, float(random.normal())) for c, sets in SETS.items() for g in sets for s in SAMPLES],
            columns=list(SCORES.columns),
        ),
        null_rates=_null_rates(),
        fit=fit(),
        pathway_notes=pathway_notes(genes),
    )


def results(made: ContrastTables) -> ContrastResults:
    """Of the tables what the front page needs."""
    return ContrastResults.of({}, made, {"fdr": 0.05, "log2_fold_change": 1.0})


def pathway_notes(genes: int) -> dict[str, Any]:
    """As `score_pathways` gives them."""
    curve = {
        "collection": "hallmark",
        "gene_set": SETS["hallmark"][0],
        "nes": 1.2,
        "ranks": [10, 50, 300],
        "running": np.sin(np.linspace(0, np.pi, 101)).tolist(),
        "n_genes": genes,
    }
    answers = {
        key: [{"collection": c, "gene_set": s, "direction": "up", "decides": True, "says": "up"} for c, s in speakers]
        for key, (_, speakers) in SPEAKERS.items()
    }
    return {
        "remarks": {key: ["a confounder"] for key in SPEAKERS},
        "answers": answers,
        "curves": [curve],
        "dropped": {"hallmark": {"HALLMARK_TINY": "too small"}},
        "left_out": {"hallmark": {"HALLMARK_SET_0": ["HGF", "IL6"], "HALLMARK_SET_1": ["IL6"]}},
        "not_computed": {"hallmark": {"over_representation": "no secreted gene changes"}},
        "not_retrieved": {},
        "hits": {"changed": 20, "tested": 120},
        "warnings": [],
    }


def _estimates(change: np.ndarray, error: np.ndarray, p_value: np.ndarray) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "log2_fold_change": change,
            "ci_low": change - 2 * error,
            "ci_high": change + 2 * error,
            "standard_error": error,
            "statistic": change / error,
            "df": 8.0,
            "p_value": p_value,
            "q_value": benjamini_hochberg(p_value),
        }
    )


def _secretome(rows: pd.DataFrame) -> pd.DataFrame:
    table = rows.drop(columns="reason").reset_index(drop=True)
    classes = np.array(["secreted", "ligand", "shed", "leaderless", "high_throughput"])
    table["secreted_class"] = classes[np.arange(len(table)) % 5].astype(object)
    family = table["secreted_class"].isin(FAMILY)
    table["evidence"] = "GO:0005615 IDA"
    table["q_value_secretome"] = benjamini_hochberg(np.where(family, table["p_value"], np.nan))
    changed = family & (table["q_value_secretome"] <= 0.05) & (table["log2_fold_change"].abs() >= 1)
    table["tier"] = np.where(changed, "B", "").astype(object)
    return table.join(lysate.beside(table, None))[list(SECRETOME.columns)]


def _pathways(random: np.random.Generator, null: bool) -> pd.DataFrame:
    methods = {
        "hallmark": ("fry", "relative", "roast", "camera", "gsea", "over_representation", "score"),
        "progeny": ("fry", "relative", "ulm", "mlm", "score"),
    }
    rows = []
    for collection, names in SETS.items():
        for method in methods[collection]:
            for name in names:
                effect, p_value = float(random.normal(0, 0.3)), 0.6 if null else float(random.uniform(0, 0.05))
                exploratory = method in ("gsea", "over_representation")
                bare = exploratory or method == "camera"
                interval = (np.nan, np.nan) if bare else (effect - 0.2, effect + 0.2)
                leading = "GENE1,GENE2" if method in ("fry", "over_representation") else ""
                numbers = (80, effect, *interval, 5 * effect, p_value, p_value, np.nan)
                rows.append((collection, name, method, *numbers, leading, not exploratory))
    return pd.DataFrame(rows, columns=list(PATHWAYS.columns))


def _signals(verdict: str) -> pd.DataFrame:
    numbers = (0.1, -0.1, 0.3, 0.2)
    rows = [(key, verdict, *numbers, *numbers, "said in words", "a confounder") for key in SPEAKERS]
    return pd.DataFrame(rows, columns=list(SIGNALS.columns))


def _null_rates() -> pd.DataFrame:
    rows = [
        ("hallmark", method, 20, 1000, level, rate * level, 0.9 * rate * level, 1.1 * rate * level)
        for method, rate in (("fry", 1.0), ("gsea", 5.0))
        for level in (0.05, 0.01)
    ]
    return pd.DataFrame(rows, columns=list(NULL_RATES.columns))


def write(folder: Path, made: ContrastTables, reasons: tuple[str, ...] = (), suffix: str = "") -> dict[str, Any]:
    """Write the study as the stages do; the paths as `report_study` and `report_index` take them.

    `suffix` stands after every sample, level and donor of expression.h5ad, samples.tsv and quality.json.
    """
    study, contrast = folder / STUDY, folder / STUDY / CONTRAST
    contracts = (DIFFERENTIAL, LEVELS, NORMALISATIONS, DETECTION, SECRETOME, PATHWAYS, SIGNALS, SCORES, NULL_RATES)
    paths = {contract.name: str(contrast / f"{contract.name}.tsv") for contract in contracts}
    for contract in contracts:
        table = empty_table(contract) if reasons else getattr(made, contract.name)
        write_table(paths[contract.name], table, contract)
    for name in ("fit", "pathway_notes"):
        paths[name] = str(contrast / f"{name}.json")
        write_json(paths[name], getattr(made, name))
    write_expression(study / "expression.h5ad", expression(reasons, suffix))
    write_json(study / "quality.json", {"warnings": []} if reasons else quality(suffix))
    lines = [f"{sample}{suffix}\t{'false' if reasons else 'true'}\t{'; '.join(reasons)}" for sample in SAMPLES]
    (study / "samples.tsv").write_text("\n".join(["sample\tused\treason", *lines]) + "\n")
    files = {name: str(study / file) for name, file in (("expression", "expression.h5ad"), ("quality", "quality.json"))}
    return {**files, "samples": str(study / "samples.tsv"), "contrasts": {CONTRAST: paths}}
