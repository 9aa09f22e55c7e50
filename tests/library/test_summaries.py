from dataclasses import replace

import made_up_study as made_up
import pandas as pd

from secretome import summaries

THRESHOLDS = {"fdr": 0.05, "log2_fold_change": 1.0}


def test_counts_are_those_of_the_tables():
    made = made_up.tables()
    found = summaries.summary(made, THRESHOLDS)
    changed = made.secretome[made.secretome["tier"] == "B"]
    assert found["secreted"]["up"] == (changed["log2_fold_change"] > 0).sum() > 0
    assert found["secreted"]["up"] + found["secreted"]["down"] == len(changed)
    assert found["secreted"]["tested"] == made.secretome["q_value_secretome"].notna().sum()
    assert found["genes"]["tested"] == 1800
    assert found["genes"]["within_fdr"] >= found["genes"]["up"] + found["genes"]["down"] > 0
    assert found["top_up"][0] == changed[changed["log2_fold_change"] > 0].sort_values("p_value")["gene"].iloc[0]


def test_a_null_contrast_counts_nothing():
    found = summaries.summary(made_up.tables(null=True), THRESHOLDS)
    assert found["secreted"]["up"] == found["secreted"]["down"] == found["genes"]["within_fdr"] == 0


def test_the_three_signals_come_first_in_any_order_of_the_table():
    signals = made_up.tables().signals.iloc[::-1]
    panel = made_up.settings()["panel"]
    panel["signals"] = dict(reversed(panel["signals"].items()))
    rows = summaries.signal_rows(signals, panel)
    assert [row["signal"] for row in rows] == ["akt", "jak_stat", "il6", "p53"]
    assert [row["shown"] for row in rows] == [True, True, True, False]


def test_gene_sets_stand_in_the_order_of_the_lead_test():
    pathways = made_up.tables().pathways
    rows = summaries.gene_sets(pathways)["hallmark"]
    lead = pathways.query("collection == 'hallmark' and method == 'fry'").sort_values(["p_value", "gene_set"])
    assert [row["gene_set"] for row in rows] == lead["gene_set"].tolist()
    assert {"gene_set", "fry", "relative", "camera", "gsea"} <= set(rows[0])


def test_an_untested_set_comes_last():
    pathways = made_up.tables().pathways
    first = pathways.index[(pathways["method"] == "fry") & (pathways["collection"] == "hallmark")][0]
    pathways.loc[first, ["p_value", "q_value"]] = float("nan")
    assert summaries.gene_sets(pathways)["hallmark"][-1]["gene_set"] == pathways.loc[first, "gene_set"]


def said_of(study=None, **contrasts):
    return {key: summaries.contrast_warnings(study or {}, made) for key, made in contrasts.items()}


def test_warnings_say_which_contrast_they_are_about():
    quality = {"warnings": [{"code": "W10", "message": "a"}]}
    made = made_up.tables()
    notes = {**made.pathway_notes, "warnings": [{"code": "W11", "message": "b"}]}
    found = summaries.all_warnings({"caution": ""}, quality, said_of(c=replace(made, pathway_notes=notes)))
    assert [(w["code"], w["contrast"]) for w in found] == [("W10", ""), ("W01", "c"), ("W11", "c")]


def test_what_is_said_of_every_contrast_in_the_same_words_is_said_once():
    made = made_up.tables()
    few = {"code": "moderation", "message": "Few features."}
    own = [{"code": "W01", "message": said} for said in ("Two samples in a.", "Two samples in b.")]
    both = {key: replace(made, fit={**made.fit, "warnings": [few, one]}) for key, one in zip("ab", own, strict=True)}
    found = summaries.all_warnings({}, {"warnings": []}, said_of(**both))
    assert [(w["code"], w["contrast"]) for w in found] == [("moderation", ""), ("W01", "a"), ("W01", "b")]
    alone = summaries.all_warnings({}, {"warnings": []}, said_of(a=both["a"]))
    assert [(w["code"], w["contrast"]) for w in alone] == [("moderation", "a"), ("W01", "a")]


def test_a_lysate_without_values_is_warned_of_with_the_others():
    study = {"lysate": "cells", "lysate_study": {"title": "Lysates"}}
    found = summaries.all_warnings(study, {"warnings": []}, said_of(study, c=made_up.tables()))
    assert [(w["code"], w["contrast"]) for w in found] == [("W01", "c"), ("lysate", "c")]
    made = made_up.tables()
    measured = replace(made, secretome=made.secretome.assign(lysate_log2_fold_change=1.0))
    assert "lysate" not in {w["code"] for w in summaries.contrast_warnings(study, measured)}


def test_what_the_author_of_the_study_file_warns_of_comes_first():
    found = summaries.all_warnings({"caution": "Lanes."}, {"warnings": [{"code": "W10", "message": "a"}]}, {})
    assert [(w["code"], w["message"]) for w in found] == [("study", "Lanes."), ("W10", "a")]


def test_missing_q_values_are_not_changes():
    table = pd.DataFrame({"gene": ["A"], "p_value": [float("nan")], "q_value": float("nan"), "log2_fold_change": 3.0})
    assert summaries.changed_genes(table, THRESHOLDS).empty


def test_up_and_down_are_counted_apart():
    table = pd.DataFrame(
        {
            "gene": list("ABCDE"),
            "p_value": 0.001,
            "q_value": [0.01, 0.01, 0.01, 0.01, 0.2],
            "log2_fold_change": [2.0, -2.0, -3.0, 0.5, 4.0],
        }
    )
    changed = summaries.changed_genes(table, {"fdr": 0.05, "log2_fold_change": 1.0})
    assert sorted(changed["gene"]) == ["A", "B", "C"]
