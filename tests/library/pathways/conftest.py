"""The simulated study whose gene sets limma tested."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from secretome.models import contrasts, linear, rotation, voom
from secretome.normalise import tmm_factors
from secretome.pathways.collections import Collection, MeasuredSet, measured_sets

GOLDEN = Path(__file__).parents[2] / "golden"
GROUPS = np.array([0, 0, 0, 0, 1, 1, 1.0])
DESIGN = np.column_stack([GROUPS, 1 - GROUPS, [0, 1, 1, 0, 1, 0, 1]])
CONTRAST = np.array([1.0, -1, 0])


@pytest.fixture(scope="module")
def tested():
    """Genes, effects and errors of the simulated study."""
    genes = pd.read_csv(GOLDEN / "simulated.genes.tsv", sep="\t")["gene"]
    counts = pd.read_csv(GOLDEN / "simulated.counts.tsv", sep="\t", index_col="gene").loc[genes].to_numpy(float)
    log2, weights = voom.voom(counts, DESIGN, counts.sum(axis=0) * tmm_factors(counts))
    errors = contrasts.unscaled_error(linear.fit(log2, DESIGN, weights), CONTRAST)
    return genes.tolist(), rotation.rotation_effects(log2, DESIGN, CONTRAST, weights, align=False), errors


@pytest.fixture(scope="module")
def expected():
    """What limma says of the sets of the simulated study."""
    return pd.read_csv(GOLDEN / "simulated.sets.tsv", sep="\t", index_col="set")


@pytest.fixture(scope="module")
def simulated_sets(tested):
    """Whether with weights → the sets of the simulated study."""

    def of(weighted: bool) -> list[MeasuredSet]:
        kept, dropped = measured_sets(collection(weighted), tested[0])
        assert not dropped
        return kept

    return of


def collection(weighted):
    members = pd.read_csv(GOLDEN / "simulated.members.tsv", sep="\t")
    sets = {
        name: dict(zip(rows["gene"], rows["weight"] if weighted else np.ones(len(rows)), strict=True))
        for name, rows in members.groupby("set", sort=False)
    }
    return Collection("simulated", sets, weighted)
