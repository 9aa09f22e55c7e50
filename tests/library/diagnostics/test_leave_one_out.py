"""Without one sample: the sample that hides everything is found, and samples that are needed are left."""

import numpy as np
from diagnostic_alarms import correlated

from secretome.diagnostics import refit
from secretome.diagnostics.leave_one_out import passing_without_each

CONTRAST = np.array([1.0, -1])
NAMES = [f"S{i}" for i in range(1, 9)]


def study(random, genes=2000):
    matrix = np.repeat(np.eye(2), 4, axis=0)
    values = correlated(random, genes, 8, 0)
    values[: genes // 4] += 4 * matrix[:, 0]
    return values, matrix


def test_one_bad_sample_hides_what_the_others_show():
    random = np.random.default_rng(2)
    values, matrix = study(random)
    values[:, 2] += random.normal(0, 8, len(values))
    engine = refit.linear_models(CONTRAST)
    found = passing_without_each(values, None, matrix, NAMES, 0.05, engine)
    assert list(found) == NAMES
    assert found["S3"] > 50
    assert max(number for name, number in found.items() if name != "S3") < 10
    order = random.permutation(8)
    again = passing_without_each(values[:, order], None, matrix[order], [NAMES[i] for i in order], 0.05, engine)
    assert again == found


def test_it_is_the_fit_without_the_sample_and_its_weights():
    values, matrix = study(np.random.default_rng(3))
    weights = np.random.default_rng(4).uniform(0.5, 2, values.shape)
    engine = refit.linear_models(CONTRAST)
    found = passing_without_each(values, weights, matrix, NAMES, 0.05, engine)
    changed, changed_weights = values.copy(), weights.copy()
    changed[:, 5], changed_weights[:, 5] = 1e3, 7
    assert passing_without_each(changed, changed_weights, matrix, NAMES, 0.05, engine)["S6"] == found["S6"]


def test_a_sample_that_the_design_needs_is_not_left_out():
    values, _ = study(np.random.default_rng(5))
    alone = np.column_stack([np.repeat(np.eye(2), 4, axis=0), np.eye(8)[:, 7]])  # S8 is a batch of its own
    engine = refit.linear_models(np.array([1.0, -1, 0]))
    assert list(passing_without_each(values, None, alone, NAMES, 0.05, engine)) == NAMES[:7]
    tight = values[:, :3], None, np.repeat(np.eye(2), [2, 1], axis=0)
    assert passing_without_each(*tight, NAMES[:3], 0.05, refit.linear_models(CONTRAST)) == {}


def test_genes_that_had_values_in_that_sample_alone_are_not_fitted():
    values, matrix = study(np.random.default_rng(6))
    values[-1, 1:] = np.nan
    found = passing_without_each(values, None, matrix, NAMES, 0.05, refit.linear_models(CONTRAST))
    assert list(found) == NAMES


def test_many_samples_are_not_left_out_one_by_one():
    matrix = np.repeat(np.eye(2), 16, axis=0)
    values = np.random.default_rng(7).normal(size=(50, 32))
    names = [f"S{i}" for i in range(32)]
    assert passing_without_each(values, None, matrix, names, 0.05, refit.linear_models(CONTRAST)) == {}
    fewer = [*range(15), *range(16, 31)]
    found = passing_without_each(
        values[:, fewer], None, matrix[fewer], [names[i] for i in fewer], 0.05, refit.linear_models(CONTRAST)
    )
    assert len(found) == 30


def test_where_one_sample_alone_varies_it_is_needed():
    values = np.full((100, 8), 3.0)
    values[:, 2] += np.random.default_rng(7).normal(size=100)
    matrix = np.repeat(np.eye(2), 4, axis=0)
    found = passing_without_each(values, None, matrix, NAMES, 0.05, refit.linear_models(CONTRAST))
    assert "S3" not in found
    assert len(found) == 7
