"""The rotation test by drawn rotations against limma, against closed forms, and under the null hypothesis."""

import numpy as np
import pandas as pd
import pytest
from calibration_mixed import closed_form
from scipy import special

from secretome.models import rotation
from secretome.pathways.collections import MeasuredSet
from secretome.pathways.fry import _robust_variance
from secretome.pathways.roast import roast

LIMMA_ROTATIONS = 99_999
GROUPS = np.array([0, 0, 0, 0, 1, 1, 1.0])
DESIGN = np.column_stack([GROUPS, 1 - GROUPS, [0, 1, 1, 0, 1, 0, 1]])
CONTRAST = np.array([1.0, -1, 0])


def assert_near(found, expected, rotations, drawn=np.inf):
    """Within three Monte Carlo standard errors, and what the observed one adds as a rotation of its own."""
    variance = expected * (1 - expected) * (1 / rotations + 1 / drawn)
    assert (abs(found - expected) <= 3 * np.sqrt(variance) + 1 / rotations).all()


@pytest.mark.parametrize(("weighted", "prefix"), [(False, ""), (True, "weighted_")])
def test_roast_is_that_of_limma(tested, simulated_sets, expected, weighted, prefix):
    _, effects, _ = tested
    table = roast(effects, simulated_sets(weighted), 1, 19_999).set_index("gene_set").loc[expected.index]
    assert table["size"].tolist() == expected["size"].tolist()
    # The p of both directions is twice the smaller one, which counts every rotation and its opposite.
    assert_near(table["p_two_sided"], expected[f"{prefix}roast"], 19_999, LIMMA_ROTATIONS)
    assert_near(table["p_value"], expected[f"{prefix}roast_mixed"], 19_999, LIMMA_ROTATIONS)
    up = table["p_up"] < table["p_down"]
    assert np.where(up, "Up", "Down").tolist() == expected[f"{prefix}direction"].tolist()


def test_one_gene_has_the_p_value_of_its_t_test():
    effects = np.random.default_rng(0).normal(size=(40, 5))
    sets = [MeasuredSet(str(row), np.array([row]), np.ones(1)) for row in range(40)]
    table = roast(effects, sets, 1)
    t = effects[:, 0] / np.sqrt((effects[:, 1:] ** 2).mean(axis=1))
    assert_near(table["p_value"], 2 * special.stdtr(4, -abs(t)), 9_999)
    assert_near(table["p_two_sided"], 2 * special.stdtr(4, -abs(t)), 9_999)
    assert_near(table["p_up"], special.stdtr(4, -t), 9_999)
    assert_near(table["p_down"], special.stdtr(4, t), 9_999)


def test_where_all_genes_share_one_variance_the_mean_has_a_closed_form():
    rng = np.random.default_rng(1)
    residuals = rng.normal(size=(60, 4))
    residuals /= np.sqrt((residuals**2).mean(axis=1, keepdims=True))  # all alike: the prior is infinite
    effects = np.column_stack([rng.normal(0.3, 1, size=60), residuals])
    one = MeasuredSet("s", np.arange(20), rng.normal(size=20))
    means = one.weights @ effects[:20]
    t = means[0] / np.sqrt((means[1:] ** 2).mean())
    assert_near(roast(effects, [one], 2)["p_two_sided"], 2 * special.stdtr(4, -abs(t)), 9_999)


def test_a_set_that_moves_both_ways_is_seen_in_mixed_direction_only():
    rng = np.random.default_rng(3)
    values = rng.normal(size=(200, 7))
    values[:30] += 2 * np.where(np.arange(30) % 2, 1, -1)[:, None] * DESIGN[:, 0]
    effects = rotation.rotation_effects(values, DESIGN, CONTRAST)
    row = roast(effects, [MeasuredSet("s", np.arange(30), np.ones(30))], 1).iloc[0]
    assert row["p_value"] < 0.01
    assert row["p_two_sided"] > 0.05
    assert row["statistic"] > 1


def test_the_same_seed_gives_the_same_and_order_and_company_do_not_matter(tested, simulated_sets):
    _, effects, _ = tested
    sets = simulated_sets(True)
    first = roast(effects, sets, 4, 999).set_index("gene_set")
    pd.testing.assert_frame_equal(first, roast(effects, sets, 4, 999).set_index("gene_set"), check_exact=True)
    order = np.random.default_rng(5).permutation(len(effects))
    place = np.argsort(order)
    turned = [MeasuredSet(one.name, place[one.rows], one.weights) for one in reversed(sets)]
    second = roast(effects[order], turned, 4, 999).set_index("gene_set").loc[first.index]
    pd.testing.assert_frame_equal(first, second, rtol=1e-10)
    alone = roast(effects, sets[1:2], 4, 999).set_index("gene_set")
    pd.testing.assert_frame_equal(first.iloc[1:2], alone, rtol=1e-10)
    assert (roast(effects, sets, 5, 999)["p_value"].to_numpy() != first["p_value"].to_numpy()).any()


def test_blocks_do_not_change_what_is_drawn(tested, simulated_sets, monkeypatch):
    _, effects, _ = tested
    whole = roast(effects, simulated_sets(False), 6, 500)
    monkeypatch.setattr("secretome.pathways.roast.LARGEST_BLOCK", 97 * 37)
    pd.testing.assert_frame_equal(whole, roast(effects, simulated_sets(False), 6, 500), rtol=1e-10)


def test_in_mixed_direction_it_holds_its_level_where_genes_go_together():
    rng = np.random.default_rng(7)
    one = MeasuredSet("s", np.arange(50), np.ones(50))
    p_values = []
    for _ in range(300):
        values = rng.normal(size=(200, 7))
        values[:50] += 0.5 * rng.normal(size=7)
        p_values.append(roast(rotation.rotation_effects(values, DESIGN, CONTRAST), [one], 8, 199)["p_value"][0])
    # 300 tests: the standard error of a rejection rate of .05 is .013, of .5 .029.
    assert np.mean(np.array(p_values) <= 0.05) < 0.1
    assert np.mean(np.array(p_values) < 0.5) == pytest.approx(0.5, abs=0.1)


@pytest.mark.parametrize(("weighted", "prefix"), [(False, ""), (True, "weighted_")])
def test_the_closed_form_that_does_not_hold_its_level_is_that_of_limma(
    tested, simulated_sets, expected, weighted, prefix
):
    """What `calibration_mixed.py` measures, and why the drawn rotations are taken."""
    _, effects, _ = tested
    standardised = effects / np.sqrt(_robust_variance(effects, as_limma=True))[:, None]
    found = [closed_form(one.weights[:, None] * standardised[one.rows]) for one in simulated_sets(weighted)]
    np.testing.assert_allclose(np.log10(found), np.log10(expected[f"{prefix}fry_mixed"]), atol=1e-6)


def test_no_sets_give_no_rows(tested):
    assert roast(tested[1], [], 1, 99).empty
