"""The model of a panel: so few analytes that they can hardly tell each other how they vary."""

from dataclasses import dataclass

import numpy as np

from secretome.faults import warning
from secretome.models import linear, moderation

ORDINARY, MODERATED = "ordinary", "moderated"
# ASSUME variances are borrowed from this many analytes on. Simulated, 3 against 3, equal and unequal variances: with 9
# analytes the moderated t rejects .053 to .060 of true nulls at .05 and .011 to .016 at .01, with 50 .047 to .053 and
# .0095 to .012; the ordinary t holds its level with any number.
FEWEST_TO_MODERATE = 50


@dataclass(frozen=True)
class PanelFit:
    """The fits of a panel and how they are tested.

    Attributes:
        method: `ordinary` or `moderated`.
        fitted: the fits.
        moderation: the moderated variances, None where each analyte stands for itself.
        warnings: ``{"code", "message"}``, which of the two it is.
    """

    method: str
    fitted: linear.Fit
    moderation: moderation.Moderation | None
    warnings: tuple[dict[str, str], ...]


def fit_panel(values: np.ndarray, design_matrix: np.ndarray) -> PanelFit:
    """Fit the analytes of a panel; variances are moderated, without a trend, where there are enough analytes.

    Args:
        values: analytes × samples, log2, NaN where there is no value; each has one.
        design_matrix: samples × coefficients.

    Raises:
        ValueError: as :func:`secretome.models.linear.fit`.
    """
    fitted = linear.fit(values, design_matrix)
    able = int((fitted.residual_df > 0).sum())
    if able < FEWEST_TO_MODERATE:
        message = f"Each of the {able} analytes was tested by itself (ordinary t): too few to borrow variances from."
        return PanelFit(ORDINARY, fitted, None, (warning("panel", message),))
    message = f"The variances of the {able} analytes were moderated by each other, without a trend over intensity."
    return PanelFit(MODERATED, fitted, moderation.moderate(fitted), (warning("panel", message),))
