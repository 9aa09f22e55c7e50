from itertools import product
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from secretome import quality
from secretome.faults import Fault

STUDIES = Path(__file__).parents[2] / "data/bundled"
BUNDLED = ("airway_dexamethasone", "lncap_androgen")
GENES_OF_VALUES = [f"G{row}" for row in range(20)]


def checked(values: np.ndarray, ids: list[str] | None = None, columns: list[str] | None = None) -> list[Fault]:
    rows, samples = np.shape(values)
    names = ids or [f"g{i}" for i in range(rows)]
    return quality.count_faults(np.asarray(values), names, columns or [f"s{i}" for i in range(samples)], "counts.tsv")


def problems(values: np.ndarray, **names: list[str]) -> str:
    return " | ".join(str(found) for found in checked(values, **names))


def negative_binomial(samples: int, dispersion: float, genes: int = 3000, seed: int = 1) -> np.ndarray:
    """Counts whose variance is mean + dispersion × mean²; 0 gives technical replicates."""
    rng = np.random.default_rng(seed)
    means = rng.lognormal(3, 2, genes)[:, None] * np.ones(samples)
    if dispersion:
        means = rng.gamma(1 / dispersion, means * dispersion)
    return rng.poisson(means).astype(float)


@pytest.fixture(scope="module")
def counts() -> dict[str, np.ndarray]:
    return {
        study: pd.read_csv(STUDIES / study / "counts.tsv.gz", sep="\t", index_col=0).to_numpy(float)
        for study in BUNDLED
    }


def cpm(values: np.ndarray) -> np.ndarray:
    return values / values.sum(axis=0) * 1e6


def fpkm(values: np.ndarray) -> np.ndarray:
    kilobases = np.random.default_rng(0).lognormal(0.6, 0.7, (len(values), 1))
    return cpm(values) / kilobases


SCALES = {
    "log2 CPM": lambda values: np.log2(cpm(values) + 0.5),
    "rounded log2": lambda values: np.round(np.log2(values + 1)),
    "natural log": lambda values: np.log1p(values),
    "CPM": cpm,
    "rounded CPM": lambda values: np.round(cpm(values)),
    "TPM": lambda values: cpm(fpkm(values)),
    "rounded TPM": lambda values: np.round(cpm(fpkm(values))),
    "FPKM": fpkm,
    "rounded FPKM": lambda values: np.round(fpkm(values)),
    "shares": lambda values: values / values.sum(axis=0) * 1e4,
}


# Rounded FPKM of libraries of a million reads vary as counts do.
UNSEEN = ("lncap_androgen", "rounded FPKM")


@pytest.mark.parametrize(("study", "scale"), [pair for pair in product(BUNDLED, SCALES) if pair != UNSEEN])
def test_another_scale_offered_as_counts_is_refused(counts: dict[str, np.ndarray], study: str, scale: str) -> None:
    found = checked(SCALES[scale](counts[study]))  # M08
    assert len(found) == 1
    assert "raw counts" in str(found[0])


def test_rounded_fpkm_of_a_shallow_study_pass_unseen(counts: dict[str, np.ndarray]) -> None:
    """The limit of what can be told, so that a change of it is noticed."""
    study, scale = UNSEEN
    assert checked(SCALES[scale](counts[study])) == []


@pytest.mark.parametrize("study", BUNDLED)
@pytest.mark.parametrize("share", [1, 0.1, 0.01])
def test_real_counts_pass_however_deep(counts: dict[str, np.ndarray], study: str, share: float) -> None:
    thinned = np.random.default_rng(0).binomial(counts[study].astype(int), share)
    assert checked(thinned) == []


@pytest.mark.parametrize("samples", [2, 3, 6, 24])
@pytest.mark.parametrize("dispersion", [0, 0.05, 0.4])
def test_counting_noise_passes(samples: int, dispersion: float) -> None:
    assert checked(negative_binomial(samples, dispersion)) == []


def test_a_handful_of_rows_is_not_judged_by_its_scale() -> None:
    assert checked(np.array([[3.0, 4], [10, 12]])) == []


@pytest.mark.parametrize(
    ("value", "said"), [(-1, "are negative"), (2.5, "are not whole numbers"), (2.0**31 + 1, "are larger than 2^31")]
)
def test_values_that_no_count_has(value: float, said: str) -> None:  # M07
    values = negative_binomial(4, 0.1)
    values[7, 2] = values[9, 1] = value
    message = problems(values)
    assert f"2 values {said}" in message
    assert "row g7, column s2" in message
    assert f"'{value:.10g}'" in message


def test_all_wrong_values_are_told_together() -> None:  # M07
    values = negative_binomial(4, 0.1)
    values[0, 0], values[1, 1], values[2, 2] = -3, 0.5, 1e12
    assert len(checked(values)) == 3


def test_a_sample_without_reads_is_refused() -> None:  # M05
    values = negative_binomial(4, 0.1)
    values[:, 2] = 0
    found = checked(values)
    assert [fault.field for fault in found] == ["column s2"]
    assert "no reads" in found[0].problem


def test_identical_samples_are_named_in_pairs() -> None:  # M18
    values = negative_binomial(4, 0.1)
    values[:, 3] = values[:, 1]
    found = checked(values)
    assert [fault.field for fault in found] == ["column s3"]
    assert "column s1" in found[0].problem


def test_a_row_that_was_pasted_twice_is_refused() -> None:  # M11
    values = np.vstack([negative_binomial(4, 0.1)] * 2)
    ids = [f"g{i}" for i in range(len(values) // 2)] * 2
    found = quality.count_faults(values, ids, ["s0", "s1", "s2", "s3"], "counts.tsv")
    assert len(found) == 1
    assert "rows stand twice with the same counts: g0, g1" in found[0].problem


def test_an_id_that_stands_twice_with_other_counts_is_no_copy() -> None:  # M11
    values = negative_binomial(4, 0.1)
    assert quality.count_faults(values, ["same"] * len(values), ["s0", "s1", "s2", "s3"], "counts.tsv") == []


def test_samples_of_equal_depth_are_not_identical() -> None:
    values = negative_binomial(2, 0.1)
    values[:, 1] = values[::-1, 0]
    assert checked(values) == []


def test_a_transposed_table_is_refused_with_a_hint() -> None:  # M10
    values = negative_binomial(4, 0.1, genes=600).T
    assert "Transpose" in problems(values)
    few = problems(values[:, :3], columns=["ENSG00000136244", "ENSG00000169429.2", "ENSG00000168385"])
    assert "the genes stand in the header" in few


def test_a_library_a_thousand_times_smaller_is_warned_of() -> None:  # M05
    found = quality.depth_warnings(np.array([1e6, 2e6, 3e6, 1499]), list("abcd"))
    assert [warning["code"] for warning in found] == ["W05"]
    assert "Sample d has 1499 reads" in found[0]["message"]
    assert quality.depth_warnings(np.array([1e6, 2e6, 3e6, 1501]), list("abcd")) == []


def log2_of(counts: np.ndarray) -> np.ndarray:
    return np.log2(cpm(counts) + 1).T


def test_the_summary_by_hand() -> None:
    counts = np.array([[5, 0, 7], [1, 1, 0], [0, 0, 9], [2, 8, 8]])
    log2 = np.array([[1.0, 2, 3], [2, 4, 6.5], [3, 2, 1], [1, 2, 4]])
    found = quality.summary(log2, counts, ["a", "b", "c", "d"])
    assert found["reads"] == {"a": 12, "b": 2, "c": 9, "d": 18}
    assert found["detected_genes"] == {"a": 2, "b": 2, "c": 1, "d": 3}
    correlation = np.corrcoef(log2)
    assert found["correlation"]["a"] == pytest.approx(max(correlation[0, 1:]), abs=1e-5)


def test_principal_components_are_those_of_the_covariance() -> None:
    log2 = np.random.default_rng(3).normal(size=(6, 40))
    found = quality.principal_components(log2, list("abcdef"))
    values, vectors = np.linalg.eigh(np.cov(log2.T))
    assert found["explained_variance"] == pytest.approx(values[::-1][:2] / values.sum(), rel=1e-5)
    coordinates = np.array(list(found["coordinates"].values()))
    expected = (log2 - log2.mean(axis=0)) @ vectors[:, ::-1][:, :2]
    np.testing.assert_allclose(np.abs(coordinates), np.abs(expected), rtol=1e-4, atol=1e-5)
    assert (coordinates.max(axis=0) >= -coordinates.min(axis=0)).all()


def test_only_the_most_variable_genes_are_used() -> None:
    log2 = np.random.default_rng(3).normal(size=(5, 3000)) * np.linspace(1, 2, 3000)
    found = quality.principal_components(log2, list("abcde"))
    assert found["genes"] == quality.MOST_VARIABLE
    assert found == quality.principal_components(log2[:, np.argsort(log2.var(axis=0))[-2000:]], list("abcde"))


@pytest.mark.parametrize("log2", [np.ones((4, 10)), np.ones((2, 10)) * [[1], [2]], np.ones((4, 0))])
def test_no_components_where_there_is_nothing_to_show(log2: np.ndarray) -> None:  # M19
    assert quality.principal_components(log2, [str(i) for i in range(len(log2))]) == {}


def test_an_outlier_is_named_and_its_neighbours_are_not() -> None:
    counts = negative_binomial(8, 0.02)
    counts[:, 5] = np.random.default_rng(9).permutation(counts[:, 5])
    found = quality.summary(log2_of(counts), counts.T, [f"s{i}" for i in range(8)])
    assert [warning["code"] for warning in found["warnings"]] == ["W05"]
    assert "Sample s5 " in found["warnings"][0]["message"]


def test_a_small_group_that_differs_is_no_outlier() -> None:
    counts = negative_binomial(9, 0.02)
    counts[:900, 7:] *= 8
    found = quality.summary(log2_of(counts), counts.T, [f"s{i}" for i in range(9)])
    assert found["warnings"] == []


def test_the_order_of_the_samples_does_not_matter() -> None:  # S06
    counts = negative_binomial(6, 0.1)
    names, order = list("abcdef"), [3, 1, 5, 0, 2, 4]
    one = quality.summary(log2_of(counts), counts.T, names)
    other = quality.summary(log2_of(counts)[order], counts.T[order], [names[i] for i in order])
    assert one == other


def test_values_of_zeros_alone_or_of_one_number_are_refused():  # M05
    values = np.random.default_rng(1).normal(8, 2, (20, 3))
    assert quality.value_faults(values, GENES_OF_VALUES, ["a", "b", "c"], "m.tsv") == []
    values[:, 1], values[:, 2] = 0, 7.5
    values[3, 1] = np.nan
    found = quality.value_faults(values, GENES_OF_VALUES, ["a", "b", "c"], "m.tsv")
    assert [one.field for one in found] == ["column b", "column c"]
    assert "holds zeros alone" in found[0].problem
    assert "same value in every row" in found[1].problem
    one_analyte = quality.value_faults(np.array([[0.0, 3.0, 4.0]]), ["IL6"], ["a", "b", "c"], "m.tsv")
    assert one_analyte == []


def test_of_a_panel_no_sample_is_an_outlier():
    generator = np.random.default_rng(1)
    values = generator.normal(8, 2, 100) + generator.normal(0, 0.1, (6, 100))
    values[3] = generator.permutation(values[3])
    names = list("abcdef")
    assert "Sample d is unlike" in quality.summary(values, None, names)["warnings"][0]["message"]
    assert quality.summary(values[:, :9], None, names)["warnings"] == []


def test_a_sample_with_few_values_is_told():  # M05
    values = np.random.default_rng(1).normal(8, 2, (4, 100))
    values[1, 35:] = np.nan
    values[2, 55:] = np.nan
    told = [one["message"] for one in quality.summary(values, None, list("abcd"))["warnings"]]
    assert "Sample b has values for 35 features, the median sample for 78." in told
    assert not any("Sample c has values" in one for one in told)
