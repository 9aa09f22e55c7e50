"""The test of a contrast, by the textbook and by its invariants."""

import numpy as np
import pytest
from scipy import special
from small_design import CONTRAST, DESIGN

from secretome.models import contrasts, linear, moderation


def test_without_moderation_it_is_the_t_test_of_the_textbook():
    values = np.array([[1.0, 2, 3, 5, 7, 9]])
    design = np.repeat(np.eye(2), 3, axis=0)
    row = contrasts.estimate(linear.fit(values, design), np.array([-1.0, 1])).iloc[0]
    assert row["log2_fold_change"] == pytest.approx(5)
    assert row["standard_error"] == pytest.approx(np.sqrt(2.5 * 2 / 3))
    assert row["df"] == 4
    assert row["p_value"] == pytest.approx(2 * special.stdtr(4, -5 / np.sqrt(5 / 3)))
    assert row["ci_high"] - row["ci_low"] == pytest.approx(2 * 2.7764451 * np.sqrt(5 / 3))


def test_the_levels_can_change_places(weighted):
    fitted = linear.fit(weighted[0], DESIGN, weighted[1])
    there, back = (contrasts.estimate(fitted, sign * CONTRAST) for sign in (1, -1))
    np.testing.assert_allclose(there["log2_fold_change"], -back["log2_fold_change"])
    np.testing.assert_allclose(there["ci_low"], -back["ci_high"])
    np.testing.assert_allclose(there["p_value"], back["p_value"])


def test_where_nothing_happens_p_is_uniform_and_intervals_hold_zero():
    values = np.random.default_rng(3).normal(scale=np.repeat([0.5, 2], 2000)[:, None], size=(4000, 7))
    fitted = linear.fit(values, DESIGN)
    table = contrasts.estimate(fitted, CONTRAST, moderation.moderate(fitted))
    shares = [(table["p_value"] < level).mean() for level in (0.05, 0.2, 0.5, 0.8)]
    np.testing.assert_allclose(shares, [0.05, 0.2, 0.5, 0.8], atol=0.025)
    covered = (table["ci_low"] < 0) & (table["ci_high"] > 0)
    assert covered.mean() == pytest.approx(1 - shares[0])


def test_a_contrast_that_is_determined_does_not_depend_on_what_is_not():
    # A block of one sample each leaves no difference between them, but the groups can still be compared.
    design = np.column_stack([[1, 1, 0, 0, 0], [0, 0, 1, 1, 0], [0, 0, 0, 0, 1]]).astype(float)
    values = np.array([[1.0, 3, 6, 8, np.nan]])
    row = contrasts.estimate(linear.fit(values, design), np.array([1.0, -1, 0])).iloc[0]
    assert row["log2_fold_change"] == pytest.approx(-5)
    assert row["df"] == 2
    assert np.isnan(contrasts.estimate(linear.fit(values, design), np.array([1.0, 0, -1])).iloc[0]["log2_fold_change"])


@pytest.mark.parametrize("contrast", [np.zeros(3), np.ones(2)])
def test_a_contrast_must_fit_the_coefficients(contrast):
    with pytest.raises(ValueError, match="contrast"):
        contrasts.estimate(linear.fit(np.random.default_rng(0).normal(size=(5, 7)), DESIGN), contrast)
