"""How often each test of gene sets rejects in data like these, if nothing changes."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from scipy import special

from secretome.faults import warning
from secretome.models.contrasts import CONFIDENCE
from secretome.pathways.collections import MeasuredSet
from secretome.pathways.null_genes import null_genes

MOST_SETS = 50  # a rate does not need more, and a page must not wait
MOST_SIMULATIONS, FEWEST_SIMULATIONS = 25, 10
NUMBERS = 1_500_000  # of all simulations together: a study of many samples is simulated less often
LARGEST_RATE = 0.07  # at 0.05
# ASSUME a page has a dozen tests or more: noise is to raise an alarm in one of a thousand.
SURE = 0.999
LEVELS = (0.05, 0.01)
COLUMNS = ["method", "simulations", "tests", "level", "rate", "ci_low", "ci_high"]


@dataclass(frozen=True)
class NullTest:
    """A test to be tried on data in which nothing changes.

    Attributes:
        p_values: effects, errors and sets, as :func:`secretome.pathways.fry.fry` has them → one p-value a set.
        simulations: on how many data sets it is tried at most: the first of those that all tests share.
        most_sets: on how many sets, evenly along their order. The sets of one data set agree with one another: what is
            slow tells more of few sets in many data sets.
        calibrated: its p-values are told as ones to rely on; a rate above 0.07 at 0.05 then warns.
    """

    p_values: Callable[[np.ndarray, np.ndarray, Sequence[MeasuredSet]], np.ndarray]
    simulations: int = MOST_SIMULATIONS
    most_sets: int = MOST_SETS
    calibrated: bool = True


def null_rates(
    effects: np.ndarray,
    errors: np.ndarray,
    sets: Sequence[MeasuredSet],
    tests: Mapping[str, NullTest],
    seed: int,
    residuals: np.ndarray | None = None,
) -> pd.DataFrame:
    """Draw the effects of a contrast anew without a change, test the sets on them, and count the rejections.

    The genes have the variances of the study and go together as its residuals say
    (:func:`secretome.pathways.null_genes.null_genes`).

    Args:
        effects, errors: as :func:`secretome.pathways.fry.fry`.
        sets: the sets of one collection; at most 50 of them are used, evenly along their order.
        tests: name → test.
        seed: of the random numbers.
        residuals: as :func:`secretome.pathways.null_genes.null_genes`.

    Returns:
        Two rows a test, in the order of ``tests``: method simulations tests (p-values counted) level (0.05 or 0.01)
        rate (the share below it) ci_low ci_high (95 % Monte Carlo interval within 0 and 1, from the spread between
        simulations, since the sets of one are no independent trials); the rate is NaN where fewer than two simulations
        gave a p-value. Without sets no rows.

    Raises:
        CannotBeFitted: as :func:`secretome.pathways.null_genes.null_genes`.
    """
    if not sets:
        return pd.DataFrame(columns=COLUMNS)
    chosen = _evenly(sets, MOST_SETS)
    model = null_genes(effects, sets, residuals)
    random = np.random.default_rng(seed)
    found: dict[str, list[np.ndarray]] = {name: [] for name in tests}
    affordable = max(NUMBERS // effects.size, FEWEST_SIMULATIONS)
    for index in range(min(max((test.simulations for test in tests.values()), default=0), affordable)):
        drawn = model.draw(effects.shape[1], random)
        for name, test in tests.items():
            if index < test.simulations:
                p_values = np.asarray(test.p_values(drawn, errors, _evenly(chosen, test.most_sets)), dtype=float)
                found[name].append(p_values[np.isfinite(p_values)])
    return pd.DataFrame([row for name, each in found.items() for row in _rows(name, each)], columns=COLUMNS)


def null_warnings(rates: pd.DataFrame, tests: Mapping[str, NullTest], collection: str) -> list[dict[str, str]]:
    """W08 for each test that is told as calibrated and rejects more than 7 % at 0.05, and surely more than 5 %.

    Args:
        rates: as :func:`null_rates`.
        tests: those of the rates.
        collection: what to call the collection.
    """
    return [
        warning(
            "W08",
            f"In data simulated without an effect, with the design and the gene correlation of this study, {row.method}"
            f" rejects {100 * row.rate:.1f} % of the {collection} gene sets at p < 0.05: its p-values are too small"
            " here.",
        )
        for row in rates.itertuples()
        if tests[row.method].calibrated and row.level == LEVELS[0] and row.rate > LARGEST_RATE and _surely_above(row)
    ]


def enriched_without_genes(genes: int, sets: int, tested: int, fdr: float, noun: str = "gene") -> list[dict[str, str]]:
    """W07: no gene passes the false discovery rate and gene sets do.

    Args:
        genes: how many genes pass.
        sets: how many gene sets pass by the leading test, of ``tested``.
        fdr: the false discovery rate of both.
        noun: what was measured: gene, protein or analyte.
    """
    if genes or not sets:
        return []
    passing = "passes" if sets == 1 else "pass"
    message = (
        f"No {noun} passes a false discovery rate of {fdr:g}, yet {sets} of {tested} gene sets {passing}: many small"
        " changes in one direction. That can be biology, or a batch, a difference of cell cycle or of composition that"
        " moves whole sets together."
    )
    return [warning("W07", message)]


def _surely_above(row: Any) -> bool:
    """Whether the rate is above the level by more than the noise of the simulation."""
    error = (row.rate - row.ci_low) / _deviations((1 + CONFIDENCE) / 2, row.simulations)
    return bool(row.rate - error * _deviations(SURE, row.simulations) > row.level)


def _deviations(share: float, simulations: int) -> float:
    return float(special.stdtrit(simulations - 1, share))


def _evenly(sets: Sequence[MeasuredSet], most: int) -> list[MeasuredSet]:
    return [sets[place] for place in np.linspace(0, len(sets) - 1, min(len(sets), most)).round().astype(int)]


def _rows(name: str, found: list[np.ndarray]) -> list[tuple[str, int, int, float, float, float, float]]:
    """The rows of one test, from the p-values of each simulation."""
    filled = [p_values for p_values in found if p_values.size]
    tests = sum(p_values.size for p_values in filled)
    rows = []
    for level in LEVELS:
        rate, low, high = np.nan, np.nan, np.nan
        if len(filled) > 1:
            shares = np.array([(p_values < level).mean() for p_values in filled])
            rate = float(shares.mean())
            error = float(shares.std(ddof=1) / np.sqrt(shares.size))
            margin = error * _deviations((1 + CONFIDENCE) / 2, shares.size)
            low, high = max(rate - margin, 0.0), min(rate + margin, 1.0)
        rows.append((name, len(filled), tests, level, rate, low, high))
    return rows
