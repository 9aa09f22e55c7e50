"""The rotation test against limma, by hand, and under the null hypothesis."""

import numpy as np
import pytest

from secretome.models import contrasts, linear, rotation
from secretome.pathways.collections import MeasuredSet
from secretome.pathways.fry import _expected_largest, fry

GROUPS = np.array([0, 0, 0, 0, 1, 1, 1.0])
DESIGN = np.column_stack([GROUPS, 1 - GROUPS, [0, 1, 1, 0, 1, 0, 1]])
CONTRAST = np.array([1.0, -1, 0])


@pytest.mark.parametrize(("weighted", "prefix"), [(False, ""), (True, "weighted_")])
def test_fry_is_that_of_limma(tested, simulated_sets, expected, weighted, prefix):
    genes, effects, errors = tested
    table = fry(effects, errors, simulated_sets(weighted), genes, as_limma=True)
    table = table.set_index("gene_set").loc[expected.index]
    assert table["size"].tolist() == expected["size"].tolist()
    np.testing.assert_allclose(np.log10(table["p_value"]), np.log10(expected[f"{prefix}fry"]), atol=1e-6)
    assert np.where(table["statistic"] > 0, "Up", "Down").tolist() == expected[f"{prefix}direction"].tolist()


def test_the_effect_is_the_mean_change_and_its_interval_that_of_the_mean_of_the_set():
    rng = np.random.default_rng(0)
    values = rng.normal(size=(60, 7)) + 3 * DESIGN[:, 0]
    fitted = linear.fit(values, DESIGN)
    effects = rotation.rotation_effects(values, DESIGN, CONTRAST)
    errors = contrasts.unscaled_error(fitted, CONTRAST)
    one = MeasuredSet("s", np.arange(20), np.ones(20))
    row = fry(effects, errors, [one], [f"g{i}" for i in range(60)]).iloc[0]
    # Without weights it is the ordinary t interval of the set's mean in each sample.
    expected = contrasts.estimate(linear.fit(values[:20].mean(axis=0, keepdims=True), DESIGN), CONTRAST).iloc[0]
    assert row["effect"] == pytest.approx(expected["log2_fold_change"])
    assert row["ci_low"] == pytest.approx(expected["ci_low"])
    assert row["ci_high"] == pytest.approx(expected["ci_high"])


def test_leading_genes_are_those_that_move_most_in_the_direction_of_the_set():
    values = np.random.default_rng(1).normal(scale=0.1, size=(60, 7))
    values[[3, 5]] -= 4 * DESIGN[:, 0]
    values[7] += 4 * DESIGN[:, 0]
    effects = rotation.rotation_effects(values, DESIGN, CONTRAST)
    one = MeasuredSet("s", np.arange(12), np.where(np.arange(12) == 7, -1.0, 1.0))
    row = fry(effects, np.ones(60), [one], [f"g{i}" for i in range(60)]).iloc[0]
    assert row["statistic"] < 0
    assert set(row["leading_genes"].split(",")[:3]) == {"g3", "g5", "g7"}
    assert len(row["leading_genes"].split(",")) == 10


def test_the_rotation_test_holds_its_level_where_genes_go_together():
    rng = np.random.default_rng(2)
    one = MeasuredSet("s", np.arange(50), np.ones(50))
    p_values = []
    for _ in range(300):
        values = rng.normal(size=(400, 7))
        values[:50] += 0.5 * rng.normal(size=7)
        effects = rotation.rotation_effects(values, DESIGN, CONTRAST)
        p_values.append(fry(effects, np.ones(400), [one], [str(i) for i in range(400)])["p_value"][0])
    # 300 tests: the standard error of a rejection rate of .05 is .013, of .5 .029.
    assert np.mean(np.array(p_values) < 0.05) < 0.1
    assert np.mean(np.array(p_values) < 0.5) == pytest.approx(0.5, abs=0.1)


@pytest.mark.parametrize(("align", "as_limma", "same"), [(True, False, True), (False, True, False)])
def test_the_order_of_the_samples_does_not_matter_as_it_does_in_limma(align, as_limma, same):
    rng = np.random.default_rng(3)
    values, weights = rng.normal(size=(200, 7)), rng.uniform(0.3, 3, size=(200, 7))
    one = MeasuredSet("s", np.arange(30), np.ones(30))
    p_values = []
    for order in (np.arange(7), np.array([6, 2, 4, 0, 5, 1, 3])):
        effects = rotation.rotation_effects(values[:, order], DESIGN[order], CONTRAST, weights[:, order], align)
        tests = fry(effects, np.ones(200), [one], [str(i) for i in range(200)], as_limma)
        p_values.append(tests["p_value"][0])
    assert (abs(p_values[0] - p_values[1]) < 1e-9) == same


def test_the_expected_largest_effect_is_the_mean_over_rotations_of_the_residuals():
    rng = np.random.default_rng(4)
    contrast, residuals = 2.0, rng.normal(size=4) * 1.5
    turns = np.linalg.qr(rng.normal(size=(20_000, 4, 4)))[0] @ residuals
    expected = np.maximum(contrast, (turns**2).max(axis=1)).mean()
    found = _expected_largest(np.array([contrast]), np.array([(residuals**2).sum()]), 4)
    assert found[0] == pytest.approx(expected, rel=0.01)


def test_with_a_single_residual_there_is_one_way_to_span_it():
    found = _expected_largest(np.array([2.0, 2.0]), np.array([1.0, 3.0]), 1)
    np.testing.assert_allclose(found, [2.0, 3.0])


def test_no_sets_give_no_rows(tested):
    genes, effects, errors = tested
    assert fry(effects, errors, [], genes).empty
