"""Tables → the dicts that the templates print. No statistics: what is counted here was decided by earlier stages."""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from secretome import lysate, lysate_tables, methods, pathway_tables, sample_tables, wording
from secretome.alternative_tables import alternatives_section
from secretome.designs.forms import sides_of, unit_of
from secretome.expression import Expression
from secretome.measurement import measured
from secretome.reliability_tables import reliability_section
from secretome.secreted import FAMILY
from secretome.summaries import (
    ContrastTables,
    all_warnings,
    changed_genes,
    changed_secreted_genes,
    contrast_warnings,
    largest_changes,
    signal_rows,
    summary,
    untested,
)

NAMED_EACH_WAY = 8  # secreted genes that the volcano names, in each direction
TOP_GENES = 12  # rows of the short table beside the volcano

CLASSES = {
    "ligand": ("ligand", "receptor ligand, cytokine or growth factor by GO"),
    "secreted": ("secreted", "annotated by GO as extracellular, with evidence that a person judged"),
    "shed": ("shed", "anchored in the membrane and cleaved off (curated list)"),
    "leaderless": ("leaderless", "known to leave the cell without a signal peptide (curated list); not in the family"),
    "high_throughput": (
        "high-throughput only",
        "only high-throughput or electronic evidence; never counted as secreted",
    ),
}
TIERS = {
    "A": "known secreted, and changed in the medium by more than what leaked proteins of the cytosol do",
    "B": "known secreted, and its expression in cells changes",
    "C": "by high-throughput evidence only, and it changes",
    "D": "known secreted, and changed in the medium, but within what leaked proteins of the cytosol do",
    "E": "known secreted, and changed in the medium; what leaked could not be told",
    "U": "leaves the cell without a signal peptide and changes: unresolved",
}


TIERS_OF = {"cells": ("B", "C", "U"), "medium": ("A", "D", "E", "C", "U")}


def study_page(
    key: str,
    settings: Mapping[str, Any],
    expression: Expression,
    samples: pd.DataFrame,
    quality: Mapping[str, Any],
    contrasts: Mapping[str, ContrastTables],
) -> dict[str, Any]:
    """What the page of one study prints.

    Args:
        key: the key of the study, the stem of its file.
        settings: `study` (the study file), `config` (`thresholds`, `seed`), `panel` (the signature file), `versions`,
            `knowledge` (bundled file to SHA-256).
        expression: of zero samples where the study is unavailable; then only the reasons are printed.
        samples: the sheet as used, text.
        quality: see `quality.summary`.
        contrasts: contrast key to its tables, in the order of the study file.
    """
    page = {
        "key": key,
        "study": _study(settings["study"]),
        "unavailable": list(expression.unavailable),
        "warnings": [],
        "contrasts": [],
        "inputs": methods.inputs({**expression.provenance, "knowledge": settings["knowledge"]}),
        "versions": sorted(settings["versions"].items()),
        "words": _words(settings["study"]),
        "normalisation": methods.normalisation(expression.provenance),
    }
    if expression.unavailable:
        return page
    fits = {name: tables.fit for name, tables in contrasts.items()}
    said = {name: contrast_warnings(settings["study"], tables) for name, tables in contrasts.items()}
    return {
        **page,
        "warnings": _warnings(all_warnings(settings["study"], quality, said)),
        "contrasts": [contrast_section(name, settings, tables) for name, tables in contrasts.items()],
        "samples": sample_tables.samples_section(key, settings["study"], expression, samples, quality),
        "methods": methods.paragraphs(settings, expression, fits),
        "steps": methods.steps(expression.provenance),
        "references": methods.references(settings, fits),
        "classes": list(CLASSES.values()),
        "tiers": [(tier, TIERS[tier]) for tier in TIERS_OF[settings["study"]["compartment"]]],
    }


def contrast_section(name: str, settings: Mapping[str, Any], tables: ContrastTables) -> dict[str, Any]:
    """What one contrast puts on the page: the answer, the figures, the tables."""
    contrast, thresholds = settings["study"]["contrasts"][name], settings["config"]["thresholds"]
    found = summary(tables, thresholds)
    secreted = changed_secreted_genes(tables.secretome)
    signals = signal_rows(tables.signals, settings["panel"])
    words = measured(settings["study"])
    return {
        "key": name,
        "label": wording.against(contrast),
        "unit": unit_of(contrast),
        "change": wording.change_label(contrast),
        "change_short": wording.change_label(contrast, "log2 FC"),
        "conditions": wording.conditions(thresholds, contrast),
        "answer": _answer(settings["study"], contrast, tables, found, thresholds),
        "signals_answer": wording.signals_answer([signal for signal in signals if signal["shown"]]),
        "found": found,
        "groups": _groups(contrast, tables.fit),
        "sizes": wording.sizes(contrast, tables.fit["groups"]),
        "paired": list(contrast.get("block", [])),
        "volcano": "" if untested(tables.fit) else volcano_of(name, contrast, tables, found, thresholds),
        "hover": [_hover(row) for row in secreted.itertuples()],
        "top": [_gene(row, "q_value_secretome") for row in secreted.head(TOP_GENES).itertuples()],
        "top_genes": top_genes(tables, thresholds),
        "null": _null_secreted(tables.secretome, contrast, words.noun, thresholds),
        "untested": untested(tables.fit),
        "largest": _largest(tables),
        "table": secreted_table(tables),
        "lysate": lysate_tables.lysate_section(settings["study"], tables.secretome, secreted),
        "alternatives": alternatives_section(tables, thresholds["fdr"]),
        "reliability": reliability_section(name, tables, words),
        "pathways": pathway_tables.pathways_section(name, settings, tables, signals),
    }


def _largest(tables: ContrastTables) -> list[dict[str, str]]:
    """The largest fold changes of known secreted genes, where nothing is tested."""
    if not untested(tables.fit):
        return []
    known = tables.secretome[tables.secretome["secreted_class"].isin(FAMILY)]
    return [
        {
            "gene": row.gene,
            "direction": "up" if row.log2_fold_change > 0 else "down",
            "change": wording.signed(row.log2_fold_change),
            "class": row.secreted_class,
        }
        for row in largest_changes(known, 2 * TOP_GENES).itertuples()
    ]


def _answer(
    study: Mapping[str, Any],
    contrast: Mapping[str, Any],
    tables: ContrastTables,
    found: Mapping[str, Any],
    thresholds: Mapping[str, float],
) -> str:
    if untested(tables.fit) == "not available":
        return f"{wording.capitalised(wording.against(contrast))} is not available in these data."
    if untested(tables.fit):
        return wording.untested(study, contrast)
    leaked = " What leaked from dying cells cannot be told apart." if (tables.secretome["tier"] == "E").any() else ""
    beyond = lysate_tables.answer(tables.secretome, changed_secreted_genes(tables.secretome))
    return wording.answer(study, contrast, found, thresholds) + leaked + beyond


def volcano_of(
    name: str,
    contrast: Mapping[str, Any],
    tables: ContrastTables,
    found: Mapping[str, Any],
    thresholds: Mapping[str, float],
) -> str:
    """The volcano of a contrast: secreted genes that change are marked, the clearest of them named."""
    from secretome import plots  # a second of imports, for pages alone

    named = found["top_up"][:NAMED_EACH_WAY] + found["top_down"][:NAMED_EACH_WAY]
    changed = changed_secreted_genes(tables.secretome)
    label, least = wording.change_label(contrast), thresholds["log2_fold_change"]
    return plots.volcano(tables.differential, changed, named, least, f"{name}-volcano", label)


def top_genes(tables: ContrastTables, thresholds: Mapping[str, float]) -> dict[str, list[dict[str, str]]]:
    """The clearest changes among all genes, each with its class, "" for one that is not known to be secreted."""
    changed = changed_genes(tables.differential, thresholds)
    known = tables.secretome[tables.secretome["secreted_class"] != "high_throughput"]
    classes = dict(zip(known["gene"], known["secreted_class"], strict=True))
    rises = changed["log2_fold_change"] > 0
    return {
        direction: [
            {**_gene(row, "q_value"), "class": classes.get(row.gene, "")}
            for row in changed[chosen].head(TOP_GENES).itertuples()
        ]
        for direction, chosen in (("up", rises), ("down", ~rises))
    }


def secreted_table(tables: ContrastTables) -> dict[str, Any]:
    """The table of secreted genes as columns of plain values, for the script of the page to sort, filter and save.

    Numbers have four significant digits, or as many as it takes for the page to print of them what it prints elsewhere;
    secretome.tsv beside the report has them all.
    """
    table = tables.secretome.sort_values(["p_value", "gene"], kind="stable")
    reasons = tables.differential.set_index("gene")["reason"]
    numbers = ("log2_fold_change", "ci_low", "ci_high", "p_value", "q_value_secretome", "q_value")
    more = ["shrunken_log2_fold_change", "expression_percentile", "mean_log2_expression"]
    texts = ["secreted_class", "tier", "evidence"]
    if table["lysate_log2_fold_change"].notna().any():
        more, texts = [*more, *lysate.COLUMNS[:-1]], [*texts, lysate.COLUMNS[-1]]
    columns = {
        column: _short(table[column], wording.p_value if column[:2] in ("p_", "q_") else wording.signed)
        for column in (*numbers, *more)
    }
    text = {column: table[column].tolist() for column in texts}
    text["reason"] = [wording.readable(reasons.get(gene, "")) for gene in table["gene"]]
    return {
        "rows": len(table),
        "columns": {"gene": table["gene"].tolist(), **columns},
        "coded": {column: _coded(values) for column, values in text.items()},
        "labels": {key: label for key, (label, _) in CLASSES.items()},
    }


def _coded(texts: Sequence[str]) -> dict[str, list]:
    """A column of few different texts as these and their numbers: half the size of the page."""
    values = sorted(set(texts))
    codes = {text: code for code, text in enumerate(values)}
    return {"values": values, "codes": [codes[text] for text in texts]}


def _short(column: pd.Series, printed: Callable[[float], str]) -> list[float | None]:
    """The numbers with few digits, such that rounding them once more prints the same."""
    return [None if np.isnan(value) else _fewest_digits(value, printed) for value in column]


def _fewest_digits(value: float, printed: Callable[[float], str]) -> float:
    """Not a number half-way between two that are printed, which Python and the script of the page round apart."""
    shorter = (float(f"{value:.{digits}g}") for digits in (4, 6, 9))
    near = (1 - 1e-12, 1 + 1e-12)
    held = (short for short in shorter if {printed(short * part) for part in near} == {printed(value)})
    return next(held, float(value))


def _gene(row: Any, q_value: str) -> dict[str, str]:
    return {
        "gene": row.gene,
        "direction": "up" if row.log2_fold_change > 0 else "down",
        "change": wording.signed(row.log2_fold_change),
        "interval": wording.interval(row.ci_low, row.ci_high),
        "p": wording.p_value(row.p_value),
        "q": wording.p_value(getattr(row, q_value)),
    }


def _hover(row: Any) -> str:
    return f"{row.gene}: {wording.signed(row.log2_fold_change)} log2, q {wording.p_value(row.q_value_secretome)}"


def _null_secreted(
    secretome: pd.DataFrame, contrast: Mapping[str, Any], noun: str, thresholds: Mapping[str, float]
) -> str:
    family = secretome[secretome["q_value_secretome"].notna()]
    passing = int((family["q_value_secretome"] <= thresholds["fdr"]).sum())
    if passing:
        size = wording.conditions(thresholds, contrast).partition(", ")[2]
        return f"{wording.counted(passing, noun)} pass FDR {thresholds['fdr']:g}, but none changes {size}."
    half_widths = (family["ci_high"] - family["ci_low"]) / 2
    return wording.nothing_found(
        noun,
        float(family["q_value_secretome"].min()),
        wording.conditions(thresholds, contrast),
        float(half_widths.median()),
    )


def _groups(contrast: Mapping[str, Any], fit: Mapping[str, Any]) -> list[tuple[str, int]]:
    parts = contrast.get("parts") or [contrast]
    levels = dict.fromkeys(level for part in parts for side in sides_of(part) for level in side) or fit["groups"]
    return [(level, len(fit["groups"].get(level, []))) for level in levels]


def _words(study: Mapping[str, Any]) -> dict[str, str]:
    """What the page calls its rows, in the singular and the plural."""
    words = measured(study)
    return {
        "feature": words.feature,
        "features": f"{words.feature}s",
        "secreted": words.noun,
        "secreted_ones": f"{words.noun}s",
    }


def _study(study: Mapping[str, Any]) -> dict[str, Any]:
    words = measured(study)
    return {
        "title": study["title"],
        "model": wording.material(study["model"]),
        "organism": study["organism"],
        "technology": f"{words.technology}, {words.place}",
        "about": words.change.removeprefix("change of "),
        "citation": _citation(study.get("citation", {})),
        "licence": study.get("licence", ""),
        "notes": study.get("notes", ""),
    }


def _citation(citation: Mapping[str, Any]) -> list[dict[str, str]]:
    """The parts of a citation, a DOI or a GEO accession as a link: nothing else becomes one."""
    links = {
        "doi": (r"10\.\d{4,9}/[\w.()/:;-]+", "https://doi.org/"),
        "accession": (r"GSE\d{1,9}", "https://www.ncbi.nlm.nih.gov/geo/query/acc.cgi?acc="),
    }
    parts = []
    for key, value in citation.items():
        if not value:
            continue
        pattern, base = links.get(key, (r"(?!)", ""))
        link = base + str(value) if re.fullmatch(pattern, str(value)) else ""
        parts.append({"key": key, "value": str(value), "link": link})
    return parts


def _warnings(warnings: Sequence[Mapping[str, str]]) -> list[dict[str, str]]:
    return [{"code": w["code"], "message": w["message"], "about": wording.readable(w["contrast"])} for w in warnings]
