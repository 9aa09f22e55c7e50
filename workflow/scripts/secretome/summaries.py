"""What a contrast found, in a few numbers: the pages and the index print the same ones."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from secretome.lysate_tables import lysate_warnings
from secretome.tables import LEAD_METHOD, SHOWN_SIGNALS

# Known to be secreted, and changed: in the medium beyond what leaks, in the cells, or in a medium of which too little
# was measured to tell what leaked.
CHANGED_TIERS = ("A", "B", "E")


@dataclass(frozen=True)
class MainTables:
    """Of what the earlier stages wrote for one contrast, that which a row of the front page and the warnings need.

    Attributes:
        differential: at least gene log2_fold_change p_value q_value of contract ``DIFFERENTIAL``.
        secretome: at least gene log2_fold_change p_value tier q_value_secretome lysate_log2_fold_change of contract
            ``SECRETOME``.
        signals: contract ``SIGNALS``.
        fit: `method`, `coefficients`, `contrast`, `groups` (level → samples), `residual_df`, `prior_df`, `warnings`.
        pathway_notes: what :class:`secretome.pathways.score.Notes` holds: `curves`, `dropped`, `warnings` …
    """

    differential: pd.DataFrame
    secretome: pd.DataFrame
    signals: pd.DataFrame
    fit: Mapping[str, Any]
    pathway_notes: Mapping[str, Any]


@dataclass(frozen=True)
class ContrastTables(MainTables):
    """What the earlier stages wrote for one contrast; the tables obey the contracts of `tables`, with all columns."""

    levels: pd.DataFrame
    normalisations: pd.DataFrame
    detection: pd.DataFrame
    pathways: pd.DataFrame
    scores: pd.DataFrame
    null_rates: pd.DataFrame


def untested(fit: Mapping[str, Any]) -> str:
    """Why nothing of a contrast is tested, in two words; "" where it is."""
    if fit["unavailable"]:
        return "not available"
    return "no replicates" if fit["method"] == "descriptive" else ""


def largest_changes(table: pd.DataFrame, number: int) -> pd.DataFrame:
    """Of a contrast without tests the rows of the largest fold changes, among the genes of at least median expression.

    # ASSUME fold changes of genes that are hardly there say nothing without a test.
    """
    measured = table[table["log2_fold_change"].notna()]
    high = measured[measured["mean_log2_expression"] >= measured["mean_log2_expression"].median()]
    order = high["log2_fold_change"].abs().sort_values(ascending=False, kind="stable").index
    return high.loc[order].head(number)


def changed_genes(differential: pd.DataFrame, thresholds: Mapping[str, float]) -> pd.DataFrame:
    """The genes within the false discovery rate that change by at least the smallest change, by p-value."""
    passes = differential["q_value"] <= thresholds["fdr"]
    large = differential["log2_fold_change"].abs() >= thresholds["log2_fold_change"]
    return differential[passes & large].sort_values(["p_value", "gene"], kind="stable")


def changed_secreted_genes(secretome: pd.DataFrame) -> pd.DataFrame:
    """The known secreted genes whose expression changes, by p-value."""
    return secretome[secretome["tier"].isin(CHANGED_TIERS)].sort_values(["p_value", "gene"], kind="stable")


def summary(tables: MainTables, thresholds: Mapping[str, float]) -> dict[str, Any]:
    """How many genes and secreted genes were tested and change, and which are clearest in each direction."""
    genes = changed_genes(tables.differential, thresholds)
    secreted = changed_secreted_genes(tables.secretome)
    rises = secreted["log2_fold_change"] > 0
    return {
        "genes": {
            **_directions(genes, int(tables.differential["p_value"].notna().sum())),
            "within_fdr": int((tables.differential["q_value"] <= thresholds["fdr"]).sum()),
        },
        "secreted": _directions(secreted, int(tables.secretome["q_value_secretome"].notna().sum())),
        "top_up": secreted.loc[rises, "gene"].tolist(),
        "top_down": secreted.loc[~rises, "gene"].tolist(),
    }


def _directions(changed: pd.DataFrame, tested: int) -> dict[str, int]:
    rises = int((changed["log2_fold_change"] > 0).sum())
    return {"tested": tested, "up": rises, "down": len(changed) - rises}


def signal_rows(signals: pd.DataFrame, panel: Mapping[str, Any]) -> list[dict[str, Any]]:
    """One entry a signal with its label: AKT, JAK/STAT and IL6 first, then in the order of the signature file."""
    order = [*SHOWN_SIGNALS, *(key for key in panel["signals"] if key not in SHOWN_SIGNALS)]
    rows = signals.set_index("signal", drop=False).to_dict("index")
    return [
        {**rows[key], "label": panel["signals"][key]["label"], "shown": key in SHOWN_SIGNALS}
        for key in order
        if key in rows
    ]


def gene_sets(pathways: pd.DataFrame) -> dict[str, list[dict[str, Any]]]:
    """Collection to its gene sets by the lead test's p-value; each has one entry a method.

    Returns:
        `{"hallmark": [{"gene_set": "HALLMARK_…", "fry": {columns of PATHWAYS}, "camera": …}, …]}`
    """
    grouped: dict[str, list[dict[str, Any]]] = {}
    for collection, of_collection in pathways.groupby("collection", sort=True):
        sets: dict[str, dict[str, Any]] = {}
        for row in of_collection.to_dict("records"):
            sets.setdefault(row["gene_set"], {"gene_set": row["gene_set"]})[row["method"]] = row
        grouped[str(collection)] = sorted(sets.values(), key=_by_lead)
    return grouped


def _by_lead(gene_set: Mapping[str, Any]) -> tuple[float, str]:
    p_value = gene_set.get(LEAD_METHOD, {}).get("p_value", np.nan)
    return (np.inf if np.isnan(p_value) else p_value, gene_set["gene_set"])


def contrast_warnings(study: Mapping[str, Any], tables: MainTables) -> list[dict[str, str]]:
    """The warnings of one contrast of a study, `code` and `message`."""
    return [*tables.fit["warnings"], *tables.pathway_notes["warnings"], *lysate_warnings(study, tables.secretome)]


def all_warnings(
    study: Mapping[str, Any], quality: Mapping[str, Any], said: Mapping[str, Sequence[dict[str, str]]]
) -> list[dict[str, str]]:
    """The warnings of a study and of its contrasts; `contrast` is "" where all of them are concerned.

    The first is the `caution` of the study file, with the code `study`: what its author knows and no check can see.
    What is said of each of several contrasts in the same words is said once.

    Args:
        study: the study file.
        quality: see `quality.summary`.
        said: contrast key to :func:`contrast_warnings`.
    """
    written = [{"code": "study", "message": study["caution"]}] if study.get("caution") else []
    of_study = [{**warning, "contrast": ""} for warning in [*written, *quality.get("warnings", [])]]
    of_all = [one for one in next(iter(said.values()), []) if len(said) > 1 and all(one in w for w in said.values())]
    of_study += [{**one, "contrast": ""} for one in of_all]
    return of_study + [{**one, "contrast": key} for key, w in said.items() for one in w if one not in of_all]
