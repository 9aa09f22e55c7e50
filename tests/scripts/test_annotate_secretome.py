import pandas as pd

import annotate_secretome
import compare_groups
from secretome.tables import DIFFERENTIAL, SECRETED, SECRETOME, empty_table, read_table, write_table


def run(tmp_path, expression, settings):
    known = pd.DataFrame({"gene": ["G1", "G50", "G2"], "secreted_class": ["ligand", "secreted", "high_throughput"]})
    write_table(tmp_path / "secreted.tsv", known.assign(evidence="IDA", reason="", reference=""), SECRETED)
    names = ("differential", "levels", "normalisations", "detection", "fit")
    outputs = {name: str(tmp_path / f"{name}.tsv") for name in names}
    paths = [outputs["differential"], str(tmp_path / "secreted.tsv"), str(tmp_path / "secretome.tsv")]
    compare_groups.main(expression, paths[1], outputs, settings)
    annotate_secretome.main(*paths, settings)
    return read_table(paths[2], SECRETOME).set_index("gene")


def test_the_genes_with_a_class_have_a_tier_where_they_change(tmp_path, expression, settings):
    table = run(tmp_path, expression, settings)
    assert table["tier"].to_dict() == {"G1": "B", "G2": "C", "G50": ""}


def test_an_unavailable_study_gives_a_table_without_rows(tmp_path, no_expression, settings):
    assert len(run(tmp_path, no_expression, settings)) == 0


def test_the_lysate_stands_beside_the_medium_and_moves_no_tier(tmp_path, expression, settings):
    alone = run(tmp_path, expression, settings)
    lysate = read_table(tmp_path / "differential.tsv", DIFFERENTIAL)
    lysate = lysate[lysate["gene"] != "G50"]
    write_table(tmp_path / "lysate.tsv", lysate, DIFFERENTIAL)
    paths = [str(tmp_path / name) for name in ("differential.tsv", "secreted.tsv", "secretome.tsv")]
    annotate_secretome.main(*paths, settings, str(tmp_path / "lysate.tsv"))
    table = read_table(paths[2], SECRETOME).set_index("gene")
    assert table["tier"].equals(alone["tier"])
    assert table["lysate_log2_fold_change"].equals(table["log2_fold_change"].where(table.index != "G50"))
    assert table["beyond_lysate"].to_dict() == {"G1": "no", "G2": "no", "G50": ""}
    assert alone["lysate_log2_fold_change"].isna().all()


def test_a_lysate_that_is_not_available_leaves_its_columns_empty(tmp_path, expression, settings):
    alone = run(tmp_path, expression, settings)
    write_table(tmp_path / "lysate.tsv", empty_table(DIFFERENTIAL), DIFFERENTIAL)
    paths = [str(tmp_path / name) for name in ("differential.tsv", "secreted.tsv", "secretome.tsv")]
    annotate_secretome.main(*paths, settings, str(tmp_path / "lysate.tsv"))
    assert read_table(paths[2], SECRETOME).set_index("gene").equals(alone)
