from pathlib import Path

import made_up_study as made_up

import report_index
from secretome.claims.check import CLAIMS
from secretome.claims.stability import CLAIM_STABILITY
from secretome.files import read_json, write_json
from secretome.tables import empty_table, write_table


def write_index(folder, reasons=()):
    made = made_up.settings()
    studies = {made_up.STUDY: made_up.write(folder, made_up.tables(genes=100, secreted=50), reasons)}
    settings = {key: made[key] for key in ("config", "panel", "versions")}
    outputs = outputs_in(folder)
    report_index.main(studies, outputs, {**settings, "studies": {made_up.STUDY: made["study"]}})
    return Path(outputs["index"]).read_text(encoding="utf-8"), read_json(outputs["warnings"])


def outputs_in(folder):
    return {"index": str(folder / "report/index.html"), "warnings": str(folder / "report/warnings.json")}


def write_across(folder, digest, collections=None):
    """The front page of a run that was asked across studies, and its warnings."""
    made = made_up.settings()
    studies = {made_up.STUDY: made_up.write(folder, made_up.tables(genes=100, secreted=50))}
    settings = {**{key: made[key] for key in ("config", "panel", "versions")}, "papers": {}}
    paths = {name: str(folder / name) for name in ("claims", "stability", "synthesis_warnings", "digest")}
    write_table(paths["claims"], empty_table(CLAIMS), CLAIMS)
    write_table(paths["stability"], empty_table(CLAIM_STABILITY), CLAIM_STABILITY)
    write_json(paths["synthesis_warnings"], [{"code": "W12", "message": "a and b share 3 samples."}])
    write_json(paths["digest"], digest)
    paths["collections"] = ""
    if collections:
        paths["collections"] = str(folder / "collections.json")
        write_json(paths["collections"], collections)
    outputs = outputs_in(folder)
    report_index.main(studies, outputs, {**settings, "studies": {made_up.STUDY: made["study"]}}, across=paths)
    return Path(outputs["index"]).read_text(encoding="utf-8"), read_json(outputs["warnings"])


def test_the_index_links_each_study_and_gives_its_numbers(tmp_path):
    text, warnings = write_index(tmp_path)
    assert '<a href="made_up.html">A drug in made-up cells</a>' in text
    assert "4 vs 4" in text
    assert "JAK / STAT" in text
    assert {warning["code"] for warning in warnings} == {"W10", "W01"}
    assert "secretion" not in text.lower()
    assert str(tmp_path) not in text


def test_an_unavailable_study_is_on_the_index_with_its_reasons(tmp_path):
    reasons = ("counts.tsv:7: column s1: 'x' is not a number. Write a whole number.", "another. Mend it.")
    text, warnings = write_index(tmp_path, reasons)
    assert "1 study was refused" in text
    assert "No comparison could be made." in text
    assert "Write a whole number." in text
    assert [warning["message"] for warning in warnings] == list(reasons)


NOTHING = {"sentence": "No group has three independent studies: each has one.", "others": [], "groups": 1, "lead": {}}
FIGURE = {"figure": '<svg id="drawn"/>', "label": "What is drawn", "left_out": ""}
SOMETHING = {
    "sentence": "BRAF inhibitor (2 studies): 3 of 9 secreted genes move the same way in both.",
    "others": [f"Group {number} says nothing." for number in range(8)],
    "groups": 9,
    "lead": {
        "name": "braf",
        "title": "BRAF inhibitor",
        "pooled": False,
        "sentence": "Both studies tested 9 genes.",
        "null": "",
        "spread": "They differ.",
        "heat": {**FIGURE, "genes": ["FOSL1"], "rows": [["a study: drug vs none", True, ["−2.0"]]]},
        "forests": [{**FIGURE, "gene": "FOSL1", "rows": [["a study", "−2.00", "−3.00 to −1.00"]]}],
    },
}


def test_a_warning_across_studies_is_on_the_index_and_there_for_machines(tmp_path):
    text, warnings = write_across(tmp_path, NOTHING)
    assert "<b>Across studies:</b> a and b share 3 samples. <code>W12</code>" in text
    assert '<a href="synthesis.html">' in text
    assert {"study": "synthesis", "contrast": "", "code": "W12", "message": "a and b share 3 samples."} in warnings


def test_the_figures_of_the_most_telling_group_stand_on_the_index_with_their_numbers(tmp_path):
    text, _ = write_across(tmp_path, SOMETHING)
    head, body = text.split('<section id="across">')
    assert SOMETHING["sentence"] in head
    assert body.count('<div role="img" aria-label="What is drawn"><svg id="drawn"/></div>') == 2
    assert '<td class="n">−2.0</td>' in body
    assert '<td class="n">−3.00 to −1.00</td>' in body
    assert body.count("says nothing.") == 6
    assert "2 more groups" in body
    assert body.index("drawn") < body.index('<h2 id="comparisons">')


def test_without_two_studies_of_a_kind_the_index_says_why_nothing_stands_there(tmp_path):
    text, _ = write_across(tmp_path, NOTHING)
    assert text.count(NOTHING["sentence"]) == 2
    assert "<figure" not in text


def test_a_collection_that_could_not_be_had_is_on_the_index(tmp_path):
    text, _ = write_across(
        tmp_path, NOTHING, {"c6": {"unavailable": "The server said <no>."}, "own": {"unavailable": ""}}
    )
    assert "1 chosen collection of gene sets could not be had" in text
    assert "The server said &lt;no&gt;." in text
    assert "could not be had" not in write_across(tmp_path / "all", NOTHING, {"own": {"unavailable": ""}})[0]
