from dataclasses import replace

import made_up_study as made_up
import pandas as pd

from secretome.score_tables import scores_of


def test_a_large_collection_shows_the_sets_that_speak_for_a_signal_and_a_small_one_all():
    hallmark, progeny = scores_of(made_up.CONTRAST, made_up.settings(), made_up.tables())
    assert [label for label, _ in hallmark["values"]] == ["IL6 JAK STAT3 signaling", "PI3K AKT MTOR signaling"]
    assert len(progeny["values"]) == len(progeny["tests"]) == 14
    assert (hallmark["unit"][:9], progeny["unit"][:4]) == ("mean rank", "log2")


def test_the_table_has_the_numbers_of_the_figure():
    _, progeny = scores_of(made_up.CONTRAST, made_up.settings(), made_up.tables())
    assert progeny["samples"] == made_up.GROUPS["control"] + made_up.GROUPS["drug"]
    assert all(len(values) == 8 for _, values in progeny["values"])
    assert "<svg" in progeny["figure"]


def test_without_scores_there_is_no_figure():
    made = replace(made_up.tables(), scores=pd.DataFrame(columns=["sample", "collection", "gene_set", "score"]))
    assert scores_of(made_up.CONTRAST, made_up.settings(), made) == []
