"""Pre-ranked enrichment, and the rankings that it must not be given."""

import numpy as np
import pandas as pd
import pytest

from secretome.pathways import gsea as module
from secretome.pathways.collections import MeasuredSet
from secretome.pathways.gsea import gsea, gsea_p_values, ranking_warnings, ties


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
        ([1.0, np.inf], ["a", "b"], "infinite"),
        ([1.0, -np.inf], ["a", "b"], "infinite"),
        ([1.0, 1.0], ["a", "b"], "same number"),
        ([1.0, np.nan, 1.0], ["a", "b", "c"], "same number"),
    ],
)
def test_rankings_that_mislead_gseapy_are_refused(values, names, says):
    with pytest.raises(ValueError, match=says):
        gsea(pd.Series(values, index=names), [MeasuredSet("s", np.array([0]), np.ones(1))], 1)


def test_no_sets_give_no_rows():
    assert gsea(pd.Series([1.0, 2.0], index=["a", "b"]), [], 1)[0].empty


def test_genes_without_a_number_are_left_out(ranked):
    ranking, sets = ranked
    gaps = ranking.copy()
    gaps.iloc[[5, 45, 300]] = np.nan
    gone = MeasuredSet("gone", np.array([5, 300]), np.ones(2))
    table, curves = gsea(gaps, [*sets, gone], 7)
    assert table["gene_set"].tolist() == ["up", "ties"]
    assert table["size"].tolist() == [29, 14]
    assert curves["up"]["n_genes"] == 497
    # As though these genes had never been given.
    kept = np.flatnonzero(gaps.notna())
    places = [(one.name, np.flatnonzero(np.isin(kept, one.rows))) for one in sets]
    moved = [MeasuredSet(name, rows, np.ones(rows.size)) for name, rows in places]
    pd.testing.assert_frame_equal(gsea(gaps.iloc[kept], moved, 7)[0], table)


def test_ties_are_counted_and_more_than_a_tenth_of_the_genes_are_told(ranked):
    ranking, _ = ranked
    assert ties(ranking) == 20 / 500
    assert ranking_warnings(ranking) == []
    assert ties(pd.Series([1.0, 1.0, 2.0, np.nan, np.nan])) == 2 / 3
    assert ties(pd.Series([np.nan])) == 0
    many = ranking.copy()
    many.iloc[100:140] = 0.25
    assert [one["code"] for one in ranking_warnings(many)] == ["W11"]
    assert "12 % of the genes" in ranking_warnings(many)[0]["message"]


def test_the_number_of_threads_does_not_matter(ranked, monkeypatch):
    # gseapy itself is asked: the library always uses one thread.
    import gseapy

    prerank = gseapy.prerank
    monkeypatch.setattr(gseapy, "prerank", lambda *given, **named: prerank(*given, **{**named, "threads": 4}))
    four = gsea(*ranked, 7)
    monkeypatch.undo()
    one = gsea(*ranked, 7)
    pd.testing.assert_frame_equal(four[0], one[0])
    assert four[1] == one[1]


def test_the_quick_p_values_are_about_those_of_the_table(ranked):
    ranking, sets = ranked
    rest = [MeasuredSet(str(i), np.arange(i, i + 20), np.ones(20)) for i in range(100, 400, 20)]
    quick = gsea_p_values(ranking.to_numpy(), [*sets, *rest], 1)
    full = gsea(ranking, [*sets, *rest], 1)[0]["p_value"].to_numpy()
    # 100 permutations, half of them on the side of the set: the standard error of p = .5 is .07.
    np.testing.assert_allclose(quick, full, atol=0.25)
    assert quick[0] == module.SMALLEST_P
    np.testing.assert_array_equal(quick, gsea_p_values(ranking.to_numpy(), [*sets, *rest], 1))


@pytest.mark.parametrize("values", [[1.0, 1.0, 1.0], [1.0, np.nan, 2.0], [1.0, np.inf, 2.0]])
def test_the_quick_p_values_refuse_what_the_table_refuses_or_leaves_out(values):
    with pytest.raises(ValueError, match=r"same number|missing|infinite"):
        gsea_p_values(np.array(values), [MeasuredSet("s", np.array([0]), np.ones(1))], 1)
