"""Verdicts: each interval has exactly one, by the definitions written once more."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from secretome.claims.verdicts import VERDICTS, oriented, verdict_of, verdicts_of

ENDS = st.floats(-50, 50, allow_nan=False)
SIZES = st.floats(0.01, 20)


def definitions(low, high, delta):
    return {
        "supported": low >= delta,
        "direction_only": 0 < low < delta <= high,
        "smaller_than_claimed": low > 0 and high < delta,
        "no_effect_of_that_size": -delta < low <= 0 <= high < delta,
        "contradicted": high < 0,
    }


@given(ENDS, ENDS, SIZES)
def test_each_interval_has_exactly_one_verdict(one, other, delta):
    low, high = sorted((one, other))
    true = [word for word, holds in definitions(low, high, delta).items() if holds]
    assert len(true) <= 1
    assert verdict_of(low, high, delta) == (true[0] if true else "inconclusive")


@given(st.sampled_from([-2.0, -1.0, 0.0, 1.0, 2.0]), st.sampled_from([-2.0, -1.0, 0.0, 1.0, 2.0]))
def test_the_edges_belong_to_one_verdict(one, other):
    low, high = sorted((one, other))
    true = [word for word, holds in definitions(low, high, 1.0).items() if holds]
    assert verdict_of(low, high, 1.0) == (true[0] if true else "inconclusive")


@given(ENDS, ENDS, SIZES)
def test_a_claim_that_nothing_changes_is_decided_by_the_whole_interval(one, other, delta):
    low, high = sorted((one, other))
    word = verdict_of(low, high, delta, equivalence=True)
    assert (word == "supported") == (-delta < low and high < delta)
    assert (word == "contradicted") == (low >= delta or high <= -delta)
    assert word in ("supported", "contradicted", "inconclusive")


@given(ENDS, ENDS, SIZES)
def test_a_reversed_label_turns_supported_into_contradicted(one, other, delta):
    low, high = sorted((one, other))
    effect, turned_low, turned_high = oriented((low + high) / 2, low, high, "down")
    assert (effect, turned_low, turned_high) == (-(low + high) / 2, -high, -low)
    if verdict_of(low, high, delta) == "supported":
        assert verdict_of(turned_low, turned_high, delta) == "contradicted"
    assert oriented(1.0, low, high, "up") == (1.0, low, high)


def test_many_intervals_at_once():
    low, high = np.array([1.2, 0.4, 0.2, -0.4, -2.0, -0.4, math.nan]), np.array([3, 2, 0.6, 0.4, -0.1, 2, 1])
    found = verdicts_of(low, high, 1.0)
    assert found.tolist() == [*VERDICTS[:7]]
    assert VERDICTS[7] == "not_retrieved"


@pytest.mark.parametrize(("low", "high", "delta"), [(0.0, 1.0, 0.0), (0.0, 1.0, -1.0), (2.0, 1.0, 1.0)])
def test_what_is_no_interval_or_no_size_is_refused(low, high, delta):
    with pytest.raises(ValueError, match=r"smallest effect|lower end"):
        verdict_of(low, high, delta)
    with pytest.raises(ValueError, match=r"smallest effect|lower end"):
        verdict_of(low, high, delta, equivalence=True)
