"""The columns of a design matrix. The coding is our own: no formula is evaluated, a level may hold any character."""

import re
from collections.abc import Mapping, Sequence

import numpy as np

from secretome.designs.forms import Terms

Samples = Mapping[str, Sequence[str]]  # column → one value a sample
Column = tuple[str, str, np.ndarray]  # the column of the sheet, the value (or ""), one number a sample

MEAN = "mean"


def number_of(text: str) -> float | None:
    """The number that a plain decimal text is; None if it is none."""
    return float(text) if re.fullmatch(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,2})?", text, re.ASCII) else None


def levels_of(samples: Samples, terms: Terms) -> list[str]:
    """The levels in the order of the matrix: those of the contrast, then the others by name."""
    return [*terms.weights, *sorted(set(samples[terms.column]) - set(terms.weights))]


def coded(samples: Samples, terms: Terms, numeric: Sequence[str]) -> list[Column]:
    """A mean for every level of the variable (or the overall mean and the slope), then additive blocks.

    Blocks are in treatment coding, quantities among them as one centred number.
    """
    columns = _slope(samples, terms) if terms.key == "continuous" else _means(samples, terms)
    for block in terms.blocks:
        columns += block_columns(samples, block, numeric)
    return columns


def block_columns(samples: Samples, block: str, numeric: Sequence[str]) -> list[Column]:
    """The columns of one block: one less than it has values; for a quantity one, centred and scaled."""
    if block in numeric:
        numbers = np.array([float(value) for value in samples[block]])
        # Centred, so that the levels stay the means at the average of the covariate; in its own standard deviations,
        # so that its unit (cells, nanograms) is no matter of rounding.
        centred = numbers - numbers.mean()
        return [(block, block, centred / (centred.std() if np.ptp(numbers) else 1.0))]
    return [_indicator(block, value, samples[block]) for value in sorted(set(samples[block]))[1:]]


def contrast_vector(columns: Sequence[Column], terms: Terms, weights: Mapping[str, float]) -> np.ndarray:
    """(coefficients,): the weights of the levels, or 1 for the slope."""
    vector = np.zeros(len(columns))
    if terms.key == "continuous":
        vector[1] = 1
    # The levels of the contrast come first, in the order of its weights.
    for position, level in enumerate(terms.weights):
        vector[position] = weights.get(level, 0)
    return vector


def safe_names(columns: Sequence[Column]) -> tuple[str, ...]:
    """A name for each column of letters, digits and underscores, unique."""
    names: list[str] = []
    for _, label, _ in columns:
        name = re.sub(r"\W+", "_", label, flags=re.ASCII).strip("_") or "coefficient"
        unique, number = name, 2
        while unique in names:
            unique, number = f"{name}_{number}", number + 1
        names.append(unique)
    return tuple(names)


def _means(samples: Samples, terms: Terms) -> list[Column]:
    return [_indicator(terms.column, level, samples[terms.column]) for level in levels_of(samples, terms)]


def _slope(samples: Samples, terms: Terms) -> list[Column]:
    numbers = np.array([float(value) for value in samples[terms.column]])
    # Centred and in the unit that is asked for: the first coefficient is the mean, the second the slope.
    ones = np.ones(len(numbers))
    return [(terms.column, MEAN, ones), (terms.column, terms.column, (numbers - numbers.mean()) / terms.per)]


def _indicator(column: str, level: str, values: Sequence[str]) -> Column:
    return column, f"{column} = {level}", np.array([float(value == level) for value in values])
