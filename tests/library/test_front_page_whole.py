"""The whole front page, on a made-up run."""

import made_up_study as made_up

from secretome.claims.check import CLAIMS
from secretome.claims.stability import CLAIM_STABILITY
from secretome.front_page import StudyResults
from secretome.front_page_whole import Found, every_warning, whole_page
from secretome.tables import empty_table

HAD = StudyResults((), 8, made_up.quality(), {made_up.CONTRAST: made_up.results(made_up.tables())})
STILL = StudyResults((), 8, made_up.quality(), {made_up.CONTRAST: made_up.results(made_up.tables(null=True))})
ACROSS = {"sentence": "They agree.", "others": [], "groups": 1, "lead": {}}


def settings(*keys):
    made = made_up.settings()
    return {**made, "papers": {}, "studies": dict.fromkeys(keys, made["study"])}


def page(found):
    return whole_page(settings(*found.studies), found)


def test_the_head_says_what_was_asked_and_what_was_found():
    found = page(Found({"had": HAD, "still": STILL}))
    assert found["asked"] == "Which genes of secreted proteins change in 2 comparisons of 2 studies."
    counts = found["rows"][0]["found"]["secreted"]
    assert counts["up"] > 0 < counts["down"]
    assert found["changes"] == (
        "Secreted genes change in 1 of 2 tested comparisons: with had, drug vs control "
        f"({counts['up']} up, {counts['down']} down)."
    )
    assert (found["claims"], found["across"], found["no_collections"]) == ({}, {}, [])


def test_of_many_comparisons_those_with_most_changes_are_named():
    small = StudyResults(
        (), 8, made_up.quality(), {made_up.CONTRAST: made_up.results(made_up.tables(genes=200, secreted=40))}
    )
    found = page(Found({"small": small, "one": HAD, "two": HAD}))["changes"]
    assert found.startswith("Secreted genes change in 3 of 3 tested comparisons: most with one, drug vs control (")
    assert found.count("drug vs control") == 2
    first = page(Found({"one": HAD}))["changes"].partition("(")[2].partition(")")[0]
    assert found.count(f"({first})") == 2


def test_a_run_in_which_nothing_changes_says_so():
    assert page(Found({"still": STILL}))["changes"] == "No secreted gene changes in a tested comparison."
    lost = StudyResults(("counts.tsv:7: no number.",), 0, {}, {})
    assert page(Found({"lost": lost}))["changes"] == ""
    assert page(Found({"lost": lost}))["asked"] == "Nothing could be asked."


def test_a_collection_that_could_not_be_had_is_named_with_its_reason():
    collections = {"hallmark": {"unavailable": "no answer. Try again."}, "progeny": {"unavailable": ""}}
    found = page(Found({"had": HAD}, collections=collections))
    assert found["no_collections"] == [{"label": "Hallmark gene sets", "reason": "no answer. Try again."}]


def test_claims_and_what_the_studies_say_together_go_with_the_warnings_across_them():
    tables = empty_table(CLAIMS), empty_table(CLAIM_STABILITY)
    shared = [{"code": "W12", "message": "a and b share samples."}]
    given = Found({"had": HAD}, claims=tables, across=ACROSS, across_warnings=shared)
    found = page(given)
    assert found["across"] == ACROSS
    assert found["claims"]["claims"] == 0
    assert "claim" not in found["asked"]
    assert found["warnings"][-1]["about"] == "Across studies"
    assert every_warning(settings("had"), given)[-1] == {"study": "synthesis", "contrast": "", **shared[0]}
