"""Proteins of serum: their share, and the warning."""

import numpy as np
import pytest

from secretome.serum import SERUM, serum_shares, serum_warnings
from secretome.tables import GENES, read_table

SYMBOLS = ["ALB", "IL6", "TF", ""]


def test_the_share_is_that_of_the_summed_intensity():
    log2 = np.log2([[3.0, 1.0], [1.0, 6.0], [1.0, 1.0], [5.0, 2.0]])
    assert serum_shares(log2, SYMBOLS) == pytest.approx([0.4, 0.2])
    log2[2, 0] = np.nan
    assert serum_shares(log2, SYMBOLS) == pytest.approx([3 / 9, 0.2])


def test_much_serum_is_told_and_little_is_not():
    log2 = np.log2([[3.0, 1.0], [1.0, 6.0], [1.0, 1.0], [5.0, 2.0]])
    (told,) = serum_warnings(log2, SYMBOLS, ["a", "b"])
    assert told["code"] == "serum"
    assert "30 % of the intensity" in told["message"]
    assert "20 % in b to 40 % in a; 2 of them: ALB, TF" in told["message"]
    assert serum_warnings(log2 - np.array([[6], [0], [6], [0]]), SYMBOLS, ["a", "b"]) == []


def test_they_are_current_symbols():
    known = set(read_table("data/bundled/knowledge/genes.tsv.gz", GENES)["symbol"])
    assert not SERUM - known
