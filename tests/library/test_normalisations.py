"""The two normalisations: what they subtract, and what their changes say to each other."""

import numpy as np
import pandas as pd
import pytest

from secretome.models import contrasts, linear
from secretome.normalisations import FEWEST_SHARED, normalisation_of, other_changes, story_warnings

SAMPLES = ["a", "b", "c", "d"]
SHEET = pd.DataFrame({"cells": ["1e6", "2e6", "1e6", "4e6"]}, index=SAMPLES, dtype=object)
DESIGN = np.array([[1, 0], [1, 0], [0, 1], [0, 1]], float)


def values(rows: int = 40) -> np.ndarray:
    return np.random.default_rng(1).normal(20, 2, (rows, 1)) + np.array([0.0, 1.0, 2.0, 5.0])


def changes(log2: np.ndarray) -> pd.DataFrame:
    noisy = log2 + np.random.default_rng(2).normal(0, 0.1, log2.shape)
    table = contrasts.estimate(linear.fit(noisy, DESIGN), np.array([-1.0, 1.0]))
    return table.set_index(pd.Index([f"G{row}" for row in range(len(log2))], dtype=object))


def test_the_median_leads_where_no_quantity_is_declared_and_the_other_is_none():
    found = normalisation_of(values(), SHEET, {}, "proteomics")
    assert found.shift == pytest.approx([-2, -1, 0, 3])
    assert found.other_shift.tolist() == [0, 0, 0, 0]
    assert (found.shared, found.other, found.warnings) == (40, "none", ())


def test_a_declared_quantity_leads_and_the_median_is_the_other():
    found = normalisation_of(values(), SHEET, {"cell_number": "cells", "total_protein": ""}, "proteomics")
    assert found.shift == pytest.approx([-0.75, 0.25, -0.75, 1.25])  # log2 of 1, 2, 1, 4, centred
    assert found.other_shift == pytest.approx([-2, -1, 0, 3])
    assert "number of cells (column cells)" in found.method
    assert "median of the 40 proteins" in found.other
    same = normalisation_of(values(), SHEET, {"total_protein": "cells"}, "proteomics")
    assert same.shift == pytest.approx(found.shift)
    assert "total protein" in same.method


def test_a_panel_is_never_normalised_by_its_median():
    assert normalisation_of(values(9), SHEET, {}, "panel").shift.tolist() == [0, 0, 0, 0]
    per_cell = normalisation_of(values(9), SHEET, {"cell_number": "cells"}, "panel")
    assert per_cell.shift == pytest.approx([-0.75, 0.25, -0.75, 1.25])
    assert per_cell.other_shift.tolist() == [0, 0, 0, 0]


def test_few_shared_proteins_are_warned_of():
    few = values(FEWEST_SHARED - 1)
    (told,) = normalisation_of(few, SHEET, {}, "proteomics").warnings
    assert f"median of {FEWEST_SHARED - 1} proteins" in told["message"]


def test_the_shifts_go_back_and_forth():
    """What compare does to have the changes under the other normalisation."""
    raw = values()
    found = normalisation_of(raw, SHEET, {"cell_number": "cells"}, "proteomics")
    compared = raw - found.shift
    np.testing.assert_allclose(compared + found.shift - found.other_shift, raw - found.other_shift)


def test_a_global_change_of_secretion_is_told():
    """Twice as much of everything per cell: the median normalisation sees nothing."""
    per_cell = np.random.default_rng(3).normal(20, 2, (40, 1)) + np.array([0.0, 0, 1, 1])
    by_median = per_cell - np.array([-0.5, -0.5, 0.5, 0.5])
    table = other_changes(changes(per_cell), changes(by_median))
    assert list(table) == [
        "gene",
        "log2_fold_change",
        "ci_low",
        "ci_high",
        "other_log2_fold_change",
        "other_ci_low",
        "other_ci_high",
        "sign_change",
        "sign_flip",
    ]
    (told,) = story_warnings(table)
    assert "differs by +1.00" in told["message"]


def test_a_flip_needs_both_intervals_and_a_warning_a_secreted_protein():
    lead = pd.DataFrame(
        {"log2_fold_change": [1.0, 1.0, 0.2, 1.0], "ci_low": [0.5, 0.5, -0.1, 0.5], "ci_high": [1.5, 1.5, 0.5, 1.5]},
        index=["FLIPS", "SAME", "UNCLEAR", "ABSENT"],
    )
    other = lead.copy()
    other.loc["FLIPS"] = [-0.5, -0.9, -0.1]
    other.loc["UNCLEAR"] = [-0.3, -0.5, -0.1]
    other.loc["ABSENT"] = np.nan
    table = other_changes(lead, other).set_index("gene")
    assert table["sign_change"].to_dict() == {"FLIPS": True, "SAME": False, "UNCLEAR": True, "ABSENT": False}
    assert table["sign_flip"].to_dict() == {"FLIPS": True, "SAME": False, "UNCLEAR": False, "ABSENT": False}
    (told,) = story_warnings(table.reset_index(), {"FLIPS"})
    assert "secreted proteins change in opposite directions (FLIPS)" in told["message"]
    assert story_warnings(table.reset_index(), {"SAME"}) == []


def test_tables_of_other_genes_are_a_defect():
    table = changes(values())
    with pytest.raises(ValueError, match="same genes"):
        other_changes(table, table.iloc[1:])
