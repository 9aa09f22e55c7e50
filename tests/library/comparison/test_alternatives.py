"""What stands beside the lead table."""

from dataclasses import replace

import made_up_counts
import numpy as np
import pytest

from secretome.comparison.compare import compare
from secretome.tables import LEVELS, NORMALISATIONS, read_table, write_table

NESTED = {"variable": "drug", "levels": ["a", "b"], "reference": "none"}


def test_each_level_stands_beside_their_mean(tmp_path):
    expression = made_up_counts.expression("none a b")
    found = compare(expression, made_up_counts.settings(NESTED))
    write_table(tmp_path / "levels.tsv", found.levels, LEVELS)
    levels = read_table(tmp_path / "levels.tsv", LEVELS).pivot(index="gene", columns="level", values="log2_fold_change")
    assert list(levels.columns) == ["a vs none", "b vs none"]
    lead = found.differential.set_index("gene")["log2_fold_change"]
    np.testing.assert_allclose(levels.mean(axis=1), lead[levels.index], atol=1e-8)
    by_gene = found.levels.drop_duplicates("gene").set_index("gene")["any_q_value"]
    assert (by_gene[[f"G{i}" for i in range(made_up_counts.CHANGED)]] <= 0.05).all()


def test_a_pair_of_levels_has_nothing_beside():
    found = compare(made_up_counts.expression(), made_up_counts.settings())
    assert found.levels.empty
    assert found.normalisations.empty


def test_the_other_normalisation_is_shown_with_what_it_turns_round(tmp_path):
    expression = replace(made_up_counts.expression(change=1.0), counts=None)
    drug = (expression.samples["drug"] == "yes").to_numpy()
    # What leads took 2 log2 from the treated samples; the other one takes nothing.
    samples = expression.samples.assign(shift=np.where(drug, 1.0, -1.0), other_shift=0.0)
    found = compare(replace(expression, samples=samples), made_up_counts.settings(), ["G1", "G500"])
    write_table(tmp_path / "normalisations.tsv", found.normalisations, NORMALISATIONS)
    table = found.normalisations
    np.testing.assert_allclose(table["other_log2_fold_change"] - table["log2_fold_change"], 2, atol=1e-9)
    said = " ".join(one["message"] for one in found.fit["warnings"])
    assert "different stories" in said
    assert found.differential["log2_fold_change"][1] == pytest.approx(table.set_index("gene").loc["G1"].iloc[0])
