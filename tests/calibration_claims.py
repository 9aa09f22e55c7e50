"""How often a verdict on a claim is wrong, and how often it is there where the claim is true.

`make calibration`, or `python tests/calibration_claims.py [data sets]`. Simulated: two groups of n samples, 1,000 genes
whose variances follow the model of the moderation (scaled inverse chi-square with the 5 degrees of freedom of the
bundled studies, scale 0.1), the smallest effect δ = 1 in log2 units. A claim says that a gene rises, or that it stays.

The first table has the share of each verdict by the true effect, over all genes, and over those from the 90th to the
92nd percentile of the estimated variance: what a reader knows of a gene that was named before. Limits: "supported" at
a true effect of at most δ in no more than 2.5 % over all genes and 6 % of the variable ones; of a claim that nothing
changes, at a true effect of δ or more. At δ itself 2.5 % is what the interval promises, so that a share within two
Monte Carlo standard errors of the limit is within it.

The second table has claims on six genes whose errors go together (correlation 0.3), one of them at the true effect that
bounds the rule (`all`: the others are higher; `any`: lower; `mean`: alike). The line between them counts how many
verdicts "supported" the exchange of the two groups turned into "contradicted". The third table is the first one for
negative binomial counts, as voom weighs them.
"""

import itertools
import sys

import numpy as np
from calibration import two_groups

from secretome.claims import features
from secretome.claims.verdicts import CONTRADICTED, SUPPORTED, VERDICTS, verdicts_of
from secretome.models import contrasts, linear, moderation, rotation, voom

GENES, PRIOR_DF, PRIOR_VARIANCE = 1000, 5.0, 0.1
DELTA = 1.0
SIZES = (2, 3, 6)
TRUTHS = {"0": 0.0, "δ/2": DELTA / 2, "δ": DELTA, "2δ": 2 * DELTA, "-δ": -DELTA}
WORDS = VERDICTS[:6]
MEMBERS, SHARED = 6, 0.3
RISING = 400  # of the counted genes, and as many fall
CONTRAST = np.array([1.0, -1.0])
LIMITS = {"all": 0.025, "variable": 0.06}
OTHERS = {"all": 0.5, "mean": 0.0, "any": -0.5}  # how much higher than the gene that decides the others are


def noise(random: np.random.Generator, samples: int, genes: int = GENES) -> np.ndarray:
    """Genes × samples, normal errors of variances that are drawn from the prior."""
    variance = PRIOR_VARIANCE * PRIOR_DF / random.chisquare(PRIOR_DF, genes)
    return random.normal(size=(genes, samples)) * np.sqrt(variance)[:, None]


def fitted(values: np.ndarray, matrix: np.ndarray) -> tuple[np.ndarray, ...]:
    """Change, standard error, degrees of freedom and residual variance of each gene, moderated."""
    models = linear.fit(values, matrix)
    table = contrasts.estimate(models, CONTRAST, moderation.moderate(models))
    return (*(table[name].to_numpy() for name in ("log2_fold_change", "standard_error", "df")), models.variance)


def shares(words: np.ndarray) -> np.ndarray:
    """The share of each verdict."""
    return np.array([(words == word).mean() for word in WORDS])


def in_words(rows: list[np.ndarray]) -> list[str]:
    """The mean of the shares over the data sets."""
    return [f"{share:.4f}" for share in np.mean(rows, axis=0)]


def single_genes(data_sets: int) -> None:
    """The first table, and the exchange of the groups."""
    print("n\tgenes\tclaim\ttrue_effect", *WORDS, "limit", sep="\t", flush=True)
    strong = turned = 0
    for size in SIZES:
        random = np.random.default_rng(1)
        matrix = two_groups(size)
        found: dict[tuple[str, str, str], list[np.ndarray]] = {}
        for _ in range(data_sets):
            values = noise(random, 2 * size)
            change, error, df, variance = fitted(values, matrix)
            low, high = features.limits(change, error, df)
            chosen = np.argsort(variance, kind="stable")[GENES * 90 // 100 : GENES * 92 // 100]
            for truth, effect in TRUTHS.items():  # an effect moves the interval and nothing else
                for claim in ("rises", "stays"):
                    words = verdicts_of(low + effect, high + effect, DELTA, claim == "stays")
                    for genes, rows in (("all", slice(None)), ("variable", chosen)):
                        found.setdefault((genes, claim, truth), []).append(shares(words[rows]))
            supported, contradicted = exchanged(values + 2 * DELTA * matrix[:, 0], matrix)
            strong, turned = strong + supported.sum(), turned + (supported & contradicted).sum()
        for (genes, claim, truth), rows_of_it in found.items():
            told = limit(genes, claim, truth, [row[0] for row in rows_of_it])
            print(size, genes, claim, truth, *in_words(rows_of_it), told, sep="\t", flush=True)
    print(f"\nexchanged groups: {turned} of {strong} supported verdicts turned into contradicted", flush=True)


def exchanged(values: np.ndarray, matrix: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Which genes are supported, and which are contradicted after the labels of the groups were exchanged."""
    words = []
    for design in (matrix, matrix[:, ::-1]):
        change, error, df, _ = fitted(values, design)
        words.append(verdicts_of(*features.limits(change, error, df), DELTA))
    return words[0] == SUPPORTED, words[1] == CONTRADICTED


def limit(genes: str, claim: str, truth: str, supported: list[float]) -> str:
    """Whether the share of false support (one of each data set) is within its limit; "power" of a true claim."""
    true = TRUTHS[truth] > DELTA if claim == "rises" else abs(TRUTHS[truth]) < DELTA
    if true:
        return "power"
    error = np.std(supported, ddof=1) / np.sqrt(len(supported))
    return f"{'within' if np.mean(supported) <= LIMITS[genes] + 2 * error else 'ABOVE'} {LIMITS[genes]}"


def several_genes(data_sets: int) -> None:
    """The second table."""
    print("\nn\trule\ttrue_effect", *WORDS, "limit", sep="\t", flush=True)
    for size in SIZES:
        random = np.random.default_rng(2)
        matrix = two_groups(size)
        found: dict[tuple[str, str], list[np.ndarray]] = {}
        for _ in range(data_sets):
            values = noise(random, 2 * size, 200)
            spread = np.sqrt(PRIOR_VARIANCE)
            values[:MEMBERS] = np.sqrt(1 - SHARED) * values[:MEMBERS] + np.sqrt(SHARED) * spread * random.normal(
                size=2 * size
            )
            change, error, df, _ = fitted(values, matrix)
            models = linear.fit(values[:MEMBERS], matrix)
            effects = rotation.rotation_effects(values[:MEMBERS], matrix, CONTRAST)
            mean = features.of_mean(effects, contrasts.unscaled_error(models, CONTRAST))
            for rule, higher in OTHERS.items():
                added = np.where(np.arange(MEMBERS) == 0, 0.0, higher)
                of_six = (change[:MEMBERS] + added, error[:MEMBERS], df[:MEMBERS])
                _, low, high = mean if rule == "mean" else by_rule(rule, *of_six)
                for truth, effect in TRUTHS.items():
                    words = verdicts_of(np.array([low + effect]), np.array([high + effect]), DELTA)
                    found.setdefault((rule, truth), []).append(shares(words))
        for (rule, truth), rows_of_it in found.items():
            told = limit("all", "rises", truth, [row[0] for row in rows_of_it])
            print(size, rule, truth, *in_words(rows_of_it), told, sep="\t", flush=True)


def counted(random: np.random.Generator, matrix: np.ndarray, effect: float) -> tuple[np.ndarray, np.ndarray]:
    """Counts of genes × samples and library sizes, dispersions as in the paper of voom; as many genes rise as fall."""
    mean = np.maximum(2 ** random.normal(6, 2, GENES), 8)
    depth = random.uniform(0.7, 1.4, len(matrix))
    change = effect * np.repeat([1.0, -1.0, 0.0], [RISING, RISING, GENES - 2 * RISING])
    expected = mean[:, None] * depth * 2 ** (change[:, None] * matrix[:, 0])
    size = random.chisquare(40, GENES)[:, None] / 40 / (0.2 + mean[:, None] ** -0.5) ** 2
    return random.negative_binomial(size, size / (size + expected)).astype(float), depth * mean.sum()


def counts_of_reads(data_sets: int) -> None:
    """The third table."""
    print("\nn\tgenes\ttrue_effect", *WORDS, "limit", sep="\t", flush=True)
    for size, (truth, effect) in itertools.product(SIZES, TRUTHS.items()):
        random = np.random.default_rng(3)
        matrix = two_groups(size)
        found: dict[str, list[np.ndarray]] = {"all": [], "variable": []}
        for _ in range(data_sets):
            counts, library_size = counted(random, matrix, effect)
            values, weights = voom.voom(counts, matrix, library_size)
            models = linear.fit(values, matrix, weights)
            table = contrasts.estimate(models, CONTRAST, moderation.moderate(models))
            words = verdicts_of(table["ci_low"].to_numpy(), table["ci_high"].to_numpy(), DELTA)
            chosen = np.argsort(models.variance, kind="stable")[GENES * 90 // 100 : GENES * 92 // 100]
            found["all"].append(shares(words[:RISING]))
            if (variable := chosen[chosen < RISING]).size:
                found["variable"].append(shares(words[variable]))
        for genes, rows_of_it in found.items():
            told = limit(genes, "rises", truth, [row[0] for row in rows_of_it])
            print(size, genes, truth, *in_words(rows_of_it), told, sep="\t", flush=True)


def by_rule(rule: str, change: np.ndarray, error: np.ndarray, df: np.ndarray) -> features.Interval:
    """The interval of the worst gene, or of the best."""
    if rule == "all":
        return features.of_all(change, error, df)
    return features.of_any(change, error, df, MEMBERS)


def main(data_sets: int) -> None:
    """Print the tables."""
    single_genes(data_sets)
    several_genes(10 * data_sets)
    counts_of_reads(data_sets)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 500)
