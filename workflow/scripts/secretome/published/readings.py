"""What an interval says of the smallest effect that matters; the words of scales and kinds of comparisons."""

import math

POINTS, LOG2 = "points", "log2"  # scales
RESCUE = "rescue"  # the kind of comparison that has an index
ABOVE, BELOW, SMALLER, INCONCLUSIVE, NOT_TESTABLE = "above", "below", "smaller", "inconclusive", "not_testable"


def reading(low: float, high: float, smallest_effect: float) -> str:
    """The reading of an interval: beyond the smallest effect on one side, within it, or neither.

    Args:
        low, high: the ends of the interval; NaN where there is none.
        smallest_effect: above 0, on the scale of the interval.
    """
    if math.isnan(low) or math.isnan(high):
        return NOT_TESTABLE
    if low >= smallest_effect:
        return ABOVE
    if high <= -smallest_effect:
        return BELOW
    return SMALLER if -smallest_effect < low and high < smallest_effect else INCONCLUSIVE
