from checkout import ROOT

import compare_groups
from secretome.files import read_json
from secretome.tables import DIFFERENTIAL, read_table


def run(tmp_path, expression, settings):
    names = ("differential", "levels", "normalisations", "detection")
    outputs = {name: str(tmp_path / f"{name}.tsv") for name in names} | {"fit": str(tmp_path / "fit.json")}
    compare_groups.main(expression, str(ROOT / "data/bundled/knowledge/secreted.tsv.gz"), outputs, settings)
    return read_table(outputs["differential"], DIFFERENTIAL), read_json(outputs["fit"])


def test_every_gene_has_a_row_and_the_changed_ones_come_first(tmp_path, expression, settings):
    table, fit = run(tmp_path, expression, settings)
    assert len(table) == 120
    assert set(table["gene"].head(20)) == {f"G{i}" for i in range(20)}
    assert (table["log2_fold_change"].head(20) > 1).all()
    assert table.set_index("gene").loc["G119", "reason"] == "low_expression"
    assert fit["residual_df"] == 4


def test_an_unavailable_study_gives_a_table_without_rows(tmp_path, no_expression, settings):
    table, fit = run(tmp_path, no_expression, settings)
    assert len(table) == 0
    assert fit["genes_tested"] == 0
