"""How likely a protein of a given intensity is detected: one curve for all proteins, and what it says of those unseen.

A detected value is the protein's intensity; a missing one says that the intensity was one that is often missed. Source:
the probabilistic dropout model of Ahlmann-Eltze and Anders 2020 (proDA, doi 10.1101/661496); Li and Smyth 2023
(doi 10.1093/bioinformatics/btad200) show how to learn the curve from the proteins that are seen in part. Here the curve
is a probit, and it is learned by how well it foretells each sample from the other samples of its group.

Everywhere: proteins × samples, log2, NaN where nothing was detected.
"""

from dataclasses import dataclass

import numpy as np
from scipy import special

# ASSUME fewer proteins than this with gaps in a group do not show a curve.
FEWEST_WITH_GAPS = 50
# ASSUME a curve is there when it foretells this much better (log likelihood) than the share of detected values does.
LEAST_GAIN = 10.0
# So many values are foretold at most: every k-th protein by its mean is then taken.
MOST_VALUES = 15_000
LARGEST_SLOPE, LARGEST_OFFSET = 20.0, 3.0
ROUNDS, NEWTON_STEPS, MOST_TRIALS = 2, 25, 60

_NODES, _NODE_WEIGHTS = np.polynomial.hermite_e.hermegauss(7)
_LOG_NODE_WEIGHTS = np.log(_NODE_WEIGHTS / _NODE_WEIGHTS.sum())


@dataclass(frozen=True)
class DetectionCurve:
    """The probability that a value is detected: Phi(slope × (intensity − middle of its sample)).

    Attributes:
        slope: per log2.
        middles: samples, the intensity at which half of the values are detected.
        with_gaps: how many proteins it rests on: those that a group has in part.
        gain: by how much it foretells better than the share of detected values alone, in log likelihood.
    """

    slope: float
    middles: np.ndarray
    with_gaps: int
    gain: float

    def steepness(self, variance: np.ndarray) -> np.ndarray:
        """The slope over the mean of a protein whose values vary by ``variance`` around it."""
        return self.slope / np.sqrt(1 + self.slope**2 * variance)


def fit_curve(values: np.ndarray, groups: np.ndarray, variance: np.ndarray) -> tuple[DetectionCurve | None, str]:
    """Learn the curve from the values that each group has and lacks.

    Each value, there or not, is foretold from the other samples of its group that have the protein: the group's mean
    lies around theirs, less where others of them lack it. The slope and the middle are those that foretell best; each
    sample has an offset with which as many of its values are foretold, from all other samples, as it has.

    Args:
        values: proteins × samples.
        groups: one label a sample; samples of a group are replicates.
        variance: proteins, of the values within a group.

    Returns:
        The curve and "", or None and the reason why there is none.
    """
    with_gaps = _with_gaps(values, groups)
    if with_gaps < FEWEST_WITH_GAPS:
        return None, f"only {with_gaps} proteins are detected in a part of a group"
    cases = _Cases.of(values, groups, variance)
    of_all = _Cases.of(values, np.zeros(groups.size), variance)
    share = cases.seen.mean()
    if not 0 < share < 1:
        return None, "nothing is missing where other samples have a value"
    flat = cases.seen.size * (share * np.log(share) + (1 - share) * np.log(1 - share))
    slope, middle, offsets = 1.0, float(np.quantile(values[~np.isnan(values)], 0.05)), np.zeros(values.shape[1])
    for _ in range(ROUNDS):
        slope, middle, likelihood = _best_line(cases, slope, middle, offsets)
        if slope <= 0:
            return None, "low intensities are not missing more often than high ones"
        offsets = _balanced(of_all, slope, middle, offsets)
    if likelihood - flat < LEAST_GAIN:
        return None, "low intensities are hardly more often missing than high ones"
    return DetectionCurve(slope, middle + offsets, with_gaps, float(likelihood - flat)), ""


def greatest_likelihood(
    values: np.ndarray, middles: np.ndarray, variance: np.ndarray, steepness: np.ndarray
) -> np.ndarray:
    """The log likelihood of each protein under its best mean, up to a constant of its detected values.

    Args:
        values: proteins × samples.
        middles: samples, or proteins × samples.
        variance, steepness: proteins.

    Returns:
        One number a protein: of −Σ (value − mean)² / (2 variance) + Σ log Phi(−steepness (mean − middle)), the first
        sum over detected values, the second over missing ones, the maximum over the mean. It is concave; Newton's steps
        from the mean of the detected values approach the maximum from above. 0 where nothing was detected: the mean can
        be as low as it likes.
    """
    present = ~np.isnan(values)
    count = present.sum(axis=1)
    own = np.where(present, values, 0)
    average = own.sum(axis=1) / np.maximum(count, 1)
    mean = average.copy()
    middles = np.broadcast_to(middles, values.shape)
    for _ in range(NEWTON_STEPS):
        x = -steepness[:, None] * (mean[:, None] - middles)
        ratio = np.where(present, 0, np.exp(-0.5 * x**2 - special.log_ndtr(x)) / np.sqrt(2 * np.pi))
        slope = count * (average - mean) / variance - steepness * ratio.sum(axis=1)
        curvature = count / variance + steepness**2 * np.where(present, 0, ratio * (ratio + x)).sum(axis=1)
        step = np.where(count > 0, slope / np.where(count > 0, curvature, 1), 0)
        mean = mean + step
        if np.abs(step).max(initial=0) < 1e-9:
            break
    squares = np.where(present, (own - mean[:, None]) ** 2, 0).sum(axis=1) / (2 * variance)
    unseen = np.where(present, 0, special.log_ndtr(-steepness[:, None] * (mean[:, None] - middles))).sum(axis=1)
    return np.where(count > 0, unseen - squares, 0.0)


def _with_gaps(values: np.ndarray, groups: np.ndarray) -> int:
    """How many proteins are detected in some samples of a group and not in others."""
    present = ~np.isnan(values)
    parts = [present[:, groups == label] for label in np.unique(groups)]
    return int(np.any([part.any(axis=1) & ~part.all(axis=1) for part in parts], axis=0).sum())


@dataclass(frozen=True)
class _Cases:
    """Values to be foretold: of a protein in a sample, by the other samples of its group, one of which has it.

    Attributes:
        seen: cases, whether the value is there.
        sample: cases, its sample.
        mean, error: cases, the mean of the others that are there, and its standard error.
        missing: cases × samples, the others that are not there.
        variance: cases, of the values of the protein.
        prior: mean and variance of the intensities of all proteins.
    """

    seen: np.ndarray
    sample: np.ndarray
    mean: np.ndarray
    error: np.ndarray
    missing: np.ndarray
    variance: np.ndarray
    prior: tuple[float, float]

    @classmethod
    def of(cls, values: np.ndarray, groups: np.ndarray, variance: np.ndarray) -> "_Cases":
        rows = _every_few(values)
        present = ~np.isnan(values[rows])
        own = np.where(present, values[rows], 0)
        parts = []
        for sample, label in enumerate(groups):
            others = groups == label
            others[sample] = False
            count = present[:, others].sum(axis=1)
            able = np.flatnonzero(count > 0)
            missing = np.zeros((able.size, groups.size), bool)
            missing[:, others] = ~present[able][:, others]
            mean = own[able][:, others].sum(axis=1) / count[able]
            own_variance = variance[rows][able]
            error = np.sqrt(own_variance / count[able])
            parts.append((present[able, sample], np.full(able.size, sample), mean, error, missing, own_variance))
        seen, of_sample, means, errors, lacking, variances = (np.concatenate(part) for part in zip(*parts, strict=True))
        return cls(seen, of_sample, means, errors, lacking, variances, _prior(values))

    def means(self, slope: float, middles: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """What the mean of the protein can be and how likely each is by the others, both cases × nodes."""
        steepness = slope / np.sqrt(1 + slope**2 * self.variance)
        means = self.mean[:, None] + self.error[:, None] * _NODES
        # There are more proteins of a higher intensity: a low mean of few values is more often too low than too high.
        weights = _LOG_NODE_WEIGHTS - (means - self.prior[0]) ** 2 / (2 * self.prior[1])
        for sample in range(self.missing.shape[1]):
            case = np.flatnonzero(self.missing[:, sample])
            weights[case] += special.log_ndtr(-steepness[case, None] * (means[case] - middles[sample]))
        weights = np.exp(weights - weights.max(axis=1, keepdims=True))
        return means, weights / weights.sum(axis=1, keepdims=True)

    def chances(self, slope: float, middles: np.ndarray, means: np.ndarray, weights: np.ndarray) -> np.ndarray:
        """The probability that each value is there, ``middles`` being those of the values themselves."""
        steepness = slope / np.sqrt(1 + slope**2 * self.variance)
        detected = special.ndtr(steepness[:, None] * (means - middles[self.sample][:, None]))
        return np.clip((weights * detected).sum(axis=1), 1e-12, 1 - 1e-12)


def _prior(values: np.ndarray) -> tuple[float, float]:
    """The mean and variance of the intensities of proteins, by the upper half of them, from which few are missing.

    # ASSUME the lower half, of which a part was not detected, is its mirror image.
    """
    present = ~np.isnan(values)
    means = np.where(present, values, 0).sum(axis=1)[present.any(axis=1)] / present.sum(axis=1)[present.any(axis=1)]
    middle, high = np.quantile(means, [0.5, 0.84])
    return float(middle), float(max(high - middle, 0.1) ** 2)


def _every_few(values: np.ndarray) -> np.ndarray:
    """Rows, all or every k-th by their mean, so that there are not too many values to be foretold."""
    present = ~np.isnan(values)
    mean = np.where(present, values, 0).sum(axis=1) / np.maximum(present.sum(axis=1), 1)
    order = np.argsort(np.round(mean, 9), kind="stable")
    return order[:: max(1, -(-values.size // MOST_VALUES))]


def _best_line(cases: _Cases, slope: float, middle: float, offsets: np.ndarray) -> tuple[float, float, float]:
    """The slope and middle that foretell best, and the log likelihood."""
    from scipy.optimize import minimize

    def loss(line: np.ndarray) -> float:
        if abs(line[0]) > LARGEST_SLOPE:
            return np.inf
        chance = cases.chances(line[0], line[1] + offsets, *cases.means(line[0], line[1] + offsets))
        return -float(np.log(np.where(cases.seen, chance, 1 - chance)).sum())

    start = np.array([slope, middle])
    simplex = start + np.array([[0, 0], [0.5, 0], [0, 1]])
    limits = {"xatol": 1e-3, "fatol": 1e-2, "maxfev": MOST_TRIALS}
    found = minimize(loss, start, method="Nelder-Mead", options={"initial_simplex": simplex, **limits})
    return float(found.x[0]), float(found.x[1]), -float(found.fun)


def _balanced(cases: _Cases, slope: float, middle: float, offsets: np.ndarray) -> np.ndarray:
    """Offsets of the samples, mean 0, with which as many values of each are foretold as it has.

    # ASSUME most proteins do not differ between groups: where all samples of a group have fewer proteins, they were
    # measured less deeply. That is the assumption of normalisation by the median, too.

    Args:
        cases: of all samples as one group.
        slope, middle, offsets: as they are.
    """
    means, weights = cases.means(slope, middle + offsets)  # the others keep their offsets
    seen = np.bincount(cases.sample, cases.seen, offsets.size)
    number = np.bincount(cases.sample, minlength=offsets.size)
    seen = np.minimum(seen, number - 0.5)  # of a sample that lacks nothing only a bound is known
    low, high = np.full(offsets.size, -LARGEST_OFFSET), np.full(offsets.size, LARGEST_OFFSET)
    for _ in range(13):  # to a thousandth
        half = (low + high) / 2
        chance = cases.chances(slope, middle + half, means, weights)
        too_many = np.bincount(cases.sample, chance, offsets.size) > seen
        low, high = np.where(too_many, half, low), np.where(too_many, high, half)
    found = np.where(number > 0, (low + high) / 2, 0)
    return found - found.mean()
