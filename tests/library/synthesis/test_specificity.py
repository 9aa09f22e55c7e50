"""Specific or generic: counts in contrasts of other drugs."""

import numpy as np

from secretome.synthesis.groups import groups_of
from secretome.synthesis.specificity import elsewhere, unrelated


def test_contrasts_of_the_same_class_or_study_are_related(result):
    results = [
        result("a"),
        result("b"),
        result("b", "steroid", drug_class="glucocorticoid"),
        result("c", setting="resistant"),
        result("d", drug_class="glucocorticoid"),
        result("e", drug_class="", setting="ligand"),
    ]
    groups = {one.name: one for one in groups_of(results)}
    others = unrelated(groups["braf_inhibitor_cells_acute"], results)
    assert [one.study for one in others] == ["d", "e"]
    assert unrelated(groups["all_cells"], results) == []


def test_moves_are_counted_by_direction_where_a_gene_was_tested(result):
    one, two = result("d", genes=["G1", "G2", "G3"]), result("e", genes=["G1", "G2"])
    one.table["q_value"], one.table["log2_fold_change"] = [0.01, 0.05, np.nan], [2.0, -1, 3]
    two.table["q_value"], two.table["log2_fold_change"] = [0.04, 0.06], [-2.0, -1]
    found = elsewhere(["G3", "G2", "G1", "G9"], [one, two], 0.05)
    assert found["other_tested"].tolist() == [0, 2, 2, 0]
    assert found["other_up"].tolist() == [0, 0, 1, 0]
    assert found["other_down"].tolist() == [0, 1, 1, 0]
