"""The pathways section of a page: signals, gene sets by every method, null rates, sample scores, enrichment curves."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from secretome import wording
from secretome.interval_marks import effect_of, scale_of
from secretome.score_tables import scores_of
from secretome.signal_tables import name_of, signals_of
from secretome.summaries import ContrastTables, gene_sets
from secretome.tables import LEAD_METHOD, RELATIVE_METHOD, SHOWN_SIGNALS

ROWS_AT_FIRST = 12  # of a collection; the sets of AKT, JAK/STAT and IL6 are shown beyond that
MOST_ROWS = 250  # of a collection; the table has them all
LEADING_GENES = 6

METHODS = {
    "fry": "fry",
    "relative": "against other genes",
    "roast": "roast, either way",
    "camera": "camera",
    "camera_fixed": "camera, fixed correlation",
    "gsea": "GSEA",
    "over_representation": "over-representation",
    "ulm": "univariate model",
    "mlm": "multivariate model",
    "score": "sample scores",
}
# Beside the two leading tests: method → what is printed of it.
BESIDE = {
    "roast": ("q_value",),
    "camera": ("q_value",),
    "ulm": ("effect", "q_value"),
    "mlm": ("effect", "q_value"),
    "gsea": ("effect", "q_value"),
}
UNTESTED = {"effect": np.nan, "ci_low": np.nan, "ci_high": np.nan, "p_value": np.nan, "q_value": np.nan}


def pathways_section(
    name: str, settings: Mapping[str, Any], tables: ContrastTables, signals: Sequence[Mapping[str, Any]]
) -> dict[str, Any]:
    """What the pathways tab of one contrast prints.

    Args:
        name: the key of the contrast.
        settings: as of `report.study_page`.
        tables: of the contrast.
        signals: see `summaries.signal_rows`.
    """
    panel, fdr = settings["panel"], settings["config"]["thresholds"]["fdr"]
    collections = gene_sets(tables.pathways)
    tests = {(key, row["gene_set"]): row for key, sets in collections.items() for row in sets}
    return {
        "signals": signals_of(tables, signals, panel, tests),
        "collections": [
            # Also one of which no set could be tested: a heading that is not there says nothing.
            _collection(described, key, collections.get(key, []), tables, fdr, _speakers(panel))
            for key, described in panel["collections"].items()
        ],
        "nothing": _nothing(tables),
        "residual_df": tables.fit["residual_df"],
        "secreted_sets": _secreted_sets(tables, panel),
        "scores": scores_of(name, settings, tables),
        "curves": _curves(name, tables),
    }


def _nothing(tables: ContrastTables) -> str:
    """Why no gene set was tested; "" where one was."""
    if (tables.pathways["method"] == LEAD_METHOD).any():
        return ""
    prefix = "Nothing was tested: "
    told = [note.removeprefix(prefix) for note in tables.signals["note"] if note.startswith(prefix)]
    why = told[0] if told else "no set of any collection has enough measured genes."
    return f"No gene set was tested, and no signal has a verdict: {why}"


def _speakers(panel: Mapping[str, Any]) -> dict[tuple[str, str], str]:
    """(collection, gene set) → the label of the signal it speaks for, of the signals that are always shown."""
    shown = {key: panel["signals"][key] for key in SHOWN_SIGNALS if key in panel["signals"]}
    return {(s["collection"], s["gene_set"]): signal["label"] for signal in shown.values() for s in signal["speakers"]}


def _collection(
    described: Mapping[str, Any],
    key: str,
    sets: Sequence[Mapping[str, Any]],
    tables: ContrastTables,
    fdr: float,
    spoken_for: Mapping[tuple[str, str], str],
) -> dict[str, Any]:
    leads = [row[LEAD_METHOD] for row in sets if LEAD_METHOD in row]
    passing = [row for row in leads if row["q_value"] <= fdr]
    tests = [*leads, *(row[RELATIVE_METHOD] for row in sets if RELATIVE_METHOD in row)]
    scale = scale_of([row[end] for row in tests for end in ("ci_low", "ci_high")])
    rows = [_gene_set(row, scale, fdr, spoken_for.get((key, row["gene_set"]), "")) for row in sets]
    for position, row in enumerate(rows):
        row["later"] = position >= ROWS_AT_FIRST and not row["signal"]
    rows = [row for position, row in enumerate(rows) if position < MOST_ROWS or row["signal"]]
    run = {method for row in sets for method in row}
    notes = tables.pathway_notes
    return {
        "key": key,
        "label": described["label"],
        "verdict": _verdict(leads, passing, fdr),
        "null": not passing,
        "rows": rows,
        "cut": _cut(len(rows), len(sets)),
        "later": sum(row["later"] for row in rows),
        "beside": [(method, METHODS[method], BESIDE[method]) for method in BESIDE if method in run],
        "not_computed": [
            f"{METHODS[method]}: {why}" for method, why in sorted(notes["not_computed"].get(key, {}).items())
        ],
        "dropped": _dropped(notes["dropped"].get(key, {})),
        "left_out": _left_out(notes["left_out"].get(key, {})),
        "not_retrieved": notes["not_retrieved"].get(key, ""),
        "rates": _rates(tables.null_rates, key),
        "source": "; ".join(filter(None, (described[key] for key in ("source", "licence", "citation")))),
    }


def _cut(shown: int, total: int) -> str:
    if shown == total:
        return ""
    return (
        f"Of {wording.integer(total)} gene sets {shown} are here: those of the smallest p-values, and those that speak"
        " for AKT, JAK/STAT or IL6; pathways.tsv has them all."
    )


def _verdict(leads: Sequence[Mapping[str, Any]], passing: Sequence[Mapping[str, Any]], fdr: float) -> str:
    if passing:
        rises, falls = sum(row["ci_low"] > 0 for row in passing), sum(row["ci_high"] < 0 for row in passing)
        unclear = len(passing) - rises - falls
        verdict = f"{len(passing)} of {len(leads)} pass FDR {fdr:g}: {rises} up, {falls} down"
        return verdict + (f", {unclear} in no clear direction (the interval holds 0)." if unclear else ".")
    widths = [row["ci_high"] - row["ci_low"] for row in leads]
    q_values = [row["q_value"] for row in leads if not np.isnan(row["q_value"])]
    return wording.nothing_found("gene set", min(q_values, default=np.nan), f"FDR {fdr:g}", _half_median(widths))


def _gene_set(row: Mapping[str, Any], scale: float, fdr: float, signal: str) -> dict[str, Any]:
    lead, relative = (row.get(method, UNTESTED) for method in (LEAD_METHOD, RELATIVE_METHOD))
    leading = [gene for gene in re.split(r"[;,| ]+", lead.get("leading_genes", "")) if gene]
    sizes = [entry["size"] for entry in row.values() if isinstance(entry, Mapping)]
    return {
        **effect_of(lead, scale),
        "name": row["gene_set"],
        "label": wording.readable(row["gene_set"]),
        "signal": signal,
        "size": max(sizes),
        # As for the signals: a set that moves, but in no clear direction, does not stand out.
        "passes": bool(lead["q_value"] <= fdr and (lead["ci_low"] > 0 or lead["ci_high"] < 0)),
        "q": wording.p_value(lead["q_value"]),
        "relative": {**effect_of(relative, scale), "q": wording.p_value(relative["q_value"])},
        "beside": {method: _beside(row.get(method, UNTESTED)) for method in BESIDE},
        "leading": ", ".join(leading[:LEADING_GENES]) + (" …" if len(leading) > LEADING_GENES else ""),
    }


def _beside(test: Mapping[str, Any]) -> dict[str, str]:
    return {"effect": wording.signed(test["effect"]), "q_value": wording.p_value(test["q_value"])}


def _dropped(dropped: Mapping[str, str]) -> str:
    """How many sets were not tested, by the reason."""
    if not dropped:
        return ""
    reasons = pd.Series(dropped).value_counts().sort_index()
    listed = wording.listed([f"{count} {reason}" for reason, count in reasons.items()])
    return f"Not tested: {wording.counted(len(dropped), 'gene set')} ({listed})."


def _left_out(lost: Mapping[str, Sequence[str]]) -> str:
    if not lost:
        return ""
    ligands = sorted({gene for genes in lost.values() for gene in genes})
    return (
        f"Ligands under study do not score a response: {wording.listed(ligands)} left out of"
        f" {wording.counted(len(lost), 'set')}."
    )


def _rates(rates: pd.DataFrame, collection: str) -> list[dict[str, Any]]:
    """How often each method rejects in simulated data."""
    rows = rates[rates["collection"] == collection]
    return [
        {
            "method": METHODS[str(method)],
            "lead": method == LEAD_METHOD,
            "tests": wording.integer(found["tests"].iloc[0]),
            "levels": [_rate(row) for row in found.to_dict("records")],
        }
        for method, found in rows.groupby("method", sort=False)
    ]


def _rate(row: Mapping[str, Any]) -> dict[str, Any]:
    level, rate, low, high = (row[name] for name in ("level", "rate", "ci_low", "ci_high"))
    return {
        "level": f"{level:g}",
        "rate": wording.MISSING if np.isnan(rate) else f"{rate:.3f}",
        "interval": wording.MISSING if np.isnan(low) or low == high else f"{low:.3f} to {high:.3f}",
        "high": low > 1.4 * level,
    }


def _secreted_sets(tables: ContrastTables, panel: Mapping[str, Any]) -> dict[str, Any]:
    """To which gene sets the changed secreted genes belong."""
    rows = tables.pathways[tables.pathways["method"] == "over_representation"]
    rows = rows.sort_values(["p_value", "gene_set"]).head(ROWS_AT_FIRST)
    return {
        "changed": 0,
        "tested": 0,
        **tables.pathway_notes["hits"],
        "rows": [
            {
                "label": name_of(row["collection"], row["gene_set"], panel),
                "size": row["size"],
                "ratio": wording.signed(row["effect"]),
                "q": wording.p_value(row["q_value"]),
                "genes": ", ".join(row["leading_genes"].split(",")),
            }
            for row in rows.to_dict("records")
        ],
    }


def _half_median(widths: Sequence[float]) -> float:
    finite = [width for width in widths if not np.isnan(width)]
    return float(np.median(finite)) / 2 if finite else np.nan


def _curves(name: str, tables: ContrastTables) -> list[str]:
    """The enrichment curves, titled with what the exploratory test says."""
    curves = tables.pathway_notes["curves"]
    if not curves:
        return []
    from secretome import plots

    tests = tables.pathways[tables.pathways["method"] == "gsea"]
    q_values = dict(zip(zip(tests["collection"], tests["gene_set"], strict=True), tests["q_value"], strict=True))
    return [
        plots.running_score(
            curve,
            f"{wording.readable(curve['gene_set'])}\nNES {wording.signed(curve['nes'])}, "
            f"q {wording.p_value(q_values[curve['collection'], curve['gene_set']])}",
            f"{name}-curve-{number}",
        )
        for number, curve in enumerate(curves)
    ]
