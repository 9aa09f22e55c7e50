"""The claims on the front page."""

import numpy as np
import pandas as pd
import pytest

from secretome.claim_tables import MOST_PLACES, claims_section
from secretome.claims.check import CLAIMS
from secretome.claims.stability import CLAIM_STABILITY
from secretome.tables import NUMBER, empty_table

PAPERS = {
    "paper2015": {
        "paper": {"doi": "10.1/x", "citation": "Somebody et al., 2015"},
        "claims": {
            key: {"says": f"{key} it is.", "figure": "", "reason": "two-fold", "caution": "", "scope": scope}
            for key, scope in {"falls": "claim", "acts": "control", "unheard": "claim"}.items()
        },
    }
}
STUDIES = {
    "cells": {
        "title": "A drug in cells",
        "contrasts": {"drug": {"variable": "treatment", "level": "drug", "reference": "none"}},
    },
    "means": {"title": "Printed means", "tables": {}},
}


def row(claim, study="cells", contrast="drug", **given):
    numbers = {name: np.nan for name, kind in CLAIMS.columns.items() if kind == NUMBER}
    words = {name: "" for name, kind in CLAIMS.columns.items() if kind != NUMBER}
    told = {
        "paper": "paper2015",
        "claim": claim,
        "study": study,
        "contrast": contrast,
        "kind": "effect",
        "direction": "down",
        "smallest_effect": 1.0,
        "feature": "FOSL1",
        "verdict": "not_testable",
        "counted": False,
        "seen": False,
    }
    return {**numbers, **words, **told, **given}


def stable(**given):
    words = dict.fromkeys(CLAIM_STABILITY.columns, "")
    told = {"paper": "paper2015", "claim": "falls", "study": "cells", "contrast": "drug", "samples_left_out": 6}
    return {**words, **told, **given}


def section(*rows, stability=()):
    table = pd.concat([empty_table(CLAIMS), pd.DataFrame(list(rows))], ignore_index=True)
    again = pd.DataFrame(list(stability), columns=list(CLAIM_STABILITY.columns))
    return claims_section(table[list(CLAIMS.columns)], again, PAPERS, STUDIES)


TESTED = {
    "verdict": "supported",
    "effect": -1.88,
    "ci_low": -2.1,
    "ci_high": -1.6,
    "n_level": 3.0,
    "n_reference": 3.0,
    "percentile": 99.2,
    "counted": True,
    "seen": True,
    "warnings": "W01",
}


def test_a_tested_claim_has_its_place_its_verdict_and_what_belongs_to_it():
    found = section(row("falls", **TESTED), row("unheard", "", "", why="no data"))
    (paper,) = found["papers"]
    (claim,) = paper["claims"]
    assert (paper["citation"], claim["says"], claim["smallest"]) == (
        "Somebody et al., 2015",
        "falls it is.",
        "at least −1",
    )
    (place,) = claim["places"]
    assert (place["title"], place["contrast"], place["size"]) == ("A drug in cells", "drug vs none", "3 vs 3")
    assert (place["words"], place["effect"], place["interval"]) == ("supported", "−1.88", "−2.10 to −1.60")
    assert place["beside"] == ["beyond 99% of the genes of like expression", "the variance rests on very little (W01)"]
    assert (place["seen"], place["again"]) == (True, False)


def test_every_verdict_is_counted_and_a_claim_about_no_contrast_stands_apart():
    found = section(row("falls", **TESTED), row("acts", why="n = 1"), row("unheard", "", "", why="no data"))
    assert found["counts"] == [("supported", "supported", 1), ("not_testable", "not testable", 2)]
    assert [claim["says"] for claim in found["papers"][0]["claims"]] == ["falls it is.", "acts it is."]
    assert [claim["control"] for claim in found["papers"][0]["claims"]] == [False, True]
    assert [(claim["says"], claim["places"][0]["beside"]) for claim in found["without"]] == [
        ("unheard it is.", ["no data"])
    ]


def test_what_could_be_decided_is_counted_and_of_it_what_was_known_and_what_repeats_a_line():
    new = {**TESTED, "seen": False, "counted": False}
    found = section(row("falls", **TESTED), row("falls", **new), row("acts", why="n = 1", seen=True))
    assert (found["decided"], found["seen"], found["again"]) == (2, 1, 1)


def test_of_very_many_contrasts_every_verdict_is_shown_and_the_others_are_counted(monkeypatch):
    """Of 30 contrasts one contradicts the claim, the last: it stands on the page."""
    model = STUDIES["cells"]["contrasts"]["drug"]
    names = [f"drug{place}" for place in range(30)]
    rows = [row("falls", **{**TESTED, "contrast": name}) for name in names]
    rows[-1]["verdict"] = "contradicted"
    table = pd.concat([empty_table(CLAIMS), pd.DataFrame(rows)], ignore_index=True)[list(CLAIMS.columns)]
    studies = {**STUDIES, "cells": {**STUDIES["cells"], "contrasts": dict.fromkeys(names, model)}}
    found = claims_section(table, empty_table(CLAIM_STABILITY), PAPERS, studies)
    (claim,) = found["papers"][0]["claims"]
    assert [place["verdict"] for place in claim["places"]] == ["supported"] * (MOST_PLACES - 1) + ["contradicted"]
    assert claim["further"] == "18 more (18 supported) are in results/synthesis/claims.tsv."
    assert found["counts"] == [("supported", "supported", 29), ("contradicted", "contradicted", 1)]
    assert (found["claims"], found["seen"]) == (1, 30)
    monkeypatch.setattr("secretome.claim_tables.MANY_VERDICTS", 29)
    (claim,) = claims_section(table, empty_table(CLAIM_STABILITY), PAPERS, studies)["papers"][0]["claims"]
    assert [place["verdict"] for place in claim["places"]] == ["supported"] * 3 + ["contradicted"]


def test_a_share_is_in_percent():
    share = {"kind": "share", "direction": "up", "effect": 0.0494, "ci_low": 0.0244, "ci_high": 0.0751}
    (place,) = section(row("falls", **{**TESTED, **share}))["papers"][0]["claims"][0]["places"]
    assert (place["effect"], place["interval"]) == ("4.9%", "2.4% to 7.5%")


def test_a_claim_that_a_control_closed_keeps_its_numbers_and_is_no_repetition_of_its_line():
    closed = {**TESTED, "verdict": "not_testable", "counted": False, "why": "drug effect not seen"}
    (place,) = section(row("falls", **closed))["papers"][0]["claims"][0]["places"]
    assert (place["effect"], place["decided"], place["again"]) == ("−1.88", False, False)


def test_the_same_line_again_is_marked():
    found = section(row("falls", **TESTED), row("falls", **{**TESTED, "contrast": "later", "counted": False}))
    assert [place["again"] for place in found["papers"][0]["claims"][0]["places"]] == [False, True]


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"direction": "up", "smallest_effect": 0.5}, "at least +0.5"),
        ({"direction": "none"}, "within ±1"),
        ({"direction": "either", "kind": "share", "smallest_effect": 0.1}, "at least 10%"),
    ],
)
def test_the_smallest_effect_has_the_direction_of_the_claim(given, words):
    assert section(row("falls", **{**TESTED, **given}))["papers"][0]["claims"][0]["smallest"] == words


def test_a_printed_comparison_is_named_without_its_table():
    printed = {**TESTED, "kind": "published", "feature": "met_medium: ll86_rescue"}
    (claim,) = section(row("falls", "means", "met_medium.ll86_rescue", **printed))["papers"][0]["claims"]
    assert claim["feature"] == "met medium: ll86 rescue"
    assert claim["places"][0]["contrast"] == "ll86 rescue"


def test_a_verdict_says_so_where_not_every_sample_was_left_out():
    told = stable(variants=54, same=54, samples_left_out=50)
    found = section(row("falls", **{**TESTED, "n_level": 200.0, "n_reference": 200.0}), stability=[told])
    words = "the same in 54 of 54 variants, of which 50 leave out one of the 400 samples"
    assert found["papers"][0]["claims"][0]["places"][0]["stability"] == words


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"variants": 12, "same": 12}, "the same in 12 of 12 variants"),
        (
            {"variants": 12, "same": 11, "verdict_differs_in": "inconclusive without s3 (precision lost)"},
            "the same in 11 of 12 variants; inconclusive without s3 (precision lost)",
        ),
        (
            {"variants": 5, "same": 5, "samples_left_out": 0},
            "the same in 5 of 5 variants, none of which leaves out a sample",
        ),
        ({"variants": 0, "same": 0, "samples_left_out": 0}, "not varied"),
        ({"variants": 30, "same": 30, "samples_left_out": 26}, "the same in 30 of 30 variants"),
    ],
)
def test_a_verdict_says_in_how_many_variants_it_is_the_same(given, words):
    found = section(row("falls", **TESTED), row("acts", why="n = 1"), stability=[stable(**given)])
    places = [claim["places"][0]["stability"] for claim in found["papers"][0]["claims"]]
    assert places == [words, ""]
