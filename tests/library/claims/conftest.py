"""Claims for the tests: files to break, claims to decide."""

from pathlib import Path

import pytest
from checkout import ROOT
from small_claim import paper

from secretome.claims.files import Known, load_claims

KNOWLEDGE = ROOT / "data/bundled/knowledge"
SETS = {"hallmark": {"HALLMARK_HYPOXIA", "HALLMARK_APOPTOSIS"}}  # c6 is fetched: its sets are not known


@pytest.fixture
def claim():
    """Keys that differ from those of ``CLAIM`` → the claim with its defaults."""

    def of(**given):
        return paper(**given)["claims"]["one"]

    return of


@pytest.fixture
def study():
    """Contrast → drug class and setting → a study of this run."""

    def of(contrasts=None, model="A375 melanoma cells (BRAF V600E)", compartment="cells", technology="rnaseq_counts"):
        given = contrasts or {"drug": ("braf_inhibitor", "acute")}
        return {
            "model": model,
            "compartment": compartment,
            "technology": technology,
            "contrasts": {
                key: {"drug_class": drug, "setting": setting, "descriptive": False}
                for key, (drug, setting) in given.items()
            },
        }

    return of


@pytest.fixture
def known(study, tmp_path):
    """One study of the run, one beside it, one of published measurements."""
    other = tmp_path / "other.yaml"
    other.write_text("contrasts: {week_1: {}, week_2: {}}\n")
    table = {"smallest_effect": 15, "comparisons": {"rescue": {}, "reversal": {}}}
    published = {"technology": "published", "model": "cells", "tables": {"growth": table}}
    files = {"mine": tmp_path / "mine.yaml", "other": other, "printed": tmp_path / "printed.yaml"}
    return Known(files, {"mine": study(), "printed": published}, {"akt", "mapk"}, {"hallmark", "c6"}, SETS.get)


@pytest.fixture
def load(tmp_path, known):
    """Text of claims.yaml → what is loaded of it."""

    def of(text: str, name: str = "paper2020.yaml"):
        folder = Path(tmp_path / "claims")
        folder.mkdir(exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
        return load_claims([folder], known, KNOWLEDGE)

    return of
