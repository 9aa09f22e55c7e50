"""The ligands of a contrast."""

import pytest
from checkout import ROOT

from secretome.faults import InputFaults
from secretome.pathways.ligands import ligands_of, require_known

KNOWLEDGE = ROOT / "data/bundled/knowledge"


def study(*ligands: str) -> dict:
    contrasts = {"without": {"level": "a"}, "with": {"level": "b", "ligands": list(ligands)}}
    return {"file": "config/studies/mine.yaml", "contrasts": contrasts}


def test_a_difference_has_the_ligands_of_its_contrasts():
    assert ligands_of({"level": "a"}) == []
    assert ligands_of({"ligands": ["OSM", "HGF"]}) == ["HGF", "OSM"]
    parts = [{"ligands": ["OSM"]}, {"ligands": ["HGF", "OSM"]}]
    assert ligands_of({"ligands": ["IL6"], "parts": parts}) == ["HGF", "IL6", "OSM"]


def test_current_symbols_are_taken_and_no_table_is_read_where_none_is_named():
    require_known({"mine": study("HGF", "OSM", "IFNG")}, KNOWLEDGE)
    require_known({"mine": study()}, "nowhere")


def test_a_ligand_that_is_no_current_symbol_is_told():
    with pytest.raises(InputFaults) as caught:
        require_known({"mine": study("IL8", "HGFF", "HGF")}, KNOWLEDGE)
    typo, old = caught.value.faults
    assert (typo.where, typo.field, typo.value) == ("config/studies/mine.yaml", "contrasts.with.ligands", "HGFF")
    assert "Did you mean" in typo.fix
    assert (old.value, old.fix) == ("IL8", "Write CXCL8")
