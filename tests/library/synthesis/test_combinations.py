"""The papers' combinations are found where they are, and what fails is named where they are not."""

import itertools

import numpy as np
import pandas as pd
from pandas.testing import assert_frame_equal

from secretome.synthesis.combinations import COMBINATION_RANKS, first_by_chance, tabulate_routes
from secretome.synthesis.ligand_receptor_table import COMBINATIONS
from secretome.synthesis.ligand_receptors import HYPOTHESES, RANKING, ROUTE, Sender
from secretome.synthesis.route_evidence import Routes
from secretome.tables import COUNT, NUMBER, SECRETOME, empty_table, read_table, write_table

MET_COMBINATION = {
    "combination": "RAF + MET",
    "paper": "straussman2012",
    "drug_class": "braf_inhibitor",
    "ligand": "HGF",
    "receptor": "MET",
    "signal": "",
    "inhibitor_class": "MET inhibitor",
}
AKT_COMBINATION = {
    "combination": "RAF + AKT",
    "paper": "obenauf2015",
    "drug_class": "braf_inhibitor",
    "signal": "akt|mtor",
    "inhibitor_class": "PI3K inhibitor|AKT inhibitor",
}


def combinations(*rows: dict[str, str]) -> pd.DataFrame:
    filled = [[row.get(column, "") for column in COMBINATIONS.columns] for row in rows]
    return pd.DataFrame(filled, columns=list(COMBINATIONS.columns), dtype=object)


def evidence(*rows: dict, study: str = "one") -> pd.DataFrame:
    plain: dict[str, object] = dict.fromkeys(HYPOTHESES.columns, "")
    plain |= {column: np.nan for column, kind in HYPOTHESES.columns.items() if kind in (NUMBER, COUNT)}
    plain |= {"route": "autocrine", "sender_study": study, "sender_contrast": "drug", "fails": ""}
    plain |= {"receiver_study": study, "receiver_contrast": "drug", "tier": "B", "resources": "cellphonedb"}
    return pd.DataFrame([{**plain, **row} for row in rows]).drop(columns=list(RANKING))


def sender(drug_class: str = "braf_inhibitor", study: str = "one") -> Sender:
    return Sender(study, "drug", empty_table(SECRETOME), drug_class)


HGF = {"ligand": "HGF", "receptor": "MET", "signal": "mapk", "receptor_inhibitor": "MET inhibitor (crizotinib)"}
EGF = {"ligand": "EGF", "receptor": "EGFR", "signal": "akt", "signal_inhibitor": "PI3K inhibitor (alpelisib)"}
IGF = {"ligand": "IGF1", "receptor": "IGF1R", "signal": "akt", "signal_inhibitor": "PI3K inhibitor (alpelisib)"}
OTHER = {"ligand": "CCL2", "receptor": "CCR2", "signal": "nfkb"}


Told = list[tuple[Sender, pd.DataFrame]]


def routes_of(told: Told) -> list[Routes]:
    return [Routes(one, rows[ROUTE].drop_duplicates(), rows) for one, rows in told]


def rank_combinations(told: Told, chosen: pd.DataFrame) -> pd.DataFrame:
    return tabulate_routes(routes_of(told), chosen)[1]


def test_the_best_row_gives_the_rank_and_chance_stands_beside_it() -> None:
    rows = [
        {**OTHER, "signal_verdict": "up", "signal_inhibitor": "PI3K inhibitor (of another signal)"},
        {**EGF, "signal_verdict": "no_evidence"},
    ]
    rows += [{**IGF, "signal_verdict": "down"}, {**HGF, "signal_verdict": "up"}]
    table = rank_combinations([(sender(), evidence(*rows))], combinations(MET_COMBINATION, AKT_COMBINATION))
    akt, met = table.to_dict("records")
    # Order: HGF (up, with an inhibitor of its receptor), CCL2 (up), EGF, IGF1.
    assert (met["rank"], met["hypotheses"], met["matching"], met["why"]) == (1.0, 4, 1, "")
    assert met["rank_by_chance"] == 5 / 2
    assert (akt["rank"], akt["ligand"], akt["matching"]) == (3.0, "EGF", 2)
    np.testing.assert_allclose(akt["rank_by_chance"], 5 / 3, rtol=1e-12)
    assert akt["why"] == "in the table, but the signal is not up in the receiver: no_evidence"


def test_chance_is_that_of_rows_with_an_inhibitor() -> None:
    # By its inhibitor HGF is first of all; EGF could have been as well, the 20 others not.
    others = [{**OTHER, "ligand": f"CCL{number}", "signal_verdict": "up"} for number in range(20)]
    rows = [{**HGF, "signal_verdict": "up"}, {**EGF, "signal_verdict": "up"}, *others]
    row = rank_combinations([(sender(), evidence(*rows))], combinations(MET_COMBINATION)).iloc[0]
    assert (row["rank"], row["hypotheses"], row["rank_by_chance"]) == (1.0, 22, 1.5)


def test_the_rank_by_chance_by_hand_and_over_all_choices() -> None:
    np.testing.assert_allclose(first_by_chance(np.arange(1.0, 6.0), 2), 6 / 3, rtol=1e-12)
    places = np.array([2.0, 3.0, 7.0, 20.0])
    by_hand = [min(pair) for pair in itertools.combinations(places, 2)]
    np.testing.assert_allclose(first_by_chance(places, 2), np.mean(by_hand), rtol=1e-12)
    np.testing.assert_allclose(first_by_chance(places, 4), 2, rtol=1e-12)
    assert np.isnan(first_by_chance(places, 0))


def test_a_pair_that_fails_is_not_in_the_table_and_says_why() -> None:
    rows = [{**HGF, "fails": "HGF does not rise in the sender: -0.05 [-0.29, +0.19]"}, OTHER]
    table = rank_combinations([(sender(), evidence(*rows))], combinations(MET_COMBINATION))
    row = table.iloc[0]
    assert np.isnan(row["rank"])
    assert row["why"] == "not in the table: HGF does not rise in the sender: -0.05 [-0.29, +0.19]"
    assert (row["hypotheses"], row["matching"], row["ligand"], row["receptor"]) == (1, 0, "HGF", "MET")


def test_of_several_pairs_it_is_counted_what_they_lack() -> None:
    rows = [
        {**EGF, "fails": "EGF does not rise in the sender: +0.10 [-0.10, +0.30]"},
        {**IGF, "fails": "IGF1 was not measured in the sender; IGF1R is not expressed in the receiver"},
        {**IGF, "receptor": "INSR", "fails": "INSR was not measured in the receiver"},
        {**IGF, "ligand": "IGF2", "fails": "akt is not up in the receiver (down)"},
    ]
    table = rank_combinations([(sender(), evidence(*rows))], combinations(AKT_COMBINATION))
    assert table["why"].tolist() == [
        "not in the table: of 4 pairs 2 lack a ligand that rises, 2 an expressed receptor, 1 a signal that is up"
    ]


def test_a_pair_that_no_collection_knows_says_so() -> None:
    table = rank_combinations([(sender(), evidence(OTHER))], combinations(MET_COMBINATION))
    assert table["why"].tolist() == ["not in the table: no such pair of ligand and receptor is known here"]


def test_only_senders_of_the_first_drug_are_asked() -> None:
    given = [(sender("pi3k_inhibitor"), evidence(HGF)), (sender(""), evidence(HGF, study="two"))]
    table = rank_combinations(given, combinations(MET_COMBINATION))
    assert table["why"].tolist() == ["no contrast of this run is of the class braf_inhibitor"]
    assert table["sender_study"].tolist() == [""]
    assert table["hypotheses"].tolist() == [0]


def test_the_chain_of_a_complex_is_found_and_a_part_of_a_name_is_not() -> None:
    whole = {**HGF, "receptor": "MET+RON"}
    other = {**HGF, "receptor": "METRN"}
    found = rank_combinations([(sender(), evidence(whole))], combinations(MET_COMBINATION))
    assert found["rank"].tolist() == [1.0]
    assert np.isnan(rank_combinations([(sender(), evidence(other))], combinations(MET_COMBINATION))["rank"][0])


def test_an_inhibitor_of_another_class_does_not_match() -> None:
    for drug in ("", "anti-HGF antibody (rilotumumab, investigational)", "dual MET inhibitor (x)"):
        other = evidence({**HGF, "receptor_inhibitor": drug})
        table = rank_combinations([(sender(), other)], combinations(MET_COMBINATION))
        assert table["matching"].tolist() == [0], drug


def test_the_order_of_routes_does_not_matter_and_the_table_keeps_its_contract(tmp_path) -> None:
    given = [(sender(study=name), evidence(HGF, EGF, study=name)) for name in ("one", "two")]
    chosen = combinations(MET_COMBINATION, AKT_COMBINATION)
    table = rank_combinations(given, chosen)
    assert_frame_equal(table, rank_combinations(given[::-1], chosen))
    write_table(tmp_path / "ranks.tsv", table, COMBINATION_RANKS)
    assert_frame_equal(read_table(tmp_path / "ranks.tsv", COMBINATION_RANKS), table)


def test_without_routes_each_combination_has_its_row() -> None:
    assert len(rank_combinations([], combinations(MET_COMBINATION, AKT_COMBINATION))) == 2
    assert len(rank_combinations([], combinations())) == 0


def test_the_hypotheses_of_all_routes_stand_in_one_table(tmp_path) -> None:
    failing = evidence({**HGF, "fails": "made up"}, study="three")
    given = [(sender(study=name), evidence(HGF, OTHER, study=name)) for name in ("two", "one")]
    table, _ = tabulate_routes(routes_of([*given, (sender(study="three"), failing)]), combinations())
    assert table[["sender_study", "rank"]].values.tolist() == [["one", 1], ["one", 2], ["two", 1], ["two", 2]]
    for name in ("first.tsv", "second.tsv"):
        write_table(tmp_path / name, table, HYPOTHESES)
        table = read_table(tmp_path / name, HYPOTHESES)
    assert (tmp_path / "first.tsv").read_bytes() == (tmp_path / "second.tsv").read_bytes()
    write_table(tmp_path / "none.tsv", tabulate_routes([], combinations())[0], HYPOTHESES)


def test_of_very_many_hypotheses_every_route_keeps_its_first_ones() -> None:
    routes = [
        (sender(study="one"), evidence(HGF, EGF, IGF, study="one")),
        (sender(study="two"), evidence(HGF, study="two")),
    ]
    nothing = combinations(MET_COMBINATION)
    for most, kept in {4: [1, 2, 3, 1], 3: [1, 2, 1], 2: [1, 1], 1: [1, 1]}.items():
        hypotheses, ranks = tabulate_routes(routes_of(routes), nothing, most)
        assert list(hypotheses["rank"]) == kept
        assert dict(zip(hypotheses["sender_study"], hypotheses["hypotheses"], strict=True)) == {"one": 3, "two": 1}
        assert list(ranks["hypotheses"]) == [3, 1]


def test_one_sender_is_looked_up_in_each_of_its_routes() -> None:
    elsewhere = evidence({**HGF, "signal_verdict": "up"}, EGF).assign(route="paracrine", receiver_study="two")
    silent = evidence({**HGF, "fails": "MET is not expressed in the receiver"}).assign(receiver_study="three")
    rows = pd.concat([evidence(EGF, HGF), elsewhere, silent], ignore_index=True)
    table = rank_combinations([(sender(), rows)], combinations(MET_COMBINATION)).set_index("receiver_study")
    assert table["hypotheses"].to_dict() == {"one": 2, "two": 2, "three": 0}
    assert table["matching"].to_dict() == {"one": 1, "two": 1, "three": 0}
    assert table.loc["two", "rank"] == 1
    assert table.loc["three", "why"] == "not in the table: MET is not expressed in the receiver"


def test_what_is_held_meanwhile_does_not_change_what_is_kept() -> None:
    random = np.random.default_rng(3)
    told = [
        (
            sender(study=f"s{number:02}"),
            evidence(*({**EGF, "ligand": f"L{one}"} for one in range(size)), study=f"s{number:02}"),
        )
        for number, size in enumerate(random.integers(1, 9, size=30))
    ]
    whole, _ = tabulate_routes(routes_of(told), combinations(), 10_000)
    for most in (2, 40, 60, 90):
        counts = whole["rank"].value_counts().sort_index().cumsum()
        last = max(1, int((counts <= most).sum()))
        expected = whole[whole["rank"] <= last].reset_index(drop=True)
        assert_frame_equal(tabulate_routes(routes_of(told), combinations(), most)[0], expected)
