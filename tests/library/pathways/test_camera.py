"""Competitive tests of gene sets against limma."""

import numpy as np

from secretome.pathways.camera import camera
from secretome.pathways.collections import MeasuredSet


def test_camera_is_that_of_limma(tested, simulated_sets, expected):
    _, effects, errors = tested
    table = camera(effects, errors, simulated_sets(False)).set_index("gene_set").loc[expected.index]
    np.testing.assert_allclose(np.log10(table["p_value"]), np.log10(expected["camera"]), atol=1e-6)
    np.testing.assert_allclose(table["correlation"], expected["correlation"], atol=1e-6)


def test_camera_passes_over_a_set_that_leaves_no_other_gene(tested):
    genes, effects, errors = tested
    sets = [MeasuredSet(name, np.arange(size), np.ones(size)) for name, size in (("ALL", len(genes)), ("SOME", 20))]
    assert camera(effects, errors, sets)["gene_set"].to_list() == ["SOME"]


def test_no_sets_give_no_rows(tested):
    _, effects, errors = tested
    assert camera(effects, errors, []).empty
