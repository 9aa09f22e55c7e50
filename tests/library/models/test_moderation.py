"""Moderated variances against limma, and where they cannot be had."""

import numpy as np
import pytest
from scipy import special
from small_design import CONTRAST, DESIGN

from secretome.models import contrasts, linear, moderation
from secretome.normalise import log2_cpm, tmm_factors


@pytest.mark.parametrize(("trend", "column"), [(False, "plain_p"), (True, "trend_p")])
def test_an_unweighted_contrast_is_that_of_limma(counts, genes, trend, column):
    fitted = linear.fit(log2_cpm(counts, tmm_factors(counts)), DESIGN)
    table = contrasts.estimate(fitted, CONTRAST, moderation.moderate(fitted, trend))
    np.testing.assert_allclose(np.log10(table["p_value"]), np.log10(genes[column]), atol=1e-9)


def test_variances_that_do_not_differ_are_pooled():
    values = np.random.default_rng(4).normal(size=(3000, 7))
    values /= np.sqrt(linear.fit(values, DESIGN).variance)[:, None]
    moderated = moderation.moderate(linear.fit(values, DESIGN))
    assert moderated.prior_df == np.inf
    np.testing.assert_allclose(moderated.variance, 1)
    assert moderated.df[0] == 3000 * 4


def test_the_inverse_trigamma_inverts():
    for value in (1e-8, 1e-3, 0.5, 3.0, 1e4, 1e9):
        assert special.polygamma(1, moderation.inverse_trigamma(value)) == pytest.approx(value, rel=1e-6)


def test_a_gene_without_degrees_of_freedom_neither_lends_nor_borrows(counts):
    values = log2_cpm(counts, tmm_factors(counts))
    values[0, [0, 1, 2, 4]] = np.nan
    fitted = linear.fit(values, DESIGN)
    assert fitted.residual_df[0] == 0
    moderated, others = moderation.moderate(fitted), moderation.moderate(linear.fit(values[1:], DESIGN))
    assert np.isnan(moderated.variance[0])
    assert moderated.prior_df == pytest.approx(others.prior_df)
    np.testing.assert_allclose(moderated.variance[1:], others.variance, rtol=1e-12)
    assert np.isnan(contrasts.estimate(fitted, CONTRAST, moderated)["p_value"][0])


def test_genes_that_do_not_vary_cannot_be_moderated():
    with pytest.raises(ValueError, match="too few genes vary"):
        moderation.moderate(linear.fit(np.zeros((5, 7)), np.ones((7, 1))))
