"""Correlation within blocks: found again where it was put in, and refused where there is none to find."""

import numpy as np
import pytest

from secretome.models import blocks, contrasts, linear, moderation

DONORS = np.repeat(["a", "b", "c", "d", "e", "f"], 3)
DESIGN = np.column_stack([np.ones(18), np.tile([0.0, 1, 1], 6)])


def simulated(correlation, genes=3000, seed=1):
    random = np.random.default_rng(seed)
    donors = random.normal(size=(genes, 6))[:, np.repeat(np.arange(6), 3)]
    return np.sqrt(correlation) * donors + np.sqrt(1 - correlation) * random.normal(size=(genes, 18))


@pytest.mark.parametrize("correlation", [0.0, 0.5, 0.8])
def test_the_correlation_that_was_simulated_is_found(correlation):
    assert blocks.consensus_correlation(simulated(correlation), DESIGN, DONORS).consensus == pytest.approx(
        correlation, abs=0.05
    )


def test_of_pairs_without_anything_else_it_is_the_correlation_within_classes():
    random = np.random.default_rng(2)
    values = random.normal(size=(50, 6, 1)) + random.normal(size=(50, 6, 2))
    between = 2 * values.mean(axis=2).var(axis=1, ddof=1)
    within = values.var(axis=2, ddof=1).mean(axis=1)
    expected = np.clip((between - within) / (between + within), -0.99, 0.99)
    found = blocks.consensus_correlation(values.reshape(50, 12), np.ones((12, 1)), np.repeat(list("abcdef"), 2))
    np.testing.assert_allclose(found.of_genes, expected, atol=1e-9)


def test_neither_the_order_of_the_samples_nor_equal_weights_nor_names_matter():
    values, order = simulated(0.5, 100), np.random.default_rng(3).permutation(18)
    first = blocks.consensus_correlation(values, DESIGN, DONORS)
    other = blocks.consensus_correlation(values[:, order], DESIGN[order], DONORS[order])
    equal = blocks.consensus_correlation(values, DESIGN, np.char.add("z", DONORS), np.full(values.shape, 2.0))
    for found in (other, equal):
        np.testing.assert_allclose(found.of_genes, first.of_genes, atol=1e-9)


def test_donors_at_random_hold_the_level_that_independent_samples_break():
    values, between = simulated(0.6), np.repeat([0.0, 1], 9)
    design = np.column_stack([np.ones(18), between])
    correlation = blocks.consensus_correlation(values, design, DONORS).consensus
    shares = []
    for errors in (blocks.correlation_matrix(DONORS, correlation), None):
        fitted = linear.fit(values, design, correlation=errors)
        table = contrasts.estimate(fitted, np.array([0.0, 1]), moderation.moderate(fitted))
        shares.append((table["p_value"] < 0.05).mean())
    assert shares[0] < 0.1 < 0.2 < shares[1]


def test_a_gene_with_too_few_values_has_no_correlation():
    values = simulated(0.5, 20)
    values[3, 4:] = np.nan
    values[4] = 7
    found = blocks.consensus_correlation(values, DESIGN, DONORS)
    assert np.flatnonzero(np.isnan(found.of_genes)).tolist() == [3, 4]


@pytest.mark.parametrize(
    ("block", "design", "says"),
    [
        (np.arange(18), DESIGN, "two samples"),
        (DONORS[:5], DESIGN, "5 labels"),
        (DONORS, (DONORS[:, None] == np.unique(DONORS)).astype(float), "already tells"),
    ],
)
def test_blocks_that_say_nothing_are_refused(block, design, says):
    with pytest.raises(ValueError, match=says):
        blocks.consensus_correlation(simulated(0.5, 5), design, block)


def test_where_no_gene_has_the_values_that_is_said():
    values = simulated(0.5, 5)
    values[:, 4:] = np.nan
    with pytest.raises(ValueError, match="no gene"):
        blocks.consensus_correlation(values, DESIGN, DONORS)


def test_the_correlation_matrix_by_hand():
    np.testing.assert_array_equal(
        blocks.correlation_matrix(["a", "b", "a"], 0.25), [[1, 0, 0.25], [0, 1, 0], [0.25, 0, 1]]
    )
    for impossible in (1.0, -0.5):
        with pytest.raises(ValueError, match="not possible"):
            blocks.correlation_matrix(DONORS, impossible)
