"""Shapes of the histogram of p-values: each cause gives its own, and chance hardly ever one that warns."""

import numpy as np
import pytest
from diagnostic_alarms import correlated, p_values_of

from secretome.diagnostics import p_values

GENES = 2000
FOUR, SIX = (np.repeat(np.eye(2), size, axis=0) for size in (4, 6))


def verdict(values, matrix=SIX):
    return p_values.verdict_of(p_values_of(values, matrix))["verdict"]


@pytest.fixture
def random():
    return np.random.default_rng(11)


def test_counts_and_null_share_by_hand():
    p_value = np.r_[np.full(100, 0.01), np.linspace(0.025, 0.975, 20).repeat(10), np.nan]
    found = p_values.verdict_of(p_value)
    assert found["counts"] == [110, *[10] * 19]
    assert found["tests"] == 300
    assert found["null_share"] == pytest.approx(2 * 100 / 300)
    assert found["verdict"] == "peak_at_zero"
    assert found["warning"] == ""
    assert p_values.warnings_of(found) == []


def test_small_panels_get_no_verdict():
    found = p_values.verdict_of(np.full(p_values.FEWEST_TESTS - 1, 1.0))
    assert found["verdict"] == "too_few"
    assert found["null_share"] == 1
    empty = p_values.verdict_of(np.array([np.nan]))
    assert empty["tests"] == sum(empty["counts"]) == 0
    assert empty["null_share"] is None


def test_uniform_p_values_are_uniform(random):
    verdicts = [p_values.verdict_of(random.random(size))["verdict"] for size in (200, 1000, 16000) for _ in range(100)]
    assert sum(one != "uniform" for one in verdicts) <= 3


@pytest.mark.parametrize("correlation", [0.05, 0.1])
def test_genes_that_vary_together_rarely_warn(random, correlation):
    found = [
        p_values.verdict_of(p_values_of(correlated(random, GENES, 6, correlation), FOUR[[0, 1, 2, 4, 5, 6]]))
        for _ in range(40)
    ]
    assert sum(bool(one["warning"]) for one in found) <= 3


def test_genes_that_change_give_a_peak_at_zero(random):
    values = correlated(random, GENES, 12, 0)
    values[:400] += 3 * SIX[:, 0]
    found = p_values.verdict_of(p_values_of(values, SIX))
    assert found["verdict"] == "peak_at_zero"
    assert found["null_share"] == pytest.approx(0.8, abs=0.06)


def test_pairs_that_were_not_declared_are_conservative(random):
    pairs = random.normal(0, 2, (GENES, 6))
    found = p_values.verdict_of(p_values_of(correlated(random, GENES, 12, 0) + np.tile(pairs, 2), SIX))
    assert found["verdict"] == "conservative"
    assert p_values.warnings_of(found)[0]["code"] == "W15"


def test_an_unknown_batch_across_the_groups_is_conservative(random):
    batch = np.tile([0, 1.0], 6)
    effect = np.where(random.random(GENES) < 0.6, random.normal(0, 4, GENES), 0)
    assert verdict(correlated(random, GENES, 12, 0) + np.outer(effect, batch)) == "conservative"


def test_one_sample_that_is_unlike_its_group_is_a_hill(random):
    values = correlated(random, GENES, 12, 0)
    values[:, 0] += random.normal(0, 6, GENES)
    assert verdict(values) == "hill"


def test_equal_values_are_a_hill(random):
    counts = random.poisson(random.gamma(1, 1.5, 3 * GENES)[:, None], (3 * GENES, 8))
    values = np.log2(counts[np.ptp(counts, axis=1) > 0] + 0.5)
    assert verdict(values, FOUR) == "hill"


def test_a_peak_at_both_ends(random):
    p_value = np.r_[random.random(1000), random.beta(0.3, 6, 400), random.beta(20, 0.5, 400)]
    assert p_values.verdict_of(p_value)["verdict"] == "u_shape"


def test_every_verdict_that_warns_says_why():
    assert set(p_values._CAUSES) == {p_values.CONSERVATIVE, p_values.HILL_INSIDE, p_values.U_SHAPE}
