import pandas as pd

import annotate_secretome
import compare_groups
from secretome.tables import SECRETED, SECRETOME, read_table, write_table


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
