"""How often the tests of scores reject where nothing happens, and where something does.

`make calibration`, or `python tests/calibration_scores.py [data sets]`. Two tables.

The first: linear models over 800 genes with variances of their own, of which a set of 100 goes together; `shift` is the
effect on the set in standard deviations. `ulm` and `mlm` are our tests of those scores (mlm beside four more sets, one
of which shares genes with it), `over genes` is the p-value of the ulm score as a regression over genes.

The second: sample scores of footprints of 100 genes, compared by ordinary t-tests, with moderation, and with moderation
limited to the independent ways in which the scores vary (`ours`). What the genes of a footprint have in common is its
own, half of it common to all footprints, all of it common, or its own but stronger in some footprints than in others.
Each line: the share of p-values below .05, .01 and .001.
"""

import sys

import numpy as np
from calibration import pairs, two_groups
from scipy import special

from secretome.models import contrasts, linear, moderation, rotation
from secretome.pathways.collections import MeasuredSet
from secretome.pathways.linear_scores import score_tests
from secretome.pathways.sample_scores import compare_scores

GENES, MEMBERS, SHIFTED = 800, 100, 0.5
NAMES = [f"G{i}" for i in range(GENES)]
SITUATIONS = [  # those of engines.md
    ("4+4", two_groups(4), 0.05),
    ("3+3", two_groups(3), 0.05),
    ("2+2", two_groups(2), 0.05),
    ("4 pairs", pairs(4), 0.05),
    ("3 pairs", pairs(3), 0.05),
    ("4+4", two_groups(4), 0.0),
    ("3+3", two_groups(3), 0.0),
    ("4+4", two_groups(4), 0.2),
]
FACTORS = ["own", "half common", "common", "own, uneven"]


def contrast_of(matrix: np.ndarray) -> np.ndarray:
    """The difference of the first two coefficients."""
    contrast = np.zeros(matrix.shape[1])
    contrast[:2] = 1, -1
    return contrast


def over_genes(matrix: np.ndarray, correlation: float, shift: float, data_sets: int) -> dict[str, np.ndarray]:
    """The p-values of the set by each linear model over genes."""
    random = np.random.default_rng(1)
    rows = [np.arange(start, start + MEMBERS) for start in (0, 50, 200, 250, 600)]
    sets = [MeasuredSet(str(number), own, np.ones(MEMBERS)) for number, own in enumerate(rows)]
    found = {form: np.empty(data_sets) for form in ("ulm", "mlm", "over genes")}
    for number in range(data_sets):
        values = random.normal(size=(GENES, len(matrix)))
        common = random.normal(size=len(matrix))
        values[:MEMBERS] = np.sqrt(1 - correlation) * values[:MEMBERS] + np.sqrt(correlation) * common
        values[:MEMBERS] += shift * matrix[:, 0]
        values *= np.sqrt(4 / random.chisquare(4, GENES))[:, None]
        effects = rotation.rotation_effects(values, matrix, contrast_of(matrix))
        for form in ("ulm", "mlm"):
            tested = score_tests(form, effects, sets if form == "mlm" else sets[:1], NAMES)
            found[form][number] = tested["p_value"][0]
            if form == "ulm":
                found["over genes"][number] = 2 * special.stdtr(GENES - 2, -abs(tested["effect"][0]))
    return found


def scores(random: np.random.Generator, matrix: np.ndarray, correlation: float, sets: int, factor: str) -> np.ndarray:
    """Sets × samples: the weighted means of genes with variances of their own, without the genes."""
    weights = np.abs(random.normal(size=(sets, MEMBERS)))
    weights *= np.sqrt(4 / random.chisquare(4, (sets, MEMBERS))) / weights.sum(axis=1, keepdims=True)
    share = {"own": 0.0, "half common": 0.5, "common": 1.0, "own, uneven": 0.0}[factor]
    own, common = random.normal(size=(sets, len(matrix))), random.normal(size=len(matrix))
    together = np.sqrt(1 - share) * own + np.sqrt(share) * common
    uneven = random.choice([0.2, 0.5, 1, 1, 2, 4], size=sets) if factor == "own, uneven" else np.ones(sets)
    each = np.minimum(correlation * uneven, 0.8)[:, None]
    alone = np.sqrt((weights**2).sum(axis=1, keepdims=True)) * random.normal(size=own.shape)
    return np.sqrt(each) * weights.sum(axis=1, keepdims=True) * together + np.sqrt(1 - each) * alone


def of_samples(values: np.ndarray, matrix: np.ndarray) -> dict[str, np.ndarray]:
    """The p-values of the scores by each form of the comparison."""
    contrast = contrast_of(matrix)
    fitted = linear.fit(values, matrix)
    tables = {
        "ordinary": contrasts.estimate(fitted, contrast),
        "moderated": contrasts.estimate(fitted, contrast, moderation.moderate(fitted)),
        "ours": compare_scores(values, matrix, contrast),
    }
    return {form: table["p_value"].to_numpy() for form, table in tables.items()}


def printed(labels: tuple[object, ...], found: np.ndarray) -> None:
    """One line of a table."""
    shares = "\t".join(f"{(found < level).mean():.3f}" for level in (0.05, 0.01, 0.001))
    print(*labels, shares, sep="\t", flush=True)


def main(data_sets: int) -> None:
    """Print the tables."""
    print("design\tcorrelation\tshift\tmodel\tbelow_.05\tbelow_.01\tbelow_.001")
    for name, matrix, correlation in SITUATIONS:
        for shift in (0.0, 0.8):
            for form, found in over_genes(matrix, correlation, shift, data_sets).items():
                printed((name, correlation, shift, form), found)
    print("sets\tfactor\tdesign\tcorrelation\tshift\tform\tbelow_.05\tbelow_.01\tbelow_.001")
    for sets, factor in [(sets, factor) for sets in (3, 14, 50) for factor in FACTORS]:
        for name, matrix, correlation in SITUATIONS:
            for shift in (0.0, SHIFTED):
                random = np.random.default_rng(2)
                drawn = (scores(random, matrix, correlation, sets, factor) for _ in range(data_sets))
                tested = [of_samples(values + shift * matrix[:, 0], matrix) for values in drawn]
                for form in tested[0]:
                    printed((sets, factor, name, correlation, shift, form), np.array([one[form] for one in tested]))


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 2000)
