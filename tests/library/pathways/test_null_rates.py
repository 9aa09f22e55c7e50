"""Rates of rejection: honest tests keep their level, those that count genes as independent are found out."""

import numpy as np
import pandas as pd
import pytest
from scipy import special

from secretome.pathways import null_rates as module
from secretome.pathways.camera import camera_fixed
from secretome.pathways.collections import MeasuredSet
from secretome.pathways.fry import fry
from secretome.pathways.null_rates import NullTest, enriched_without_genes, null_rates, null_warnings

GENES = 900
SETS = [MeasuredSet(str(i), np.arange(60 * i, 60 * i + 60), np.ones(60)) for i in range(8)]
NAMES = [f"g{i:03d}" for i in range(GENES)]


def fry_p_values(effects, errors, sets):
    return fry(effects, errors, sets, NAMES)["p_value"].to_numpy()


def fixed_p_values(effects, errors, sets):
    return camera_fixed(effects, errors, sets)["p_value"].to_numpy()


def rates_of(effects, tests, seed=1, sets=SETS):
    """The rates of one collection."""
    return null_rates(effects, np.ones(GENES), {"c": sets}, {"c": tests}, seed)


@pytest.fixture(scope="module")
def effects():
    """Two groups of four: six residuals; the genes of each set have a correlation of 0.1, and nothing changes."""
    rng = np.random.default_rng(0)
    values = rng.normal(size=(GENES, 7))
    for one in SETS:
        values[one.rows] = np.sqrt(0.9) * values[one.rows] + np.sqrt(0.1) * rng.normal(size=7)
    return values


def test_rates_near_the_true_ones(effects):
    tests = {"fry": NullTest(fry_p_values, 40), "camera_fixed": NullTest(fixed_p_values, 40)}
    rates = rates_of(effects, tests)
    assert rates["method"].tolist() == ["fry", "fry", "camera_fixed", "camera_fixed"]
    assert rates["level"].tolist() == [0.05, 0.01] * 2
    assert rates["tests"].tolist() == [320] * 4
    at = rates.set_index(["method", "level"])["rate"]
    # 40 simulations of 8 independent sets: the standard error of .05 is .012.
    assert at["fry", 0.05] == pytest.approx(0.05, abs=0.04)
    # The mean of 60 genes has 6.9 times the variance of independent ones, of which the test allows for 1.6.
    expected = 2 * special.ndtr(-1.96 * np.sqrt((1 + 59 * 0.01) / (1 + 59 * 0.1)))
    assert at["camera_fixed", 0.05] == pytest.approx(expected, abs=0.1)
    assert (rates["ci_low"] <= rates["rate"]).all()
    assert (rates["rate"] <= rates["ci_high"]).all()
    told = null_warnings(rates, {"c": tests})
    assert [one["code"] for one in told] == ["W08"]
    assert "camera_fixed rejects" in told[0]["message"]
    known = {**tests, "camera_fixed": NullTest(fixed_p_values, calibrated=False)}
    assert null_warnings(rates, {"c": known}) == []


def test_the_interval_counts_simulations_not_sets(effects):
    # Every set of a simulation says the same: 40 coins, not 320.
    answers = iter(np.random.default_rng(1).random(40))
    tests = {"same": NullTest(lambda effects, errors, sets: np.full(len(sets), next(answers)), 40)}
    row = rates_of(effects, tests).iloc[0]
    rate = row["rate"]
    expected = special.stdtrit(39, 0.975) * np.sqrt(rate * (1 - rate) / 39)
    assert row["ci_high"] - rate == pytest.approx(expected, rel=1e-6)


def test_each_test_gets_its_number_of_the_same_simulations(effects):
    seen = {"few": [], "many": []}

    def remember(name):
        def p_values(drawn, errors, sets):
            seen[name].append(drawn[0, 0])
            return np.full(len(sets), 0.5)

        return p_values

    tests = {"few": NullTest(remember("few"), 3), "many": NullTest(remember("many"), 5)}
    rates = rates_of(effects, tests)
    assert rates["simulations"].tolist() == [3, 3, 5, 5]
    assert seen["few"] == seen["many"][:3]
    assert len(set(seen["many"])) == 5


def test_a_large_study_is_simulated_less_often(effects, monkeypatch):
    tests = {"test": NullTest(lambda effects, errors, sets: np.full(len(sets), 0.5))}
    rates = rates_of(effects, tests)
    assert rates["simulations"].tolist() == [20, 20]
    monkeypatch.setattr(module, "NUMBERS", 12 * effects.size)
    assert rates_of(effects, tests)["simulations"].tolist() == [12, 12]
    monkeypatch.setattr(module, "NUMBERS", effects.size)
    assert rates_of(effects, tests)["simulations"].tolist() == [8, 8]


def test_the_same_seed_gives_the_same_rates(effects):
    tests = {"camera_fixed": NullTest(fixed_p_values, 5)}
    first, second, other = (rates_of(effects, tests, seed) for seed in (1, 1, 2))
    pd.testing.assert_frame_equal(first, second)
    assert not first.equals(other)


def test_a_test_without_p_values_has_no_rate_and_no_warning(effects):
    tests = {"none": NullTest(lambda effects, errors, sets: np.full(len(sets), np.nan), 2)}
    rates = rates_of(effects, tests)
    assert rates[["simulations", "tests"]].to_numpy().tolist() == [[0, 0]] * 2
    assert rates["rate"].isna().all()
    assert null_warnings(rates, {"c": tests}) == []


def test_of_many_sets_fifty_are_used_and_of_a_slow_test_fewer(effects):
    sets = [MeasuredSet(str(i), np.arange(i, i + 20), np.ones(20)) for i in range(120)]
    used = []

    def p_values(effects, errors, sets):
        used.append([one.name for one in sets])
        return np.full(len(sets), 0.5)

    tests = {"all": NullTest(p_values, 2), "slow": NullTest(p_values, 1, most_sets=3)}
    rates = rates_of(effects, tests, sets=sets)
    assert rates["tests"].tolist() == [100, 100, 3, 3]
    assert [len(names) for names in used] == [50, 3, 50]
    assert used[1] == [used[0][0], used[0][24], used[0][49]]
    assert (used[0][0], used[0][49]) == ("0", "119")


def test_a_test_of_several_collections_is_given_their_sets_at_once(effects):
    given = []

    def p_values(effects, errors, sets):
        given.append([one.name for one in sets])
        return np.where(np.isin([one.name for one in sets], ["3", "4"]), 0.001, 0.5)

    shared = NullTest(p_values, 2)
    tests = {"first": {"shared": shared, "own": NullTest(p_values, 2)}, "second": {"shared": shared}, "none": {}}
    sets = {"first": SETS[:3], "second": SETS[3:5], "none": []}
    rates = null_rates(effects, np.ones(GENES), sets, tests, 1).query("level == 0.05")
    assert given == [["0", "1", "2", "3", "4"], ["0", "1", "2"]] * 2
    assert rates[["collection", "method", "tests", "rate"]].to_numpy().tolist() == [
        ["first", "shared", 6, 0.0],
        ["first", "own", 6, 0.0],
        ["second", "shared", 4, 1.0],
    ]


def test_no_sets_give_no_rows(effects):
    assert rates_of(effects, {"fry": NullTest(fry_p_values)}, sets=[]).empty


@pytest.mark.parametrize(("each", "told"), [([0.0, 0.125] * 20, False), ([0.0, 0.25] * 20, True)])
def test_noise_raises_no_alarm(effects, each, told):
    # One or two of eight sets reject in every other simulation: 6 % and 12 %, the errors 1 % and 2 %.
    shares = iter(each)

    def p_values(effects, errors, sets):
        return np.where(np.arange(len(sets)) < len(sets) * next(shares), 0.001, 0.5)

    tests = {"test": NullTest(p_values, 40)}
    rates = rates_of(effects, tests)
    assert rates["rate"][0] == np.mean(each)
    assert bool(null_warnings(rates, {"c": tests})) == told
    one_in_twelve = rates.assign(rate=0.08, ci_low=0.052, ci_high=0.108)
    assert null_warnings(one_in_twelve, {"c": tests}) == []


@pytest.mark.parametrize(("genes", "sets", "told"), [(0, 3, True), (0, 0, False), (1, 3, False)])
def test_enriched_sets_without_a_changed_gene_are_told(genes, sets, told):
    warnings = enriched_without_genes(genes, sets, 50, 0.05)
    assert [one["code"] for one in warnings] == (["W07"] if told else [])
    assert all("3 of 50 gene sets pass:" in one["message"] for one in warnings)


def test_a_single_set_passes():
    (warning,) = enriched_without_genes(0, 1, 50, 0.05)
    assert (
        "Nothing passes a false discovery rate of 0.05 by itself, yet 1 of 50 gene sets passes:" in warning["message"]
    )
