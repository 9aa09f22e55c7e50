"""The names that kits give their analytes."""

import csv
from pathlib import Path

import pytest
from checkout import ROOT

from secretome.analytes import KIT_NAMES, gene_names
from secretome.comparison.engines import fit_contrast
from secretome.designs import design
from secretome.prepare import prepare
from secretome.readers import count_table
from secretome.tables import ALIASES, GENES, read_table

REAL = ROOT.parent / "shared/data/cytokine_panel/raw/drugs_2022.csv"


@pytest.fixture(scope="module")
def symbols() -> set[str]:
    return set(read_table("data/bundled/knowledge/genes.tsv.gz", GENES)["symbol"])


@pytest.mark.parametrize(
    ("written", "symbol"),
    [
        ("IFNγ", "IFNG"),
        ("IFN-gamma", "IFNG"),
        ("IFNg", "IFNG"),
        ("IL-8", "CXCL8"),
        ("IL-8 (pg/ml)", "CXCL8"),
        ("CXCL8/IL-8", "CXCL8/IL-8"),  # two names: not guessed
        ("TNF-α", "TNF"),
        ("TNFa [pg/mL]", "TNF"),
        ("MIP-1β", "CCL4"),
        ("MIP1a", "CCL3"),
        ("IL1b", "IL1B"),
        ("IL-6", "IL6"),
        ("IL10", "IL10"),
        ("VEGF", "VEGFA"),
        ("RANTES", "CCL5"),
        ("GM-CSF", "CSF2"),
        ("IP-10", "CXCL10"),
        ("TPO", "TPO"),  # the symbol of thyroid peroxidase, not thrombopoietin
        ("nobody knows", "nobody knows"),
    ],
)
def test_names_of_kits(symbols, written, symbol):
    assert gene_names([written], symbols) == [symbol]


def test_the_list_leads_to_current_symbols_and_hides_none(symbols):
    assert not set(KIT_NAMES.values()) - symbols
    assert [name for name, symbol in KIT_NAMES.items() if name.upper() in symbols and name.upper() != symbol] == []


def matrix_of(path: Path, target: Path) -> list[str]:
    """The panel as a matrix: one row an analyte, its three wells of each drug side by side, the decimal comma kept."""
    rows = list(csv.DictReader(path.open(encoding="utf-8"), delimiter=";"))
    drugs = [name for name in rows[0] if name != "cytokines"]
    wells = {
        name: [row for row in rows if row["cytokines"] == name] for name in dict.fromkeys(r["cytokines"] for r in rows)
    }
    columns = [f"{drug}_{well}" for drug in drugs for well in (1, 2, 3)]
    lines = [";".join(["analyte", *columns])]
    lines += [";".join([name, *(well[drug] for drug in drugs for well in three)]) for name, three in wells.items()]
    target.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return columns


@pytest.mark.skipif(not REAL.exists(), reason="needs ../shared/data, the real files")
def test_on_the_real_panel_ruxolitinib_lowers_interferon_gamma(tmp_path):
    """Nine cytokines, nine drugs, three wells each; IFNγ falls by 4.4 (log2) under ruxolitinib."""
    columns = matrix_of(REAL, tmp_path / "panel.csv")
    table = count_table.read(tmp_path / "panel.csv", separator="semicolon", decimal="comma")
    rows = "\n".join(["sample drug", *(f"{name} {name.rsplit('_', 1)[0]}" for name in columns)])
    samples = {"id": "sample", "rows": rows, "technical_runs_of": "", "numeric": [], "subject": "", "identity": ""}
    model = {"variable": "drug", "level": "ruxolitinib", "reference": "Control", "block": []}
    study = {
        "technology": "panel",
        "scale": "auto",
        "compartment": "medium",
        "samples": samples,
        "contrasts": {"r": model},
    }
    knowledge = Path("data/bundled/knowledge")
    known = (read_table(knowledge / "genes.tsv.gz", GENES), read_table(knowledge / "aliases.tsv.gz", ALIASES))
    prepared = prepare(table, known, study, "panel.csv")
    expression = prepared.expression
    assert expression.genes.index.tolist() == ["CCL3", "CCL5", "IFNG", "IL10", "IL17A", "IL1B", "IL2", "TNF", "VEGFA"]
    columns_of = {"sample": expression.samples.index.to_list(), "drug": expression.samples["drug"].to_list()}
    model_fit = fit_contrast(expression, design.build(columns_of, "sample", model))
    changes = model_fit.table
    assert model_fit.method == "ordinary"
    assert changes.loc["IFNG", "log2_fold_change"] == pytest.approx(-4.4, abs=0.05)
    assert changes.loc["IFNG", "ci_high"] < -2
    assert changes.loc["IFNG", "q_value"] < 0.05
    assert changes.loc["IL17A", "p_value"] > 0.05
