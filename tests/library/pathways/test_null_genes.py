"""Simulated genes go together as the residuals say, and none changes."""

import numpy as np
import pytest

from secretome.models.linear import CannotBeFitted
from secretome.models.rotation import rotation_effects
from secretome.pathways.collections import MeasuredSet
from secretome.pathways.null_genes import null_genes, sample_values

SETS = [MeasuredSet(str(i), np.arange(50 * i, 50 * i + 50), np.ones(50)) for i in range(8)]


def effects_of(seed, correlation, columns=21, genes=900):
    """Genes of which the first eight fifties go together."""
    rng = np.random.default_rng(seed)
    values = rng.normal(size=(genes, columns))
    for one in SETS:
        values[one.rows] *= np.sqrt(1 - correlation)
        values[one.rows] += np.sqrt(correlation) * rng.normal(size=columns)
    return values


def inflations(model, sets, columns=2000):
    """Of each set: by how much the variance of its mean is larger than if its genes were independent."""
    drawn = model.draw(columns, np.random.default_rng(0))
    drawn = drawn / drawn.std(axis=1, keepdims=True)
    return np.array([one.rows.size * drawn[one.rows].mean(axis=0).var() for one in sets])


@pytest.mark.parametrize("correlation", [0.0, 0.1, 0.3])
def test_the_mean_of_a_set_varies_as_in_the_data_it_was_learnt_from(correlation):
    found = [inflations(null_genes(effects_of(seed, correlation), SETS), SETS).mean() for seed in range(4)]
    assert np.mean(found) == pytest.approx(1 + 49 * correlation, rel=0.15, abs=0.2)


def test_pairs_of_genes_are_not_told_to_go_together_by_chance():
    # With three residuals the correlation of two independent genes is .58 in the mean, which no pair is to inherit.
    model = null_genes(effects_of(1, 0.0, columns=4), SETS)
    correlations = np.corrcoef(model.draw(1000, np.random.default_rng(0))[500:560])
    assert abs(correlations[np.triu_indices(60, 1)]).mean() < 0.1


def test_every_gene_keeps_its_variance_and_none_changes():
    effects = effects_of(2, 0.2) * np.repeat([1.0, 3.0], 450)[:, None]
    drawn = null_genes(effects, SETS).draw(2000, np.random.default_rng(0))
    # Nine times, less what the moderation draws them together.
    assert np.median(drawn[450:].var(axis=1)) / np.median(drawn[:450].var(axis=1)) == pytest.approx(9, rel=0.25)
    assert abs(drawn.mean(axis=1) / drawn.std(axis=1)).max() < 0.2


def test_sets_that_overlap_and_opposed_weights():
    effects = effects_of(3, 0.3, columns=5)
    opposed = MeasuredSet("opposed", np.arange(100), np.repeat([1.0, -1.0], 50))
    sets = [SETS[0], MeasuredSet("both", np.arange(100), np.ones(100)), opposed, SETS[0]]
    model = null_genes(effects, sets)
    assert np.isfinite(model.own).all()
    np.testing.assert_allclose((model.loadings**2).sum(axis=1) + model.own**2, 1)


@pytest.mark.parametrize("columns", [2, 3])
def test_one_residual_and_one_set_are_enough(columns):
    model = null_genes(effects_of(6, 0.1, columns), SETS[:1])
    assert np.isfinite(model.draw(columns, np.random.default_rng(0))).all()


def test_two_genes_are_too_few():
    with pytest.raises(CannotBeFitted):
        null_genes(np.ones((2, 4)), [MeasuredSet("s", np.arange(2), np.ones(2))])


@pytest.mark.parametrize("correlation", [None, np.kron(np.eye(4), [[1, 0.4], [0.4, 1]])])
def test_samples_have_the_effects_they_were_made_of(correlation):
    matrix = np.column_stack([np.repeat([1.0, 0.0], 4), np.repeat([0.0, 1.0], 4), np.tile([0.0, 1.0], 4)])
    contrast = np.array([1.0, -1.0, 0.0])
    effects = np.random.default_rng(0).normal(size=(30, 6))
    values = sample_values(effects, matrix, contrast, correlation)
    assert values.shape == (30, 8)
    back = rotation_effects(values, matrix, contrast, correlation=correlation)
    np.testing.assert_allclose(back, effects, atol=1e-10)
