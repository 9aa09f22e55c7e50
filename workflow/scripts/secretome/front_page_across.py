"""What the front page takes from the page across studies: a sentence, and the figures of the most telling group."""

from collections.abc import Mapping, Sequence
from typing import Any

FIRST_FORESTS = 3  # on the front page; the page across studies has more


def digest(page: Mapping[str, Any]) -> dict[str, Any]:
    """What the front page prints of the studies together, as JSON can hold it.

    Args:
        page: of :func:`secretome.synthesis_tables.synthesis_page`.

    Returns:
        ``sentence`` (what the studies say together, or why they say nothing), ``others`` (of further groups, a sentence
        each), ``groups`` (how many were looked at) and ``lead``: of the most telling group ``name``, ``title``,
        ``pooled``, ``sentence``, ``null``, ``spread``, ``heat`` and ``forests``; empty where no group has two studies.
    """
    sections = page["sections"]
    if not sections:
        return {"sentence": page["null"], "others": [], "groups": len(page["overview"]), "lead": {}}
    lead = most_telling(sections)
    told = ("name", "title", "pooled", "sentence", "null", "spread", "heat")
    return {
        "sentence": lead["short"],
        "others": [_told(one) for one in sections if one["name"] != lead["name"]],
        "groups": len(page["overview"]),
        "lead": {**{name: lead[name] for name in told}, "forests": lead["forests"][:FIRST_FORESTS]},
    }


def _told(section: Mapping[str, Any]) -> str:
    """A group in a sentence; of a pool that found nothing why it did not."""
    return " ".join(filter(None, [section["short"], section["spread"] if section["null"] else ""]))


def most_telling(sections: Sequence[Mapping[str, Any]]) -> Mapping[str, Any]:
    """The group whose figures stand on the front page.

    One with genes that move before one without, one kind of drug before all of them, a pool before two studies side by
    side, one with figures before one without; then the first.
    """
    return min(sections, key=lambda one: (not one["heat"], bool(one["null"]), one["all"], not one["pooled"]))
