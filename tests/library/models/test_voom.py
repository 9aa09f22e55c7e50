"""Voom against limma."""

import numpy as np
import pandas as pd
from small_design import CONTRAST, DESIGN

from secretome.models import contrasts, linear, moderation, voom


def test_voom_weights_are_those_of_limma(weighted, genes):
    np.testing.assert_allclose(weighted[1][:, [0, 6]], genes[["weight_1", "weight_7"]], rtol=1e-7)


def test_a_weighted_moderated_contrast_is_that_of_limma(weighted, genes):
    fitted = linear.fit(weighted[0], DESIGN, weighted[1])
    table = contrasts.estimate(fitted, CONTRAST, moderation.moderate(fitted))
    columns = {"log2_fold_change": "logFC", "ci_low": "CI.L", "ci_high": "CI.R", "mean_log2_expression": "AveExpr"}
    for ours, theirs in columns.items():
        np.testing.assert_allclose(table[ours], genes[theirs], atol=1e-7, err_msg=ours)
    np.testing.assert_allclose(table["df"], genes["df"], rtol=1e-6)
    np.testing.assert_allclose(np.log10(table["p_value"]), np.log10(genes["p"]), atol=1e-6)
    np.testing.assert_allclose(table["q_value"], genes["q"], rtol=1e-6)


def test_samples_can_stand_in_any_order(counts):
    size = counts.sum(axis=0)
    order = [6, 2, 0, 4, 1, 5, 3]
    tables = []
    for columns in (list(range(7)), order):
        log2, weights = voom.voom(counts[:, columns], DESIGN[columns], size[columns])
        fitted = linear.fit(log2, DESIGN[columns], weights)
        tables.append(contrasts.estimate(fitted, CONTRAST, moderation.moderate(fitted)))
    pd.testing.assert_frame_equal(*tables, rtol=1e-7)
