"""What a page says of how far a comparison can be relied on."""

from dataclasses import replace

import made_up_study
import pytest

from secretome.measurement import measured
from secretome.reliability_tables import reliability_section

COUNTS = measured({"technology": "rnaseq_counts", "compartment": "cells"})


def section(words=COUNTS, **changed):
    made = made_up_study.tables()
    found = {**made.fit["reliability"], **changed}
    return reliability_section("drug", replace(made, fit={**made.fit, "reliability": found}), words)


def test_the_numbers_are_said_in_words():
    found = section()
    assert found["power"][0] == {
        "group": "all tested genes",
        "genes": "54",
        "error": "0.30",
        "change": "±1.20",
        "fold": "2.3-fold",
        "cut_off": "0.010",
    }
    assert "5.0% of the genes had p < 0.05 and 1.0% of the genes had p < 0.01" in found["null"]
    assert "35 different ways; as they are labelled they give the most small p-values" in found["splits"]
    assert "the 20 clearest keep 90% of their size" in found["shrinkage"]
    assert found["histogram"].startswith("<svg")


def test_what_was_not_computed_is_not_claimed():
    found = section(null={}, splits={}, shrinkage={"top_genes": 0, "top_median_kept": None})
    assert "not simulated" in found["null"]
    assert (found["splits"], found["shrinkage"]) == ("", "")
    made = made_up_study.tables()
    assert reliability_section("drug", replace(made, fit={**made.fit, "reliability": {}}), COUNTS) == {}


def test_a_power_that_cannot_be_had_is_a_dash():
    row = {"group": "all", "genes": 3, "median_standard_error": None, "cut_off": 0.0}
    found = section(power=[{**row, "minimum_detectable_log2_fold_change": None}])
    assert (found["power"][0]["change"], found["power"][0]["fold"]) == ("–", "–")


def test_the_causes_stand_as_they_were_found():
    assert section(explanation=[{"cause": "x", "message": "Too few."}])["explanation"] == ["Too few."]


@pytest.mark.parametrize(("rank", "said"), [(2, "2nd most"), (3, "3rd most"), (11, "11th most"), (21, "21st most")])
def test_the_place_among_the_splits_is_said(rank, said):
    assert said in section(splits={"splits": 35, "tried": 35, "genes": 54, "small_p": 20, "rank": rank})["splits"]


def test_an_analyte_is_not_called_a_gene():
    panel = measured({"technology": "panel", "compartment": "medium"})
    message = "The median gene must change; gene sets may help."
    found = section(panel, explanation=[{"cause": "x", "message": message}])
    assert found["explanation"] == ["The median analyte must change; gene sets may help."]
    assert [row["group"] for row in found["power"]] == ["all tested analytes", "secreted proteins"]
    assert "5.0% of the analytes had p < 0.05" in found["null"]
    assert "analytes" in found["histogram"]
