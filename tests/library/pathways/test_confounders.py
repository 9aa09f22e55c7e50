"""Gene sets without the genes that confound them."""

import numpy as np
import pytest
from simulated_pathways import GENES as STUDIED
from simulated_pathways import HALLMARK, PROGENY, settings, signal, study

from secretome.pathways.collections import Collection, MeasuredSet, measured_sets
from secretome.pathways.confounders import reduced_sets, without_confounders
from secretome.pathways.fitted import fitted_contrast
from secretome.pathways.fry import fry
from secretome.pathways.relative import relative
from secretome.pathways.speakers import NUMBERS, Reduced

GENES = ["PMEL", "A", "B", "C", "D", "MLANA"]


def signals(**speaker):
    one = {"collection": "c", "gene_set": "S", "direction": "up", "decides": True, **speaker}
    confounders = [{"genes": ["PMEL", "MLANA", "ELSE"], "why": "x"}, {"genes": [], "why": "y"}]
    return {"akt": {"speakers": [one], "confounders": confounders}}


def measured(*rows):
    return {"c": [MeasuredSet("S", np.array(rows), np.arange(len(rows)) + 1.0)]}


def test_a_set_loses_the_confounding_genes_that_were_measured_in_it():
    (found,) = reduced_sets(signals(), measured(0, 1, 2, 3), GENES)
    assert (found.signal, found.collection, found.gene_set, found.left_out) == ("akt", "c", "S", ("PMEL",))
    assert found.rest.rows.tolist() == [1, 2, 3]
    assert found.rest.weights.tolist() == [2, 3, 4]


def test_of_a_set_with_hardly_any_others_nothing_is_left():
    (found,) = reduced_sets(signals(), measured(0, 1, 2, 5), GENES)
    assert (found.left_out, found.rest) == (("MLANA", "PMEL"), None)


def test_a_set_without_such_genes_or_that_does_not_decide_is_left_as_it_is():
    assert reduced_sets(signals(), measured(1, 2, 3, 4), GENES) == []
    assert reduced_sets(signals(gene_set="OTHER"), measured(0, 1, 2, 3), GENES) == []
    assert reduced_sets(signals(decides=False), measured(0, 1, 2, 3), GENES) == []


def test_sets_without_confounders_have_the_numbers_that_each_has_alone():
    """Two signals rest on the same set, two collections have a set of the same name, and of one nothing is left."""
    both = signal(("hallmark", "MOVES"), ("progeny", "Up"), confounders=("G3", "G4"))
    other = signal(("hallmark", "MOVES"), ("twin", "Up"), confounders=("G5",))
    panel = {"both": both, "other": other, "bare": signal(("bare", "B"), confounders=("G1", "G2"))}
    fitted = fitted_contrast(study(8), settings())
    twin = Collection("twin", {"Up": dict.fromkeys(STUDIED[:30], 1.0)}, weighted=False)
    bare = Collection("bare", {"B": {"G1": 1.0, "G2": 1.0, "G6": 1.0}}, weighted=False, smallest=3)
    known = {one.name: measured_sets(one, fitted.genes)[0] for one in (HALLMARK, PROGENY, twin, bare)}
    reduced = without_confounders(panel, known, fitted)
    assert reduced["bare", ("bare", "B")] == Reduced(("G1", "G2"), None, None)
    ones = reduced_sets(panel, known, fitted.genes)
    assert len(ones) == len(reduced) == 5
    for one in ones[:4]:
        tests = reduced[one.signal, (one.collection, one.gene_set)]
        assert tests.left_out == (("G3", "G4") if one.signal == "both" else ("G5",))
        (moves,) = fry(fitted.effects, fitted.errors, [one.rest], fitted.genes).to_dict("records")
        (against,) = relative(fitted.effects, fitted.errors, [one.rest], fitted.values.mean(axis=1)).to_dict("records")
        for name in NUMBERS:
            assert (tests.moves[name], tests.relative[name]) == pytest.approx((moves[name], against[name]), rel=1e-12)
