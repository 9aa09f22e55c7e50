from dataclasses import replace

import made_up_study as made_up

from secretome import pathway_tables
from secretome.pathway_tables import pathways_section
from secretome.summaries import signal_rows


def section(made):
    settings = made_up.settings()
    return pathways_section(made_up.CONTRAST, settings, made, signal_rows(made.signals, settings["panel"]))


def test_the_sets_of_akt_jak_stat_and_il6_are_never_folded_away():
    made = made_up.tables()
    speaks = made.pathways["gene_set"].isin(["HALLMARK_IL6_JAK_STAT3_SIGNALING", "JAK-STAT", "PI3K"])
    made.pathways.loc[speaks, ["p_value", "q_value"]] = 0.99
    for collection in section(made)["collections"]:
        shown = {row["name"] for row in collection["rows"] if not row["later"]}
        spoken = {row["name"] for row in collection["rows"] if row["signal"]}
        assert spoken
        assert spoken <= shown
        assert collection["later"] == sum(row["later"] for row in collection["rows"])


def test_a_set_without_a_clear_direction_is_not_counted_up_or_down():
    made = made_up.tables()
    lead = (made.pathways["method"] == "fry") & (made.pathways["collection"] == "progeny")
    made.pathways.loc[lead, ["effect", "ci_low", "ci_high", "q_value"]] = [0.3, 0.2, 0.4, 0.01]
    made.pathways.loc[lead & (made.pathways["gene_set"] == "p53"), ["effect", "ci_low"]] = [-0.3, -0.5]
    _, progeny = section(made)["collections"]
    assert progeny["verdict"].endswith("13 up, 0 down, 1 in no clear direction (the interval holds 0).")
    assert [row["name"] for row in progeny["rows"] if not row["passes"]] == ["p53"]


def test_columns_of_a_method_that_was_not_run_are_left_out():
    hallmark, progeny = section(made_up.tables())["collections"]
    assert [method for method, _, _ in hallmark["beside"]] == ["roast", "camera", "gsea"]
    assert [method for method, _, _ in progeny["beside"]] == ["ulm", "mlm"]


def test_what_was_not_tested_and_why_stands_below_a_collection():
    hallmark, progeny = section(made_up.tables())["collections"]
    assert hallmark["dropped"] == "Not tested: 1 gene set (1 too small)."
    assert hallmark["left_out"] == "Ligands under study do not score a response: HGF and IL6 left out of 2 sets."
    assert hallmark["not_computed"] == ["over-representation: no secreted gene changes"]
    assert (progeny["dropped"], progeny["left_out"], progeny["not_computed"]) == ("", "", [])


def test_a_rate_above_its_level_is_marked():
    hallmark, progeny = section(made_up.tables())["collections"]
    fry, gsea = hallmark["rates"]
    assert (fry["method"], fry["lead"], [level["high"] for level in fry["levels"]]) == ("fry", True, [False, False])
    assert (gsea["levels"][0]["rate"], gsea["levels"][0]["high"]) == ("0.250", True)
    assert progeny["rates"] == []


def test_a_large_collection_is_cut_but_for_the_sets_that_speak(monkeypatch):
    monkeypatch.setattr(pathway_tables, "MOST_ROWS", 3)
    made = made_up.tables()
    speaks = made.pathways["gene_set"].str.contains("IL6_JAK|PI3K_AKT")
    made.pathways.loc[speaks, "p_value"] = 0.99
    hallmark, _ = section(made)["collections"]
    assert len(hallmark["rows"]) == 5
    assert hallmark["cut"].startswith("Of 50 gene sets 5 are here:")
    assert all(row["signal"] for row in hallmark["rows"][3:])


def test_a_collection_that_is_all_there_is_not_said_to_be_cut():
    assert [one["cut"] for one in section(made_up.tables())["collections"]] == ["", ""]


def test_where_no_set_was_tested_the_page_says_why():
    made = made_up.tables()
    assert section(made)["nothing"] == ""
    none = replace(made, pathways=made.pathways[:0], pathway_notes={**made.pathway_notes, "curves": []})
    said = "No gene set was tested, and no signal has a verdict: "
    # The notes of the signals tell of confounders, not of the reason.
    assert section(none)["nothing"] == said + "no set of any collection has enough measured genes."
    alone = replace(none, signals=none.signals.assign(note="Nothing was tested: the groups have no replicates."))
    assert section(alone)["nothing"] == said + "the groups have no replicates."


def test_the_gene_sets_of_the_changed_secreted_genes_are_listed():
    found = section(made_up.tables())["secreted_sets"]
    assert (found["changed"], found["tested"], len(found["rows"])) == (20, 120, 12)
    assert found["rows"][0]["genes"] == "GENE1, GENE2"


def test_curves_carry_what_the_exploratory_test_says():
    (curve,) = section(made_up.tables())["curves"]
    assert "NES +1.20, q 0.0" in curve


def test_a_collection_of_which_no_set_was_tested_says_so():
    made = made_up.tables()
    made = replace(made, pathways=made.pathways[made.pathways["collection"] != "progeny"])
    _, progeny = section(made)["collections"]
    assert (progeny["label"], progeny["rows"]) == ("PROGENy footprints", [])
    assert progeny["verdict"] == "No gene set could be tested."


def test_a_rate_without_spread_between_the_simulations_has_no_interval():
    made = made_up.tables()
    made.null_rates.loc[made.null_rates["method"] == "gsea", ["rate", "ci_low", "ci_high"]] = 0.0
    fry, gsea = pathway_tables._rates(made.null_rates, "hallmark")
    assert fry["levels"][0]["interval"] == "0.045 to 0.055"
    assert (gsea["levels"][0]["rate"], gsea["levels"][0]["interval"]) == ("0.000", "–")
