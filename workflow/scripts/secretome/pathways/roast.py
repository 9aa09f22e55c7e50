"""The rotation test of gene sets by drawn rotations: the only one here for sets that move in both directions."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from secretome.models.variance_prior import fit_prior
from secretome.pathways.collections import MeasuredSet
from secretome.pathways.membership import membership, sizes

# The smallest p is 1e-4; at p = .05 the Monte Carlo standard error is .002.
ROTATIONS = 9_999
LARGEST_BLOCK = 1_000_000
# ASSUME limma's limit: a t with more degrees of freedom is taken for one with that many.
LARGEST_DF = 10_000.0


def roast(effects: np.ndarray, sets: Sequence[MeasuredSet], seed: int, rotations: int = ROTATIONS) -> pd.DataFrame:
    """Ask of each set whether its genes move, be it up and down at once, by drawn rotations of the residuals.

    Source: Wu et al. 2010, doi 10.1093/bioinformatics/btq401, as limma's ``roast`` with the set statistic ``mean``. A
    rotation turns contrast and residuals of all genes together, so that how genes go together is kept; moderated t
    becomes a normal score (Bailey 1980). The mixed statistic is the mean of the absolute scores, the directed one their
    mean. All sets see the same rotations, which depend on the seed alone. The closed form that limma's ``fry`` has for
    the mixed direction rejects .07 to .15 of true null sets at .05 (tests/calibration_mixed.py): it is not used.

    Args:
        effects: as :func:`secretome.pathways.fry.fry`.
        sets: the sets among these genes, with weights.
        seed: of the rotations.
        rotations: how many.

    Returns:
        One row a set: gene_set size statistic (weighted mean absolute normal score; about 0.8 where nothing moves)
        p_value (in mixed direction) p_up p_down p_two_sided (the set moves as one). None is 0: what was observed counts
        as one more rotation.

    Raises:
        CannotBeFitted: as :func:`secretome.models.variance_prior.fit_prior`.
    """
    members = membership(sets, len(effects))
    used = np.unique(members.indices)
    members, scorer = members[:, used], _scorer(effects, used)
    weights = abs(members)
    observed = scorer.scores(np.eye(1, effects.shape[1]))
    directed, mixed = members @ observed, weights @ abs(observed)
    above, below, both = np.zeros((3, len(sets)), dtype=int)
    random = np.random.default_rng(seed)
    block = max(1, LARGEST_BLOCK // max(used.size, len(sets), 1))
    for start in range(0, rotations, block):
        axes = random.normal(size=(min(block, rotations - start), effects.shape[1]))
        scores = scorer.scores(axes / np.sqrt((axes**2).sum(axis=1, keepdims=True)))
        turned = members @ scores
        # A rotation and its opposite are equally likely.
        above += (turned > directed).sum(axis=1) + (turned < -directed).sum(axis=1)
        below += (turned < directed).sum(axis=1) + (turned > -directed).sum(axis=1)
        both += (weights @ abs(scores) > mixed).sum(axis=1)
    return pd.DataFrame(
        {
            "gene_set": pd.Series([one.name for one in sets], dtype=object),
            "size": sizes(members),
            "statistic": mixed[:, 0] / np.maximum(weights.sum(axis=1), np.finfo(float).tiny),
            "p_value": (both + 1) / (rotations + 1),
            "p_up": (above + 1) / (2 * rotations + 1),
            "p_down": (below + 1) / (2 * rotations + 1),
            "p_two_sided": (np.minimum(above, below) + 1) / (rotations + 1),
        }
    )


@dataclass(frozen=True)
class _Scorer:
    """What the normal score of a gene needs besides the rotation.

    Attributes:
        effects: genes × (1 + residual degrees of freedom).
        total: genes, the sum of the squared effects and what the prior adds; infinite with an infinite prior.
        variance: the prior variance, the posterior one with an infinite prior.
        df: the degrees of freedom of the moderated t.
    """

    effects: np.ndarray
    total: np.ndarray
    variance: np.ndarray
    df: float

    def scores(self, axes: np.ndarray) -> np.ndarray:
        """The normal scores if each axis (rotations × effects, of length 1) were the contrast: genes × rotations."""
        turned = self.effects @ axes.T
        squares = turned**2
        if np.isinf(self.df):
            squares /= self.variance[:, None]
        else:
            # The residual variance is what the contrast leaves of the total: never below 0 but by rounding.
            left = np.maximum(self.total[:, None] - squares, np.finfo(float).tiny)
            squares *= self.df / left
        df = min(self.df, LARGEST_DF)
        squares /= df + 1 / 12
        root = np.sqrt((df + 19 / 12) * np.log1p(squares, out=squares))
        return np.copysign((df + 1 / 8) / (df + 9 / 8) * root, turned)


def _scorer(effects: np.ndarray, used: np.ndarray) -> _Scorer:
    """Of the genes that are used, the variances borrowing from all."""
    df = effects.shape[1] - 1
    squares = effects**2
    variance, prior_df = fit_prior(squares[:, 1:].mean(axis=1), np.full(len(effects), float(df)))
    total = squares.sum(axis=1) + prior_df * variance
    return _Scorer(effects[used], total[used], variance[used], df + prior_df)
