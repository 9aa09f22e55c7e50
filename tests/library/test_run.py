"""All files of a run at once."""

import shutil

import pytest
from checkout import ROOT

from secretome.faults import InputFaults
from secretome.run import load_run

CLAIM = """\
paper: {doi: 10.1000/x, citation: "Nobody, 2026"}
claims:
  it_rises:
    says: It rises.
    kind: effect
    feature: {gene: KLK3}
    direction: up
    smallest_effect: 1.0
    reason: two-fold
    where: {contrasts: [%s]}
    seen: false
"""


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A working folder with the bundled studies and no other."""
    for name in ("data/bundled", "config"):
        shutil.copytree(ROOT / name, tmp_path / name)
    for path in (tmp_path / "config/studies").iterdir():
        if path.stem not in ("lncap_androgen", "airway_dexamethasone"):
            path.unlink()
    monkeypatch.chdir(tmp_path)
    return tmp_path


def write_claim(folder, contrast, name="mine2026"):
    (folder / "claims").mkdir(exist_ok=True)
    (folder / f"claims/{name}.yaml").write_text(CLAIM % contrast)


def test_the_claims_of_the_project_may_name_studies_that_were_put_aside(folder):
    run = load_run({}, folder)
    assert set(run.selected) == set(run.studies) == {"lncap_androgen", "airway_dexamethasone"}
    assert run.published == {}
    assert {"obenauf2015", "korkaya2012"} <= set(run.papers)


def test_claims_of_the_user_are_added_and_held_to_the_studies(folder):
    write_claim(folder, "lncap_androgen/dht_vs_mock")
    assert "mine2026" in load_run({"claim_folders": ["claims"]}, folder).papers
    write_claim(folder, "lncap_androgen/dht_vs_mok")
    with pytest.raises(InputFaults) as found:
        load_run({"claim_folders": ["claims"]}, folder)
    (fault,) = found.value.faults
    assert fault.value == "lncap_androgen/dht_vs_mok"
    assert "dht_vs_mock" in fault.fix


def test_a_paper_of_the_project_is_not_replaced(folder):
    write_claim(folder, "lncap_androgen/dht_vs_mock", "obenauf2015")
    with pytest.raises(InputFaults) as found:
        load_run({"claim_folders": ["claims"]}, folder)
    assert [fault.value for fault in found.value.faults] == ["obenauf2015"]


def test_the_claims_of_the_project_are_coherent_with_its_studies(tmp_path, monkeypatch):
    """What the loader does not ask of the project's own claims, since a run may have put studies aside."""
    monkeypatch.chdir(ROOT)
    shutil.copytree(ROOT / "config/claims", tmp_path / "claims")
    for path in (tmp_path / "claims").iterdir():
        path.rename(path.with_stem(f"own_{path.stem}"))
    run = load_run({"claim_folders": [str(tmp_path / "claims")]}, ROOT)
    assert "own_obenauf2015" in run.papers


def test_a_gene_set_that_its_collection_does_not_hold_is_told_with_the_nearest(folder):
    write_claim(folder, "lncap_androgen/dht_vs_mock")
    path = folder / "claims/mine2026.yaml"
    named = "gene_set: HALLMARK_HYPOXA, collection: hallmark"
    path.write_text(path.read_text().replace("gene: KLK3", named))
    with pytest.raises(InputFaults) as found:
        load_run({"claim_folders": ["claims"]}, folder)
    (fault,) = found.value.faults
    assert (fault.field, fault.value) == ("claims.it_rises.feature.gene_set", "HALLMARK_HYPOXA")
    assert "HALLMARK_HYPOXIA" in fault.fix
    assert fault.where.endswith("mine2026.yaml:6")
