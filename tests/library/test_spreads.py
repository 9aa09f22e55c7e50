"""What the spread of numbers leaves possible; whole tables are judged in test_scales."""

import numpy as np
import pytest

from secretome import spreads
from secretome.spreads import COUNTS, FPKM_OR_TPM, LOG2

RANDOM = np.random.default_rng(3)
MEANS = RANDOM.lognormal(4, 2, (2000, 1))
COUNTED = RANDOM.negative_binomial(8, 8 / (8 + MEANS * np.ones((1, 6)))).astype(float)


def of(values, technology=""):
    return spreads.from_numbers(spreads.spread_of(values), technology)


def test_one_huge_number_moves_nothing():
    values = np.log2(COUNTED + 1)
    spoilt = values.copy()
    spoilt[0, 0] = 1e9
    assert spreads.spread_of(spoilt).top == pytest.approx(spreads.spread_of(values).top, rel=0.02)


def test_a_table_without_a_value_has_no_spread():
    assert spreads.spread_of(np.full((3, 2), np.nan)) is None


def test_counts_are_not_refused_and_other_scales_are():
    assert spreads.not_counts(COUNTED) is None
    million = COUNTED / COUNTED.sum(axis=0) * 1e6
    for values, says in (
        (million, "sums to a million"),
        (np.log2(COUNTED + 1), "log2 values"),
        (np.round(MEANS * np.exp(RANDOM.normal(0, 0.02, (2000, 6)))), "rounded FPKM"),
    ):
        assert says in spreads.not_counts(values)[1]
    assert spreads.not_counts(COUNTED[:50] / 7) is None, "a handful of rows tells nothing"


def test_a_million_a_column_proves_a_share_of_the_library():
    found = of(COUNTED / COUNTED.sum(axis=0) * 1e6)
    assert found.proof == FPKM_OR_TPM


def test_whole_numbers_once_undone_prove_the_base():
    found = of(np.log2(COUNTED + 1))
    assert found.proof == LOG2


def test_counts_stay_possible_as_what_they_are():
    assert COUNTS in of(COUNTED).possible


def test_nothing_is_possible_where_every_row_is_centred():
    values = np.log2(COUNTED + 1)
    assert LOG2 not in of(values - values.mean(axis=1, keepdims=True)).possible
