"""Proteins that are there in one group and not in the other: what the moderated t cannot test.

The table stands beside the fold changes: it holds the proteins that have too few values for them, and no others, so
that no protein has two p-values of which the smaller could be taken.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from scipy import special

from secretome.models import linear, moderation
from secretome.models.dropout import DetectionCurve, fit_curve, greatest_likelihood
from secretome.models.false_discovery import benjamini_hochberg

# A protein is absent from a group with at most this many values, and from less than half of it: with more values the
# moderated t tests it, and what one of two samples has is not absent.
MOST_VALUES_IF_ABSENT = 1
# ASSUME a protein is there in a group that has it in more than half of its samples, two at least.
FEWEST_VALUES_IF_THERE = 2
# ASSUME the prior variance rests on enough proteins only from here on.
FEWEST_PROTEINS = 100
GRID_STEP, LEVELS_SIMULATED, SIMULATED_PER_LEVEL, EM_STEPS = 0.2, 120, 3000, 60
CONFIDENCE = 0.95

COLUMNS = (
    "gene",
    "detected_level",
    "samples_level",
    "detected_reference",
    "samples_reference",
    "direction",
    "log2_difference_at_least",
    "p_value",
    "q_value",
    "note",
)


@dataclass(frozen=True)
class _Variances:
    """What is known of the variance of a protein before its own values: scaled inverse chi-squared, by level.

    Attributes:
        levels, prior: a curve: the prior variance at each mean intensity, both sorted by level.
        df: degrees of freedom of the prior.
    """

    levels: np.ndarray
    prior: np.ndarray
    df: float

    def at(self, levels: np.ndarray) -> np.ndarray:
        return np.interp(levels, self.levels, self.prior)

    def posterior(self, values: np.ndarray, level: np.ndarray) -> np.ndarray:
        """Of proteins × samples whose columns are split into two groups by ``level`` (a mask)."""
        squares, df, total, count = np.zeros((4, len(values)))
        for columns in (level, ~level):
            part = values[:, columns]
            there = ~np.isnan(part)
            number = there.sum(axis=1)
            mean = np.where(there, part, 0).sum(axis=1) / np.maximum(number, 1)
            squares += np.where(there, (part - mean[:, None]) ** 2, 0).sum(axis=1)
            df += np.maximum(number - 1, 0)
            total, count = total + number * mean, count + number
        prior = self.at(total / np.maximum(count, 1))
        if np.isinf(self.df):
            return prior
        return (squares + self.df * prior) / (df + self.df)


@dataclass(frozen=True)
class _Intensities:
    """How frequent proteins of each mean intensity are.

    Attributes:
        grid: the intensities.
        seen: their shares among the proteins that have two values at least.
        all: the same in proportion among all proteins, for each that is seen as many more as are not.
    """

    grid: np.ndarray
    seen: np.ndarray
    all: np.ndarray


def on_off(
    log2: np.ndarray, genes: Sequence[str], samples: Sequence[str], groups: Mapping[str, Sequence[str]], seed: int
) -> tuple[pd.DataFrame, dict[str, Any]]:
    """The proteins that are there in one of two groups and absent from the other (:func:`candidates`), and their test.

    Missing values are read by a curve that says how likely a protein of some intensity is detected
    (``models.dropout``). The statistic is the likelihood ratio of two group means against one, of a normal model with
    the curve and a moderated variance. Three samples a group are too few for chi-squared: the p-value is the share of
    unchanged proteins that would be listed and reach the statistic, among unchanged proteins that would be listed. They
    are simulated from the fitted model: the curve, the prior of the variances, and the distribution of intensities that
    explains all proteins by one mean each (nonparametric maximum likelihood). So the p-value allows for the choice of
    what is listed. tests/calibration_detection.py measures how often it rejects.

    Blocks are left out: of paired samples the test keeps its level and loses power.

    Args:
        log2: proteins × samples, as they are compared, NaN where nothing was detected.
        genes: one a protein.
        samples: one id a column.
        groups: level to its sample ids, as ``Design.groups``: the contrast's level first, its reference second. All of
            them serve the curve.
        seed: of the simulation.

    Returns:
        One row a listed protein, by p-value, then gene: `gene`, `detected_level`, `samples_level`,
        `detected_reference`, `samples_reference` (numbers of samples), `direction` (`on`: there in the level),
        `log2_difference_at_least` (level minus reference is with a probability of 95 % at least as far from 0, in the
        stated direction), `p_value`, `q_value` (by Benjamini and Hochberg among the listed) and
        `note`. Without a curve nothing is tested: p, q and bound are NaN and the note says why. And what was fitted:
        `slope`, `middle` (mean over the samples), `with_gaps`, `reason`.
    """
    place = {name: column for column, name in enumerate(samples)}
    labels = list(groups)
    both = [[place[name] for name in groups[label] if name in place] for label in labels[:2]]
    values = np.asarray(log2, float)[:, both[0] + both[1]]
    level = np.arange(values.shape[1]) < len(both[0])
    listed = candidates(values, level)
    table = _counted(values, level, genes)[listed].reset_index(drop=True)
    curve, variances, reason = _fitted(np.asarray(log2, float), place, groups)
    described: dict[str, Any] = {"slope": None, "middle": None, "with_gaps": None, "reason": reason}
    if curve is None or variances is None or not listed.any():
        return _finished(table, f"listed, not tested: {reason}" if reason else ""), described
    own = DetectionCurve(curve.slope, curve.middles[both[0] + both[1]], curve.with_gaps, curve.gain)
    chosen = values[listed]
    intensities = _intensities(values, own, variances, level)
    table["p_value"] = _p_values(chosen, level, own, variances, intensities, np.random.default_rng(seed))
    on = (table["direction"] == "on").to_numpy()
    bounds = _least_differences(chosen, level == on[:, None], own, variances.posterior(chosen, level), intensities)
    table["log2_difference_at_least"] = np.where(on, bounds, -bounds)
    table["q_value"] = benjamini_hochberg(table["p_value"].to_numpy(float))
    described |= {"slope": own.slope, "middle": float(curve.middles.mean()), "with_gaps": own.with_gaps}
    return _finished(table, ""), described


def candidates(values: np.ndarray, level: np.ndarray) -> np.ndarray:
    """Which proteins are there in one group and absent from the other, both of two samples at least.

    Args:
        values: proteins × samples of the two groups.
        level: samples, whether it is of the first group.
    """
    there = ~np.isnan(values)
    first, second = there[:, level].sum(axis=1), there[:, ~level].sum(axis=1)
    sizes = int(level.sum()), int((~level).sum())
    if min(sizes) < FEWEST_VALUES_IF_THERE:
        return np.zeros(len(values), bool)

    def on(number: np.ndarray, size: int, other: np.ndarray, other_size: int) -> np.ndarray:
        enough = (number >= FEWEST_VALUES_IF_THERE) & (2 * number > size)
        return enough & (other <= MOST_VALUES_IF_ABSENT) & (2 * other < other_size)

    return on(first, sizes[0], second, sizes[1]) | on(second, sizes[1], first, sizes[0])


def likelihood_ratio(values: np.ndarray, level: np.ndarray, curve: DetectionCurve, variance: np.ndarray) -> np.ndarray:
    """Twice the log likelihood ratio of a mean for each group against one mean, one number a protein.

    Args:
        values: proteins × samples of the two groups.
        level: samples, whether it is of the first group.
        curve: its middles are those of these samples.
        variance: proteins, moderated.
    """
    steepness = curve.steepness(variance)
    parts = [
        greatest_likelihood(values[:, columns], curve.middles[columns], variance, steepness)
        for columns in (level, ~level)
    ]
    one = greatest_likelihood(values, curve.middles, variance, steepness)
    return np.maximum(2 * (parts[0] + parts[1] - one), 0)


def _fitted(
    log2: np.ndarray, place: Mapping[str, int], groups: Mapping[str, Sequence[str]]
) -> tuple[DetectionCurve | None, _Variances | None, str]:
    """The curve of all samples that are in a group, and the prior of the variances; or why there is none."""
    member = {name: label for label, names in groups.items() for name in names}
    used = [column for name, column in place.items() if name in member]
    names = {column: name for name, column in place.items()}
    labels = np.array([member[names[column]] for column in used])
    values = log2[:, used]
    some = ~np.isnan(values).all(axis=1)
    values = values[some]
    matrix = np.column_stack([labels == label for label in dict.fromkeys(labels)]).astype(float)
    if len(values) < FEWEST_PROTEINS:
        return None, None, f"only {len(values)} proteins were detected"
    fitted = linear.fit(values, matrix)
    able = fitted.residual_df > 0
    if able.sum() < FEWEST_PROTEINS:
        return None, None, f"only {int(able.sum())} proteins have replicates"
    moderated = moderation.moderate(fitted, trend=True)
    order = np.flatnonzero(able)[np.argsort(np.round(fitted.mean[able], 9), kind="stable")]
    prior_df = float(np.median(np.broadcast_to(moderated.prior_df, able.shape)[able]))
    variances = _Variances(fitted.mean[order], moderated.prior_variance[order], prior_df)
    variance = np.where(able, moderated.variance, variances.at(fitted.mean))
    curve, reason = fit_curve(values, labels, variance)
    if curve is None:
        return None, None, reason
    middles = np.full(len(place), np.nan)
    middles[used] = curve.middles
    return DetectionCurve(curve.slope, middles, curve.with_gaps, curve.gain), variances, ""


def _counted(values: np.ndarray, level: np.ndarray, genes: Sequence[str]) -> pd.DataFrame:
    there = ~np.isnan(values)
    first, second = there[:, level].sum(axis=1), there[:, ~level].sum(axis=1)
    return pd.DataFrame(
        {
            "gene": np.asarray(genes, dtype=object),
            "detected_level": first.astype(np.int64),
            "samples_level": np.int64(level.sum()),
            "detected_reference": second.astype(np.int64),
            "samples_reference": np.int64((~level).sum()),
            # Shares, not numbers: the groups may be of different size.
            "direction": np.where(first * (~level).sum() > second * level.sum(), "on", "off").astype(object),
            "log2_difference_at_least": np.nan,
            "p_value": np.nan,
            "q_value": np.nan,
        }
    )


def _finished(table: pd.DataFrame, note: str) -> pd.DataFrame:
    table["note"] = pd.Series([note] * len(table), index=table.index, dtype=object)
    return table[list(COLUMNS)].sort_values(["p_value", "gene"], na_position="last", ignore_index=True)


def _p_values(
    chosen: np.ndarray,
    level: np.ndarray,
    curve: DetectionCurve,
    variances: _Variances,
    intensities: _Intensities,
    generator: np.random.Generator,
) -> np.ndarray:
    """The share of simulated unchanged proteins, of those that would be listed, that reach the statistic of each."""
    null, of_level = _unchanged(intensities.grid, level, curve, variances, generator)
    # A simulated protein stands for its level: levels are drawn equally often, and weighted by how frequent they are.
    weight = intensities.all[of_level]
    null_statistic = likelihood_ratio(null, level, curve, variances.posterior(null, level))
    statistic = likelihood_ratio(chosen, level, curve, variances.posterior(chosen, level))
    order = np.argsort(-null_statistic, kind="stable")
    above = np.concatenate([[0.0], np.cumsum(weight[order])])
    # One more, of average weight, that reaches it: no p-value is 0.
    one = weight.mean()
    reached = np.searchsorted(-null_statistic[order], -statistic, side="right")
    return np.minimum((above[reached] + one) / (above[-1] + one), 1.0)


def _unchanged(
    grid: np.ndarray,
    level: np.ndarray,
    curve: DetectionCurve,
    variances: _Variances,
    generator: np.random.Generator,
) -> tuple[np.ndarray, np.ndarray]:
    """Proteins with one mean in both groups, as many of each level of the grid; those that would be listed."""
    of_level = np.repeat(np.arange(grid.size), SIMULATED_PER_LEVEL)
    variance = variances.at(grid)[of_level]
    if np.isfinite(variances.df):
        variance = variance * variances.df / generator.chisquare(variances.df, of_level.size)
    shape = (of_level.size, level.size)
    drawn = grid[of_level][:, None] + generator.standard_normal(shape) * np.sqrt(variance)[:, None]
    seen = generator.random(shape) < special.ndtr(curve.slope * (drawn - curve.middles))
    drawn = np.where(seen, drawn, np.nan)
    listed = candidates(drawn, level)
    return drawn[listed], of_level[listed]


def _intensities(values: np.ndarray, curve: DetectionCurve, variances: _Variances, level: np.ndarray) -> _Intensities:
    """How frequent each intensity is among the proteins, by maximum likelihood (EM) under one mean a protein.

    A protein counts if it has two values at least; the likelihood is that of its values given that it has them.
    """
    values = values[(~np.isnan(values)).sum(axis=1) >= FEWEST_VALUES_IF_THERE]
    variance = variances.posterior(values, level)
    lowest = np.nanmin(curve.middles) - 4 / float(curve.steepness(np.array([np.median(variance)]))[0])
    highest = max(float(np.nanquantile(values, 0.75)), lowest + GRID_STEP * LEVELS_SIMULATED)
    grid = np.linspace(lowest, highest, LEVELS_SIMULATED)
    logs = _log_likelihood(values, np.ones(values.shape, bool), curve, variance, grid)
    logs = logs[logs.argmax(axis=1) < grid.size - 1]  # of a protein brighter than the grid nothing is asked
    share = _share_with_two(grid, curve, variances)
    likelihood = np.exp(logs - logs.max(axis=1, keepdims=True)) / share
    weights = np.full(grid.size, 1 / grid.size)
    for _ in range(EM_STEPS):
        expected = likelihood * weights
        weights = (expected / expected.sum(axis=1, keepdims=True)).mean(axis=0)
    return _Intensities(grid, weights, weights / share)


def _share_with_two(grid: np.ndarray, curve: DetectionCurve, variances: _Variances) -> np.ndarray:
    """The share of proteins of each level that have two values at least."""
    chance = special.ndtr(curve.steepness(variances.at(grid))[:, None] * (grid[:, None] - curve.middles))
    none = np.prod(1 - chance, axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        odds = np.where(chance < 1, chance / (1 - chance), 0).sum(axis=1)
    one = np.where((chance < 1).all(axis=1), none * odds, 0)
    return np.maximum(1 - none - one, 1e-6)


def _least_differences(
    values: np.ndarray, there: np.ndarray, curve: DetectionCurve, variance: np.ndarray, intensities: _Intensities
) -> np.ndarray:
    """How much higher, with a probability of 95 %, the mean of one group is than that of the other.

    The group that lacks the protein has a mean that is distributed as those of all detected proteins are, times the
    likelihood of its one value or none: without that prior a protein that was picked because it is absent would be
    placed too low. The group that has it has the mean of its values, with its error.

    # ASSUME the few missing values of the group that has the protein move its mean by less than its error.

    Args:
        values: proteins × samples of the two groups.
        there: proteins × samples, whether the sample is of the group that has the protein.
        curve, variance: as :func:`likelihood_ratio`.
        intensities: of all proteins.
    """
    own = np.where(there & ~np.isnan(values), values, np.nan)
    number = (~np.isnan(own)).sum(axis=1)
    mean, error = np.nansum(own, axis=1) / number, np.sqrt(variance / number)
    chance = np.log(np.maximum(intensities.seen, 1e-300)) + _log_likelihood(
        values, ~there, curve, variance, intensities.grid
    )
    chance = np.exp(chance - chance.max(axis=1, keepdims=True))
    chance /= chance.sum(axis=1, keepdims=True)
    low, high = np.full(len(values), -30.0), np.full(len(values), 30.0)
    for _ in range(20):
        half = (low + high) / 2
        below = special.ndtr((half[:, None] + intensities.grid - mean[:, None]) / error[:, None])
        enough = (chance * below).sum(axis=1) < 1 - CONFIDENCE
        low, high = np.where(enough, half, low), np.where(enough, high, half)
    return low


def _log_likelihood(
    values: np.ndarray, used: np.ndarray, curve: DetectionCurve, variance: np.ndarray, grid: np.ndarray
) -> np.ndarray:
    """proteins × grid: of the values that are ``used``, there or not, under each mean of the grid."""
    steepness = curve.steepness(variance)
    logs = np.zeros((len(values), grid.size))
    for column in range(values.shape[1]):
        seen = used[:, column] & ~np.isnan(values[:, column])
        unseen = used[:, column] & np.isnan(values[:, column])
        logs[seen] -= (values[seen, column][:, None] - grid) ** 2 / (2 * variance[seen][:, None])
        logs[unseen] += special.log_ndtr(-steepness[unseen][:, None] * (grid - curve.middles[column]))
    return logs
