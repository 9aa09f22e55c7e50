"""Averages of contrasts that share a control, units of one cell line, and studies that share samples."""

import numpy as np
import pytest

from secretome.models import linear
from secretome.synthesis import independence
from secretome.synthesis.independence import (
    accessions,
    average,
    correlation_of,
    covariances,
    covariances_of_errors,
    estimator,
    refused,
    shared_samples,
    units_of,
    unscaled_covariance,
)

# Three samples of a control and of two doses.
MATRIX = np.kron(np.eye(3), np.ones((3, 1)))
LOW, HIGH = np.array([-1.0, 1, 0]), np.array([-1.0, 0, 1])
NAMES = [f"s{number}" for number in range(9)]


def named(matrix, contrast, names):
    return dict(zip(names, estimator(matrix, contrast), strict=True))


def test_two_contrasts_with_one_control_have_half_their_variance_in_common():
    both = [named(MATRIX, one, NAMES) for one in (LOW, HIGH)]
    unscaled = unscaled_covariance(both)
    np.testing.assert_allclose(unscaled, [[2 / 3, 1 / 3], [1 / 3, 2 / 3]])
    np.testing.assert_allclose(correlation_of(unscaled), [[1, 0.5], [0.5, 1]])


def test_the_covariance_of_one_model_is_that_of_its_fit_also_with_blocks():
    matrix = np.column_stack([MATRIX, np.tile([0.0, 1, 0], 3), np.tile([0.0, 0, 1], 3)])
    weights = np.array([[-1.0, 1, 0, 0, 0], [-1, 0, 1, 0, 0]])
    fitted = linear.fit(np.random.default_rng(1).normal(size=(2, 9)), matrix)
    found = unscaled_covariance([named(matrix, one, NAMES) for one in weights])
    np.testing.assert_allclose(found, weights @ fitted.unscaled_covariance[0] @ weights.T, atol=1e-12)


def test_contrasts_fitted_apart_are_correlated_by_the_samples_they_share():
    # Each dose with the control in a model of its own: the same estimates, the same covariance.
    small = np.kron(np.eye(2), np.ones((3, 1)))
    apart = [named(small, np.array([-1.0, 1]), NAMES[:6]), named(small, np.array([-1.0, 1]), NAMES[:3] + NAMES[6:])]
    whole = [named(MATRIX, one, NAMES) for one in (LOW, HIGH)]
    np.testing.assert_allclose(unscaled_covariance(apart), unscaled_covariance(whole))
    strangers = [apart[0], named(small, np.array([-1.0, 1]), [f"other{number}" for number in range(6)])]
    assert unscaled_covariance(strangers)[0, 1] == 0


def test_the_average_is_the_contrast_of_the_average():
    values = np.random.default_rng(2).normal(size=(4, 9))
    fitted = linear.fit(values, MATRIX)
    unscaled = unscaled_covariance([named(MATRIX, one, NAMES) for one in (LOW, HIGH)])
    effects = np.column_stack([fitted.coefficients @ LOW, fitted.coefficients @ HIGH])
    found = average(effects, covariances(unscaled, fitted.variance), np.full((4, 2), 6.0))
    middle = (LOW + HIGH) / 2
    np.testing.assert_allclose(found.effects, fitted.coefficients @ middle)
    exact = np.sqrt(fitted.variance * (middle @ fitted.unscaled_covariance[0] @ middle))
    np.testing.assert_allclose(found.errors, exact)
    assert found.df.tolist() == [6] * 4
    errors = np.sqrt(fitted.variance[:, None] * np.diag(unscaled))
    again = average(effects, covariances_of_errors(correlation_of(unscaled), errors))
    np.testing.assert_allclose(again.errors, exact)


def test_a_gene_is_averaged_over_the_contrasts_it_has():
    effects = np.array([[1.0, 3], [1, np.nan], [np.nan, np.nan]])
    errors = np.where(np.isnan(effects), np.nan, 1.0)
    found = average(effects, covariances_of_errors(np.array([[1, 0.5], [0.5, 1]]), errors), np.array([[4.0, 9]] * 3))
    np.testing.assert_allclose(found.effects, [2, 1, np.nan])
    np.testing.assert_allclose(found.errors, [np.sqrt(3) / 2, 1, np.nan])
    np.testing.assert_allclose(found.df, [4, 4, np.nan])
    assert found.counts.tolist() == [2, 1, 0]


@pytest.mark.parametrize(
    ("covariance", "says"),
    [
        ([[1.0, 2], [2, 1]], "positive"),
        ([[1.0, 0.5], [0, 1]], "symmetric"),
        ([[1.0, np.nan], [np.nan, 1]], "no covariance"),
        ([[1.0]], "do not fit"),
    ],
)
def test_what_is_no_covariance_is_refused(covariance, says):
    with pytest.raises(ValueError, match=says):
        average(np.ones((1, 2)), np.array([covariance]))


def test_contrasts_linked_by_study_or_cell_line_are_one_unit():
    studies = ["a", "b", "a", "c", "d"]
    assert units_of(studies, ["A375", "HCT116", "A375", "a375 ", ""]) == [0, 1, 0, 0, 2]
    # Linked only by a third.
    assert units_of(["a", "b", "b"], ["x", "y", "x"]) == [0, 0, 0]
    assert units_of(["a", "b"], ["", ""]) == [0, 1]


def test_accessions_are_found_in_any_column():
    sheet = {"sample": ["GSM1", "control_2"], "runs": ["SRR12|SRR13", "x"], "note": ["of SAMN7", "MYGSM9"]}
    assert accessions(sheet) == {"GSM1", "SRR12", "SRR13", "SAMN7"}


def test_studies_that_share_samples_are_found_and_one_of_them_refused():
    sheets = {
        "melanoma": {"sample": ["GSM1", "GSM2"]},
        "again": {"run": ["a", "b"], "gsm": ["GSM2", "GSM3"]},
        "other": {"sample": ["control_1", "GSM4"]},
        "local": {"sample": ["control_1", "control_2"]},
    }
    (pair,) = shared_samples(sheets)
    assert (pair.study, pair.other, pair.samples) == ("again", "melanoma", ("GSM2",))
    assert shared_samples(dict(reversed(list(sheets.items())))) == [pair]
    out, (said,) = refused([pair], ["melanoma", "again", "other"])
    assert out == {"melanoma"}
    assert said["code"] == "W12"
    assert "GSM2" in said["message"]
    assert refused([pair], ["melanoma", "other"]) == (frozenset(), [])


def test_of_three_that_share_no_more_are_refused_than_need_be():
    chain = [independence.Shared("a", "b", ("GSM1",)), independence.Shared("b", "c", ("GSM2",))]
    assert refused(chain, ["a", "b", "c"])[0] == {"b"}
