"""Simulated studies of every design against R's limma; the tables are made by tests/golden/models/make_models.R.

Everywhere: log2 fold changes within 1e-8, log10 p within 1e-6 (robust: 1e-4), and no gene that one of us calls at a
false discovery rate of 0.05 and the other does not.
"""

from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from secretome.models import contrasts, linear, moderation
from secretome.models.false_discovery import benjamini_hochberg

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
