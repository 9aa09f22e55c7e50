"""Linear models over genes against decoupler, by hand, and under the null hypothesis."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from secretome.models import contrasts, linear, moderation, rotation
from secretome.pathways.collections import MeasuredSet
from secretome.pathways.linear_scores import Collinear, mlm, score_tests, ulm

GOLDEN = Path(__file__).parents[2] / "golden" / "decoupler"
DESIGN = np.repeat(np.eye(2), 3, axis=0)
CONTRAST = np.array([-1.0, 1])
GENES = [f"g{number}" for number in range(200)]


@pytest.fixture(scope="module")
def golden():
    """Statistics (genes × contrasts), the sets, and decoupler's scores: method → sets × contrasts."""
    statistics = pd.read_csv(GOLDEN / "statistics.tsv", sep="\t", index_col="gene")
    net = pd.read_csv(GOLDEN / "net.tsv", sep="\t")
    sets = [
        MeasuredSet(name, statistics.index.get_indexer(rows["target"]), rows["weight"].to_numpy())
        for name, rows in net.groupby("source")
    ]
    scores = pd.read_csv(GOLDEN / "scores.tsv", sep="\t").set_index(["method", "source"])
    names = [one.name for one in sets]
    return statistics.to_numpy(), sets, {method: scores.loc[method].loc[names].to_numpy() for method in ("ulm", "mlm")}


@pytest.mark.parametrize("score", [ulm, mlm])
def test_the_scores_are_those_of_decoupler(golden, score):
    statistics, sets, expected = golden
    np.testing.assert_allclose(score(statistics, sets), expected[score.__name__], rtol=1e-8, atol=1e-8)


@pytest.mark.parametrize("score", [ulm, mlm])
def test_the_order_of_genes_and_sets_and_a_shift_of_all_genes_do_not_matter(golden, score):
    statistics, sets, _ = golden
    order = np.random.default_rng(0).permutation(len(statistics))
    place = np.argsort(order)
    turned = [MeasuredSet(one.name, place[one.rows], one.weights) for one in sets[::-1]]
    np.testing.assert_allclose(score(statistics[order] + 5, turned)[::-1], score(statistics, sets), atol=1e-9)


def test_a_univariate_score_by_hand():
    # Plain sets: the slope is the difference of the means, 3.5 − 1 = 2.5; squares 0.5 + 2 over 5 − 2 degrees of
    # freedom; the spread of the weights is 2 × 3 / 5.
    statistics = np.array([[3.0], [4], [0], [1], [2]])
    one = MeasuredSet("s", np.array([0, 1]), np.ones(2))
    assert ulm(statistics, [one])[0, 0] == pytest.approx(2.5 / np.sqrt(2.5 / 3 / (6 / 5)))


def test_a_set_of_all_genes_has_no_univariate_score_but_one_of_weights_has():
    statistics = np.random.default_rng(1).normal(size=(20, 2))
    rows = np.arange(20)
    scores = ulm(statistics, [MeasuredSet("all", rows, np.full(20, 0.1)), MeasuredSet("some", rows, rows + 1.0)])
    assert np.isnan(scores[0]).all()
    assert np.isfinite(scores[1]).all()


def test_a_set_that_repeats_others_is_refused_by_name():
    statistics = np.random.default_rng(2).normal(size=(40, 2))
    first, second = np.arange(10), np.arange(15, 30)
    sets = [
        MeasuredSet("first", first, np.ones(10)),
        MeasuredSet("second", second, np.ones(15)),
        MeasuredSet("both", np.append(first, second), np.ones(25)),
        MeasuredSet("other", np.arange(5, 20), np.ones(15)),
    ]
    with pytest.raises(Collinear, match=r"sets are collinear: both, first, second$"):
        mlm(statistics, sets)
    assert mlm(statistics, sets[1:]).shape == (3, 2)


def test_of_many_collinear_sets_the_first_are_named():
    statistics = np.random.default_rng(2).normal(size=(40, 1))
    twins = [MeasuredSet(f"s{number:02d}", np.arange(number, number + 3), np.ones(3)) for number in range(6)] * 2
    sets = [MeasuredSet(f"{one.name}{place}", one.rows, one.weights) for place, one in enumerate(twins)]
    with pytest.raises(Collinear, match=r"sets are collinear: s000, s006, .* and 2 more$"):
        mlm(statistics, sets)


def test_a_set_of_all_genes_is_collinear_with_the_intercept():
    statistics = np.random.default_rng(2).normal(size=(40, 2))
    sets = [MeasuredSet("all", np.arange(40), np.full(40, 0.3)), MeasuredSet("some", np.arange(7), np.ones(7))]
    with pytest.raises(Collinear, match=r"sets are collinear: all$"):
        mlm(statistics, sets)


def test_more_sets_than_genes_are_refused():
    sets = [MeasuredSet(str(row), np.array([row]), np.ones(1)) for row in range(9)]
    with pytest.raises(Collinear, match="10 genes are too few for a model of 9 sets"):
        mlm(np.arange(10.0)[:, None], sets)


@pytest.mark.parametrize(
    ("statistics", "problem"),
    [
        (np.ones((9, 2)), "same statistic in column 0"),
        (np.array([[1.0], [np.nan], [2]]), "not finite"),
        (np.array([[1.0], [np.inf], [2]]), "not finite"),
        (np.array([[1.0], [2]]), "three genes"),
    ],
)
@pytest.mark.parametrize("score", [ulm, mlm])
def test_statistics_that_cannot_be_scored_are_refused(score, statistics, problem):
    with pytest.raises(ValueError, match=problem):
        score(statistics, [MeasuredSet("s", np.array([0]), np.ones(1))])


@pytest.mark.parametrize("score", [ulm, mlm])
def test_no_sets_give_no_scores(score):
    assert score(np.arange(6.0).reshape(3, 2), []).shape == (0, 2)


def fitted(values):
    """The effects of simulated values, and their moderated t."""
    fit = linear.fit(values, DESIGN)
    table = contrasts.estimate(fit, CONTRAST, moderation.moderate(fit))
    return rotation.rotation_effects(values, DESIGN, CONTRAST), table["statistic"]


@pytest.mark.parametrize("score", [ulm, mlm])
def test_the_effect_of_a_test_is_the_score_of_the_moderated_t(score):
    rng = np.random.default_rng(3)
    values = rng.normal(size=(200, 6)) * np.sqrt(4 / rng.chisquare(4, 200))[:, None]
    values[:20] += 2 * DESIGN[:, 1]
    sets = [MeasuredSet("up", np.arange(20), np.ones(20)), MeasuredSet("still", np.arange(10, 60), rng.normal(size=50))]
    effects, t = fitted(values)
    table = score_tests(score.__name__, effects, sets, GENES)
    np.testing.assert_allclose(table["effect"], score(t.to_numpy()[:, None], sets)[:, 0], rtol=1e-9)
    given = moderation.moderate(linear.fit(values, DESIGN))
    again = score_tests(score.__name__, effects, sets, GENES, (given.variance, given.df))
    pd.testing.assert_frame_equal(again, table, rtol=1e-9)
    assert table["gene_set"].tolist() == ["up", "still"]
    assert table["size"].tolist() == [20, 50]
    # Score, statistic, interval and p-value say the same.
    assert (np.sign(table["effect"]) == np.sign(table["statistic"])).all()
    excludes = (table["ci_low"] > 0) | (table["ci_high"] < 0)
    assert (excludes == (table["p_value"] < 0.05)).all()
    np.testing.assert_allclose(table["ci_high"] + table["ci_low"], 2 * table["effect"])


def test_the_test_of_a_score_by_hand_where_all_genes_share_one_variance():
    # With infinite prior degrees of freedom nothing is enlarged: the t of the mean of the set minus that of the others.
    values = np.random.default_rng(4).normal(size=(200, 6))
    one = MeasuredSet("s", np.arange(20), np.ones(20))
    effects = rotation.rotation_effects(values, DESIGN, CONTRAST)
    row = score_tests("ulm", effects, [one], GENES, (np.ones(200), np.full(200, np.inf))).iloc[0]
    difference = (values[:20].mean(axis=0) - values[20:].mean(axis=0))[None]
    expected = contrasts.estimate(linear.fit(difference, DESIGN), CONTRAST).iloc[0]
    assert row["statistic"] == pytest.approx(expected["statistic"])
    assert row["p_value"] == pytest.approx(expected["p_value"])
    assert row["ci_low"] / row["effect"] == pytest.approx(expected["ci_low"] / expected["log2_fold_change"])


def test_leading_genes_push_the_score_in_its_direction():
    values = np.random.default_rng(5).normal(scale=0.1, size=(200, 6))
    values[[3, 5]] -= 4 * DESIGN[:, 1]
    values[7] += 4 * DESIGN[:, 1]
    one = MeasuredSet("s", np.arange(12), np.where(np.arange(12) == 7, -1.0, 1.0))
    effects, _ = fitted(values)
    row = score_tests("ulm", effects, [one], GENES).iloc[0]
    assert row["effect"] < 0
    leading = row["leading_genes"].split(",")
    assert set(leading[:3]) == {"g3", "g5", "g7"}
    assert len(leading) == 10


def test_a_set_of_all_genes_has_no_row():
    effects, _ = fitted(np.random.default_rng(6).normal(size=(200, 6)))
    sets = [MeasuredSet("all", np.arange(200), np.ones(200)), MeasuredSet("some", np.arange(20), np.ones(20))]
    assert score_tests("ulm", effects, sets, GENES)["gene_set"].tolist() == ["some"]
    assert score_tests("ulm", effects, [], GENES).empty


def test_the_test_of_a_score_holds_its_level_where_genes_go_together_and_the_regression_over_genes_does_not():
    rng = np.random.default_rng(7)
    one = [MeasuredSet("s", np.arange(50), np.ones(50))]
    p_values, over_genes = [], []
    for _ in range(300):
        values = rng.normal(size=(200, 6))
        values[:50] += 0.5 * rng.normal(size=6)
        values *= np.sqrt(4 / rng.chisquare(4, 200))[:, None]
        effects, t = fitted(values)
        p_values.append(score_tests("ulm", effects, one, GENES)["p_value"][0])
        over_genes.append(abs(ulm(t.to_numpy()[:, None], one)[0, 0]) > 1.972)  # decoupler's p < .05
    # 300 tests: the standard error of a rejection rate of .05 is .013, of .5 .029.
    assert np.mean(np.array(p_values) < 0.05) < 0.1
    assert np.mean(np.array(p_values) < 0.5) == pytest.approx(0.5, abs=0.1)
    assert np.mean(over_genes) > 0.3
