"""Genes × independent units, averaged by hand."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from secretome.synthesis.groups import groups_of
from secretome.synthesis.units import correlation, percentiles, units


def small(result, study, contrast, changes, errors, **described):
    genes = [f"G{number}" for number in range(len(changes))]
    made = result(study, contrast, genes=genes, **described)
    return replace(made, table=made.table.assign(log2_fold_change=changes, standard_error=errors))


def test_contrasts_of_a_study_are_averaged_and_others_stand_for_themselves(result, halves):
    low = small(result, "a", "low", [1.0, 1, np.nan], [1.0, 1, np.nan])
    high = small(result, "a", "high", [3.0, np.nan, 5], [1.0, np.nan, np.nan])
    other = small(result, "b", "drug", [2.0, -1], [0.5, 0.5])
    found = units(groups_of([low, high, other])[0], {"a": halves("low", "high")})
    assert found.names == ("a", "b")
    assert found.genes.tolist() == ["G0", "G1", "G2"]
    np.testing.assert_allclose(found.effects, [[2, 2], [1, -1], [np.nan, np.nan]])
    np.testing.assert_allclose(found.errors, [[np.sqrt(3) / 2, 0.5], [1, 0.5], [np.nan, np.nan]])
    # G2 was measured in one contrast of a, but nothing is known of its error; b has no row of it.
    assert found.untested.tolist() == [[False, False], [False, False], [True, False]]


def test_contrasts_of_one_line_in_two_studies_are_independent(result):
    one = small(result, "a", "drug", [1.0, 0], [1.0, 1], model="A375")
    two = small(result, "b", "drug", [2.0, 0], [1.0, 1], model="A375")
    other = small(result, "c", "drug", [2.0, 0], [1.0, 1])
    found = units(groups_of([one, two, other])[0], {})
    assert found.names == ("a+b", "c")
    np.testing.assert_allclose(found.effects[0], [1.5, 2])
    np.testing.assert_allclose(found.errors[0], [np.sqrt(0.5), 1])


def test_a_correlation_that_is_not_given_is_refused(result, halves):
    both = [result("a", "low"), result("a", "high"), result("b")]
    genes = pd.Index(["G000"])
    expected = [[[1, 0.5, 0], [0.5, 1, 0], [0, 0, 1]]]
    np.testing.assert_allclose(correlation(both, genes, {"a": halves("low", "high")}), expected)
    for given in ({}, {"a": halves("low")}):
        with pytest.raises(ValueError, match="no correlations of low, high"):
            correlation(both, genes, given)


def test_what_has_too_few_reads_was_measured_and_what_has_none_was_not(result):
    first = result("a", genes=["G1", "G2", "G3"])
    first.table["reason"] = ["", "low_expression", "all_missing"]
    first.table.loc[1:, ["log2_fold_change", "standard_error"]] = np.nan
    found = units(groups_of([first, result("b", genes=["G1", "G2", "G3", "G4"])])[0], {})
    assert found.untested[:, 0].tolist() == [False, True, False, False]
    assert np.isnan(found.effects[:, 0]).tolist() == [False, True, True, True]


def test_a_gene_that_stands_twice_is_refused(result):
    twice = result("a", genes=["G1", "G1"])
    with pytest.raises(ValueError, match="stands twice"):
        units(groups_of([twice, result("b")])[0], {})


def test_percentiles_ignore_the_scale_and_what_is_missing():
    effects = np.array([[1.0, 10], [3, 30], [2, np.nan], [-1, -10]])
    found = percentiles(effects)
    np.testing.assert_allclose(found[:, 0], [0.375, 0.875, 0.625, 0.125])
    np.testing.assert_allclose(found[:, 1], [0.5, 5 / 6, np.nan, 1 / 6])
