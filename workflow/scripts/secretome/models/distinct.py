"""Functions of numbers that repeat, such as degrees of freedom: evaluated once for each that occurs."""

from collections.abc import Callable

import numpy as np


def once_each(function: Callable[[np.ndarray], np.ndarray], numbers: np.ndarray) -> np.ndarray:
    """The function of each number, computed for the distinct ones only.

    Args:
        function: of an array, element by element.
        numbers: one dimension.
    """
    if not numbers.size:
        return function(numbers)
    if (numbers == numbers[0]).all():
        return np.full(numbers.size, function(numbers[:1])[0])
    values, place = np.unique(numbers, return_inverse=True)
    return function(values)[place]
