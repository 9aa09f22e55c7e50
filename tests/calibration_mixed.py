"""How often tests for sets that move in both directions reject, where nothing happens and where something does.

`PYTHONPATH=workflow/scripts .venv/bin/python tests/calibration_mixed.py [data sets]`; part of `make calibration`.
Simulated as in calibration.py; `shift` moves every second gene of the set up and the others down, in standard
deviations. Tests: `roast` (999 drawn rotations), and the closed form of limma's fry, which is not used. Each line:
design, correlation in the set, shift, test, and the share of the data sets in which p is at most .05 and .01.
"""

import sys
from collections.abc import Callable

import numpy as np
from scipy import special

from secretome.models import rotation
from secretome.pathways.collections import MeasuredSet
from secretome.pathways.fry import _robust_variance
from secretome.pathways.roast import roast

GENES, MEMBERS = 800, 100
SET = MeasuredSet("set", np.arange(MEMBERS), np.ones(MEMBERS))
SIGNS = np.where(np.arange(MEMBERS) % 2, 1.0, -1.0)
SITUATIONS = [(0.0, 0.0), (0.05, 0.0), (0.2, 0.0), (0.05, 0.8)]


def closed_form(effects: np.ndarray) -> float:
    """P of the sum of squares over all rotations, by a beta distribution with its first two moments, as limma's fry.

    Args:
        effects: genes of the set × (1 + residual degrees of freedom), standardised and weighted.
    """
    own = np.linalg.svd(effects, compute_uv=False) ** 2
    smallest, width, count = own[-1], own[0] - own[-1], own.size
    mean = (own.mean() - smallest) / width
    # The squares of a direction drawn at random follow a Dirichlet distribution.
    variance = 2 * ((own**2).sum() - own.sum() ** 2 / count) / (count * (count + 2)) / width**2
    both = mean * (1 - mean) / variance - 1
    observed = ((effects[:, 0] ** 2).sum() - smallest) / width
    return float(special.betainc((1 - mean) * both, mean * both, 1 - observed))


def by_rotations(effects: np.ndarray) -> float:
    """P of the set by drawn rotations."""
    return float(roast(effects, [SET], 1, 999)["p_value"][0])


def as_limma(effects: np.ndarray) -> float:
    """P of the set by the closed form."""
    variance = _robust_variance(effects, as_limma=True)[SET.rows]
    return closed_form(effects[SET.rows] / np.sqrt(variance)[:, None])


TESTS: dict[str, Callable[[np.ndarray], float]] = {"roast": by_rotations, "closed form": as_limma}


def p_values(matrix: np.ndarray, correlation: float, shift: float, data_sets: int) -> dict[str, np.ndarray]:
    """The p-values of the set in mixed direction, by each test.

    Args:
        matrix: samples × coefficients; the contrast is between the first two.
        correlation: of the genes of the set.
        shift: of its genes, up and down in turns, in standard deviations.
        data_sets: how many.
    """
    random = np.random.default_rng(1)
    contrast = np.r_[1.0, -1.0, np.zeros(matrix.shape[1] - 2)]
    found: dict[str, list[float]] = {name: [] for name in TESTS}
    for _ in range(data_sets):
        values = random.normal(size=(GENES, len(matrix)))
        common = random.normal(size=len(matrix))
        values[:MEMBERS] = np.sqrt(1 - correlation) * values[:MEMBERS] + np.sqrt(correlation) * common
        values[:MEMBERS] += shift * SIGNS[:, None] * matrix[:, 0]
        values *= np.sqrt(4 / random.chisquare(4, GENES))[:, None]
        effects = rotation.rotation_effects(values, matrix, contrast)
        for name, test in TESTS.items():
            found[name].append(test(effects))
    return {name: np.array(values) for name, values in found.items()}


def main(data_sets: int) -> None:
    """Print the table."""
    from calibration import DESIGNS

    print("design\tcorrelation\tshift\ttest\tat_most_.05\tat_most_.01")
    for name, matrix in DESIGNS.items():
        for correlation, shift in SITUATIONS:
            for test, found in p_values(matrix, correlation, shift, data_sets).items():
                shares = "\t".join(f"{(found <= level).mean():.3f}" for level in (0.05, 0.01))
                print(name, correlation, shift, test, shares, sep="\t", flush=True)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1000)
