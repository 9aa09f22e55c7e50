"""Each piece of evidence in a column of its own, the rank by a stated rule."""

import numpy as np
import pandas as pd
import pytest
from made_up_ligands import (
    BOTH,
    IL6_LEVELS,
    IL6_PAIR,
    LEVELS,
    ONE,
    PAIRS,
    RISE,
    change,
    knowledge,
    level,
    receiver,
    sender,
    table,
    verdict,
)

from secretome.faults import InputFaults
from secretome.synthesis.ligand_receptors import HYPOTHESES, Receiver, find_hypotheses, weigh_pairs
from secretome.tables import DIFFERENTIAL, NUMBER, SIGNALS


def test_every_piece_of_evidence_has_its_column() -> None:
    evidence = weigh_pairs(
        sender(change("IL6", 2.0)), receiver(IL6_LEVELS, [verdict("jak_stat", "up")]), knowledge(IL6_PAIR)
    )
    row = find_hypotheses(evidence).iloc[0].to_dict()
    assert row["signal"] == "jak_stat"
    expected = {
        "route": "autocrine",
        "rank": 1,
        "tier": "B",
        "ligand_ci_low": 1.5,
        "ligand_q_value": 0.004,
        "ligand_percentile": 60.0,
        "receptor_chains": "IL6R 43; IL6ST 97",
        "receptor_least_chain": "IL6R",
        "receptor_percentile": 43.2,
        "receptor_log2_fold_change": 0.25,
        "signal_verdict": "up",
        "signal_effect": 0.3,
        "ligand_inhibitor": "",
        "receptor_inhibitor": "anti-IL6R antibody (tocilizumab)",
        "signal_inhibitor": "JAK inhibitor (ruxolitinib)",
    }
    assert {column: row[column] for column in expected} == expected
    # The receptor feeds il6 too, of which the receiver's table says nothing.
    assert evidence.set_index("signal")["signal_verdict"].to_dict() == {"il6": "not_testable", "jak_stat": "up"}


def test_an_investigational_drug_says_so() -> None:
    evidence = weigh_pairs(sender(change("HGF", 2.0)), receiver([level("MET", 80)]), knowledge(("HGF", "MET")))
    assert evidence["ligand_inhibitor"].tolist() == ["anti-HGF antibody (rilotumumab, investigational)"]


@pytest.mark.parametrize(
    ("ligand", "levels", "why"),
    [
        (change("IL6", 2.0), IL6_LEVELS[:1], "IL6ST was not measured in the receiver"),
        (change("IL6", 2.0), [IL6_LEVELS[0], level("IL6ST", 24.9)], "IL6ST is not expressed in the receiver"),
        (
            change("IL6", 2.0),
            [IL6_LEVELS[0], level("IL6ST", 90, "low_expression")],
            "IL6ST is not expressed in the receiver",
        ),
        (change("IL6", -2.0), IL6_LEVELS, "IL6 does not rise in the sender: -2.00 [-2.50, -1.50]"),
        (change("IL6", 0.6, tier=""), IL6_LEVELS, "IL6 does not rise in the sender: +0.60 [+0.10, +1.10]"),
        (change("IL6", np.nan, tier="", p_value=np.nan), IL6_LEVELS, "IL6 was not tested in the sender"),
        (change("OSM", 2.0), IL6_LEVELS, "IL6 was not measured in the sender"),
        (
            change("IL6", -2.0),
            [level("IL6R", 10), level("IL6ST", np.nan)],
            "IL6 does not rise in the sender: -2.00 [-2.50, -1.50]; IL6R is not expressed in the receiver; "
            "IL6ST is not expressed in the receiver",
        ),
    ],
)
def test_a_pair_that_fails_says_why(ligand: dict, levels: list[dict], why: str) -> None:
    evidence = weigh_pairs(sender(ligand), receiver(levels), knowledge(IL6_PAIR))
    assert set(evidence["fails"]) == {why}
    assert len(find_hypotheses(evidence)) == 0


def test_a_gene_that_has_no_test_for_another_reason_is_expressed() -> None:
    levels = [level("IL6R", 43, "outlier"), level("IL6ST", 97)]
    assert set(weigh_pairs(sender(change("IL6", 2.0)), receiver(levels), knowledge(IL6_PAIR))["fails"]) == {""}


def test_the_least_expressed_chain_decides_and_the_threshold_can_be_moved() -> None:
    given = sender(change("IL6", 2.0)), receiver(IL6_LEVELS), knowledge(IL6_PAIR)
    assert set(weigh_pairs(*given, least_percentile=43.2)["fails"]) == {""}
    assert set(weigh_pairs(*given, least_percentile=43.3)["fails"]) == {"IL6R is not expressed in the receiver"}


@pytest.mark.parametrize(
    ("levels", "least"),
    [
        ([level("IL6R", 90), level("IL6ST", 40)], "IL6ST"),
        ([level("IL6R", 90)], "IL6ST"),
        ([level("IL6R", 60), level("IL6ST", 70, "low_expression")], "IL6ST"),
        ([level("IL6R", np.nan), level("IL6ST", 10)], "IL6R"),
    ],
)
def test_the_least_chain_is_the_one_that_is_shown(levels: list[dict], least: str) -> None:
    evidence = weigh_pairs(sender(change("IL6", 2.0)), receiver(levels), knowledge(IL6_PAIR))
    assert set(evidence["receptor_least_chain"]) == {least}


def test_all_chains_of_a_ligand_have_to_rise_and_the_least_is_shown() -> None:
    pair = knowledge(("IL12A+IL12B", "MET"))
    rise = weigh_pairs(sender(change("IL12A", 4.0), change("IL12B", 2.0)), receiver([level("MET", 80)]), pair)
    assert rise["ligand_log2_fold_change"].tolist() == [2.0]
    assert rise["fails"].tolist() == [""]
    one = weigh_pairs(sender(change("IL12A", 4.0), change("IL12B", 0.1, tier="")), receiver([level("MET", 80)]), pair)
    assert one["fails"].tolist() == ["IL12B does not rise in the sender: +0.10 [-0.40, +0.60]"]
    none = weigh_pairs(sender(change("IL12A", 4.0)), receiver([level("MET", 80)]), pair)
    assert none["fails"].tolist() == ["IL12B was not measured in the sender"]


def test_a_leaderless_ligand_shows_the_rate_among_all_genes() -> None:
    leaderless = change("IL6", 2.0, tier="U", q_value_secretome=np.nan)
    evidence = weigh_pairs(sender(leaderless), receiver(IL6_LEVELS), knowledge(IL6_PAIR))
    assert set(evidence["ligand_q_value"]) == {0.01}


@pytest.mark.parametrize(
    ("better", "worse"),
    [
        ({}, {"blocks": "made up"}),
        ({"tier": "A"}, {"tier": "B"}),
        ({"tier": "B"}, {"tier": "E"}),
        ({"tier": "C"}, {"tier": "D"}),
        ({"signal_verdict": "up"}, {"signal_verdict": "methods_disagree"}),
        ({"signal_verdict": "not_testable"}, {"signal_verdict": "no_evidence"}),
        ({"signal_verdict": "no_evidence"}, {"signal_verdict": "down"}),
        ({"signal_verdict": "down"}, {"signal_verdict": ""}),
        ({"receptor_inhibitor": "x (y)"}, {"signal_inhibitor": "x (y)"}),
        ({"signal_inhibitor": "x (y)"}, {}),
        ({"resources": BOTH}, {"resources": ONE}),
        ({"receptor_percentile": 50.0}, {"receptor_percentile": 49.9}),
        ({"ligand_percentile": 25.0}, {"ligand_percentile": 24.9, "ligand_ci_low": 4.0}),
        ({"ligand_percentile": 25.0}, {"ligand_percentile": np.nan, "ligand_ci_low": 4.0}),
        ({"ligand_ci_low": 1.6}, {"ligand_ci_low": 1.5}),
        ({"ligand": "A"}, {"ligand": "B"}),
        # An earlier column outweighs the later ones.
        ({"tier": "D"}, {"tier": "A", "blocks": "made up"}),
        ({"signal_inhibitor": "x (y)", "resources": ONE}, {"resources": BOTH}),
        ({"resources": BOTH, "receptor_percentile": 30.0}, {"resources": ONE}),
        ({"ligand_percentile": 1.0}, {"receptor_percentile": 30.0}),
        (
            {"tier": "A", "signal_verdict": "down", "resources": ONE, "receptor_percentile": 26.0},
            {"tier": "B", "signal_verdict": "up", "resources": BOTH, "receptor_inhibitor": "x (y)"},
        ),
        (
            {"signal_verdict": "up", "ligand_ci_low": 0.1, "receptor_percentile": 26.0},
            {"signal_verdict": "no_evidence", "receptor_inhibitor": "x (y)", "resources": BOTH},
        ),
    ],
)
def test_the_rank_follows_the_stated_order(better: dict, worse: dict) -> None:
    plain = {"tier": "B", "signal_verdict": "up", "resources": ONE, "receptor_percentile": 80.0, "ligand_ci_low": 1.0}
    plain |= {"ligand_percentile": 60.0, "ligand": "M", "receptor": "MET", "signal": "mapk", "fails": ""}
    columns = {column: "" for column, kind in HYPOTHESES.columns.items() if kind != NUMBER}
    rows = [{**columns, **plain, **worse, "signal_effect": 2.0}, {**columns, **plain, **better, "signal_effect": 1.0}]
    for order in (rows, rows[::-1]):
        evidence = pd.DataFrame(order).reindex(columns=[*HYPOTHESES.columns, "fails"])
        assert find_hypotheses(evidence)["signal_effect"].tolist() == [1.0, 2.0]


def test_each_route_of_a_table_is_ranked_for_itself() -> None:
    here = weigh_pairs(sender(*RISE), receiver(LEVELS, [verdict("mapk", "up")]), PAIRS)
    there = weigh_pairs(sender(*RISE), receiver(LEVELS, [verdict("jak_stat", "up")], study="two"), PAIRS)
    apart = pd.concat([find_hypotheses(here), find_hypotheses(there)], ignore_index=True)
    pd.testing.assert_frame_equal(find_hypotheses(pd.concat([here, there], ignore_index=True)), apart)
    assert apart["rank"].tolist() == [1, 2, 3, 1]
    assert apart["hypotheses"].tolist() == [3, 3, 3, 1]


def test_between_studies_the_signal_of_the_receiver_has_to_be_up() -> None:
    other = receiver(LEVELS, [verdict("mapk", "up"), verdict("jak_stat", "down")], study="two")
    evidence = weigh_pairs(sender(*RISE), other, PAIRS)
    assert set(evidence["route"]) == {"paracrine"}
    assert find_hypotheses(evidence)[["ligand", "receptor"]].values.tolist() == [["HGF", "MET"]]
    assert evidence.set_index("signal")["fails"].to_dict() == {
        "mapk": "",
        "il6": "il6 is not up in the receiver (not_testable)",
        "jak_stat": "jak_stat is not up in the receiver (down)",
    }
    same = weigh_pairs(sender(*RISE), receiver(LEVELS, [verdict("jak_stat", "down")]), PAIRS)
    assert len(find_hypotheses(same)) == 3


def test_a_receptor_that_feeds_no_known_signal_is_autocrine_only() -> None:
    pair = knowledge(("HGF", "CD44"))
    assert len(find_hypotheses(weigh_pairs(sender(*RISE), receiver([level("CD44", 90)]), pair))) == 1
    other = weigh_pairs(sender(*RISE), receiver([level("CD44", 90)], study="two"), pair)
    assert other["fails"].tolist() == ["no signal is known that the receptor feeds"]


def test_the_order_of_genes_and_signals_does_not_matter() -> None:
    said = [verdict("mapk", "up"), verdict("jak_stat", "down")]
    forward = weigh_pairs(sender(*RISE), receiver(LEVELS, said), PAIRS)
    backward = weigh_pairs(sender(*RISE[::-1]), receiver(LEVELS[::-1], said[::-1]), PAIRS)
    pd.testing.assert_frame_equal(forward, backward)


def test_studies_without_genes_give_no_hypotheses() -> None:
    assert set(weigh_pairs(sender(), receiver(LEVELS), PAIRS)["fails"]) == {
        "HGF was not measured in the sender",
        "IL6 was not measured in the sender",
    }
    unheard = weigh_pairs(sender(*RISE), receiver([]), PAIRS)
    assert len(unheard) == 3
    assert len(find_hypotheses(unheard)) == 0


def test_the_medium_has_no_receptors() -> None:
    medium = Receiver("two", "drug", table(DIFFERENTIAL, LEVELS), table(SIGNALS, []), "medium")
    with pytest.raises(InputFaults, match="holds no receptors"):
        weigh_pairs(sender(*RISE), medium, PAIRS)
