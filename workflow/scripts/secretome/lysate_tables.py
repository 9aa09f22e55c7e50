"""What a page says of the matched lysate: how many changes of the medium go beyond it, and where there is none."""

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from secretome import wording
from secretome.faults import warning
from secretome.lysate import NO, YES
from secretome.technologies import PER

MOST_NAMED = 10
_PER = {"cell_number": "per cell", "total_protein": "per total protein of the cells"}
_OTHERWISE = {"panel": "as measured"}


def lysate_section(study: Mapping[str, Any], secretome: pd.DataFrame, changed: pd.DataFrame) -> dict[str, Any]:
    """The sentences above the table of secreted proteins.

    Args:
        study: the study file; of one with a lysate, `lysate` (its key) and `lysate_study` (what is said of it).
        secretome: of the contrast.
        changed: the rows of it that are said to change.

    Returns:
        `key` and `title` of the lysate, `measured` (whether it has any value), `found` and `compared`, sentences. Empty
        for a study without one.
    """
    if not study.get("lysate"):
        return {}
    measured = bool(secretome["lysate_log2_fold_change"].notna().any())
    return {
        "key": study["lysate"],
        "title": study["lysate_study"]["title"],
        "measured": measured,
        "found": _found(secretome, changed) if measured else "has no value to set beside this comparison.",
        "compared": _compared(study) if measured else "",
    }


def answer(secretome: pd.DataFrame, changed: pd.DataFrame) -> str:
    """One more sentence of the answer; "" where every change goes beyond the lysate, or there is none."""
    within = _within(changed)
    if not within or not secretome["lysate_log2_fold_change"].notna().any():
        return ""
    known = int(changed["beyond_lysate"].isin((YES, NO)).sum())
    return (
        f" Of the {wording.integer(known)} that could be compared with the lysate of the same cultures, "
        f"{wording.integer(len(within))} {'does' if len(within) == 1 else 'do'} not change beyond it."
    )


def lysate_warnings(study: Mapping[str, Any], secretome: pd.DataFrame) -> list[dict[str, str]]:
    """A warning where the lysate has nothing to set beside a contrast that was measured."""
    if not study.get("lysate") or not secretome["log2_fold_change"].notna().any():
        return []
    if secretome["lysate_log2_fold_change"].notna().any():
        return []
    message = (
        f"The matched lysate {study['lysate']} has no value for any of these proteins: it could not be had, or "
        "measured others. What the cells make more of cannot be told from what they let out more of."
    )
    return [warning("lysate", message)]


def _within(changed: pd.DataFrame) -> list[str]:
    return changed.loc[changed["beyond_lysate"] == NO, "gene"].tolist()


def _found(secretome: pd.DataFrame, changed: pd.DataFrame) -> str:
    if changed.empty:
        known = int(secretome["lysate_log2_fold_change"].notna().sum())
        return f"stands beside {wording.counted(known, 'protein')} of the table; no secreted protein is said to change."
    number = int(changed["lysate_log2_fold_change"].notna().sum())
    text = f"has values for {wording.integer(number)} of the {wording.counted(len(changed), 'secreted protein')} that "
    text += "changes in the medium." if len(changed) == 1 else "change in the medium."
    within = _within(changed)
    if not within:
        told = bool(changed["beyond_lysate"].isin((YES, NO)).any())
        return text + (" Each of these changes by more than in the lysate." if told else "")
    return f"{text} Not beyond the lysate: {_named(within)}."


def _named(genes: Sequence[str]) -> str:
    more = len(genes) - MOST_NAMED
    if more <= 0:
        return wording.listed(genes)
    return wording.listed([*genes[:MOST_NAMED], wording.counted(more, "other")])


def _compared(study: Mapping[str, Any]) -> str:
    of_lysate = study["lysate_study"]
    per = next((key for key in PER if study["samples"].get(key)), "")
    medium, lysate = _manner(per, study["technology"]), _manner(of_lysate["per"], of_lysate["technology"])
    if medium == lysate:
        return f"Both were compared {medium}."
    return (
        f"The medium was compared {medium}, the lysate {lysate}: a change of all proteins at once can stand in one of "
        "them alone, and then stands in the difference."
    )


def _manner(per: str, technology: str) -> str:
    return _PER.get(per) or _OTHERWISE.get(technology, "after a shift to one median")
