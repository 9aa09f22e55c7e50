"""What a page says of how far a comparison can be relied on."""

from dataclasses import replace

import made_up_study

from secretome.reliability_tables import reliability_section


def section(**changed):
    made = made_up_study.tables()
    found = {**made.fit["reliability"], **changed}
    return reliability_section("drug", replace(made, fit={**made.fit, "reliability": found}))


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
    assert "35 different ways; the labels they bear give the most" in found["splits"]
    assert "90% is left" in found["shrinkage"]
    assert found["histogram"].startswith("<svg")


def test_what_was_not_computed_is_not_claimed():
    found = section(null={}, splits={}, shrinkage={"top_genes": 0, "top_median_kept": None})
    assert "not simulated" in found["null"]
    assert (found["splits"], found["shrinkage"]) == ("", "")
    made = made_up_study.tables()
    assert reliability_section("drug", replace(made, fit={**made.fit, "reliability": {}})) == {}


def test_a_power_that_cannot_be_had_is_a_dash():
    row = {"group": "all", "genes": 3, "median_standard_error": None, "cut_off": 0.0}
    found = section(power=[{**row, "minimum_detectable_log2_fold_change": None}])
    assert (found["power"][0]["change"], found["power"][0]["fold"]) == ("–", "–")


def test_the_causes_stand_as_they_were_found():
    assert section(explanation=[{"cause": "x", "message": "Too few."}])["explanation"] == ["Too few."]
