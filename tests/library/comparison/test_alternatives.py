"""What stands beside the lead table."""

from dataclasses import replace

import made_up_counts
import numpy as np
import pandas as pd
import pytest

from secretome import leakage
from secretome.comparison.compare import compare
from secretome.tables import DETECTION, LEVELS, NORMALISATIONS, read_table, write_table

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


def test_a_count_model_shows_each_level_and_has_no_f_test(tmp_path):
    expression = made_up_counts.expression("none a b", size=3)
    found = compare(expression, made_up_counts.settings(NESTED, method="deseq2"))
    write_table(tmp_path / "levels.tsv", found.levels, LEVELS)
    assert set(found.levels["level"]) == {"a vs none", "b vs none"}
    assert found.levels[["df", "any_p_value", "any_q_value"]].isna().all().all()
    alone = compare(
        expression,
        made_up_counts.settings({**made_up_counts.CONTRAST, "level": "b", "reference": "none"}, method="deseq2"),
    )
    of_b = found.levels[found.levels["level"] == "b vs none"].set_index("gene")
    expected = alone.differential.set_index("gene").loc[of_b.index]
    for column in ("log2_fold_change", "ci_low", "p_value", "q_value"):
        np.testing.assert_allclose(of_b[column], expected[column])


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


def test_proteins_that_are_there_in_one_group_alone_are_listed(tmp_path):
    expression = replace(made_up_counts.expression(size=4, change=0.0), counts=None)
    log2 = expression.log2.copy()
    log2[::2, :5] = np.nan  # lost in the reference
    log2[1::2, 5] = np.nan
    settings = made_up_counts.settings(technology="proteomics", compartment="medium")
    found = compare(replace(expression, log2=log2), settings)
    write_table(tmp_path / "detection.tsv", found.detection, DETECTION)
    assert dict(zip(found.detection["gene"], found.detection["direction"], strict=True)) == {
        **{f"G{i}": "on" for i in range(5)},
        "G5": "off",
    }
    assert "detection" in found.fit["notes"]
    assert compare(expression, made_up_counts.settings()).detection.empty


def test_what_the_medium_says_of_the_cells_is_noted():
    expression = made_up_counts.expression()
    names = pd.Index([*leakage.MARKERS[:12], *expression.genes.index[12:]], dtype=object)
    samples = expression.samples.assign(viability=["99", "80"] * 4)
    moved = replace(expression, counts=None, genes=expression.genes.set_axis(names), samples=samples)
    samples_key = {**made_up_counts.SAMPLES, "viability": "viability"}
    fit = compare(
        moved, made_up_counts.settings(technology="proteomics", compartment="medium", samples=samples_key)
    ).fit
    assert fit["notes"]["leaked"]["markers"] == 12
    assert fit["notes"]["leaked"]["log2_fold_change"] == pytest.approx(made_up_counts.CHANGE, abs=0.3)
    assert fit["notes"]["health"]["viability"] == {"yes": 80, "no": 99}
    assert any("Viability differs" in one["message"] for one in fit["warnings"])


def test_the_cells_of_every_group_are_noted():
    """Of several levels their reference too; of a slope the samples of each dose."""
    expression = made_up_counts.expression("no low high")
    alive = {"no": "99", "low": "97", "high": "60"}
    dose = {"no": "0", "low": "1", "high": "10"}
    sheet = expression.samples.assign(
        viability=expression.samples["drug"].map(alive), dose=expression.samples["drug"].map(dose)
    )
    moved = replace(expression, counts=None, samples=sheet)
    keys = {**made_up_counts.SAMPLES, "viability": "viability", "numeric": ["dose"]}
    levels = {"variable": "drug", "levels": ["low", "high"], "reference": "no"}
    for contrast, groups in (
        (levels, {"low": 97, "high": 60, "no": 99}),
        ({"continuous": "dose", "per": 1}, {"dose 0": 99, "dose 1": 97, "dose 10": 60}),
    ):
        fit = compare(moved, made_up_counts.settings(contrast, compartment="medium", samples=keys)).fit
        assert fit["notes"]["health"]["viability"] == groups
        [told] = [one["message"] for one in fit["warnings"] if one["code"] == "leakage"]
        assert "60 % in" in told
        assert "99 % in" in told


def test_a_panel_that_nothing_normalises_has_one_normalisation():
    expression = made_up_counts.expression()
    sheet = expression.samples.assign(shift=0.0, other_shift=0.0)
    few = replace(expression, counts=None, samples=sheet)
    assert compare(few, made_up_counts.settings(technology="panel")).normalisations.empty
