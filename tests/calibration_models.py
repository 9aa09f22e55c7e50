"""How often the tests of single genes reject where nothing happens, and are wrong where something does.

`make calibration`, or `python tests/calibration_models.py [data sets]`. Three tables of simulated data sets of 1,000
genes. First the share of true nulls with p below .05 and .01: normal values whose variances follow the model of the
moderation (with a trend where the form has one), and negative binomial counts. Then the observed false discovery rate
at a nominal 0.05 where one gene in ten changes two-fold. Last the share of true nulls with p below .05 and .01 among
the genes from the 90th to the 92nd percentile of the residual variance: of the estimated one, which is what a reader
knows of a gene that was named before, and of the true one, which nobody knows and no test that borrows variances holds.
In variances of one family, in variances that are alike but for one gene in ten, which varies tenfold, and in counts
(there the true one is the dispersion).
"""

import sys
from collections.abc import Iterator

import numpy as np
from calibration import pairs, two_groups

from secretome.models import contrasts, linear, moderation, voom
from secretome.models.false_discovery import benjamini_hochberg
from secretome.normalise import log2_cpm

GENES, CHANGED = 1000, 100
PRIOR_DF = 5.0  # as in the bundled studies
DESIGNS = {"2+2": two_groups(2), "3+3": two_groups(3), "4 pairs": pairs(4), "6+6": two_groups(6)}
MODERATIONS = {
    "plain": {},
    "trend": {"trend": True},
    "robust": {"robust": True},
    "trend, robust": {"trend": True, "robust": True},
}
COUNT_FORMS = {
    "voom": (True, {}),
    "voom, robust": (True, {"robust": True}),
    "trend": (False, {"trend": True}),
    "trend, robust": (False, {"trend": True, "robust": True}),
}
FAMILIES = {"one family": PRIOR_DF, "alike but for one in ten": np.inf}


def tested(values: np.ndarray, matrix: np.ndarray, weights: np.ndarray | None, **how: bool) -> np.ndarray:
    """The p-values of the difference of the first two coefficients."""
    contrast = np.zeros(matrix.shape[1])
    contrast[:2] = 1, -1
    fitted = linear.fit(values, matrix, weights)
    return contrasts.estimate(fitted, contrast, moderation.moderate(fitted, **how))["p_value"].to_numpy()


def ordinary(values: np.ndarray, matrix: np.ndarray) -> np.ndarray:
    """The same by each gene's own variance alone."""
    contrast = np.zeros(matrix.shape[1])
    contrast[:2] = 1, -1
    return contrasts.estimate(linear.fit(values, matrix), contrast)["p_value"].to_numpy()


def blocked(random: np.random.Generator, matrix: np.ndarray) -> np.ndarray:
    """What the pairs of a design have in common, genes × samples."""
    return random.normal(scale=0.5, size=(GENES, matrix.shape[1] - 2)) @ matrix[:, 2:].T


def normal_values(
    random: np.random.Generator, matrix: np.ndarray, trend: bool = False, prior_df: float = PRIOR_DF
) -> tuple[np.ndarray, np.ndarray]:
    """Genes × samples without effects, and the true variance of each gene."""
    mean = random.uniform(2, 14, GENES)
    variance = np.exp(-0.2 * (mean - 8)) if trend else np.ones(GENES)
    if np.isfinite(prior_df):
        variance = variance * prior_df / random.chisquare(prior_df, GENES)
    else:
        variance = np.where(np.arange(GENES) < GENES // 10, 10.0, variance)
    noise = random.normal(size=(GENES, len(matrix))) * np.sqrt(variance)[:, None]
    return mean[:, None] + blocked(random, matrix) + noise, variance


def counted(random: np.random.Generator, matrix: np.ndarray, changed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Counts of genes × samples, the dispersions as in the paper of voom; the first genes change two-fold.

    With them how much more or less than its mean tells each gene's dispersion is.
    """
    mean = np.maximum(2 ** random.normal(6, 2, GENES), 8)
    change = np.zeros(GENES)
    change[:changed] = random.choice([-1.0, 1.0], changed)
    depth = random.uniform(0.7, 1.4, len(matrix))
    expected = mean[:, None] * depth * 2 ** (change[:, None] * matrix[:, 0] + blocked(random, matrix))
    own = 40 / random.chisquare(40, GENES)
    size = 1 / own[:, None] / (0.2 + mean[:, None] ** -0.5) ** 2
    return random.negative_binomial(size, size / (size + expected)).astype(float), own


def tested_counts(counts: np.ndarray, matrix: np.ndarray) -> Iterator[tuple[str, np.ndarray]]:
    """The p-values by every form of test for counts."""
    weighted = voom.voom(counts, matrix, counts.sum(axis=0))
    log2 = log2_cpm(counts, np.ones(len(matrix)))
    for form, (by_voom, how) in COUNT_FORMS.items():
        yield form, tested(*((weighted[0], matrix, weighted[1]) if by_voom else (log2, matrix, None)), **how)


def print_nulls(data_sets: int) -> None:
    """The first table."""
    print("data\tdesign\tform\tbelow_.05\tbelow_.01", flush=True)
    for name, matrix in DESIGNS.items():
        random = np.random.default_rng(1)
        below: dict[tuple[str, str], np.ndarray] = {}
        for _ in range(data_sets):
            values = {trend: normal_values(random, matrix, trend)[0] for trend in (False, True)}
            found = [
                (("normal", form), tested(values["trend" in how], matrix, None, **how))
                for form, how in MODERATIONS.items()
            ]
            counts, _ = counted(random, matrix)
            found += [(("counts", form), p) for form, p in tested_counts(counts, matrix)]
            for key, p in found:
                below[key] = below.get(key, 0) + np.array([(p < 0.05).mean(), (p < 0.01).mean()])
        for (data, form), sums in below.items():
            print(data, name, form, *(f"{share:.4f}" for share in sums / data_sets), sep="\t", flush=True)


def print_discoveries(data_sets: int) -> None:
    """The second table."""
    print("\ndata\tdesign\tform\tobserved_fdr\tfound", flush=True)
    for name, matrix in DESIGNS.items():
        random = np.random.default_rng(2)
        sums: dict[str, np.ndarray] = {}
        for _ in range(data_sets):
            for form, p in tested_counts(counted(random, matrix, CHANGED)[0], matrix):
                called = benjamini_hochberg(p) <= 0.05
                wrong = called[CHANGED:].sum() / max(called.sum(), 1)
                sums[form] = sums.get(form, 0) + np.array([wrong, called[:CHANGED].mean()])
        for form, totals in sums.items():
            print("counts", name, form, *(f"{share:.4f}" for share in totals / data_sets), sep="\t", flush=True)


def print_variable_genes(data_sets: int) -> None:
    """The third table."""
    print("\nvariances\tchosen_by\tdesign\tform\tbelow_.05\tbelow_.01", flush=True)
    for family in (*FAMILIES, "counts"):
        for name, matrix in DESIGNS.items():
            random = np.random.default_rng(3)
            sums: dict[tuple[str, str], np.ndarray] = {}
            for _ in range(data_sets):
                variances, forms = _of_variable_genes(random, matrix, family)
                for kind, variance in variances.items():
                    chosen = np.argsort(variance, kind="stable")[GENES * 90 // 100 : GENES * 92 // 100]
                    for form, p in forms.items():
                        below = np.array([(p[chosen] < 0.05).mean(), (p[chosen] < 0.01).mean()])
                        sums[kind, form] = sums.get((kind, form), 0) + below
            for (kind, form), totals in sums.items():
                shares = (f"{share:.4f}" for share in totals / data_sets)
                print(family, kind, name, form, *shares, sep="\t", flush=True)


def _of_variable_genes(
    random: np.random.Generator, matrix: np.ndarray, family: str
) -> tuple[dict[str, np.ndarray], dict[str, np.ndarray]]:
    """How variable each gene is in truth and by its residuals, and its p-value by every form."""
    if family == "counts":
        counts, variance = counted(random, matrix)
        log2 = log2_cpm(counts, np.ones(len(matrix)))
        variances = {"true": variance, "estimated": linear.fit(log2, matrix).variance}
        return variances, dict(tested_counts(counts, matrix)) | {"ordinary": ordinary(log2, matrix)}
    values, variance = normal_values(random, matrix, prior_df=FAMILIES[family])
    forms = {form: tested(values, matrix, None, **MODERATIONS[form]) for form in ("plain", "robust")}
    variances = {"true": variance, "estimated": linear.fit(values, matrix).variance}
    return variances, forms | {"ordinary": ordinary(values, matrix)}


def main(data_sets: int) -> None:
    """Print the tables."""
    print_nulls(data_sets)
    print_discoveries(data_sets)
    print_variable_genes(data_sets)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 2000)
