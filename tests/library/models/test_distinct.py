"""Numbers that repeat."""

import numpy as np
import pytest

from secretome.models.distinct import once_each


@pytest.mark.parametrize("numbers", [[], [3.0, 3, 3], [2.0, 5, 2, np.inf, 5], [np.nan, 1.0, np.nan]])
def test_each_number_is_computed_once_and_stands_where_it_stood(numbers):
    seen = []

    def square(values):
        seen.extend(values)
        return values**2

    np.testing.assert_array_equal(once_each(square, np.array(numbers)), np.array(numbers) ** 2)
    assert len(seen) == len({str(float(number)) for number in numbers})
