"""The verdict on a claim: what a 95 % interval says of the smallest effect that was fixed beforehand."""

from collections.abc import Sequence

import numpy as np

SUPPORTED, DIRECTION_ONLY = "supported", "direction_only"
SMALLER, NO_EFFECT = "smaller_than_claimed", "no_effect_of_that_size"
CONTRADICTED, INCONCLUSIVE = "contradicted", "inconclusive"
# Where there is no interval to judge.
NOT_TESTABLE, NOT_RETRIEVED = "not_testable", "not_retrieved"
VERDICTS = (SUPPORTED, DIRECTION_ONLY, SMALLER, NO_EFFECT, CONTRADICTED, INCONCLUSIVE, NOT_TESTABLE, NOT_RETRIEVED)
# What a control says where the drug did what it is known to do.
MOVED = (SUPPORTED, DIRECTION_ONLY, SMALLER)

Numbers = float | Sequence[float] | np.ndarray


def oriented(effect: float, low: float, high: float, direction: str) -> tuple[float, float, float]:
    """An effect and its interval, turned so that positive is what the claim says."""
    return (-effect, -high, -low) if direction == "down" else (effect, low, high)


def verdict_of(low: float, high: float, smallest_effect: float, equivalence: bool = False) -> str:
    """The verdict of one interval, as :func:`verdicts_of`."""
    return str(verdicts_of(low, high, smallest_effect, equivalence))


def verdicts_of(low: Numbers, high: Numbers, smallest_effect: Numbers, equivalence: bool = False) -> np.ndarray:
    """The verdicts of intervals; each interval has exactly one.

    With δ the smallest effect: supported, low ≥ δ; direction only, 0 < low < δ ≤ high; smaller than claimed, 0 < low
    and high < δ; no effect of that size, −δ < low ≤ 0 ≤ high < δ; contradicted, high < 0; else inconclusive.

    A claim that something does not change is supported where the interval lies within ±δ (two one-sided tests at
    0.025), contradicted where it lies at δ or beyond on one side, else inconclusive.

    Args:
        low, high: ends of the intervals, positive being what the claim says; NaN where there is none.
        smallest_effect: above 0.
        equivalence: whether the claims say that nothing changes.

    Returns:
        One of the words of this module for each; ``NOT_TESTABLE`` where an end is missing.

    Raises:
        ValueError: a smallest effect that is not above 0, or an interval whose ends are the wrong way round.
    """
    low, high, delta = np.broadcast_arrays(*(np.asarray(one, dtype=float) for one in (low, high, smallest_effect)))
    if not (delta > 0).all():
        raise ValueError("the smallest effect must be above 0")
    if (low > high).any():
        raise ValueError("the lower end of an interval is above its upper end")
    missing = np.isnan(low) | np.isnan(high)
    if equivalence:
        conditions = [missing, (-delta < low) & (high < delta), (low >= delta) | (high <= -delta)]
        return np.select(conditions, [NOT_TESTABLE, SUPPORTED, CONTRADICTED], INCONCLUSIVE)
    conditions = [
        missing,
        low >= delta,
        (low > 0) & (high >= delta),
        low > 0,
        high < 0,
        (low > -delta) & (high < delta),
    ]
    words = [NOT_TESTABLE, SUPPORTED, DIRECTION_ONLY, SMALLER, CONTRADICTED, NO_EFFECT]
    return np.select(conditions, words, INCONCLUSIVE)
