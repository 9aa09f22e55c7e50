"""How often the competitive effect differs from 0 where the set is like the other genes, and where it is not.

`PYTHONPATH=workflow/scripts .venv/bin/python tests/calibration_relative.py [data sets]`; part of `make calibration`.
Simulated: 800 genes with variances of their own, a set of 100. Its genes may go together (`correlation`); a share of
all genes may truly change, each by a normal amount with the standard deviation `spread` in log2 units, so that the
set is a random draw of changed and unchanged genes; the set may be moved as a whole (`shift`, log2 units). Each line:
design, correlation, share of changed genes, spread, shift, and the share of the data sets in which p is below .05,
.01 and .001, and in which the interval leaves out the true shift.
"""

import sys
from typing import NamedTuple

import numpy as np

from secretome.models import rotation
from secretome.pathways.collections import MeasuredSet
from secretome.pathways.relative import relative

GENES, MEMBERS = 800, 100
SET = [MeasuredSet("set", np.arange(MEMBERS), np.ones(MEMBERS))]


class Situation(NamedTuple):
    """What happens in the data.

    Attributes:
        correlation: of the genes of the set.
        changed: the share of all genes that truly change.
        spread: of their changes, log2 units.
        shift: of the set, log2 units.
    """

    correlation: float = 0.0
    changed: float = 0.0
    spread: float = 1.0
    shift: float = 0.0


SITUATIONS = (
    Situation(),
    Situation(correlation=0.05),
    Situation(correlation=0.2),
    Situation(changed=0.2),
    Situation(changed=0.4),
    Situation(changed=0.3, spread=3.0),
    Situation(correlation=0.05, changed=0.3),
    Situation(correlation=0.05, shift=0.8),
    Situation(correlation=0.05, changed=0.3, shift=0.8),
)


def simulated(random: np.random.Generator, matrix: np.ndarray, situation: Situation) -> np.ndarray:
    """genes × samples of one data set; the first column of the design says which samples are treated."""
    values = random.normal(size=(GENES, len(matrix)))
    common = random.normal(size=len(matrix))
    own, shared = np.sqrt(1 - situation.correlation), np.sqrt(situation.correlation)
    values[:MEMBERS] = own * values[:MEMBERS] + shared * common
    values *= np.sqrt(4 / random.chisquare(4, GENES))[:, None]
    changes = situation.spread * random.normal(size=GENES) * (random.random(GENES) < situation.changed)
    changes[:MEMBERS] += situation.shift
    return values + changes[:, None] * matrix[:, 0]


def outcomes(matrix: np.ndarray, situation: Situation, data_sets: int) -> tuple[np.ndarray, np.ndarray]:
    """The p-values of the set, and whether its interval leaves out the true shift.

    Args:
        matrix: samples × coefficients; the contrast is between the first two.
        situation: of the data.
        data_sets: how many.
    """
    random = np.random.default_rng(1)
    contrast = np.r_[1.0, -1.0, np.zeros(matrix.shape[1] - 2)]
    variance = contrast @ np.linalg.inv(matrix.T @ matrix) @ contrast
    found, missed = np.empty(data_sets), np.empty(data_sets, dtype=bool)
    for number in range(data_sets):
        values = simulated(random, matrix, situation)
        level = random.normal(size=GENES)
        effects = rotation.rotation_effects(values, matrix, contrast)
        row = relative(effects, np.full(GENES, np.sqrt(variance)), SET, level).iloc[0]
        found[number] = row["p_value"]
        missed[number] = not row["ci_low"] <= situation.shift <= row["ci_high"]
    return found, missed


def main(data_sets: int) -> None:
    """Print the table."""
    from calibration import DESIGNS

    print("design", *Situation._fields, "below_.05", "below_.01", "below_.001", "missed", sep="\t")
    for name, matrix in DESIGNS.items():
        for situation in SITUATIONS:
            found, missed = outcomes(matrix, situation, data_sets)
            shares = (f"{(found < level).mean():.3f}" for level in (0.05, 0.01, 0.001))
            print(name, *situation, *shares, f"{missed.mean():.3f}", sep="\t", flush=True)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 500)
