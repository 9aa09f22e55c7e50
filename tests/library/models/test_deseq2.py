"""PyDESeq2 behind our columns: R's numbers, the traps that it does not refuse, the order of the samples."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from secretome.models import deseq2
from secretome.models.contrasts import estimate
from secretome.models.false_discovery import benjamini_hochberg
from secretome.models.linear import fit

GOLDEN = Path(__file__).parents[2] / "golden/deseq2"
TWO_GROUPS = np.repeat([[1.0, 0.0], [0.0, 1.0]], 4, axis=0)
CONTRAST = np.array([-1.0, 1.0])


def golden(name):
    return pd.read_csv(GOLDEN / f"{name}.tsv", sep="\t", index_col=0)


def simulated(genes=60, samples=8, seed=1):
    """Counts without any effect, 50 to 2,000 reads a gene."""
    random = np.random.default_rng(seed)
    means = 2 ** random.uniform(5.6, 11, (genes, 1))
    dispersion = 0.05 + 1 / means
    counts = random.poisson(random.gamma(1 / dispersion, means * dispersion, (genes, samples)))
    names = [f"g{i}" for i in range(genes)]
    return pd.DataFrame(counts, index=names, columns=[f"s{i}" for i in range(samples)])


@pytest.mark.parametrize(("name", "columns"), [("groups", ["a", "b"]), ("batch", ["a", "b", "batch"])])
def test_the_numbers_are_those_of_r(name, columns):
    expected, design = golden(name), golden("design")
    contrast = np.array([-1.0, 1.0, 0.0])[: len(columns)]
    model = deseq2.estimate(golden("counts"), design[columns].to_numpy(float), contrast)
    np.testing.assert_allclose(model.size_factors, design["size_factor"], rtol=1e-9)
    found = model.table
    np.testing.assert_allclose(found["log2_fold_change"], expected["log2_fold_change"], atol=1e-4)
    tested = expected["p_value"].notna().to_numpy()
    # The prior of the dispersions is fitted by another optimiser.
    np.testing.assert_allclose(found["standard_error"][tested], expected["standard_error"][tested], rtol=0.01)
    np.testing.assert_allclose(found["statistic"][tested], expected["statistic"][tested], rtol=0.01, atol=1e-3)
    called = benjamini_hochberg(expected["p_value"].to_numpy()) <= 0.05
    assert called.sum() > 20
    assert ((found["q_value"] <= 0.05).to_numpy() == called).all()
    assert (model.outliers == ~tested).all()
    assert model.outliers.sum() == 1
    assert model.warnings == []


@pytest.fixture(scope="module")
def model():
    return deseq2.estimate(simulated(), TWO_GROUPS, CONTRAST)


def test_the_columns_are_those_of_the_linear_models(model):
    linear = estimate(fit(np.log2(simulated() + 1).to_numpy(), TWO_GROUPS), CONTRAST)
    assert list(model.table) == list(linear)
    assert list(model.table.index) == list(simulated().index)
    tested = model.table[~model.outliers]
    np.testing.assert_allclose(tested["ci_high"] - tested["log2_fold_change"], 1.959964 * tested["standard_error"])
    np.testing.assert_allclose(tested["statistic"], tested["log2_fold_change"] / tested["standard_error"])
    assert np.isinf(tested["df"]).all()
    np.testing.assert_array_equal(tested["q_value"], benjamini_hochberg(tested["p_value"].to_numpy()))
    # What the estimates are is known roughly without any model.
    counts = simulated() / simulated().sum() * simulated().sum().mean()
    rough = np.log2(counts.iloc[:, 4:].mean(axis=1) / counts.iloc[:, :4].mean(axis=1))
    assert (tested["log2_fold_change"] - rough[~model.outliers]).abs().max() < 0.15


def test_the_order_of_the_samples_and_their_names_do_not_matter(model):
    order = [5, 0, 7, 2, 1, 4, 3, 6]
    counts = simulated().iloc[:, order].rename(columns=lambda name: f"x{name}")
    again = deseq2.estimate(counts, TWO_GROUPS[order], CONTRAST)
    pd.testing.assert_frame_equal(again.table, model.table, check_exact=True)
    np.testing.assert_array_equal(again.size_factors, model.size_factors[order])


def test_nothing_is_printed_and_the_filters_of_warnings_stay(capfd, recwarn):
    import warnings

    before = list(warnings.filters)
    deseq2.estimate(simulated(), TWO_GROUPS, CONTRAST)
    assert list(warnings.filters) == before
    assert capfd.readouterr() == ("", "")
    assert not recwarn.list


def test_a_gene_that_one_sample_decides_has_a_fold_change_and_no_test():
    counts = simulated()
    counts.iloc[7] = [40, 50, 45, 38, 44, 40, 5000, 41]
    model = deseq2.estimate(counts, TWO_GROUPS, CONTRAST)
    assert model.outliers[7]
    row = model.table.iloc[7]
    assert row["log2_fold_change"] > 3
    assert row.drop(["log2_fold_change", "mean_log2_expression"]).isna().all()


def test_a_gene_without_reads_has_no_fold_change_and_is_no_outlier():
    counts = simulated()
    counts.iloc[3] = 0
    model = deseq2.estimate(counts, TWO_GROUPS, CONTRAST)
    assert model.table.iloc[3].drop("mean_log2_expression").isna().all()
    assert not model.outliers[3]


def test_few_degrees_of_freedom_are_told():
    pairs = np.column_stack([TWO_GROUPS, np.tile(np.eye(4)[:, 1:], (2, 1))])
    contrast = np.array([-1.0, 1, 0, 0, 0])
    model = deseq2.estimate(simulated(), pairs, contrast)
    assert [one["message"][:37] for one in model.warnings] == ["With 3 residual degrees of freedom Py"]
    assert model.table["p_value"].notna().all()


def test_many_samples_are_told():
    design = np.repeat([[1.0, 0.0], [0.0, 1.0]], 25, axis=0)
    model = deseq2.estimate(simulated(20, 50), design, CONTRAST)
    assert [one["code"] for one in model.warnings if one["code"] != "deseq2"] == ["W18"]


def test_counts_that_are_zero_somewhere_in_every_gene_are_told():
    counts = simulated()
    for gene in range(len(counts)):
        counts.iloc[gene, gene % 8] = 0
    model = deseq2.estimate(counts, TWO_GROUPS, CONTRAST)
    assert any("sample without reads" in one["message"] for one in model.warnings)


def changed(gene, sample, value):
    counts = simulated().astype(float)
    counts.iloc[gene, sample] = value
    return counts


@pytest.mark.parametrize(
    ("counts", "problem"),
    [
        (simulated().assign(s3=0), "samples have no reads at all on the tested genes, and cannot be fitted: s3"),
        (changed(2, 1, 0.5), "1 values are no counts; the first is 0.5, g2 in sample s1"),
        (changed(2, 1, -3), "is -3, g2 in sample s1"),
        (changed(2, 1, np.nan), "is nan, g2 in sample s1"),
        (changed(2, 1, np.inf), "is inf, g2 in sample s1"),
        (simulated().rename(columns={"s1": "s0"}), "samples stand twice in the counts: s0"),
        (simulated().rename(index={"g1": "g0"}), "genes stand twice in the counts: g0"),
    ],
)
def test_what_is_no_table_of_counts_is_refused(counts, problem):
    with pytest.raises(ValueError, match=problem):
        deseq2.estimate(counts, TWO_GROUPS, CONTRAST)


@pytest.mark.parametrize(
    ("design", "contrast", "problem"),
    [
        (TWO_GROUPS[:7], CONTRAST, "does not fit 8 samples"),
        (TWO_GROUPS, np.zeros(2), "the contrast .* does not fit the 2 coefficients"),
        (TWO_GROUPS, np.ones(3), "the contrast .* does not fit the 2 coefficients"),
        (np.column_stack([TWO_GROUPS, np.ones(8)]), np.array([-1.0, 1, 0]), "full column rank"),
        (np.eye(8), np.arange(8.0), "no degree of freedom"),
    ],
)
def test_a_design_that_cannot_be_fitted_is_refused(design, contrast, problem):
    with pytest.raises(ValueError, match=problem):
        deseq2.estimate(simulated(), design, contrast)
