"""Linear models against limma, and by hand."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy import special

from secretome import linear
from secretome.normalise import log2_cpm, tmm_factors

GOLDEN = Path(__file__).parents[1] / "golden"
GROUPS = np.array([0, 0, 0, 0, 1, 1, 1.0])
DESIGN = np.column_stack([GROUPS, 1 - GROUPS, [0, 1, 1, 0, 1, 0, 1]])
CONTRAST = np.array([1.0, -1, 0])


@pytest.fixture(scope="module")
def genes():
    return pd.read_csv(GOLDEN / "simulated.genes.tsv", sep="\t", index_col="gene")


@pytest.fixture(scope="module")
def counts(genes):
    return pd.read_csv(GOLDEN / "simulated.counts.tsv", sep="\t", index_col="gene").loc[genes.index].to_numpy(float)


@pytest.fixture(scope="module")
def weighted(counts):
    return linear.voom(counts, DESIGN, counts.sum(axis=0) * tmm_factors(counts))


def test_voom_weights_are_those_of_limma(weighted, genes):
    np.testing.assert_allclose(weighted[1][:, [0, 6]], genes[["weight_1", "weight_7"]], rtol=1e-7)


def test_a_weighted_moderated_contrast_is_that_of_limma(weighted, genes):
    fitted = linear.fit(weighted[0], DESIGN, weighted[1])
    table = linear.estimate(fitted, CONTRAST, linear.moderate(fitted))
    columns = {"log2_fold_change": "logFC", "ci_low": "CI.L", "ci_high": "CI.R", "mean_log2_expression": "AveExpr"}
    for ours, theirs in columns.items():
        np.testing.assert_allclose(table[ours], genes[theirs], atol=1e-7, err_msg=ours)
    np.testing.assert_allclose(table["df"], genes["df"], rtol=1e-6)
    np.testing.assert_allclose(np.log10(table["p_value"]), np.log10(genes["p"]), atol=1e-6)
    np.testing.assert_allclose(table["q_value"], genes["q"], rtol=1e-6)


@pytest.mark.parametrize(("trend", "column"), [(False, "plain_p"), (True, "trend_p")])
def test_an_unweighted_contrast_is_that_of_limma(counts, genes, trend, column):
    fitted = linear.fit(log2_cpm(counts, tmm_factors(counts)), DESIGN)
    table = linear.estimate(fitted, CONTRAST, linear.moderate(fitted, trend))
    np.testing.assert_allclose(np.log10(table["p_value"]), np.log10(genes[column]), atol=1e-9)


def test_without_moderation_it_is_the_t_test_of_the_textbook():
    values = np.array([[1.0, 2, 3, 5, 7, 9]])
    design = np.repeat(np.eye(2), 3, axis=0)
    row = linear.estimate(linear.fit(values, design), np.array([-1.0, 1])).iloc[0]
    assert row["log2_fold_change"] == pytest.approx(5)
    assert row["standard_error"] == pytest.approx(np.sqrt(2.5 * 2 / 3))
    assert row["df"] == 4
    assert row["p_value"] == pytest.approx(2 * special.stdtr(4, -5 / np.sqrt(5 / 3)))
    assert row["ci_high"] - row["ci_low"] == pytest.approx(2 * 2.7764451 * np.sqrt(5 / 3))


def test_equal_weights_change_nothing():
    values = np.random.default_rng(0).normal(size=(50, 7))
    plain = linear.estimate(linear.fit(values, DESIGN), CONTRAST)
    weighted = linear.estimate(linear.fit(values, DESIGN, np.full(values.shape, 3.0)), CONTRAST)
    pd.testing.assert_frame_equal(plain, weighted)


def test_samples_can_stand_in_any_order(counts):
    size = counts.sum(axis=0)
    order = [6, 2, 0, 4, 1, 5, 3]
    tables = []
    for columns in (list(range(7)), order):
        log2, weights = linear.voom(counts[:, columns], DESIGN[columns], size[columns])
        fitted = linear.fit(log2, DESIGN[columns], weights)
        tables.append(linear.estimate(fitted, CONTRAST, linear.moderate(fitted)))
    pd.testing.assert_frame_equal(*tables, rtol=1e-7)


def test_the_levels_can_change_places(weighted):
    fitted = linear.fit(weighted[0], DESIGN, weighted[1])
    there, back = (linear.estimate(fitted, sign * CONTRAST) for sign in (1, -1))
    np.testing.assert_allclose(there["log2_fold_change"], -back["log2_fold_change"])
    np.testing.assert_allclose(there["ci_low"], -back["ci_high"])
    np.testing.assert_allclose(there["p_value"], back["p_value"])


def test_where_nothing_happens_p_is_uniform_and_intervals_hold_zero():
    values = np.random.default_rng(3).normal(scale=np.repeat([0.5, 2], 2000)[:, None], size=(4000, 7))
    fitted = linear.fit(values, DESIGN)
    table = linear.estimate(fitted, CONTRAST, linear.moderate(fitted))
    shares = [(table["p_value"] < level).mean() for level in (0.05, 0.2, 0.5, 0.8)]
    np.testing.assert_allclose(shares, [0.05, 0.2, 0.5, 0.8], atol=0.025)
    covered = (table["ci_low"] < 0) & (table["ci_high"] > 0)
    assert covered.mean() == pytest.approx(1 - shares[0])


def test_variances_that_do_not_differ_are_pooled():
    values = np.random.default_rng(4).normal(size=(3000, 7))
    values /= np.sqrt(linear.fit(values, DESIGN).variance)[:, None]
    moderation = linear.moderate(linear.fit(values, DESIGN))
    assert moderation.prior_df == np.inf
    np.testing.assert_allclose(moderation.variance, 1)
    assert moderation.df[0] == 3000 * 4


def test_the_inverse_trigamma_inverts():
    for value in (1e-8, 1e-3, 0.5, 3.0, 1e4, 1e9):
        assert special.polygamma(1, linear.inverse_trigamma(value)) == pytest.approx(value, rel=1e-6)


def test_false_discovery_rates_by_hand_and_with_a_missing_test():
    rates = linear.benjamini_hochberg(np.array([0.01, np.nan, 0.04, 0.03, 0.5]))
    np.testing.assert_allclose(rates, [0.04, np.nan, 0.16 / 3, 0.16 / 3, 0.5])
    assert np.isnan(linear.benjamini_hochberg(np.array([np.nan]))).all()


def test_missing_values_are_left_out_gene_by_gene(counts):
    values = log2_cpm(counts, tmm_factors(counts))
    values[0, [1, 5]] = np.nan
    values[1, [0, 1, 2, 3]] = np.nan  # no value of the second group is left
    fitted = linear.fit(values, DESIGN)
    alone = linear.fit(np.delete(values[:1], [1, 5], axis=1), np.delete(DESIGN, [1, 5], axis=0))
    table, own = linear.estimate(fitted, CONTRAST), linear.estimate(alone, CONTRAST)
    np.testing.assert_allclose(table.iloc[0].drop("q_value"), own.iloc[0].drop("q_value"), rtol=1e-9)
    assert fitted.residual_df[0] == 2
    untested = table.iloc[1]
    assert untested[["log2_fold_change", "standard_error", "p_value", "ci_low"]].isna().all()
    assert table.iloc[2:].notna().all().all()


def test_a_contrast_that_is_determined_does_not_depend_on_what_is_not():
    # A block of one sample each leaves no difference between them, but the groups can still be compared.
    design = np.column_stack([[1, 1, 0, 0, 0], [0, 0, 1, 1, 0], [0, 0, 0, 0, 1]]).astype(float)
    values = np.array([[1.0, 3, 6, 8, np.nan]])
    row = linear.estimate(linear.fit(values, design), np.array([1.0, -1, 0])).iloc[0]
    assert row["log2_fold_change"] == pytest.approx(-5)
    assert row["df"] == 2
    assert np.isnan(linear.estimate(linear.fit(values, design), np.array([1.0, 0, -1])).iloc[0]["log2_fold_change"])


def test_a_gene_without_degrees_of_freedom_neither_lends_nor_borrows(counts):
    values = log2_cpm(counts, tmm_factors(counts))
    values[0, [0, 1, 2, 4]] = np.nan
    fitted = linear.fit(values, DESIGN)
    assert fitted.residual_df[0] == 0
    moderated, others = linear.moderate(fitted), linear.moderate(linear.fit(values[1:], DESIGN))
    assert np.isnan(moderated.variance[0])
    assert moderated.prior_df == pytest.approx(others.prior_df)
    np.testing.assert_allclose(moderated.variance[1:], others.variance, rtol=1e-12)
    assert np.isnan(linear.estimate(fitted, CONTRAST, moderated)["p_value"][0])


@pytest.mark.parametrize(
    ("values", "design", "says"),
    [
        (np.ones((2, 6)), DESIGN, "do not fit"),
        (np.full((2, 7), np.inf), DESIGN, "finite"),
        (np.ones((2, 7)), np.column_stack([DESIGN, DESIGN[:, 0]]), "rank"),
        (np.ones((2, 7)), np.eye(7), "degree of freedom"),
    ],
)
def test_models_that_cannot_be_fitted_are_refused(values, design, says):
    with pytest.raises(ValueError, match=says):
        linear.fit(values, design)


def test_weights_must_be_positive():
    with pytest.raises(ValueError, match="positive"):
        linear.fit(np.ones((2, 7)), DESIGN, np.zeros((2, 7)))


def test_genes_that_do_not_vary_cannot_be_moderated():
    with pytest.raises(ValueError, match="too few genes vary"):
        linear.moderate(linear.fit(np.zeros((5, 7)), np.ones((7, 1))))


@pytest.mark.parametrize("contrast", [np.zeros(3), np.ones(2)])
def test_a_contrast_must_fit_the_coefficients(contrast):
    with pytest.raises(ValueError, match="contrast"):
        linear.estimate(linear.fit(np.random.default_rng(0).normal(size=(5, 7)), DESIGN), contrast)
