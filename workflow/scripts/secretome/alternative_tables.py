"""What a page shows beside the lead table of a contrast: its levels, the other normalisation, proteins on or off."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from secretome import wording
from secretome.normalisations import LARGEST_DIFFERENCE
from secretome.secreted import FAMILY
from secretome.summaries import ContrastTables, changed_secreted_genes

MOST_ROWS = 12
DIRECTIONS = {"on": ("up", "appears"), "off": ("down", "is lost")}


def alternatives_section(tables: ContrastTables, fdr: float) -> dict[str, Any]:
    """The parts that a contrast has; an empty one is not printed.

    Args:
        tables: of the contrast.
        fdr: the false discovery rate up to which a protein is said to appear or to be lost.

    Returns:
        ``levels`` (see :func:`levels_table`), ``normalisations`` (see :func:`normalisation_table`), ``detection``
        (see :func:`detection_table`) and ``leaked``, a sentence.
    """
    return {
        "leaked": leakage_sentence(tables.fit["notes"]),
        "levels": levels_table(tables),
        "normalisations": normalisation_table(tables),
        "detection": detection_table(tables, fdr),
    }


def levels_table(tables: ContrastTables) -> dict[str, Any]:
    """The clearest secreted genes of a contrast of several levels, with the change in each of them.

    Returns:
        ``names`` of the levels and ``rows``: gene, one (direction, change, interval) a level, and q of the F-test.
        Empty where the contrast has one level.
    """
    if tables.levels.empty:
        return {}
    known = tables.secretome[tables.secretome["secreted_class"].isin(FAMILY)]
    genes = [*changed_secreted_genes(tables.secretome)["gene"], *known.sort_values(["p_value", "gene"])["gene"]]
    names = list(dict.fromkeys(tables.levels["level"]))
    by_gene = tables.levels.set_index(["gene", "level"])
    rows = []
    for gene in list(dict.fromkeys(genes))[:MOST_ROWS]:
        if (gene, names[0]) not in by_gene.index:
            continue
        own = [by_gene.loc[(gene, name)] for name in names]
        changes = [_change(*one[["log2_fold_change", "ci_low", "ci_high"]]) for one in own]
        rows.append({"gene": gene, "changes": changes, "q": wording.p_value(own[0]["any_q_value"])})
    return {"names": names, "rows": rows}


def normalisation_table(tables: ContrastTables) -> dict[str, Any]:
    """How the changes of secreted proteins differ under the other normalisation.

    Returns:
        ``compared`` (secreted proteins), ``verdict`` (how far all changes differ, a sentence), ``sign_changes`` and
        ``sign_flips`` among them (counts), and ``rows``: those that flip, then those of the largest change. Empty where
        there is one normalisation, or both are the same.
    """
    table = tables.normalisations
    same = ("log2_fold_change", "ci_low", "ci_high")
    if all(table[name].equals(table[f"other_{name}"].rename(name)) for name in same):
        return {}
    known = set(tables.secretome.loc[tables.secretome["secreted_class"].isin(FAMILY), "gene"])
    own = table[table["gene"].isin(known)]
    size = own["log2_fold_change"].abs()
    order = own.assign(size=size).sort_values(["sign_flip", "size", "gene"], ascending=[False, False, True])
    return {
        "compared": len(own),
        "verdict": _shift(float((table["log2_fold_change"] - table["other_log2_fold_change"]).median())),
        "sign_changes": int(own["sign_change"].sum()),
        "sign_flips": int(own["sign_flip"].sum()),
        "rows": [
            {
                "gene": row.gene,
                "lead": _change(row.log2_fold_change, row.ci_low, row.ci_high),
                "other": _change(row.other_log2_fold_change, row.other_ci_low, row.other_ci_high),
                "flip": row.sign_flip,
            }
            for row in order.head(MOST_ROWS).itertuples()
        ],
    }


def _shift(difference: float) -> str:
    """How far the changes under two normalisations lie apart, and whether that matters."""
    apart = abs(difference) > LARGEST_DIFFERENCE
    says = "Both tell different stories" if apart else "Both say much the same"
    return f"{says}: the changes differ by {wording.signed(difference)} log2 in the median."


def detection_table(tables: ContrastTables, fdr: float) -> dict[str, Any]:
    """Proteins that appear or are lost, known secreted ones first.

    Of those that were tested the ones that pass the false discovery rate: among hundreds that one group happens to
    lack, the others tell nothing.

    Returns:
        ``count`` of all that one group has and the other hardly, ``passing`` of those that pass, ``tested`` (whether
        any has a false discovery rate) and ``rows``. Empty where there is none.
    """
    found = tables.detection
    if found.empty:
        return {}
    tested = bool(found["q_value"].notna().any())
    table = found[found["q_value"] <= fdr] if tested else found
    classes = tables.secretome.set_index("gene")["secreted_class"]
    known = table["gene"].map(classes).isin(FAMILY)
    order = table.assign(known=known).sort_values(["known", "p_value", "gene"], ascending=[False, True, True])
    return {
        "count": wording.counted(len(found), "protein"),
        "passing": wording.counted(len(table), "protein") if tested and len(table) else "none",
        "tested": tested,
        "rows": [_on_or_off(row, str(classes.get(row.gene, ""))) for row in order.head(MOST_ROWS).itertuples()],
    }


def _on_or_off(row: Any, secreted_class: str) -> dict[str, str]:
    direction, word = DIRECTIONS[row.direction]
    # A bound on the other side of 0 bounds nothing.
    bounded = row.log2_difference_at_least * (1 if row.direction == "on" else -1) > 0
    return {
        "gene": row.gene,
        "class": wording.readable(secreted_class),
        "direction": direction,
        "word": word,
        "level": f"{row.detected_level} of {row.samples_level}",
        "reference": f"{row.detected_reference} of {row.samples_reference}",
        "least": wording.signed(row.log2_difference_at_least) if bounded else wording.MISSING,
        "q": wording.p_value(row.q_value),
    }


def _change(change: float, low: float, high: float) -> tuple[str, str, str]:
    direction = "" if pd.isna(change) else "up" if change > 0 else "down"
    return direction, wording.signed(change), wording.interval(low, high)


def _leakage(leaked: Mapping[str, float]) -> str:
    """What the interval of the proteins of the cytosol says."""
    if leaked["ci_low"] > 0 or leaked["ci_high"] < 0:
        return f"{'more' if leaked['ci_low'] > 0 else 'less'} leaked"
    return "neither more nor less leakage can be shown"


def leakage_sentence(notes: Mapping[str, Any]) -> str:
    """How the proteins of the cytosol move together, and how the cells were; "" for what is not of a medium."""
    if "health" not in notes:
        return ""
    leaked = notes.get("leaked")
    if leaked:
        interval = wording.interval(leaked["ci_low"], leaked["ci_high"])
        text = (
            f"{leaked['markers']} proteins of the cytosol, which only dying cells let out, change together by "
            f"{wording.signed(leaked['log2_fold_change'])} log2 (95% interval {interval}): {_leakage(leaked)}."
        )
    elif "leaked" in notes:
        text = "Too few proteins of the cytosol were measured to tell what is secreted from what dying cells leak."
    else:
        text = "Without replicates nobody can tell what is secreted from what dying cells leak."
    for key, means in notes["health"].items():
        name = "Viability" if key == "viability" else "LDH"
        said = [f"{mean:.4g} in {group}" for group, mean in means.items() if mean is not None]
        text += f" {name}: {wording.listed(said)}." if said else ""
    return text
