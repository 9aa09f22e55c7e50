"""The claims of the papers on the front page: what each says, where it was tested, and the verdict there."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from secretome import wording
from secretome.claims.variants import MOST_OF_A_GROUP
from secretome.claims.verdicts import NOT_RETRIEVED, NOT_TESTABLE, VERDICTS
from secretome.warning_words import in_words

PLACE = ("paper", "claim", "study", "contrast")
WORDS = {verdict: verdict.replace("_", " ") for verdict in VERDICTS}
# Printed of a claim, of every verdict one before any has two; fewer where there are very many. The table has all.
MOST_PLACES, FEW_PLACES, MANY_VERDICTS = 12, 4, 300


def claims_section(
    claims: pd.DataFrame,
    stability: pd.DataFrame,
    papers: Mapping[str, Mapping[str, Any]],
    studies: Mapping[str, Mapping[str, Any]],
) -> dict[str, Any]:
    """What the front page says of the claims.

    Args:
        claims: contract ``CLAIMS``.
        stability: contract ``CLAIM_STABILITY`` of the same claims.
        papers: the claim files.
        studies: the studies of the run, those of published measurements too.

    Returns:
        ``counts`` (verdict, its words, how many), ``claims`` (how many there are), ``decided`` (how many verdicts could
        be given), of these ``seen`` (regression checks) and ``again`` (on a line that counts once), ``papers`` (each
        with its claims that were looked at in a contrast of this run) and ``without`` (the claims that are about no
        contrast of it).
    """
    sizes = {_place_of(row): row for row in claims.to_dict("records")}
    lines = {_place_of(row): _stable(row, sizes.get(_place_of(row), {})) for row in stability.to_dict("records")}
    told = [_claim(paper, key, claims, papers[paper], studies, lines) for paper, key in _keys(claims)]
    counts = claims["verdict"].value_counts()
    decided = ~claims["verdict"].isin((NOT_TESTABLE, NOT_RETRIEVED))
    return {
        "counts": [(verdict, WORDS[verdict], int(counts[verdict])) for verdict in VERDICTS if verdict in counts],
        "contrasts": int((claims["study"] != "").sum()),
        "claims": len(told),
        "decided": int(decided.sum()),
        "seen": int((claims["seen"] & decided).sum()),
        "again": int((decided & ~claims["counted"]).sum()),
        "papers": [
            {
                "citation": whole["paper"]["citation"],
                "doi": whole["paper"]["doi"],
                "claims": [one for one in told if one["paper"] == paper and one["tested"]],
            }
            for paper, whole in papers.items()
            if any(one["paper"] == paper and one["tested"] for one in told)
        ],
        "without": [one for one in told if not one["tested"]],
    }


def _place_of(row: Mapping[Any, Any]) -> tuple[str, ...]:
    return tuple(row[name] for name in PLACE)


def _keys(claims: pd.DataFrame) -> list[tuple[str, str]]:
    return list(dict.fromkeys(zip(claims["paper"], claims["claim"], strict=True)))


def _claim(
    paper: str,
    key: str,
    claims: pd.DataFrame,
    whole: Mapping[str, Any],
    studies: Mapping[str, Mapping[str, Any]],
    lines: Mapping[tuple[str, ...], str],
) -> dict[str, Any]:
    found = claims[(claims["paper"] == paper) & (claims["claim"] == key)]
    rows: list[dict[str, Any]] = [{str(name): value for name, value in row.items()} for row in found.to_dict("records")]
    claim = whole["claims"][key]
    printed = _of_each_verdict(rows, MOST_PLACES if len(claims) <= MANY_VERDICTS else FEW_PLACES)
    return {
        "paper": paper,
        "citation": whole["paper"]["citation"],
        "says": claim["says"],
        "figure": claim["figure"],
        "feature": wording.readable(rows[0]["feature"]) if rows[0]["kind"] == "published" else rows[0]["feature"],
        "smallest": _smallest(rows[0]),
        "reason": claim["reason"],
        "caution": claim["caution"],
        "control": claim["scope"] == "control",
        "tested": any(row["study"] or row["verdict"] != NOT_TESTABLE for row in rows),
        "places": [{**_place(row, studies), "stability": lines.get(_place_of(row), "")} for row in printed],
        "further": _further([row for row in rows if row not in printed]) if len(printed) < len(rows) else "",
    }


def _of_each_verdict(rows: list[dict[str, Any]], most: int) -> list[dict[str, Any]]:
    """So many of the rows as are printed, in their order: of every verdict one before any has two."""
    turns: dict[str, int] = {}
    ranked = []
    for place, row in enumerate(rows):
        turns[row["verdict"]] = turns.get(row["verdict"], 0) + 1
        ranked.append((turns[row["verdict"]], place))
    return [rows[place] for place in sorted(place for _, place in sorted(ranked)[:most])]


def _further(rows: list[dict[str, Any]]) -> str:
    """How many more places there are, and what was found there."""
    verdicts = [row["verdict"] for row in rows]
    found = [f"{verdicts.count(verdict):,} {WORDS[verdict]}" for verdict in VERDICTS if verdict in verdicts]
    return f"{len(rows):,} more ({', '.join(found)}) are in results/synthesis/claims.tsv."


def _smallest(row: Mapping[str, Any]) -> str:
    """The smallest effect that would bear the claim out, in its direction."""
    size = float(row["smallest_effect"])
    if row["direction"] == "none":
        return f"within ±{size:g}"
    if row["kind"] == "share" or row["direction"] == "either":
        return f"at least {size:.0%}"
    return f"at least {'−' if row['direction'] == 'down' else '+'}{size:g}"


def _place(row: Mapping[str, Any], studies: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    effect, interval = _numbers(row)
    decided = row["verdict"] not in (NOT_TESTABLE, NOT_RETRIEVED)
    return {
        "study": row["study"],
        "title": studies[row["study"]]["title"] if row["study"] else "",
        "name": wording.readable(row["study"]),
        "contrast": _contrast(row, studies),
        "setting": row["setting"],
        "verdict": row["verdict"],
        "words": WORDS[row["verdict"]],
        "effect": effect,
        "interval": interval,
        "size": _size(row),
        "beside": _beside(row),
        "genes": row["genes"],
        "seen": row["seen"],
        "decided": decided,
        "again": decided and not row["counted"],
    }


def _numbers(row: Mapping[str, Any]) -> tuple[str, str]:
    """The effect and its interval; of a share in percent, without a sign."""
    effect, low, high = (float(row[name]) for name in ("effect", "ci_low", "ci_high"))
    if row["kind"] != "share" or np.isnan([effect, low, high]).any():
        return wording.signed(effect), wording.interval(low, high)
    return f"{effect:.1%}", f"{low:.1%} to {high:.1%}"


def _contrast(row: Mapping[str, Any], studies: Mapping[str, Mapping[str, Any]]) -> str:
    if not row["study"]:
        return ""
    contrast = studies[row["study"]].get("contrasts", {}).get(row["contrast"])
    return wording.against(contrast) if contrast else wording.readable(row["contrast"].partition(".")[2])


def _stable(row: Mapping[Any, Any], claim: Mapping[Any, Any]) -> str:
    """In how many variants a verdict on a claim is the same, and where it is not."""
    if not row["variants"]:
        return "not varied"
    told = f"the same in {row['same']} of {wording.counted(row['variants'], 'variant')}"
    if not row["samples_left_out"]:
        told += ", none of which leaves out a sample"
    compared = claim.get("n_level", np.nan) + claim.get("n_reference", np.nan)
    if MOST_OF_A_GROUP <= row["samples_left_out"] < compared:  # not every one
        told += f", of which {row['samples_left_out']} leave out one of the {compared:g} samples"
    return f"{told}; {row['verdict_differs_in']}" if row["verdict_differs_in"] else told


def _size(row: Mapping[str, Any]) -> str:
    sizes = [row[name] for name in ("n_level", "n_reference") if not np.isnan(row[name])]
    return " vs ".join(f"{size:g}" for size in sizes)


def _beside(row: Mapping[str, Any]) -> list[str]:
    """What belongs to a verdict: why, how far, among what, and what to beware of."""
    told = [row["why"]]
    for name, words in (
        ("percentile", "beyond {:.0f}% of the genes of like expression"),
        ("expression_percentile", "expressed above {:.0f}% of the genes"),
        ("variance_percentile", "varies more than {:.0f}% of the genes"),
    ):
        if not np.isnan(row[name]):
            told.append(words.format(row[name]))
    told.append(row["transfer"])
    told += in_words(row["warnings"])
    return [text for text in told if text]
