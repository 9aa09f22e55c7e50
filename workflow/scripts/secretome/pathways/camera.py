"""The competitive test of gene sets that allows for the correlation of their genes (camera): estimated, or fixed."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from scipy import sparse, special

from secretome.models.moderation import shrink
from secretome.models.variance_prior import fit_prior
from secretome.pathways.collections import MeasuredSet
from secretome.pathways.membership import alike, membership, sizes

# ASSUME limma's preset correlation of the genes of a set; measured ones are higher, so p is too small.
FIXED_CORRELATION = 0.01
COLUMNS = ["gene_set", "size", "effect", "statistic", "p_value", "correlation"]


def camera(effects: np.ndarray, errors: np.ndarray, sets: Sequence[MeasuredSet]) -> pd.DataFrame:
    """Ask of each set whether its genes move more than the other genes, given how they go together.

    Source: Wu and Smyth 2012, doi 10.1093/nar/gks461, as limma's ``camera`` with ``inter.gene.cor=NA``: the correlation
    is estimated from the residuals: those of all samples of the study, since a design holds every level of its
    variable. To be printed at four or more residual degrees of freedom only: with fewer it hardly ever rejects. The
    weights of the genes are not used.

    Args:
        effects, errors: as :func:`secretome.pathways.fry.fry`.
        sets: the sets among these genes.

    Returns:
        One row a set that leaves other genes: gene_set size effect (mean log2 fold change of the set minus that of the
        other genes) statistic (t) p_value correlation (NaN in a set of one gene).
    """
    residuals = effects[:, 1:]
    members = _with_others(sets, len(effects))
    size = sizes(members)
    variance = (residuals**2).mean(axis=1)
    scaled = residuals / np.sqrt(np.maximum(variance, 1e-8))[:, None]
    inflation = ((members @ scaled) ** 2).mean(axis=1) / size
    t = _two_sample_t(members, normal_scores(effects)[:, None], np.maximum(1.0, inflation))[:, 0]
    df = min(residuals.shape[1], len(effects) - 2)
    correlation = (inflation - 1) / np.where(size > 1, size - 1, np.nan)
    return _table(sets, members, effects[:, 0] * errors, t, df, correlation)


def camera_fixed(effects: np.ndarray, errors: np.ndarray, sets: Sequence[MeasuredSet]) -> pd.DataFrame:
    """The same question with one fixed correlation for all sets: exploratory, its p-values are far too small.

    Measured: it rejects .25 of the true null sets at .05 where genes have a correlation of .05. Source: limma's
    ``camera`` with its preset ``inter.gene.cor=0.01``, the same as ``cameraPR`` on the normal scores of moderated t.

    Args:
        effects, errors, sets: as :func:`camera`.

    Returns:
        As :func:`camera`.
    """
    members = _with_others(sets, len(effects))
    t = _two_sample_t(members, normal_scores(effects)[:, None], _fixed_inflation(members))[:, 0]
    correlation = np.full(t.size, FIXED_CORRELATION)
    return _table(sets, members, effects[:, 0] * errors, t, len(effects) - 2, correlation)


def fixed_p_values(scores: np.ndarray, members: sparse.csr_array) -> np.ndarray:
    """The p-values of :func:`camera_fixed` for many contrasts at once.

    Args:
        scores: genes × contrasts, each column as :func:`normal_scores`, or another statistic that is about normal.
        members: sets × genes, as :func:`secretome.pathways.membership.membership`; their weights are not used.

    Returns:
        sets × contrasts; NaN for a set that leaves no other genes.
    """
    own = alike(members)
    t = np.full((own.shape[0], scores.shape[1]), np.nan)
    rest = sizes(own) < own.shape[1]
    t[rest] = _two_sample_t(own[rest], scores, _fixed_inflation(own[rest]))
    return 2 * special.stdtr(len(scores) - 2, -abs(t))


def normal_scores(effects: np.ndarray) -> np.ndarray:
    """Moderated t of each gene as standard normal scores, by Hill's approximation (1970) as limma's ``zscoreT``."""
    df = effects.shape[1] - 1
    variance = (effects[:, 1:] ** 2).mean(axis=1)
    each_df = np.full(variance.size, float(df))
    prior_variance, prior_df = fit_prior(variance, each_df)
    t = effects[:, 0] / np.sqrt(shrink(variance, each_df, prior_variance, prior_df))
    df_total = min(df + prior_df, variance.size * df)
    a = df_total - 0.5
    b = 48 * a * a
    z = a * np.log1p(t / df_total * t)
    z = (((((-0.4 * z - 3.3) * z - 24) * z - 85.5) / (0.8 * z * z + 100 + b) + z + 3) / b + 1) * np.sqrt(z)
    return z * np.sign(t)


def _with_others(sets: Sequence[MeasuredSet], n_genes: int) -> sparse.csr_array:
    """The sets as a matrix of 1, those that hold all genes without any."""
    return alike(membership([one for one in sets if one.rows.size < n_genes], n_genes))


def _fixed_inflation(members: sparse.csr_array) -> np.ndarray:
    return 1 + (sizes(members) - 1) * FIXED_CORRELATION


def _two_sample_t(members: sparse.csr_array, scores: np.ndarray, inflation: np.ndarray) -> np.ndarray:
    """Set against the other genes, sets × contrasts: a t test whose mean of the set varies ``inflation`` times more."""
    total = len(scores)
    size = sizes(members)[:, None]
    others = total - size
    difference = total / others * (members @ scores / size - scores.mean(axis=0))
    spread = scores.var(axis=0, ddof=1)
    pooled = ((total - 1) * spread - difference**2 * size * others / total) / (total - 2)
    return difference / np.sqrt(pooled * (inflation[:, None] / size + 1 / others))


def _table(
    sets: Sequence[MeasuredSet],
    members: sparse.csr_array,
    changes: np.ndarray,
    t: np.ndarray,
    df: float,
    correlation: np.ndarray,
) -> pd.DataFrame:
    size, sums = sizes(members), members @ changes
    effect = sums / size - (changes.sum() - sums) / (len(changes) - size)
    names = pd.Series([one.name for one in sets if one.rows.size < len(changes)], dtype=object)
    columns = (names, size, effect, t, 2 * special.stdtr(df, -abs(t)), correlation)
    return pd.DataFrame(dict(zip(COLUMNS, columns, strict=True)))
