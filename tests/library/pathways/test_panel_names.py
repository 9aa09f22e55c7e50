"""Names in the signature file that are in no bundled file."""

import gzip

import pytest
from checkout import ROOT

from secretome.pathways.panel_names import gene_faults, set_faults, sets_at_hand

KNOWLEDGE = ROOT / "data/bundled/knowledge"
FILES = {
    "gmt": "HYPOXIA\tx\tADM\n",
    "members": "gene_set\tgene\nHYPOXIA\tADM\n",
    "weights": "gene\tpathway\nADM\tHYPOXIA\n",
}


def where(address):
    return "signatures.yaml:" + ".".join(map(str, address))


def of_sets(folder, form, *gene_sets):
    speakers = [{"collection": "c", "gene_set": name} for name in gene_sets]
    data = {"collections": {"c": {"file": "file.gz", "format": form}}, "signals": {"s": {"speakers": speakers}}}
    return set_faults(data, where, folder)


def of_genes(ligands=(), confounding=()):
    signals = {"s": {"confounders": [{"genes": []}, {"genes": list(confounding)}]}}
    return gene_faults({"ligands": [{"gene": gene} for gene in ligands], "signals": signals}, where, KNOWLEDGE)


@pytest.mark.parametrize("form", FILES)
def test_a_gene_set_that_its_file_does_not_hold_is_named_with_the_nearest(tmp_path, form):
    (tmp_path / "file.gz").write_bytes(gzip.compress(FILES[form].encode()))
    assert of_sets(tmp_path, form, "HYPOXIA") == []
    [fault] = of_sets(tmp_path, form, "HYPOXIA", "HYPOXYA")
    assert (fault.where, fault.field) == (
        "signatures.yaml:signals.s.speakers.1.gene_set",
        "signals.s.speakers.1.gene_set",
    )
    assert str(fault).endswith("'HYPOXYA' is not in file.gz. Did you mean 'HYPOXIA'?")


def test_the_gene_sets_of_what_is_fetched_are_judged_when_it_is_there(tmp_path):
    speakers = [{"collection": "far", "gene_set": "NEVER"}, {"collection": "tool", "gene_set": "NEVER"}]
    collections = {"far": {"url": "https://a.org"}, "tool": {"package": "Tool", "file": "t.tsv"}}
    assert set_faults({"collections": collections, "signals": {"s": {"speakers": speakers}}}, where, tmp_path) == []


def test_a_file_without_its_column_is_refused_once(tmp_path):
    (tmp_path / "file.gz").write_bytes(gzip.compress(b"gene\tweight\nADM\t1\n"))
    [fault] = of_sets(tmp_path, "weights", "HYPOXIA", "OTHER")
    assert "has no column 'pathway'" in str(fault)


def test_genes_are_current_symbols():
    assert of_genes(["HGF", "CXCL8"], ["PMEL"]) == []
    found = {fault.field: (fault.value, fault.fix) for fault in of_genes(["hgf", "HGF"], ["IL8", "PMELL"])}
    assert found == {
        "ligands.0.gene": ("hgf", "Write HGF"),
        "signals.s.confounders.1.genes.0": ("IL8", "Write CXCL8"),
        "signals.s.confounders.1.genes.1": ("PMELL", "Did you mean 'PMEL'?"),
    }


def test_without_genes_nothing_is_read(tmp_path):
    data = {"ligands": [], "signals": {"s": {"confounders": []}}}
    assert gene_faults(data, where, tmp_path) == []


def test_a_file_that_cannot_be_read_is_told_once(tmp_path):
    (tmp_path / "file.gz").write_bytes(gzip.compress(b"NO TABS\n"))
    [fault] = of_sets(tmp_path, "gmt", "A", "B")
    assert "without tabs" in str(fault)


@pytest.mark.parametrize("origin", ["bundled", "own"])
def test_gene_sets_are_at_hand_where_the_file_is(tmp_path, monkeypatch, origin):
    (tmp_path / "mine.gmt").write_text(FILES["gmt"])
    monkeypatch.chdir(tmp_path)  # what is the user's own is relative to the working folder
    panel = {"collections": {"c": {"origin": origin, "file": "mine.gmt", "format": "gmt"}}}
    project = tmp_path if origin == "bundled" else tmp_path / "elsewhere"
    assert sets_at_hand(panel, "c", project) == {"HYPOXIA"}


def test_gene_sets_that_are_fetched_or_not_chosen_are_not_at_hand(tmp_path):
    panel = {"collections": {"c": {"origin": "fetched", "url": "https://x", "format": "gmt"}}}
    assert sets_at_hand(panel, "c", tmp_path) is None
    assert sets_at_hand(panel, "other", tmp_path) is None
