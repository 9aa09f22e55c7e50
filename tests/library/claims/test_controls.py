"""Controls open and close the claims of their contrast."""

import pytest

from secretome.claims.controls import gated


def row(claim, verdict, scope="claim", study="s", contrast="c", kind="effect"):
    found = {"paper": "p", "claim": claim, "study": study, "contrast": contrast}
    return {**found, "kind": kind, "scope": scope, "verdict": verdict, "why": "", "out_of_place": False}


@pytest.mark.parametrize("verdict", ["supported", "direction_only", "smaller_than_claimed"])
def test_a_control_that_moved_leaves_the_claims_alone(verdict):
    rows = [row("erk", verdict, "control"), row("a", "contradicted"), row("b", "supported", "transfer")]
    assert gated(rows) == rows


@pytest.mark.parametrize("verdict", ["contradicted", "inconclusive", "no_effect_of_that_size", "not_testable"])
def test_without_a_drug_effect_no_claim_is_contradicted_nor_supported(verdict):
    rows = [row("a", "contradicted"), row("b", "supported"), row("erk", verdict, "control"), row("d", "not_testable")]
    closed = gated(rows)
    assert [one["verdict"] for one in closed] == ["not_testable", "not_testable", verdict, "not_testable"]
    assert closed[0]["why"] == f"drug effect not seen; erk (p): {verdict.replace('_', ' ')}"
    assert closed[3]["why"] == ""  # it has a reason of its own


def test_one_control_that_moved_is_enough_and_those_elsewhere_do_not_count():
    rows = [row("a", "contradicted"), row("erk", "inconclusive", "control"), row("foxo", "supported", "control")]
    assert gated(rows)[0]["verdict"] == "contradicted"
    elsewhere = [row("a", "contradicted"), row("erk", "contradicted", "control", contrast="other")]
    assert gated(elsewhere) == elsewhere
    # What shows that nothing happens elsewhere in the cell shows nothing of the drug.
    negative = [row("a", "contradicted"), row("ifng", "inconclusive", "control", kind="equivalence")]
    assert gated(negative) == negative
    # Transcripts of the cells cannot show the drug in a study of the medium, and close nothing there.
    absent = [row("a", "contradicted"), {**row("erk", "not_testable", "control"), "out_of_place": True}]
    assert gated(absent) == absent


def test_claims_of_every_paper_are_closed_and_what_is_in_no_study_is_not():
    rows = [row("erk", "inconclusive", "control"), {**row("a", "supported"), "paper": "q"}]
    assert gated(rows)[1]["verdict"] == "not_testable"
    reported = [
        row("x", "inconclusive", "control", study="", contrast=""),
        row("y", "supported", study="", contrast=""),
    ]
    assert gated(reported) == reported
