"""The page of published measurements and its part of the front page."""

import math
import re
from html import unescape

import pandas as pd
import pytest

from secretome import pages
from secretome.published import page
from secretome.published.comparisons import compare_published
from secretome.published.measurements import Measurement


def spec(kind, group, reference):
    return {"label": f"{kind} of {group}", "kind": kind, "group": group, "reference": reference}


def study(**changes):
    words = {"title": "Growth", "measured": "growth", "reason": "because", "source": "figure 2", "caution": ""}
    growth = {
        **words,
        "unit": "percent",
        "scale": "points",
        "smallest_effect": 15,
        "vehicle": "vehicle",
        "comparisons": {
            "drug": spec("drug", "drug", "vehicle"),
            "rescue": spec("rescue", "both", "drug"),
            "weak": spec("rescue", "weak", "drug"),
        },
    }
    blot = {
        **words,
        "title": "Blot",
        "caution": "Copied.",
        "unit": "fold",
        "scale": "log2",
        "smallest_effect": 1,
        "vehicle": "",
        "comparisons": {"x": spec("other", "a", "b")},
    }
    return {
        "title": "A factor against a drug",
        "organism": "Homo sapiens",
        "model": "in made-up cells",
        "technology": "published",
        "measurements": "data/made_up/measurements.tsv",
        "tables": {"growth": growth, "blot": blot},
        "attribution": "Numbers of Somebody 2012.",
        "licence": "CC BY 4.0",
        "citation": {"doi": "10.1038/nature11183", "report": ""},
        "caution": "One line of cells.",
        "notes": "A note.",
        **changes,
    }


def measurements():
    def row(table, group, mean, sem, n, unit):
        return Measurement(table, group, mean, "", sem, n, unit, "f:2")

    return [
        row("growth", "vehicle", 100.0, math.nan, 0, "percent"),
        row("growth", "drug", 30.0, 3.0, 3, "percent"),
        row("growth", "both", 85.0, 4.0, 3, "percent"),
        row("growth", "weak", 35.0, 9.0, 3, "percent"),
        row("blot", "a", 0.0, math.nan, 1, "fold"),
        row("blot", "b", 2.0, math.nan, 1, "fold"),
    ]


@pytest.fixture
def comparisons():
    return compare_published(study()["tables"], measurements())


def text_of(html):
    html = re.sub(r"<(script|style|svg)\b.*?</\1>", " ", html, flags=re.DOTALL)
    return unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html)))


def rendered(comparisons, **changes):
    settings = {"study": study(**changes), "versions": {"numpy": "2.0"}}
    content = page.study_page("made_up", settings, measurements(), comparisons, [("measurements.tsv", "a" * 64)])
    return pages.render("published.html.j2", content)


def test_the_page_has_the_numbers_the_source_and_the_cautions(comparisons):
    html = rendered(comparisons)
    text = text_of(html)
    for said in (
        "Numbers of Somebody 2012. Licence: CC BY 4.0",
        "One line of cells.",
        "Blot: Copied.",
        "+55.0",
        "0.79",
        "larger, up",
        "a single measurement (n = 1)",
        "set by the authors",
        "figure 2",
        "a" * 64,
    ):
        assert said in text, said
    assert html.count("<svg") == 2
    assert 'href="https://doi.org/10.1038/nature11183"' in html


def test_the_same_tables_give_the_same_bytes(comparisons):
    assert rendered(comparisons) == rendered(comparisons)


def test_text_of_the_study_file_is_never_markup(comparisons):
    attack = "<script>alert(1)</script>"
    html = rendered(comparisons, title=attack, attribution=attack, notes=attack, caution=attack, licence=attack)
    assert attack not in html
    odd = study(citation={"doi": "10.1/x", "report": '10.1038/"onclick="x'})
    content = page.study_page("x", {"study": odd, "versions": {}}, measurements(), comparisons, [])
    assert [part["link"] for part in content["study"]["citation"]] == ["", ""]


def test_the_answer_counts_the_readings(comparisons):
    said = page.answer(study(), comparisons)
    assert said == (
        "In made-up cells, 2 of 4 published comparisons are larger than the smallest effect that matters"
        " (2 by Welch's test too); 1 inconclusive and 1 not testable."
    )
    assert page.rescues(study(), comparisons) == "Rescues that are larger by both tests: rescue of both +55.0 points."


def test_a_study_without_any_test_says_so(comparisons):
    untested = comparisons[comparisons["table"] == "blot"]
    assert "none of 1 published comparison can be tested" in page.answer(study(), untested)
    assert page.rescues(study(), untested) == ""


def test_a_limit_an_unbounded_index_and_another_reading_by_welch_are_shown(comparisons):
    row = comparisons[comparisons["comparison"] == "rescue"].iloc[0].to_dict()
    row |= {"limit": ">", "rescue_index_low": math.nan, "welch_reading": "inconclusive", "why": "by Welch's test x; y"}
    odd = pd.DataFrame([row])
    content = page.study_page("x", {"study": study(), "versions": {}}, measurements(), odd, [])
    [shown] = content["tables"][0]["rows"]
    assert shown["effect"] == "> +55.0"
    assert shown["index_interval"] == "unbounded"
    assert shown["welch_reading"] == "inconclusive"
    assert shown["why"] == "y"


def test_the_front_page_lists_the_study_and_its_warnings(comparisons):
    front = {"warnings": [{"code": "W", "message": "m", "about": "other"}], "rows": []}
    found = page.with_published(front, {"made_up": study()}, {"made_up": comparisons})
    [row] = found["published"]
    assert (row["key"], row["tables"], row["comparisons"], row["both"]) == ("made_up", 2, 4, 2)
    assert sum(count for _, _, count in row["readings"]) == 4
    about = [warning["about"] for warning in found["warnings"]]
    assert about == ["other", "A factor against a drug", "A factor against a drug, Blot"]
    assert [(w["study"], w["contrast"], w["code"]) for w in page.all_warnings({"made_up": study()})] == [
        ("made_up", "", "study"),
        ("made_up", "blot", "study"),
    ]
