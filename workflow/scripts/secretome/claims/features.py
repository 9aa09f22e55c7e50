"""The effect of a feature and its 95 % interval: one gene, several genes by a rule, the share of genes that change."""

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
from scipy import special

from secretome.models.contrasts import CONFIDENCE

TAIL = (1 - CONFIDENCE) / 2


class Interval(NamedTuple):
    """An effect and its 95 % interval; NaN where there is none."""

    effect: float
    low: float
    high: float


NONE = Interval(np.nan, np.nan, np.nan)


def limits(
    changes: np.ndarray, errors: np.ndarray, df: np.ndarray, tail: float = TAIL
) -> tuple[np.ndarray, np.ndarray]:
    """The ends of t intervals that leave ``tail`` out on each side.

    Args:
        changes, errors: genes, estimates and their standard errors.
        df: genes, degrees of freedom; NaN or infinite for a z interval.
        tail: a probability.
    """
    normal = ~np.isfinite(df)
    quantile = np.where(normal, -special.ndtri(tail), special.stdtrit(np.where(normal, 1.0, df), 1 - tail))
    return changes - quantile * errors, changes + quantile * errors


def of_all(changes: np.ndarray, errors: np.ndarray, df: np.ndarray) -> Interval:
    """Every gene has to move: the interval of the smallest effect among them, which the worst gene decides.

    The lower end is the lowest of the genes' own lower ends: it holds whichever gene is the worst (an
    intersection-union test, Berger 1982, doi 10.1080/00401706.1982.10487790). The upper end has to hold for all genes
    at once, so it is the lowest of their upper ends with the error shared among the genes (Bonferroni).

    Args:
        changes, errors, df: as :func:`limits`, turned so that positive is what the claim says; at least one gene.
    """
    low, _ = limits(changes, errors, df)
    _, high = limits(changes, errors, df, TAIL / changes.size)
    return Interval(float(changes.min()), float(low.min()), float(high.min()))


def of_any(changes: np.ndarray, errors: np.ndarray, df: np.ndarray, asked: int) -> Interval:
    """One gene is enough: the interval of the largest effect among them, allowing for how many were asked.

    Args:
        changes, errors, df: as :func:`of_all`.
        asked: how many genes the claim names, those that were not measured among them.
    """
    low, _ = limits(changes, errors, df, TAIL / max(asked, changes.size))
    _, high = limits(changes, errors, df)
    return Interval(float(changes.max()), float(low.max()), float(high.max()))


def of_mean(effects: np.ndarray, errors: np.ndarray) -> Interval:
    """The mean log2 fold change of several genes, with how these go together from sample to sample.

    The interval is exact for normal errors: the same mean taken over each residual effect shows how far it strays, as
    in the rotation test of gene sets (:func:`secretome.pathways.fry.fry`); nothing is borrowed from other genes.

    Args:
        effects: genes × (1 + residual degrees of freedom), as :func:`secretome.models.rotation.rotation_effects`,
            turned so that positive is what the claim says.
        errors: genes, the standard error of the contrast for a residual variance of 1.
    """
    df = effects.shape[1] - 1
    changes = (effects * errors[:, None]).mean(axis=0)
    reach = special.stdtrit(df, 1 - TAIL) * np.sqrt((changes[1:] ** 2).mean())
    return Interval(float(changes[0]), float(changes[0] - reach), float(changes[0] + reach))


def share_changed(
    changes: np.ndarray, errors: np.ndarray, df: np.ndarray, changed_by: float, direction: str
) -> Interval:
    """The share of genes that change by at least ``changed_by``, between what is certain and what is possible.

    Genes go together, so that a binomial interval would be far too narrow. What the data decide instead: the lower end
    is the share of genes whose interval lies beyond ``changed_by``, the upper end that of the genes whose interval
    reaches there at all. Both sets of intervals are widened so that of those that decide at most 5 % are expected not
    to hold (false coverage rate, Benjamini and Yekutieli 2005, doi 10.1198/016214504000001907).

    Args:
        changes, errors, df: genes, as :func:`limits`, in the direction as it was measured.
        changed_by: log2, above 0.
        direction: `up`, `down` or `either`.

    Returns:
        The share of genes whose estimate is beyond, the certain and the possible share; NaN of no genes.
    """
    measured = np.isfinite(changes) & np.isfinite(errors)
    changes, errors, df = changes[measured], errors[measured], df[measured]
    if not changes.size:
        return NONE
    if direction == "down":
        changes = -changes

    def beyond(low: np.ndarray, high: np.ndarray) -> np.ndarray:
        return (low >= changed_by) | ((high <= -changed_by) & (direction == "either"))

    def within(low: np.ndarray, high: np.ndarray) -> np.ndarray:
        return (high < changed_by) & ((low > -changed_by) | (direction != "either"))

    certain = _deciding(changes, errors, df, beyond)
    excluded = _deciding(changes, errors, df, within)
    estimate = beyond(changes, changes).mean()
    # The estimate lies between them but for the one gene whose interval has no width.
    return Interval(float(estimate), min(float(certain), float(estimate)), max(float(1 - excluded), float(estimate)))


def _deciding(
    changes: np.ndarray,
    errors: np.ndarray,
    df: np.ndarray,
    decides: Callable[[np.ndarray, np.ndarray], np.ndarray],
) -> float:
    """The largest share of genes whose intervals decide, when widened for being chosen among all."""
    share = 1.0
    while share > 0:
        found = float(decides(*limits(changes, errors, df, TAIL * share)).mean())
        if found >= share:
            return share
        share = found
    return 0.0


def percentile_among_alike(
    changes: np.ndarray, levels: np.ndarray, rows: Sequence[int], direction: str, alike: int = 500
) -> float:
    """Where genes stand, by their change, among the genes of like expression; the mean over several genes.

    # ASSUME the 500 genes whose mean expression is nearest are alike enough, and enough to tell one in a hundred.

    Args:
        changes: genes, log2 fold changes; NaN where there is none.
        levels: genes, mean log2 expression.
        rows: the genes that are asked for; they are not among those they are compared with.
        direction: what the claim says: under `down` the genes that fall most have the highest percentile, under `none`
            those that change most either way.
        alike: how many genes of like expression.

    Returns:
        Percent, 0 to 100, ties counting half; NaN where none of the genes, or none beside them, has a change.
    """
    turned = -changes if direction == "down" else np.abs(changes) if direction in ("none", "either") else changes
    able = np.isfinite(turned) & np.isfinite(levels)
    others = able.copy()
    others[list(rows)] = False
    reference, at = turned[others], levels[others]
    asked = [row for row in rows if able[row]]
    if not asked or not reference.size:
        return float("nan")
    found = []
    for row in asked:
        near = reference[np.argsort(abs(at - levels[row]), kind="stable")[:alike]]
        found.append(100 * ((near < turned[row]).mean() + (near <= turned[row]).mean()) / 2)
    return float(np.mean(found))
