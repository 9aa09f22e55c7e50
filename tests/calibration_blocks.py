"""How often the tests reject true nulls where donors have several samples, and where samples are weighted.

    PYTHONPATH=workflow/scripts:tests .venv/bin/python tests/calibration_blocks.py [data sets]

Normal values of 1,000 genes whose variances follow the model of the moderation; nothing changes. First two samples of
each donor, all of one group, whose donors differ (correlation within them): taken as independent, and with a random
block. Then samples of which none or one is worse, without and with weights. Shares of p below .05 and .01.
"""

import sys

import numpy as np
from calibration import two_groups

from secretome.models import blocks, contrasts, linear, moderation, sample_weights

GENES, PRIOR_DF = 1000, 5.0
CONTRAST = np.array([1.0, -1])


def rejected(values: np.ndarray, matrix: np.ndarray, **how: np.ndarray) -> np.ndarray:
    """The shares of p-values below .05 and .01."""
    fitted = linear.fit(values, matrix, **how)
    p_value = contrasts.estimate(fitted, CONTRAST, moderation.moderate(fitted, trend=True))["p_value"].to_numpy()
    return np.array([(p_value < level).mean() for level in (0.05, 0.01)])


def scales(random: np.random.Generator) -> np.ndarray:
    """genes × 1: standard deviations."""
    return np.sqrt(PRIOR_DF / random.chisquare(PRIOR_DF, GENES))[:, None]


def with_donors(random: np.random.Generator, donors: int, correlation: float) -> dict[str, np.ndarray]:
    """Two samples of each donor, as many donors in each of two groups."""
    labels = np.repeat(np.arange(2 * donors), 2)
    shared = random.normal(size=(GENES, 2 * donors))[:, labels]
    own = random.normal(size=shared.shape)
    values = 8 + scales(random) * (np.sqrt(correlation) * shared + np.sqrt(1 - correlation) * own)
    matrix = two_groups(2 * donors)
    found = blocks.consensus_correlation(values, matrix, labels.astype(str)).consensus
    alike = blocks.correlation_matrix(labels.astype(str), found)
    return {"independent": rejected(values, matrix), "random block": rejected(values, matrix, correlation=alike)}


def with_a_worse_sample(random: np.random.Generator, size: int, times: float) -> dict[str, np.ndarray]:
    """Two groups; the errors of one sample are so many times as large."""
    errors = random.normal(size=(GENES, 2 * size))
    errors[:, 0] *= times
    values, matrix = 8 + scales(random) * errors, two_groups(size)
    weights = np.broadcast_to(sample_weights.sample_weights(values, matrix), values.shape)
    return {"alike": rejected(values, matrix), "weighted": rejected(values, matrix, weights=weights)}


def main(data_sets: int) -> None:
    """Print both tables."""
    for title, simulate, designs in (
        ("donors a group\tcorrelation", with_donors, [(n, r) for n in (2, 3, 5) for r in (0.0, 0.3, 0.7)]),
        ("samples a group\tworse by", with_a_worse_sample, [(n, t) for n in (3, 4, 6) for t in (1.0, 3.0)]),
    ):
        print(f"{title}\ttest\tbelow_.05\tbelow_.01")
        for number, design in enumerate(designs):
            random = np.random.default_rng(number)
            found = [simulate(random, *design) for _ in range(data_sets)]
            for test in found[0]:
                mean = np.mean([one[test] for one in found], axis=0)
                print(*design, test, *(f"{share:.4f}" for share in mean), sep="\t", flush=True)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 500)
