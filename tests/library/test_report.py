import made_up_study as made_up
import pandas as pd
import pytest

from secretome import lysate, report, wording

SHEET = pd.DataFrame({"sample": made_up.SAMPLES, "used": "true", "reason": ""})


def page(made=None, **changes):
    settings = made_up.settings()
    settings["study"].update(changes)
    tables = {made_up.CONTRAST: made or made_up.tables()}
    return report.study_page("made_up", settings, made_up.expression(), SHEET, made_up.quality(), tables)


def test_a_page_holds_every_part():
    content = page()
    section = content["contrasts"][0]
    assert section["answer"].startswith("In made-up cells, ")
    assert section["signals_answer"] == "Signals by their gene sets: AKT / PI3K, JAK / STAT and IL6 up."
    assert [code["code"] for code in content["warnings"]] == ["W10", "W01"]
    assert section["groups"] == [("drug", 4), ("control", 4)]
    assert content["inputs"] == [("data/made_up/counts.tsv.gz", "a" * 64), ("genes.tsv.gz", "b" * 64)]
    assert content["steps"] == [("Read", "rows 10")]


def decoded(column):
    return [column["values"][code] for code in column["codes"]]


def test_the_table_of_the_page_has_every_row_and_says_why_a_test_is_missing():
    made = made_up.tables()
    table = report.secreted_table(made)
    columns = {**table["columns"], **{name: decoded(column) for name, column in table["coded"].items()}}
    assert {len(column) for column in columns.values()} == {table["rows"]} == {200}
    assert columns["p_value"] == sorted(columns["p_value"], key=lambda p: (p is None, p))
    untested = [why for p, why in zip(columns["p_value"], columns["reason"], strict=True) if p is None]
    assert set(untested) == {"low expression"}
    assert columns["tier"].count("B") == (made.secretome["tier"] == "B").sum()


def test_a_page_with_a_lysate_shows_it_in_the_table_and_in_the_answer():
    made = made_up.tables()
    changed = made.secretome["tier"] == "B"
    made.secretome.loc[changed, list(lysate.COLUMNS)] = [2.0, 1.5, 2.5, 0.1, -0.5, 0.7, "no"]
    technology = {"compartment": "medium", "technology": "proteomics", "lysate": "cells"}
    section = page(made, **technology, lysate_study={"title": "Lysates", **technology, "per": ""})["contrasts"][0]
    table = section["table"]
    first = decoded(table["coded"]["tier"]).index("B")
    assert [table["columns"][name][first] for name in lysate.COLUMNS[:-1]] == [2.0, 1.5, 2.5, 0.1, -0.5, 0.7]
    assert decoded(table["coded"]["beyond_lysate"]).count("no") == changed.sum()
    assert f"{changed.sum()} do not change beyond it." in section["answer"]
    assert section["lysate"]["key"] == "cells"
    without = page()["contrasts"][0]
    assert not set(lysate.COLUMNS) & {*without["table"]["columns"], *without["table"]["coded"]}
    assert without["lysate"] == {}


def test_numbers_are_short_and_print_as_they_do_elsewhere():
    values = pd.Series([1.92496, 1.92504, -0.12345678, 1.12500012, float("nan")])
    short = report._short(values, wording.signed)
    assert short == [1.92496, 1.92504, -0.1235, 1.12500012, None]
    printed = [wording.signed(value) for value in values[:4]]
    assert [wording.signed(value) for value in short[:4]] == printed == ["+1.92", "+1.93", "−0.12", "+1.13"]


def test_only_what_is_known_as_secreted_is_called_so_among_all_genes():
    made = made_up.tables()
    made.secretome["secreted_class"] = "high_throughput"
    classes = {gene["class"] for genes in report.top_genes(made, page_thresholds()).values() for gene in genes}
    assert classes == {""}


def page_thresholds():
    return made_up.settings()["config"]["thresholds"]


def test_a_null_section_says_why():
    section = page(made_up.tables(null=True))["contrasts"][0]
    assert section["top"] == []
    assert "smallest q-value is 0.70" in section["null"]
    for collection in section["pathways"]["collections"]:
        assert collection["verdict"].startswith("No gene set passes FDR 0.05")


def test_an_unavailable_study_gives_its_reasons_and_no_numbers():
    reasons = ("counts.tsv:7: 'x' is not a number. Mend it.",)
    content = report.study_page("made_up", made_up.settings(), made_up.expression(reasons), SHEET, {"warnings": []}, {})
    assert content["unavailable"] == list(reasons)
    assert content["contrasts"] == []
    assert content["inputs"]


@pytest.mark.parametrize(
    ("citation", "link"),
    [
        ({"doi": "10.1371/journal.pone.0099625"}, "https://doi.org/10.1371/journal.pone.0099625"),
        ({"accession": "GSE52778"}, "https://www.ncbi.nlm.nih.gov/geo/query/acc.cgi?acc=GSE52778"),
        ({"doi": "javascript:alert(1)"}, ""),
        ({"doi": '10.1000/" onclick="x'}, ""),
        ({"accession": "GSE1&x=y"}, ""),
        ({"text": "https://example.org"}, ""),
    ],
)
def test_only_a_doi_or_an_accession_becomes_a_link(citation, link):
    assert page(citation=citation)["study"]["citation"][0]["link"] == link


def test_the_clearest_secreted_genes_have_the_q_of_their_family():
    made = made_up.tables()
    made.secretome["q_value"] = 0.5
    shown = {gene["gene"]: gene["q"] for gene in page(made)["contrasts"][0]["top"]}
    family = made.secretome.set_index("gene")["q_value_secretome"]
    assert shown
    assert shown == {gene: wording.p_value(family[gene]) for gene in shown}


def test_a_size_that_no_gene_reaches_is_not_called_a_missed_fdr():
    made = made_up.tables(null=True)
    made.secretome.loc[made.secretome["secreted_class"] == "ligand", "q_value_secretome"] = 0.001
    assert "pass FDR 0.05, but none changes at least two-fold" in page(made)["contrasts"][0]["null"]


@pytest.mark.parametrize(
    ("contrast", "shown"),
    [
        ({"variable": "treatment", "levels": ["drug", "other"], "reference": "control"}, ["drug", "other", "control"]),
        ({"variable": "treatment", "weights": {"drug": 1, "control": -1}}, ["drug", "control"]),
        ({"continuous": "donor", "per": 2}, ["drug", "control", "other"]),
    ],
)
def test_a_page_is_made_for_every_form_of_a_contrast(contrast, shown):
    made = made_up.tables()
    made.fit["groups"] = {"drug": ["s2", "s4"], "control": ["s1", "s3"], "other": ["s6", "s8"]}
    content = page(made, contrasts={made_up.CONTRAST: {**contrast, "block": []}})
    section = content["contrasts"][0]
    assert [group for group, _ in section["groups"]] == shown
    assert section["label"] == wording.against(contrast)
    assert any(wording.against(contrast) in text for _, text in content["methods"])
