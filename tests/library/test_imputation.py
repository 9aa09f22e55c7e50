"""Filled gaps are recognised: on simulated tables, and on a real one that is filled in the usual ways."""

from pathlib import Path

import numpy as np
import pytest

from secretome.imputation import perhaps_imputed, signs_of_imputation
from secretome.readers import fragpipe

REAL = Path(__file__).parents[3] / "shared/data/endothelial_secretome/zoiret_secretome_maxlfq.tsv.gz"


def measured(rows: int = 600, samples: int = 6, seed: int = 1) -> np.ndarray:
    """Log2 intensities of proteins, the low ones missing more often."""
    rng = np.random.default_rng(seed)
    levels = rng.normal(25, 2, (rows, 1)) + rng.normal(0, 0.5, (rows, samples))
    return np.where(rng.random(levels.shape) < 1 / (1 + np.exp(-(levels - 22.5))), levels, np.nan)


def drawn(values: np.ndarray, seed: int = 2) -> np.ndarray:
    """Gaps filled as Perseus does: 1.8 standard deviations below the mean, 0.3 wide, sample by sample."""
    rng = np.random.default_rng(seed)
    mean, deviation = np.nanmean(values, axis=0), np.nanstd(values, axis=0)
    return np.where(np.isnan(values), rng.normal(mean - 1.8 * deviation, 0.3 * deviation, values.shape), values)


def why(values: np.ndarray) -> list[str]:
    return [step["why"] for step in signs_of_imputation(values, logged=True)]


def test_measured_values_with_gaps_are_left_in_peace():
    assert why(measured()) == []
    assert signs_of_imputation(2 ** measured()) == []
    assert signs_of_imputation(np.full((5, 3), np.nan)) == []


def test_a_small_complete_table_is_no_sign():
    assert why(np.nan_to_num(measured(), nan=20.1)[:150]) != []  # one number, again and again
    assert why(np.random.default_rng(1).normal(25, 2, (150, 6))) == []
    assert why(np.random.default_rng(1).normal(25, 2, (300, 6))) == ["no value is missing"]


def test_draws_of_a_narrow_normal_distribution_are_seen_even_where_gaps_are_left():
    values = drawn(measured(2000))
    assert why(values)[0] == "no value is missing"
    values[::50] = np.nan
    assert any("peak" in one or "nothing in common" in one for one in why(values))


@pytest.mark.parametrize(
    ("fill", "says"),
    [
        (np.nanmin, "is repeated"),
        (lambda v: np.nanmin(v, axis=0), "repeat"),
        (lambda v: np.nanmin(v, axis=1, keepdims=True), "proteins have the same number in several samples"),
        (lambda v: np.nanmedian(v, axis=1, keepdims=True), "proteins have the same number in several samples"),
    ],
)
def test_minima_and_medians_are_seen_even_where_gaps_are_left(fill, says):
    values = measured()
    values = values[(~np.isnan(values)).any(axis=1)]
    filled = np.where(np.isnan(values), fill(values), values)
    filled[::50, 0] = np.nan
    assert any(says in one for one in why(filled)), why(filled)


def test_a_minimum_of_each_sample_that_is_rare_in_the_table_is_seen():
    values = measured(2000, 30)
    values[np.isnan(values)] = 19 + np.random.default_rng(4).random(np.isnan(values).sum())
    values[:40] = 18 + np.arange(30) / 100
    assert any("30 samples repeat a number of their own" in one for one in why(values))


def test_the_order_of_rows_and_samples_does_not_matter():
    values = drawn(measured())
    turned = values[::-1, [2, 0, 1, 5, 4, 3]]
    assert why(values) == why(turned)


def test_the_step_says_what_a_reader_has_to_know():
    step = perhaps_imputed("no value is missing", 12)
    assert (step["step"], step["values"]) == ("may be imputed", 12)
    assert "no value is missing" in step["warning"]


@pytest.mark.skipif(not REAL.exists(), reason="needs ../shared/data, the real files")
@pytest.mark.filterwarnings("ignore:All-NaN")
def test_on_a_real_secretome():
    values = np.log2(fragpipe.read(REAL).values)
    assert why(values) == []
    half = values[(~np.isnan(values)).mean(axis=1) >= 0.5]
    assert why(half) == []
    assert "no value is missing" in why(drawn(half))
    everything = drawn(values)
    everything[::100] = np.nan
    assert any("nothing in common" in one for one in why(everything))
    complete = half[~np.isnan(half).any(axis=1)]
    neighbours = half.copy()
    for row in np.flatnonzero(np.isnan(half).any(axis=1)):
        gaps = np.isnan(half[row])
        distance = ((complete[:, ~gaps] - half[row, ~gaps]) ** 2).mean(axis=1)
        neighbours[row, gaps] = complete[np.argsort(distance)[:10]][:, gaps].mean(axis=0)
    assert why(neighbours) == ["no value is missing"]  # nothing else tells them from measurements
