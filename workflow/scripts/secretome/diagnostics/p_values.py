"""What the histogram of a contrast's p-values says of the test that made them."""

from typing import Any

import numpy as np

from secretome.faults import warning

BINS = 20
FEWEST_TESTS = 200  # ten a bin: with fewer a histogram shows its noise
LAMBDA = 0.5  # ASSUME no gene that changes has a larger p-value (Storey 2002)
# ASSUME these heights. The p-values of genes that vary together swing as a whole by chance, so that a test for
# uniformity would cry wolf. `tests/diagnostic_alarms.py` measures how often each verdict comes without cause.
RISE_AT_ZERO = 1.5  # the first bin over the right half
RISE_AT_ONE = 1.4  # the last three bins over the middle
HILL = 1.3  # four bins inside over the lowest pair of bins to their left and over the last three
LACK_AT_ZERO = 0.5  # the first two bins over what is expected
DEVIATIONS = 3.0  # and the two heights are this many standard errors apart, as if the genes were independent

UNIFORM, PEAK_AT_ZERO = "uniform", "peak_at_zero"
CONSERVATIVE, HILL_INSIDE, U_SHAPE, TOO_FEW = "conservative", "hill", "u_shape", "too_few"

_CAUSES = {
    CONSERVATIVE: "small p-values are rarer than chance would have them: the tests are conservative. An unknown batch,"
    " pairs that were not declared, or values that are not continuous do this; so, at times, do genes that vary"
    " together",
    HILL_INSIDE: "p-values pile up in the middle: the values vary otherwise than the model says. One sample that is"
    " unlike its group or many equal values do this",
    U_SHAPE: "p-values pile up near 1 as well as near 0: part of the genes is tested too conservatively. Values that"
    " are not continuous or pairs that were not declared do this",
}


def verdict_of(p_value: np.ndarray) -> dict[str, Any]:
    """The shape of the histogram of the p-values, and the share of genes that do not change.

    Args:
        p_value: genes; NaN where there is no test.

    Returns:
        ``tests``; ``counts`` (20 equal bins from 0 to 1); ``verdict``: `uniform`, `peak_at_zero` (as it should be
        where genes change), `conservative` (few near 0, or a rise to 1), `hill`, `u_shape`, or `too_few` (below 200
        tests nothing is said); ``null_share`` (Storey 2002, doi 10.1111/1467-9868.00346, with λ = 0.5: twice the share
        of p-values above a half, at most 1; None without tests); ``warning``: a sentence (W15), "" where all is well.
    """
    known = p_value[np.isfinite(p_value)]
    counts = np.histogram(known, BINS, (0, 1))[0]
    verdict = _shape(counts) if known.size >= FEWEST_TESTS else TOO_FEW
    cause = _CAUSES.get(verdict, "")
    return {
        "tests": int(known.size),
        "counts": [int(count) for count in counts],
        "verdict": verdict,
        "null_share": null_share(known),
        "warning": f"In the histogram of this contrast {cause}." if cause else "",
    }


def warnings_of(verdict: dict[str, Any]) -> list[dict[str, str]]:
    """The warning of :func:`verdict_of` for the head of the report, as a list of none or one."""
    return [warning("W15", verdict["warning"])] if verdict["warning"] else []


def null_share(p_value: np.ndarray) -> float | None:
    """Storey's estimate of the share of tests without an effect; p-values without NaN."""
    if not p_value.size:
        return None
    return min(float((p_value > LAMBDA).mean()) / (1 - LAMBDA), 1.0)


def _shape(counts: np.ndarray) -> str:
    first, first_two, last = slice(0, 1), slice(0, 2), slice(17, 20)
    at_zero = _above(counts, first, slice(10, 20), RISE_AT_ZERO)
    at_one = _above(counts, last, slice(6, 14), RISE_AT_ONE)
    if at_zero and at_one:
        return U_SHAPE
    if _hill(counts):
        return HILL_INSIDE
    if at_one or _above(counts, slice(0, BINS), first_two, 1 / LACK_AT_ZERO):
        return CONSERVATIVE
    return PEAK_AT_ZERO if at_zero else UNIFORM


def _hill(counts: np.ndarray) -> bool:
    for start in range(2, 14):
        window = slice(start, start + 4)
        pairs = [slice(left, left + 2) for left in range(start - 1)]
        lowest = min(pairs, key=lambda pair: int(counts[pair].sum()))
        if _above(counts, window, lowest, HILL) and _above(counts, window, slice(17, 20), HILL):
            return True
    return False


def _above(counts: np.ndarray, high: slice, low: slice, ratio: float) -> bool:
    """Whether the mean count of some bins is that many times the mean of others, and not by the noise of counting."""
    one, other = counts[high], counts[low]
    noise = np.sqrt(one.sum() / one.size**2 + other.sum() / other.size**2)
    return bool(one.mean() > ratio * other.mean() and one.mean() - other.mean() > DEVIATIONS * noise)
