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


def test_the_f_test_of_one_contrast_is_the_square_of_its_t(weighted):
    fitted = linear.fit(weighted[0], DESIGN, weighted[1])
    moderated = moderation.moderate(fitted, robust=True)
    several = contrasts.f_test(fitted, CONTRAST[:, None], moderated)
    one = contrasts.estimate(fitted, CONTRAST, moderated)
    np.testing.assert_allclose(several["statistic"], one["statistic"] ** 2, rtol=1e-9)
    np.testing.assert_allclose(several["p_value"], one["p_value"], rtol=1e-9)


def test_without_moderation_the_f_test_is_the_analysis_of_variance_of_the_textbook():
    values = np.array([[6.0, 8, 4, 5, 3, 4, 8, 12, 9, 11, 6, 8, 13, 9, 11, 8, 7, 12]])
    design = np.repeat(np.eye(3), 6, axis=0)
    pairwise = np.array([[1.0, -1, 0], [1, 0, -1], [0, 1, -1]]).T  # the third follows from the others
    row = contrasts.f_test(linear.fit(values, design), pairwise).iloc[0]
    assert (row["df1"], row["df2"]) == (2, 15)
    assert row["statistic"] == pytest.approx(42 / (68 / 15))
    assert row["p_value"] == pytest.approx(special.fdtrc(2, 15, 42 / (68 / 15)))


def test_the_f_test_of_a_gene_that_lacks_a_level_is_missing():
    values = np.random.default_rng(1).normal(size=(3, 9))
    values[1, 6:] = np.nan
    fitted = linear.fit(values, np.repeat(np.eye(3), 3, axis=0))
    differences = np.array([[1.0, -1, 0], [1, 0, -1]]).T
    assert contrasts.f_test(fitted, differences)["p_value"].isna().tolist() == [False, True, False]
    assert contrasts.f_test(fitted, differences[:, :1])["p_value"].notna().all()


@pytest.mark.parametrize("several", [np.zeros((3, 2)), np.ones((2, 2)), np.ones(3)])
def test_the_contrasts_of_an_f_test_must_fit_the_coefficients(several):
    with pytest.raises(ValueError, match="contrasts"):
        contrasts.f_test(linear.fit(np.random.default_rng(0).normal(size=(5, 7)), DESIGN), several)
