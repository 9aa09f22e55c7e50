"""Moderated variances against limma, and where they cannot be had."""

import numpy as np
import pytest
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
    assert (moderated.prior_df == np.inf).all()
    np.testing.assert_allclose(moderated.variance, 1)
    assert moderated.df[0] == 3000 * 4


def test_a_gene_without_degrees_of_freedom_neither_lends_nor_borrows(counts):
    values = log2_cpm(counts, tmm_factors(counts))
    values[0, [0, 1, 2, 4]] = np.nan
    fitted = linear.fit(values, DESIGN)
    assert fitted.residual_df[0] == 0
    moderated, others = moderation.moderate(fitted), moderation.moderate(linear.fit(values[1:], DESIGN))
    assert np.isnan(moderated.variance[0])
    np.testing.assert_allclose(moderated.prior_df, others.prior_df[0])
    np.testing.assert_allclose(moderated.variance[1:], others.variance, rtol=1e-12)
    assert np.isnan(contrasts.estimate(fitted, CONTRAST, moderated)["p_value"][0])


def test_genes_that_do_not_vary_cannot_be_moderated():
    with pytest.raises(ValueError, match="too few genes vary"):
        moderation.moderate(linear.fit(np.zeros((5, 7)), np.ones((7, 1))))


def test_an_outlying_gene_borrows_less_and_leaves_the_others_what_they_had():
    values = (
        np.random.default_rng(5).normal(size=(1000, 7))
        / np.sqrt(np.random.default_rng(6).chisquare(20, 1000) / 20)[:, None]
    )
    alone = moderation.moderate(linear.fit(values, DESIGN), robust=True)
    values[:20] *= 30
    fitted = linear.fit(values, DESIGN)
    plain, robust = moderation.moderate(fitted), moderation.moderate(fitted, robust=True)
    assert (robust.prior_df[:20] < 0.5 * robust.prior_df.max()).all()
    assert plain.prior_df.max() < 0.5 * robust.prior_df.max()  # the outliers cost all genes what they could borrow
    assert robust.prior_df.max() == pytest.approx(alone.prior_df.max(), rel=0.3)
    assert (robust.df[:20] < robust.df[20:].max()).all()


def test_robust_moderation_does_not_depend_on_the_order_of_the_genes(counts):
    values = log2_cpm(counts, tmm_factors(counts))
    there, back = (moderation.moderate(linear.fit(one, DESIGN), True, True) for one in (values, values[::-1]))
    np.testing.assert_allclose(there.variance, back.variance[::-1], rtol=1e-9)
    np.testing.assert_allclose(there.df, back.df[::-1], rtol=1e-9)
