"""lysate: the change of the cells beside that of the medium, and what is beyond it."""

import numpy as np
import pandas as pd
import pytest
from scipy import special

from secretome import lysate
from secretome.tables import SECRETOME


def table(**genes: tuple[float, float, float]) -> pd.DataFrame:
    """Of each gene the change, its standard error and its degrees of freedom, with the 95 % interval of the three."""
    change, error, df = np.array(list(genes.values()), float).T
    margin = special.stdtrit(df, 0.975) * error
    return pd.DataFrame(
        {
            "gene": list(genes),
            "log2_fold_change": change,
            "standard_error": error,
            "df": df,
            "ci_low": change - margin,
            "ci_high": change + margin,
        }
    )


def test_the_change_of_the_lysate_and_the_difference_by_hand():
    """Equal errors and degrees of freedom: Satterthwaite's sum them, and the error is √2 times that of one."""
    medium, cells = table(IL6=(3.0, 0.2, 4)), table(IL6=(1.0, 0.2, 4), OTHER=(5.0, 0.1, 4))
    found = lysate.beside(medium, cells).iloc[0]
    margin = special.stdtrit(8, 0.975) * 0.2 * np.sqrt(2)
    assert found["lysate_log2_fold_change"] == 1.0
    assert found["lysate_ci_low"] == pytest.approx(1 - special.stdtrit(4, 0.975) * 0.2)
    assert found["lysate_difference"] == pytest.approx(2.0)
    assert found["lysate_difference_ci_low"] == pytest.approx(2 - margin)
    assert found["lysate_difference_ci_high"] == pytest.approx(2 + margin)
    assert found["beyond_lysate"] == "yes"


def test_unequal_errors_take_the_degrees_of_freedom_of_the_larger_one():
    found = lysate.beside(table(A=(1.0, 1e-9, 100)), table(A=(0.0, 0.5, 3))).iloc[0]
    assert found["lysate_difference_ci_high"] == pytest.approx(1 + special.stdtrit(3, 0.975) * 0.5)


@pytest.mark.parametrize(
    ("medium", "cells", "beyond"),
    [(2, 0, "yes"), (-2, 0, "yes"), (2, 1.9, "no"), (-2, -1.9, "no"), (2, 4, "no"), (-2, -4, "no"), (2, -2, "yes")],
)
def test_beyond_means_on_the_side_to_which_the_medium_changes(medium, cells, beyond):
    found = lysate.beside(table(A=(medium, 0.1, 8)), table(A=(cells, 0.1, 8)))
    assert found["beyond_lysate"].tolist() == [beyond]


def test_a_protein_that_the_lysate_lacks_has_nothing_beside_it():
    found = lysate.beside(table(A=(1, 0.1, 8), B=(2, 0.1, 8)), table(B=(0, 0.1, 8)))
    assert found["lysate_difference"].isna().tolist() == [True, False]
    assert found["beyond_lysate"].tolist() == ["", "yes"]


def test_without_replicates_there_is_a_difference_and_no_verdict():
    untested = table(A=(1.0, np.nan, np.nan))
    for medium, cells in ((untested, table(A=(0.5, 0.1, 8))), (table(A=(1.0, 0.1, 8)), untested)):
        found = lysate.beside(medium, cells).iloc[0]
        assert not np.isnan(found["lysate_difference"])
        assert np.isnan(found["lysate_difference_ci_low"])
        assert found["beyond_lysate"] == ""


def test_a_z_test_has_no_degrees_of_freedom_and_counts_as_certain_of_its_error():
    found = lysate.beside(table(A=(1.0, 0.3, 8)).assign(df=np.nan), table(A=(0.0, 0.4, 8)).assign(df=np.nan)).iloc[0]
    assert found["lysate_difference_ci_high"] - 1 == pytest.approx(special.ndtri(0.975) * 0.5)


def test_order_and_index_are_those_of_the_medium():
    medium, cells = (
        table(A=(1, 0.1, 8), B=(2, 0.2, 5), C=(3, 0.1, 8)),
        table(C=(1, 0.1, 8), A=(0, 0.3, 4), B=(2, 0.1, 3)),
    )
    there = lysate.beside(medium, cells)
    turned = lysate.beside(medium.iloc[::-1], cells.iloc[[1, 0, 2]])
    pd.testing.assert_frame_equal(turned.loc[there.index], there)


@pytest.mark.parametrize("cells", [None, table(A=(1, 1, 1)).iloc[:0]], ids=["none", "not available"])
def test_no_lysate_gives_empty_columns_of_the_contract(cells):
    found = lysate.beside(table(A=(1, 0.1, 8)), cells)
    assert found.drop(columns="beyond_lysate").isna().all(axis=None)
    assert found["beyond_lysate"].tolist() == [""]
    assert list(SECRETOME.columns)[-len(lysate.COLUMNS) :] == list(found) == list(lysate.COLUMNS)
