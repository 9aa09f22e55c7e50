"""Least squares: weights, missing values, what is refused."""

import numpy as np
import pandas as pd
import pytest
from small_design import CONTRAST, DESIGN

from secretome.models import contrasts, linear
from secretome.normalise import log2_cpm, tmm_factors


def test_equal_weights_change_nothing():
    values = np.random.default_rng(0).normal(size=(50, 7))
    plain = contrasts.estimate(linear.fit(values, DESIGN), CONTRAST)
    weighted = contrasts.estimate(linear.fit(values, DESIGN, np.full(values.shape, 3.0)), CONTRAST)
    pd.testing.assert_frame_equal(plain, weighted)


def test_missing_values_are_left_out_gene_by_gene(counts):
    values = log2_cpm(counts, tmm_factors(counts))
    values[0, [1, 5]] = np.nan
    values[1, [0, 1, 2, 3]] = np.nan  # no value of the second group is left
    fitted = linear.fit(values, DESIGN)
    alone = linear.fit(np.delete(values[:1], [1, 5], axis=1), np.delete(DESIGN, [1, 5], axis=0))
    table, own = contrasts.estimate(fitted, CONTRAST), contrasts.estimate(alone, CONTRAST)
    np.testing.assert_allclose(table.iloc[0].drop("q_value"), own.iloc[0].drop("q_value"), rtol=1e-9)
    assert fitted.residual_df[0] == 2
    untested = table.iloc[1]
    assert untested[["log2_fold_change", "standard_error", "p_value", "ci_low"]].isna().all()
    assert table.iloc[2:].notna().all().all()


@pytest.mark.parametrize(
    ("values", "design", "says"),
    [
        (np.ones((2, 6)), DESIGN, "do not fit"),
        (np.full((2, 7), np.inf), DESIGN, "finite"),
        (np.ones((2, 7)), np.column_stack([DESIGN, DESIGN[:, 0]]), "rank"),
        (np.ones((2, 7)), np.eye(7), "degree of freedom"),
    ],
)
def test_models_that_cannot_be_fitted_are_refused(values, design, says):
    with pytest.raises(ValueError, match=says):
        linear.fit(values, design)


def test_weights_must_be_positive():
    with pytest.raises(ValueError, match="positive"):
        linear.fit(np.ones((2, 7)), DESIGN, np.zeros((2, 7)))
