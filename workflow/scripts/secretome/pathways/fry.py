"""The rotation test of gene sets, which leads: it nearly holds its level however the genes of a set go together."""

from collections.abc import Sequence
from functools import cache
from itertools import pairwise

import numpy as np
import pandas as pd
from scipy import sparse, special

from secretome.models.contrasts import CONFIDENCE
from secretome.models.moderation import shrink
from secretome.models.variance_prior import fit_prior
from secretome.pathways.collections import MeasuredSet
from secretome.pathways.membership import LEADING_GENES, membership, sizes

LARGEST_SHARE_DRAWS = 20_000
# ASSUME limma's share of a degree of freedom that is left after a gene's largest effect was set aside.
ROBUST_DF = 0.92


def fry(
    effects: np.ndarray,
    errors: np.ndarray,
    sets: Sequence[MeasuredSet],
    genes: Sequence[str],
    as_limma: bool = False,
) -> pd.DataFrame:
    """Ask of each set whether its genes move together, up or down: an infinite number of residual rotations.

    Source: Wu et al. 2010 (doi 10.1093/bioinformatics/btq401) and Giner and Smyth 2016: limma's ``fry`` with gene
    weights. Limma standardises each gene by a variance that sets its largest effect aside; how large that is depends on
    how the residual space is spanned, so on the order of the samples. Here its mean over all ways to span it is taken.

    The p-value belongs to ``statistic``, the t of the weighted mean of the genes' standardised effects. The interval is
    for ``effect``, the mean log2 fold change in its own units: the same mean taken over each residual effect shows how
    far it strays where nothing happens, and gives a t interval with the residual degrees of freedom. So p and interval
    answer almost, not exactly, the same question.

    Args:
        effects: genes × (1 + residual degrees of freedom), as :func:`secretome.rotation.rotation_effects`.
        errors: genes, the standard error of the contrast for a residual variance of 1; times column 0 of the effects
            it is the log2 fold change.
        sets: the sets among these genes.
        genes: the symbols of the rows.
        as_limma: standardise as limma does by default (``posterior.sd``): the form that is held to its numbers.

    Returns:
        One row a set: gene_set size effect ci_low ci_high statistic p_value (NaN where no gene of the set varies within
        the groups) leading_genes (those that contribute most in the direction of the statistic, at most 10; ties by
        name).
    """
    df = effects.shape[1] - 1
    members = membership(sets, len(effects))
    totals = np.maximum(abs(members).sum(axis=1), np.finfo(float).tiny)
    standardised = effects / np.sqrt(_robust_variance(effects, as_limma))[:, None]
    means = members @ standardised
    strays = np.sqrt((means[:, 1:] ** 2).mean(axis=1))
    statistic = means[:, 0] / np.where(strays > 0, strays, np.nan)
    changes = members @ (effects * errors[:, None]) / totals[:, None]
    reach = special.stdtrit(df, (1 + CONFIDENCE) / 2) * np.sqrt((changes[:, 1:] ** 2).mean(axis=1))
    return pd.DataFrame(
        {
            "gene_set": pd.Series([one.name for one in sets], dtype=object),
            "size": sizes(members),
            "effect": changes[:, 0],
            "ci_low": changes[:, 0] - reach,
            "ci_high": changes[:, 0] + reach,
            "statistic": statistic,
            "p_value": 2 * special.stdtr(df, -abs(statistic)),
            "leading_genes": _leading_genes(members, standardised[:, 0], np.sign(statistic), genes),
        }
    )


def _leading_genes(
    members: sparse.csr_array, standardised: np.ndarray, direction: np.ndarray, genes: Sequence[str]
) -> list[str]:
    """Of each set the genes that contribute most in its direction, the most first; ties by the name of the gene."""
    by_name = np.argsort(np.argsort(np.asarray(genes, dtype=str)))
    names = np.asarray(genes, dtype=object)
    own_set = np.repeat(np.arange(members.shape[0]), sizes(members))
    contributions = direction[own_set] * members.data * standardised[members.indices]
    leading = []
    for start, end in pairwise(members.indptr):
        rows, given = members.indices[start:end], -contributions[start:end]
        if rows.size > LEADING_GENES:
            near = given <= np.partition(given, LEADING_GENES - 1)[LEADING_GENES - 1]
            rows, given = rows[near], given[near]
        order = np.lexsort([by_name[rows], given])[:LEADING_GENES]
        leading.append(",".join(names[rows[order]]))
    return leading


def _robust_variance(effects: np.ndarray, as_limma: bool) -> np.ndarray:
    """Moderated variances that a large contrast does not raise: each gene's largest squared effect is set aside."""
    count = effects.shape[1]
    squares = effects**2
    residual = squares[:, 1:]
    largest = squares.max(axis=1) if as_limma else _expected_largest(squares[:, 0], residual.sum(axis=1), count - 1)
    variance = (squares.sum(axis=1) - largest) / (count - _expected_largest_normal(count))
    df = np.full(len(effects), count - 1.0)
    prior_variance, prior_df = fit_prior(residual.mean(axis=1), df)
    return shrink(variance, ROBUST_DF * df, prior_variance, prior_df)


@cache  # data sets are simulated in dozens
def _expected_largest_normal(count: int) -> float:
    """The expected largest of ``count`` squared standard normal values, by quadrature."""
    nodes, weights = np.polynomial.legendre.leggauss(128)
    nodes, weights = (nodes + 1) / 2, weights / 2
    return float((count * nodes ** (count - 1) * 2 * special.gammaincinv(0.5, nodes) * weights).sum())


def _expected_largest(contrast: np.ndarray, residual: np.ndarray, axes: int) -> np.ndarray:
    """The largest squared effect of each gene, its mean over all ways to span the residual space.

    Args:
        contrast: genes, the squared effect of the contrast.
        residual: genes, the sum of the squared residual effects.
        axes: how many residual effects there are.
    """
    shares, sums_from = _largest_shares(axes)
    with np.errstate(over="ignore"):  # a gene without residual variance: its contrast is the largest
        below = np.searchsorted(shares, contrast / np.maximum(residual, np.finfo(float).tiny))
    return (contrast * below + residual * sums_from[below]) / shares.size


@cache
def _largest_shares(axes: int) -> tuple[np.ndarray, np.ndarray]:
    """The share of the largest among the squares of a direction drawn at random, and the sums of the shares from each.

    A quadrature: its draws are fixed. The shares ascend; there is one sum more, 0.
    """
    draws = np.random.default_rng(0).normal(size=(LARGEST_SHARE_DRAWS, axes)) ** 2
    shares = np.sort(draws.max(axis=1) / draws.sum(axis=1))
    return shares, np.append(np.cumsum(shares[::-1])[::-1], 0.0)
