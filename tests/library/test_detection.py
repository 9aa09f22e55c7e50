"""Proteins that are there or absent: which are listed, what their test says, and when there is none."""

import numpy as np
import pandas as pd
import pytest
from calibration_detection import calibrated, simulated

from secretome.detection import COLUMNS, candidates, on_off

NAN = np.nan
LEVEL = np.array([True] * 3 + [False] * 3)


def made(**settings):
    values, groups, truth = simulated(np.random.default_rng(3), **settings)
    samples = [name for names in groups.values() for name in names]
    genes = [f"G{row}" for row in range(len(values))]
    return values, genes, samples, groups, truth


def test_listed_is_what_the_moderated_t_cannot_test():
    values = np.array(
        [
            [1, 1, 1, NAN, NAN, NAN],  # on
            [1, NAN, 1, NAN, NAN, 1],  # on: two of three against one
            [NAN, NAN, NAN, 1, 1, NAN],  # off
            [1, 1, 1, 1, 1, NAN],  # tested elsewhere
            [1, NAN, NAN, NAN, NAN, NAN],  # once is nothing
            [NAN] * 6,
        ]
    )
    assert candidates(values, LEVEL).tolist() == [True, True, True, False, False, False]


def test_half_of_a_group_is_not_there_and_a_group_of_one_tells_nothing():
    values = np.array([[1.0, 1, NAN, NAN, NAN, NAN, NAN, NAN]])
    assert not candidates(values, np.array([True] * 4 + [False] * 4)).any()
    assert not candidates(np.array([[1.0, 1, NAN]]), np.array([True, True, False])).any()


def test_what_one_of_two_samples_has_is_not_absent():
    values = np.array([[1.0, 1, 1, NAN, NAN], [1, 1, 1, 1, NAN]])
    assert candidates(values, np.array([True] * 3 + [False] * 2)).tolist() == [True, False]


def test_true_changes_come_first_with_their_direction_and_a_bound():
    values, genes, samples, groups, truth = made(changed=0.1, change=6.0)
    table, described = on_off(values, genes, samples, groups, seed=1)
    assert tuple(table) == COLUMNS
    assert described["reason"] == ""
    assert described["slope"] == pytest.approx(1.2, rel=0.3)
    of_listed = pd.Series(truth, index=genes)[table["gene"]].to_numpy()
    called = (table["q_value"] <= 0.05).to_numpy()
    assert called.sum() > 30
    assert (of_listed[called] == 0).mean() < 0.1
    real = of_listed != 0
    assert (np.where(table["direction"] == "on", 1, -1)[real] == np.sign(of_listed[real])).all()
    bounds = table["log2_difference_at_least"].to_numpy()[called]
    assert (np.sign(bounds) == np.sign(of_listed[called]))[of_listed[called] != 0].mean() > 0.9
    assert table["p_value"].is_monotonic_increasing
    assert (table["p_value"] > 0).all()


def test_a_stronger_protein_that_is_absent_has_the_smaller_p_value_and_the_larger_bound():
    values, genes, samples, groups, _ = made()
    values[:2] = NAN
    values[0, :3], values[1, :3] = [21.0, 20.8, 21.2], [25.0, 24.8, 25.2]
    table = on_off(values, genes, samples, groups, seed=1)[0].set_index("gene")
    assert table.loc["G1", "p_value"] <= table.loc["G0", "p_value"]
    assert table.loc["G1", "log2_difference_at_least"] > table.loc["G0", "log2_difference_at_least"] + 3
    mirrored = values.copy()
    mirrored[:2] = np.roll(values[:2], 3, axis=1)
    other = on_off(mirrored, genes, samples, groups, seed=1)[0].set_index("gene")
    assert other.loc["G1", "direction"] == "off"
    assert other.loc["G1", "log2_difference_at_least"] < 0


def test_the_order_of_samples_and_proteins_does_not_matter():
    values, genes, samples, groups, _ = made(changed=0.1)
    one, _ = on_off(values, genes, samples, groups, seed=1)
    order = [4, 0, 2, 5, 1, 3]
    other, _ = on_off(values[::-1][:, order], genes[::-1], [samples[i] for i in order], groups, seed=1)
    assert one["gene"].tolist()[:5] == other["gene"].tolist()[:5]
    both = one.merge(other, on="gene")
    assert len(both) == len(one)
    np.testing.assert_allclose(np.log10(both["p_value_x"]), np.log10(both["p_value_y"]), atol=0.1)


def test_the_same_seed_gives_the_same_table():
    values, genes, samples, groups, _ = made(proteins=800)
    pd.testing.assert_frame_equal(
        on_off(values, genes, samples, groups, seed=1)[0], on_off(values, genes, samples, groups, seed=1)[0]
    )


def test_without_a_curve_there_is_a_list_and_no_test():
    values, genes, samples, groups, _ = made()
    few = 60
    table, described = on_off(values[:few], genes[:few], samples, groups, seed=1)
    assert described["reason"] == f"only {few} proteins were detected"
    assert table[["p_value", "q_value"]].isna().all(axis=None)
    complete = np.where(np.isnan(values), 21.0, values) + np.random.default_rng(1).normal(0, 0.3, values.shape)
    complete[:5, :3] = NAN
    table, described = on_off(complete, genes, samples, groups, seed=1)
    assert table["gene"].tolist() == genes[:5]
    assert table["direction"].tolist() == ["off"] * 5
    assert table["log2_difference_at_least"].isna().all()
    assert table["note"].str.startswith("listed, not tested: only").all()


def test_other_groups_serve_the_curve_and_are_not_compared():
    values, genes, samples, groups, _ = made(sizes=(3, 3, 3))
    table, _ = on_off(values, genes, samples, groups, seed=1)
    assert (table[["samples_level", "samples_reference"]] == 3).all(axis=None)
    listed = candidates(values[:, :6], LEVEL)
    assert sorted(table["gene"]) == sorted(np.array(genes)[listed])


def test_unchanged_proteins_are_rejected_as_often_as_stated():
    """A small run of tests/calibration_detection.py."""
    found = calibrated({}, 6)
    assert found["nulls"] > 200
    assert 0.015 < found["below_05"] < 0.1
    assert found["below_01"] < 0.04
