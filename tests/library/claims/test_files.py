"""Claim files: what is taken, what is refused and where, and those that ship with the project."""

import subprocess
import sys
from functools import partial

import pytest
from checkout import ROOT

from secretome import studies
from secretome.claims.files import Known, load_claims, named_genes
from secretome.faults import InputFaults
from secretome.pathways.panel import load_panel
from secretome.pathways.panel_names import sets_at_hand

TEXT = """paper: {doi: 10.1038/nature14336, citation: Somebody 2020}
claims:
  falls:
    says: It falls.
    kind: effect
    feature: {gene: FOSL1}
    direction: down
    smallest_effect: 1.0
    reason: two-fold
    where: {drug_class: braf_inhibitor, setting: [acute, adaptive], contrasts: [other/week_1]}
    transfer: {other: another line}
    seen: [mine]
  rises:
    says: They rise.
    kind: effect
    feature: {genes: [DUSP6, SPRY2], rule: mean}
    direction: up
    smallest_effect: 0.5
    reason: enough
    seen: false
  rescued:
    says: It is rescued.
    kind: published
    feature: {table: growth, comparison: rescue}
    direction: up
    smallest_effect: 15
    reason: a sixth
    where: {studies: [printed]}
    seen: true
"""


def test_what_is_left_out_has_its_default(load):
    [paper] = load(TEXT).values()
    assert paper["paper"]["doi"] == "10.1038/nature14336"
    falls, rises, rescued = paper["claims"].values()
    assert falls["where"] == {
        "drug_class": ["braf_inhibitor"],
        "setting": ["acute", "adaptive"],
        "studies": [],
        "contrasts": ["other/week_1"],
        "compartment": "cells",
        "measures": "any",
        "model": [],
    }
    assert (falls["scope"], falls["untestable"], falls["figure"], falls["caution"]) == ("claim", "", "", "")
    assert rises["where"]["drug_class"] == []
    assert "changed_by" not in rises["feature"]
    assert [named_genes(one) for one in (falls, rises, rescued)] == [["FOSL1"], ["DUSP6", "SPRY2"], []]


@pytest.mark.parametrize(
    ("old", "new", "field", "told"),
    [
        ("gene: FOSL1", "gene: FOSLL1", "claims.falls.feature.gene", "Did you mean 'FOSL1'?"),
        ("gene: FOSL1", "gene: FRA1", "claims.falls.feature.gene", "Write FOSL1"),
        ("gene: FOSL1", "gene: fosl1", "claims.falls.feature.gene", "Did you mean 'FOSL1'?"),
        ("DUSP6, SPRY2", "DUSP6, IL8", "claims.rises.feature.genes", "Write CXCL8"),
        ("gene: FOSL1", "signal: atk", "claims.falls.feature.signal", "Did you mean 'akt'?"),
        ("gene: FOSL1", "gene_set: A, collection: halmark", "claims.falls.feature.collection", "'hallmark'"),
        (
            "gene: FOSL1",
            "gene_set: HALLMARK_HYPOXA, collection: hallmark",
            "claims.falls.feature.gene_set",
            "Did you mean 'HALLMARK_HYPOXIA'?",
        ),
        ("other/week_1", "other/week_3", "claims.falls.where.contrasts.0", "other/week_"),
        ("other/week_1", "mine/drugs", "claims.falls.where.contrasts.0", "Did you mean 'mine/drug'?"),
        ("other/week_1", "othre/week_1", "claims.falls.where.contrasts.0", "is not a contrast"),
        ("drug_class: braf_inhibitor", "drug_class: BRAF inhibitor", "claims.falls.where.drug_class", "underscores"),
        ("drug_class: braf_inhibitor", "drug_class: [a, b-c]", "claims.falls.where.drug_class.1", "underscores"),
        ("setting: [acute, adaptive]", "setting: acut", "claims.falls.where.setting", "Did you mean 'acute'?"),
        ("setting: [acute, adaptive]", "setting: [acut]", "claims.falls.where.setting.0", "Did you mean 'acute'?"),
        ("{other: another", "{othre: another", "claims.falls.transfer.othre", "'other'"),
        ("seen: [mine]", "seen: [main]", "claims.falls.seen.0", "'mine'"),
        ("    smallest_effect: 1.0\n", "", "claims.falls.smallest_effect", "is missing"),
        ("smallest_effect: 1.0", "smallest_effect: 0", "claims.falls.smallest_effect", "0"),
        ("smallest_effect: 1.0", "smallest_effect: -1", "claims.falls.smallest_effect", "-1"),
        ("smallest_effect: 1.0", "smallest_effect: two", "claims.falls.smallest_effect", "a number"),
        (", rule: mean", "", "claims.rises.feature.rule", "all, mean or any"),
        ("rule: mean", "rule: median", "claims.rises.feature.rule", "all, mean, any"),
        ("    reason: two-fold\n", "", "claims.falls.reason", "is missing"),
        ("    seen: [mine]\n", "", "claims.falls.seen", "is missing"),
        ("  rises:", "  falls:", "", "stands twice"),
        ("  rises:", "  Rises:", "claims", "lower-case"),
        ("comparison: rescue", "comparison: resque", "claims.rescued.feature.comparison", "'rescue'"),
        ("table: growth", "table: grwoth", "claims.rescued.feature.table", "'growth'"),
        ("smallest_effect: 15", "smallest_effect: 10", "claims.rescued.smallest_effect", "15"),
        ("studies: [printed]", "studies: [mine]", "claims.rescued.where.studies.0", "no published measurements"),
    ],
)
def test_faults_are_named(load, tmp_path, old, new, field, told):
    assert old in TEXT
    with pytest.raises(InputFaults) as caught:
        load(TEXT.replace(old, new, 1))
    [fault] = caught.value.faults
    assert fault.field == field
    assert told in str(fault)
    assert fault.where.startswith(str(tmp_path / "claims/paper2020.yaml:"))


def test_gene_sets_that_have_to_be_fetched_are_taken_as_they_are(load):
    named = load(TEXT.replace("gene: FOSL1", "gene_set: A, collection: c6"))["paper2020"]["claims"]["falls"]["feature"]
    assert named == {"gene_set": "A", "collection": "c6"}


def test_all_faults_of_all_files_are_told_at_once(load):
    with pytest.raises(InputFaults):
        load(TEXT.replace("FOSL1", "FOSL11"), "one2001.yaml")
    with pytest.raises(InputFaults):
        load("claims: {}\n", "two2002.yaml")
    with pytest.raises(InputFaults) as caught:
        load(TEXT.replace("akt", "x").replace("direction: up", "direction: none").replace("says: It falls.", "says: 3"))
    told = str(caught.value)
    # A claim that breaks the schema hides nothing of the others, nor does a file.
    for part in ("FOSL11", "two2002.yaml:1: paper: is missing", "claims.falls.says", "claims.rises.direction"):
        assert part in told


def test_names_of_files_are_keys_of_papers_and_found_once(load, tmp_path, known):
    load(TEXT)
    again = tmp_path / "again"
    again.mkdir()
    for name in ("paper2020.yaml", "Paper.yaml", "other.yml"):
        (again / name).write_text(TEXT)
    (again / ".paper.yaml").write_text("a: b")
    with pytest.raises(InputFaults) as caught:
        load_claims([tmp_path / "claims", again, tmp_path / "absent"], known, ROOT / "data/bundled/knowledge")
    told = str(caught.value)
    for part in ("paper2020' is found twice", "'Paper' cannot serve", "is not called .yaml", "is not a folder"):
        assert part in told
    assert len(caught.value.faults) == 4


def test_a_run_without_claim_files_has_none(tmp_path, known):
    assert load_claims([], known, tmp_path) == {}


@pytest.fixture(scope="module")
def shipped():
    settings, selected = studies.load_run({"studies": "all", "study_folders": [str(ROOT / "config/studies")]})
    panel = load_panel(ROOT / "config/signatures.yaml", settings)
    files = {path.stem: path for path in (ROOT / "config/studies").glob("*.yaml")}
    known = Known(files, selected, panel["signals"], panel["labels"], partial(sets_at_hand, panel, project=ROOT))
    return load_claims([ROOT / "config/claims"], known, ROOT / "data/bundled/knowledge")


def test_the_claims_that_ship_fit_the_studies_that_ship(shipped):
    assert list(shipped) == [
        "britschgi2012",
        "burikhanov2014",
        "korkaya2012",
        "obenauf2015",
        "straussman2012",
        "wilson2012",
    ]
    claims = [claim for paper in shipped.values() for claim in paper["claims"].values()]
    assert {claim["scope"] for claim in claims} == {"claim", "transfer", "control"}
    # The sizes that a paper states stand as it states them.
    assert shipped["korkaya2012"]["claims"]["il6_rises_a_hundredfold"]["smallest_effect"] == 6.6
    assert shipped["korkaya2012"]["claims"]["il6_rises"]["smallest_effect"] == 1.0
    assert shipped["burikhanov2014"]["claims"]["par4_is_secreted"]["where"]["measures"] == "protein"


def test_the_classes_of_drugs_that_claims_name_are_those_of_studies_or_known_to_have_none(shipped):
    """Any word can be a class, so a slip would read as a lack of data."""
    selected = studies.load_run({"studies": "all", "study_folders": [str(ROOT / "config/studies")]})[1]
    there = {one["drug_class"] for study in selected.values() for one in study.get("contrasts", {}).values()}
    claims = [claim for paper in shipped.values() for claim in paper["claims"].values()]
    asked = {word for claim in claims for word in claim["where"]["drug_class"]}
    assert asked - there == {"alk_inhibitor", "egfr_inhibitor", "mek_inhibitor", "mtor_inhibitor"}


def test_nothing_that_computes_is_imported_at_parse():
    code = "import sys, secretome.claims.files; print([m for m in ('pandas', 'scipy', 'h5py') if m in sys.modules])"
    command = [sys.executable, "-c", code]
    environment = {"PYTHONPATH": str(ROOT / "workflow/scripts")}
    assert subprocess.run(command, check=True, capture_output=True, text=True, env=environment).stdout.strip() == "[]"
