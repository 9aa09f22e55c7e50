"""The competitive effect: how much more a set changes than genes outside it that are expressed alike."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import sparse, special

from secretome.models.contrasts import CONFIDENCE
from secretome.pathways.collections import MeasuredSet
from secretome.pathways.membership import alike, membership, sizes

# ASSUME what a change owes to the level of expression bends no more often than this, and a mean of fewer genes than
# GENES_A_KNOT would stray itself.
MOST_KNOTS, GENES_A_KNOT = 20, 50
# ASSUME fewer genes than these are no comparison: a set that leaves fewer near a level of its own genes has no row.
FEWEST_MATCHED = 10
LARGEST_BLOCK = 2_000_000
COLUMNS = ["gene_set", "size", "effect", "ci_low", "ci_high", "statistic", "p_value"]


def relative(
    effects: np.ndarray, errors: np.ndarray, sets: Sequence[MeasuredSet], mean_expression: np.ndarray
) -> pd.DataFrame:
    """Ask of each set how much more its genes change than others of like expression do, with an interval.

    The effect is c = sum of w (x − m) / sum of |w|: w the weight of a gene, x its log2 fold change, m the mean of
    the genes outside the set at its level of expression. Its variance has two parts. Sampling: c is a linear form
    of the genes, and the same form of each residual effect shows how far it strays where nothing happens, whatever
    the genes have in common (as the rotation test with infinitely many rotations, Wu et al. 2010, doi
    10.1093/bioinformatics/btq401). Gene to gene: where many genes truly change, the mean of a set drawn at random
    does not equal that of the others either. The fold changes of the genes outside vary by more than the residual
    effects of the same genes do; the excess, were it spread over the genes of the set by chance, is added. P-value
    and interval are of one distribution, a mixture of t with the residual degrees of freedom and normal
    (:func:`_tail`).

    # ASSUME m is interpolated between means at up to 20 points that divide the genes, by the rank of their mean
    # expression, into parts of equal size; near a point a gene counts by how near it is. That is smooth, follows a
    # linear trend without bias, does not depend on the order of genes (equal levels share a rank), and is linear, so
    # that all sets cost a few sparse products.
    # ASSUME true changes fall on the genes of a set independently where nothing is the matter with the set.

    Args:
        effects, errors: as :func:`secretome.pathways.fry.fry`.
        sets: the sets among these genes.
        mean_expression: genes, log2; only its ranks count.

    Returns:
        One row a set that leaves at least 10 genes at every level of its own: gene_set size effect ci_low ci_high
        (log2 fold change) statistic p_value (NaN where nothing varies).

    Raises:
        ValueError: a mean is not finite, or they are not one a gene.
    """
    hats = _hats(mean_expression, len(effects))
    changes = effects * errors[:, None]
    block = max(1, LARGEST_BLOCK // (hats.shape[1] * changes.shape[1]))
    parts = [_block(sets[start : start + block], changes, hats) for start in range(0, max(len(sets), 1), block)]
    return pd.concat(parts, ignore_index=True)


@dataclass(frozen=True)
class _Outside:
    """The genes outside each set, near each knot.

    Attributes:
        weight: sets × knots, how many they are, each by its nearness.
        mean: sets × knots × effects.
        spread: sets × knots × effects, their variance.
    """

    weight: np.ndarray
    mean: np.ndarray
    spread: np.ndarray


def _hats(mean_expression: np.ndarray, n_genes: int) -> np.ndarray:
    """Genes × knots: how much of each knot a gene is, in all 1, linear in the rank of its expression."""
    if mean_expression.shape != (n_genes,) or not np.isfinite(mean_expression).all():
        raise ValueError(f"the mean expression of {n_genes} genes is needed, each finite")
    _, level, count = np.unique(mean_expression, return_inverse=True, return_counts=True)
    rank = (np.cumsum(count) - (count + 1) / 2)[level]
    knots = int(np.clip(n_genes // GENES_A_KNOT, 1, MOST_KNOTS))
    if knots == 1:
        return np.ones((n_genes, 1))
    place = rank / (n_genes - 1) * (knots - 1)
    genes, below = np.arange(n_genes), np.minimum(place.astype(int), knots - 2)
    hats = np.zeros((n_genes, knots))
    hats[genes, below], hats[genes, below + 1] = 1 - (place - below), place - below
    return hats


def _block(sets: Sequence[MeasuredSet], changes: np.ndarray, hats: np.ndarray) -> pd.DataFrame:
    every = membership(sets, len(changes))
    left = hats.sum(axis=0) - alike(every) @ hats
    own = alike(every) @ (hats > 0) > 0
    kept = ((left >= FEWEST_MATCHED) | ~own).all(axis=1)
    members = every[kept]
    outside = _outside(alike(members), changes, hats)
    totals = np.maximum(abs(members).sum(axis=1), np.finfo(float).tiny)
    shares = sparse.diags_array(1 / totals) @ members
    at_knots = shares @ hats
    values = shares @ changes - np.einsum("sk,ske->se", at_knots, outside.mean)
    # The mean of the genes outside strays, too; by Jensen's inequality by this much or less.
    chance = (shares**2) @ hats + at_knots**2 / np.maximum(outside.weight, 1)
    names = pd.Series([one.name for one, keep in zip(sets, kept, strict=True) if keep], dtype=object)
    columns = (names, sizes(members), *_interval(values, chance, outside))
    return pd.DataFrame(dict(zip(COLUMNS, columns, strict=True)))


def _outside(members: sparse.csr_array, changes: np.ndarray, hats: np.ndarray) -> _Outside:
    """The sums over all genes less those over the set; at a knot where no gene is left they are not used."""
    weight = np.maximum(hats.sum(axis=0) - members @ hats, 1.0)
    squares = np.maximum((hats**2).sum(axis=0) - members @ hats**2, 0.0)
    mean, spread = np.empty((2, members.shape[0], hats.shape[1], changes.shape[1]))
    centred = changes - changes.mean(axis=0)
    used = np.unique(members.indices)
    own, near = members[:, used], hats[used]
    for power, found in ((1, mean), (2, spread)):
        values = centred**power
        totals, own_values = hats.T @ values, values[used]
        for knot in range(hats.shape[1]):
            found[:, knot] = totals[knot] - own @ (near[:, knot, None] * own_values)
    mean /= weight[:, :, None]
    spread /= weight[:, :, None]
    spread -= mean**2
    spread *= (weight**2 / np.maximum(weight**2 - squares, 1))[:, :, None]
    return _Outside(weight, mean + changes.mean(axis=0), np.maximum(spread, 0))


def _interval(values: np.ndarray, chance: np.ndarray, outside: _Outside) -> tuple[np.ndarray, ...]:
    """Effect, interval, statistic and p-value of each set.

    Args:
        values: sets × effects, the linear form of the contrast and of each residual effect.
        chance: sets × knots, by how much the spread of the genes there counts.
        outside: the genes outside.
    """
    effect, df = values[:, 0], values.shape[1] - 1
    sampling = (values[:, 1:] ** 2).mean(axis=1)
    by_effect = (chance[:, :, None] * outside.spread).sum(axis=1)
    variance = sampling + np.maximum(by_effect[:, 0] - by_effect[:, 1:].mean(axis=1), 0)
    variance = np.where(variance > 0, variance, np.nan)
    error, share = np.sqrt(variance), sampling / variance
    reach = _quantile(share, df) * error
    return effect, effect - reach, effect + reach, effect / error, 2 * _tail(abs(effect) / error, share, df)


def _tail(statistic: np.ndarray, share: np.ndarray, df: int) -> np.ndarray:
    """The probability of a larger statistic, if ``share`` of its variance was estimated with ``df`` and the rest known.

    # ASSUME the mean of both tails by their shares of the variance. Satterthwaite's degrees of freedom, which would be
    # the usual choice, reject .08 at .05 and .035 at .01 with two degrees of freedom and a share of .9; this, at most
    # .051 and .010 for any share from two degrees of freedom on (.08 and .03 with a single one). Cochran's mean of
    # both quantiles is alike, and has no closed p-value.
    """
    return share * special.stdtr(df, -statistic) + (1 - share) * special.ndtr(-statistic)


def _quantile(share: np.ndarray, df: int) -> np.ndarray:
    """What the statistic exceeds in absolute value with probability .05, by bisection of :func:`_tail`."""
    tail = (1 - CONFIDENCE) / 2
    low, high = np.full(share.shape, -special.ndtri(tail)), np.full(share.shape, -special.stdtrit(df, tail))
    for _ in range(60):
        middle = (low + high) / 2
        beyond = _tail(middle, share, df) > tail
        low, high = np.where(beyond, middle, low), np.where(beyond, high, middle)
    return np.where(np.isnan(share), np.nan, (low + high) / 2)
