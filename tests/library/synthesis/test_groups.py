"""Which contrasts are pooled together, and which are left out."""

import numpy as np
import pytest

from secretome.synthesis.groups import NO_ERRORS, SHARES, SINGLE, groups_of
from secretome.synthesis.independence import Shared


def test_one_group_for_each_class_compartment_and_setting_and_one_over_all(result):
    results = [
        result("a"),
        result("b"),
        result("b", "later", setting="adaptive"),
        result("c", compartment="medium"),
        result("d", drug_class=""),
    ]
    found = {one.name: [(member.study, member.contrast) for member in one.results] for one in groups_of(results)}
    assert found == {
        "braf_inhibitor_cells_acute": [("a", "drug"), ("b", "drug")],
        "braf_inhibitor_cells_adaptive": [("b", "later")],
        "braf_inhibitor_medium_acute": [("c", "drug")],
        "all_cells": [("a", "drug"), ("b", "drug"), ("b", "later"), ("d", "drug")],
        "all_medium": [("c", "drug")],
    }


def test_the_order_of_the_results_changes_nothing(result):
    results = [result("a"), result("b"), result("b", "later", setting="adaptive")]
    assert groups_of(results) == groups_of(results[::-1])


def test_a_single_study_and_a_study_without_errors_say_why(result):
    bare = result("b", error=np.nan)
    (group, _) = groups_of([result("a"), bare])
    assert group.left_out == {("a", "drug"): SINGLE, ("b", "drug"): NO_ERRORS}
    assert [one.study for one in group.results] == ["a"]


def test_contrasts_of_one_study_and_one_cell_line_are_one_unit(result):
    results = [result("a", "low"), result("a", "high"), result("b"), result("c", model="Cells of B")]
    group = groups_of(results)[0]
    assert [one.study for one in group.results] == ["a", "a", "b", "c"]
    assert group.units == (0, 0, 1, 1)


def test_of_studies_that_share_samples_one_is_left_out(result):
    results = [result("a"), result("b"), result("c")]
    group = groups_of(results, [Shared("a", "c", ("GSM1",))])[0]
    assert group.left_out == {("c", "drug"): SHARES}
    assert group.units == (0, 1)
    assert [one["code"] for one in group.warnings] == ["W12"]


def test_a_contrast_that_stands_twice_is_refused(result):
    with pytest.raises(ValueError, match="twice"):
        groups_of([result("a"), result("a")])
