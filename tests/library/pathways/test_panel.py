"""config/signatures.yaml: what is wrong with it, and what of it a run hears."""

from pathlib import Path

import pytest
from checkout import ROOT

from secretome.faults import InputFaults
from secretome.pathways.panel import (
    bundled_files,
    load_panel,
    local_files,
    named_sets,
    other_collections,
    remote_files,
)

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
    confounders: [{genes: [PMEL], why: because}, {why: also}]
    rivals: [met]
  met:
    label: MET
    speakers: [{collection: tool, gene_set: HGF}, {collection: far, gene_set: M, decides: false}]
    confounders: []
"""


@pytest.fixture
def signatures(tmp_path) -> Path:
    """The file in a project that has the bundled knowledge."""
    (tmp_path / "config").mkdir()
    (tmp_path / "sets.gmt").write_text("A\tB\tC\n")
    (tmp_path / "data").symlink_to(ROOT / "data")
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
    everything = load_panel(ROOT / "config/signatures.yaml", {"collections": "all", "gene_sets": {}})
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
    assert akt["confounders"] == [{"genes": ["PMEL"], "why": "because"}, {"genes": [], "why": "also"}]
    assert (akt["rivals"], akt["note"], akt["absent"]) == (["met"], "", "")


def test_speakers_are_heard_where_their_collection_was_chosen(signatures):
    def heard(chosen):
        panel = load_panel(signatures, {"collections": chosen, "gene_sets": {}})
        return {
            key: ([one["collection"] for one in signal["speakers"]], bool(signal["absent"]))
            for key, signal in panel["signals"].items()
        }

    assert heard("bundled") == {"akt": (["sets"], False), "met": (["tool"], True)}
    assert heard(["far"]) == {"akt": (["sets", "far"], False), "met": (["tool", "far"], True)}
    assert heard(["bundled", "tool"]) == {"akt": (["sets"], False), "met": (["tool"], False)}
    assert heard("all") == {"akt": (["sets", "far"], False), "met": (["tool", "far"], False)}
    panel = load_panel(signatures, {"collections": "all", "gene_sets": {}})
    assert {key: one["origin"] for key, one in panel["collections"].items()} == {
        "sets": "bundled",
        "far": "fetched",
        "tool": "installed",
    }
    absent = load_panel(signatures)["signals"]["met"]["absent"]
    assert absent.startswith("The gene sets that decide on it are of the Tools, which this run did not choose (coll")
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
        ("genes: [PMEL]", "genes: [<b>]", "signals.akt.confounders.0.genes.0", "not written"),
        ("genes: [PMEL]", "genes: [TP53, PMELL]", "signals.akt.confounders.0.genes.1", "Did you mean 'PMEL'?"),
        ("gene: HGF", "gene: IL8", "ligands.0.gene", "Write CXCL8"),
        ("gene: HGF", "gene: hgf", "ligands.0.gene", "Write HGF"),
        ("gene_set: A}", "gene_set: a}", "signals.akt.speakers.0.gene_set", "is not in sets.gmt. Did you mean 'A'?"),
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
        load_panel(signatures, {"collections": ["bundled", "toll"], "gene_sets": {}})
    [fault] = caught.value.faults
    assert (fault.where, fault.field, fault.value) == ("configuration", "collections", "toll")
    assert "'tool'" in fault.fix


@pytest.fixture
def own(signatures, monkeypatch):
    """Gene sets of the user's own, in a working folder."""
    monkeypatch.chdir(signatures.parents[1])

    def load(text: str, key: str = "mine", file: str = "mine.gmt"):
        Path("mine.gmt").write_text(text)
        return load_panel(signatures, {"collections": "bundled", "gene_sets": {key: file}})

    return load


def test_gene_sets_of_ones_own_are_a_collection_of_the_run(own):
    panel = own("A\turl\tTP53\tMDM2\tIL6\n")
    assert list(panel["collections"]) == ["sets", "mine"]
    mine = panel["collections"]["mine"]
    assert (mine["origin"], mine["label"], mine["file"], mine["kind"]) == ("own", "mine", "mine.gmt", "gene_sets")
    assert (mine["smallest"], mine["largest"], panel["labels"]["mine"]) == (10, 500, "mine")
    assert local_files(panel) == {"mine": "mine.gmt"}
    assert bundled_files(panel) == {"sets": "sets.gmt"}
    assert list(other_collections(panel)) == ["mine"]


@pytest.mark.parametrize(
    ("text", "given", "told"),
    [
        ("A\turl\nB\n", {}, ["mine.gmt:1", "mine.gmt:2"]),
        ("A\turl\tTp53\tMdm2\tIl6\n", {}, ["only 0 of 3 genes (0 %)", "mouse or rat"]),
        ("A\turl\tENSG00000141510\n", {}, ["Ensembl gene ids, not gene symbols"]),
        ("A\turl\tTP53\n", {"file": "absent.gmt"}, ["gene_sets.mine", "does not exist"]),
        ("A\turl\tTP53\n", {"file": "../mine.gmt"}, ["leaves the working folder"]),
        ("A\turl\tTP53\n", {"key": "Mine"}, ["lower-case"]),
        ("A\turl\tTP53\n", {"key": "sets"}, ["is the key of a collection"]),
        ("A\turl\tTP53\n", {"key": "bundled"}, ["reserved"]),
    ],
)
def test_what_is_wrong_with_ones_own_is_told_at_parse(own, text, given, told):
    with pytest.raises(InputFaults) as caught:
        own(text, **given)
    assert all(part in str(caught.value) for part in told)


def test_what_has_to_be_fetched_has_its_place_and_its_hash(signatures):
    signatures.write_text(TEXT.replace("far.gmt,", f"far.gmt, sha256: '{'0' * 64}',"))
    panel = load_panel(signatures, {"collections": "all", "gene_sets": {}})
    address = {"url": "https://a.org/far.gmt", "path": "a.org/far.gmt", "sha256": "0" * 64, "about": ""}
    assert remote_files(panel) == {"far": address}
    assert local_files(panel) == {}  # the package is not installed
    assert named_sets(panel) == {"far": {"F": "AKT", "M": "MET"}, "tool": {"HGF": "MET"}}


def test_the_file_of_a_package_is_found_without_importing_it(signatures, tmp_path, monkeypatch):
    (tmp_path / "site/Tool").mkdir(parents=True)
    (tmp_path / "site/Tool/__init__.py").write_text("raise SystemExit('imported')\n")
    monkeypatch.syspath_prepend(str(tmp_path / "site"))
    panel = load_panel(signatures, {"collections": ["tool"], "gene_sets": {}})
    assert local_files(panel) == {}
    # As pip installs CytoSig: its tables are not in the package but beside its script.
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin/t.tsv").write_text("x")
    (tmp_path / "site/tool-1.dist-info").mkdir()
    (tmp_path / "site/tool-1.dist-info/METADATA").write_text("Metadata-Version: 2.1\nName: Tool\nVersion: 1\n")
    (tmp_path / "site/tool-1.dist-info/RECORD").write_text("Tool/__init__.py,,\n../bin/t.tsv,,\n")
    assert local_files(panel) == {"tool": str((tmp_path / "bin/t.tsv").resolve())}
    (tmp_path / "site/Tool/t.tsv").write_text("x")
    assert local_files(panel) == {"tool": str(tmp_path / "site/Tool/t.tsv")}


@pytest.mark.parametrize(
    ("old", "new", "allowed"),
    [
        ("format: cytosig", "format: gmt", "cytosig"),
        ("far.gmt,", "far.gmt, format: weights,", "collectri"),
        ("file: sets.gmt,", "file: sets.gmt, format: collectri,", "members"),
    ],
)
def test_each_origin_has_its_formats(signatures, old, new, allowed):
    assert old in TEXT
    signatures.write_text(TEXT.replace(old, new, 1))
    with pytest.raises(InputFaults) as caught:
        load_panel(signatures)
    [fault] = caught.value.faults
    assert fault.field.endswith(".format")
    assert allowed in fault.fix
