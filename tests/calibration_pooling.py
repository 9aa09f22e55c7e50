"""False discoveries, power and coverage of effects pooled over studies, and how long it takes.

    PYTHONPATH=workflow/scripts:tests .venv/bin/python tests/calibration_pooling.py [data sets]

Simulated studies of many genes, a fifth of which changes, by four times the standard error of the best pool (that knows
the variance between studies). Standard errors of the studies alike, or the largest five times the smallest; variances
between studies none, large and the same in all genes, different (inverse chi-square, 4 degrees of freedom), or large in
half of the genes. Of the moderated and of the single pool (Hartung–Knapp–Sidik–Jonkman): the false discovery rate at
.05, the power, and how many intervals hold the truth. Then the same where errors are estimated (degrees of freedom)
and where genes are few. Last the seconds that 20,000 genes of eight studies take.
"""

import sys
import time

import numpy as np
import pandas as pd

from secretome.models.false_discovery import benjamini_hochberg
from secretome.synthesis.moderated_pooling import pool_moderated
from secretome.synthesis.pooling import pool

GENES, CHANGED, TIMES, LEVEL = 2000, 0.2, 4.0, 0.05
BETWEEN = ("none", "large", "different", "half")
HEADER = ["genes", "studies", "error_ratio", "between", "df", "fdr", "power", "coverage"]
HEADER += [f"single_{name}" for name in HEADER[-3:]]


def between_studies(random: np.random.Generator, genes: int, kind: str) -> np.ndarray:
    """genes × 1: standard deviations between studies; the errors are about 0.25."""
    if kind == "none":
        return np.zeros((genes, 1))
    if kind == "half":
        return np.where(random.random((genes, 1)) < 0.5, 0, 0.8)
    return np.full((genes, 1), 0.6) * (np.sqrt(4 / random.chisquare(4, (genes, 1))) if kind == "different" else 1)


def simulate(
    random: np.random.Generator, shape: tuple[int, int], ratio: float, kind: str, df: float = np.inf
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Effects and standard errors (genes × studies) and the true changes."""
    genes, studies = shape
    typical = np.geomspace(0.15, 0.15 * ratio, studies) if ratio > 1 else np.full(studies, 0.25)
    errors = typical * np.exp(random.normal(0, 0.2, shape))
    between = between_studies(random, genes, kind)
    best = 1 / np.sqrt((1 / (errors**2 + between**2)).sum(axis=1))
    truth = np.where(random.random(genes) < CHANGED, random.choice([-1, 1], genes), 0) * TIMES * best
    effects = truth[:, None] + between * random.normal(size=shape) + errors * random.normal(size=shape)
    if np.isfinite(df):
        errors = errors * np.sqrt(random.chisquare(df, shape) / df)
    return effects, errors, truth


def measured(table: pd.DataFrame, truth: np.ndarray) -> list[float]:
    """False discovery rate, power, coverage."""
    called = benjamini_hochberg(table["p_value"].to_numpy()) <= LEVEL
    covered = (table["ci_low"] <= truth) & (truth <= table["ci_high"])
    return [(truth[called] == 0).sum() / max(called.sum(), 1), called[truth != 0].mean(), covered.mean()]


def row(
    number: int, data_sets: int, shape: tuple[int, int], ratio: float, kind: str, df: float = np.inf
) -> list[float]:
    """Means over the data sets: three numbers of the moderated pool, three of the single one."""
    found = []
    for one in range(data_sets):
        random = np.random.default_rng([number, one])
        effects, errors, truth = simulate(random, shape, ratio, kind, df)
        moderated = pool_moderated(effects, errors, np.full(shape, df))
        found.append(measured(moderated, truth) + measured(pool(effects, errors), truth))
    return np.mean(found, axis=0).tolist()


def seconds() -> float:
    """What 20,000 genes of eight studies take, the prior included: the best of three."""
    effects, errors, _ = simulate(np.random.default_rng(0), (20_000, 8), 5, "half")
    took = []
    for _ in range(3):
        start = time.perf_counter()
        pool_moderated(effects, errors, np.full(effects.shape, 12.0))
        took.append(time.perf_counter() - start)
    return min(took)


def main(data_sets: int) -> None:
    """Print the table."""
    print(*HEADER, sep="\t")
    designs = [((GENES, k), ratio, kind, np.inf) for k in (3, 4, 5, 8) for ratio in (1, 5) for kind in BETWEEN]
    designs += [((GENES, k), ratio, kind, 8) for k in (3, 8) for ratio in (1, 5) for kind in BETWEEN[:2]]
    designs += [((genes, k), 5, kind, np.inf) for genes in (50, 200) for k in (3, 5) for kind in BETWEEN]
    for number, (shape, ratio, kind, df) in enumerate(designs):
        # As many genes altogether in every row.
        found = row(number, data_sets * GENES // shape[0], shape, ratio, kind, df)
        print(*shape, ratio, kind, df, *(f"{share:.3f}" for share in found), sep="\t", flush=True)
    print(f"20,000 genes of 8 studies: {seconds():.2f} s")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 20)
