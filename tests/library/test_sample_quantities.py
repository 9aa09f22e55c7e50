"""Quantities of a sample sheet: numbers where numbers must be."""

import numpy as np
import pytest
from checkout import ROOT

from secretome.designs import design
from secretome.sample_quantities import quantities, quantity_faults
from secretome.sheets import read_samples

SHEET = {
    "sample": ["a", "b", "c"],
    "cells": ["1e6", "1200000", "0.9e6"],
    "gap": ["1", "NA", "3"],
    "zero": ["1", "0", "2"],
    "words": ["many", "few", "1"],
    "alive": ["95", "93.5", "NA"],
    "share": ["0.95", "0.94", "0.9"],
    "released": ["0", "0.2", "1.4"],
    "below": ["-1", "2", "3"],
    "none": ["", "", ""],
}


def told(technology: str = "proteomics", **keys: str) -> list[str]:
    faults = quantity_faults(SHEET, "sample", keys, technology)
    return [f"{one.field}: {one.value} {one.problem}" for one in faults]


def test_numbers_are_taken():
    assert told(cell_number="cells", viability="alive", ldh="released") == []
    assert told(total_protein="cells", technology="panel") == []
    assert told(cell_number="", viability="") == []
    np.testing.assert_array_equal(quantities(SHEET["alive"]), [95, 93.5, np.nan])


@pytest.mark.parametrize(
    ("keys", "says"),
    [
        ({"cell_number": "gap"}, "samples.cell_number: gap has no value for 1 of 3 samples (b)"),
        ({"cell_number": "zero"}, "samples.cell_number: zero holds 0"),
        ({"total_protein": "words"}, "samples.total_protein: words holds many, few"),
        ({"viability": "share"}, "samples.viability: share goes from 0.9 to 0.95: percentages"),
        ({"viability": "none"}, "samples.viability: none holds no values"),
        ({"ldh": "below"}, "samples.ldh: below holds -1"),
        ({"cell_number": "cells", "total_protein": "cells"}, "is given beside cell_number"),
        ({"cell_number": "cells", "technology": "microarray"}, "goes with proteins and panels"),
    ],
)
def test_what_is_no_quantity_is_refused(keys, says):
    assert any(says in one for one in told(**keys)), told(**keys)


def test_a_column_that_is_not_there_is_told_elsewhere():
    assert told(cell_number="absent") == []


def test_the_template_of_the_documentation_is_a_sheet_that_works():
    """docs/conditioned_medium_samples.tsv, as docs/conditioned_medium.md describes it."""
    path = ROOT / "docs/conditioned_medium_samples.tsv"
    sheet = read_samples(path, "sample")
    keys = {"cell_number": "cell_number", "viability": "viability", "ldh": "ldh"}
    assert quantity_faults(sheet, "sample", keys, "proteomics") == []
    contrast = {"variable": "treatment", "level": "drug", "reference": "vehicle", "block": ["replicate"]}
    built = design.build(sheet, "sample", contrast)
    assert [len(built.groups[level]) for level in ("drug", "vehicle")] == [4, 4]
    text = (ROOT / "docs/conditioned_medium.md").read_text()
    assert all(f"| `{column}` |" in text for column in sheet)
