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
TYPED = [
    "knowledge/combinations.tsv",
    "knowledge/curated_secreted.tsv",
    "knowledge/inhibitors.tsv",
    "knowledge/markers.tsv",
    "knowledge/receptor_partners.tsv",
    "knowledge/receptor_signals.tsv",
    "straussman_hgf/measurements.tsv",
    "wilson_ligands/measurements.tsv",
]


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


def test_marker_genes_are_current_symbols_with_a_reason(genes: pd.DataFrame) -> None:
    markers = pd.read_csv(BUNDLED / "knowledge/markers.tsv", sep="\t", keep_default_na=False)
    assert list(markers.columns) == ["gene_set", "gene", "reason", "reference"]
    assert set(markers["gene"]) <= set(genes["symbol"])
    assert markers["reason"].all()
    assert not markers.duplicated(["gene_set", "gene"]).any()
    assert markers.equals(markers.sort_values(["gene_set", "gene"]).reset_index(drop=True))
    assert markers["gene_set"].value_counts().min() >= 3


def test_every_bundled_speaker_confounder_and_ligand_exists(
    hallmark: dict[str, list[str]], progeny: pd.DataFrame, genes: pd.DataFrame
) -> None:
    panel = yaml.safe_load((ROOT / "config/signatures.yaml").read_text(encoding="utf-8"))
    markers = pd.read_csv(BUNDLED / "knowledge/markers.tsv", sep="\t")
    there = {name: set(names) for name, names in hallmark.items()}
    sets = {"hallmark": there, "progeny": {}, "markers": {}}
    for name, part in progeny.groupby("pathway"):
        sets["progeny"][name] = set(part["gene"])
    for name, part in markers.groupby("gene_set"):
        sets["markers"][name] = set(part["gene"])
    for key, signal in panel["signals"].items():
        speakers = [one for one in signal["speakers"] if one["collection"] in sets]
        assert [one for one in speakers if one["gene_set"] not in sets[one["collection"]]] == []
        confounding = {gene for one in signal["confounders"] for gene in one.get("genes", [])}
        assert confounding <= set(genes["symbol"]), key
        held = set().union(*(sets[one["collection"]][one["gene_set"]] for one in speakers))
        assert not speakers or confounding <= held, key
    assert {one["gene"] for one in panel["ligands"]} <= set(genes["symbol"])


def test_the_numbers_in_the_texts_of_the_panel_are_those_of_the_files(
    hallmark: dict[str, list[str]], progeny: pd.DataFrame
) -> None:
    texts = " ".join((ROOT / "config/signatures.yaml").read_text(encoding="utf-8").split())
    sets = {name.removeprefix("HALLMARK_"): set(members) for name, members in hallmark.items()}
    ways = {name: part.set_index("gene")["weight"] for name, part in progeny.groupby("pathway")}

    def shared(first: str, second: str) -> int:
        return len(sets[first] & sets[second])

    il6, both = "IL6_JAK_STAT3_SIGNALING", sets["INTERFERON_ALPHA_RESPONSE"] | sets["INTERFERON_GAMMA_RESPONSE"]
    assert f"it is in {sum('IL6' in members for members in sets.values())} of the 50 Hallmark sets" in texts
    assert sum("SERPINE1" in members for members in sets.values()) == 9
    assert sum("CDKN1A" in members for members in sets.values()) == 10
    strongest = ways["PI3K"].abs().sort_values(ascending=False).index
    assert (strongest.get_loc("MLANA"), len(strongest)) == (6, 468)
    assert ways["PI3K"][["MLANA", "PMEL"]].round(1).tolist() == [-10.0, -6.6]
    assert (ways["PI3K"][["PMEL", "MLANA", "TYR", "OCA2", "TRPM1", "GPR143", "MLPH"]] < 0).all()
    assert f"{shared('MTORC1_SIGNALING', 'GLYCOLYSIS')} of its 200 genes" in texts
    assert f"{shared('MTORC1_SIGNALING', 'CHOLESTEROL_HOMEOSTASIS')} in that of cholesterol" in texts
    assert f"share {len(set(ways['MAPK'].index) & set(ways['EGFR'].index))} genes (of 499 and 488)" in texts
    output = ways["MAPK"].abs().rank(ascending=False)[["DUSP6", "SPRY2", "SPRY4", "ETV4", "ETV5", "CCND1"]]
    assert output.max() == 23
    top = set(ways["JAK-STAT"].abs().sort_values(ascending=False).index[:100])
    assert (len(top & sets["INTERFERON_GAMMA_RESPONSE"]), len(top & sets[il6])) == (67, 8)
    assert f"{len(sets[il6] & both)} of the {len(sets[il6])} genes of the set are in the Hallmark sets" in texts
    assert f"{shared(il6, 'TNFA_SIGNALING_VIA_NFKB')} are in the set of NF-kB" in texts
    assert f"{shared('INTERFERON_ALPHA_RESPONSE', 'INTERFERON_GAMMA_RESPONSE')} of the 97 genes" in texts
    stat5 = "IL2_STAT5_SIGNALING"
    assert f"{shared(stat5, il6)} of its {len(sets[stat5])} genes are in the set of IL6" in texts
    assert f"{shared(stat5, 'TNFA_SIGNALING_VIA_NFKB')} in that of NF-kB" in texts
    assert f"share {len(set(ways['NFkB'].index) & set(ways['TNFa'].index))} genes (of 495 and 497)" in texts
    assert ways["TGFb"].abs().rank(ascending=False)["SERPINE1"] == 11
    emt = sets["EPITHELIAL_MESENCHYMAL_TRANSITION"]
    assert f"{len(emt & set(ways['TGFb'].index))} of the 200 genes of the EMT set" in texts
    unfolded = "UNFOLDED_PROTEIN_RESPONSE"
    assert f"{shared(unfolded, 'MTORC1_SIGNALING')} of the {len(sets[unfolded])} genes" in texts
    assert f"{shared('HYPOXIA', 'GLYCOLYSIS')} of the 200 Hallmark genes are in the set of glycolysis" in texts
    assert f"{shared('HYPOXIA', 'MTORC1_SIGNALING')} in that of mTORC1" in texts


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
