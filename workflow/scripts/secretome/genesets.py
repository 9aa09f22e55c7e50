"""Tests of gene sets: rotation (fry), competitive (camera) and pre-ranked enrichment (GSEA).

The rotation test leads: it alone nearly holds its level whatever the genes of a set have in common. Everywhere: genes ×
samples; a set knows its genes as rows of those tables.
"""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from scipy import special

from secretome.models.contrasts import CONFIDENCE
from secretome.models.moderation import shrink
from secretome.models.variance_prior import fit_prior

# ASSUME: fewer genes do not make a set, more are no longer one theme; gseapy's and fgsea's usual limits are alike.
SMALLEST_SET, LARGEST_SET = 10, 500
LEADING_GENES = 10
CURVE_POINTS = 501
LARGEST_SHARE_DRAWS = 20_000
# ASSUME limma's share of a degree of freedom that is left after a gene's largest effect was set aside.
ROBUST_DF = 0.92


@dataclass(frozen=True)
class Collection:
    """Gene sets of one origin.

    Attributes:
        name: its key in the signatures file.
        sets: gene set → gene → weight; the weight is 1 where the genes of a set count alike.
        weighted: the weights differ, and their signs mean up and down.
    """

    name: str
    sets: Mapping[str, Mapping[str, float]]
    weighted: bool


@dataclass(frozen=True)
class MeasuredSet:
    """A gene set as far as it was measured: the rows of its genes, and their weights."""

    name: str
    rows: np.ndarray
    weights: np.ndarray


def measured_sets(
    collection: Collection, genes: Sequence[str], smallest: int = SMALLEST_SET, largest: int = LARGEST_SET
) -> tuple[list[MeasuredSet], dict[str, int]]:
    """The sets of a collection among the genes at hand.

    Args:
        collection: the sets.
        genes: the symbols of the rows, unique.
        smallest, largest: how many measured genes a set must have and may have.

    Returns:
        The sets within the limits, and how many genes the others have among those at hand.
    """
    row_of = {gene: row for row, gene in enumerate(genes)}
    kept, dropped = [], {}
    for name, weights in collection.sets.items():
        rows = sorted((row_of[gene], weight) for gene, weight in weights.items() if gene in row_of and weight)
        if smallest <= len(rows) <= largest:
            positions, values = zip(*rows, strict=True)
            kept.append(MeasuredSet(name, np.array(positions), np.array(values, dtype=float)))
        else:
            dropped[name] = len(rows)
    return kept, dropped


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


def camera(effects: np.ndarray, errors: np.ndarray, sets: Sequence[MeasuredSet]) -> pd.DataFrame:
    """Ask of each set whether its genes move more than the other genes, given how they go together.

    Source: Wu and Smyth 2012, doi 10.1093/nar/gks461, as limma's ``camera`` with ``inter.gene.cor=NA``: the correlation
    is estimated from the residuals. To be printed at four or more residual degrees of freedom only: with fewer it
    hardly ever rejects. The weights of the genes are not used.

    Args:
        effects, errors: as :func:`fry`.
        sets: the sets among these genes.

    Returns:
        One row a set that leaves other genes: gene_set size effect (mean log2 fold change of the set minus that of the
        other genes) correlation p_value.
    """
    total, df = len(effects), effects.shape[1] - 1
    residuals = effects[:, 1:]
    variance = (residuals**2).mean(axis=1)
    scaled = residuals / np.sqrt(np.maximum(variance, 1e-8))[:, None]
    statistic = _normal_scores(effects[:, 0], variance, df)
    mean, spread = statistic.mean(), statistic.var(ddof=1)
    changes = effects[:, 0] * errors
    rows = []
    for one in sets:
        size = one.rows.size
        others = total - size
        if not others:
            continue
        inflation = size * (scaled[one.rows].mean(axis=0) ** 2).mean()
        difference = total / others * (statistic[one.rows].mean() - mean)
        pooled = ((total - 1) * spread - difference**2 * size * others / total) / (total - 2)
        t = difference / np.sqrt(pooled * (max(1.0, inflation) / size + 1 / others))
        set_change = changes[one.rows].mean()
        effect = set_change - (changes.sum() - size * set_change) / others
        p_value = 2 * special.stdtr(min(df, total - 2), -abs(t))
        rows.append((one.name, size, effect, (inflation - 1) / (size - 1), p_value))
    return pd.DataFrame(rows, columns=["gene_set", "size", "effect", "correlation", "p_value"])


def _normal_scores(contrast: np.ndarray, variance: np.ndarray, df: int) -> np.ndarray:
    """Moderated t as standard normal scores, by Hill's approximation (1970) as limma's ``zscoreT`` has it."""
    each_df = np.full(variance.size, float(df))
    prior_variance, prior_df = fit_prior(variance, each_df)
    t = contrast / np.sqrt(shrink(variance, each_df, prior_variance, prior_df))
    df_total = min(df + prior_df, variance.size * df)
    a = df_total - 0.5
    b = 48 * a * a
    z = a * np.log1p(t / df_total * t)
    z = (((((-0.4 * z - 3.3) * z - 24) * z - 85.5) / (0.8 * z * z + 100 + b) + z + 3) / b + 1) * np.sqrt(z)
    return z * np.sign(t)


def gsea(ranking: pd.Series, sets: Sequence[MeasuredSet], seed: int) -> tuple[pd.DataFrame, dict[str, dict[str, Any]]]:
    """Pre-ranked gene-set enrichment analysis: exploratory, for the plot and the leading edge.

    Genes that go together make its p-values far too small (measured: it rejects .32 of true null sets at .05).
    Source: Subramanian et al. 2005, doi 10.1073/pnas.0506580102; p by fgsea's multilevel sampling, as in gseapy.

    Args:
        ranking: a number a gene (moderated t), the gene as the index.
        sets: the sets, their rows being those of ``ranking``.
        seed: of the sampling.

    Returns:
        One row a set: gene_set size effect (normalised enrichment score) p_value leading_genes; and the curve of each
        set: ``nes``, ``ranks`` (where its genes stand among all, from 0), ``running`` (the running score on an even
        grid over all ranks), ``n_genes``.

    Raises:
        ValueError: a gene stands twice, a number is not finite, or all are the same.
    """
    if not sets:
        return pd.DataFrame(columns=["gene_set", "size", "effect", "p_value", "leading_genes"]), {}
    order = _ranked(ranking)
    genes = ranking.index.to_numpy()
    # gseapy turns lower-case letters of symbols into upper case and looks sets up by name: it gets numbered names.
    tokens = np.array([f"G{row:07d}" for row in range(len(ranking))])
    gene_of = dict(zip(tokens, genes, strict=True))
    results = _prerank(
        pd.Series(ranking.to_numpy()[order], index=tokens[order]),
        {one.name: tokens[one.rows].tolist() for one in sets},
        seed,
    )
    rows, curves = [], {}
    for one in sets:
        result = results[one.name]
        leading = ",".join(gene_of[token] for token in result["lead_genes"].split(";"))
        rows.append((one.name, one.rows.size, float(result["nes"]), float(result["pval"]), leading))
        running = np.asarray(result["RES"])
        grid = np.linspace(0, running.size - 1, min(CURVE_POINTS, running.size)).round().astype(int)
        curves[one.name] = {
            "nes": round(float(result["nes"]), 6),
            "ranks": [int(hit) for hit in result["hits"]],
            "running": [round(float(value), 6) for value in running[grid]],
            "n_genes": int(running.size),
        }
    return pd.DataFrame(rows, columns=["gene_set", "size", "effect", "p_value", "leading_genes"]), curves


def _ranked(ranking: pd.Series) -> np.ndarray:
    """The order from the largest number down, ties by gene name."""
    values = ranking.to_numpy(float)
    if not ranking.index.is_unique:
        raise ValueError("a gene stands twice in the ranking")
    if not np.isfinite(values).all():
        raise ValueError("a number in the ranking is not finite")
    if np.ptp(values) == 0:
        raise ValueError("all genes of the ranking have the same number")  # gseapy would abort the process
    return np.lexsort([ranking.index.to_numpy(str), -values])


def _prerank(ranking: pd.Series, sets: dict[str, list[str]], seed: int) -> dict[str, dict[str, Any]]:
    import gseapy  # two seconds of imports

    before = logging.root.manager.disable
    logging.disable(logging.WARNING)  # it warns of ties, which are in order here
    try:
        return gseapy.prerank(
            ranking,
            sets,
            method="multilevel",
            min_size=1,
            max_size=len(ranking),
            ascending=None,  # it is sorted, and gseapy's own sorting leaves ties to chance
            seed=seed,
            threads=1,
            outdir=None,
            no_plot=True,
        ).results
    finally:
        logging.disable(before)
