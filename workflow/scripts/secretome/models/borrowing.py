"""A contrast tested as an engine does it: with what the variances of the genes borrow from each other."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from secretome.models import contrasts, moderation
from secretome.models.linear import Fit
from secretome.models.moderation import Moderation


@dataclass(frozen=True)
class Borrowing:
    """How the variance of a gene borrows from those of the others.

    Attributes:
        trend: what is borrowed depends on the mean expression.
        robust: extreme variances are kept from it.
    """

    trend: bool = False
    robust: bool = False


ONE_PRIOR = Borrowing()  # one prior variance for all genes: limma's default


def estimate_contrast(
    fitted: Fit, contrast: np.ndarray, borrowing: Borrowing | None
) -> tuple[pd.DataFrame, Moderation | None]:
    """One contrast in every gene, and the variances after borrowing.

    Args:
        fitted: the fits.
        contrast: one weight a coefficient.
        borrowing: None gives each gene an ordinary t-test.

    Returns:
        As :func:`secretome.models.contrasts.estimate`; None where nothing was borrowed.
    """
    moderated = None if borrowing is None else moderation.moderate(fitted, borrowing.trend, borrowing.robust)
    return contrasts.estimate(fitted, contrast, moderated), moderated
