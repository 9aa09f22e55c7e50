"""An effect with its interval, as text and as a mark on a scale with 0 in the middle."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from secretome import wording


def scale_of(ends: Sequence[float]) -> float:
    """How far a scale reaches on each side of 0: to the farthest of the ends of all intervals on it."""
    return max([abs(value) for value in ends if not np.isnan(value)], default=1.0) or 1.0


def effect_of(row: Mapping[str, Any], scale: float, prefix: str = "") -> dict[str, Any]:
    """An effect with its interval, as text and as percentages of a scale from -scale to +scale.

    Args:
        row: `effect`, `ci_low`, `ci_high` and `p_value`, each with the prefix.
        scale: see :func:`scale_of`.
        prefix: of the names in the row.
    """
    effect, low, high = (row[prefix + name] for name in ("effect", "ci_low", "ci_high"))
    drawn = not np.isnan([effect, low, high]).any()
    at = {
        key: f"{50 + 50 * value / scale:.1f}%" for key, value in zip("elh", (effect, low, high), strict=True) if drawn
    }
    return {
        "effect": wording.signed(effect),
        "interval": wording.interval(low, high),
        "p": wording.p_value(row[prefix + "p_value"]),
        # A colour says that the interval leaves out zero; the sign stands in the text.
        "direction": "up" if low > 0 else "down" if high < 0 else "",
        "mark": {"at": at["e"], "low": at["l"], "width": f"{50 * (high - low) / scale:.1f}%"} if drawn else None,
    }
