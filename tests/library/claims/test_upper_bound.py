"""The bound on the level of a gene without reads."""

import numpy as np
import pytest

from secretome.claims.upper_bound import DISPERSION, bound_of_groups, level_at_most

SIZES = np.array([10e6, 20e6, 30e6])


def test_without_dispersion_it_is_the_rule_of_three():
    assert level_at_most(SIZES, 0) == pytest.approx(-np.log(0.05) / 60)
    assert level_at_most(SIZES, 1e-9) == pytest.approx(-np.log(0.05) / 60, rel=1e-6)


def test_at_the_bound_no_read_in_any_sample_has_a_chance_of_one_in_twenty():
    level = level_at_most(SIZES)
    mean = level * SIZES / 1e6
    assert np.prod((1 + DISPERSION * mean) ** (-1 / DISPERSION)) == pytest.approx(0.05)
    assert level > level_at_most(SIZES, 0)
    # And in drawn counts.
    size = 1 / DISPERSION
    drawn = np.random.default_rng(0).negative_binomial(size, size / (size + mean), (20_000, 3))
    assert (drawn.sum(axis=1) == 0).mean() == pytest.approx(0.05, abs=0.006)


def test_more_reads_and_more_samples_lower_it():
    assert level_at_most(2 * SIZES) < level_at_most(SIZES) < level_at_most(SIZES[:2])
    assert level_at_most(SIZES[::-1]) == pytest.approx(level_at_most(SIZES))


def test_of_groups_the_one_that_would_show_the_gene_least_bounds():
    groups = [np.array([0]), np.array([1, 2])]
    assert bound_of_groups(SIZES, groups) == level_at_most(SIZES[:1])


@pytest.mark.parametrize(("sizes", "dispersion"), [([], 0.1), ([0.0], 0.1), ([1e6], -0.1)])
def test_what_cannot_be_is_refused(sizes, dispersion):
    with pytest.raises(ValueError, match="library"):
        level_at_most(np.array(sizes), dispersion)
