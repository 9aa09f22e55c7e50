"""A small simulated study, and what limma says of it (tests/golden)."""

from pathlib import Path

import pandas as pd
import pytest
from small_design import DESIGN

from secretome.models import voom
from secretome.normalise import tmm_factors

GOLDEN = Path(__file__).parents[2] / "golden"


@pytest.fixture(scope="module")
def genes():
    return pd.read_csv(GOLDEN / "simulated.genes.tsv", sep="\t", index_col="gene")


@pytest.fixture(scope="module")
def counts(genes):
    return pd.read_csv(GOLDEN / "simulated.counts.tsv", sep="\t", index_col="gene").loc[genes.index].to_numpy(float)


@pytest.fixture(scope="module")
def weighted(counts):
    return voom.voom(counts, DESIGN, counts.sum(axis=0) * tmm_factors(counts))
