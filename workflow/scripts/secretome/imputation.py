"""Does a table of proteins hold numbers that nobody measured? What filled gaps leave behind.

Nothing proves it: a complete table of data-independent acquisition looks filled, and the nearest neighbours' values
look measured. What is found is a warning, never a reason to refuse.
"""

from collections import Counter
from typing import Any

import numpy as np

# ASSUME a table this large without a missing value, or with one value this often, has had its gaps filled.
COMPLETE_ROWS, COMPLETE_SAMPLES = 200, 4
REPEATED_TIMES, REPEATED_SHARE = 20, 0.01
# ASSUME numbers of one protein in two samples are not the same by chance: instruments give five digits.
TIED_ROWS, TIED_SHARE = 10, 0.05
# ASSUME measured log intensities have one peak: a second one below it is that of draws from a narrow normal
# distribution, as Perseus makes them (0.3 standard deviations wide, 1.8 below the mean). Bins in standard deviations.
BIN, SMOOTHING, LEAST_DIP, LEAST_SHARE, FEWEST_VALUES = 0.1, 1.5, 0.15, 0.03, 500
# ASSUME where such draws have no peak of their own they show by this: a protein's values in their band say nothing of
# each other, while those of the upper half do. Bands in standard deviations; shares of the variance that is between
# proteins (measured tables: .12 to .54 in the lower band, .4 to .96 in the upper one; with draws: .00 to .32).
LOWER_BAND, UPPER_BAND, FEWEST_ROWS = (-2.4, -1.2), (0.0, 1.2), 50
UNRELATED, RELATED = 0.06, 0.3


def perhaps_imputed(why: str, values: int) -> dict[str, Any]:
    """The step that tells of numbers that were perhaps not measured."""
    said = f"Numbers of this table may be imputed ({why}): gaps that were filled look like measurements."
    return {"step": "may be imputed", "why": why, "values": values, "warning": said}


def signs_of_imputation(values: np.ndarray, logged: bool = False) -> list[dict[str, Any]]:
    """Steps that say so where gaps seem to have been filled.

    Told are: no value is missing (whatever filled the gaps); one number is repeated in the table or in a sample (its
    minimum, a constant); a protein has the same number in several samples (its minimum, mean or median); the values
    have a second, lower peak, or the low values of a protein nothing in common (draws from a normal distribution that
    was shifted down).

    Args:
        values: proteins × samples, NaN where there is none; linear or logarithms.
        logged: whether they are logarithms.

    Returns:
        One step a sign (see :func:`perhaps_imputed`), none where nothing was found.
    """
    known = values[~np.isnan(values)]
    if not known.size:
        return []
    steps = []
    if known.size == values.size and len(values) >= COMPLETE_ROWS and values.shape[1] >= COMPLETE_SAMPLES:
        steps.append(perhaps_imputed("no value is missing", known.size))
    value, count = Counter(known.tolist()).most_common(1)[0]
    if count >= max(REPEATED_TIMES, REPEATED_SHARE * known.size):
        steps.append(perhaps_imputed(f"the value {value:g} is repeated", count))
    elif found := _repeated_in_samples(values):
        steps.append(perhaps_imputed(f"{found[0]} samples repeat a number of their own", found[1]))
    elif tied := _tied_rows(values):
        steps.append(perhaps_imputed(f"{tied} proteins have the same number in several samples", tied))
    if share := _lower_peak(known, logged):
        why = f"{100 * share:.0f} % of the values form a second peak below the others, as draws do that Perseus makes"
        steps.append(perhaps_imputed(why, round(share * known.size)))
    elif unrelated := _unrelated_low_values(values, logged):
        steps.append(perhaps_imputed("low values of a protein in several samples have nothing in common", unrelated))
    return steps


def _repeated_in_samples(values: np.ndarray) -> tuple[int, int] | None:
    """How many samples repeat one number, and how often in all: the minimum of each sample, most often."""
    counts = []
    for column in values.T:
        known = column[~np.isnan(column)]
        most = Counter(known.tolist()).most_common(1)[0][1] if known.size else 0
        if most >= max(REPEATED_TIMES, REPEATED_SHARE * known.size):
            counts.append(most)
    return (len(counts), sum(counts)) if 2 * len(counts) >= values.shape[1] else None


def _tied_rows(values: np.ndarray) -> int:
    """How many proteins have one number in several samples, 0 where they are few."""
    ordered = np.sort(values, axis=1)  # NaN last, and never equal to each other
    tied = int((np.diff(ordered, axis=1) == 0).any(axis=1).sum())
    return tied if tied >= max(TIED_ROWS, TIED_SHARE * len(values)) else 0


def _lower_peak(known: np.ndarray, logged: bool) -> float:
    """Which share of the values lies below the dip that parts a lower peak from the highest one; 0 without a dip."""
    logs = known if logged else np.log2(known[known > 0])
    if logs.size < FEWEST_VALUES or np.ptp(logs) == 0:
        return 0.0
    scaled = (logs - logs.mean()) / logs.std()
    counts, edges = np.histogram(scaled, bins=np.arange(-5, 5 + BIN, BIN))
    reach = np.arange(-6, 7)
    kernel = np.exp(-0.5 * (reach / SMOOTHING) ** 2)
    smooth = np.convolve(counts, kernel / kernel.sum(), mode="same")
    top = int(smooth.argmax())
    # The lower peak is the bin whose fall towards the top is the deepest.
    lowest_after = np.minimum.accumulate(smooth[top::-1])[::-1]  # of each bin: the lowest between it and the top
    before = smooth[: top + 1]
    peak = int((before - lowest_after).argmax())
    dip = peak + int(before[peak:].argmin())
    share = float((scaled < edges[dip + 1]).mean())
    deep = before[dip] <= (1 - LEAST_DIP) * before[peak]
    # The square root of a count is its noise: a dip of a few values is none.
    clear = before[peak] - before[dip] > 3 * np.sqrt(before[peak] / (SMOOTHING * 2 * np.sqrt(np.pi)))
    return share if deep and clear and share >= LEAST_SHARE else 0.0


def _unrelated_low_values(values: np.ndarray, logged: bool) -> int:
    """How many values lie where draws would, if those of one protein are unrelated there; 0 if they are related."""
    with np.errstate(divide="ignore", invalid="ignore"):
        logs = values if logged else np.log2(np.where(values > 0, values, np.nan))
        present = ~np.isnan(logs)
        count = np.maximum(present.sum(axis=0), 1)
        mean = np.where(present, logs, 0).sum(axis=0) / count
        scaled = (logs - mean) / np.sqrt(np.where(present, (logs - mean) ** 2, 0).sum(axis=0) / count)
    lower = _between_rows(scaled, LOWER_BAND)
    if lower is None or lower >= UNRELATED:
        return 0
    upper = _between_rows(scaled, UPPER_BAND)
    return int(_within(scaled, LOWER_BAND).sum()) if upper is not None and upper > RELATED else 0


def _between_rows(scaled: np.ndarray, band: tuple[float, float]) -> float | None:
    """Which share of the variance of the values in a band is between rows; None where too few rows have two."""
    inside = _within(scaled, band)
    several = inside.sum(axis=1) >= 2
    if several.sum() < FEWEST_ROWS:
        return None
    inside, values = inside[several], np.where(inside[several], scaled[several], 0)
    count = inside.sum(axis=1)
    deviations = np.where(inside, values - (values.sum(axis=1) / count)[:, None], 0)
    within = (deviations**2).sum() / (count - 1).sum()
    return float(1 - within / values[inside].var(ddof=1))


def _within(scaled: np.ndarray, band: tuple[float, float]) -> np.ndarray:
    return (scaled > band[0]) & (scaled < band[1])  # not where NaN
