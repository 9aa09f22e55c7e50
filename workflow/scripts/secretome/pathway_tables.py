"""The pathways section of a page: signals, gene sets by every method, sample scores, enrichment curves."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from secretome import wording
from secretome.designs.forms import sides_of
from secretome.summaries import ContrastTables, gene_sets
from secretome.tables import LEAD_METHOD, SHOWN_SIGNALS

ROWS_AT_FIRST = 12  # of a collection; the sets of AKT, JAK/STAT and IL6 are shown beyond that
LEADING_GENES = 6


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
    tested = {(key, row["gene_set"]): row[LEAD_METHOD] for key, sets in collections.items() for row in sets}
    scale = _scale(tables.signals[["ci_low", "ci_high"]].to_numpy().ravel().tolist())
    return {
        "signals": [_signal(signal, scale, panel, tested) for signal in signals],
        "collections": [
            # Also one of which no set could be tested: a heading that is not there says nothing.
            _collection(described, key, collections.get(key, []), fdr, _speakers(panel))
            for key, described in panel["collections"].items()
        ],
        "nothing": _nothing(tables),
        "camera": bool((tables.pathways["method"] == "camera").any()),
        "residual_df": tables.fit["residual_df"],
        "scores": _scores(name, tables, settings["study"]["contrasts"][name]),
        "curves": _curves(name, tables),
    }


def _nothing(tables: ContrastTables) -> str:
    """Why no gene set was tested; "" where one was."""
    if (tables.pathways["method"] == LEAD_METHOD).any():
        return ""
    notes = [note.removeprefix("Nothing was tested: ") for note in tables.signals["note"] if note]
    why = f": {notes[0]}" if notes else "."
    return f"No gene set was tested, and no signal has a verdict{why}"


def _speakers(panel: Mapping[str, Any]) -> dict[tuple[str, str], str]:
    """(collection, gene set) → the label of the signal it speaks for, of the signals that are always shown."""
    shown = {key: panel["signals"][key] for key in SHOWN_SIGNALS if key in panel["signals"]}
    return {(s["collection"], s["gene_set"]): signal["label"] for signal in shown.values() for s in signal["speakers"]}


def _signal(
    signal: Mapping[str, Any], scale: float, panel: Mapping[str, Any], tested: Mapping[tuple[str, str], Mapping]
) -> dict[str, Any]:
    speakers = [(one["collection"], one["gene_set"]) for one in panel["signals"][signal["signal"]]["speakers"]]
    return {
        **_effect(signal, scale),
        "label": signal["label"],
        "shown": signal["shown"],
        "verdict": signal["verdict"],
        "verdict_words": wording.VERDICTS[signal["verdict"]],
        "speakers": [_said(speaker, tested.get(speaker), panel) for speaker in speakers],
        "methods": signal["methods"],
        "note": signal["note"],
    }


def _said(speaker: tuple[str, str], test: Mapping[str, Any] | None, panel: Mapping[str, Any]) -> str:
    collection, gene_set = speaker
    name = f"{panel['labels'][collection].split()[0]} {wording.readable(gene_set)}"
    if test is None:
        return f"{name}: not testable"
    return f"{name}: {wording.signed(test['effect'])}, p {wording.p_value(test['p_value'])}"


def _collection(
    described: Mapping[str, Any],
    key: str,
    sets: Sequence[Mapping[str, Any]],
    fdr: float,
    spoken_for: Mapping[tuple[str, str], str],
) -> dict[str, Any]:
    leads = [row[LEAD_METHOD] for row in sets if LEAD_METHOD in row]
    passing = [row for row in leads if row["q_value"] <= fdr]
    scale = _scale([row[end] for row in leads for end in ("ci_low", "ci_high")])
    rises, falls = sum(row["ci_low"] > 0 for row in passing), sum(row["ci_high"] < 0 for row in passing)
    if passing:
        unclear = len(passing) - rises - falls
        verdict = f"{len(passing)} of {len(leads)} pass FDR {fdr:g}: {rises} up, {falls} down"
        verdict += f", {unclear} in no clear direction (the interval holds 0)." if unclear else "."
    else:
        widths = [row["ci_high"] - row["ci_low"] for row in leads]
        q_values = [row["q_value"] for row in leads if not np.isnan(row["q_value"])]
        verdict = wording.nothing_found("gene set", min(q_values, default=np.nan), f"FDR {fdr:g}", _half_median(widths))
    rows = [_gene_set(row, scale, fdr, spoken_for.get((key, row["gene_set"]), "")) for row in sets]
    for position, row in enumerate(rows):
        row["later"] = position >= ROWS_AT_FIRST and not row["signal"]
    later = sum(row["later"] for row in rows)
    methods = {method for row in sets for method in row}
    return {
        "key": key,
        "label": described["label"],
        "verdict": verdict,
        "null": not passing,
        "rows": rows,
        "later": later,
        "camera": "camera" in methods,
        "gsea": "gsea" in methods,
        "source": f"{described['source']}; {described['licence']}; {described['citation']}",
    }


def _gene_set(row: Mapping[str, Any], scale: float, fdr: float, signal: str) -> dict[str, Any]:
    nothing = dict.fromkeys(("effect", "ci_low", "ci_high", "p_value", "q_value"), np.nan)
    lead, camera, gsea = (row.get(method, nothing) for method in (LEAD_METHOD, "camera", "gsea"))
    leading = [gene for gene in re.split(r"[;,| ]+", gsea.get("leading_genes", "")) if gene]
    sizes = [entry["size"] for entry in row.values() if isinstance(entry, Mapping)]
    return {
        **_effect(lead, scale),
        "name": row["gene_set"],
        "label": wording.readable(row["gene_set"]),
        "signal": signal,
        "size": max(sizes),
        # As for the signals: a set that moves, but in no clear direction, does not stand out.
        "passes": bool(lead["q_value"] <= fdr and (lead["ci_low"] > 0 or lead["ci_high"] < 0)),
        "q": wording.p_value(lead["q_value"]),
        "camera": {"p": wording.p_value(camera["p_value"]), "q": wording.p_value(camera["q_value"])},
        "gsea": {
            "nes": wording.signed(gsea["effect"]),
            "q": wording.p_value(gsea["q_value"]),
        },
        "leading": ", ".join(leading[:LEADING_GENES]) + (" …" if len(leading) > LEADING_GENES else ""),
    }


def _effect(row: Mapping[str, Any], scale: float) -> dict[str, Any]:
    """An effect with its interval, as text and as percentages of a scale from -scale to +scale."""
    effect, low, high = row["effect"], row["ci_low"], row["ci_high"]
    drawn = not np.isnan([effect, low, high]).any()
    at = {
        key: f"{50 + 50 * value / scale:.1f}%" for key, value in zip("elh", (effect, low, high), strict=True) if drawn
    }
    return {
        "effect": wording.signed(effect),
        "interval": wording.interval(low, high),
        "p": wording.p_value(row["p_value"]),
        "direction": "up" if effect > 0 else "down",
        "mark": {"at": at["e"], "low": at["l"], "width": f"{50 * (high - low) / scale:.1f}%"} if drawn else None,
    }


def _scale(values: Sequence[float]) -> float:
    return max([abs(value) for value in values if not np.isnan(value)], default=1.0) or 1.0


def _half_median(widths: Sequence[float]) -> float:
    finite = [width for width in widths if not np.isnan(width)]
    return float(np.median(finite)) / 2 if finite else np.nan


def _scores(name: str, tables: ContrastTables, contrast: Mapping[str, Any]) -> dict[str, Any] | None:
    """Sample scores: the figure, the test of each, and every number for those who cannot see the figure."""
    if tables.scores.empty:
        return None
    from secretome import plots

    levels, references = sides_of(contrast)
    order = [*references, *levels] or list(tables.fit["groups"])
    groups = {level: tables.fit["groups"].get(level, []) for level in order}
    samples = [sample for level in order for sample in groups[level]]
    table = tables.scores.pivot(index="gene_set", columns="sample", values="score")
    tests = tables.pathways[tables.pathways["method"] == "score"].sort_values(["p_value", "gene_set"])
    scale = _scale(tests[["ci_low", "ci_high"]].to_numpy().ravel().tolist())
    return {
        "figure": plots.sample_scores(tables.scores, groups, f"{name}-scores", contrast.get("continuous", "")),
        "tests": [
            {**_effect(row, scale), "label": wording.readable(row["gene_set"]), "q": wording.p_value(row["q_value"])}
            for row in tests.to_dict("records")
        ],
        "samples": [sample for sample in samples if sample in table],
        "values": [
            (wording.readable(gene_set), [wording.signed(row[sample]) for sample in samples if sample in table])
            for gene_set, row in table.iterrows()
        ],
    }


def _curves(name: str, tables: ContrastTables) -> list[str]:
    """The enrichment curves, titled with what the exploratory test says."""
    if not tables.curves:
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
        for number, curve in enumerate(tables.curves)
    ]
