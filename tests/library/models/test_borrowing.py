"""borrowing: the test of a contrast with what an engine lets genes borrow."""

import numpy as np
import pandas as pd
import pytest

from secretome.models import contrasts, linear, moderation
from secretome.models.borrowing import Borrowing, estimate_contrast

MATRIX = np.repeat(np.eye(2), 4, axis=0)
CONTRAST = np.array([1.0, -1])


@pytest.fixture
def fitted():
    random = np.random.default_rng(0)
    level = np.linspace(2, 9, 200)[:, None]
    values = level + random.normal(0, 4 / level, (200, 8))
    values[:8] *= 20
    return linear.fit(values, MATRIX)


@pytest.mark.parametrize("trend", [True, False])
@pytest.mark.parametrize("robust", [True, False])
def test_it_is_the_moderated_test_of_these_choices(fitted, trend, robust):
    expected = moderation.moderate(fitted, trend, robust)
    table, moderated = estimate_contrast(fitted, CONTRAST, Borrowing(trend, robust))
    pd.testing.assert_frame_equal(table, contrasts.estimate(fitted, CONTRAST, expected))
    np.testing.assert_array_equal(moderated.variance, expected.variance)


def test_the_choices_make_a_difference(fitted):
    found = [estimate_contrast(fitted, CONTRAST, Borrowing(*both))[0]["p_value"] for both in ((0, 0), (1, 0), (0, 1))]
    assert not np.allclose(found[0], found[1])
    assert not np.allclose(found[0], found[2])


def test_without_borrowing_each_gene_has_an_ordinary_t(fitted):
    table, moderated = estimate_contrast(fitted, CONTRAST, None)
    assert moderated is None
    pd.testing.assert_frame_equal(table, contrasts.estimate(fitted, CONTRAST))
    assert (table["df"] == 6).all()
