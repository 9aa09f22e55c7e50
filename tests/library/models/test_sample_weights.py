"""The weights of whole samples."""

import numpy as np
import pytest

from secretome.models import sample_weights

DESIGN = np.column_stack([np.ones(8), np.repeat([0.0, 1], 4)])
SPREAD = np.array([1, 1, 1, 3, 1, 1, 0.5, 1])


@pytest.fixture(scope="module")
def values():
    return np.random.default_rng(1).normal(size=(3000, 8)) * SPREAD


@pytest.mark.parametrize(("method", "within"), [("reml", 0.15), ("gene_by_gene", 0.3)])
def test_the_weights_are_the_inverse_variances_that_were_simulated(values, method, within):
    expected = SPREAD**-2.0
    expected /= np.exp(np.log(expected).mean())
    found = sample_weights.sample_weights(values, DESIGN, method=method)
    np.testing.assert_allclose(found, expected, rtol=within)
    assert np.log(found).sum() == pytest.approx(0, abs=1e-9)


def test_known_weights_are_taken_into_account(values):
    found = sample_weights.sample_weights(values, DESIGN, np.broadcast_to(SPREAD**-2.0, values.shape))
    np.testing.assert_allclose(found, 1, rtol=0.15)


def test_genes_with_missing_values_are_used(values):
    lacking = values.copy()
    lacking[np.random.default_rng(2).random(values.shape) < 0.2] = np.nan
    lacking[:5, 2:] = np.nan
    found = sample_weights.sample_weights(lacking, DESIGN)
    np.testing.assert_allclose(found, sample_weights.sample_weights(values, DESIGN), rtol=0.2)


def test_the_samples_can_stand_in_any_order(values):
    order = np.random.default_rng(3).permutation(8)
    for method in ("reml", "gene_by_gene"):
        there = sample_weights.sample_weights(values[:200], DESIGN, method=method)
        back = sample_weights.sample_weights(values[:200, order], DESIGN[order], method=method)
        np.testing.assert_allclose(back, there[order], rtol=1e-9)


def test_where_nothing_can_be_learned_all_weigh_alike(values):
    np.testing.assert_array_equal(sample_weights.sample_weights(values[:1], DESIGN), 1)
    np.testing.assert_array_equal(sample_weights.sample_weights(values[:, :3], DESIGN[[0, 1, 4]]), 1)
    constant = np.zeros((5, 8))
    for method in ("reml", "gene_by_gene"):
        np.testing.assert_array_equal(sample_weights.sample_weights(constant, DESIGN, method=method), 1)


def test_what_the_method_cannot_take_is_refused(values):
    with pytest.raises(ValueError, match="does not serve"):
        sample_weights.sample_weights(values, DESIGN, np.ones(values.shape), "reml")
    with pytest.raises(ValueError, match="does not serve"):
        sample_weights.sample_weights(values, DESIGN, method="best")


def test_a_bad_sample_of_counts_weighs_less():
    random = np.random.default_rng(4)
    size = np.where(np.arange(8) == 2, 1.5, 20.0)
    counts = random.negative_binomial(size, size / (size + random.uniform(5, 500, (400, 1))))
    log2, weights, found = sample_weights.voom_with_sample_weights(counts, DESIGN, counts.sum(axis=0))
    assert found.argmin() == 2
    assert found[2] < 0.3
    assert weights[:, 2].mean() < 0.5 * np.delete(weights, 2, axis=1).mean()
    assert log2.shape == weights.shape
