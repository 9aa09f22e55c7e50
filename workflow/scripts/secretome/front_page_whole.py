"""The whole front page: measured and published studies, the claims, and what the studies say together."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from secretome import wording
from secretome.claim_tables import claims_section
from secretome.front_page import StudyResults, across_studies, index_page, warnings_of, with_across
from secretome.published import page as published_page

NAMED = 2  # comparisons that are named at the head


@dataclass(frozen=True)
class Found:
    """What a run found.

    Attributes:
        studies: study key to its results, in the order of the page.
        published: key of a study of published measurements to contract ``PUBLISHED``.
        claims: contracts ``CLAIMS`` and ``CLAIM_STABILITY``; None where nothing was asked across studies.
        across: of :func:`secretome.front_page_across.digest`; empty where nothing was asked across studies.
        across_warnings: `code` and `message`.
        collections: collections.json: key to ``unavailable`` and more; empty where none was chosen beside the bundled.
    """

    studies: Mapping[str, StudyResults]
    published: Mapping[str, pd.DataFrame] = field(default_factory=dict)
    claims: tuple[pd.DataFrame, pd.DataFrame] | None = None
    across: Mapping[str, Any] = field(default_factory=dict)
    across_warnings: Sequence[Mapping[str, str]] = ()
    collections: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)


def whole_page(settings: Mapping[str, Any], found: Found) -> dict[str, Any]:
    """What the front page prints.

    Args:
        settings: `studies`, `published` (key to study file), `papers`, `config`, `panel`, `versions`.
        found: what the run found.
    """
    described = settings.get("published", {})
    own = published_page.with_published(index_page(settings, found.studies), described, found.published)
    page = with_across(own, across_studies(found.across_warnings))
    every = {**settings["studies"], **described}
    claims = claims_section(*found.claims, settings["papers"], every) if found.claims else {}
    return {
        **page,
        "claims": claims,
        "across": found.across,
        "no_collections": _no_collections(settings["panel"], found.collections),
        "asked": _asked(page, claims),
        "changes": _changes(page["rows"]),
    }


def every_warning(settings: Mapping[str, Any], found: Found) -> list[dict[str, str]]:
    """All warnings of a run for machines: `study`, `contrast`, `code`, `message`."""
    of_published = published_page.all_warnings(settings.get("published", {}))
    of_studies = warnings_of(settings["studies"], found.studies)
    return [*of_studies, *of_published, *across_studies(found.across_warnings)]


def _asked(page: Mapping[str, Any], claims: Mapping[str, Any]) -> str:
    """What the run was asked, in one sentence: of which studies, and whether which claims hold."""
    compared = wording.counted(len(page["rows"]), "comparison")
    parts = [f"which genes of secreted proteins change in {compared} of {page['studies']}"] if page["rows"] else []
    if page["published"]:
        printed = wording.counted(len(page["published"]), "study", "studies")
        parts.append(f"what {printed} of published measurements {'says' if len(page['published']) == 1 else 'say'}")
    if claims and claims["claims"]:
        parts.append(f"whether {wording.counted(claims['claims'], 'claim')} of the papers can be borne out")
    return f"{wording.capitalised(wording.listed(parts))}." if parts else "Nothing could be asked."


def _changes(rows: Sequence[Mapping[str, Any]]) -> str:
    """In how many comparisons secreted genes change, and in which most, in one sentence."""
    tested = [row for row in rows if not row["untested"]]
    if not tested:
        return ""
    moving = [row for row in tested if _number(row)]
    if not moving:
        return "No secreted gene changes in a tested comparison."
    first = sorted(moving, key=_number, reverse=True)[:NAMED]  # of as many the first on the page
    named = wording.listed([_counted(row) for row in first])
    of_all = f"{len(moving)} of {wording.counted(len(tested), 'tested comparison')}"
    return f"Secreted genes change in {of_all}: {'most with' if len(moving) > NAMED else 'with'} {named}."


def _number(row: Mapping[str, Any]) -> int:
    return int(row["found"]["secreted"]["up"] + row["found"]["secreted"]["down"])


def _counted(row: Mapping[str, Any]) -> str:
    secreted = row["found"]["secreted"]
    numbers = f"{wording.integer(secreted['up'])} up, {wording.integer(secreted['down'])} down"
    return f"{wording.readable(row['key'])}, {row['contrast']} ({numbers})"


def _no_collections(panel: Mapping[str, Any], collections: Mapping[str, Mapping[str, Any]]) -> list[dict[str, str]]:
    """The chosen collections of gene sets that could not be had, each with the reason."""
    labels = panel["labels"]
    return [
        {"label": labels.get(key, key), "reason": one["unavailable"]}
        for key, one in collections.items()
        if one["unavailable"]
    ]
