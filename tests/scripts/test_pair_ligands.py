import pandas as pd
import pytest
from checkout import ROOT

import pair_ligands
from secretome.synthesis.combinations import COMBINATION_RANKS
from secretome.synthesis.ligand_receptors import HYPOTHESES
from secretome.synthesis.routes import TABLES
from secretome.tables import DIFFERENTIAL, NUMBER, SECRETOME, SIGNALS, TEXT, empty_table, read_table, write_table

KNOWLEDGE = str(ROOT / "data/bundled/knowledge")


def row(contract, **given):
    plain = {name: {TEXT: "", NUMBER: 0.01}[kind] for name, kind in contract.columns.items()}
    return {**plain, **given}


@pytest.fixture
def write_study(tmp_path):
    """A function that writes the contrast ``drug`` of a study in which HGF rises or not, MET is there, and MAPK up."""

    def write(study, tier):
        change = {"gene": "HGF", "log2_fold_change": 2.0, "ci_low": 1.0, "ci_high": 3.0, "expression_percentile": 60.0}
        made = [
            [row(SECRETOME, **change, tier=tier, secreted_class="ligand")],
            [row(DIFFERENTIAL, **change), row(DIFFERENTIAL, gene="MET", expression_percentile=80.0)],
            [row(SIGNALS, signal="mapk", verdict="up", effect=1.0, ci_low=0.5, ci_high=1.5)],
        ]
        for contract, rows in zip((SECRETOME, DIFFERENTIAL, SIGNALS), made, strict=True):
            write_table(tmp_path / study / "drug" / f"{contract.name}.tsv", pd.DataFrame(rows), contract)

    return write


def run(tmp_path, studies, drug_class="braf_inhibitor"):
    tables = {
        contract.name: [str(tmp_path / study / "drug" / f"{contract.name}.tsv") for study in studies]
        for contract in TABLES
    }
    described = {"compartment": "cells", "lysate": "", "drug_classes": {"drug": drug_class}}
    paths = (str(tmp_path / "hypotheses.tsv"), str(tmp_path / "ranks.tsv"))
    pair_ligands.main(tables, KNOWLEDGE, *paths, {"studies": dict.fromkeys(studies, described)})
    return read_table(paths[0], HYPOTHESES), read_table(paths[1], COMBINATION_RANKS).set_index("combination")


def test_a_ligand_that_rises_meets_its_receptor_in_its_own_cells_and_elsewhere(tmp_path, write_study):
    write_study("sending", "B")
    write_study("hearing", "")
    hypotheses, ranks = run(tmp_path, ["sending", "hearing"])
    heard = hypotheses[(hypotheses["ligand"] == "HGF") & (hypotheses["signal"] == "mapk")]
    assert list(zip(heard["route"], heard["sender_study"], heard["receiver_study"], strict=True)) == [
        ("paracrine", "sending", "hearing"),
        ("autocrine", "sending", "sending"),
    ]
    assert list(heard["receptor_chains"]) == ["MET 80", "MET 80"]
    assert "crizotinib" in heard["receptor_inhibitor"].iloc[0]
    met = ranks.loc[["RAF + MET"]].set_index(["sender_study", "receiver_study"])
    assert met.loc[("sending", "sending"), "rank"] == 1
    assert "HGF does not rise in the sender" in met.loc[("hearing", "hearing"), "why"]


def test_a_run_of_one_contrast_has_no_route_elsewhere(tmp_path, write_study):
    write_study("sending", "B")
    assert set(run(tmp_path, ["sending"])[0]["route"]) == {"autocrine"}


@pytest.mark.parametrize("studies", [[], ["lost"]], ids=["no study", "not had"])
def test_without_results_no_hypotheses_and_each_combination_says_so(tmp_path, studies):
    for contract in TABLES:
        write_table(tmp_path / "lost/drug" / f"{contract.name}.tsv", empty_table(contract), contract)
    hypotheses, ranks = run(tmp_path, studies)
    assert not len(hypotheses)
    assert ranks["rank"].isna().all()
    assert ranks.loc["RAF + MET", "why"] == "no contrast of this run is of the class braf_inhibitor"
