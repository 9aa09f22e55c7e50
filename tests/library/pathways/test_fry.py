"""The rotation test against limma, by hand, and under the null hypothesis."""

import numpy as np
import pandas as pd
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


def test_many_sets_at_once_are_each_set_by_itself(tested):
    genes, effects, errors = tested
    rng = np.random.default_rng(5)
    sets = []
    for number in range(30):
        rows = np.sort(rng.choice(len(genes), size=10 + number, replace=False))
        sets.append(MeasuredSet(f"s{number}", rows, rng.normal(size=rows.size)))
    together = fry(effects, errors, sets, genes)
    alone = pd.concat([fry(effects, errors, [one], genes) for one in sets], ignore_index=True)
    pd.testing.assert_frame_equal(together, alone, rtol=1e-12)


def test_the_order_of_the_genes_and_of_the_sets_does_not_matter(tested, simulated_sets):
    genes, effects, errors = tested
    sets = simulated_sets(True)
    order = np.random.default_rng(6).permutation(len(genes))
    place = np.argsort(order)
    turned = [MeasuredSet(one.name, place[one.rows], one.weights) for one in reversed(sets)]
    first = fry(effects, errors, sets, genes).set_index("gene_set")
    second = fry(effects[order], errors[order], turned, [genes[row] for row in order]).set_index("gene_set")
    pd.testing.assert_frame_equal(first, second.loc[first.index], rtol=1e-12)


def test_leading_genes_that_tie_are_ordered_by_name():
    effects = np.random.default_rng(7).normal(size=(40, 6))
    effects[:12] = effects[0]
    names = [f"g{40 - row}" for row in range(40)]
    row = fry(effects, np.ones(40), [MeasuredSet("s", np.arange(12), np.ones(12))], names).iloc[0]
    assert row["leading_genes"].split(",") == sorted(names[:12])[:10]


def test_a_set_in_which_nothing_varies_has_no_p_value():
    effects = np.random.default_rng(8).normal(size=(40, 6))
    effects[:12, 1:] = 0
    row = fry(effects, np.ones(40), [MeasuredSet("s", np.arange(12), np.ones(12))], [str(i) for i in range(40)]).iloc[0]
    assert np.isnan(row["p_value"])
    assert row["effect"] == pytest.approx(effects[0:12, 0].mean())
