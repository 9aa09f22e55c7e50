"""Complexes keep all their chains, and what joins to nothing is refused."""

from dataclasses import replace
from itertools import permutations
from pathlib import Path

import pandas as pd
import pytest
import yaml

from secretome.faults import InputFaults
from secretome.synthesis.ligand_receptor_table import (
    COMBINATIONS,
    INHIBITORS,
    LIGAND_RECEPTOR,
    RECEPTOR_PARTNERS,
    RECEPTOR_SIGNALS,
    make_pairs,
    read_knowledge,
    require_sound,
)
from secretome.tables import GENES, Contract, read_table

ROOT = Path(__file__).parents[3]
KNOWLEDGE = ROOT / "data/bundled/knowledge"
SYMBOLS = [
    *["C4B_2", "CD4", "FLT1", "HGF", "IL12A", "IL12B", "IL12RB1", "IL6", "IL6R", "IL6ST", "KDR", "MET", "OSM", "OSMR"],
    "VEGFA",
]
GENE_TABLE = pd.DataFrame(
    [[str(number), name, "", "protein-coding", "", ""] for number, name in enumerate(SYMBOLS)],
    columns=list(GENES.columns),
)
ALIASES = pd.DataFrame({"alias": ["SCATTER"], "symbol": ["HGF"]})
SECRETED = pd.DataFrame(
    [
        *[[gene, "ligand"] for gene in ("IL6", "OSM", "HGF", "VEGFA", "IL12A", "IL12B")],
        *[["IL6R", "secreted"], ["IL6ST", "secreted"], ["C4B_2", "secreted"], ["CD4", "high_throughput"]],
    ],
    columns=["gene", "secreted_class"],
)
PARTNERS = pd.DataFrame(
    [
        ["alone", "KDR", "", "signals as a pair of itself"],
        ["needs", "IL6R", "IL6ST", "signals through it"],
        ["not_alone", "IL6ST", "", "binds beside another"],
    ],
    columns=list(RECEPTOR_PARTNERS.columns),
)


def rows(*given: str) -> pd.DataFrame:
    """Rows from "ligand receptor resource"; an underscore makes a complex."""
    table = pd.DataFrame([one.split() for one in given], columns=["source_genesymbol", "target_genesymbol", "resource"])
    for side in ("source", "target"):
        names = table[f"{side}_genesymbol"]
        table[side] = ["COMPLEX:P" if "_" in name and name != "C4B_2" else "P" for name in names]
    return table


def pairs_of(table: pd.DataFrame, partners: pd.DataFrame = PARTNERS) -> dict[tuple[str, str], str]:
    made, _ = make_pairs(table, partners, SECRETED, GENE_TABLE, ALIASES)
    assert list(made.columns) == list(LIGAND_RECEPTOR.columns)
    return {(row.ligand, row.receptor): row.resources for row in made.itertuples()}


BOTH = "cellphonedb; connectomedb2020"


def test_a_complex_keeps_all_its_chains_but_the_ligand() -> None:
    assert pairs_of(rows("IL6 IL6_IL6R_IL6ST cellphonedb")) == {("IL6", "IL6R+IL6ST"): "cellphonedb"}


def test_chains_that_are_written_singly_belong_to_the_complex() -> None:
    given = ("IL6 IL6_IL6R_IL6ST cellphonedb", "IL6 IL6R connectomedb2020", "IL6 IL6ST connectomedb2020")
    assert pairs_of(rows(*given)) == {("IL6", "IL6R+IL6ST"): BOTH}
    assert all(pairs_of(rows(*order)) == {("IL6", "IL6R+IL6ST"): BOTH} for order in permutations(given))


def test_a_receptor_gets_the_chain_that_it_needs_and_says_so() -> None:
    table, _ = make_pairs(rows("IL6 IL6R connectomedb2020"), PARTNERS, SECRETED, GENE_TABLE, ALIASES)
    assert table[["receptor", "added"]].values.tolist() == [["IL6R+IL6ST", "IL6ST"]]


def test_a_complex_that_is_written_is_whole() -> None:
    assert set(pairs_of(rows("OSM IL6R_OSMR cellphonedb"))) == {("OSM", "IL6R+OSMR")}


def test_a_chain_of_a_receptor_is_no_ligand_of_it() -> None:
    assert pairs_of(rows("IL6R IL6R_IL6ST cellphonedb")) == {}


def test_a_chain_that_is_no_receptor_alone_is_left_out() -> None:
    assert pairs_of(rows("OSM IL6ST connectomedb2020", "HGF MET connectomedb2020")) == {
        ("HGF", "MET"): "connectomedb2020"
    }


def test_a_receptor_that_signals_as_a_pair_of_itself_stays_beside_the_complex() -> None:
    given = rows("VEGFA FLT1_KDR cellphonedb", "VEGFA KDR connectomedb2020", "VEGFA FLT1 connectomedb2020")
    assert pairs_of(given) == {("VEGFA", "FLT1+KDR"): BOTH, ("VEGFA", "KDR"): "connectomedb2020"}


def test_what_the_collection_with_complexes_writes_singly_stays() -> None:
    given = rows("VEGFA FLT1_KDR cellphonedb", "VEGFA FLT1 cellphonedb")
    assert set(pairs_of(given)) == {("VEGFA", "FLT1+KDR"), ("VEGFA", "FLT1")}


def test_other_resources_are_not_read() -> None:
    table, counts = make_pairs(rows("HGF MET cellchatdb"), PARTNERS, SECRETED, GENE_TABLE, ALIASES)
    assert len(table) == 0
    assert counts["read_cellphonedb"] == counts["pairs"] == 0


def test_names_are_made_current_and_losses_are_counted() -> None:
    given = rows("SCATTER MET cellphonedb", "HGF NOSUCH cellphonedb", "MET CD4 cellphonedb", "IL6 OSM cellphonedb")
    table, counts = make_pairs(given, PARTNERS, SECRETED, GENE_TABLE, ALIASES)
    assert table[["ligand", "receptor"]].values.tolist() == [["HGF", "MET"]]
    assert (counts["without_symbol"], counts["not_secreted"], counts["no_receptor"]) == (1, 1, 1)


def test_an_underscore_in_a_symbol_is_no_complex() -> None:
    assert set(pairs_of(rows("C4B_2 CD4 connectomedb2020"))) == {("C4B_2", "CD4")}


def test_a_ligand_of_two_chains_needs_both_and_more_than_a_screen() -> None:
    assert set(pairs_of(rows("IL12A_IL12B IL12RB1 cellphonedb", "CD4_IL12A IL12RB1 cellphonedb"))) == {
        ("IL12A+IL12B", "IL12RB1")
    }


def test_a_ligand_that_blocks_says_why() -> None:
    blocks = pd.DataFrame([["blocks", "MET", "HGF", "made up"]], columns=list(RECEPTOR_PARTNERS.columns))
    table, _ = make_pairs(rows("HGF MET cellphonedb", "HGF CD4 cellphonedb"), blocks, SECRETED, GENE_TABLE, ALIASES)
    assert dict(zip(table["receptor"], table["blocks"], strict=True)) == {"CD4": "", "MET": "made up"}


def test_partners_that_do_not_exist_are_refused_all_at_once() -> None:
    wrong = pd.DataFrame(
        [["needs", "IL6RR", "IL6ST", ""], ["need", "MET", "", ""], ["needs", "MET", "", ""]],
        columns=list(RECEPTOR_PARTNERS.columns),
    )
    with pytest.raises(InputFaults) as found:
        make_pairs(rows("HGF MET cellphonedb"), wrong, SECRETED, GENE_TABLE, ALIASES)
    text = str(found.value)
    assert "'IL6RR'" in text
    assert "Did you mean 'IL6R'?" in text
    assert "Did you mean 'needs'?" in text
    assert "is missing of a row needs MET" in text


@pytest.fixture(scope="module")
def symbols() -> set[str]:
    return set(read_table(KNOWLEDGE / "genes.tsv.gz", GENES)["symbol"])


@pytest.fixture(scope="module")
def signals() -> list[str]:
    return list(yaml.safe_load((ROOT / "config/signatures.yaml").read_text(encoding="utf-8"))["signals"])


def test_the_bundled_knowledge_is_sound(symbols: set[str], signals: list[str]) -> None:
    knowledge = read_knowledge(KNOWLEDGE)
    require_sound(knowledge, symbols, signals)
    pairs = knowledge.pairs.set_index(["ligand", "receptor"])
    assert pairs.loc[("IL6", "IL6R+IL6ST"), "resources"] == BOTH
    assert pairs.loc[("HGF", "MET"), "resources"] == BOTH
    assert ("NRG1", "ERBB2+ERBB3") in pairs.index
    assert not {("IL6", "IL6R"), ("IL6", "IL6ST"), ("NRG1", "ERBB3"), ("NRG1", "ERBB2")} & set(pairs.index)
    assert pairs.loc[("IL1RN", "IL1R1+IL1RAP"), "blocks"]
    chains = {chain for receptor in knowledge.pairs["receptor"] for chain in receptor.split("+")}
    assert set(knowledge.receptor_signals["receptor"]) <= chains
    assert set(knowledge.inhibitors.query("level == 'receptor'")["target"]) <= chains


@pytest.mark.parametrize(
    "contract", [RECEPTOR_PARTNERS, RECEPTOR_SIGNALS, INHIBITORS, COMBINATIONS], ids=lambda one: one.name
)
def test_the_typed_tables_are_sorted_and_say_why(contract: Contract) -> None:
    table = read_table(KNOWLEDGE / f"{contract.name}.tsv", contract)
    assert table.equals(table.sort_values(list(contract.order)).reset_index(drop=True))
    assert table["example" if contract is INHIBITORS else "reason"].all()


@pytest.mark.parametrize(
    ("table", "column", "value", "told"),
    [
        ("pairs", "receptor", "MET+NOSUCH", "is not a current symbol"),
        ("receptor_signals", "signal", "jakstat", "Did you mean 'jak_stat'?"),
        ("receptor_signals", "reason", "", "is missing of"),
        ("inhibitors", "target", "METT", "is not a current symbol"),
        ("inhibitors", "level", "gene", "is not known here"),
        ("inhibitors", "status", "maybe", "is not known here"),
        ("inhibitors", "inhibits", "JAK2|", "is not a current symbol"),
        ("combinations", "inhibitor_class", "HGF inhibitors", "is not known here"),
        ("combinations", "signal", "akt|mek", "does not exist"),
        ("combinations", "drug_class", "", "is missing of"),
    ],
)
def test_what_joins_to_nothing_is_refused(
    table: str, column: str, value: str, told: str, symbols: set[str], signals: list[str]
) -> None:
    knowledge = read_knowledge(KNOWLEDGE)
    spoiled = getattr(knowledge, table).copy()
    spoiled.loc[0, column] = value
    with pytest.raises(InputFaults) as found:
        require_sound(replace(knowledge, **{table: spoiled}), symbols, signals)
    assert told in str(found.value)
