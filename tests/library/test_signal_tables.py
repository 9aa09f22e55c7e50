from dataclasses import replace

import made_up_study as made_up
import numpy as np

from secretome.signal_tables import signals_of
from secretome.summaries import gene_sets, signal_rows


def rows(made):
    panel = made_up.settings()["panel"]
    tests = {(key, one["gene_set"]): one for key, sets in gene_sets(made.pathways).items() for one in sets}
    return signals_of(made, signal_rows(made.signals, panel), panel, tests)


def test_both_questions_stand_on_one_scale():
    made = made_up.tables()
    made.signals.loc[0, ["effect", "ci_low", "ci_high"]] = [0.0, -0.5, 0.5]
    made.signals.loc[0, ["relative_effect", "relative_ci_low", "relative_ci_high"]] = [0.5, 0.0, 1.0]
    first = rows(made)[0]
    assert first["mark"]["width"] == first["relative"]["mark"]["width"] == "50.0%"


def test_a_signal_that_was_not_tested_has_no_numbers():
    made = made_up.tables()
    numbers = made.signals.columns.difference(["signal", "verdict", "methods", "note"])
    made.signals[numbers] = np.nan
    made = replace(made, pathway_notes={**made.pathway_notes, "answers": {}})
    signal = rows(made)[0]
    assert (signal["mark"], signal["effect"], signal["relative"]["p"], signal["speakers"]) == (None, "–", "–", [])


def test_each_gene_set_says_what_it_says_with_the_numbers_of_each_method():
    made = made_up.tables()
    made = replace(made, pathways=made.pathways[made.pathways["gene_set"] != "PI3K"])
    hallmark, progeny = rows(made)[0]["speakers"]
    assert (hallmark["name"], hallmark["says"], hallmark["beside"]) == ("Hallmark PI3K AKT MTOR signaling", "up", False)
    assert ", p " in hallmark["numbers"]
    assert "; against other genes " in hallmark["numbers"]
    assert "; score " in hallmark["numbers"]
    assert progeny["numbers"] == ""
