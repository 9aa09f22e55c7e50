"""Of each sender its own cells and the receivers elsewhere that hear most: the same as each pair of contrasts says."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from made_up_ligands import IL6_PAIR, LEVELS, PAIRS, RISE, change, knowledge, level, receiver, sender, table, verdict
from pandas.testing import assert_frame_equal

from secretome.faults import InputFaults
from secretome.synthesis.combinations import tabulate_routes
from secretome.synthesis.ligand_receptor_table import COMBINATIONS, Knowledge
from secretome.synthesis.ligand_receptors import HYPOTHESES, ROUTE, Receiver, Sender, find_hypotheses, weigh_pairs
from secretome.synthesis.route_evidence import MOST_RECEIVERS, matching_rows, weigh_routes
from secretome.tables import SECRETOME

MET = {
    "combination": "RAF + MET",
    "drug_class": "braf_inhibitor",
    "receptor": "MET",
    "inhibitor_class": "MET inhibitor",
}
JAK = {
    "combination": "RAF + JAK",
    "drug_class": "braf_inhibitor",
    "signal": "jak_stat",
    "inhibitor_class": "JAK inhibitor",
}


def asking(known: Knowledge, *combinations: dict) -> Knowledge:
    return replace(known, combinations=table(COMBINATIONS, list(combinations)))


def routes(senders: list[Sender], receivers: list[Receiver]) -> list[tuple[str, ...]]:
    found = weigh_routes(senders, receivers, PAIRS)
    return [row for one in found for row in one.routes.itertuples(index=False, name=None)]


def test_two_contrasts_of_a_study_are_no_route() -> None:
    senders = [sender(*RISE, contrast="late"), sender(*RISE, contrast="early"), sender(*RISE, study="two")]
    receivers = [receiver(LEVELS, contrast="late"), receiver(LEVELS, contrast="early")]
    found = [
        ("autocrine", "one", "early", "one", "early"),
        ("autocrine", "one", "late", "one", "late"),
        ("paracrine", "two", "drug", "one", "early"),
        ("paracrine", "two", "drug", "one", "late"),
    ]
    assert routes(senders, receivers) == found
    assert routes(senders[::-1], receivers[::-1]) == found


def test_the_lysate_of_a_medium_is_the_same_cells() -> None:
    medium = Sender("medium", "drug", table(SECRETOME, RISE), culture="lysate")
    assert routes([medium], [receiver(LEVELS, study="lysate"), receiver(LEVELS, study="lysate", contrast="other")]) == [
        ("autocrine", "medium", "drug", "lysate", "drug")
    ]


def made_up_run(studies: int = 6) -> tuple[list[Sender], list[Receiver], Knowledge]:
    """Studies in which by chance ligands rise, receptors are there, and signals are up."""
    random = np.random.default_rng(7)
    ligands, receptors = ["HGF", "IL6", "EGF", "OSM"], ["MET", "IL6R", "IL6ST", "EGFR"]
    known = asking(
        knowledge(IL6_PAIR, ("HGF", "MET"), ("EGF", "EGFR"), ("OSM", "IL6ST"), ("OSM", "MET"), ("HGF", "EGFR")),
        MET,
        JAK,
    )
    senders, receivers = [], []
    for number in range(studies):
        rises = [change(gene, random.normal(0.3), random.choice(["A", "B", ""]), percentile=50) for gene in ligands]
        there = [level(gene, random.uniform(0, 100)) for gene in receptors]
        said = [verdict(signal, random.choice(["up", "up", "down"])) for signal in ("mapk", "jak_stat", "il6")]
        senders.append(sender(*rises, study=f"s{number}"))
        receivers.append(receiver(there, said, study=f"s{number}"))
    return senders, receivers, known


def test_routes_say_the_same_as_each_pair_of_contrasts() -> None:
    senders, receivers, known = made_up_run()
    found = {one.sender.study: one for one in weigh_routes(senders, receivers, known)}
    counts, failing = set(), set()
    for one in senders:
        evidence, hypotheses = found[one.study].evidence, find_hypotheses(found[one.study].evidence)
        for other in receivers:
            whole = weigh_pairs(one, other, known)
            expected = find_hypotheses(whole)
            counts.add(len(expected))
            of_route = hypotheses[hypotheses["receiver_study"] == other.study].reset_index(drop=True)
            assert_frame_equal(of_route, expected)
            # What the combinations ask for is told whether it fails or not.
            heard = evidence[evidence["receiver_study"] == other.study]
            for asked in known.combinations.to_dict("records"):
                kept = heard[matching_rows(heard, asked)].reset_index(drop=True)
                assert_frame_equal(kept, whole[matching_rows(whole, asked)].reset_index(drop=True))
                failing |= set(kept["fails"] != "")
    assert failing == {True, False}
    assert len(counts) > 2


def test_of_many_receivers_elsewhere_those_with_most_hypotheses_are_weighed_and_the_others_counted() -> None:
    senders, receivers, known = made_up_run(12)
    for whole, some in zip(
        weigh_routes(senders, receivers, known), weigh_routes(senders, receivers, known, most_receivers=3), strict=True
    ):
        apart = whole.routes[whole.routes["route"] == "paracrine"]
        everything = find_hypotheses(whole.evidence)
        counts = apart.merge(everything.groupby(ROUTE).size().rename("n").reset_index(), how="left")["n"].fillna(0)
        expected = (
            apart[["receiver_study"]].assign(n=-counts.to_numpy()).sort_values("n", kind="stable")["receiver_study"]
        )
        kept = some.routes[some.routes["route"] == "paracrine"]
        assert list(kept["receiver_study"]) == sorted(expected.iloc[:3], key=list(apart["receiver_study"]).index)
        assert (some.routes["route"] == "autocrine").sum() == 1
        assert (whole.left_out, some.left_out) == (0, 8)
        left = everything[everything["receiver_study"].isin(expected.iloc[3:])]
        for asked in known.combinations.to_dict("records"):
            matching = left[matching_rows(left, asked)]["receiver_study"].nunique()
            assert some.left_out_matching[asked["combination"]] == matching
        found = find_hypotheses(some.evidence)
        same = everything.merge(some.routes).reset_index(drop=True)
        assert_frame_equal(found, same)


def test_a_further_receiver_adds_a_row_that_counts_it() -> None:
    senders, receivers, known = made_up_run(5)
    some = weigh_routes(senders[:1], receivers, known, most_receivers=2)
    _, ranks = tabulate_routes(some, known.combinations)
    met = ranks[ranks["combination"] == "RAF + MET"]
    assert list(met["route"]) == ["paracrine", "autocrine", "paracrine", "paracrine"]
    first = met.iloc[0]
    assert (first["sender_study"], first["receiver_study"]) == ("s0", "")
    assert first["why"].startswith("not listed: 2 receivers elsewhere with fewer hypotheses, of which ")
    assert np.isnan(first["rank"])


def test_as_many_as_a_small_run_has_are_all_weighed() -> None:
    receivers = [receiver(LEVELS, study=f"s{number:02}") for number in range(MOST_RECEIVERS + 1)]
    (one,) = weigh_routes([sender(*RISE, study="s00")], receivers, PAIRS)
    assert (len(one.routes), one.left_out) == (MOST_RECEIVERS + 1, 0)


def test_of_its_own_cells_the_signal_need_not_be_up() -> None:
    for study, count in {"one": 3, "two": 0}.items():
        (one,) = weigh_routes([sender(*RISE)], [receiver(LEVELS, [verdict("mapk", "down")], study=study)], PAIRS)
        assert len(find_hypotheses(one.evidence)) == count


def test_where_nobody_hears_there_is_no_route() -> None:
    assert list(weigh_routes([sender(*RISE)], [], PAIRS)) == []
    assert list(weigh_routes([], [receiver(LEVELS)], PAIRS)) == []


def test_nothing_rises_and_the_route_is_there() -> None:
    (one,) = weigh_routes([sender()], [receiver(LEVELS)], PAIRS)
    assert (len(one.routes), len(one.evidence)) == (1, 0)
    assert list(find_hypotheses(one.evidence).columns) == list(HYPOTHESES.columns)


@pytest.mark.parametrize(
    ("asked", "fits"),
    [
        ({"ligand": "IL6"}, [True, False]),
        ({"receptor": "IL6ST"}, [True, False]),
        ({"receptor": "IL6"}, [False, False]),
        ({"signal": "akt|mapk"}, [False, True]),
        ({"inhibitor_class": "MET inhibitor"}, [False, True]),
        ({"inhibitor_class": "MET inhibitor|JAK inhibitor"}, [True, True]),
        ({"inhibitor_class": "inhibitor"}, [False, False]),
    ],
)
def test_a_row_matches_whole_names(asked: dict, fits: list[bool]) -> None:
    rows = pd.DataFrame(
        {
            "ligand": ["IL6", "HGF"],
            "receptor": ["IL6R+IL6ST", "MET"],
            "signal": ["jak_stat", "mapk"],
            "ligand_inhibitor": "",
            "receptor_inhibitor": ["", "MET inhibitor (crizotinib)"],
            "signal_inhibitor": ["JAK inhibitor (ruxolitinib)", "MEK inhibitor (trametinib)"],
        }
    )
    plain = {"ligand": "", "receptor": "", "signal": "", "inhibitor_class": "JAK inhibitor|MEK inhibitor"}
    assert matching_rows(rows, {**plain, **asked}).tolist() == fits


def test_a_contrast_that_stands_twice_is_refused() -> None:
    with pytest.raises(InputFaults, match="stands twice"):
        list(weigh_routes([sender(*RISE), sender(*RISE)], [receiver(LEVELS)], PAIRS))
