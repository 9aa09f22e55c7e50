"""Two variances a gene by restricted maximum likelihood."""

import numpy as np

from secretome.models import variance_components
from secretome.models.variance_components import Strata


def unbalanced(weights):
    random = np.random.default_rng(1)
    members = np.eye(4)[[0, 0, 0, 1, 1, 2, 2, 2, 2, 3]]
    design = np.column_stack([np.ones(10), np.tile([0.0, 1], 5)])
    return random.normal(size=(40, 4)) @ members.T + random.normal(size=(40, 10)), design, members, weights


def likelihood(values, design, members, residual, between):
    """Restricted log likelihood of each gene, by its definition."""
    found = []
    for own, one, two in zip(values, residual, between, strict=True):
        inverse = np.linalg.inv(one * np.eye(len(own)) + two * members @ members.T)
        inner = design.T @ inverse @ design
        left = own - design @ np.linalg.solve(inner, design.T @ inverse @ own)
        found.append(np.linalg.slogdet(inverse)[1] - np.linalg.slogdet(inner)[1] - left @ inverse @ left)
    return np.array(found)


def test_no_other_variances_are_more_likely():
    values, design, members, _ = unbalanced(None)
    residual, between = variance_components.estimate(variance_components.strata(values, design, members))
    inside = between > -0.9 * residual / 4
    best = likelihood(values, design, members, residual, between)[inside]
    for one, two in ((1.03, 1), (0.97, 1), (1, 1.03), (1, 0.97)):
        other = likelihood(values, design, members, one * residual, two * between)[inside]
        assert (other < best + 1e-5).all()


def test_the_squares_of_the_strata_add_up_to_those_of_the_residuals():
    values, design, members, weights = unbalanced(np.random.default_rng(2).uniform(0.5, 2, (40, 10)))
    found = variance_components.strata(values, design, members, weights)
    for gene in range(3):
        roots = np.sqrt(weights[gene])
        left = np.linalg.lstsq(roots[:, None] * design, roots * values[gene], rcond=None)[1]
        np.testing.assert_allclose(found.squares[gene] @ found.counts, left[0])
    assert found.counts.sum() == 8


def test_squares_that_all_hold_the_same_tell_nothing_apart():
    given = Strata(
        sizes=np.array([[1.0, 1, 1, 0]]), squares=np.array([[1.0, 2, 3, 0]]), counts=np.array([1.0, 1, 1, 0])
    )
    assert np.isnan(variance_components.estimate(given)).all()


def test_two_kinds_of_squares_give_the_two_variances_by_hand():
    given = Strata(sizes=np.array([[2.0, 2, 0]]), squares=np.array([[4.0, 6, 1]]), counts=np.array([1.0, 1, 5]))
    residual, between = variance_components.estimate(given)
    np.testing.assert_allclose([residual[0], between[0]], [1, 2])


def test_a_gene_has_its_variances_whatever_the_weights_of_the_others():
    """Donors within groups: where all weights of a group are alike its blocks hold one square less."""
    random = np.random.default_rng(3)
    members, design = np.kron(np.eye(4), np.ones((2, 1))), np.kron(np.eye(2), np.ones((4, 1)))
    values = random.normal(size=(6, 4)) @ members.T + random.normal(size=(6, 8))
    weights = random.uniform(0.5, 2, (6, 8))
    weights[[0, 3], 4:] = 5.0
    weights[4] = 2.0
    together = variance_components.strata(values, design, members, weights)
    assert np.isfinite(together.squares).all()
    for gene in range(6):
        left = np.linalg.lstsq(np.sqrt(weights[gene])[:, None] * design, np.sqrt(weights[gene]) * values[gene])[1]
        np.testing.assert_allclose(together.squares[gene] @ together.counts, left.sum())
        alone = variance_components.strata(values[[gene]], design, members, weights[[gene]])
        np.testing.assert_allclose(
            [part[gene] for part in variance_components.estimate(together)],
            [part[0] for part in variance_components.estimate(alone)],
            rtol=1e-6,
        )
