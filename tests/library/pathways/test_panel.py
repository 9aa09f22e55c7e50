"""config/signatures.yaml: what is wrong with it, and what of it a run hears."""

from pathlib import Path

import pytest
from checkout import ROOT

from secretome.faults import InputFaults
from secretome.pathways.panel import load_panel

TEXT = """\
collections:
  sets: {label: Sets, file: sets.gmt, kind: gene_sets, source: s, licence: l, citation: c}
  far: {label: Far sets, url: https://a.org/far.gmt, kind: gene_sets, source: s, licence: l, citation: c}
  tool: {label: Tools, package: Tool, file: t.tsv, format: cytosig, kind: weights, source: s, licence: l, citation: c}
ligands: [{gene: HGF, why: paper}]
signals:
  akt:
    label: AKT
    speakers: [{collection: sets, gene_set: A}, {collection: far, gene_set: F, direction: down, decides: false}]
    confounders: [{genes: [G1], why: because}, {why: also}]
    rivals: [met]
  met:
    label: MET
    speakers: [{collection: tool, gene_set: HGF}, {collection: far, gene_set: M, decides: false}]
    confounders: []
"""


@pytest.fixture
def signatures(tmp_path) -> Path:
    (tmp_path / "config").mkdir()
    (tmp_path / "sets.gmt").write_text("A\tB\tC\n")
    path = tmp_path / "config/signatures.yaml"
    path.write_text(TEXT)
    return path


def test_the_signature_file_of_the_project_is_faultless():
    panel = load_panel(ROOT / "config/signatures.yaml")
    wanted = "akt mtor mapk jak_stat il6 interferon stat5 nfkb p53 tgfb hgf_met stress senescence hypoxia androgen"
    assert list(panel["signals"]) == wanted.split()
    assert list(panel["collections"]) == ["hallmark", "progeny", "markers"]
    assert {key for key, signal in panel["signals"].items() if signal["absent"]} == {"hgf_met", "senescence"}
    assert {"HGF", "IL6", "CXCL8", "IGF1"} <= set(panel["ligands"])
    everything = load_panel(ROOT / "config/signatures.yaml", {"collections": "all"})
    assert not any(signal["absent"] for signal in everything["signals"].values())


def test_what_is_left_out_has_its_default(signatures):
    panel = load_panel(signatures)
    assert panel["collections"] == {
        "sets": {
            "label": "Sets",
            "file": "sets.gmt",
            "kind": "gene_sets",
            "source": "s",
            "licence": "l",
            "citation": "c",
            "format": "gmt",
            "sha256": "",
            "smallest": 10,
            "largest": 500,
            "origin": "bundled",
        }
    }
    assert panel["ligands"] == ["HGF"]
    akt = panel["signals"]["akt"]
    assert akt["speakers"] == [{"collection": "sets", "gene_set": "A", "direction": "up", "decides": True}]
    assert akt["confounders"] == [{"genes": ["G1"], "why": "because"}, {"genes": [], "why": "also"}]
    assert (akt["rivals"], akt["note"], akt["absent"]) == (["met"], "", "")


def test_speakers_are_heard_where_their_collection_was_chosen(signatures):
    def heard(chosen):
        panel = load_panel(signatures, {"collections": chosen})
        return {
            key: ([one["collection"] for one in signal["speakers"]], bool(signal["absent"]))
            for key, signal in panel["signals"].items()
        }

    assert heard("bundled") == {"akt": (["sets"], False), "met": (["tool"], True)}
    assert heard(["far"]) == {"akt": (["sets", "far"], False), "met": (["tool", "far"], True)}
    assert heard(["bundled", "tool"]) == {"akt": (["sets"], False), "met": (["tool"], False)}
    assert heard("all") == {"akt": (["sets", "far"], False), "met": (["tool", "far"], False)}
    panel = load_panel(signatures, {"collections": "all"})
    assert {key: one["origin"] for key, one in panel["collections"].items()} == {
        "sets": "bundled",
        "far": "fetched",
        "tool": "installed",
    }
    absent = load_panel(signatures)["signals"]["met"]["absent"]
    assert absent == "The gene sets that decide on it are of the Tools, which this run did not choose."
    assert load_panel(signatures)["labels"] == {"sets": "Sets", "far": "Far sets", "tool": "Tools"}


@pytest.mark.parametrize(
    ("old", "new", "field", "told"),
    [
        ("[{collection: sets,", "[{collection: stes,", "signals.akt.speakers.0.collection", "sets"),
        ("kind: gene_sets, source: s", "kind: sets, source: s", "collections.sets.kind", "gene_sets"),
        ("file: sets.gmt", "file: absent.gmt", "collections.sets.file", "does not exist"),
        ("file: sets.gmt", "file: ../sets.gmt", "collections.sets.file", "leaves"),
        ("file: t.tsv", "file: ../t.tsv", "collections.tool.file", "name of a file"),
        ("package: Tool, file: t.tsv", "package: Tool", "collections.tool", "does not say where"),
        ("url: https://a.org/far.gmt", "url: https://a.org/far.gmt, file: f", "collections.far", "twice"),
        ("https://a.org", "http://a.org", "collections.far.url", "not written"),
        ("url: https://a.org/far.gmt", "url: https://a.org/far.gmt, smallest: 501", "collections.far.smallest", "500"),
        ("    confounders: []\n", "", "signals.met.confounders", "is missing"),
        ("[{collection: tool, gene_set: HGF},", "[", "signals.met.speakers", "no set that decides"),
        ("gene_set: M, decides: false", "gene_set: M", "signals.met.speakers", "would depend on what was fetched"),
        ("direction: down, decides: false", "direction: down", "signals.akt.speakers", "would depend on what was"),
        ("direction: down", "direction: sideways", "signals.akt.speakers.1.direction", "down"),
        ("rivals: [met]", "rivals: [mte]", "signals.akt.rivals.0", "'met'"),
        ("rivals: [met]", "rivals: [akt]", "signals.akt.rivals.0", "itself"),
        ("genes: [G1]", "genes: [<b>]", "signals.akt.confounders.0.genes.0", "not written"),
        ("{gene: HGF, why: paper}", "{gene: HGF}", "ligands.0.why", "is missing"),
        ("  akt:", "  AKT:", "signals", "lower-case"),
    ],
)
def test_faults_are_named(signatures, old, new, field, told):
    load_panel(signatures)
    assert old in TEXT
    signatures.write_text(TEXT.replace(old, new, 1))
    with pytest.raises(InputFaults) as caught:
        load_panel(signatures)
    [fault] = caught.value.faults
    assert fault.field == field
    assert told in str(fault)
    assert fault.where.startswith(str(signatures))


def test_an_unknown_choice_is_a_fault_of_the_configuration(signatures):
    with pytest.raises(InputFaults) as caught:
        load_panel(signatures, {"collections": ["bundled", "toll"]})
    [fault] = caught.value.faults
    assert (fault.where, fault.field, fault.value) == ("configuration", "collections", "toll")
    assert "'tool'" in fault.fix
