"""How often the rotation test rejects where nothing happens, and where something does: `make calibration`.

Simulated: 800 genes with variances of their own, a set of 100 whose genes go together; `shift` is the effect on the
set in standard deviations; the values have equal weights, or weights that differ tenfold. Each line: design,
correlation in the set, shift, weights, form of the test, and the share of the data sets in which p is below .05, .01
and .001. The tables of docs/methods.md are from here.
"""

import sys

import numpy as np

from secretome.models import rotation
from secretome.pathways.collections import MeasuredSet
from secretome.pathways.fry import fry

GENES, MEMBERS = 800, 100
SET = [MeasuredSet("set", np.arange(MEMBERS), np.ones(MEMBERS))]
NAMES = [f"G{i}" for i in range(GENES)]
FORMS = {"fry": False, "fry as limma": True}
SITUATIONS = [
    (0.05, 0.0, "equal"),
    (0.2, 0.0, "equal"),
    (0.0, 0.0, "equal"),
    (0.05, 0.8, "equal"),
    (0.0, 0.0, "unequal"),
    (0.1, 0.0, "unequal"),
]


def two_groups(size: int) -> np.ndarray:
    """samples × 2: the means of two groups of ``size`` samples."""
    treated = np.repeat([1.0, 0.0], size)
    return np.column_stack([treated, 1 - treated])


def pairs(count: int) -> np.ndarray:
    """samples × (1 + pairs): two conditions, and a column for each pair but the first."""
    treated = np.tile([1.0, 0.0], count)
    blocks = [(np.arange(2 * count) // 2 == pair).astype(float) for pair in range(1, count)]
    return np.column_stack([treated, 1 - treated, *blocks])


DESIGNS = {"4+4": two_groups(4), "3+3": two_groups(3), "2+2": two_groups(2), "4 pairs": pairs(4), "3 pairs": pairs(3)}


def simulated(random: np.random.Generator, matrix: np.ndarray, correlation: float, shift: float) -> np.ndarray:
    """genes × samples of one data set."""
    values = random.normal(size=(GENES, len(matrix)))
    common = random.normal(size=len(matrix))
    values[:MEMBERS] = np.sqrt(1 - correlation) * values[:MEMBERS] + np.sqrt(correlation) * common
    values[:MEMBERS] += shift * matrix[:, 0]
    return values * np.sqrt(4 / random.chisquare(4, GENES))[:, None]


def p_values(matrix: np.ndarray, situation: tuple[float, float, str], data_sets: int) -> dict[str, np.ndarray]:
    """The p-values of the set in each form of the test."""
    random = np.random.default_rng(1)
    correlation, shift, weighting = situation
    contrast = np.zeros(matrix.shape[1])
    contrast[:2] = 1, -1
    found: dict[str, list[float]] = {form: [] for form in FORMS}
    for _ in range(data_sets):
        values, weights = simulated(random, matrix, correlation, shift), None
        if weighting == "unequal":
            weights = random.uniform(0.3, 3, values.shape)
            values = values / np.sqrt(weights)
        for form, as_limma in FORMS.items():
            effects = rotation.rotation_effects(values, matrix, contrast, weights, align=not as_limma)
            test = fry(effects, np.ones(GENES), SET, NAMES, as_limma)
            found[form].append(float(test["p_value"][0]))
    return {form: np.array(values) for form, values in found.items()}


def main(data_sets: int) -> None:
    """Print the table."""
    print("design\tcorrelation\tshift\tweights\tform\tbelow_.05\tbelow_.01\tbelow_.001")
    for name, matrix in DESIGNS.items():
        for situation in SITUATIONS:
            for form, found in p_values(matrix, situation, data_sets).items():
                shares = "\t".join(f"{(found < level).mean():.3f}" for level in (0.05, 0.01, 0.001))
                print(name, *situation, form, shares, sep="\t", flush=True)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 2000)
