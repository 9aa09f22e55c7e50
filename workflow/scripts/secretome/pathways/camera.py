"""The competitive test of gene sets that allows for the correlation of their genes (camera)."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from scipy import special

from secretome.models.moderation import shrink
from secretome.models.variance_prior import fit_prior
from secretome.pathways.collections import MeasuredSet


def camera(effects: np.ndarray, errors: np.ndarray, sets: Sequence[MeasuredSet]) -> pd.DataFrame:
    """Ask of each set whether its genes move more than the other genes, given how they go together.

    Source: Wu and Smyth 2012, doi 10.1093/nar/gks461, as limma's ``camera`` with ``inter.gene.cor=NA``: the correlation
    is estimated from the residuals. To be printed at four or more residual degrees of freedom only: with fewer it
    hardly ever rejects. The weights of the genes are not used.

    Args:
        effects, errors: as :func:`secretome.pathways.fry.fry`.
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
