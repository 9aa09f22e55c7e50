"""The verdicts on all claims of a run, one row for each claim in each contrast: the door of this folder."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from secretome.claims import published, verdicts
from secretome.claims.controls import gated
from secretome.claims.verdicts import (
    CONTRADICTED,
    INCONCLUSIVE,
    MOVED,
    NOT_RETRIEVED,
    NOT_TESTABLE,
    verdict_of,
)
from secretome.claims.where import Place, places_of
from secretome.tables import FLAG, NUMBER, TEXT, Contract, table_of

NUMBERS = (
    "effect",
    "ci_low",
    "ci_high",
    "n_level",
    "n_reference",
    "percentile",
    "expression_percentile",
    "variance_percentile",
    "level_at_most",
)
# ASSUME words as alike as this are one word and its slip: braf_inhibitr is braf_inhibitor, alk_inhibitor is not.
LIKE_A_SLIP = 0.9
CLAIMS = Contract(
    "claims",
    {
        "paper": TEXT,
        "claim": TEXT,
        "study": TEXT,
        "contrast": TEXT,
        "setting": TEXT,
        "line": TEXT,
        "counted": FLAG,  # the first testable contrast of its line and setting; the others are shown
        "kind": TEXT,
        "feature": TEXT,
        "direction": TEXT,
        "smallest_effect": NUMBER,
        **dict.fromkeys(NUMBERS, NUMBER),
        "scope": TEXT,
        "transfer": TEXT,
        "seen": FLAG,
        "verdict": TEXT,
        "why": TEXT,
        "genes": TEXT,
        "warnings": TEXT,
    },
    key=("paper", "claim", "study", "contrast"),
    order=(),
)
RESISTANCE = "how the resistance of these cells was shown is not stated here"

Studies = Mapping[str, Mapping[str, Any]]


@dataclass(frozen=True)
class Results:
    """What the stages before wrote.

    Attributes:
        estimates: study and contrast → contract ``ESTIMATES``.
        published: study → contract ``PUBLISHED``.
        unavailable: study → why it could not be had.
        not_compared: study and contrast → why the contrast cannot be had.
        warnings: study and contrast → what has to be said of it, in short.
    """

    estimates: Mapping[tuple[str, str], pd.DataFrame] = field(default_factory=dict)
    published: Mapping[str, pd.DataFrame] = field(default_factory=dict)
    unavailable: Mapping[str, str] = field(default_factory=dict)
    not_compared: Mapping[tuple[str, str], str] = field(default_factory=dict)
    warnings: Mapping[tuple[str, str], Sequence[str]] = field(default_factory=dict)


def check_claims(papers: Mapping[str, Mapping[str, Any]], studies: Studies, results: Results) -> pd.DataFrame:
    """Give every claim a verdict in every contrast of the run that it is about.

    Args:
        papers: as :func:`secretome.claims.files.load_claims`.
        studies: the studies of the run, complete, those of published measurements too.
        results: what was estimated of them.

    Returns:
        The table ``CLAIMS``: papers and claims in their order, of each claim the contrasts in the order of the
        studies; a claim that is in no contrast of the run has one row without a study.
    """
    rows = [
        row
        for paper, whole in papers.items()
        for key, claim in whole["claims"].items()
        for row in _rows(paper, key, claim, studies, results)
    ]
    return table_of(_counted_once(gated(rows)), CLAIMS)


def in_words(feature: Mapping[str, Any]) -> str:
    """The feature of a claim as it is written in the table."""
    if "genes" in feature:
        words = {"all": "all of", "mean": "mean of", "any": "any of"}[feature["rule"]]
        return f"{words} {', '.join(feature['genes'])}"
    if "share_of" in feature:
        return f"share of the {feature['share_of']} genes that change by {feature['changed_by']:g} (log2)"
    if "table" in feature:
        return f"{feature['table']}: {feature['comparison']}"
    if "reported" in feature:
        return str(feature["reported"]["unit"])
    if "signal" in feature:
        return f"signal {feature['signal']}"
    return str(next(feature[name] for name in ("gene", "gene_set", "measurement") if name in feature))


def _rows(paper: str, key: str, claim: Mapping[str, Any], studies: Studies, results: Results) -> list[dict[str, Any]]:
    places = places_of(claim, studies)
    described = {
        "paper": paper,
        "claim": key,
        **{name: claim[name] for name in ("kind", "direction")},
        "smallest_effect": float(claim["smallest_effect"]),
        "feature": in_words(claim["feature"]),
    }
    if not places:
        scope, seen = claim["scope"], claim["seen"] is True
        places = [Place("", "", "", "", scope, "", seen, claim["untestable"] or _no_data(claim, studies))]
    return [{**described, **_of_place(paper, key, claim, place, results)} for place in places]


def _no_data(claim: Mapping[str, Any], studies: Studies) -> str:
    where = claim["where"]
    given = (contrast for study in studies.values() for contrast in study.get("contrasts", {}).values())
    meant = _meant(where["drug_class"], {contrast["drug_class"] for contrast in given})
    asked = [
        f"{name.replace('_', ' ')} {' or '.join(where[name])}" for name in ("drug_class", "setting") if where[name]
    ]
    asked += [" or ".join(where[name]) for name in ("studies", "contrasts") if where[name]]
    return f"no data: no contrast of this run is of {', '.join(asked)}{meant}" if asked else "no data"


def _meant(words: Sequence[str], known: Collection[str]) -> str:
    """The drug classes of the run that differ from an unknown one by a letter or so; any word can be a class."""
    import difflib  # only where nothing was found

    near = [difflib.get_close_matches(word, sorted(known), 1, LIKE_A_SLIP) for word in words if word not in known]
    found = list(dict.fromkeys(name for names in near for name in names))
    return f" (did you mean {' or '.join(found)}?)" if found else ""


def _of_place(paper: str, key: str, claim: Mapping[str, Any], place: Place, results: Results) -> dict[str, Any]:
    """What a row has of its contrast: the place, the numbers, the verdict before the controls are asked."""
    here = (place.study, place.contrast)
    warnings = [*results.warnings.get(here, ()), *([RESISTANCE] if place.setting == "resistant" else [])]
    row = {
        **{
            name: getattr(place, name) for name in ("study", "contrast", "setting", "line", "scope", "transfer", "seen")
        },
        **dict.fromkeys(NUMBERS, np.nan),
        "genes": "",
        "counted": False,
        "out_of_place": bool(place.problem),  # for the controls; no column
    }
    found = _found(paper, key, claim, place, results)
    told = [text for text in (found.pop("warnings", ""), *warnings) if text]
    return {**row, **found, "warnings": "; ".join(dict.fromkeys(told))}


def _found(paper: str, key: str, claim: Mapping[str, Any], place: Place, results: Results) -> dict[str, Any]:
    here = (place.study, place.contrast)
    if place.problem:
        return {"verdict": NOT_TESTABLE, "why": place.problem}
    if "reported" in claim["feature"]:
        return published.of_report(claim)
    if place.study in results.unavailable:
        return {"verdict": NOT_RETRIEVED, "why": results.unavailable[place.study]}
    if "table" in claim["feature"]:
        if place.study not in results.published:
            return {"verdict": NOT_RETRIEVED, "why": "its measurements were not compared"}
        return published.of_comparison(claim, results.published[place.study])
    if here in results.not_compared:
        return {"verdict": NOT_TESTABLE, "why": results.not_compared[here]}
    table = results.estimates.get(here)
    row = None if table is None else table[(table["paper"] == paper) & (table["claim"] == key)]
    if row is None or row.empty:
        return {"verdict": NOT_TESTABLE, "why": "it was not estimated here"}
    return _judged(claim, row.iloc[0])


def _judged(claim: Mapping[str, Any], row: pd.Series) -> dict[str, Any]:
    found = {name: float(row[name]) for name in NUMBERS} | {name: row[name] for name in ("genes", "warnings")}
    if row["problem"]:
        return {**found, "verdict": NOT_TESTABLE, "why": row["problem"]}
    # A share counts the genes of its direction: more is always what the claim says.
    direction = "up" if claim["kind"] == "share" else claim["direction"]
    _, low, high = verdicts.oriented(row["effect"], row["ci_low"], row["ci_high"], direction)
    verdict = verdict_of(low, high, claim["smallest_effect"], direction == "none")
    told = against_the_panel(verdict, direction, row["panel"])
    return {**found, "verdict": INCONCLUSIVE if told else verdict, "why": told}


def against_the_panel(verdict: str, direction: str, panel: str) -> str:
    """Why the interval of its first gene set does not decide on a signal; "" where it does.

    A signal moves where all the sets that decide on it agree, and more than genes of like expression do: so the panel
    says it on the page of the study, and a claim may not say otherwise.
    """
    if not panel or direction == "none":
        return ""
    opposite = {"up": "down", "down": "up"}[direction]
    wanted = direction if verdict in MOVED else opposite if verdict == CONTRADICTED else ""
    if not wanted or panel == wanted:
        return ""
    return f"the interval says {verdict.replace('_', ' ')}, the panel of the signal {panel.replace('_', ' ')}"


def _counted_once(rows: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """The rows with ``counted``: of each claim the first testable contrast of a line and a setting."""
    seen: set[tuple[str, ...]] = set()
    marked = []
    for row in rows:
        place = tuple(row[name] for name in ("paper", "claim", "line", "setting"))
        counts = row["verdict"] not in (NOT_TESTABLE, NOT_RETRIEVED) and place not in seen
        if counts:
            seen.add(place)
        marked.append({**row, "counted": counts})
    return marked
