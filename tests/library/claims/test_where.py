"""Where a claim is tested: chosen by drug and setting, refused by what it needs, lines counted once."""

import pytest

from secretome.claims.where import asked_of, line_of, places_of


def told(claim, studies):
    return {f"{place.study}/{place.contrast}": place.problem for place in places_of(claim, studies)}


def test_contrasts_are_chosen_by_drug_class_and_setting(claim, study):
    contrasts = {
        "day": ("braf_inhibitor", "acute"),
        "week": ("braf_inhibitor", "adaptive"),
        "dht": ("androgen", "acute"),
    }
    studies = {"a": study(contrasts), "b": study({"nutlin": ("mdm2_inhibitor", "acute")})}
    assert told(claim(), studies) == {"a/day": ""}
    both = claim(where={"drug_class": ["braf_inhibitor", "mdm2_inhibitor"], "setting": ["acute", "adaptive"]})
    assert list(told(both, studies)) == ["a/day", "a/week", "b/nutlin"]
    assert list(told(claim(where={"studies": ["a"]}), studies)) == ["a/day", "a/week", "a/dht"]
    assert list(told(claim(where={"contrasts": ["a/week", "gone/x"]}), studies)) == ["a/week"]
    # A claim that says nowhere is not tested everywhere.
    assert told(claim(where={}), studies) == {}
    assert told(claim(untestable="no data"), studies) == {}


@pytest.mark.parametrize(
    ("where", "given", "words"),
    [
        ({"compartment": "medium"}, {}, "the medium would have to be measured"),
        ({}, {"compartment": "medium"}, "the cells would have to be measured"),
        ({"compartment": "medium", "measures": "protein"}, {}, "this study measures transcripts"),
        ({"compartment": "medium", "measures": "protein"}, {"technology": "proteomics"}, "the protein of the cells"),
        ({"compartment": "medium", "measures": "protein"}, {"technology": "panel", "compartment": "medium"}, ""),
        ({"model": ["xenograft"]}, {}, "it needs another model (xenograft) than A375 melanoma cells"),
        ({"model": ["xenograft", "Melanoma"]}, {}, ""),
    ],
)
def test_what_a_claim_needs_is_told_where_it_is_missing(claim, study, where, given, words):
    [problem] = told(claim(where={"drug_class": "braf_inhibitor", **where}), {"a": study(**given)}).values()
    assert words in problem
    assert bool(words) == bool(problem)


def test_a_slope_is_no_difference_of_groups(claim, study):
    slope = study()
    slope["contrasts"]["drug"]["continuous"] = "dose"
    assert "slope" in told(claim(), {"a": slope})["a/drug"]


def test_scope_and_what_was_seen_are_those_of_the_study(claim, study):
    one = claim(transfer={"b": "a high dose"}, seen=["a"])
    first, second = places_of(one, {"a": study(), "b": study()})
    assert (first.scope, first.transfer, first.seen) == ("claim", "", True)
    assert (second.scope, second.transfer, second.seen) == ("transfer", "a high dose", False)
    control = places_of(claim(transfer={"a": "x"}, scope="control", seen=True), {"a": study()})
    assert (control[0].scope, control[0].seen) == ("control", True)


def test_studies_that_use_the_same_words_are_of_one_line(claim, study):
    studies = {"a": study(), "b": study(model="A375 melanoma  cells (10 µM)"), "c": study(model="A2058 melanoma cells")}
    lines = [place.line for place in places_of(claim(), studies)]
    assert lines == ["a375 melanoma cells", "a375 melanoma cells", "a2058 melanoma cells"]
    assert line_of("BT474 breast cancer cells (HER2 amplified, PIK3CA mutant)") == line_of("BT474 breast cancer cells")


def test_published_claims_are_in_the_comparison_of_their_study(claim):
    one = claim(kind="published", feature={"table": "t", "comparison": "c"}, where={"studies": ["printed"]})
    printed = {"technology": "published", "model": "SK-MEL-5 melanoma cells", "tables": {}}
    [place] = places_of(one, {"printed": printed})
    assert (place.study, place.contrast, place.setting, place.problem) == ("printed", "t.c", "", "")
    assert places_of(one, {}) == []
    # Others are never tested in published measurements.
    assert places_of(claim(where={"studies": ["printed"]}), {"printed": printed}) == []


def test_what_a_paper_reports_is_in_no_study(claim):
    reported = {"effect": 0.6, "ci_low": -0.1, "ci_high": 1.4, "n": 34, "unit": "d"}
    [place] = places_of(claim(kind="published", feature={"reported": reported}, where={}, seen=True), {})
    assert (place.study, place.contrast, place.line, place.seen) == ("", "", "", True)


def test_each_contrast_is_asked_for_what_can_be_tested_there(claim, study):
    xenograft = claim(feature={"signal": "akt"}, where={"drug_class": "braf_inhibitor", "model": ["xenograft"]})
    papers = {"p": {"claims": {"falls": claim(), "tumour": xenograft}}, "q": {"claims": {"again": claim()}}}
    asked = asked_of(papers, {"a": study(), "b": study(model="A375R xenograft")})
    assert {place: [one["claim"] for one in claims] for place, claims in asked.items()} == {
        ("a", "drug"): ["falls", "again"],
        ("b", "drug"): ["falls", "tumour", "again"],
    }
    falls = {"paper": "p", "claim": "falls", "feature": {"gene": "FOSL1"}, "direction": "down"}
    assert asked["a", "drug"][0] == falls
