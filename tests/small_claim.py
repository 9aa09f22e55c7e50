"""A claim as a file of claims has it."""

import copy
from typing import Any

from secretome.claims.files import complete

CLAIM: dict[str, Any] = {
    "says": "It falls.",
    "kind": "effect",
    "feature": {"gene": "FOSL1"},
    "direction": "down",
    "smallest_effect": 1.0,
    "reason": "two-fold",
    "where": {"drug_class": "braf_inhibitor", "setting": "acute"},
    "seen": False,
}


def paper(name: str = "one", **given: Any) -> dict[str, Any]:
    """A paper with one claim of this name, with the defaults; ``given``: the keys that differ from ``CLAIM``."""
    claims = {name: {**copy.deepcopy(CLAIM), **given}}
    return complete({"paper": {"doi": "10.1/x", "citation": "x"}, "claims": claims})
