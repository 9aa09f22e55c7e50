"""Genes that go together as those of a study do, and of which none changes."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from secretome.models.linear import CannotBeFitted
from secretome.models.moderation import shrink
from secretome.models.rotation import rotation_effects
from secretome.models.variance_prior import fit_prior
from secretome.pathways.collections import MeasuredSet
from secretome.pathways.membership import membership

ROUNDS = 5  # the shares settle to three digits


@dataclass(frozen=True)
class NullGenes:
    """A normal distribution of genes: factors that they share, and noise of each gene's own.

    Attributes:
        loadings: genes × factors, what each gene has of the shared factors, in its own standard deviations.
        own: genes, the standard deviation of its own noise; with the loadings its variance is 1.
        variance: genes, the residual variance.
        prior_variance, prior_df, df: what each gene's true variance is drawn from, given the estimated one.
    """

    loadings: np.ndarray
    own: np.ndarray
    variance: np.ndarray
    prior_variance: np.ndarray
    prior_df: float
    df: int

    def draw(self, columns: int, random: np.random.Generator) -> np.ndarray:
        """Independent columns of values around 0, genes × ``columns``; the variances of the genes are drawn anew."""
        genes, factors = self.loadings.shape
        values = self.own[:, None] * random.normal(size=(genes, columns))
        values += self.loadings @ random.normal(size=(factors, columns))
        variance = self.prior_variance
        if np.isfinite(self.prior_df):
            known = self.prior_df * self.prior_variance + self.df * self.variance
            variance = known / random.chisquare(self.prior_df + self.df, genes)
        return values * np.sqrt(variance)[:, None]


def null_genes(effects: np.ndarray, sets: Sequence[MeasuredSet]) -> NullGenes:
    """What the residuals of a study say of the variances of its genes and of how the genes of each set go together.

    A covariance from few residuals makes single pairs of genes go together far too well, yet its means over many genes
    are right (Wu and Smyth 2012, doi 10.1093/nar/gks461, estimate the inflation of the variance of a set's mean from
    it). So the genes get no more of the residuals than it takes that the mean of every set varies as it did: the
    smallest loadings that do, and a share of what is left of the residuals, so that pairs of genes are correlated as
    strongly as in the study on the whole.

    # ASSUME the inflations of sets of one collection are alike as the variances of genes are: with few residuals each
    # is a guess, and is shrunken towards those of the other sets by limma's empirical Bayes.
    # ASSUME normal errors; each gene's true variance is drawn from what the moderation leaves open.

    Args:
        effects: genes × (1 + residual degrees of freedom), as :func:`secretome.pathways.fry.fry`.
        sets: the sets among these genes, at least one.

    Returns:
        The model.

    Raises:
        CannotBeFitted: fewer than three genes vary.
    """
    df = effects.shape[1] - 1
    variance = (effects[:, 1:] ** 2).mean(axis=1)
    prior_variance, prior_df = fit_prior(variance, np.full(variance.size, float(df)))
    loadings = _loadings(effects[:, 1:], sets)
    own = np.sqrt(np.maximum(1 - (loadings**2).sum(axis=1), 0))
    return NullGenes(loadings, own, variance, prior_variance, prior_df, df)


def sample_values(
    effects: np.ndarray, design_matrix: np.ndarray, contrast: np.ndarray, correlation: np.ndarray | None = None
) -> np.ndarray:
    """Samples that have these effects: what :func:`secretome.models.rotation.rotation_effects` turns back into them.

    Args:
        effects: genes × (1 + residual degrees of freedom).
        design_matrix, contrast, correlation: as :func:`secretome.models.rotation.rotation_effects`.

    Returns:
        genes × samples, around 0; what the design estimates besides the contrast is 0.
    """
    axes = rotation_effects(np.eye(len(design_matrix)), design_matrix, contrast, correlation=correlation)
    return effects @ np.linalg.pinv(axes)


def _loadings(residuals: np.ndarray, sets: Sequence[MeasuredSet]) -> np.ndarray:
    """Genes × residuals: what makes the mean of each set, and of all genes, vary as the residuals say."""
    genes, df = residuals.shape
    lengths = np.sqrt((residuals**2).sum(axis=1))
    units = residuals / np.where(lengths > 0, lengths, 1)[:, None]
    everything = MeasuredSet("", np.arange(genes), np.ones(genes))
    averages = membership([*sets, everything], genes).toarray()
    averages /= np.sqrt((averages**2).sum(axis=1))[:, None]
    means = averages @ units
    inflation = _shrunken((means**2).sum(axis=1), df)
    spread = averages.T @ np.linalg.pinv(averages @ averages.T, rcond=1e-6, hermitian=True)
    left = np.sqrt(_share_of_pairs(units)) * (units - spread @ means)
    means /= np.sqrt((means**2).sum(axis=1))[:, None]
    loadings = left
    for _ in range(ROUNDS):
        lengths = (loadings**2).sum(axis=1)
        due = np.maximum(inflation - averages**2 @ (1 - lengths), 0)
        loadings = spread @ (np.sqrt(due)[:, None] * means) + left
        # Sets that overlap can ask more of a gene than its variance holds.
        loadings /= np.sqrt(np.maximum((loadings**2).sum(axis=1), 1))[:, None]
    return loadings


def _shrunken(inflation: np.ndarray, df: int) -> np.ndarray:
    """The inflations, those of the sets drawn towards one another around their mean; the last is that of all genes."""
    each_df = np.full(inflation.size - 1, float(df))
    try:
        prior, prior_df = fit_prior(inflation[:-1], each_df)
    except CannotBeFitted:  # one or two sets
        return inflation
    # The empirical Bayes shrinks variances around their harmonic mean; here it is the mean that the residuals tell.
    shrunken = shrink(inflation[:-1], each_df, prior, prior_df)
    return np.append(shrunken * (inflation[:-1].mean() / shrunken.mean()), inflation[-1])


def _share_of_pairs(units: np.ndarray) -> float:
    """By which to multiply the correlations of pairs, so that their mean square is what it is beyond chance."""
    genes, df = units.shape
    if df == 1:
        return 0.0
    square = ((units.T @ units) ** 2).sum() - (units**2).sum(axis=1).sum()
    square /= genes * (genes - 1)
    return float(np.sqrt(np.clip((square - 1 / df) / (1 - 1 / df) / square, 0, 1)))
