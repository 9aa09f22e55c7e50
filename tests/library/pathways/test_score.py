"""The pathway tables of a simulated study."""

import numpy as np
import pandas as pd
import pytest
from simulated_pathways import HALLMARK, PROGENY, secretome, settings, study

from secretome.expression import Expression, unavailable
from secretome.pathways import gene_set_tests
from secretome.pathways.collections import Collection
from secretome.pathways.score import score_pathways
from secretome.tables import NULL_RATES, PATHWAYS, SCORES, SIGNALS, write_table


def score(expression, collections=(HALLMARK, PROGENY), changed=12, **changes):
    return score_pathways(expression, list(collections), secretome(changed), settings(**changes))


@pytest.fixture(scope="module")
def scored():
    return score(study(8))


def row(table, gene_set, method):
    return table[(table["gene_set"] == gene_set) & (table["method"] == method)].iloc[0]


def test_the_tables_keep_their_contracts(scored, tmp_path):
    for contract in (PATHWAYS, SIGNALS, SCORES, NULL_RATES):
        write_table(tmp_path / f"{contract.name}.tsv", getattr(scored, contract.name), contract)


def test_the_set_that_moves_is_found_by_all_and_the_other_by_none(scored):
    for method in ("fry", "relative", "roast", "camera", "camera_fixed", "gsea", "score"):
        assert row(scored.pathways, "MOVES", method)["q_value"] < 0.05
        assert row(scored.pathways, "RESTS", method)["p_value"] > 0.01
    lead = row(scored.pathways, "MOVES", "fry")
    assert lead["ci_low"] < np.log2(3) - 0.1 < lead["ci_high"]
    assert lead["size"] == 25


def test_a_footprint_falls_where_its_weights_are_negative(scored):
    for method in ("fry", "relative", "ulm", "score"):
        assert row(scored.pathways, "Up", method)["effect"] > 0.5
        assert row(scored.pathways, "Down", method)["effect"] < -0.5


def test_the_effect_of_a_score_is_the_difference_of_the_samples(scored):
    means = scored.scores[scored.scores["gene_set"] == "Up"].set_index("sample")["score"]
    difference = means[["s1", "s3", "s5", "s7"]].mean() - means[["s0", "s2", "s4", "s6"]].mean()
    assert difference == pytest.approx(row(scored.pathways, "Up", "score")["effect"])


def test_the_signals_get_their_verdicts_and_each_set_its_answer(scored):
    verdicts = scored.signals.set_index("signal")["verdict"].to_dict()
    assert verdicts == {"akt": "no_evidence", "il6": "up", "gone": "not_testable"}
    hallmark, progeny = scored.notes["answers"]["il6"]
    assert (hallmark["gene_set"], hallmark["says"], hallmark["decides"]) == ("MOVES", "up", True)
    assert (progeny["gene_set"], progeny["says"]) == ("Up", "up")
    assert scored.notes["answers"]["gone"][0]["says"] == "not measurable"


def test_a_deciding_set_is_tested_again_without_its_confounders(scored):
    note = scored.signals.set_index("signal").loc["il6", "note"]
    assert "Checked: without G3 and G4, MOVES changes by +" in note
    assert "Checked: without G3 and G4, Up changes by +" in note


def test_the_ligands_under_study_score_nothing(scored):
    assert scored.notes["left_out"]["hallmark"] == {"LIGAND": ["G200", "G201"]}
    assert row(scored.pathways, "LIGAND", "fry")["size"] == 13


def test_small_sets_are_told_and_the_drawn_ones_have_curves(scored):
    assert scored.notes["dropped"] == {"hallmark": {"SMALL": "too small"}, "progeny": {}}
    curves = [(curve["collection"], curve["gene_set"]) for curve in scored.notes["curves"]]
    assert curves == [("hallmark", "RESTS"), ("hallmark", "MOVES")]
    assert len(scored.notes["curves"][1]["ranks"]) == 25


def test_every_method_is_tried_without_an_effect(scored):
    tried = scored.null_rates.groupby("collection")["method"].unique().map(set)
    run = scored.pathways.groupby("collection")["method"].unique().map(set)
    assert tried["hallmark"] == run["hallmark"] - {"over_representation"}
    assert tried["progeny"] == run["progeny"]


def test_camera_is_not_computed_with_few_degrees_of_freedom():
    scored = score(study(4), [HALLMARK])
    assert "camera" not in set(scored.pathways["method"])
    assert scored.notes["not_computed"]["hallmark"]["camera"].endswith("residual degrees of freedom: 2")


def test_where_no_secreted_gene_changes_nothing_is_over_represented():
    scored = score(study(8), [HALLMARK], changed=0)
    assert "over_representation" not in set(scored.pathways["method"])
    assert scored.notes["not_computed"]["hallmark"]["over_representation"] == "no secreted gene changes"
    assert scored.notes["hits"] == {"changed": 0, "tested": 60}


def test_neither_the_order_of_the_samples_nor_chance_matters(scored):
    expression = study(8)
    order = [3, 0, 6, 5, 1, 7, 2, 4]
    moved = Expression(
        expression.log2[order], expression.counts[order], expression.samples.iloc[order], expression.genes, {}
    )
    again = score(moved)
    drawn = ["roast"]  # rotations are drawn: another order of the samples turns other axes
    own, other = (table[~table["method"].isin(drawn)] for table in (scored.pathways, again.pathways))
    pd.testing.assert_frame_equal(own, other, rtol=1e-6)
    pd.testing.assert_frame_equal(score(study(8)).pathways, scored.pathways)


def test_a_collection_that_was_not_retrieved_is_told():
    lost = Collection("hallmark", {}, False, unavailable="no connection")
    scored = score(study(8), [PROGENY, lost])
    assert scored.notes["not_retrieved"] == {"hallmark": "no connection"}
    signals = scored.signals.set_index("signal")
    why = "The gene sets that decide on it are of hallmark, which could not be had."
    assert (signals.loc["akt", "verdict"], signals.loc["akt", "note"]) == ("not_testable", why)
    # The other collection still speaks for it.
    assert signals.loc["il6", "verdict"] == "up"
    assert "could be tested: MOVES" in signals.loc["il6", "note"]
    assert scored.signals["note"].str.contains("which could not be had").sum() == 2


def test_a_method_that_was_not_run_is_not_tried(monkeypatch):
    monkeypatch.setattr(gene_set_tests, "MOST_SETS_FOR_GSEA", 2)
    scored = score(study(8), [HALLMARK])
    assert set(scored.null_rates["method"]) == set(scored.pathways["method"]) - {"over_representation"}
    assert "gsea" not in set(scored.null_rates["method"])


def test_sets_that_pass_where_no_gene_does_are_told_unless_a_gene_passes_elsewhere():
    rng = np.random.default_rng(3)
    expression = study(8)
    log2 = rng.normal(8, 1, 400) + rng.normal(0, 0.5, (8, 400))
    log2[1::2, :25] += 0.35  # too little for any one gene
    quiet = Expression(log2, None, expression.samples, expression.genes, {})
    assert [one["code"] for one in score(quiet).notes["warnings"]] == ["W07"]
    found = secretome().assign(q_value=0.01)  # by another model
    given = [quiet, [HALLMARK, PROGENY], found, settings()]
    assert score_pathways(*given).notes["warnings"] == []
    log2[1::2, 300] += 20  # a gene with a missing value, which no set can use
    log2[0, 300] = np.nan
    assert score(Expression(log2, None, expression.samples, expression.genes, {})).notes["warnings"] == []


def test_an_unavailable_study_gives_no_rows(tmp_path):
    scored = score(unavailable(["gone"], {}))
    write_table(tmp_path / "pathways.tsv", scored.pathways, PATHWAYS)
    assert all(table.empty for table in (scored.signals, scored.scores, scored.null_rates))
    assert scored.notes["curves"] == []


def test_where_no_set_can_be_measured_the_tables_are_empty(tmp_path):
    scored = score(study(8), [Collection("hallmark", {"X": {"NONE": 1.0}}, False)])
    write_table(tmp_path / "pathways.tsv", scored.pathways, PATHWAYS)
    assert scored.pathways.empty
    assert set(scored.signals["verdict"]) == {"not_testable"}


def test_where_hardly_a_gene_varies_the_tables_are_empty():
    expression = study(8)
    log2 = np.where(np.arange(400) < 100, expression.log2, np.tile([3.1, 5.7], 4)[:, None])
    scored = score(Expression(log2, None, expression.samples, expression.genes, {}))
    assert scored.pathways.empty
    assert scored.signals.empty


def test_without_replicates_samples_are_scored_and_nothing_is_tested():
    expression = study(2)
    contrast = {"variable": "drug", "level": "yes", "reference": "no", "descriptive": True}
    scored = score(Expression(expression.log2, None, expression.samples, expression.genes, {}), contrast=contrast)
    assert scored.pathways.empty
    assert set(scored.signals["note"]) == {"Nothing was tested: the groups have no replicates."}
    assert set(scored.scores["gene_set"]) == {"MOVES", "RESTS", "LIGAND", "Up", "Down"}


@pytest.mark.parametrize("whole", [0, 20])
def test_where_hardly_a_protein_has_all_values_gene_sets_are_not_tested(whole):
    expression = study(8)
    log2 = expression.log2.copy()
    gaps = np.arange(whole, 400)
    log2[gaps % 8, gaps] = np.nan
    scored = score(Expression(log2, None, expression.samples, expression.genes, {}))
    assert scored.pathways.empty
    assert set(scored.signals["verdict"]) == {"not_testable"}
    assert set(scored.signals["note"]) == {
        "Nothing was tested: too few features were measured in every sample for gene sets."
    }
