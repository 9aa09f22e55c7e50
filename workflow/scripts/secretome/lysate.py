"""The lysate beside the medium: how a protein changes in the cells, and whether the medium goes beyond that."""

import numpy as np
import pandas as pd
from scipy import special

from secretome.models.contrasts import CONFIDENCE

COLUMNS = (
    "lysate_log2_fold_change",
    "lysate_ci_low",
    "lysate_ci_high",
    "lysate_difference",
    "lysate_difference_ci_low",
    "lysate_difference_ci_high",
    "beyond_lysate",
)
YES, NO, UNKNOWN = "yes", "no", ""


def beside(medium: pd.DataFrame, lysate: pd.DataFrame | None) -> pd.DataFrame:
    """What the lysate of the same cultures says of each protein of the medium.

    The difference of the two log2 fold changes has an interval by the standard errors of both and Satterthwaite's
    degrees of freedom (1946, doi 10.2307/3002019).

    # ASSUME the errors of medium and lysate are independent. Those of one dish tend to go the same way, so that the
    # interval is rather too wide, and too few proteins are called beyond their lysate.

    Args:
        medium: `gene`, `log2_fold_change`, `standard_error`, `df` (missing: infinite), one row a gene.
        lysate: the differential table of the lysate (see ``tables.DIFFERENTIAL``), of the same contrast; None where
            there is no lysate, and without rows where it is not available.

    Returns:
        Rows and index of ``medium``. `lysate_log2_fold_change` with `lysate_ci_low` and `lysate_ci_high`;
        `lysate_difference`, medium minus lysate, with its 95 % interval; `beyond_lysate`: "yes" where that interval
        lies beyond 0 on the side to which the medium changes, "no" where it does not, "" where there is none.
    """
    if lysate is None:
        return pd.DataFrame({name: UNKNOWN if name == "beyond_lysate" else np.nan for name in COLUMNS}, medium.index)
    needed = ["log2_fold_change", "ci_low", "ci_high", "standard_error", "df"]
    there = lysate.set_index("gene")[needed].reindex(medium["gene"].to_numpy())
    change, error, df = (medium[name].to_numpy(float) for name in ("log2_fold_change", "standard_error", "df"))
    other, low, high, other_error, other_df = there.to_numpy(float).T
    difference = change - other
    margin = _margin(error, df, other_error, other_df)
    side = np.sign(change)
    known = ~np.isnan(margin) & ~np.isnan(difference)
    beyond = np.where(known, np.where(side * difference > margin, YES, NO), UNKNOWN)
    values = (other, low, high, difference, difference - margin, difference + margin, beyond.astype(object))
    return pd.DataFrame(dict(zip(COLUMNS, values, strict=True)), medium.index)


def _margin(error: np.ndarray, df: np.ndarray, other_error: np.ndarray, other_df: np.ndarray) -> np.ndarray:
    """Half of the interval of a difference of two independent estimates."""
    parts = [(error**2, df), (other_error**2, other_df)]
    together = error**2 + other_error**2
    shares = sum(np.where(np.isnan(of_df), 0.0, square**2 / of_df) for square, of_df in parts)
    with np.errstate(divide="ignore", invalid="ignore"):
        joint_df = np.where(shares > 0, together**2 / shares, np.inf)
    return special.stdtrit(joint_df, (1 + CONFIDENCE) / 2) * np.sqrt(together)
