import math

import pytest

from secretome import wording

THRESHOLDS = {"fdr": 0.05, "log2_fold_change": 1.0}
CONTRAST = {"level": "dexamethasone", "reference": "untreated"}


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (1.0, "1.00"),
        (0.314, "0.31"),
        (0.0421, "0.042"),
        (0.00123, "0.0012"),
        (0.000999, "1.0×10⁻³"),
        (3.24e-7, "3.2×10⁻⁷"),
        (9.97e-8, "1.0×10⁻⁷"),
        (1e-299, "1.0×10⁻²⁹⁹"),
        (0.0, "<10⁻³⁰⁰"),
        (math.nan, "–"),
    ],
)
def test_p_values_keep_two_digits_and_are_never_zero(value, text):
    assert wording.p_value(value) == text


@pytest.mark.parametrize(
    ("value", "text"), [(2.314, "+2.31"), (-0.42, "−0.42"), (-0.001, "0.00"), (0.0, "0.00"), (math.nan, "–")]
)
def test_differences_have_a_sign_and_a_true_minus(value, text):
    assert wording.signed(value) == text


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("HALLMARK_IL6_JAK_STAT3_SIGNALING", "IL6 JAK STAT3 signaling"),
        ("HALLMARK_HYPOXIA", "Hypoxia"),
        ("JAK-STAT", "JAK-STAT"),
        ("EGFR", "EGFR"),
        ("low_expression", "low expression"),
        ("", ""),
    ],
)
def test_names_are_made_readable(name, text):
    assert wording.readable(name) == text


@pytest.mark.parametrize(
    ("log2", "text"), [(1.0, "FDR 0.05, at least two-fold"), (0.5, "FDR 0.05, at least 1.41-fold"), (0.0, "FDR 0.05")]
)
def test_conditions_speak_of_folds(log2, text):
    assert wording.conditions({"fdr": 0.05, "log2_fold_change": log2}) == text


def answer(up, down, tested=500, top_up=("A",), top_down=("B",), technology="rnaseq_counts", compartment="cells"):
    found = {
        "secreted": {"tested": tested, "up": up, "down": down},
        "top_up": list(top_up),
        "top_down": list(top_down),
    }
    study = {"model": "in airway smooth muscle cells", "technology": technology, "compartment": compartment}
    return wording.answer(study, CONTRAST, found, THRESHOLDS)


def test_the_answer_names_where_what_and_how_many():
    assert answer(2, 1, top_up=["A", "C"]) == (
        "In airway smooth muscle cells, 3 secreted genes change expression with dexamethasone (vs untreated): "
        "2 up and 1 down, of 500 tested (FDR 0.05, at least two-fold). The clearest: A and C up; B down."
    )


def test_the_answer_of_one_gene_is_in_the_singular():
    assert "1 secreted gene changes expression" in answer(1, 0, top_down=[])
    assert answer(1, 0, top_down=[]).endswith("The clearest: A up.")


def test_proteins_of_the_medium_are_called_so():
    medium = {"technology": "proteomics", "compartment": "medium"}
    assert "2 secreted proteins change in the medium with dexamethasone" in answer(2, 0, **medium)
    assert "no change of secreted proteins in the medium can be shown" in answer(0, 0, **medium)


def test_without_replicates_nothing_is_claimed():
    assert "cannot be tested" in wording.untested({"model": "cells"}, CONTRAST)


def test_no_change_and_no_test_are_not_the_same():
    assert "no change of secreted-gene expression can be shown" in answer(0, 0)
    assert "no secreted gene could be tested" in answer(0, 0, tested=0)


def test_a_null_says_how_much_could_have_been_missed():
    text = wording.nothing_found("gene set", 0.31, "FDR 0.05", 0.42)
    assert "smallest q-value is 0.31" in text
    assert "±0.42" in text
    assert wording.nothing_found("gene set", math.nan, "FDR 0.05") == "No gene set could be tested."


def test_what_is_compared_is_said_for_every_form():
    nested = {"variable": "cells", "levels": ["TR1", "TR2"], "reference": "parental"}
    groups = {"TR1": ["a", "b", "c"], "TR2": ["d", "e"], "parental": ["f", "g", "h", "i"], "other": ["j"]}
    assert wording.against(nested) == "the mean of TR1 and TR2 vs parental"
    assert wording.sizes(nested, groups) == "3 + 2 vs 4"
    assert wording.sizes({**nested, "level": "TR2", "levels": []}, groups, " against ") == "2 against 4"
    assert wording.against({"continuous": "dose", "per": 10}) == "dose (per 10)"
    assert wording.sizes({"continuous": "dose"}, {"0": ["a", "b"], "1": ["c"]}) == "3"
    assert wording.sizes(nested, {}) == "0 + 0 vs 0"


def test_the_answer_names_several_groups_and_quantities():
    summary = {"secreted": {"tested": 10, "up": 1, "down": 0}, "top_up": ["IL6"], "top_down": []}
    study = {"model": "cells", "technology": "rnaseq_counts", "compartment": "cells"}
    nested = {"variable": "cells", "levels": ["TR1", "TR2"], "reference": "parental"}
    assert "with the mean of TR1 and TR2 (vs parental): 1 up" in wording.answer(study, nested, summary, THRESHOLDS)
    slope = {"continuous": "dose", "per": 10}
    said = wording.answer(study, slope, summary, THRESHOLDS)
    assert "with dose: 1 up and 0 down, of 10 tested (FDR 0.05, at least two-fold per 10 of dose)" in said


def test_an_interaction_is_a_difference_of_two_comparisons():
    first, second = ({"variable": "group", "level": f"{x} drug", "reference": f"{x} none"} for x in ("KO", "WT"))
    contrast = {"difference_of": ["a", "b"], "parts": [first, second]}
    study = {"model": "cells", "technology": "rnaseq_counts", "compartment": "cells"}
    found = {"secreted": {"tested": 10, "up": 1, "down": 0}, "top_up": ["IL6"], "top_down": []}
    assert "change expression differently with KO drug (vs KO none) than with WT drug (vs WT none): 2 up" in (
        wording.answer(study, contrast, {**found, "secreted": {"tested": 10, "up": 2, "down": 0}}, THRESHOLDS)
    )
    found["secreted"]["up"] = 0
    said = wording.answer(study, contrast, found, THRESHOLDS)
    assert "expression can be shown to differ between KO drug (vs KO none) and WT drug (vs WT none): none" in said
    groups = {"KO drug": ["a"], "KO none": ["b", "c"], "WT drug": ["d"], "WT none": ["e"]}
    assert wording.against(contrast) == "(KO drug vs KO none) minus (WT drug vs WT none)"
    assert wording.sizes(contrast, groups) == "(1 vs 2) minus (1 vs 1)"


def test_a_change_says_its_unit():
    assert wording.change_label(CONTRAST) == "log2 fold change"
    assert wording.change_label({"continuous": "dose", "per": 10}, "log2 FC") == "log2 FC per 10 of dose"
    assert wording.change_label({"difference_of": ["a", "b"]}) == "difference of two log2 fold changes"


def test_signals_of_one_verdict_are_said_together():
    signals = [{"label": label, "verdict": verdict} for label, verdict in (("A", "up"), ("B", "down"), ("C", "up"))]
    assert wording.signals_answer(signals) == "Signals by their gene sets: A and C up; B down."
    assert wording.signals_answer([]) == ""
