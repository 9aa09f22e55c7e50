"""Simulated studies of every design against R's limma; the tables are made by tests/golden/models/make_models.R.

Everywhere: log2 fold changes within 1e-8, log10 p within 1e-6 (robust: 1e-4; with a correlation of our own: 1e-3), and
no gene that one of us calls at a false discovery rate of 0.05 and the other does not.
"""

from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from secretome.models import blocks, contrasts, linear, moderation, rotation, voom
from secretome.models import sample_weights as samples_good
from secretome.models.false_discovery import benjamini_hochberg
from secretome.normalise import log2_cpm
from secretome.pathways.collections import MeasuredSet
from secretome.pathways.fry import fry

GOLDEN = Path(__file__).parents[2] / "golden" / "models"
INTERACTION = np.array([1.0, -1, -1, 1])
WITHIN_LINES = np.array([[-1.0, 1, 0, 0], [0, 0, -1, 1]]).T
FORMS = {
    "plain": {},
    "trend": {"trend": True},
    "robust": {"robust": True},
    "robust_trend": {"trend": True, "robust": True},
}


@cache
def golden(name):
    return pd.read_csv(next(GOLDEN.glob(f"{name}.tsv*")), sep="\t", index_col=0)


def numbers(name):
    return golden(name).to_numpy(float)


def array_design():
    sheet = golden("arrays.samples")
    groups = sheet["line"] + sheet["treated"].astype(str)
    return np.column_stack([(groups == group).to_numpy(float) for group in ("a0", "a1", "b0", "b1")])


def assert_same_changes(ours, theirs):
    np.testing.assert_allclose(ours, theirs, rtol=0, atol=1e-8)


def assert_same_tests(ours, theirs, log10=1e-6):
    ours, theirs = np.asarray(ours, float), np.asarray(theirs, float)
    np.testing.assert_allclose(np.log10(ours), np.log10(theirs), rtol=0, atol=log10)
    assert ((benjamini_hochberg(ours) <= 0.05) == (benjamini_hochberg(theirs) <= 0.05)).all()


def tolerance(form):
    return 1e-4 if form.startswith("robust") else 1e-6


@pytest.mark.parametrize("form", FORMS)
def test_arrays_have_the_interaction_of_limma(form):
    fitted, expected = linear.fit(numbers("arrays.values"), array_design()), golden("arrays.genes")
    moderated = moderation.moderate(fitted, **FORMS[form])
    table = contrasts.estimate(fitted, INTERACTION, moderated)
    assert_same_changes(table["log2_fold_change"], expected["logFC"])
    assert_same_changes(table["mean_log2_expression"], expected["AveExpr"])
    assert_same_tests(table["p_value"], expected[f"{form}_p"], tolerance(form))
    if f"{form}_df" in expected:
        np.testing.assert_allclose(moderated.prior_df, expected[f"{form}_df"], rtol=1e-6)


def test_arrays_with_donors_as_blocks_have_the_change_of_limma():
    donors = golden("arrays.samples")["donor"].to_numpy()
    columns = [(donors == donor).astype(float) for donor in (2, 3, 4, 6, 7, 8)]
    design = np.column_stack([array_design(), *columns])
    fitted, expected = linear.fit(numbers("arrays.values"), design), golden("arrays.genes")
    contrast = np.r_[-1.0, 1, np.zeros(8)]
    table = contrasts.estimate(fitted, contrast, moderation.moderate(fitted, trend=True))
    assert_same_changes(table["log2_fold_change"], expected["paired_logFC"])
    assert_same_tests(table["p_value"], expected["paired_p"])


@pytest.mark.parametrize("study", ["arrays", "weighted"])
def test_the_f_test_of_two_contrasts_is_that_of_limma(study):
    weights = numbers("arrays.weights") if study == "weighted" else None
    fitted, expected = linear.fit(numbers("arrays.values"), array_design(), weights), golden(f"{study}.genes")
    table = contrasts.f_test(fitted, WITHIN_LINES, moderation.moderate(fitted, trend=weights is None))
    np.testing.assert_allclose(table["statistic"], expected["F"], rtol=1e-8)
    assert_same_tests(table["p_value"], expected["F_p"])


@pytest.mark.parametrize(("robust", "column"), [(False, "p"), (True, "robust_p")])
def test_weighted_arrays_have_the_interaction_of_limma(robust, column):
    fitted = linear.fit(numbers("arrays.values"), array_design(), numbers("arrays.weights"))
    expected = golden("weighted.genes")
    table = contrasts.estimate(fitted, INTERACTION, moderation.moderate(fitted, robust=robust))
    assert_same_changes(table["log2_fold_change"], expected["logFC"])
    assert_same_tests(table["p_value"], expected[column], tolerance(column))


@pytest.mark.parametrize("form", FORMS)
def test_arrays_with_missing_values_have_the_interaction_of_limma(form):
    fitted, expected = linear.fit(numbers("missing.values"), array_design()), golden("missing.genes")
    np.testing.assert_array_equal(fitted.residual_df, expected["df"])
    assert expected["df"].nunique() > 6
    moderated = moderation.moderate(fitted, **FORMS[form])
    table = contrasts.estimate(fitted, INTERACTION, moderated)
    assert_same_changes(table["log2_fold_change"], expected["logFC"])
    assert_same_tests(table["p_value"], expected[f"{form}_p"], tolerance(form))
    if f"{form}_df" in expected:
        able = fitted.residual_df > 0
        np.testing.assert_allclose(moderated.prior_df[able], expected[f"{form}_df"][able], rtol=1e-6)


@pytest.mark.parametrize("form", ["robust", "robust_trend"])
def test_genes_that_share_one_variance_are_robust_as_in_limma(form):
    design = np.column_stack([np.ones(8), np.repeat([0.0, 1], 4)])
    fitted, expected = linear.fit(numbers("alike.values"), design), golden("alike.genes")
    moderated = moderation.moderate(fitted, **FORMS[form])
    assert np.isinf(moderated.prior_df).sum() == np.isinf(expected[f"{form}_df"]).sum() > 250
    np.testing.assert_allclose(moderated.prior_df, expected[f"{form}_df"], rtol=1e-6)
    table = contrasts.estimate(fitted, np.array([0.0, 1]), moderated)
    assert_same_tests(table["p_value"], expected[f"{form}_p"], 1e-4)


def test_weighted_arrays_with_missing_values_have_the_interaction_of_limma():
    fitted = linear.fit(numbers("missing.values"), array_design(), numbers("arrays.weights"))
    expected = golden("missing.genes")
    table = contrasts.estimate(fitted, INTERACTION, moderation.moderate(fitted))
    assert_same_changes(table["log2_fold_change"], expected["weighted_logFC"])
    assert_same_tests(table["p_value"], expected["weighted_p"])


def blocked(study):
    """Values, design, blocks, weights."""
    values = numbers("missing.values" if study in ("missing", "both") else "arrays.values")
    weights = numbers("arrays.weights") if study in ("weighted", "both") else None
    return values, array_design(), golden("arrays.samples")["donor"].to_numpy(), weights


@pytest.mark.parametrize("study", ["plain", "weighted", "missing", "both"])
def test_the_correlation_within_donors_is_that_of_limma(study):
    found, genes = blocks.consensus_correlation(*blocked(study)), golden("blocks.genes")
    assert found.consensus == pytest.approx(golden("blocks.correlations")["correlation"][study], abs=1e-4)
    np.testing.assert_allclose(found.of_genes, genes[f"{study}_correlation"], rtol=0, atol=1e-4)


@pytest.mark.parametrize("whose", ["limma", "ours"])
@pytest.mark.parametrize("study", ["plain", "weighted", "missing", "both"])
def test_arrays_with_donors_at_random_have_the_interaction_of_limma(study, whose):
    values, design, donors, weights = blocked(study)
    correlation = golden("blocks.correlations")["correlation"][study]
    if whose == "ours":
        correlation = blocks.consensus_correlation(values, design, donors, weights).consensus
    fitted = linear.fit(values, design, weights, blocks.correlation_matrix(donors, correlation))
    table = contrasts.estimate(fitted, INTERACTION, moderation.moderate(fitted, trend=study == "plain"))
    expected = golden("blocks.genes")
    if whose == "limma":
        assert_same_changes(table["log2_fold_change"], expected[f"{study}_logFC"])
    assert_same_tests(table["p_value"], expected[f"{study}_p"], 1e-6 if whose == "limma" else 1e-3)


@pytest.mark.parametrize(("column", "weighted"), [("p", False), ("weighted_p", True)])
def test_a_correlated_fit_is_rotated_as_limma_rotates_it(column, weighted):
    values, design, donors, weights = blocked("weighted" if weighted else "plain")
    correlation = blocks.correlation_matrix(donors, 0.4)
    effects = rotation.rotation_effects(values, design, INTERACTION, weights, False, correlation)
    errors = contrasts.unscaled_error(linear.fit(values, design, weights, correlation), INTERACTION)
    rows = {"first": np.arange(40), "changed": np.arange(30, 90), "rest": np.arange(199, 260)}
    sets = [MeasuredSet(name, own, np.ones(own.size)) for name, own in rows.items()]
    table = fry(effects, errors, sets, golden("arrays.values").index.to_list(), as_limma=True)
    np.testing.assert_allclose(np.log10(table["p_value"]), np.log10(golden("blocks.sets")[column]), rtol=0, atol=1e-6)


@pytest.mark.parametrize("method", ["reml", "gene_by_gene", "weighted", "missing"])
def test_the_weights_of_arrays_are_those_of_limma(method):
    values = numbers("missing.values" if method == "missing" else "arrays.values")
    weights = numbers("arrays.weights") if method == "weighted" else None
    chosen = "gene_by_gene" if method == "gene_by_gene" else "auto"
    found = samples_good.sample_weights(values, array_design(), weights, chosen)
    np.testing.assert_allclose(found, golden("arrays.sample_weights")[method], rtol=1e-8)


@pytest.fixture(params=["counts48", "counts200"])
def counted(request):
    """A study of counts: its counts, design, library sizes, samples, and what limma says of its genes."""
    sheet, counts = golden(f"{request.param}.samples"), numbers(f"{request.param}.counts")
    design = sheet[["constant", "treated", "covariate"]].to_numpy(float)
    return request.param, counts, design, counts.sum(axis=0), sheet, golden(f"{request.param}.genes")


TREATED = np.array([0.0, 1, 0])


@pytest.mark.parametrize("robust", [False, True])
def test_many_samples_of_counts_have_the_changes_of_voom(counted, robust):
    _, counts, design, size, _, expected = counted
    values, weights = voom.voom(counts, design, size)
    fitted = linear.fit(values, design, weights)
    table = contrasts.estimate(fitted, TREATED, moderation.moderate(fitted, robust=robust))
    assert_same_changes(table["log2_fold_change"], expected["voom_logFC"])
    assert_same_tests(table["p_value"], expected["robust_p" if robust else "voom_p"], 1e-4 if robust else 1e-6)


def test_many_samples_of_counts_have_the_changes_of_limma_trend(counted):
    _, counts, design, _, _, expected = counted
    fitted = linear.fit(log2_cpm(counts, np.ones(counts.shape[1])), design)
    table = contrasts.estimate(fitted, TREATED, moderation.moderate(fitted, trend=True))
    assert_same_changes(table["log2_fold_change"], expected["trend_logFC"])
    assert_same_tests(table["p_value"], expected["trend_p"])


def test_samples_that_are_worse_weigh_less_as_in_limma(counted):
    _, counts, design, size, sheet, expected = counted
    values, weights, found = samples_good.voom_with_sample_weights(counts, design, size)
    np.testing.assert_allclose(found, sheet["sample_weight"], rtol=1e-6)
    assert set(np.argsort(found)[:2]) == {2, 9}
    fitted = linear.fit(values, design, weights)
    table = contrasts.estimate(fitted, TREATED, moderation.moderate(fitted))
    assert_same_changes(table["log2_fold_change"], expected["quality_logFC"])
    assert_same_tests(table["p_value"], expected["quality_p"])


def test_counts_with_donors_at_random_have_the_changes_of_limma(counted):
    study, counts, design, size, sheet, expected = counted
    donors = sheet["donor"].to_numpy()
    values, weights, correlation = blocks.voom_with_blocks(counts, design, size, donors)
    theirs = golden("counts.correlations").query("step == 'second'")["correlation"][study]
    assert correlation == pytest.approx(theirs, abs=1e-4)
    fitted = linear.fit(values, design, weights, blocks.correlation_matrix(donors, correlation))
    table = contrasts.estimate(fitted, TREATED, moderation.moderate(fitted))
    assert_same_tests(table["p_value"], expected["blocks_p"], 1e-3)
