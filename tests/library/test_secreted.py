from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from secretome import secreted
from secretome.leakage import MARKERS
from secretome.summaries import changed_secreted_genes
from secretome.tables import DIFFERENTIAL, SECRETED, SECRETOME, read_table, write_table

KNOWLEDGE = Path(__file__).parents[2] / "data/bundled/knowledge"
THRESHOLDS = {"fdr": 0.05, "log2_fold_change": 1.0}

REGISTRY = pd.DataFrame(
    [
        ("BOTH", "GO:0005576", "HDA"),
        ("BOTH", "GO:0005576", "IDA"),
        ("SCREEN", "GO:0005576", "HDA"),
        ("SCREEN", "GO:0005615", "IEA"),
        ("CYTOKINE", "GO:0005615", "TAS"),
        ("UNSEEN", "GO:0005615", "IEA"),
        ("CUT", "GO:0005576", "TAS"),
        ("NO_LEADER", "GO:0005576", "IDA"),
        ("MATRIX", "GO:0031012", "IDA"),
        ("VESICLE", "GO:0070062", "IDA"),
        ("VESICLE", "GO:0005615", "IDA"),
        ("VESICLE_AND_MORE", "GO:0070062", "IDA"),
        ("VESICLE_AND_MORE", "GO:0005615", "IDA"),
        ("VESICLE_AND_MORE", "GO:0005615", "TAS"),
        ("ONE_SCREEN", "GO:0005576", "IDA"),
        ("MACHINE", "GO:0005576", "TAS"),
        ("LDHA", "GO:0005615", "IDA"),
        ("MICRO", "GO:0005615", "IDA"),
    ],
    columns=["symbol", "go_id", "evidence"],
)
LIGANDS = pd.DataFrame(
    [
        ("CYTOKINE", "GO:0005125"),
        ("UNSEEN", "GO:0005125"),
        ("CYTOSOL", "GO:0008083"),
        ("CUT", "GO:0048018"),
        ("NO_LEADER", "GO:0008083"),
    ],
    columns=["symbol", "go_id"],
)
CURATED = pd.DataFrame(
    [("CUT", "shed", "cleaved", "doi:1"), ("NO_LEADER", "leaderless", "no signal peptide", "")],
    columns=["gene", "secreted_class", "reason", "reference"],
)
TYPES = pd.DataFrame(
    [(name, "protein-coding") for name in [*REGISTRY["symbol"].unique()[:-1], "CYTOSOL"]] + [("MICRO", "ncRNA")],
    columns=["symbol", "gene_type"],
).assign(name=lambda table: table["symbol"].map({"MACHINE": "proteasome 26S subunit, ATPase 2"}).fillna("a protein"))


def contrast(**p_and_change: tuple[float, float]) -> pd.DataFrame:
    genes = list(p_and_change)
    table = pd.DataFrame(dict.fromkeys(DIFFERENTIAL.columns, 0.0), index=range(len(genes)))
    table["gene"], table["gene_id"], table["reason"] = genes, genes, ""
    table["p_value"], table["log2_fold_change"] = np.array(list(p_and_change.values()), float).T
    table["q_value"] = table["p_value"]
    return table


@pytest.fixture(scope="module")
def bundled() -> pd.DataFrame:
    return read_table(KNOWLEDGE / "secreted.tsv.gz", SECRETED)


def known(**classes: str) -> pd.DataFrame:
    return pd.DataFrame({"gene": list(classes), "secreted_class": list(classes.values()), "evidence": "e"})


def test_the_classes_and_their_precedence() -> None:
    table = secreted.classify(REGISTRY, LIGANDS, CURATED, TYPES).set_index("gene")
    assert table["secreted_class"].to_dict() == {
        "BOTH": "secreted",
        "SCREEN": "high_throughput",
        "CYTOKINE": "ligand",
        "UNSEEN": "high_throughput",
        "CUT": "shed",
        "NO_LEADER": "leaderless",
        "VESICLE": "high_throughput",
        "VESICLE_AND_MORE": "secreted",
        "ONE_SCREEN": "high_throughput",
        "MACHINE": "high_throughput",
        "LDHA": "high_throughput",
    }
    assert table.loc["BOTH", "evidence"] == "GO:0005576 HDA IDA"
    assert table.loc["CYTOKINE", "evidence"] == "GO:0005615 TAS; GO:0005125"
    assert table.loc["CUT", ["evidence", "reason", "reference"]].tolist() == [
        "curated; GO:0005576 TAS; GO:0048018",
        "cleaved",
        "doi:1",
    ]


@pytest.mark.parametrize(
    ("gene", "expected"),
    [
        ("FKBP5", "high_throughput"),
        ("CDC6", "high_throughput"),
        ("H3C3", "high_throughput"),
        ("TUBB4B", "high_throughput"),
        ("EMILIN2", "secreted"),
        ("ISG15", "leaderless"),
        ("GAPDH", "high_throughput"),
        ("CRISPLD2", "secreted"),
        ("KLK3", "secreted"),
        ("KLK2", "secreted"),
        ("IL6", "ligand"),
        ("CXCL8", "ligand"),
        ("HGF", "ligand"),
        *((gene, "shed") for gene in ("EGF", "HBEGF", "NRG1", "TGFA", "AREG")),
        *((gene, "leaderless") for gene in ("FGF1", "FGF2", "IL1A", "IL1B", "MIF", "HMGB1", "PAWR")),
    ],
)
def test_the_bundled_table(bundled: pd.DataFrame, gene: str, expected: str) -> None:
    assert bundled.set_index("gene")["secreted_class"][gene] == expected


@pytest.mark.parametrize("gene", ["OSGIN1", "TSC22D3", "PER1", "AKT1", "MIR19A"])
def test_what_is_not_secreted(bundled: pd.DataFrame, gene: str) -> None:
    assert gene not in set(bundled["gene"])


def test_every_curated_gene_has_its_curated_class(bundled: pd.DataFrame) -> None:
    curated = pd.read_csv(KNOWLEDGE / "curated_secreted.tsv", sep="\t", keep_default_na=False, dtype=str)
    assert set(curated["secreted_class"]) == {"shed", "leaderless", "ligand", "secreted"}
    assert (curated["reason"] != "").all()
    assert curated["reference"].str.fullmatch(r"(doi:10\.\d{4,9}/\S+)?").all()
    assert not curated["gene"].duplicated().any()
    merged = curated.merge(bundled, on="gene", suffixes=("", "_bundled"))
    assert len(merged) == len(curated)
    assert (merged["secreted_class"] == merged["secreted_class_bundled"]).all()


def test_the_family_is_corrected_for_by_itself() -> None:
    table = contrast(L=(0.01, 2), S=(0.02, -3), D=(0.03, 2), H=(0.001, 2), U=(0.04, -2), OTHER=(1e-9, 5))
    classes = known(L="ligand", S="secreted", D="shed", H="high_throughput", U="leaderless")
    found = secreted.annotate(table, classes, THRESHOLDS).set_index("gene")
    assert set(found.index) == {"L", "S", "D", "H", "U"}
    # By hand: 0.01 × 3 / 1, 0.02 × 3 / 2, 0.03 × 3 / 3.
    np.testing.assert_allclose(found.loc[["L", "S", "D"], "q_value_secretome"], 0.03)
    assert found.loc[["H", "U"], "q_value_secretome"].isna().all()
    assert found["tier"].to_dict() == {"L": "B", "S": "B", "D": "B", "H": "C", "U": "U"}


def test_genes_that_were_not_tested_do_not_count_and_have_no_tier() -> None:
    table = contrast(A=(0.04, 2), B=(np.nan, np.nan), C=(np.nan, np.nan))
    found = secreted.annotate(table, known(A="secreted", B="ligand", C="leaderless"), THRESHOLDS).set_index("gene")
    assert found.loc["A", "q_value_secretome"] == pytest.approx(0.04)
    assert found["tier"].to_dict() == {"A": "B", "B": "", "C": ""}


@pytest.mark.parametrize(
    ("p_value", "change", "tier"), [(0.05, 1.0, "B"), (0.05, -1.0, "B"), (0.051, 3, ""), (0.01, 0.99, "")]
)
def test_changed_means_both_thresholds(p_value: float, change: float, tier: str) -> None:
    found = secreted.annotate(contrast(A=(p_value, change)), known(A="secreted"), THRESHOLDS)
    assert found["tier"].tolist() == [tier]


def test_unchanged_high_throughput_and_leaderless_genes_have_no_tier() -> None:
    table = contrast(H=(0.2, 3), U=(0.001, 0.1))
    found = secreted.annotate(table, known(H="high_throughput", U="leaderless"), THRESHOLDS)
    assert found["tier"].tolist() == ["", ""]


def test_an_empty_contrast_gives_an_empty_table(tmp_path: Path) -> None:
    empty = contrast(A=(0.1, 1)).iloc[:0]
    found = secreted.annotate(empty, known(A="secreted"), THRESHOLDS)
    write_table(tmp_path / "secretome.tsv", found, SECRETOME)
    assert read_table(tmp_path / "secretome.tsv", SECRETOME).empty


def test_the_table_keeps_its_contract(tmp_path: Path, bundled: pd.DataFrame) -> None:
    table = contrast(KLK3=(1e-9, 4), FKBP5=(1e-9, 3), AKT1=(0.5, 0))
    write_table(tmp_path / "secretome.tsv", secreted.annotate(table, bundled, THRESHOLDS), SECRETOME)
    written = read_table(tmp_path / "secretome.tsv", SECRETOME).set_index("gene")
    assert written["tier"].to_dict() == {"KLK3": "B", "FKBP5": "C"}


def test_a_tier_goes_by_the_q_of_the_family_and_not_by_that_of_all_genes() -> None:
    changes = {"KEPT": (0.04, 2.0), "LOST": (0.04, -2.0), "OTHER": (0.9, 0.0)}
    alone = contrast(KEPT=changes["KEPT"]).assign(q_value=0.6)  # among all genes it would not pass
    assert secreted.annotate(alone, known(KEPT="ligand"), THRESHOLDS)["tier"].tolist() == ["B"]
    family = contrast(LOST=changes["LOST"], OTHER=changes["OTHER"]).assign(q_value=0.01)  # among all genes it would
    table = secreted.annotate(family, known(LOST="secreted", OTHER="shed"), THRESHOLDS).set_index("gene")
    assert table["q_value_secretome"].to_dict() == pytest.approx({"LOST": 0.08, "OTHER": 0.9})
    assert table["tier"].to_dict() == {"LOST": "", "OTHER": ""}


def test_in_the_medium_leaderless_proteins_are_unresolved_and_never_within_leakage() -> None:
    """Markers from -1 to 1: a change of 1.5 is beyond them, one of 0.9 within; leaderless is U either way."""
    changes = dict(zip(MARKERS[:41], zip([0.5] * 41, np.linspace(-1, 1, 41), strict=True), strict=True))
    changes |= {"IL6": (1e-6, 1.5), "CXCL8": (1e-6, 0.9), "FGF2": (1e-6, 0.9), "HMGB1": (1e-6, 3.0)}
    known_classes = known(IL6="ligand", CXCL8="ligand", FGF2="leaderless", HMGB1="leaderless")
    limits = {"fdr": 0.05, "log2_fold_change": 0.5}
    tiers = secreted.annotate(contrast(**changes), known_classes, limits, "medium").set_index("gene")["tier"]
    assert tiers.to_dict() == {"IL6": "A", "CXCL8": "D", "FGF2": "U", "HMGB1": "U"}


def test_in_a_medium_of_which_the_leak_is_not_known_a_change_counts_and_says_so() -> None:
    table = contrast(IL2=(1e-9, -5.8), CCL5=(0.6, 0.2), FGF2=(1e-9, 2.0))
    found = secreted.annotate(table, known(IL2="ligand", CCL5="ligand", FGF2="leaderless"), THRESHOLDS, "medium")
    assert found.set_index("gene")["tier"].to_dict() == {"IL2": "E", "CCL5": "", "FGF2": "U"}
    assert changed_secreted_genes(found)["gene"].tolist() == ["IL2"]


def test_a_lysate_stands_beside_the_medium_and_changes_no_tier() -> None:
    table = contrast(IL6=(1e-9, 3.0), CXCL8=(1e-9, 3.0), CCL2=(0.5, 3.0)).assign(standard_error=0.1, df=10.0)
    cells = contrast(IL6=(1e-9, 3.0), CCL2=(0.5, 0.0)).assign(standard_error=0.1, df=10.0)
    classes = known(IL6="ligand", CXCL8="ligand", CCL2="ligand")
    found = secreted.annotate(table, classes, THRESHOLDS, "medium", cells).set_index("gene")
    assert found["tier"].to_dict() == {"IL6": "E", "CXCL8": "E", "CCL2": ""}
    assert found["beyond_lysate"].to_dict() == {"IL6": "no", "CXCL8": "", "CCL2": ""}  # asked of a change alone
    assert found.loc["IL6", "lysate_log2_fold_change"] == 3.0
    assert found["lysate_difference"].fillna(-9).to_dict() == {"IL6": 0.0, "CXCL8": -9, "CCL2": 3.0}


def test_proteins_of_serum_are_marked_in_the_medium_alone() -> None:
    table = contrast(ALB=(0.01, 2.0), IL6=(0.01, 2.0))
    classes = known(ALB="secreted", IL6="ligand")
    medium = secreted.annotate(table, classes, THRESHOLDS, "medium").set_index("gene")["evidence"]
    assert medium.to_dict() == {"ALB": "e; serum protein", "IL6": "e"}
    cells = secreted.annotate(table, classes, THRESHOLDS).set_index("gene")["evidence"]
    assert cells.to_dict() == {"ALB": "e", "IL6": "e"}
