"""The contrast as the tests of gene sets need it."""

import numpy as np
import pytest
from simulated_pathways import settings, study

from secretome.comparison.engines import DESEQ2, Engine, fit_contrast
from secretome.expression import Expression
from secretome.pathways.fitted import fitted_contrast, rotated


def test_the_first_effect_times_its_error_is_the_fold_change():
    fitted = fitted_contrast(study(8), settings())
    assert fitted.effects.shape == (400, 7)
    assert fitted.residual_df == 6
    np.testing.assert_allclose(fitted.effects[:, 0] * fitted.errors, fitted.table["log2_fold_change"], atol=1e-10)
    moderated_t = fitted.effects[:, 0] / np.sqrt(fitted.variance)
    np.testing.assert_allclose(moderated_t, fitted.table["statistic"], atol=1e-10)


def test_pydeseq2_has_no_residuals_and_gene_sets_go_by_voom():
    assert fitted_contrast(study(8), settings(method="deseq2")).model.method == "voom"


def test_genes_with_a_missing_value_are_left_out():
    expression = study(8)
    log2 = expression.log2.copy()
    log2[2, :10] = np.nan
    fitted = fitted_contrast(Expression(log2, None, expression.samples, expression.genes, {}), settings())
    assert fitted.genes[0] == "G10"
    assert len(fitted.values) == len(fitted.effects) == len(fitted.df) == 390


@pytest.mark.parametrize("genes", [400, 40])
def test_where_nothing_is_borrowed_there_are_no_effects(genes):
    expression = study(8 if genes == 40 else 2)
    few = Expression(
        expression.log2[:, :genes], None, expression.samples, expression.genes.iloc[:genes], expression.provenance
    )
    contrast = {**settings()["contrast"], "descriptive": genes == 400}
    fitted = fitted_contrast(few, settings(contrast=contrast))
    assert (fitted.effects.size, fitted.residual_df) == (0, -1)
    assert len(fitted.genes) == genes


def test_some_genes_have_the_effects_that_they_have_among_all():
    fitted = fitted_contrast(study(8), settings())
    rows = np.isin(np.arange(400), [3, 70])
    few = rotated(fitted.model, fitted.design, rows)
    assert few.genes == ["G3", "G70"]
    np.testing.assert_allclose(few.effects, fitted.effects[rows])
    for name in ("errors", "variance", "df"):
        np.testing.assert_array_equal(getattr(few, name), getattr(fitted, name)[rows])
    np.testing.assert_array_equal(few.values, fitted.model.values[rows])
    np.testing.assert_array_equal(rotated(fitted.model, fitted.design, rows, fitted.values).values, fitted.values[rows])


@pytest.mark.parametrize(("method", "genes"), [("voom", 0), (DESEQ2, 3)])
def test_no_genes_and_a_model_without_residuals_have_no_effects(method, genes):
    expression, design = study(8), fitted_contrast(study(8), settings()).design
    few = rotated(fit_contrast(expression, design, Engine(method)), design, np.arange(400) < genes)
    assert (len(few.genes), few.effects.shape, few.errors.size) == (genes, (0, 0), 0)
