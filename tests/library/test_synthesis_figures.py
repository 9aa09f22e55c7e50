"""The figures across studies: which studies they show, and the same numbers as a table."""

import numpy as np
import pandas as pd
import pytest

from secretome.synthesis_figures import MOST_OTHERS, MOST_OWN, MOST_STUDIES, forest, heat_map, of_each_study, unit_name

POOLED = pd.Series(
    {
        "k": 3,
        "method": "moderated",
        "effect": 1.4,
        "ci_low": 0.8,
        "ci_high": 2.0,
        "single_effect": 1.5,
        "single_ci_low": np.nan,
        "single_ci_high": np.nan,
        "prediction_low": np.nan,
        "prediction_high": np.nan,
    },
    name="FOSL1",
)


def units(number):
    """The later a study the narrower its interval; the last was not measured."""
    rows = [
        {"unit": f"s{place:03d}", "gene": "FOSL1", "state": "tested", "effect": 1.0, "standard_error": 1 / (place + 1)}
        for place in range(number)
    ]
    table = pd.DataFrame([*rows, {"unit": "zzz", "gene": "FOSL1", "state": "not_measured"}])
    return table.assign(ci_low=table["effect"] - 1, ci_high=table["effect"] + 1)


def test_the_numbers_of_a_forest_plot_are_a_table_too():
    found = forest("group", "BRAF inhibitor", POOLED, units(2))
    assert found["rows"] == [
        ("s000", "+1.00", "0.00 to +2.00"),
        ("s001", "+1.00", "0.00 to +2.00"),
        ("zzz", "–", "not measured"),
        ("pool, all genes", "+1.40", "+0.80 to +2.00"),
    ]
    assert "FOSL1" in found["label"]
    assert "BRAF inhibitor" in found["label"]
    assert found["left_out"] == ""
    assert found["figure"].startswith("<svg")


def test_of_very_many_studies_those_with_narrow_intervals_are_drawn_and_the_page_says_so():
    found = forest("group", "BRAF inhibitor", POOLED, units(200))
    names = [name for name, _, _ in found["rows"]][:-1]
    assert names == [f"s{place:03d}" for place in range(200 - MOST_STUDIES, 200)]
    assert found["left_out"] == f"Of 201 studies the {MOST_STUDIES} with the narrowest intervals are drawn."


def test_every_study_has_one_contrast_before_any_has_two_and_the_order_stays():
    contrasts = [("a", "x"), ("a", "y"), ("a", "z"), ("b", "x"), ("c", "x"), ("c", "y")]
    assert of_each_study(contrasts, 3) == [("a", "x"), ("b", "x"), ("c", "x")]
    assert of_each_study(contrasts, 4) == [("a", "x"), ("a", "y"), ("b", "x"), ("c", "x")]
    assert of_each_study(contrasts, 99) == contrasts
    assert of_each_study([], 3) == []


def collection(studies, contrasts=3):
    """Studies of one gene that rises and one that is too low in all; contrast x belongs to the group."""
    model = {"variable": "treatment", "level": "drug", "reference": "none"}
    keys = [f"s{place:03d}" for place in range(studies)]
    names = "xyz"[:contrasts]
    files = {key: {"compartment": "cells", "contrasts": dict.fromkeys(names, model)} for key in keys}
    table = pd.DataFrame(
        {"gene": ["LOW", "UP"], "log2_fold_change": [np.nan, 2.0], "reason": ["low_expression", ""]},
    )
    differential = {(key, name): table for key in keys for name in names}
    group = {"name": "g", "title": "G", "compartment": "cells", "contrasts": [(key, "x") for key in keys]}
    return group, files, differential


CHOSEN = pd.DataFrame({"effect": [2.0, np.nan, np.nan]}, index=["UP", "LOW", "GONE"])


def test_a_heat_map_has_its_numbers_as_a_table():
    group, files, differential = collection(2, contrasts=2)
    found = heat_map(group, CHOSEN, files, differential)
    assert found["genes"] == ["UP", "LOW", "GONE"]
    assert [(label, own) for label, own, _ in found["rows"]] == [
        ("s000: drug vs none", True),
        ("s001: drug vs none", True),
        ("s000: drug vs none", False),
        ("s001: drug vs none", False),
    ]
    assert all(values == ["+2.0", "·", "×"] for _, _, values in found["rows"])
    assert "3 genes in 2 comparisons of the group and 2 of others" in found["label"]
    assert found["left_out"] == ""


def test_a_heat_map_of_very_many_studies_stays_small_and_says_what_it_leaves_out():
    found = heat_map(collection(1)[0] | {"contrasts": collection(200)[0]["contrasts"]}, CHOSEN, *collection(200)[1:])
    assert sum(own for _, own, _ in found["rows"]) == MOST_OWN
    assert sum(not own for _, own, _ in found["rows"]) == MOST_OTHERS
    assert found["left_out"] == (
        f"{200 - MOST_OWN} comparisons of the group and {400 - MOST_OTHERS} comparisons of other groups are not drawn: "
        "of every study one was taken before any had two."
    )


def test_one_comparison_that_is_not_drawn_is_one():
    found = heat_map(*_with_one_more())
    assert found["left_out"].startswith("1 comparison of the group is not drawn")


def _with_one_more():
    group, files, differential = collection(MOST_OWN + 1, contrasts=1)
    return group, CHOSEN, files, differential


def test_without_genes_there_is_no_heat_map():
    group, files, differential = collection(2)
    assert heat_map(group, CHOSEN.iloc[:0], files, differential) == {}


@pytest.mark.parametrize(("unit", "name"), [("a_b", "a b"), ("a+b", "a + b")])
def test_studies_that_count_as_one_are_named_together(unit, name):
    assert unit_name(unit) == name
