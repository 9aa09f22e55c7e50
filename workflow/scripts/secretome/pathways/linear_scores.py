"""Scores of footprints and regulons by linear models over genes, and their test by samples instead of genes.

The scores are those of decoupler's ``ulm`` and ``mlm`` (Badia-i-Mompel et al. 2022, doi 10.1093/bioadv/vbac016), in
closed form. Decoupler's p-values count genes as though each were independent; where the genes of a set go together they
reject several times too often. So they are not computed here: :func:`score_tests` counts samples.
"""

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy import special

from secretome.models.contrasts import CONFIDENCE
from secretome.models.moderation import shrink
from secretome.models.variance_prior import fit_prior
from secretome.pathways.collections import MeasuredSet
from secretome.pathways.membership import LEADING_GENES, membership

MOST_NAMED = 10  # sets in a message
# ASSUME sets are collinear where a combination of their columns, each of length 1, is shorter than the root of this:
# beyond it the scores would keep fewer than eight digits.
COLLINEAR = 1e-8
INVOLVED = 1e-6  # the least share of a set in such a combination for which it is named
# ASSUME a moderated t with fewer degrees of freedom varies as one with 3: with 2 or fewer its variance is infinite.
FEWEST_DF = 3.0


class Collinear(ValueError):
    """Sets of one model whose slopes cannot be told apart; the text is half a sentence that names them."""


class Slopes(NamedTuple):
    """How the statistics of the genes rise with their weights in each set; both sets × contrasts."""

    slope: np.ndarray
    error: np.ndarray


def ulm(statistics: np.ndarray, sets: Sequence[MeasuredSet]) -> np.ndarray:
    """Univariate scores: the t of the slope of the genes' statistics over their weights in one set.

    All genes are points of the regression; those outside the set have weight 0. As decoupler's ``ulm`` with
    ``tval=True``, which besides leaves out sets of fewer than ``tmin`` measured genes and genes that are 0 throughout.

    Args:
        statistics: genes × contrasts (or samples), finite; none the same for all genes.
        sets: the sets among these genes.

    Returns:
        sets × contrasts; NaN for a set whose weights are the same in all genes.

    Raises:
        ValueError: fewer than three genes, a statistic is not finite, or a column is constant.
    """
    slopes = univariate_slopes(_checked(statistics), sets)
    return slopes.slope / slopes.error


def mlm(statistics: np.ndarray, sets: Sequence[MeasuredSet]) -> np.ndarray:
    """Multivariate scores: the t of each set's slope in one regression on all sets, with an intercept.

    All genes are points of the regression, those outside every set too; the degrees of freedom are genes − sets − 1. As
    decoupler's ``mlm`` with ``tval=True`` (and its limits, as :func:`ulm`).

    Args:
        statistics, sets: as :func:`ulm`.

    Returns:
        sets × contrasts.

    Raises:
        Collinear: a set repeats a combination of others, or there are too many for the genes.
        ValueError: as :func:`ulm`.
    """
    slopes = multivariate_slopes(_checked(statistics), sets)
    return slopes.slope / slopes.error


def univariate_slopes(statistics: np.ndarray, sets: Sequence[MeasuredSet]) -> Slopes:
    """The slopes of one regression a set and contrast, with the standard errors of independent genes."""
    genes = len(statistics)
    matrix = membership(sets, genes)
    centred = statistics - statistics.mean(axis=0)
    own, total = (matrix**2).sum(axis=1), matrix.sum(axis=1)
    spread = own - total**2 / genes
    # Rounding would make the weights of a set of all genes vary a little.
    spread = np.where(spread > COLLINEAR * own, spread, np.nan)[:, None]
    slope = (matrix @ centred) / spread
    left = np.maximum((centred**2).sum(axis=0) - slope**2 * spread, 0)
    return Slopes(slope, np.sqrt(left / (genes - 2) / spread))


def multivariate_slopes(statistics: np.ndarray, sets: Sequence[MeasuredSet]) -> Slopes:
    """The slopes of one regression a contrast on all sets, with the standard errors of independent genes.

    Raises:
        Collinear: as :func:`mlm`.
    """
    genes = len(statistics)
    if genes - len(sets) - 1 < 1:
        raise Collinear(f"{genes} genes are too few for a model of {len(sets)} sets")
    if not sets:
        return Slopes(*np.zeros((2, 0, statistics.shape[1])))
    matrix = membership(sets, genes)
    centred = statistics - statistics.mean(axis=0)
    total = matrix.sum(axis=1)
    products = (matrix @ matrix.T).toarray() - np.outer(total, total) / genes
    inverse = _inverse(products, (matrix**2).sum(axis=1), [one.name for one in sets])
    with_sets = matrix @ centred
    slope = inverse @ with_sets
    left = np.maximum((centred**2).sum(axis=0) - (slope * with_sets).sum(axis=0), 0)
    return Slopes(slope, np.sqrt(np.outer(np.diag(inverse), left / (genes - len(sets) - 1))))


SLOPES: dict[str, Callable[[np.ndarray, Sequence[MeasuredSet]], Slopes]] = {
    "ulm": univariate_slopes,
    "mlm": multivariate_slopes,
}


def score_tests(
    method: str,
    effects: np.ndarray,
    sets: Sequence[MeasuredSet],
    genes: Sequence[str],
    posterior: tuple[np.ndarray, np.ndarray] | None = None,
) -> pd.DataFrame:
    """The score of each set on the moderated t of the contrast, with a test that counts samples.

    A slope is a weighted sum of the genes' statistics. The same sum over each residual effect shows how far it strays
    where nothing happens, correlation of the genes included: its ratio to their root mean square is a t with the
    residual degrees of freedom, as in the rotation test with infinitely many rotations (Wu et al. 2010, doi
    10.1093/bioinformatics/btq401). Effects are divided by the moderated standard deviation of their gene, so that
    column 0 is the moderated t. It varies more than the residual effects do, which have a part in their own divisor:
    under the model of moderation df / (df − 2) times as much, and they are enlarged by that.

    Score, interval, statistic and p-value belong together: the interval excludes 0 where p < .05.

    Args:
        method: ``ulm`` or ``mlm``.
        effects: genes × (1 + residual degrees of freedom), as :func:`secretome.models.rotation.rotation_effects`.
        sets: the sets among these genes.
        genes: the symbols of the rows.
        posterior: genes, the moderated variances of the contrast and their degrees of freedom
            (:class:`secretome.models.moderation.Moderation`); where not given, moderated here without a trend.

    Returns:
        One row a set with a score: gene_set size effect (the score) ci_low ci_high (95 %) statistic p_value
        leading_genes (those that contribute most in the direction of the score, at most 10).

    Raises:
        Collinear, ValueError: as :func:`ulm` and :func:`mlm`.
        CannotBeFitted: no variances are given and most genes do not vary.
    """
    residual_df = effects.shape[1] - 1
    variance, df = posterior or _posterior(effects)
    standardised = effects / np.sqrt(variance)[:, None]
    t = _checked(standardised[:, :1])[:, 0]
    enough = np.maximum(df, FEWEST_DF)
    inflation = np.where(np.isinf(enough), 1.0, enough / (np.where(np.isinf(enough), FEWEST_DF, enough) - 2))
    standardised[:, 1:] *= np.sqrt(inflation)[:, None]
    slopes = SLOPES[method](standardised, sets)
    stray = np.sqrt((slopes.slope[:, 1:] ** 2).mean(axis=1))
    statistic = slopes.slope[:, 0] / stray
    score = slopes.slope[:, 0] / slopes.error[:, 0]
    reach = special.stdtrit(residual_df, (1 + CONFIDENCE) / 2) * stray / slopes.error[:, 0]
    table = pd.DataFrame(
        {
            "gene_set": [one.name for one in sets],
            "size": [one.rows.size for one in sets],
            "effect": score,
            "ci_low": score - reach,
            "ci_high": score + reach,
            "statistic": statistic,
            "p_value": 2 * special.stdtr(residual_df, -np.abs(statistic)),
            "leading_genes": [_leading(t, one, sign, genes) for one, sign in zip(sets, np.sign(score), strict=True)],
        }
    )
    return table[np.isfinite(score)].reset_index(drop=True)


def _posterior(effects: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Moderated variances of effects, and their degrees of freedom."""
    variance = (effects[:, 1:] ** 2).mean(axis=1)
    df = np.full(variance.size, effects.shape[1] - 1.0)
    prior_variance, prior_df = fit_prior(variance, df)
    return shrink(variance, df, prior_variance, prior_df), np.minimum(df + prior_df, df.sum())


def _leading(statistics: np.ndarray, one: MeasuredSet, sign: float, genes: Sequence[str]) -> str:
    contributions = sign * one.weights * (statistics[one.rows] - statistics.mean())
    order = np.argsort(-contributions, kind="stable")[:LEADING_GENES]
    return ",".join(genes[row] for row in one.rows[order])


def _checked(statistics: np.ndarray) -> np.ndarray:
    if statistics.ndim != 2 or len(statistics) < 3:
        raise ValueError(f"statistics of shape {statistics.shape} are not those of three genes or more")
    if not np.isfinite(statistics).all():
        raise ValueError("a statistic is not finite")
    constant = np.flatnonzero(np.ptp(statistics, axis=0) == 0)
    if constant.size:
        raise ValueError(f"all genes have the same statistic in column {constant[0]}")
    return statistics


def _inverse(products: np.ndarray, own: np.ndarray, names: Sequence[str]) -> np.ndarray:
    """The inverse of the products of the centred sets.

    Args:
        products: sets × sets.
        own: sets, the squared lengths before centring.
        names: of the sets.
    """
    spread = np.diag(products)
    constant = spread <= COLLINEAR * own
    length = np.sqrt(np.where(constant, 1.0, spread))
    sizes, vectors = np.linalg.eigh(np.where(constant[:, None] | constant, 0.0, products / np.outer(length, length)))
    null = sizes < COLLINEAR
    if null.any():
        involved = np.sqrt((vectors[:, null] ** 2).sum(axis=1)) > INVOLVED
        raise Collinear(f"sets are collinear: {_listed(sorted(np.asarray(names)[involved].tolist()))}")
    return (vectors / sizes) @ vectors.T / np.outer(length, length)


def _listed(names: Sequence[str]) -> str:
    more = len(names) - MOST_NAMED
    return ", ".join(names[:MOST_NAMED]) + (f" and {more} more" if more > 0 else "")
