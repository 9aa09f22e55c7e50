"""Over-representation by hand and against scipy's tests of the same tables."""

import numpy as np
import pytest
from scipy import stats

from secretome.pathways.collections import Collection
from secretome.pathways.over_representation import over_representation, upper_tail

BACKGROUND = [f"g{number:03d}" for number in range(100)]


def collection(**sets):
    return Collection("simulated", {name: dict.fromkeys(genes, 1.0) for name, genes in sets.items()}, False)


def test_the_test_and_the_odds_ratio_by_hand():
    hits = ["g005", "g000", "g001", "g050"]
    row = over_representation(collection(s=[*BACKGROUND[:10], "elsewhere"]), hits, BACKGROUND).iloc[0]
    assert row["size"] == 10
    assert row["leading_genes"] == "g005,g000,g001"
    # 3 of 10 in the set are hits, 1 of 90 outside: with a half each 3.5 × 89.5 / (7.5 × 1.5).
    assert row["effect"] == pytest.approx(np.log2(3.5 * 89.5 / (7.5 * 1.5)))
    reach = 1.959964 * np.sqrt(1 / 3.5 + 1 / 7.5 + 1 / 1.5 + 1 / 89.5) / np.log(2)
    assert row["ci_high"] - row["effect"] == pytest.approx(reach, rel=1e-6)
    assert row["effect"] - row["ci_low"] == pytest.approx(reach, rel=1e-6)
    # Three of the four, or all: (120 × 90 + 210) / 3,921,225.
    assert row["p_value"] == pytest.approx((120 * 90 + 210) / 3_921_225)


def test_the_p_values_are_those_of_scipy():
    rng = np.random.default_rng(0)
    for _ in range(200):
        background = int(rng.integers(2, 3000))
        size, hits = rng.integers(1, background + 1, 2)
        low, high = max(0, size + hits - background), min(size, hits)
        found = int(rng.integers(low, high + 1))
        expected = stats.hypergeom.sf(found - 1, background, hits, size)
        assert upper_tail(found, int(size), int(hits), background) == pytest.approx(expected, rel=1e-8, abs=1e-290)
        table = [[found, size - found], [hits - found, background - size - hits + found]]
        fisher = stats.fisher_exact(table, alternative="greater").pvalue
        assert upper_tail(found, int(size), int(hits), background) == pytest.approx(fisher, rel=1e-8, abs=1e-290)


def test_the_interval_holds_what_it_promises_where_counts_are_small():
    # 30 of 200 genes in the set, hits with odds of 0.1 outside and 0.3 inside.
    rng = np.random.default_rng(1)
    truth, held, trials = np.log2(3), 0, 400
    genes = [f"g{number:03d}" for number in range(200)]
    members = collection(s=genes[:30])
    chance = np.where(np.arange(200) < 30, 0.3 / 1.3, 0.1 / 1.1)
    for _ in range(trials):
        hits = [gene for gene, is_hit in zip(genes, rng.random(200) < chance, strict=True) if is_hit]
        row = over_representation(members, hits, genes).iloc[0]
        held += row["ci_low"] <= truth <= row["ci_high"]
    assert 0.92 < held / trials < 0.99


def test_a_set_without_hits_has_p_1_and_an_effect():
    row = over_representation(collection(s=BACKGROUND[:10]), ["g050"], BACKGROUND).iloc[0]
    assert row["p_value"] == pytest.approx(1)
    assert row["effect"] == pytest.approx(np.log2(0.5 * 89.5 / (10.5 * 1.5)))
    assert row["leading_genes"] == ""


def test_without_hits_there_are_no_rows():
    table = over_representation(collection(s=BACKGROUND[:10]), [], BACKGROUND)
    assert table.empty
    assert {"gene_set", "size", "effect", "ci_low", "ci_high", "p_value", "leading_genes"} == set(table.columns)
    assert over_representation(collection(), ["g000"], BACKGROUND).empty


def test_genes_outside_the_background_count_for_no_set():
    # A set of secreted genes is no finding where the background is the secreted genes.
    rich = collection(s=[*BACKGROUND[:20], *(f"other{number}" for number in range(300))])
    row = over_representation(rich, BACKGROUND[:100:5], BACKGROUND).iloc[0]
    assert row["size"] == 20
    assert abs(row["effect"]) < 0.2
    assert row["p_value"] > 0.5


def test_the_order_of_the_background_does_not_matter():
    sets, hits = collection(s=BACKGROUND[:15], t=BACKGROUND[10:40]), ["g030", "g003", "g012"]
    expected = over_representation(sets, hits, BACKGROUND)
    assert over_representation(sets, hits, BACKGROUND[::-1]).equals(expected)
    assert expected["leading_genes"].tolist() == ["g003,g012", "g030,g012"]


@pytest.mark.parametrize(
    ("hits", "background", "problem"),
    [
        (["g000", "x"], BACKGROUND, "not in the background: x"),
        (["g000", "g000"], BACKGROUND, "stands twice"),
        (["g000"], [*BACKGROUND, "g000"], "stands twice"),
    ],
)
def test_hits_that_do_not_fit_the_background_are_refused(hits, background, problem):
    with pytest.raises(ValueError, match=problem):
        over_representation(collection(s=BACKGROUND[:10]), hits, background)
