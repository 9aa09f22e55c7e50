"""Pre-ranked enrichment, and the rankings that it must not be given."""

import numpy as np
import pandas as pd
import pytest

from secretome.pathways.collections import MeasuredSet
from secretome.pathways.gsea import gsea


@pytest.fixture(scope="module")
def ranked():
    rng = np.random.default_rng(3)
    ranking = pd.Series(rng.normal(size=500), index=[f"C{i}orf{i % 7}" for i in range(500)])
    ranking.iloc[:30] += 2
    ranking.iloc[40:60] = 0.25
    sets = [MeasuredSet("up", np.arange(30), np.ones(30)), MeasuredSet("ties", np.arange(35, 50), np.ones(15))]
    return ranking, sets


def test_gsea_finds_the_set_that_moves_and_draws_its_curve(ranked):
    ranking, sets = ranked
    table, curves = gsea(ranking, sets, 1)
    up = table.set_index("gene_set").loc["up"]
    assert up["effect"] > 1.5
    assert up["p_value"] < 1e-6
    assert up["size"] == 30
    assert set(up["leading_genes"].split(",")) <= set(ranking.index[:30])
    curve = curves["up"]
    order = ranking.sort_values(ascending=False).index
    assert [order[rank] for rank in curve["ranks"]] == [gene for gene in order if gene in set(ranking.index[:30])]
    assert curve["n_genes"] == 500
    assert max(curve["running"]) > 0.5
    assert abs(curve["running"][-1]) < 1e-6


def test_gsea_does_not_depend_on_the_order_of_the_genes_even_with_ties(ranked):
    ranking, sets = ranked
    order = np.random.default_rng(4).permutation(500)
    place = np.argsort(order)
    moved = [MeasuredSet(one.name, np.sort(place[one.rows]), one.weights) for one in sets]
    first, first_curves = gsea(ranking, sets, 7)
    second, second_curves = gsea(ranking.iloc[order], moved, 7)
    pd.testing.assert_frame_equal(first, second)
    assert first_curves == second_curves


@pytest.mark.parametrize(
    ("values", "names", "says"),
    [
        ([1.0, 2.0], ["a", "a"], "twice"),
        ([1.0, np.nan], ["a", "b"], "finite"),
        ([1.0, np.inf], ["a", "b"], "finite"),
        ([1.0, 1.0], ["a", "b"], "same number"),
    ],
)
def test_rankings_that_mislead_gseapy_are_refused(values, names, says):
    with pytest.raises(ValueError, match=says):
        gsea(pd.Series(values, index=names), [MeasuredSet("s", np.array([0]), np.ones(1))], 1)


def test_no_sets_give_no_rows():
    assert gsea(pd.Series([1.0, 2.0], index=["a", "b"]), [], 1)[0].empty
