"""Averages of contrasts that share a control, units of one cell line, and studies that share samples."""

import numpy as np
import pytest

from secretome.synthesis import independence
from secretome.synthesis.independence import (
    accessions,
    average,
    covariances,
    covariances_of_errors,
    refused,
    shared_samples,
    units_of,
)


def test_covariances_from_residual_variances_and_from_standard_errors_are_the_same():
    unscaled, variance = np.array([[2 / 3, 1 / 3], [1 / 3, 2 / 3]]), np.array([1.0, 9])
    found = covariances(unscaled, variance)
    np.testing.assert_allclose(found[1], 9 * unscaled)
    errors = np.sqrt(variance[:, None] * np.diag(unscaled))
    np.testing.assert_allclose(covariances_of_errors(np.array([[1, 0.5], [0.5, 1]]), errors), found)
    np.testing.assert_allclose(covariances(np.stack([unscaled, 2 * unscaled]), variance)[1], 18 * unscaled)


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
        ([[1.0, 2], [2, 1]], "larger than the variances"),
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
