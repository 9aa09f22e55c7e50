"""Numbers and sentences as scientists write them: no statistics, only words for what was found."""

import math
import re
from collections.abc import Mapping, Sequence
from typing import Any

from secretome.designs.forms import form_of, sides_of, unit_of, words_of
from secretome.measurement import measured

MISSING = "–"
_SUPERSCRIPT = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
SMALLEST_P = 1e-300

# Names that stay in capitals when the name of a gene set is written for reading.
_CAPITALS = frozenset(("TNFA", "NFKB", "TGF", "DNA", "UV", "DN", "MYC", "AKT", "JAK", "WNT", "KRAS", "MTOR"))

VERDICTS = {
    "up": "up",
    "down": "down",
    "no_evidence": "no evidence",
    "methods_disagree": "methods disagree",
    "not_testable": "not testable",
}


def integer(value: float) -> str:
    """A whole number with a comma between the thousands."""
    return f"{int(value):,}"


def counted(number: int, noun: str, plural: str = "") -> str:
    """``1 sample``, ``8 samples``."""
    return f"{integer(number)} {noun if number == 1 else plural or noun + 's'}"


def signed(value: float, digits: int = 2) -> str:
    """A difference with its sign and a true minus: ``+2.31``, ``−0.42``, ``0.00``."""
    if math.isnan(value):
        return MISSING
    text = f"{value:+.{digits}f}".replace("-", "−")
    return text[1:] if float(f"{value:.{digits}f}") == 0 else text


def interval(low: float, high: float, digits: int = 2) -> str:
    """A 95% interval: ``+1.90 to +2.72``."""
    return MISSING if math.isnan(low) or math.isnan(high) else f"{signed(low, digits)} to {signed(high, digits)}"


def p_value(value: float) -> str:
    """A p-value with two significant digits, never rounded to zero: ``0.31``, ``0.042``, ``3.2×10⁻⁷``.

    The script of the page formats its table by the same rule; a browser test holds the two together.
    """
    if math.isnan(value):
        return MISSING
    if value < SMALLEST_P:
        return "<10⁻³⁰⁰"
    if value < 0.001:
        mantissa, exponent = f"{value:.1e}".split("e")
        return f"{mantissa}×10{str(int(exponent)).translate(_SUPERSCRIPT)}"
    return f"{value:.4f}" if value < 0.01 else f"{value:.3f}" if value < 0.1 else f"{value:.2f}"


def listed(names: Sequence[str], last: str = "and") -> str:
    """``a, b and c``."""
    return ", ".join(names[:-1]) + f" {last} {names[-1]}" if len(names) > 1 else "".join(names)


def readable(name: str) -> str:
    """A name for reading: ``HALLMARK_IL6_JAK_STAT3_SIGNALING`` → ``IL6 JAK STAT3 signaling``."""
    words = name.split("_")
    if words[0] == "HALLMARK" and words[1:]:
        return capitalised(" ".join(w if w in _CAPITALS or re.search(r"\d", w) else w.lower() for w in words[1:]))
    return " ".join(words)


def material(model: str) -> str:
    """The biological material, to stand after "in"."""
    return re.sub(r"^in\s+", "", model.strip(), flags=re.IGNORECASE)


def capitalised(text: str) -> str:
    """``text`` with its first letter as a capital."""
    return text[:1].upper() + text[1:]


def size_condition(thresholds: Mapping[str, float]) -> str:
    """The smallest change that counts, in words; "" where every size does."""
    log2 = thresholds["log2_fold_change"]
    if not log2:
        return ""
    fold = 2**log2
    number = {2.0: "two", 4.0: "four"}.get(fold, f"{fold:.3g}")
    return f"at least {number}-fold"


def conditions(thresholds: Mapping[str, float], contrast: Mapping[str, Any] | None = None) -> str:
    """``FDR 0.05, at least two-fold``; of a slope ``… two-fold per 10 of dose``."""
    size = size_condition(thresholds)
    unit = unit_of(contrast) if contrast and size else ""
    return ", ".join(filter(None, [f"FDR {thresholds['fdr']:g}", " ".join(filter(None, [size, unit]))]))


def change_label(contrast: Mapping[str, Any], fold_change: str = "log2 fold change") -> str:
    """What the change of a contrast is called: ``log2 fold change``, of a slope ``log2 fold change per 10 of dose``."""
    if form_of(contrast) == "difference_of":
        return f"difference of two {fold_change}s"
    return " ".join(filter(None, [fold_change, unit_of(contrast)]))


def against(contrast: Mapping[str, Any]) -> str:
    """What a contrast compares: ``dexamethasone vs untreated``, ``the mean of TR1 and TR2 vs parental``."""
    between = " minus " if form_of(contrast) == "difference_of" else " vs "
    return between.join(filter(None, words_of(contrast)))


def sizes(contrast: Mapping[str, Any], groups: Mapping[str, Sequence[str]], between: str = " vs ") -> str:
    """How many samples stand on each side, ``4 vs 4``, ``3 + 3 vs 3``, ``(3 vs 3) minus (3 vs 3)``; of a slope all.

    Args:
        contrast: of the study file.
        groups: of fit.json, level → samples.
        between: the two sides.
    """
    if form_of(contrast) == "difference_of":
        return " minus ".join(f"({sizes(part, groups, between)})" for part in contrast["parts"])
    sides = [" + ".join(str(len(groups.get(level, ()))) for level in side) for side in sides_of(contrast)]
    return between.join(sides) if all(sides) else str(sum(map(len, groups.values())))


def answer(
    study: Mapping[str, Any], contrast: Mapping[str, Any], summary: Mapping[str, Any], thresholds: Mapping[str, float]
) -> str:
    """One sentence: which secreted genes change their expression, or which secreted proteins change in the medium.

    Args:
        study: its `model` (as in "in airway smooth muscle cells"), `technology` and `compartment`.
        contrast: in any form of :mod:`secretome.designs.forms`.
        summary: `secreted` with `tested`, `up`, `down`, and `top_up`, `top_down`, names of genes, clearest first.
        thresholds: `fdr` and `log2_fold_change`.
    """
    secreted = summary["secreted"]
    words = measured(study)
    where, interaction = f"In {material(study['model'])}", form_of(contrast) == "difference_of"
    tested = f"of {integer(secreted['tested'])} tested ({conditions(thresholds, contrast)})"
    comparison = " than with ".join(map(_compared, contrast["parts"])) if interaction else _compared(contrast)
    if not secreted["tested"]:
        return f"{where}, no {words.noun} could be tested for {against(contrast)}."
    if not secreted["up"] + secreted["down"]:
        shown = "to differ between" if interaction else "with"
        comparison = comparison.replace(" than with ", " and ")
        return f"{where}, no {words.change} can be shown {shown} {comparison}: none {tested}."
    clearest = [
        f"{listed(names)} {direction}"
        for names, direction in ((summary["top_up"][:2], "up"), (summary["top_down"][:2], "down"))
        if names
    ]
    changed = secreted["up"] + secreted["down"]
    manner = f"{words.changes} differently" if interaction else words.changes
    return (
        f"{where}, {counted(changed, words.noun)} {'changes' if changed == 1 else 'change'} {manner} "
        f"with {comparison}: {integer(secreted['up'])} up and {integer(secreted['down'])} down, {tested}. "
        f"The clearest: {'; '.join(clearest)}."
    )


def _compared(contrast: Mapping[str, Any]) -> str:
    """``dexamethasone (vs untreated)``; of a slope its quantity alone, as the unit stands with the threshold."""
    if form_of(contrast) == "continuous":
        return str(contrast["continuous"])
    first, second = words_of(contrast)
    return f"{first} (vs {second})"


def untested(study: Mapping[str, Any], contrast: Mapping[str, Any]) -> str:
    """One sentence for a comparison without replicates."""
    return (
        f"In {material(study['model'])}, {against(contrast)} has no replicates: its fold changes are shown, and "
        f"whether any of them is more than chance cannot be tested."
    )


def signals_answer(signals: Sequence[Mapping[str, Any]]) -> str:
    """One sentence on the signals that every page shows: ``Signals by their gene sets: p53 up; IL6 no evidence.``"""
    labels: dict[str, list[str]] = {}
    for signal in signals:
        labels.setdefault(signal["verdict"], []).append(signal["label"])
    said = [f"{listed(names)} {VERDICTS[verdict]}" for verdict, names in labels.items()]
    return f"Signals by their gene sets: {'; '.join(said)}." if said else ""


def nothing_found(what: str, smallest_q: float, condition: str, half_width: float = math.nan) -> str:
    """Why a section is all null, and that this is no proof of no change."""
    if math.isnan(smallest_q):
        return f"No {what} could be tested."
    text = f"No {what} passes {condition}; the smallest q-value is {p_value(smallest_q)}."
    if not math.isnan(half_width):
        text += (
            " This does not show that nothing changes: half of the 95% intervals reach at least "
            f"±{half_width:.2f} log2 units around their estimate, so that smaller changes can be missed."
        )
    return text
