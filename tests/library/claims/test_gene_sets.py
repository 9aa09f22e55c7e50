"""The gene sets that claims rest on."""

from dataclasses import replace

import made_up_counts
import numpy as np
import pytest

from secretome.claims.gene_sets import asked_sets, set_interval
from secretome.comparison.compare import design_of
from secretome.comparison.engines import Engine, fit_contrast
from secretome.pathways.collections import Collection, measured_sets
from secretome.pathways.fitted import fitted_contrast
from secretome.pathways.fry import fry

SETTINGS = made_up_counts.settings()
SETS = {"UP": {"A": 1.0, "B": 1.0, "LIGAND": 1.0}, "DOWN": {"C": 2.0, "D": -1.0}}


def asked(claim, **feature):
    return {"paper": "p", "claim": claim, "feature": feature, "direction": "up"}


def test_a_claim_has_its_set_or_the_first_that_speaks_for_its_signal():
    def speaker(gene_set, direction):
        return {"collection": "sets", "gene_set": gene_set, "direction": direction, "decides": True}

    signals = {
        "akt": {"speakers": [speaker("DOWN", "down"), speaker("UP", "up")]},
        "met": {"speakers": []},
    }
    claims = [
        asked("set", gene_set="UP", collection="sets"),
        asked("signal", signal="akt"),
        asked("silent", signal="met"),
        asked("gone", gene_set="NONE", collection="sets"),
        asked("gene", gene="A"),
    ]
    found = asked_sets(claims, [Collection("sets", SETS, False)], signals, ["LIGAND"])
    # Where the set falls when the signal is active its genes count the other way.
    assert found == {("p", "set"): {"A": 1.0, "B": 1.0}, ("p", "signal"): {"C": -2.0, "D": 1.0}}


@pytest.mark.parametrize("method", ["voom", "trend"])
def test_the_interval_is_that_of_the_rotation_test(method):
    expression = made_up_counts.expression()
    random = np.random.default_rng(1)
    genes = random.choice(expression.genes.index, 60, replace=False)
    weights = dict(zip(genes, random.normal(size=60), strict=True))
    settings = {**SETTINGS, "method": method}
    fitted = fitted_contrast(expression, settings)
    measured, _ = measured_sets(Collection("sets", {"S": weights}, True), fitted.genes)
    row = fry(fitted.effects, fitted.errors, measured, fitted.genes).iloc[0]
    found = set_interval(weights, fitted.model, fitted.design)
    assert tuple(found) == pytest.approx(tuple(row[["effect", "ci_low", "ci_high"]]))


def test_genes_without_all_values_do_not_count_and_one_gene_is_no_set():
    expression = made_up_counts.expression()
    log2 = expression.log2.copy()
    log2[0, 0] = np.nan
    arrays = replace(expression, counts=None, log2=log2)
    design = design_of(arrays, SETTINGS["contrast"], SETTINGS["samples"])
    model = fit_contrast(arrays, design, Engine())
    pair = set_interval({"G1": 1.0, "G2": 1.0}, model, design)
    assert set_interval({"G0": 1.0, "G1": 1.0, "G2": 1.0, "ABSENT": 1.0}, model, design) == pair
    assert np.isnan(set_interval({"G0": 1.0, "G1": 1.0}, model, design)).all()
    few = replace(arrays, log2=log2[:, :20], genes=arrays.genes[:20])
    assert np.isnan(set_interval({"G1": 1.0, "G2": 1.0}, fit_contrast(few, design, Engine()), design)).all()
