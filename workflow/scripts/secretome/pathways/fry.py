"""The rotation test of gene sets, which leads: it nearly holds its level however the genes of a set go together."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from scipy import special

from secretome.models.contrasts import CONFIDENCE
from secretome.models.moderation import shrink
from secretome.models.variance_prior import fit_prior
from secretome.pathways.collections import MeasuredSet

LEADING_GENES = 10
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
        One row a set: gene_set size effect ci_low ci_high statistic p_value leading_genes (those that contribute most
        in the direction of the statistic, at most 10).
    """
    df = effects.shape[1] - 1
    standardised = effects / np.sqrt(_robust_variance(effects, as_limma))[:, None]
    own_units = effects * errors[:, None]
    margin = special.stdtrit(df, (1 + CONFIDENCE) / 2)
    rows = []
    for one in sets:
        contributions = one.weights[:, None] * standardised[one.rows]
        means = contributions.mean(axis=0)
        changes = one.weights @ own_units[one.rows] / np.abs(one.weights).sum()
        statistic = means[0] / np.sqrt((means[1:] ** 2).mean())
        reach = margin * np.sqrt((changes[1:] ** 2).mean())
        order = np.argsort(-np.sign(statistic) * contributions[:, 0], kind="stable")[:LEADING_GENES]
        leading = [genes[row] for row in one.rows[order]]
        p_value = 2 * special.stdtr(df, -abs(statistic))
        interval = (changes[0], changes[0] - reach, changes[0] + reach)
        rows.append((one.name, one.rows.size, *interval, statistic, p_value, ",".join(leading)))
    columns = ["gene_set", "size", "effect", "ci_low", "ci_high", "statistic", "p_value", "leading_genes"]
    return pd.DataFrame(rows, columns=columns)


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
    # The share of the largest among the squares of a direction drawn at random: a quadrature, its draws are fixed.
    draws = np.random.default_rng(0).normal(size=(LARGEST_SHARE_DRAWS, axes)) ** 2
    shares = np.sort(draws.max(axis=1) / draws.sum(axis=1))
    sums_from = np.append(np.cumsum(shares[::-1])[::-1], 0.0)
    below = np.searchsorted(shares, contrast / np.maximum(residual, np.finfo(float).tiny))
    return (contrast * below + residual * sums_from[below]) / shares.size
