"""How often the diagnostics raise an alarm without a cause.

Run it with `PYTHONPATH=workflow/scripts .venv/bin/python tests/diagnostic_alarms.py [studies]`.

Simulated studies of two groups without an effect: genes with variances of their own that vary together by ten hidden
factors, `correlation` being the root mean square of their correlations. Each line: samples a group, correlation,
genes, the share of 200 studies with each verdict of the p-value histogram, the share in which a sample is named as
hiding the rest, and the share in which any gene passes FDR 0.05.
"""

import sys
from collections import Counter

import numpy as np

from secretome.diagnostics import explanations, leave_one_out, p_values, refit
from secretome.models.false_discovery import benjamini_hochberg

FACTORS = 10
CONTRAST = np.array([1.0, -1])
FDR = 0.05


def correlated(random: np.random.Generator, genes: int, samples: int, correlation: float) -> np.ndarray:
    """genes × samples, nothing changes; variances are scaled inverse chi-square with 4 degrees of freedom."""
    loadings = random.normal(size=(genes, FACTORS))
    loadings /= np.sqrt((loadings**2).sum(axis=1, keepdims=True))
    shared = correlation * np.sqrt(FACTORS)
    values = np.sqrt(1 - shared) * random.normal(size=(genes, samples))
    values += np.sqrt(shared) * loadings @ random.normal(size=(FACTORS, samples))
    return 8 + values * np.sqrt(4 / random.chisquare(4, genes))[:, None]


def p_values_of(values: np.ndarray, matrix: np.ndarray) -> np.ndarray:
    """Moderated t of the first group against the second."""
    return refit.linear_models(CONTRAST)(values, None, matrix, np.arange(len(matrix)))


def named_sample(values: np.ndarray, matrix: np.ndarray, passing: int) -> bool:
    """Whether one sample is said to hide the rest."""
    names = [str(sample) for sample in range(len(matrix))]
    without = leave_one_out.passing_without_each(values, None, matrix, names, FDR, refit.linear_models(CONTRAST))
    evidence = explanations.Evidence(
        passing, FDR, {}, 1, 2.0, {"verdict": "uniform", "null_share": 1, "warning": ""}, without
    )
    return any(one["cause"] == "one_sample" for one in explanations.explain(evidence))


def main(studies: int) -> None:
    """Print the table."""
    shapes = ("uniform", "peak_at_zero", "conservative", "hill", "u_shape")
    print("samples", "correlation", "genes", *shapes, "one_sample", "any_gene_passes", sep="\t")
    for size in (3, 6):
        matrix = np.repeat(np.eye(2), size, axis=0)
        for correlation in (0.0, 0.05, 0.1, 0.2):
            for genes in (300, 2000, 10000):
                random = np.random.default_rng(1)
                found: Counter[str] = Counter()
                for _ in range(studies):
                    values = correlated(random, genes, 2 * size, correlation)
                    p_value = p_values_of(values, matrix)
                    passing = int((benjamini_hochberg(p_value) <= FDR).sum())
                    found[p_values.verdict_of(p_value)["verdict"]] += 1
                    found["one_sample"] += named_sample(values, matrix, passing)
                    found["any_gene_passes"] += passing > 0
                shares = [f"{found[shape] / studies:.3f}" for shape in (*shapes, "one_sample", "any_gene_passes")]
                print(f"{size}+{size}", correlation, genes, *shares, sep="\t", flush=True)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 200)
