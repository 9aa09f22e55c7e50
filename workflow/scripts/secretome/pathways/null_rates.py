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
MOST_SIMULATIONS, FEWEST_SIMULATIONS = 20, 8
NUMBERS = 1_500_000  # of all simulations together: a study of many samples is simulated less often
LARGEST_RATE = 0.07  # at 0.05
# ASSUME a page has a dozen tests or more: noise is to raise an alarm in one of a thousand.
SURE = 0.999
LEVELS = (0.05, 0.01)
COLUMNS = ["collection", "method", "simulations", "tests", "level", "rate", "ci_low", "ci_high"]


@dataclass(frozen=True, eq=False)
class NullTest:
    """A test to be tried on data in which nothing changes.

    Attributes:
        p_values: effects, errors and sets, as :func:`secretome.pathways.fry.fry` has them → one p-value a set, NaN for
            a set without a test.
        simulations: on how many data sets it is tried at most: the first of those that all tests share.
        most_sets: on how many sets of a collection, evenly along their order. Sets of one data set agree with one
            another: what is slow tells more of few sets in many data sets.
        calibrated: its p-values are told as ones to rely on; a rate above 0.07 at 0.05 then warns.
    """

    p_values: Callable[[np.ndarray, np.ndarray, Sequence[MeasuredSet]], np.ndarray]
    simulations: int = MOST_SIMULATIONS
    most_sets: int = MOST_SETS
    calibrated: bool = True


def null_rates(
    effects: np.ndarray,
    errors: np.ndarray,
    sets: Mapping[str, Sequence[MeasuredSet]],
    tests: Mapping[str, Mapping[str, NullTest]],
    seed: int,
) -> pd.DataFrame:
    """Draw the effects of a contrast anew without a change, test the sets on them, and count the rejections.

    The genes have the variances of the study and go together as its residuals say
    (:func:`secretome.pathways.null_genes.null_genes`).

    Args:
        effects, errors: as :func:`secretome.pathways.fry.fry`.
        sets: collection → its sets; at most 50 of each are used, evenly along their order.
        tests: collection → method → test. One test that stands in several collections is given their sets at once.
        seed: of the random numbers.

    Returns:
        Two rows a test, in the order of ``tests``: collection method simulations tests (p-values counted) level (0.05
        or 0.01) rate (the share below it) ci_low ci_high (95 % Monte Carlo interval within 0 and 1, from the spread
        between simulations, since the sets of one are no independent trials); the rate is NaN where fewer than two
        simulations gave a p-value. A collection without sets has no rows.

    Raises:
        CannotBeFitted: as :func:`secretome.pathways.null_genes.null_genes`.
    """
    chosen = {name: _evenly(each, MOST_SETS) for name, each in sets.items() if each}
    if not chosen:
        return pd.DataFrame(columns=COLUMNS)
    owners = {(name, method): test for name in chosen for method, test in tests[name].items()}
    model = null_genes(effects, [one for each in chosen.values() for one in each])
    random = np.random.default_rng(seed)
    found: dict[tuple[str, str], list[np.ndarray]] = {owner: [] for owner in owners}
    affordable = max(NUMBERS // effects.size, FEWEST_SIMULATIONS)
    for index in range(min(max((test.simulations for test in owners.values()), default=0), affordable)):
        drawn = model.draw(effects.shape[1], random)
        for test in dict.fromkeys(owners.values()):
            if index < test.simulations:
                given = {owner: _evenly(chosen[owner[0]], test.most_sets) for owner in owners if owners[owner] is test}
                p_values = test.p_values(drawn, errors, [one for each in given.values() for one in each])
                ends = np.cumsum([len(each) for each in given.values()])[:-1]
                for owner, own in zip(given, np.split(np.asarray(p_values, dtype=float), ends), strict=True):
                    found[owner].append(own[np.isfinite(own)])
    return pd.DataFrame([row for owner, each in found.items() for row in _rows(owner, each)], columns=COLUMNS)


def null_warnings(rates: pd.DataFrame, tests: Mapping[str, Mapping[str, NullTest]]) -> list[dict[str, str]]:
    """W08 for each test that is told as calibrated and rejects more than 7 % at 0.05, and surely more than 5 %.

    Args:
        rates: as :func:`null_rates`.
        tests: those of the rates.
    """
    return [
        warning(
            "W08",
            f"In data simulated without an effect, with the design and the gene correlation of this study, {row.method}"
            f" rejects {100 * row.rate:.1f} % of the {row.collection} gene sets at p < 0.05: its p-values are too small"
            " here.",
        )
        for row in rates[rates["level"] == LEVELS[0]].itertuples()
        if tests[row.collection][row.method].calibrated and row.rate > LARGEST_RATE and _surely_above(row)
    ]


def enriched_without_genes(genes: int, sets: int, tested: int, fdr: float) -> list[dict[str, str]]:
    """W07: no gene (or protein) passes the false discovery rate and gene sets do.

    Args:
        genes: how many genes pass.
        sets: how many gene sets pass by the leading test, of ``tested``.
        fdr: the false discovery rate of both.
    """
    if genes or not sets:
        return []
    passing = "passes" if sets == 1 else "pass"
    message = (
        f"Nothing passes a false discovery rate of {fdr:g} by itself, yet {sets} of {tested} gene sets {passing}: many"
        " small changes in one direction. That can be biology, or a batch, a difference of cell cycle or of composition"
        " that moves whole sets together."
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


def _rows(owner: tuple[str, str], found: list[np.ndarray]) -> list[tuple[Any, ...]]:
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
        rows.append((*owner, len(filled), tests, level, rate, low, high))
    return rows
