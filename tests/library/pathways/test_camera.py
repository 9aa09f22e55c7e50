"""Competitive tests of gene sets against limma."""

import numpy as np
import pandas as pd
import pytest

from secretome.pathways.camera import camera, camera_fixed, fixed_p_values, normal_scores
from secretome.pathways.collections import MeasuredSet
from secretome.pathways.membership import membership


def everything_and_some(genes):
    return [MeasuredSet(name, np.arange(size), np.ones(size)) for name, size in (("ALL", len(genes)), ("SOME", 20))]


def test_camera_is_that_of_limma(tested, simulated_sets, expected):
    _, effects, errors = tested
    table = camera(effects, errors, simulated_sets(False)).set_index("gene_set").loc[expected.index]
    np.testing.assert_allclose(np.log10(table["p_value"]), np.log10(expected["camera"]), atol=1e-6)
    np.testing.assert_allclose(table["correlation"], expected["correlation"], atol=1e-6)


def test_camera_with_a_fixed_correlation_is_that_of_limma(tested, simulated_sets, expected):
    _, effects, errors = tested
    table = camera_fixed(effects, errors, simulated_sets(False)).set_index("gene_set").loc[expected.index]
    np.testing.assert_allclose(np.log10(table["p_value"]), np.log10(expected["camera_fixed"]), atol=1e-6)
    assert (table["correlation"] == 0.01).all()


@pytest.mark.parametrize("test", [camera, camera_fixed])
def test_the_effect_is_the_mean_change_of_the_set_minus_that_of_the_others(tested, test):
    _, effects, errors = tested
    changes = effects[:, 0] * errors
    row = test(effects, errors, [MeasuredSet("s", np.arange(25), np.full(25, -2.0))]).iloc[0]
    assert row["effect"] == pytest.approx(changes[:25].mean() - changes[25:].mean())
    assert np.sign(row["statistic"]) == np.sign(row["effect"])


@pytest.mark.parametrize("test", [camera, camera_fixed])
def test_a_set_that_leaves_no_other_gene_is_passed_over(tested, test):
    genes, effects, errors = tested
    assert test(effects, errors, everything_and_some(genes))["gene_set"].to_list() == ["SOME"]


def test_many_contrasts_at_once_are_each_contrast_by_itself(tested, simulated_sets):
    genes, effects, errors = tested
    turned = [effects * np.r_[sign, np.ones(effects.shape[1] - 1)] for sign in (1, -1)]
    turned.append(effects[:, [1, 0, *range(2, effects.shape[1])]])
    sets = [*simulated_sets(True), everything_and_some(genes)[0]]
    scores = np.column_stack([normal_scores(one) for one in turned])
    found = fixed_p_values(scores, membership(sets, len(genes)))
    assert found.shape == (4, 3)
    assert np.isnan(found[3]).all()
    for column, one in zip(found[:3].T, turned, strict=True):
        np.testing.assert_allclose(column, camera_fixed(one, errors, sets)["p_value"], rtol=1e-10)


@pytest.mark.parametrize("test", [camera, camera_fixed])
def test_the_order_of_the_genes_and_of_the_sets_does_not_matter(tested, simulated_sets, test):
    _, effects, errors = tested
    sets = simulated_sets(False)
    order = np.random.default_rng(2).permutation(len(effects))
    place = np.argsort(order)
    turned = [MeasuredSet(one.name, place[one.rows], one.weights) for one in reversed(sets)]
    first = test(effects, errors, sets).set_index("gene_set")
    second = test(effects[order], errors[order], turned).set_index("gene_set")
    pd.testing.assert_frame_equal(first, second.loc[first.index], rtol=1e-10)


@pytest.mark.parametrize("test", [camera, camera_fixed])
def test_no_sets_give_no_rows(tested, test):
    _, effects, errors = tested
    assert test(effects, errors, []).empty
