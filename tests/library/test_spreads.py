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


DEPTHS = np.array([1, 1.6, 0.7, 1.2, 0.9, 1.4])
LIBRARIES = np.random.default_rng(5).poisson(COUNTED * 5 * DEPTHS).astype(float)


@pytest.mark.parametrize(
    ("logged", "name"),
    [
        (np.log2(LIBRARIES + 1), "log2"),
        (np.log2(LIBRARIES + 0.5), "log2"),
        (np.log2(np.where(LIBRARIES > 0, LIBRARIES, np.nan)), "log2"),
        (np.round(np.log2(LIBRARIES + 1), 3), "log2"),
        (np.log1p(LIBRARIES), "ln"),
        (np.log10(LIBRARIES + 1), "log10"),
    ],
)
def test_logarithms_of_libraries_of_different_depth_are_not_normalised(logged, name):
    assert f"whole numbers once {name} is undone, and the libraries have from" in spreads.unnormalised(logged, name)
    reversed_samples = spreads.unnormalised(logged[:, ::-1], name)
    assert reversed_samples == spreads.unnormalised(logged, name)


def quartiles(values):
    return np.array([np.quantile(column[column > 0], 0.75) for column in values.T])


ARRAY = np.round(np.exp(RANDOM.normal(6, 1, (2000, 1)) + RANDOM.normal(0, 0.2, (2000, 6))) * DEPTHS)


@pytest.mark.parametrize(
    "linear",
    [
        LIBRARIES / LIBRARIES.sum(axis=0) * 2e7,  # not whole
        np.round(LIBRARIES / LIBRARIES.sum(axis=0) * 2e7),
        np.round(LIBRARIES / quartiles(LIBRARIES) * 3000),
        np.round(LIBRARIES / DEPTHS),
        np.round(LIBRARIES / np.quantile(LIBRARIES[LIBRARIES.any(axis=1)], 0.75, axis=0) * 2000),
        np.round(np.exp(RANDOM.normal(1, 2, (2000, 1)) + RANDOM.normal(0, 0.05, (2000, 6)))),  # FPKM
        ARRAY,
        LIBRARIES[:, :1],
        LIBRARIES[:50],
    ],
)
def test_what_has_libraries_of_one_size_or_is_no_count_passes(linear):
    assert spreads.unnormalised(np.log2(linear + 1), "log2") == ""


def test_medians_of_logarithms_are_no_counts():
    medians = np.median(np.log2(LIBRARIES + 1).reshape(2000, 3, 2), axis=2)
    assert spreads.unnormalised(medians, "log2") == ""
