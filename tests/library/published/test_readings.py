import math

import pytest

from secretome.published.readings import reading


@pytest.mark.parametrize(
    ("low", "high", "expected"),
    [
        (16, 90, "above"),
        (-90, -15, "below"),
        (-14, 14.9, "smaller"),
        (2, 90, "inconclusive"),
        (-90, 90, "inconclusive"),
        (-15, 0, "inconclusive"),
        (math.nan, math.nan, "not_testable"),
    ],
)
def test_an_interval_is_held_against_the_smallest_effect(low, high, expected):
    assert reading(low, high, 15) == expected
