"""What data/bundled/README.md and config/signatures.yaml promise of the files that ship with the project."""

import gzip
import re
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest
import yaml

from secretome.files import sha256
from secretome.published.measurements import read_measurements
from secretome.tables import ALIASES, GENES, SECRETED, read_table

ROOT = Path(__file__).parents[2]
BUNDLED = ROOT / "data/bundled"
FILES = sorted(path for path in BUNDLED.rglob("*.*") if path.suffix in (".gz", ".tsv"))
REGISTRY = ROOT.parent / "shared/registry"
LARGEST_BYTES = 6_000_000
TYPED = ["knowledge/curated_secreted.tsv", "straussman_hgf/measurements.tsv", "wilson_ligands/measurements.tsv"]


@pytest.fixture(scope="module")
def genes() -> pd.DataFrame:
    return read_table(BUNDLED / "knowledge/genes.tsv.gz", GENES)


@pytest.fixture(scope="module")
def hallmark() -> dict[str, list[str]]:
    with gzip.open(BUNDLED / "knowledge/hallmark.gmt.gz", "rt", encoding="utf-8") as lines:
        return {name: members for name, _, *members in (line.rstrip("\n").split("\t") for line in lines)}


@pytest.fixture(scope="module")
def progeny() -> pd.DataFrame:
    return pd.read_csv(BUNDLED / "knowledge/progeny.tsv.gz", sep="\t", keep_default_na=False)


def test_the_readme_lists_every_file_with_its_size_and_hash() -> None:
    text = (BUNDLED / "README.md").read_text(encoding="utf-8")
    listed = re.findall(r"^\| `([^`]+)` \| (\d+) \| `([0-9a-f]{64})` \|$", text, re.MULTILINE)
    actual = [(path.relative_to(BUNDLED).as_posix(), str(path.stat().st_size), sha256(path)) for path in FILES]
    assert sorted(listed) == sorted(actual)


def test_everything_together_is_small() -> None:
    assert sum(path.stat().st_size for path in BUNDLED.rglob("*") if path.is_file()) < LARGEST_BYTES


@pytest.mark.parametrize("path", [path for path in FILES if path.suffix == ".gz"], ids=lambda path: path.name)
def test_compressed_files_hold_neither_date_nor_name(path: Path) -> None:
    header = path.read_bytes()[:10]
    assert header[:3] == b"\x1f\x8b\x08"
    assert header[3] == 0
    assert header[4:8] == bytes(4)


@pytest.mark.parametrize(("study", "samples"), [("airway_dexamethasone", 8), ("lncap_androgen", 7)])
def test_the_studies(study: str, samples: int) -> None:
    counts = pd.read_csv(BUNDLED / study / "counts.tsv.gz", sep="\t", index_col=0)
    sheet = pd.read_csv(BUNDLED / study / "samples.tsv", sep="\t", dtype=str)
    assert list(counts.columns) == sheet["sample"].tolist()
    assert len(sheet) == samples
    assert counts.index.is_unique
    assert (counts.to_numpy() >= 0).all()
    assert counts.any(axis=1).all()


def test_the_published_measurements_are_those_of_the_reports() -> None:
    """A few numbers against what the project was started from; the second MET inhibitor, a copy, is not there."""
    path = BUNDLED / "straussman_hgf/measurements.tsv"
    growth = {(row.table, row.group): row for row in read_measurements(path)}
    for group, mean, sem in (("LL 86, PLX4720", 91.0, 9.32), ("alone, PLX4720", 32.2, 10.8)):
        assert (growth["met_inhibition", group].mean, growth["met_inhibition", group].sem) == (mean, sem)
    assert growth["hgf_dose", "PD184352 + HGF 25 ng/ml"].mean == 80.1
    assert growth["phospho_met", "HGF + PLX4720"].sem == 5.67
    assert not any("PHA" in group for _, group in growth)
    assert len(growth) == 5 + 11 + 15 + 3 * 6
    wilson = {(row.table, row.group): row for row in read_measurements(BUNDLED / "wilson_ligands/measurements.tsv")}
    assert wilson["phospho_akt_m14", "PLX4032 + NRG1"].mean == 11.211
    assert wilson["ic50_khm3s", "erlotinib + HGF"].limit == ">"
    assert len(wilson) == 3 * 3 + 7 * 4


def test_airway_has_four_donors_each_with_and_without() -> None:
    sheet = pd.read_csv(BUNDLED / "airway_dexamethasone/samples.tsv", sep="\t", dtype=str)
    pairs = sheet.groupby("donor")["treatment"].apply(sorted).tolist()
    assert pairs == [["dexamethasone", "untreated"]] * 4


def test_aliases_lead_to_genes(genes: pd.DataFrame) -> None:
    aliases = read_table(BUNDLED / "knowledge/aliases.tsv.gz", ALIASES)
    assert set(aliases["symbol"]) <= set(genes["symbol"])


def test_hallmark_has_fifty_sets_of_current_symbols(hallmark: dict[str, list[str]], genes: pd.DataFrame) -> None:
    assert len(hallmark) == 50
    known = set(genes["symbol"])
    assert all(set(members) <= known and len(set(members)) == len(members) for members in hallmark.values())
    assert "RIGI" in hallmark["HALLMARK_INTERFERON_GAMMA_RESPONSE"]  # once DDX58


def test_progeny_has_at_most_500_genes_a_pathway(progeny: pd.DataFrame, genes: pd.DataFrame) -> None:
    assert progeny["pathway"].nunique() == 14
    assert progeny["pathway"].value_counts().between(440, 500).all()
    assert not progeny.duplicated(["gene", "pathway"]).any()
    assert set(progeny["gene"]) <= set(genes["symbol"])


def test_secreted_genes_are_current_symbols(genes: pd.DataFrame) -> None:
    table = read_table(BUNDLED / "knowledge/secreted.tsv.gz", SECRETED)
    assert set(table["gene"]) <= set(genes["symbol"])
    assert table["secreted_class"].value_counts().to_dict() == {
        "high_throughput": 2352,
        "secreted": 1488,
        "ligand": 409,
        "leaderless": 32,
        "shed": 24,
    }


def test_every_speaker_of_a_signal_exists(hallmark: dict[str, list[str]], progeny: pd.DataFrame) -> None:
    panel = yaml.safe_load((ROOT / "config/signatures.yaml").read_text(encoding="utf-8"))
    there = {"hallmark": set(hallmark), "progeny": set(progeny["pathway"])}
    assert set(panel["collections"]) == set(there)
    for collection in panel["collections"].values():
        assert (ROOT / collection["file"]).is_file()
    speakers = [speaker for signal in panel["signals"].values() for speaker in signal["speakers"]]
    assert {"akt", "jak_stat", "il6", "androgen"} <= set(panel["signals"])
    assert [s for s in speakers if s["gene_set"] not in there[s["collection"]]] == []


@pytest.mark.skipif(not REGISTRY.is_dir(), reason="needs ../shared/registry, from which the bundled files are made")
def test_the_documented_step_makes_these_files(tmp_path: Path) -> None:
    copy = tmp_path / "data/bundled"
    for name in ("make_bundled.py", *TYPED):
        (copy / name).parent.mkdir(parents=True, exist_ok=True)
        (copy / name).write_bytes((BUNDLED / name).read_bytes())
    (tmp_path / "workflow").symlink_to(ROOT / "workflow")
    subprocess.run([sys.executable, str(copy / "make_bundled.py"), str(REGISTRY)], check=True, capture_output=True)
    made = {path.relative_to(copy).as_posix(): sha256(path) for path in copy.rglob("*.*") if path.suffix != ".py"}
    assert made == {path.relative_to(BUNDLED).as_posix(): sha256(path) for path in FILES}
