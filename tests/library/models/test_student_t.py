"""student_t: the p-values of a polynomial against the special function, and against closed forms."""

import numpy as np
import pytest
from scipy import special

from secretome.models.student_t import MANY, two_sided_p

# From one degree of freedom to those of a variance that all genes share; small and huge statistics.
STATISTICS = np.concatenate([np.linspace(-60, 60, 4001), 10.0 ** np.linspace(-6, 12, 500), [0.0]])


def p_of(statistic, df):
    return two_sided_p(np.asarray(statistic, float), np.full(len(statistic), float(df)))


def largest_error(found, expected):
    able = expected > 0
    return np.abs(found[able] / expected[able] - 1).max()


@pytest.mark.parametrize("df", [0.3, 1.5, 2, 3.3, 4, 8, 16.4, 30, 53.2, 200, 1500, 1e4, 148_500, 1e7])
def test_it_is_the_special_function(df):
    expected = 2 * special.stdtr(df, -np.abs(STATISTICS))
    found = p_of(STATISTICS, df)
    assert largest_error(found, expected) < 1e-12
    assert (found[expected == 0] == 0).all()
    assert found.max() <= 1


def test_it_is_what_is_known_by_hand():
    """Of one degree of freedom 2/π · arctan(1/t), of two 1 - t / √(2 + t²) in a form that does not cancel."""
    size = np.abs(STATISTICS)
    with np.errstate(divide="ignore"):
        assert largest_error(p_of(STATISTICS, 1), 2 / np.pi * np.arctan(1 / size)) < 1e-13
    root = np.sqrt(2 + size**2)
    assert largest_error(p_of(STATISTICS, 2), 2 / (root * (root + size))) < 1e-13


def test_the_smallest_p_values_are_not_lost():
    statistic = np.linspace(35, 37.5, MANY)
    expected = 2 * special.stdtr(1e7, -statistic)
    assert 0 < expected.min() < 1e-305
    np.testing.assert_allclose(p_of(statistic, 1e7), expected, rtol=1e-12)


def test_what_is_not_finite_has_its_own_answer():
    statistic = np.concatenate([STATISTICS, [np.inf, -np.inf, np.nan, 1e200]])
    found = p_of(statistic, 8)
    assert found[-4:-2].tolist() == [0, 0]
    assert np.isnan(found[-2])
    assert found[-1] == 0
    assert np.isfinite(found[:-4]).all()


@pytest.mark.parametrize("df", [0, -1, np.nan, np.inf])
def test_without_a_positive_finite_number_of_degrees_of_freedom_it_is_the_special_function_too(df):
    np.testing.assert_array_equal(p_of(STATISTICS, df), 2 * special.stdtr(df, -np.abs(STATISTICS)))


def test_genes_of_several_degrees_of_freedom_do_not_mix():
    random = np.random.default_rng(1)
    df = random.permutation(np.repeat([4.0, 6.5, np.inf, 11.0], [3 * MANY, 2 * MANY, MANY, 5]))
    statistic = random.standard_t(3, df.size)
    found = two_sided_p(statistic, df)
    np.testing.assert_allclose(found, 2 * special.stdtr(df, -np.abs(statistic)), rtol=1e-12)
    order = random.permutation(df.size)
    np.testing.assert_array_equal(two_sided_p(statistic[order], df[order]), found[order])


def test_few_statistics_are_the_special_function_itself():
    few = STATISTICS[:50]
    np.testing.assert_array_equal(p_of(few, 7.3), 2 * special.stdtr(7.3, -np.abs(few)))
    assert two_sided_p(np.array([]), np.array([])).size == 0
