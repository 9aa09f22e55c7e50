"""What readers hand on."""

import numpy as np

from secretome.source_table import SourceTable


def test_what_a_source_does_not_say_is_empty_and_not_shared():
    one, other = (SourceTable(["A"], ["s"], np.ones((1, 1)), ["A"]) for _ in range(2))
    assert (one.samples, one.unit, one.steps) == ({}, "", [])
    one.steps.append({"step": "drop decoys", "rows": 1})
    assert other.steps == []
