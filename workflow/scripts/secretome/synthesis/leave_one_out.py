"""What a pool says without one of its studies: on which of them its sign and its significance hang."""

from collections.abc import Callable, Sequence

import numpy as np
import pandas as pd

Pooling = Callable[[np.ndarray, np.ndarray, np.ndarray], pd.DataFrame]


def without_each(pooling: Pooling, effects: np.ndarray, errors: np.ndarray, df: np.ndarray) -> list[pd.DataFrame]:
    """The pools without each study in turn; NaN for the genes that it did not measure.

    Args:
        pooling: effects, errors and degrees of freedom (genes × studies) → a table with effect and p_value.
        effects, errors, df: genes × studies, NaN where not measured.
    """
    found = []
    for study in range(effects.shape[1]):
        rest = np.arange(effects.shape[1]) != study
        table = pooling(effects[:, rest], errors[:, rest], df[:, rest])[["effect", "p_value"]].copy()
        table[np.isnan(effects[:, study])] = np.nan
        found.append(table)
    return found


def leave_one_out(
    table: pd.DataFrame, without: Sequence[pd.DataFrame], names: Sequence[str], largest_p: float
) -> pd.DataFrame:
    """The range of the pooled effect, and the studies without which it is another.

    Args:
        table: the pool of all studies: effect and p_value.
        without: of :func:`without_each`, in the order of the names.
        names: of the studies.
        largest_p: what counts as significant; NaN where nothing does.

    Returns:
        One row a gene: leave_one_out_low leave_one_out_high (of the effects), sign_hangs_on, significance_hangs_on
        (names joined by ", "; "" for none, and where there is no pool without a study).
    """
    effects = np.column_stack([one["effect"] for one in without])
    p_values = np.column_stack([one["p_value"] for one in without])
    pooled = table["effect"].to_numpy()
    none = np.isnan(pooled) | np.isnan(effects).all(axis=1)
    # Genes without a pool have no range either: two studies of which one is left out are no pool.
    turned = (np.sign(effects) != np.sign(pooled)[:, None]) & ~np.isnan(effects) & ~none[:, None]
    called = (table["p_value"] <= largest_p).to_numpy()
    lost = (p_values > largest_p) & called[:, None]
    return pd.DataFrame(
        {
            "leave_one_out_low": np.where(none, np.nan, np.where(np.isnan(effects), np.inf, effects).min(axis=1)),
            "leave_one_out_high": np.where(none, np.nan, np.where(np.isnan(effects), -np.inf, effects).max(axis=1)),
            "sign_hangs_on": _named(turned, names),
            "significance_hangs_on": _named(lost, names),
        }
    )


def _named(flags: np.ndarray, names: Sequence[str]) -> list[str]:
    return [", ".join(name for name, flag in zip(names, row, strict=True) if flag) for row in flags]
