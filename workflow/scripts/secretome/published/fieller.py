"""The interval of a ratio of two estimates, which can be unbounded."""

import math
from dataclasses import dataclass

BOUNDED, OUTSIDE, EVERYTHING = "bounded", "outside", "everything"


@dataclass(frozen=True)
class Ratio:
    """A ratio and the values that are compatible with it.

    Attributes:
        estimate: numerator over denominator.
        low, high: the ends of the interval. Where ``kind`` is ``outside`` the compatible values are those up to ``low``
            and those from ``high``; where it is ``everything`` both are NaN.
        kind: ``bounded``, ``outside`` or ``everything``.
    """

    estimate: float
    low: float
    high: float
    kind: str


def ratio_interval(
    estimates: tuple[float, float], variances: tuple[float, float], covariance: float, quantile: float
) -> Ratio:
    """Fieller's confidence set of the ratio of two normal estimates.

    The ratios r for which numerator − r × denominator is within ``quantile`` of its standard errors from 0 (Fieller
    1954, J. R. Stat. Soc. B 16:175): the solution of a quadratic inequality. It is unbounded where the denominator
    itself is not clear of 0 at that level.

    Args:
        estimates: numerator and denominator; any unit, the same of both.
        variances: of the two.
        covariance: of the two.
        quantile: of Student's t at the wanted level.
    """
    numerator, denominator = estimates
    square = quantile**2
    a = denominator**2 - square * variances[1]
    b = numerator * denominator - square * covariance
    c = numerator**2 - square * variances[0]
    discriminant = b**2 - a * c
    estimate = numerator / denominator if denominator else math.nan
    if a > 0:
        half = math.sqrt(max(discriminant, 0.0))  # never below 0 but by rounding
        return Ratio(estimate, (b - half) / a, (b + half) / a, BOUNDED)
    if a < 0 < discriminant:
        half = math.sqrt(discriminant)
        return Ratio(estimate, (b + half) / a, (b - half) / a, OUTSIDE)
    return Ratio(estimate, math.nan, math.nan, EVERYTHING)
