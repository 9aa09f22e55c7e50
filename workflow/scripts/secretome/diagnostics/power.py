"""How large a change must be for a contrast to find it."""

import numpy as np
import pandas as pd
from scipy import special

from secretome.models.false_discovery import benjamini_hochberg

POWER = 0.8
GROUPS = {"lowest_third": 0, "middle_third": 1, "highest_third": 2}
# The sample variance over the true one: equal steps of its logarithm between these tails.
VARIANCE_POINTS, TAIL = 400, 1e-9
STEPS = 45  # of a bisection: to 13 digits
MANY_DF = 1e6  # is as good as a known variance
DF_DIGITS = 3  # of degrees of freedom that differ from gene to gene: 0.2 % of a detectable change


def minimum_detectable_changes(table: pd.DataFrame, fdr: float, secreted: np.ndarray | None = None) -> pd.DataFrame:
    """The smallest change that is found with 80 % power: in all genes, by expression, and in the secreted ones.

    # ASSUME the moderated t of a gene with a change follows a noncentral t with its standard error and degrees of
    # freedom, and the median over the genes of a group speaks for the group: half of its genes need more.

    Args:
        table: one row a gene as ``contrasts.estimate`` makes it: mean_log2_expression standard_error df p_value; NaN
            where a gene is not tested.
        fdr: the false discovery rate.
        secreted: genes, whether a gene belongs to the family of secreted genes, which has a cut-off of its own.

    Returns:
        One row a group with tested genes, in the order ``all``, ``lowest_third``, ``middle_third``, ``highest_third``
        (of the mean expression of the tested genes), ``secreted``: group, genes (tested), median_standard_error,
        minimum_detectable_log2_fold_change (absolute; NaN if the cut-off is 0), cut_off (see :func:`cut_off`: that of
        all genes, or of the secreted family).
    """
    with np.errstate(invalid="ignore"):
        tested = table["p_value"].notna().to_numpy() & (table["standard_error"].to_numpy() > 0)
    p_value = np.where(tested, table["p_value"], np.nan)
    third = expression_thirds(np.where(tested, table["mean_log2_expression"], np.nan))
    groups = {"all": tested, **{name: third == index for name, index in GROUPS.items()}}
    cut_offs = dict.fromkeys(groups, cut_off(p_value, fdr))
    if secreted is not None:
        groups["secreted"] = tested & secreted
        cut_offs["secreted"] = cut_off(p_value[groups["secreted"]], fdr)
    error, df = table["standard_error"].to_numpy(float), _rounded(table["df"].to_numpy(float))
    sizes = {cut: detectable_effect(error, df, cut) for cut in set(cut_offs.values())}
    rows = [
        {
            "group": name,
            "genes": int(chosen.sum()),
            "median_standard_error": float(np.median(error[chosen])),
            "minimum_detectable_log2_fold_change": float(np.median(sizes[cut_offs[name]][chosen])),
            "cut_off": cut_offs[name],
        }
        for name, chosen in groups.items()
        if chosen.any()
    ]
    columns = ["group", "genes", "median_standard_error", "minimum_detectable_log2_fold_change", "cut_off"]
    return pd.DataFrame(rows, columns=columns)


def _rounded(df: np.ndarray) -> np.ndarray:
    df = np.minimum(df, MANY_DF)
    with np.errstate(divide="ignore", invalid="ignore"):
        unit = 10.0 ** (np.floor(np.log10(df)) - DF_DIGITS + 1)
        return np.where(df > 0, np.round(df / unit) * unit, df)


def cut_off(p_value: np.ndarray, fdr: float) -> float:
    """The p-value up to which the procedure of Benjamini and Hochberg accepted genes.

    ``k · fdr / m`` for k of m tests that pass. Where none does, ``fdr / m``: what the first one would have needed.

    Args:
        p_value: genes; NaN where there is no test.
        fdr: the false discovery rate.

    Returns:
        The cut-off, 0 without tests.
    """
    tests = int(np.isfinite(p_value).sum())
    if not tests:
        return 0.0
    with np.errstate(invalid="ignore"):
        passing = int((benjamini_hochberg(p_value) <= fdr).sum())
    return max(passing, 1) * fdr / tests


def expression_thirds(mean_log2_expression: np.ndarray) -> np.ndarray:
    """0, 1 or 2 for the lowest, middle and highest third of the genes; NaN stays; equal values go together."""
    third = np.full(mean_log2_expression.shape, np.nan)
    known = np.isfinite(mean_log2_expression)
    if known.any():
        values = mean_log2_expression[known]
        third[known] = np.searchsorted(np.quantile(values, [1 / 3, 2 / 3]), values, side="left")
    return third


def detectable_effect(
    standard_error: np.ndarray, df: np.ndarray, p_value: np.ndarray | float, power: float = POWER
) -> np.ndarray:
    """The size of the effect whose two-sided t test falls below a p-value with the given probability.

    Args:
        standard_error, df: genes, of the t tests; infinite degrees of freedom are a normal test.
        p_value: the largest that counts, one or one a gene.
        power: the probability; it must be larger than the p-value.

    Returns:
        Genes, in units of the standard error's; NaN where the p-value is 0 or there is no degree of freedom.

    Raises:
        ValueError: the power is not above the p-value, or not below 1.
    """
    df = np.minimum(df, MANY_DF)
    p_value = np.broadcast_to(np.asarray(p_value, float), df.shape)
    if not (p_value < power).all() or power >= 1:
        raise ValueError(f"a power of {power} must be above the p-value and below 1")
    size = np.full(df.shape, np.nan)
    known = df > 0
    pairs, of_gene = np.unique(np.column_stack([df, p_value])[known], axis=0, return_inverse=True)
    size[known] = _noncentrality(pairs[:, 0], pairs[:, 1], power)[of_gene.ravel()]
    return standard_error * size


def _noncentrality(df: np.ndarray, p_value: np.ndarray, power: float) -> np.ndarray:
    with np.errstate(divide="ignore", invalid="ignore"):
        critical = -special.stdtrit(df, p_value / 2)
    low, high = np.zeros(df.size), np.full(df.size, 1.0)
    for _ in range(200):
        short = power_of(high, df, critical) < power
        if not short.any():
            break
        high = np.where(short, 2 * high, high)
    for _ in range(STEPS):
        middle = (low + high) / 2
        short = power_of(middle, df, critical) < power
        low, high = np.where(short, middle, low), np.where(short, high, middle)
    return np.where(np.isfinite(critical), (low + high) / 2, np.nan)


def power_of(noncentrality: np.ndarray, df: np.ndarray, critical: np.ndarray) -> np.ndarray:
    """The probability that the absolute value of a noncentral t is above a critical one.

    Given the sample variance it is a normal probability; the mean over the variance by the trapezoidal rule in its
    logarithm. (scipy.special's noncentral t does not return for some small p-values, scipy.stats' gives NaN.)

    Args:
        noncentrality, df, critical: of one length.
    """
    half = df[:, None] / 2
    tails = np.log(special.gammaincinv(half, TAIL) / half), np.log(special.gammainccinv(half, TAIL) / half)
    logs = tails[0] + (tails[1] - tails[0]) * np.linspace(0, 1, VARIANCE_POINTS)
    heights = half * (logs - np.exp(logs))
    shares = np.exp(heights - heights.max(axis=1, keepdims=True))
    edge = critical[:, None] * np.exp(logs / 2)
    shift = noncentrality[:, None]
    above = special.ndtr(shift - edge) + special.ndtr(-shift - edge)
    return (shares * above).sum(axis=1) / shares.sum(axis=1)
