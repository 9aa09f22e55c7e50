"""Each level, the other normalisation and proteins on or off, as a page prints them."""

from dataclasses import replace

import made_up_study
import pandas as pd

from secretome.alternative_tables import alternatives_section, leakage_sentence
from secretome.tables import DETECTION, LEVELS, NORMALISATIONS


def rows(contract, *given):
    """A table of the contract; what is not given is 0 or ""."""
    kinds = {"text": "", "number": 0.0, "count": 0, "flag": False}
    empty = {column: kinds[kind] for column, kind in contract.columns.items()}
    return pd.DataFrame([{**empty, **row} for row in given])


def test_a_contrast_without_them_prints_nothing():
    assert alternatives_section(made_up_study.tables(), 0.05) == {
        "leaked": "",
        "levels": {},
        "normalisations": {},
        "detection": {},
    }


def test_the_levels_of_the_clearest_secreted_genes_stand_beside_one_another():
    made = made_up_study.tables()
    known = made.secretome[made.secretome["tier"] == "B"].sort_values("p_value")
    first = known["gene"].iloc[0]
    levels = rows(
        LEVELS,
        {"gene": first, "level": "b vs c", "log2_fold_change": -1.0, "any_q_value": 0.02},
        {"gene": first, "level": "a vs c", "log2_fold_change": 2.0, "any_q_value": 0.02},
    )
    found = alternatives_section(replace(made, levels=levels), 0.05)["levels"]
    assert found["names"] == ["b vs c", "a vs c"]
    (row,) = found["rows"]
    assert row["gene"] == first
    assert [(direction, change) for direction, change, _ in row["changes"]] == [("down", "−1.00"), ("up", "+2.00")]
    assert row["q"] == "0.020"


def test_proteins_that_flip_lead_the_other_normalisation():
    made = made_up_study.tables()
    genes = made.secretome.loc[made.secretome["secreted_class"] == "secreted", "gene"].tolist()[:3]
    table = rows(
        NORMALISATIONS,
        {"gene": genes[0], "log2_fold_change": 3.0, "other_log2_fold_change": 2.0},
        {
            "gene": genes[1], "log2_fold_change": 1.0, "other_log2_fold_change": -1.0,
            "sign_change": True, "sign_flip": True,
        },
        {"gene": genes[2], "log2_fold_change": -0.5, "other_log2_fold_change": -1.5},
        {"gene": "not secreted", "log2_fold_change": 0.5, "other_log2_fold_change": -0.5, "sign_change": True},
    )  # fmt: skip
    found = alternatives_section(replace(made, normalisations=table), 0.05)["normalisations"]
    assert (found["compared"], found["sign_changes"], found["sign_flips"]) == (3, 1, 1)
    assert found["verdict"] == "Both tell different stories: the changes differ by +1.00 log2 in the median."
    assert [row["gene"] for row in found["rows"]] == [genes[1], genes[0], genes[2]]


def test_a_normalisation_that_is_the_same_is_not_printed():
    made = made_up_study.tables()
    table = rows(NORMALISATIONS, {"gene": "GENE1", "log2_fold_change": 3.0, "other_log2_fold_change": 3.0})
    assert alternatives_section(replace(made, normalisations=table), 0.05)["normalisations"] == {}


def test_of_tested_proteins_those_that_pass_are_printed_and_a_bound_only_where_it_bounds():
    table = rows(
        DETECTION,
        {"gene": "a", "direction": "on", "q_value": 0.01, "log2_difference_at_least": 1.5},
        {"gene": "b", "direction": "on", "q_value": 0.02, "log2_difference_at_least": -2.0},
        {"gene": "c", "direction": "off", "q_value": 0.9, "log2_difference_at_least": -1.0},
    )
    found = alternatives_section(replace(made_up_study.tables(), detection=table), 0.05)["detection"]
    assert [(row["gene"], row["least"]) for row in found["rows"]] == [("a", "+1.50"), ("b", "–")]
    assert (found["count"], found["passing"]) == ("3 proteins", "2 proteins")
    none = alternatives_section(replace(made_up_study.tables(), detection=table.tail(1)), 0.05)["detection"]
    assert (none["passing"], none["rows"]) == ("none", [])


def test_secreted_proteins_lead_those_that_appear_or_are_lost():
    made = made_up_study.tables()
    gene = made.secretome.loc[made.secretome["secreted_class"] == "ligand", "gene"].iloc[0]
    table = rows(
        DETECTION,
        {"gene": "other", "direction": "off", "p_value": 0.001, "samples_level": 3},
        {"gene": gene, "direction": "on", "p_value": 0.5, "detected_level": 3, "samples_level": 3},
    )
    found = alternatives_section(replace(made, detection=table), 0.05)["detection"]
    assert [(row["gene"], row["class"], row["word"]) for row in found["rows"]] == [
        (gene, "ligand", "appears"),
        ("other", "", "is lost"),
    ]
    assert found["rows"][0]["level"] == "3 of 3"
    assert found["tested"]


def test_what_leaked_is_one_sentence_with_its_interval():
    leaked = {"markers": 20, "log2_fold_change": -0.5, "ci_low": -1.0, "ci_high": 0.0, "p_value": 0.05}
    said = leakage_sentence({"leaked": leaked, "health": {"viability": {"drug": 80.0, "control": 95.0}}})
    assert "20 proteins of the cytosol" in said
    assert "−0.50 log2 (95% interval −1.00 to 0.00): neither more nor less leakage can be shown." in said
    clear = {**leaked, "ci_high": -0.1}
    assert "): less leaked." in leakage_sentence({"leaked": clear, "health": {}})
    assert "Viability: 80 in drug and 95 in control." in said
    assert "Too few proteins" in leakage_sentence({"leaked": None, "health": {}})
    assert "Without replicates" in leakage_sentence({"health": {}})
    assert leakage_sentence({}) == ""
