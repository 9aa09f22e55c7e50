"""Claims on what a paper printed: the comparisons of its means, or an effect with its interval."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from secretome import wording
from secretome.claims import verdicts
from secretome.claims.verdicts import INCONCLUSIVE, NOT_TESTABLE, verdict_of
from secretome.published import readings

Numbers = dict[str, Any]


def of_comparison(claim: Mapping[str, Any], table: pd.DataFrame) -> Numbers:
    """The numbers and the verdict of one comparison of published.tsv.

    The pooled analysis of variance gives the interval, as in the Registered Reports. A verdict stands only where the
    interval of Welch's test has the same one and the table itself did not call the comparison inconclusive.

    Args:
        claim: complete, with ``table`` and ``comparison`` in its feature.
        table: contract ``PUBLISHED`` of the study.

    Returns:
        ``effect``, ``ci_low``, ``ci_high`` (as measured), ``n_level``, ``n_reference``, ``verdict``, ``why``.
    """
    feature = claim["feature"]
    found = table[(table["table"] == feature["table"]) & (table["comparison"] == feature["comparison"])]
    if found.empty:
        return {"verdict": NOT_TESTABLE, "why": "the comparison was not made"}
    row = found.iloc[0]
    numbers = {name: float(row[name]) for name in ("effect", "ci_low", "ci_high")}
    numbers |= {"n_level": float(row["n_group"]), "n_reference": float(row["n_reference"])}
    if np.isnan(row["ci_low"]):
        limit = f"the effect is known only as {row['limit']} {wording.signed(row['effect'])}; " if row["limit"] else ""
        return {**numbers, "verdict": NOT_TESTABLE, "why": f"{limit}{row['why']}"}
    size = float(claim["smallest_effect"])
    pooled = _verdict(claim, row["ci_low"], row["ci_high"])
    told = [str(row["why"])]
    if row["reading"] == readings.INCONCLUSIVE != readings.reading(row["ci_low"], row["ci_high"], size):
        pooled, told = INCONCLUSIVE, [*told, "the comparison itself is read as inconclusive"]
    welch = _verdict(claim, row["welch_ci_low"], row["welch_ci_high"])
    if pooled not in (INCONCLUSIVE, welch):
        # The table says in its own words where the two tests differ.
        told = [note for one in told for note in one.split("; ") if not note.startswith("by Welch's test")]
        told.append(f"by the pooled variance {pooled.replace('_', ' ')}, by Welch's test {welch.replace('_', ' ')}")
        pooled = INCONCLUSIVE
    return {**numbers, "verdict": pooled, "why": "; ".join(filter(None, told))}


def of_report(claim: Mapping[str, Any]) -> Numbers:
    """The numbers and the verdict of an effect that a paper states with its interval; as :func:`of_comparison`."""
    reported = claim["feature"]["reported"]
    numbers = {name: float(reported[name]) for name in ("effect", "ci_low", "ci_high")}
    verdict = _verdict(claim, reported["ci_low"], reported["ci_high"])
    why = f"as the paper states it: {reported['unit']}, n = {reported['n']}"
    return {**numbers, "n_level": float(reported["n"]), "n_reference": np.nan, "verdict": verdict, "why": why}


def _verdict(claim: Mapping[str, Any], low: float, high: float) -> str:
    _, turned_low, turned_high = verdicts.oriented(np.nan, low, high, claim["direction"])
    return verdict_of(turned_low, turned_high, claim["smallest_effect"], claim["direction"] == "none")
