"""Verdicts on signals: what the gene sets that speak for AKT, JAK/STAT, IL6 … say together."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from secretome import wording
from secretome.pathways.speakers import (
    ALL_CONFOUNDED,
    CONFOUNDED,
    DOWN,
    NOT_MEASURED,
    NOT_SEEN,
    NUMBERS,
    UP,
    Answer,
    Test,
    answers,
)
from secretome.tables import SIGNALS, table_of

Signals = Mapping[str, Mapping[str, Any]]


def verdicts(said: Mapping[str, Sequence[Answer]], signals: Signals) -> pd.DataFrame:
    """Give each signal a verdict from what the gene sets that decide on it say.

    ``up`` or ``down``: every deciding set that could be measured moves that way by the rotation test, with the interval
    of its mean log2 fold change on that side of 0, and moves more than genes of like expression do: the interval of
    the difference is on that side too; and none does so by the genes of its known confounders alone. ``no_evidence``:
    no deciding set does (it may move in no clear direction, or no more than other genes; the note says so).
    ``methods_disagree``: some do and others not, their directions differ, or they move with their confounders only or
    hold hardly a gene besides.
    ``not_testable``: none could be measured.

    Args:
        said: of :func:`secretome.pathways.speakers.answers`.
        signals: key → ``confounders`` (each ``genes`` and ``why``), ``rivals`` (keys of signals), ``label``, ``note``.

    Returns:
        The table of the contract ``SIGNALS`` in the order of ``signals``; the numbers are those of the first speaker,
        turned so that positive is more of the signal.
    """
    remarked = remarks(said, signals)
    rows = []
    for key in signals:
        verdict = _verdict(said[key])
        rows.append(
            {
                "signal": key,
                "verdict": verdict,
                **_numbers(said[key][0]),
                "methods": "; ".join(_in_words(one) for one in said[key]),
                "note": " ".join(filter(None, [_disagreement(verdict, said[key]), *remarked[key]])),
            }
        )
    return table_of(rows, SIGNALS)


def remarks(said: Mapping[str, Sequence[Answer]], signals: Signals) -> dict[str, list[str]]:
    """What a reader of each verdict should know beside it, a sentence or two each.

    Args:
        said, signals: as :func:`verdicts`.

    Returns:
        Signal → why it could not be tested, what its sets say without its confounders, its rivals that move further,
        what is known to confound it, and its note.
    """
    verdict = {key: _verdict(of_signal) for key, of_signal in said.items()}
    found = {}
    for key, signal in signals.items():
        told = [
            signal.get("absent") or _absent(said[key]),
            *_checked(said[key]),
            *(_rival(signals[other], key, other, said, verdict) for other in signal["rivals"]),
            *(entry["why"] for entry in signal["confounders"]),
            signal["note"],
        ]
        found[key] = [" ".join(one.split()) for one in told if one]
    return found


def not_tested(signals: Signals, why: str) -> pd.DataFrame:
    """The table of a contrast whose gene sets cannot be tested."""
    nothing = pd.DataFrame(columns=["collection", "gene_set", "method"])
    table = verdicts(answers(nothing, signals, 0, {}), signals)
    return table.assign(note=f"Nothing was tested: {why}")


def _verdict(said: Sequence[Answer]) -> str:
    words = {one.says for one in said if one.decides} - {NOT_MEASURED}
    if not words:
        return "not_testable"
    if not words & {UP, DOWN, CONFOUNDED, ALL_CONFOUNDED}:
        return "no_evidence"
    return words.pop() if words in ({UP}, {DOWN}) else "methods_disagree"


def _numbers(first: Answer) -> dict[str, float]:
    moves, relative = first.moves or {}, first.relative or {}
    return {
        **{column: float(moves.get(column, np.nan)) for column in NUMBERS},
        **{f"relative_{column}": float(relative.get(column, np.nan)) for column in NUMBERS},
    }


def _in_words(answer: Answer) -> str:
    collection, gene_set = answer.name
    beside = "" if answer.decides else ", shown beside"
    if answer.moves is None:
        return f"{gene_set} ({collection}{beside}): {answer.says}"
    against = ""
    if answer.relative is not None:
        against = (
            f", against genes of like expression {_interval(answer.relative)}, p = {answer.relative['p_value']:.3g}"
        )
    return (
        f"{gene_set} ({collection}{beside}): mean log2 fold change {_interval(answer.moves)}, "
        f"p = {answer.moves['p_value']:.3g}, q = {answer.moves['q_value']:.3g} among the signals' sets{against}: "
        f"{answer.says}"
    )


def _interval(test: Test) -> str:
    return f"{test['effect']:+.3f} (95 % interval {test['ci_low']:+.3f} to {test['ci_high']:+.3f})"


def _disagreement(verdict: str, said: Sequence[Answer]) -> str:
    moved = any(one.says not in (NOT_SEEN, NOT_MEASURED) for one in said if one.decides)
    if verdict == "methods_disagree" or (verdict == "no_evidence" and moved):
        return f"{', '.join(f'{one.name[1]}: {one.says}' for one in said if one.decides)}."
    return ""


def _absent(said: Sequence[Answer]) -> str:
    absent = [one.name[1] for one in said if one.decides and one.says == NOT_MEASURED]
    return f"Too few, too many or none of its genes could be tested: {', '.join(absent)}." if absent else ""


def _checked(said: Sequence[Answer]) -> list[str]:
    """What the sets say without the genes of known confounders."""
    return [_check(one, one.moves) for one in said if one.left_out and one.moves is not None]


def _check(answer: Answer, moves: Test) -> str:
    name, left_out = answer.name[1], wording.listed(answer.left_out)
    if answer.without is None:
        return f"Not checked: without {left_out}, {name} has too few genes."
    return (
        f"{'Confounded' if answer.says == CONFOUNDED else 'Checked'}: without {left_out}, {name} changes by"
        f" {_interval(answer.without)}, not {moves['effect']:+.3f}: {answer.says_without}."
    )


def _rival(
    other: Mapping[str, Any], key: str, rival: str, said: Mapping[str, Sequence[Answer]], verdict: Mapping[str, str]
) -> str:
    """What to think of a signal that moves where its rival moves the same way, and further."""
    if verdict[key] not in (UP, DOWN) or verdict[rival] != verdict[key]:
        return ""
    own, others = (said[name][0].relative for name in (key, rival))
    if own is None or others is None or abs(others["effect"]) <= abs(own["effect"]):
        return ""
    label = other["label"]
    return f"{label} moves further ({others['effect']:+.3f} against {own['effect']:+.3f}): this may be its response."
