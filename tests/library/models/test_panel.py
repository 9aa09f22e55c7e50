"""Panels: few analytes are tested one by one, many are moderated, and the real cytokine panel gives what is known."""

import csv
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from secretome.models import contrasts
from secretome.models.panel import FEWEST_TO_MODERATE, fit_panel
from secretome.prepare import prepare
from secretome.readers import count_table
from secretome.tables import ALIASES, GENES, read_table

REAL = Path(__file__).parents[4] / "shared/data/cytokine_panel/raw/drugs_2022.csv"
DESIGN = np.array([[1, 0]] * 3 + [[0, 1]] * 3, float)
DIFFERENCE = np.array([-1.0, 1.0])


def test_few_analytes_have_the_t_test_of_a_textbook():
    values = np.random.default_rng(1).normal(8, 1, (9, 6))
    found = fit_panel(values, DESIGN)
    assert (found.method, found.moderation) == ("ordinary", None)
    assert "Each of the 9 analytes was tested by itself" in found.warnings[0]["message"]
    p_value = contrasts.estimate(found.fitted, DIFFERENCE, found.moderation)["p_value"]
    np.testing.assert_allclose(p_value, stats.ttest_ind(values[:, :3], values[:, 3:], axis=1).pvalue)


def test_one_analyte_is_enough():
    found = fit_panel(np.array([[1.0, 2, 3, 4, 5, 6]]), DESIGN)
    assert contrasts.estimate(found.fitted, DIFFERENCE)["p_value"][0] == pytest.approx(0.0213, abs=1e-4)


def test_many_analytes_are_moderated_and_it_is_said():
    values = np.random.default_rng(1).normal(8, 1, (FEWEST_TO_MODERATE, 6))
    found = fit_panel(values, DESIGN)
    assert found.method == "moderated"
    assert found.moderation is not None
    assert "moderated by each other" in found.warnings[0]["message"]


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
    chosen = np.concatenate(
        [expression.samples.index[expression.samples["drug"] == one] for one in ("Control", "ruxolitinib")]
    )
    values = expression.log2[expression.samples.index.get_indexer(chosen)].T
    found = fit_panel(values, DESIGN)
    changes = contrasts.estimate(found.fitted, DIFFERENCE, found.moderation)
    changes.index = pd.Index(expression.genes.index)
    assert found.method == "ordinary"
    assert changes.loc["IFNG", "log2_fold_change"] == pytest.approx(-4.4, abs=0.05)
    assert changes.loc["IFNG", "ci_high"] < -2
    assert changes.loc["IFNG", "q_value"] < 0.05
    assert changes.loc["IL17A", "p_value"] > 0.05
