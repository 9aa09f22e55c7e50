"""Tests of gene sets against limma, by hand, and under the null hypothesis."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from secretome import genesets
from secretome.genesets import Collection, MeasuredSet
from secretome.models import contrasts, linear, rotation, voom
from secretome.normalise import tmm_factors

GOLDEN = Path(__file__).parents[1] / "golden"
GROUPS = np.array([0, 0, 0, 0, 1, 1, 1.0])
DESIGN = np.column_stack([GROUPS, 1 - GROUPS, [0, 1, 1, 0, 1, 0, 1]])
CONTRAST = np.array([1.0, -1, 0])


@pytest.fixture(scope="module")
def tested():
    """Genes, effects and errors of the simulated study."""
    genes = pd.read_csv(GOLDEN / "simulated.genes.tsv", sep="\t")["gene"]
    counts = pd.read_csv(GOLDEN / "simulated.counts.tsv", sep="\t", index_col="gene").loc[genes].to_numpy(float)
    log2, weights = voom.voom(counts, DESIGN, counts.sum(axis=0) * tmm_factors(counts))
    errors = contrasts.unscaled_error(linear.fit(log2, DESIGN, weights), CONTRAST)
    return genes.tolist(), rotation.rotation_effects(log2, DESIGN, CONTRAST, weights, align=False), errors


def collection(weighted):
    members = pd.read_csv(GOLDEN / "simulated.members.tsv", sep="\t")
    sets = {
        name: dict(zip(rows["gene"], rows["weight"] if weighted else np.ones(len(rows)), strict=True))
        for name, rows in members.groupby("set", sort=False)
    }
    return Collection("simulated", sets, weighted)


@pytest.mark.parametrize(("weighted", "prefix"), [(False, ""), (True, "weighted_")])
def test_fry_is_that_of_limma(tested, weighted, prefix):
    genes, effects, errors = tested
    expected = pd.read_csv(GOLDEN / "simulated.sets.tsv", sep="\t", index_col="set")
    sets, dropped = genesets.measured_sets(collection(weighted), genes)
    table = genesets.fry(effects, errors, sets, genes, as_limma=True).set_index("gene_set").loc[expected.index]
    assert not dropped
    assert table["size"].tolist() == expected["size"].tolist()
    np.testing.assert_allclose(np.log10(table["p_value"]), np.log10(expected[f"{prefix}fry"]), atol=1e-6)
    assert np.where(table["statistic"] > 0, "Up", "Down").tolist() == expected[f"{prefix}direction"].tolist()


def test_camera_is_that_of_limma(tested):
    genes, effects, errors = tested
    expected = pd.read_csv(GOLDEN / "simulated.sets.tsv", sep="\t", index_col="set")
    sets, _ = genesets.measured_sets(collection(False), genes)
    table = genesets.camera(effects, errors, sets).set_index("gene_set").loc[expected.index]
    np.testing.assert_allclose(np.log10(table["p_value"]), np.log10(expected["camera"]), atol=1e-6)
    np.testing.assert_allclose(table["correlation"], expected["correlation"], atol=1e-6)


def test_the_effect_is_the_mean_change_and_its_interval_that_of_the_mean_of_the_set():
    rng = np.random.default_rng(0)
    values = rng.normal(size=(60, 7)) + 3 * DESIGN[:, 0]
    fitted = linear.fit(values, DESIGN)
    effects = rotation.rotation_effects(values, DESIGN, CONTRAST)
    errors = contrasts.unscaled_error(fitted, CONTRAST)
    one = MeasuredSet("s", np.arange(20), np.ones(20))
    row = genesets.fry(effects, errors, [one], [f"g{i}" for i in range(60)]).iloc[0]
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
    row = genesets.fry(effects, np.ones(60), [one], [f"g{i}" for i in range(60)]).iloc[0]
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
        p_values.append(genesets.fry(effects, np.ones(400), [one], [str(i) for i in range(400)])["p_value"][0])
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
        tests = genesets.fry(effects, np.ones(200), [one], [str(i) for i in range(200)], as_limma)
        p_values.append(tests["p_value"][0])
    assert (abs(p_values[0] - p_values[1]) < 1e-9) == same


def test_the_expected_largest_effect_is_the_mean_over_rotations_of_the_residuals():
    rng = np.random.default_rng(4)
    contrast, residuals = 2.0, rng.normal(size=4) * 1.5
    turns = np.linalg.qr(rng.normal(size=(20_000, 4, 4)))[0] @ residuals
    expected = np.maximum(contrast, (turns**2).max(axis=1)).mean()
    found = genesets._expected_largest(np.array([contrast]), np.array([(residuals**2).sum()]), 4)
    assert found[0] == pytest.approx(expected, rel=0.01)


def test_with_a_single_residual_there_is_one_way_to_span_it():
    found = genesets._expected_largest(np.array([2.0, 2.0]), np.array([1.0, 3.0]), 1)
    np.testing.assert_allclose(found, [2.0, 3.0])


def test_sets_outside_the_limits_are_dropped_and_counted():
    given = Collection(
        "c", {"fits": {"a": 1.0, "b": -2.0, "x": 1.0}, "small": {"a": 1.0}, "large": dict.fromkeys("abcd", 1.0)}, True
    )
    kept, dropped = genesets.measured_sets(given, list("dcba"), smallest=2, largest=3)
    assert [one.name for one in kept] == ["fits"]
    assert kept[0].rows.tolist() == [2, 3]
    assert kept[0].weights.tolist() == [-2, 1]
    assert dropped == {"small": 1, "large": 4}


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
    table, curves = genesets.gsea(ranking, sets, 1)
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
    first, first_curves = genesets.gsea(ranking, sets, 7)
    second, second_curves = genesets.gsea(ranking.iloc[order], moved, 7)
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
        genesets.gsea(pd.Series(values, index=names), [MeasuredSet("s", np.array([0]), np.ones(1))], 1)


def test_no_sets_give_no_rows(tested):
    genes, effects, errors = tested
    assert genesets.fry(effects, errors, [], genes).empty
    assert genesets.camera(effects, errors, []).empty
    assert genesets.gsea(pd.Series([1.0, 2.0], index=["a", "b"]), [], 1)[0].empty


def test_camera_passes_over_a_set_that_leaves_no_other_gene(tested):
    genes, effects, errors = tested
    sets = [MeasuredSet(name, np.arange(size), np.ones(size)) for name, size in (("ALL", len(genes)), ("SOME", 20))]
    assert genesets.camera(effects, errors, sets)["gene_set"].to_list() == ["SOME"]
