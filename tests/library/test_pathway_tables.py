from dataclasses import replace

import made_up_study as made_up
import numpy as np

from secretome.pathway_tables import pathways_section
from secretome.summaries import signal_rows


def section(made):
    settings = made_up.settings()
    return pathways_section(made_up.CONTRAST, settings, made, signal_rows(made.signals, settings["panel"]))


def test_the_sets_of_akt_jak_stat_and_il6_are_never_folded_away():
    made = made_up.tables()
    speaks = made.pathways["gene_set"].isin(["HALLMARK_IL6_JAK_STAT3_SIGNALING", "JAK-STAT", "PI3K"])
    made.pathways.loc[speaks, ["p_value", "q_value"]] = 0.99
    for collection in section(made)["collections"]:
        shown = {row["name"] for row in collection["rows"] if not row["later"]}
        spoken = {row["name"] for row in collection["rows"] if row["signal"]}
        assert spoken
        assert spoken <= shown
        assert collection["later"] == sum(row["later"] for row in collection["rows"])


def test_an_effect_without_an_interval_has_no_mark():
    made = made_up.tables()
    made.signals[["effect", "ci_low", "ci_high", "p_value"]] = np.nan
    made.signals["verdict"] = "not_testable"
    signal = section(made)["signals"][0]
    assert (signal["mark"], signal["effect"], signal["p"]) == (None, "–", "–")


def test_marks_stand_on_one_scale_with_zero_in_the_middle():
    made = made_up.tables()
    made.signals.loc[0, ["effect", "ci_low", "ci_high"]] = [0.0, -1.0, 1.0]
    made.signals.loc[1, ["effect", "ci_low", "ci_high"]] = [0.5, 0.25, 0.75]
    first, second = (signal["mark"] for signal in section(made)["signals"][:2])
    assert first == {"at": "50.0%", "low": "0.0%", "width": "100.0%"}
    assert second == {"at": "75.0%", "low": "62.5%", "width": "25.0%"}


def test_a_set_without_a_clear_direction_is_not_counted_up_or_down():
    made = made_up.tables()
    lead = (made.pathways["method"] == "fry") & (made.pathways["collection"] == "progeny")
    made.pathways.loc[lead, ["effect", "ci_low", "ci_high", "q_value"]] = [0.3, 0.2, 0.4, 0.01]
    made.pathways.loc[lead & (made.pathways["gene_set"] == "p53"), ["effect", "ci_low"]] = [-0.3, -0.5]
    _, progeny = section(made)["collections"]
    assert progeny["verdict"].endswith("13 up, 0 down, 1 in no clear direction (the interval holds 0).")
    assert [row["name"] for row in progeny["rows"] if not row["passes"]] == ["p53"]


def test_speakers_say_their_numbers_and_an_untested_one_that_it_is_not_testable():
    made = made_up.tables()
    made = replace(made, pathways=made.pathways[made.pathways["gene_set"] != "PI3K"])
    hallmark, progeny = section(made)["signals"][0]["speakers"]
    assert hallmark.startswith("Hallmark PI3K AKT MTOR signaling: ")
    assert ", p " in hallmark
    assert progeny == "PROGENy PI3K: not testable"


def test_columns_of_a_method_that_was_not_run_are_left_out():
    made = made_up.tables()
    hallmark, progeny = section(made)["collections"]
    assert (hallmark["camera"], hallmark["gsea"]) == (True, True)
    assert (progeny["camera"], progeny["gsea"]) == (False, False)


def test_the_table_of_scores_has_the_numbers_of_the_figure():
    made = made_up.tables()
    scores = section(made)["scores"]
    assert scores["samples"] == made_up.GROUPS["control"] + made_up.GROUPS["drug"]
    assert len(scores["values"]) == len(scores["tests"]) == 14
    assert all(len(values) == 8 for _, values in scores["values"])


def test_curves_carry_what_the_exploratory_test_says():
    (curve,) = section(made_up.tables())["curves"]
    assert "NES +1.20, q 0.0" in curve


def test_a_collection_of_which_no_set_was_tested_says_so():
    made = made_up.tables()
    made = replace(made, pathways=made.pathways[made.pathways["collection"] != "progeny"])
    _, progeny = section(made)["collections"]
    assert (progeny["label"], progeny["rows"]) == ("PROGENy footprints", [])
    assert progeny["verdict"] == "No gene set could be tested."
