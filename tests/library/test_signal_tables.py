from dataclasses import replace

import made_up_study as made_up

from secretome.signal_tables import signals_of
from secretome.summaries import gene_sets, signal_rows


def rows(made):
    panel = made_up.settings()["panel"]
    tests = {(key, one["gene_set"]): one for key, sets in gene_sets(made.pathways).items() for one in sets}
    return signals_of(made, signal_rows(made.signals, panel), panel, tests)


def test_both_questions_stand_on_one_scale():
    made = made_up.tables()
    made.pathways[["ci_low", "ci_high"]] = [-0.2, 0.2]
    # The widest of all sets that are drawn, not only of the first of a signal; what is not drawn does not count.
    made.pathways.loc[(made.pathways["gene_set"] == "PI3K") & (made.pathways["method"] == "fry"), "ci_low"] = -1.0
    made.pathways.loc[made.pathways["method"].isin(["score", "ulm"]), "ci_low"] = -9.0
    made.pathways.loc[made.pathways["gene_set"] == "HALLMARK_ADIPOGENESIS", "ci_low"] = -9.0
    akt = made.pathways["gene_set"] == "HALLMARK_PI3K_AKT_MTOR_SIGNALING"
    for method, low in (("fry", -0.5), ("relative", 0.0)):
        one = akt & (made.pathways["method"] == method)
        made.pathways.loc[one, ["effect", "ci_low", "ci_high"]] = [low + 0.5, low, low + 1.0]
    moves, relative = rows(made)[0]["speakers"][0]["tests"]
    assert moves["mark"] == {"at": "50.0%", "low": "25.0%", "width": "50.0%"}
    assert relative["mark"] == {"at": "75.0%", "low": "50.0%", "width": "50.0%"}


def test_a_signal_that_was_not_tested_has_no_gene_sets():
    made = made_up.tables()
    made.signals["verdict"] = "not_testable"
    made = replace(made, pathway_notes={**made.pathway_notes, "answers": {}})
    signal = rows(made)[0]
    assert (signal["verdict_words"], signal["speakers"], signal["remarks"]) == ("not testable", [], ["a confounder"])


def test_a_gene_set_says_what_it_says_and_one_that_was_not_measured_has_no_numbers():
    made = made_up.tables()
    made.pathway_notes["answers"]["akt"][1].update(decides=False, direction="down", says="not measurable")
    made = replace(made, pathways=made.pathways[made.pathways["gene_set"] != "PI3K"])
    hallmark, progeny = rows(made)[0]["speakers"]
    assert (hallmark["name"], hallmark["says"]) == ("Hallmark PI3K AKT MTOR signaling", "up")
    assert (hallmark["beside"], hallmark["falls"], progeny["beside"], progeny["falls"]) == (False, False, True, True)
    assert hallmark["score"]["effect"] != "–"
    assert [test["effect"] for test in progeny["tests"]] == ["–", "–"]
    assert progeny["tests"][0]["mark"] is None
