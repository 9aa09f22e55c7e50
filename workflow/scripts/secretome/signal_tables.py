"""The signals of a page: a verdict each, the two questions behind it, and what each gene set says."""

from collections.abc import Mapping, Sequence
from typing import Any

from secretome import wording
from secretome.interval_marks import effect_of, scale_of
from secretome.summaries import ContrastTables
from secretome.tables import LEAD_METHOD, RELATIVE_METHOD

ENDS = ["ci_low", "ci_high", "relative_ci_low", "relative_ci_high"]

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
    scale = scale_of(tables.signals[ENDS].to_numpy().ravel().tolist())
    answers = tables.pathway_notes["answers"]
    return [
        {
            **effect_of(row, scale),
            "relative": effect_of(row, scale, "relative_"),
            "label": row["label"],
            "shown": row["shown"],
            "verdict": row["verdict"],
            "verdict_words": wording.VERDICTS[row["verdict"]],
            "speakers": [_speaker(answer, panel, tests) for answer in answers.get(row["signal"], [])],
            "note": row["note"],
        }
        for row in rows
    ]


def name_of(collection: str, gene_set: str, panel: Panel) -> str:
    """A gene set in words, with its collection: ``Hallmark TNFA signaling via NFKB``."""
    return f"{panel['labels'][collection].split()[0]} {wording.readable(gene_set)}"


def _speaker(answer: Mapping[str, Any], panel: Panel, tests: Tests) -> dict[str, Any]:
    collection, gene_set = answer["collection"], answer["gene_set"]
    methods = tests.get((collection, gene_set), {})
    return {
        "name": name_of(collection, gene_set, panel),
        "says": answer["says"],
        "beside": not answer["decides"],
        "numbers": "; ".join(_numbers(methods)),
    }


def _numbers(methods: Mapping[str, Any]) -> list[str]:
    said = []
    if LEAD_METHOD in methods:
        lead = methods[LEAD_METHOD]
        said.append(f"{wording.signed(lead['effect'])}, p {wording.p_value(lead['p_value'])}")
    if RELATIVE_METHOD in methods:
        relative = methods[RELATIVE_METHOD]
        said.append(
            f"against other genes {wording.signed(relative['effect'])}, p {wording.p_value(relative['p_value'])}"
        )
    if "score" in methods:
        score = methods["score"]
        said.append(f"score {wording.signed(score['effect'])}, p {wording.p_value(score['p_value'])}")
    return said
