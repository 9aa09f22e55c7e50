import json

import made_up_study as made_up

import report_index
from secretome.claims.check import CLAIMS
from secretome.claims.stability import CLAIM_STABILITY
from secretome.files import write_json
from secretome.tables import empty_table, write_table


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


def test_a_warning_across_studies_is_on_the_index_and_there_for_machines(tmp_path):
    made = made_up.settings()
    studies = {made_up.STUDY: made_up.write(tmp_path, made_up.tables(genes=100, secreted=50))}
    settings = {**{key: made[key] for key in ("config", "panel", "versions")}, "papers": {}}
    paths = {name: str(tmp_path / name) for name in ("claims", "stability", "synthesis_warnings")}
    write_table(paths["claims"], empty_table(CLAIMS), CLAIMS)
    write_table(paths["stability"], empty_table(CLAIM_STABILITY), CLAIM_STABILITY)
    write_json(paths["synthesis_warnings"], [{"code": "W12", "message": "a and b share 3 samples."}])
    index, warnings = tmp_path / "report/index.html", tmp_path / "report/warnings.json"
    given = {**settings, "studies": {made_up.STUDY: made["study"]}}
    report_index.main(studies, str(index), str(warnings), given, claims=paths)
    text = index.read_text(encoding="utf-8")
    assert "<b>Across studies:</b> a and b share 3 samples. <code>W12</code>" in text
    assert '<a href="synthesis.html">' in text
    assert {"study": "synthesis", "contrast": "", "code": "W12", "message": "a and b share 3 samples."} in json.loads(
        warnings.read_text()
    )
