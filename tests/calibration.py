"""How often the tests of gene sets reject where nothing happens, and where something does.

`make calibration`, or `python tests/calibration.py [data sets]`. The tables of docs/methods.md are from here.

Simulated: 800 genes with levels and variances of their own, a set of 100 whose genes go together; `shift` is the effect
on the set in standard deviations. First every method on the eight designs without an effect (the set-up of Wu and Smyth
2012, doi 10.1093/nar/gks461), then with an effect, then the rotation test on values of unequal weights, which differ
tenfold. `verdict` is a signal of this one set called up or down: it moves by the rotation test, and more than genes of
like level. Each line: design, correlation in the set, shift, weights, method, the number of data sets (pre-ranked GSEA
and drawn rotations get fewer), and the share of them in which p is below .05, .01 and .001.
"""

import sys
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd
from scipy import special, stats

from secretome.models import rotation
from secretome.models.moderation import shrink
from secretome.models.variance_prior import fit_prior
from secretome.pathways import linear_scores, sample_scores, singscore, speakers
from secretome.pathways.camera import camera, camera_fixed
from secretome.pathways.collections import MeasuredSet
from secretome.pathways.fry import fry
from secretome.pathways.gsea import gsea
from secretome.pathways.relative import relative
from secretome.pathways.roast import roast

GENES, MEMBERS = 800, 100
SETS = [MeasuredSet("set", np.arange(MEMBERS), np.ones(MEMBERS))]
NAMES = [f"G{i}" for i in range(GENES)]
ERRORS = np.ones(GENES)
ROTATIONS = 999
SLOW_DATA_SETS = 250
SIGNAL = {"signal": {"speakers": [{"collection": "sets", "gene_set": "set", "direction": "up", "decides": True}]}}


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
NULLS = [*((design, 0.05) for design in DESIGNS), ("4+4", 0.0), ("3+3", 0.0), ("4+4", 0.2)]


@dataclass(frozen=True)
class DataSet:
    """What the tests are given.

    Attributes:
        values: genes × samples.
        matrix: samples × coefficients, the contrast being the first less the second.
        effects: genes × (1 + residual degrees of freedom); those of limma have axes of their own for each gene.
        limma_effects: the same.
        seed: of tests that draw.
    """

    values: np.ndarray
    matrix: np.ndarray
    effects: np.ndarray
    limma_effects: np.ndarray
    seed: int

    @property
    def contrast(self) -> np.ndarray:
        """One weight a coefficient."""
        return np.r_[1.0, -1.0, np.zeros(self.matrix.shape[1] - 2)]

    @cached_property
    def moderated_t(self) -> np.ndarray:
        """Genes, the moderated t of the contrast."""
        variance = (self.effects[:, 1:] ** 2).mean(axis=1)
        df = np.full(GENES, self.effects.shape[1] - 1.0)
        return self.effects[:, 0] / np.sqrt(shrink(variance, df, *fit_prior(variance, df)))

    @cached_property
    def moves(self) -> pd.DataFrame:
        """The rotation test that leads."""
        return fry(self.effects, ERRORS, SETS, NAMES)

    @cached_property
    def relative(self) -> pd.DataFrame:
        """The set less genes of like level."""
        return relative(self.effects, ERRORS, SETS, self.values.mean(axis=1))


def by_verdict(data: DataSet) -> float:
    """The p-value of the rotation test where the signal is called up or down, 1 elsewhere."""
    tests = [data.moves.assign(method="fry"), data.relative.assign(method="relative")]
    answer = speakers.answers(pd.concat(tests).assign(collection="sets"), SIGNAL, 0.05, {})["signal"][0]
    return answer.moves["p_value"] if answer.says in (speakers.UP, speakers.DOWN) else 1.0


def by_scores(score: Callable[..., np.ndarray]) -> Callable[[DataSet], float]:
    """The comparison of the samples' scores, this one score alone."""

    def p_value(data: DataSet) -> float:
        points = score(data.values, SETS)
        return _only(sample_scores.compare_scores(points, data.matrix, data.contrast))

    return p_value


def by_rank_sum(data: DataSet) -> float:
    """The statistics in the set against those outside."""
    t = data.moderated_t
    return float(stats.mannwhitneyu(t[:MEMBERS], t[MEMBERS:]).pvalue)


def by_slope_over_genes(data: DataSet) -> float:
    """The univariate linear model with the p-value of a regression over genes."""
    t = linear_scores.ulm(data.moderated_t[:, None], SETS)[0, 0]
    return float(2 * special.stdtr(GENES - 2, -abs(t)))


def by_gsea(data: DataSet) -> float:
    """Pre-ranked enrichment by gseapy."""
    return _only(gsea(pd.Series(data.moderated_t, index=NAMES), SETS, data.seed)[0])


def _only(table: pd.DataFrame) -> float:
    return float(table["p_value"].iloc[0])


METHODS: dict[str, Callable[[DataSet], float]] = {
    "fry": lambda data: _only(data.moves),
    "fry as limma": lambda data: _only(fry(data.limma_effects, ERRORS, SETS, NAMES, as_limma=True)),
    "roast, mixed": lambda data: _only(roast(data.effects, SETS, data.seed, ROTATIONS)),
    "relative": lambda data: _only(data.relative),
    "verdict": by_verdict,
    "camera, estimated": lambda data: _only(camera(data.effects, ERRORS, SETS)),
    "camera, fixed": lambda data: _only(camera_fixed(data.effects, ERRORS, SETS)),
    "score": by_scores(sample_scores.sample_scores),
    "score by ranks": by_scores(singscore.singscores),
    "ulm by rotation": lambda data: _only(linear_scores.score_tests("ulm", data.effects, SETS, NAMES)),
    "ulm over genes": by_slope_over_genes,
    "rank-sum": by_rank_sum,
    "gsea, pre-ranked": by_gsea,
}
ROTATION_TESTS = ["fry", "fry as limma"]
SLOW = ["roast, mixed", "gsea, pre-ranked"]


def simulated(random: np.random.Generator, matrix: np.ndarray, correlation: float, shift: float) -> np.ndarray:
    """genes × samples of one data set."""
    values = random.normal(size=(GENES, len(matrix)))
    common = random.normal(size=len(matrix))
    values[:MEMBERS] = np.sqrt(1 - correlation) * values[:MEMBERS] + np.sqrt(correlation) * common
    values[:MEMBERS] += shift * matrix[:, 0]
    values *= np.sqrt(4 / random.chisquare(4, GENES))[:, None]
    return values + random.uniform(2, 14, GENES)[:, None]


def data_set(seed: int, matrix: np.ndarray, correlation: float, shift: float, unequal: bool) -> DataSet:
    """One data set; of unequal weights the effects alone know."""
    random = np.random.default_rng(seed)
    values, weights = simulated(random, matrix, correlation, shift), None
    if unequal:
        weights = random.uniform(0.3, 3, values.shape)
        mean = values.mean(axis=1, keepdims=True)
        values = mean + (values - mean) / np.sqrt(weights)
    contrast = np.r_[1.0, -1.0, np.zeros(matrix.shape[1] - 2)]
    effects, limma_effects = (
        rotation.rotation_effects(values, matrix, contrast, weights, align=align) for align in (True, False)
    )
    return DataSet(values, matrix, effects, limma_effects, seed)


def print_rates(
    design: str, correlation: float, methods: list[str], data_sets: int, shift: float = 0.0, unequal: bool = False
) -> None:
    """The lines of one situation."""
    found: dict[str, list[float]] = {name: [] for name in methods}
    for seed in range(data_sets):
        data = data_set(seed, DESIGNS[design], correlation, shift, unequal)
        for name in methods:
            if seed < SLOW_DATA_SETS or name not in SLOW:
                found[name].append(METHODS[name](data))
    weights = "unequal" if unequal else "equal"
    for name, p_values in found.items():
        shares = (f"{(np.array(p_values) < level).mean():.3f}" for level in (0.05, 0.01, 0.001))
        print(design, correlation, shift, weights, name, len(p_values), *shares, sep="\t", flush=True)


def main(data_sets: int) -> None:
    """Print the table."""
    print("design\tcorrelation\tshift\tweights\tmethod\tdata_sets\tbelow_.05\tbelow_.01\tbelow_.001")
    for design, correlation in NULLS:
        print_rates(design, correlation, list(METHODS), data_sets)
    quick = [name for name in METHODS if name not in SLOW]
    for design in DESIGNS:
        print_rates(design, 0.05, quick, data_sets, shift=0.8)
    for design in DESIGNS:
        for correlation in (0.0, 0.1):
            print_rates(design, correlation, ROTATION_TESTS, data_sets, unequal=True)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 2000)
