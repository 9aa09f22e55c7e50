"""Verdicts on signals: what the gene sets that speak for AKT, JAK/STAT, IL6 … say together."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from secretome.models.false_discovery import benjamini_hochberg
from secretome.tables import SIGNALS, empty_table

UP, DOWN, NOT_SEEN, UNCLEAR, NOT_MEASURED = (
    "up",
    "down",
    "no evidence",
    "moves, in no clear direction",
    "not measurable",
)


def verdicts(lead: pd.DataFrame, signals: Mapping[str, Mapping[str, Any]], fdr: float) -> pd.DataFrame:
    """Give each signal a verdict from the rotation tests of the gene sets that speak for it.

    ``up`` or ``down``: every speaker that could be measured is significant in that direction, and the interval of its
    mean log2 fold change lies on that side of 0. ``no_evidence``: none is significant. ``methods_disagree``: some are
    and others not, or their directions differ or are unclear. ``not_testable``: none could be measured. Significance is
    the false discovery rate over all speakers of all signals.

    Args:
        lead: the rotation tests: collection gene_set effect ci_low ci_high statistic p_value.
        signals: key → ``label``, ``speakers`` (each ``collection`` and ``gene_set``), ``confounders``, ``note``.
        fdr: the largest false discovery rate that counts as significant.

    Returns:
        The table of the contract ``SIGNALS`` in the order of ``signals``; effect, interval and p are those of the first
        speaker.
    """
    spoken = [(one["collection"], one["gene_set"]) for signal in signals.values() for one in signal["speakers"]]
    tested = {(row["collection"], row["gene_set"]): row for row in lead.to_dict("records")}
    # A gene set that speaks for two signals is one test.
    tests = [speaker for speaker in dict.fromkeys(spoken) if speaker in tested]
    rates = benjamini_hochberg(np.array([tested[speaker]["p_value"] for speaker in tests]))
    for speaker, rate in zip(tests, rates, strict=True):
        tested[speaker]["rate"] = rate
    rows = [_row(key, signal, tested, fdr) for key, signal in signals.items()]
    return pd.DataFrame(rows, columns=list(SIGNALS.columns)) if rows else empty_table(SIGNALS)


def _row(
    key: str, signal: Mapping[str, Any], tested: Mapping[tuple[str, str], Mapping[str, Any]], fdr: float
) -> dict[str, Any]:
    speakers = [(one["collection"], one["gene_set"]) for one in signal["speakers"]]
    says = {speaker: _says(tested.get(speaker), fdr) for speaker in speakers}
    first = tested.get(speakers[0], {})
    verdict = _verdict(set(says.values()) - {NOT_MEASURED})
    notes = [_disagreement(verdict, says), _absent(says), *_confounders(signal), signal.get("note", "")]
    return {
        "signal": key,
        "verdict": verdict,
        **{column: float(first.get(column, np.nan)) for column in ("effect", "ci_low", "ci_high", "p_value")},
        "methods": "; ".join(_in_words(speaker, tested.get(speaker), said) for speaker, said in says.items()),
        "note": " ".join(" ".join(note.split()) for note in notes if note),
    }


def _confounders(signal: Mapping[str, Any]) -> list[str]:
    known = signal.get("confounders", "")
    return [known] if isinstance(known, str) else [one["why"] for one in known]


def _says(test: Mapping[str, Any] | None, fdr: float) -> str:
    if test is None:
        return NOT_MEASURED
    if not test["rate"] <= fdr:
        return NOT_SEEN
    # ASSUME: p belongs to the mean standardised effect. Where the mean log2 fold change points the other way or could
    # be nothing, the set moves in both directions and neither word is right.
    up, down = test["ci_low"] > 0, test["ci_high"] < 0
    if not (up if test["statistic"] > 0 else down):
        return UNCLEAR
    return UP if up else DOWN


def _verdict(said: set[str]) -> str:
    if not said:
        return "not_testable"
    if said == {NOT_SEEN}:
        return "no_evidence"
    return said.pop() if said in ({UP}, {DOWN}) else "methods_disagree"


def _in_words(speaker: tuple[str, str], test: Mapping[str, Any] | None, said: str) -> str:
    collection, gene_set = speaker
    if test is None:
        return f"{gene_set} ({collection}): {said}"
    return (
        f"{gene_set} ({collection}): mean log2 fold change {test['effect']:+.3f} "
        f"(95 % interval {test['ci_low']:+.3f} to {test['ci_high']:+.3f}), "
        f"p = {test['p_value']:.3g}, q = {test['rate']:.3g} among the signals' sets: {said}"
    )


def _disagreement(verdict: str, says: Mapping[tuple[str, str], str]) -> str:
    if verdict != "methods_disagree":
        return ""
    return f"{', '.join(f'{gene_set}: {said}' for (_, gene_set), said in says.items())}."


def _absent(says: Mapping[tuple[str, str], str]) -> str:
    absent = [gene_set for (_, gene_set), said in says.items() if said == NOT_MEASURED]
    return f"Too few, too many or none of its genes could be tested: {', '.join(absent)}." if absent else ""
