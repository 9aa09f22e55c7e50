"""Gene sets without the genes that confound them."""

import numpy as np

from secretome.pathways.collections import MeasuredSet
from secretome.pathways.confounders import reduced_sets

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
