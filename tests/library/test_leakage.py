"""How far the proteins of the cytosol move in the medium."""

import numpy as np
import pandas as pd
import pytest

from secretome.leakage import FEWEST_MARKERS, MARKERS, leaked_range
from secretome.tables import GENES, SECRETED, read_table

KNOWLEDGE = "data/bundled/knowledge"


def differential(changes):
    genes = [*MARKERS[: len(changes)], "IL6"]
    return pd.DataFrame({"gene": genes, "log2_fold_change": [*changes, 9.0]})


def test_the_range_is_that_of_the_markers_alone():
    low, high = leaked_range(differential(np.linspace(-1, 1, 41)))
    assert (low, high) == pytest.approx((-0.95, 0.95))


def test_markers_that_were_not_measured_do_not_count():
    changes = np.r_[np.zeros(FEWEST_MARKERS - 1), np.nan]
    assert leaked_range(differential(changes)) is None
    assert leaked_range(differential(np.zeros(FEWEST_MARKERS))) == (0, 0)


def test_the_markers_are_current_symbols_of_genes_that_are_not_known_to_be_secreted():
    known = set(read_table(f"{KNOWLEDGE}/genes.tsv.gz", GENES)["symbol"])
    assert not set(MARKERS) - known
    assert len(set(MARKERS)) == len(MARKERS)
    secreted = read_table(f"{KNOWLEDGE}/secreted.tsv.gz", SECRETED)
    told = set(secreted.loc[secreted["secreted_class"].isin(("ligand", "shed", "leaderless")), "gene"])
    assert not told & set(MARKERS)
