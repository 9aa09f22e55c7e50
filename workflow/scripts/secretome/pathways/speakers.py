"""What each gene set says of the signal that it speaks for: whether it moves, and more than other genes do."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from secretome.models.false_discovery import benjamini_hochberg
from secretome.tables import LEAD_METHOD, RELATIVE_METHOD

UP, DOWN = "up", "down"
NOT_SEEN = "no evidence"
LIKE_OTHERS = "moves, but no more than other genes"
UNCLEAR = "moves, in no clear direction"
NOT_COMPARED = "moves, and there are no other genes to compare with"
CONFOUNDED = "moves with its confounders only"
ALL_CONFOUNDED = "moves, and holds hardly a gene besides its confounders"
NOT_MEASURED = "not measurable"

Name = tuple[str, str]  # collection and gene set
Test = Mapping[str, Any]
NUMBERS = ("effect", "ci_low", "ci_high", "p_value")


@dataclass(frozen=True)
class Answer:
    """What one gene set says of one signal; all numbers are turned so that positive is more of the signal.

    Attributes:
        name: its collection and its name.
        direction: where the set goes when the signal is active, `up` or `down`.
        decides: whether the verdict depends on it.
        says: one of the words of this module.
        moves: the rotation test, with its ``q_value`` over the sets of all signals; None where it was not measured.
        relative: the difference from genes of like expression; None where there are none.
        left_out: the genes of known confounders that it holds.
        without: the rotation test without them; None where it holds none, or hardly a gene besides.
        says_without: what it says without them.
    """

    name: Name
    direction: str
    decides: bool
    says: str
    moves: Test | None
    relative: Test | None
    left_out: tuple[str, ...] = ()
    without: Test | None = None
    says_without: str = ""


@dataclass(frozen=True)
class Reduced:
    """The tests of a deciding set without the genes of its signal's confounders.

    Attributes:
        left_out: these genes.
        moves, relative: rows of ``fry`` and ``relative``; None where too few genes are left.
    """

    left_out: tuple[str, ...]
    moves: Test | None
    relative: Test | None


def answers(
    tests: pd.DataFrame,
    signals: Mapping[str, Mapping[str, Any]],
    fdr: float,
    reduced: Mapping[tuple[str, Name], Reduced],
) -> dict[str, list[Answer]]:
    """What the gene sets of each signal say.

    The rotation test is held to the false discovery rate over the deciding sets of all signals, each counted once;
    the sets that are shown beside are a family of their own.

    Args:
        tests: rows of the methods ``fry`` and ``relative``: collection gene_set method effect ci_low ci_high statistic
            p_value.
        signals: key → ``speakers``, each ``collection``, ``gene_set``, ``direction`` and ``decides``.
        fdr: the largest false discovery rate that counts as significant.
        reduced: (signal, set) → its tests without confounding genes.

    Returns:
        Signal → one answer a speaker, in their order.
    """
    of_method = {
        method: {(row["collection"], row["gene_set"]): row for row in rows.to_dict("records")}
        for method, rows in tests.groupby("method")
    }
    moves, relative = of_method.get(LEAD_METHOD, {}), of_method.get(RELATIVE_METHOD, {})
    families = {decides: _p_values(signals, moves, decides) for decides in (True, False)}
    found: dict[str, list[Answer]] = {}
    for key, signal in signals.items():
        found[key] = [
            _answer(speaker, moves, relative, families[speaker["decides"]], fdr, reduced.get((key, _name(speaker))))
            for speaker in signal["speakers"]
        ]
    return found


def _name(speaker: Mapping[str, Any]) -> Name:
    return speaker["collection"], speaker["gene_set"]


def _p_values(signals: Mapping[str, Mapping[str, Any]], moves: Mapping[Name, Test], decides: bool) -> dict[Name, float]:
    speakers = [one for signal in signals.values() for one in signal["speakers"] if one["decides"] == decides]
    return {_name(one): moves[_name(one)]["p_value"] for one in speakers if _name(one) in moves}


def _answer(
    speaker: Mapping[str, Any],
    moves: Mapping[Name, Test],
    relative: Mapping[Name, Test],
    family: Mapping[Name, float],
    fdr: float,
    reduced: Reduced | None,
) -> Answer:
    name, sign = _name(speaker), -1 if speaker["direction"] == DOWN else 1
    who = (name, speaker["direction"], speaker["decides"])
    if name not in moves:
        return Answer(*who, NOT_MEASURED, None, None)
    own = _oriented(moves[name], sign, _rate(name, family))
    other = _oriented(relative[name], sign) if name in relative else None
    says = _says(own, other, fdr)
    if reduced is None:
        return Answer(*who, says, own, other)
    less, says_without, confounded = None, NOT_MEASURED, ALL_CONFOUNDED
    if reduced.moves is not None:
        confounded = CONFOUNDED
        less = _oriented(reduced.moves, sign, _rate(name, {**family, name: reduced.moves["p_value"]}))
        says_without = _says(less, None if reduced.relative is None else _oriented(reduced.relative, sign), fdr)
    rests_on_them = says in (UP, DOWN) and says_without != says
    kept = (reduced.left_out, less, says_without)
    return Answer(*who, confounded if rests_on_them else says, own, other, *kept)


def _rate(name: Name, family: Mapping[Name, float]) -> float:
    return float(benjamini_hochberg(np.array(list(family.values())))[list(family).index(name)])


def _oriented(test: Test, sign: int, rate: float = np.nan) -> dict[str, Any]:
    low, high = sorted((sign * test["ci_low"], sign * test["ci_high"]))
    turned = {"effect": sign * test["effect"], "statistic": sign * test["statistic"], "ci_low": low, "ci_high": high}
    return {**turned, "p_value": test["p_value"], "q_value": rate}


def _says(moves: Test, relative: Test | None, fdr: float) -> str:
    if not moves["q_value"] <= fdr:
        return NOT_SEEN
    # ASSUME: p belongs to the mean standardised effect. Where the mean log2 fold change points the other way or could
    # be nothing, the set moves in both directions and neither word is right.
    side = _side(moves)
    if not side or side * moves["statistic"] <= 0:
        return UNCLEAR
    if relative is None:
        return NOT_COMPARED
    if _side(relative) != side:
        return LIKE_OTHERS
    return UP if side > 0 else DOWN


def _side(test: Test) -> int:
    """On which side of 0 the interval lies; 0 where it holds 0."""
    return int(test["ci_low"] > 0) - int(test["ci_high"] < 0)
