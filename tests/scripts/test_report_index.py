import json

import made_up_study as made_up

import report_index


def write_index(folder, reasons=()):
    made = made_up.settings()
    studies = {made_up.STUDY: made_up.write(folder, made_up.tables(genes=100, secreted=50), reasons)}
    settings = {key: made[key] for key in ("config", "panel", "versions")}
    index, warnings = folder / "report/index.html", folder / "report/warnings.json"
    report_index.main(studies, str(index), str(warnings), {**settings, "studies": {made_up.STUDY: made["study"]}})
    return index.read_text(encoding="utf-8"), json.loads(warnings.read_text())


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
