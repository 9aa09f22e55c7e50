"""Random-effects pools of one gene at a time, all genes at once: Paule–Mandel with Hartung–Knapp–Sidik–Jonkman.

Everywhere: genes × studies, NaN where a study did not measure a gene. The tables of these functions are those of single
forest plots; what leads the table of many genes is :mod:`secretome.synthesis.moderated_pooling`.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import special

from secretome.models.distinct import once_each
from secretome.models.student_t import two_sided_p

CONFIDENCE = 0.95
FEWEST_POOLED = 3  # of two studies nobody knows how studies differ: both are shown, and no pool
FEWEST_PREDICTED = 5  # of fewer a prediction interval says little but how few there are
MOST_STEPS = 200
TOLERANCE = 1e-14  # of the variance between studies, relative


@dataclass(frozen=True)
class Studies:
    """Estimates of many genes in several studies, ready to be pooled.

    Attributes:
        effects: genes × studies, 0 where there is none; each gene's by size, so that the order of the studies cannot
            change the last digit.
        variances: genes × studies, squared standard errors, 1 where there is none.
        df: genes × studies, degrees of freedom of the standard errors, infinite where they are known.
        present: genes × studies, whether there is an estimate.
    """

    effects: np.ndarray
    variances: np.ndarray
    df: np.ndarray
    present: np.ndarray

    @classmethod
    def of(cls, effects: np.ndarray, errors: np.ndarray, df: np.ndarray | None = None) -> "Studies":
        """Check the estimates and put them in order.

        Args:
            effects: genes × studies, NaN where not measured.
            errors: as many standard errors, NaN where not measured.
            df: as many, positive, infinite where a standard error is known; all infinite where not given.

        Raises:
            ValueError: shapes disagree, an effect has no standard error or the other way round, an effect is
                infinite, a standard error or its degrees of freedom not positive.
        """
        df = np.full(effects.shape, np.inf) if df is None else df
        if effects.ndim != 2 or effects.shape != errors.shape or effects.shape != df.shape:
            raise ValueError(f"effects {effects.shape}, errors {errors.shape} and df {df.shape} are not alike")
        present = ~np.isnan(effects)
        if (present != ~np.isnan(errors)).any():
            raise ValueError("an effect without a standard error, or the other way round, cannot be pooled")
        if not np.isfinite(effects[present]).all() or not np.isfinite(errors[present]).all():
            raise ValueError("effects and standard errors must be finite")
        if not (errors[present] > 0).all() or not (df[present] > 0).all():
            raise ValueError("standard errors and their degrees of freedom must be positive")
        order = np.lexsort((df, errors, effects), axis=1)  # NaN comes last
        effects, errors, df, present = (np.take_along_axis(one, order, 1) for one in (effects, errors, df, present))
        return cls(
            np.where(present, effects, 0), np.where(present, errors**2, 1), np.where(present, df, np.inf), present
        )

    @property
    def counts(self) -> np.ndarray:
        """Genes, how many studies have an estimate."""
        return self.present.sum(axis=1)

    def pooled_at(self, between: np.ndarray | float) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
        """The inverse-variance pool for a given variance between studies (genes, or one for all).

        Returns:
            weights (genes × studies), their sums, means and the weighted squares about them (Cochran's Q where the
            variance between studies is 0).
        """
        weights = np.where(self.present, 1 / (self.variances + np.reshape(between, (-1, 1))), 0)
        sums = weights.sum(axis=1)
        with np.errstate(invalid="ignore", divide="ignore"):  # a gene that no study measured has no mean
            means = (weights * self.effects).sum(axis=1) / sums
            squares = (weights * (self.effects - means[:, None]) ** 2).sum(axis=1)
        return weights, sums, means, squares


def paule_mandel(studies: Studies) -> np.ndarray:
    """The variance between studies of each gene; NaN where fewer than two studies measured it.

    The one at which the weighted squares about the mean are what is expected of them, k - 1; 0 where they are less
    already without it. Newton's steps from 0 climb to it and never pass it: the squares are convex in the variance
    (DerSimonian and Kacker 2007, doi 10.1016/j.cct.2006.04.004). Source: Paule and Mandel 1982, doi
    10.6028/jres.087.022.
    """
    between = np.zeros(len(studies.effects))
    active = np.flatnonzero(studies.counts >= 2)
    for _ in range(MOST_STEPS):
        own = Studies(*(one[active] for one in (studies.effects, studies.variances, studies.df, studies.present)))
        weights, _, means, squares = own.pooled_at(between[active])
        excess = squares - (own.counts - 1)
        slope = (weights**2 * (own.effects - means[:, None]) ** 2).sum(axis=1)
        step = np.where(excess > 0, excess / np.where(slope > 0, slope, 1), 0)
        between[active] += step
        active = active[step > TOLERANCE * between[active]]
        if not active.size:
            break
    else:
        raise ArithmeticError(f"the variance between studies of {active.size} genes was not found")
    return np.where(studies.counts >= 2, between, np.nan)


def pool(effects: np.ndarray, errors: np.ndarray) -> pd.DataFrame:
    """Pool each gene by itself: random effects, Paule–Mandel, truncated Hartung–Knapp–Sidik–Jonkman intervals.

    The variance of the mean is multiplied by q = max(1, weighted squares / (k - 1)) and its quantile is that of
    Student's t with k - 1 degrees of freedom: never narrower than the fixed-effect interval. Sources: Hartung and Knapp
    2001, doi 10.1002/sim.1009; Sidik and Jonkman 2002, doi 10.1002/sim.1262; truncated: Röver, Knapp and Friede 2015,
    doi 10.1186/s12874-015-0091-1. Prediction interval: Higgins, Thompson and Spiegelhalter 2009, doi
    10.1111/j.1467-985X.2008.00552.x. I²: Higgins and Thompson 2002, doi 10.1002/sim.1186.

    Args:
        effects: genes × studies, NaN where not measured.
        errors: as many standard errors.

    Returns:
        One row a gene: k up down effect standard_error df ci_low ci_high p_value tau_squared cochran_q i_squared
        prediction_low prediction_high; 95 % intervals. ``i_squared`` is a share. With fewer than three studies only k
        and the counts of signs; a prediction interval from five on.

    Raises:
        ValueError: as :meth:`Studies.of`.
    """
    studies = Studies.of(effects, errors)
    counts = studies.counts
    enough = counts >= FEWEST_POOLED
    between = paule_mandel(studies)
    _, sums, means, squares = studies.pooled_at(np.nan_to_num(between))
    df = np.where(enough, counts - 1.0, np.nan)
    with np.errstate(invalid="ignore", divide="ignore"):
        error = np.sqrt(np.maximum(1, squares / df) / sums)
        cochran_q = studies.pooled_at(0.0)[3]
        i_squared = np.where(cochran_q > df, 1 - df / cochran_q, 0)
    margin = quantile(df) * error
    spread = quantile(np.where(counts >= FEWEST_PREDICTED, df - 1, np.nan)) * np.sqrt(between + error**2)
    found = pd.DataFrame(
        {
            "effect": means,
            "standard_error": error,
            "df": df,
            "ci_low": means - margin,
            "ci_high": means + margin,
            "p_value": two_sided_p(np.where(enough, means / error, np.nan), np.where(enough, df, 1)),
            "tau_squared": between,
            "cochran_q": cochran_q,
            "i_squared": i_squared,
            "prediction_low": means - spread,
            "prediction_high": means + spread,
        }
    )
    found[~enough] = np.nan
    return pd.concat([sign_counts(effects), found], axis=1)


def sign_counts(effects: np.ndarray) -> pd.DataFrame:
    """k, and in how many studies a gene goes up and down: one row a gene."""
    return pd.DataFrame(
        {
            "k": (~np.isnan(effects)).sum(axis=1),
            "up": (effects > 0).sum(axis=1),
            "down": (effects < 0).sum(axis=1),
        }
    )


def quantile(df: np.ndarray) -> np.ndarray:
    """Student's t that bounds the 95 % interval; NaN where there are no degrees of freedom."""
    return once_each(lambda each: special.stdtrit(each, (1 + CONFIDENCE) / 2), df)
