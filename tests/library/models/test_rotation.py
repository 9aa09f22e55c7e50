"""Rotation effects: the contrast and the residual variance, whatever the weights."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from secretome.models import blocks, contrasts, linear, rotation, voom
from secretome.normalise import tmm_factors

GOLDEN = Path(__file__).parents[2] / "golden"
GROUPS = np.array([0, 0, 0, 0, 1, 1, 1.0])
DESIGN = np.column_stack([GROUPS, 1 - GROUPS, [0, 1, 1, 0, 1, 0, 1]])
CONTRAST = np.array([1.0, -1, 0])


@pytest.fixture(scope="module")
def weighted():
    counts = pd.read_csv(GOLDEN / "simulated.counts.tsv", sep="\t", index_col="gene").to_numpy(float)
    counts = counts[counts.sum(axis=1) > 0]
    return voom.voom(counts, DESIGN, counts.sum(axis=0) * tmm_factors(counts))


@pytest.mark.parametrize("use_weights", [False, True])
def test_rotation_effects_hold_the_contrast_and_the_residual_variance(weighted, use_weights):
    weights = weighted[1] if use_weights else None
    fitted = linear.fit(weighted[0], DESIGN, weights)
    effects = rotation.rotation_effects(weighted[0], DESIGN, CONTRAST, weights)
    assert effects.shape == (len(weighted[0]), 1 + 4)
    contrast = (fitted.coefficients @ CONTRAST) / contrasts.unscaled_error(fitted, CONTRAST)
    np.testing.assert_allclose(effects[:, 0], contrast, rtol=1e-9)
    np.testing.assert_allclose((effects[:, 1:] ** 2).mean(axis=1), fitted.variance, rtol=1e-9)


@pytest.mark.parametrize("use_weights", [False, True])
def test_the_effects_of_a_correlated_fit_hold_its_contrast_and_variance(weighted, use_weights):
    weights = weighted[1] if use_weights else None
    correlation = blocks.correlation_matrix(list("aabbccc"), 0.5)
    fitted = linear.fit(weighted[0], DESIGN, weights, correlation)
    effects = rotation.rotation_effects(weighted[0], DESIGN, CONTRAST, weights, correlation=correlation)
    contrast = (fitted.coefficients @ CONTRAST) / contrasts.unscaled_error(fitted, CONTRAST)
    np.testing.assert_allclose(effects[:, 0], contrast, rtol=1e-9)
    np.testing.assert_allclose((effects[:, 1:] ** 2).mean(axis=1), fitted.variance, rtol=1e-9)


def test_a_missing_value_cannot_be_rotated():
    with pytest.raises(ValueError, match="missing"):
        rotation.rotation_effects(np.array([[1.0, 2, 3, 4, 5, 6, np.nan]]), DESIGN, CONTRAST)


def test_rotation_effects_do_not_depend_on_how_many_genes_are_held_at_once(weighted, monkeypatch):
    whole = rotation.rotation_effects(weighted[0], DESIGN, CONTRAST, weighted[1])
    monkeypatch.setattr(rotation, "LARGEST_BLOCK", 7 * 49)
    np.testing.assert_array_equal(rotation.rotation_effects(weighted[0], DESIGN, CONTRAST, weighted[1]), whole)


@pytest.mark.parametrize("alike", [0, 0.5])
def test_the_axes_of_a_gene_are_the_nearest_that_an_orthogonal_turn_gives(weighted, alike):
    log2, weights = weighted[0][:20], weighted[1][:20] ** 3
    correlation = blocks.correlation_matrix(list("aabbccc"), alike) if alike else None
    effects = rotation.rotation_effects(log2, DESIGN, CONTRAST, weights, correlation=correlation)
    whitening = np.eye(7) if correlation is None else linear.whitening_of(correlation)
    target = np.linalg.qr(whitening @ rotation.contrast_last(DESIGN, CONTRAST), mode="complete")[0][:, 3:]
    for values, own, found in zip(log2, np.sqrt(weights), effects, strict=True):
        axes = np.linalg.qr(whitening @ (own[:, None] * DESIGN), mode="complete")[0][:, 3:]
        left, _, right = np.linalg.svd(axes.T @ target)  # orthogonal Procrustes
        np.testing.assert_allclose(found[1:], whitening @ (own * values) @ axes @ left @ right, atol=1e-9)
