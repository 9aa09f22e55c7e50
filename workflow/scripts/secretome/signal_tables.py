"""The signals of a page: a verdict each, and of each gene set what two questions say of it."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from secretome import wording
from secretome.interval_marks import effect_of, scale_of
from secretome.summaries import ContrastTables
from secretome.tables import LEAD_METHOD, RELATIVE_METHOD

DRAWN = (LEAD_METHOD, RELATIVE_METHOD)
UNTESTED: Mapping[str, Any] = {"effect": np.nan, "ci_low": np.nan, "ci_high": np.nan, "p_value": np.nan}

Panel = Mapping[str, Any]
Tests = Mapping[tuple[str, str], Mapping[str, Any]]  # collection and gene set → method → row


def signals_of(
    tables: ContrastTables, rows: Sequence[Mapping[str, Any]], panel: Panel, tests: Tests
) -> list[dict[str, Any]]:
    """What the table of signals prints, one entry a signal.

    Args:
        tables: of the contrast.
        rows: see `summaries.signal_rows`.
        panel: the signature file.
        tests: the rows of pathways.tsv.
    """
    answers = tables.pathway_notes["answers"]
    drawn = {(one["collection"], one["gene_set"]) for said in answers.values() for one in said}
    shown = [tests[name][method] for name in sorted(drawn & set(tests)) for method in DRAWN if method in tests[name]]
    scale = scale_of([test[end] for test in shown for end in ("ci_low", "ci_high")])
    return [
        {
            "label": row["label"],
            "shown": row["shown"],
            "verdict": row["verdict"],
            "verdict_words": wording.VERDICTS[row["verdict"]],
            "speakers": [_speaker(answer, panel, tests, scale) for answer in answers.get(row["signal"], [])],
            "remarks": tables.pathway_notes["remarks"].get(row["signal"], []),
        }
        for row in rows
    ]


def name_of(collection: str, gene_set: str, panel: Panel) -> str:
    """A gene set in words, with its collection: ``Hallmark TNFA signaling via NFKB``."""
    return f"{panel['labels'][collection].split()[0]} {wording.readable(gene_set)}"


def _speaker(answer: Mapping[str, Any], panel: Panel, tests: Tests, scale: float) -> dict[str, Any]:
    collection, gene_set = answer["collection"], answer["gene_set"]
    methods = tests.get((collection, gene_set), {})
    return {
        "name": name_of(collection, gene_set, panel),
        "says": answer["says"],
        "beside": not answer["decides"],
        "falls": answer["direction"] == "down",
        "tests": [effect_of(methods.get(method, UNTESTED), scale) for method in DRAWN],
        "score": effect_of(methods.get("score", UNTESTED), scale),
    }
