"""Ligand → receptor → drug on the page."""

from collections import Counter
from typing import Any

import numpy as np
import pandas as pd
import pytest
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from secretome.hypothesis_tables import (
    FIRST_OWN,
    FIRST_PAIRS,
    FIRST_ROUTES,
    FIRST_SENDERS,
    FIRST_STUDIES,
    hypotheses_section,
)
from secretome.pages import TEMPLATES
from secretome.synthesis.combinations import COMBINATION_RANKS
from secretome.synthesis.ligand_receptors import HYPOTHESES
from secretome.synthesis.route_evidence import MOST_RECEIVERS
from secretome.tables import COUNT, NUMBER, empty_table

DRUG = {"variable": "treatment", "level": "drug", "reference": "none"}
STUDIES = {
    key: {"title": f"A drug in {key}", "contrasts": {"drug": DRUG, "later": DRUG}} for key in ("cells", "others")
}
SIGNALS = {"akt": {"label": "AKT / PI3K"}, "mapk": {"label": "MAPK / ERK"}}
ROUTE = ("sender_study", "sender_contrast", "receiver_study", "receiver_contrast")
OWN, APART = ("cells", "drug", "cells", "drug"), ("cells", "drug", "others", "drug")


def row(contract, route, **given) -> dict[str, Any]:
    plain: dict[str, Any] = {name: np.nan if kind == NUMBER else "" for name, kind in contract.columns.items()}
    plain |= {name: 0 for name, kind in contract.columns.items() if kind == COUNT}
    way = {"route": "autocrine" if route[0] == route[2] else "paracrine"}
    return {**plain, **way, **dict(zip(ROUTE, route, strict=True)), **given}


def pair(rank, route=OWN, **given):
    told = {
        "ligand": "HGF",
        "receptor": "MET",
        "resources": "cellphonedb; connectomedb2020",
        "tier": "B",
        "ligand_log2_fold_change": 1.5,
        "ligand_ci_low": 1.0,
        "ligand_ci_high": 2.0,
        "ligand_percentile": 12.4,
        "receptor_chains": "MET 80",
        "receptor_least_chain": "MET",
        "receptor_log2_fold_change": -0.25,
        "signal": "akt",
        "signal_verdict": "methods_disagree",
    }
    return row(HYPOTHESES, route, rank=rank, **{**told, **given})


def combination(route=OWN, **given):
    told = {
        "combination": "RAF + MET",
        "paper": "straussman2012",
        "drug_class": "braf_inhibitor",
        "inhibitor_class": "MET inhibitor|AKT inhibitor",
        "hypotheses": 1130,
    }
    return row(COMBINATION_RANKS, route, **{**told, **given})


RANKED = {"rank": 3.0, "matching": 2, "rank_by_chance": 377.0, "ligand": "HGF", "receptor": "MET", "signal": "mapk"}


def section(pairs=(), combinations=(), studies=STUDIES):
    counts = Counter(tuple(one[name] for name in ROUTE) for one in pairs)
    pairs = [{**one, "hypotheses": one["hypotheses"] or counts[tuple(one[name] for name in ROUTE)]} for one in pairs]
    tables = (
        pd.DataFrame(list(rows), columns=list(contract.columns)) if rows else empty_table(contract)
        for contract, rows in ((HYPOTHESES, pairs), (COMBINATION_RANKS, combinations))
    )
    return hypotheses_section(*tables, studies, SIGNALS)


def printed(content) -> str:
    text = '{% import "parts.html.j2" as parts %}{% include "hypotheses.html.j2" %}'
    loader = FileSystemLoader(TEMPLATES)
    return (
        Environment(loader=loader, autoescape=True, undefined=StrictUndefined)
        .from_string(text)
        .render(hypotheses=content)
    )


def test_each_piece_of_evidence_stands_apart():
    (group,) = section([pair(1, signal_effect=0.1, signal_ci_low=-0.1, signal_ci_high=0.3)])["own"]
    assert group["sender"] == {"study": "cells", "title": "A drug in cells", "contrast": "drug vs none"}
    assert group["receiver"] is None
    (found,) = group["pairs"]
    assert (found["ligand"], found["receptor"], found["known"]) == ("HGF", "MET", "CellPhoneDB and connectomeDB2020")
    assert (found["change"], found["interval"], found["tier"], found["level"]) == ("+1.50", "+1.00 to +2.00", "B", "12")
    assert (found["chains"], found["receptor_change"]) == (["MET 80"], "−0.25")
    assert found["signals"] == [
        {
            "label": "AKT / PI3K",
            "verdict": "methods_disagree",
            "words": "methods disagree",
            "effect": "+0.10 (−0.10 to +0.30)",
        }
    ]


def test_a_pair_that_feeds_two_signals_stands_once_at_its_best_rank_with_all_that_inhibits_it():
    drugs = {"receptor_inhibitor": "MET inhibitor (crizotinib)"}
    first = pair(2, signal_inhibitor="PI3K inhibitor (alpelisib)", **drugs)
    again = pair(5, signal="mapk", signal_verdict="down", signal_inhibitor="MEK inhibitor (trametinib)", **drugs)
    (group,) = section([pair(1, ligand="EGF", receptor="EGFR", signal="", signal_verdict=""), first, again])["own"]
    assert group["hypotheses"] == "3"
    alone, found = group["pairs"]
    assert (alone["signals"], alone["inhibitors"]) == ([], [])
    assert (found["rank"], [signal["label"] for signal in found["signals"]]) == (2, ["AKT / PI3K", "MAPK / ERK"])
    assert found["inhibitors"] == [
        ("receptor", "MET inhibitor (crizotinib)"),
        ("AKT / PI3K", "PI3K inhibitor (alpelisib)"),
        ("MAPK / ERK", "MEK inhibitor (trametinib)"),
    ]


def test_what_is_not_printed_is_counted():
    many = [pair(i + 1, ligand=f"L{i}") for i in range(FIRST_PAIRS + 3)]
    (group,) = section(many)["own"]
    assert [found["rank"] for found in group["pairs"]] == list(range(1, FIRST_PAIRS + 1))
    assert group["further"] == 3


def test_the_receptors_of_a_medium_are_those_of_its_lysate():
    lysate = {**pair(1, route=("others", "drug", "cells", "drug")), "route": "autocrine"}
    (group,) = section([lysate])["own"]
    assert (group["sender"]["study"], group["receiver"]["study"]) == ("others", "cells")


def test_another_study_hears_once_and_its_other_comparisons_are_counted():
    later = ("cells", "drug", "others", "later")
    found = section(
        [pair(1, APART), pair(2, APART, ligand="EGF"), pair(1, later), pair(1, ("others", *later[1:2], *OWN[2:]))]
    )
    assert found["own"] == []
    assert (found["studies"], found["further_studies"], found["total_elsewhere"]) == (2, 0, "4")
    first, second = found["elsewhere"]
    (row,) = first["rows"]
    assert (row["receiver"]["study"], row["hypotheses"], row["more_contrasts"]) == ("others", "2", 1)
    assert row["pair"]["ligand"] == "HGF"
    assert (second["sender"]["study"], len(second["rows"])) == ("others", 1)


def test_only_so_many_studies_are_printed():
    names = [f"s{i}" for i in range(FIRST_STUDIES + 2)]
    studies = dict.fromkeys(("cells", *names), STUDIES["cells"])
    found = section([pair(1, ("cells", "drug", name, "drug")) for name in names], studies=studies)
    assert (found["studies"], found["further_studies"]) == (FIRST_STUDIES, 2)


def test_a_combination_with_a_rank_or_in_its_own_cells_is_shown_and_the_others_are_folded():
    absent = "not in the table: HGF does not rise in the sender: -0.34 [-2.35, +1.68]"
    unheard = f"{absent}; akt is not up in the receiver (no_evidence); {absent.partition(': ')[2]}"
    rows = [
        combination(APART, why=unheard),
        combination(("cells", "later", "others", "drug"), **RANKED, signal_verdict="up"),
        combination(OWN, why=absent),
    ]
    found = section((), rows)["combinations"]
    (shown,), (folded,) = found["shown"], found["folded"]
    assert (shown["combination"], shown["paper"], shown["asked"]) == (
        "RAF + MET",
        "Straussman 2012",
        "MET inhibitor or AKT inhibitor",
    )
    own, ranked = shown["rows"]
    assert (own["own"], own["rank"], own["why"]) == (True, "", "HGF does not rise in the sender: −0.34 [−2.35, +1.68]")
    assert (ranked["rank"], ranked["hypotheses"], ranked["matching"], ranked["by_chance"]) == (
        "3",
        "1,130",
        "2",
        "377.0",
    )
    assert (ranked["signal"], ranked["words"], ranked["first"]) == ("MAPK / ERK", "up", False)
    assert folded["rows"][0]["why"] == (
        "HGF does not rise in the sender: −0.34 [−2.35, +1.68]; AKT / PI3K is not up in the receiver (no evidence)"
    )
    assert found["missing"] == 1


def test_of_many_routes_between_studies_some_are_printed_after_those_of_the_own_cells():
    rows = [combination(("cells", f"c{i}", "others", "drug"), **RANKED) for i in range(FIRST_ROUTES + 4)]
    many = {"title": "Many", "contrasts": {row["sender_contrast"]: DRUG for row in rows} | {"drug": DRUG}}
    (shown,) = section((), [*rows, combination(OWN, why="no")], {**STUDIES, "cells": many})["combinations"]["shown"]
    assert shown["rows"][0]["own"]
    assert (len(shown["rows"]), shown["further"]) == (FIRST_ROUTES + 1, 4)


def test_a_combination_that_no_comparison_asks_about_is_named():
    nobody = {**combination(why="no contrast of this run is of the class braf_inhibitor"), "route": ""}
    content = section((), [nobody])
    assert content["combinations"]["shown"] == content["combinations"]["folded"] == []
    assert content["combinations"]["without"] == [
        {"combination": "RAF + MET", "paper": "Straussman 2012", "drug_class": "braf_inhibitor"}
    ]
    text = printed(content)
    assert "RAF + MET (Straussman 2012; <code>braf_inhibitor</code>)" in text
    assert "No secreted gene rises" in text
    assert "No receptor for a ligand that rises" in text


def test_the_page_says_what_the_table_is_not_and_escapes_what_it_prints():
    rows = [combination(OWN, **RANKED, signal_verdict="up"), combination(APART, why="not in the table: no such pair")]
    pairs = [pair(1, blocks="<b>bound</b>"), pair(1, APART, receptor="IL6R+IL6ST", receptor_chains="IL6R 30; IL6ST 90")]
    text = printed(section(pairs, rows))
    for said in (
        "hypotheses",
        "to a score",
        "not a protein that is secreted",
        "never met",
        "no condition",
        "by chance",
    ):
        assert said in text
    assert "blocks it: &lt;b&gt;bound&lt;/b&gt;" in text
    assert "IL6R 30" in text
    assert "<b>3</b> of 1,130" in text
    assert "No such pair" in text


@pytest.mark.parametrize("signal", ["akt", "of_another_panel"])
def test_a_signal_that_the_panel_lost_keeps_its_key(signal):
    (group,) = section([pair(1, signal=signal)])["own"]
    assert group["pairs"][0]["signals"][0]["label"] == SIGNALS.get(signal, {"label": signal})["label"]


def test_where_the_file_was_cut_the_page_tells_how_far_and_how_many_there_were():
    cut = section([pair(1, hypotheses=40), pair(2, ligand="EGF", hypotheses=40), pair(1, APART, hypotheses=1)])
    assert (cut["kept"], cut["total_own"], cut["total_elsewhere"]) == (2, "40", "1")
    assert cut["own"][0]["hypotheses"] == "40"
    assert "holds the first 2 of each route" in printed(cut)
    whole = section([pair(1), pair(2, ligand="EGF")])
    assert (whole["kept"], whole["total_own"]) == (0, "2")
    assert "All rows" in printed(whole)


def test_of_very_many_senders_the_first_are_printed_and_the_others_counted():
    names = [f"s{i:03}" for i in range(FIRST_SENDERS + 2)]
    studies = dict.fromkeys(names, STUDIES["cells"])
    found = section([pair(1, (name, "drug", name, "drug")) for name in names], studies=studies)
    assert [group["sender"]["study"] for group in found["own"]] == names[:FIRST_SENDERS]
    assert (found["senders"], found["further_senders"]) == (FIRST_SENDERS + 2, 2)
    text = printed(found)
    assert f"hypotheses in {FIRST_SENDERS + 2} comparisons" in text
    assert "2 more comparisons in ligand_hypotheses.tsv" in text


def test_of_very_many_own_cells_a_combination_shows_the_first():
    names = [f"s{i:03}" for i in range(FIRST_OWN + 3)]
    studies = dict.fromkeys(names, STUDIES["cells"])
    rows = [combination((name, "drug", name, "drug"), why="no") for name in names]
    rows.append(combination((names[0], "drug", names[1], "drug"), **RANKED))
    (shown,) = section((), rows, studies)["combinations"]["shown"]
    assert (len(shown["rows"]), shown["further"]) == (FIRST_OWN + 1, 3)


def test_receivers_that_are_not_listed_are_told():
    counted = {**combination(("cells", "drug", "", ""), why="not listed: 9 receivers elsewhere"), "route": "paracrine"}
    found = section([pair(1), pair(1, APART)], [combination(OWN, why="no"), counted])
    assert (found["combinations"]["missing"], found["combinations"]["folded"]) == (0, [])
    assert len(found["combinations"]["shown"][0]["rows"]) == 1
    text = printed(found)
    assert f"in at most {MOST_RECEIVERS} comparisons of other studies, those that hear most of it" in text
    assert "All rows and columns of these routes" in text
    assert "those that hear most of it" not in printed(section([pair(1), pair(1, APART)]))


def test_a_sender_with_as_many_receivers_as_are_listed_may_have_more():
    names = [f"s{i:03}" for i in range(MOST_RECEIVERS)]
    studies = dict.fromkeys(("cells", *names), STUDIES["cells"])
    rows = [pair(1, ("cells", "drug", name, "drug")) for name in names]
    assert section(rows, studies=studies)["most_receivers"] == MOST_RECEIVERS
    assert section(rows[1:], studies=studies)["most_receivers"] == 0
