import made_up_study as made_up

from secretome import front_page
from secretome.front_page import StudyResults

HAD = StudyResults((), 8, made_up.quality(), {made_up.CONTRAST: made_up.results(made_up.tables())})
LOST = StudyResults(("counts.tsv:7: 'x' is not a number. Mend it.", "sheet.tsv: too short. Lengthen it."), 0, {}, {})


def settings():
    made = made_up.settings()
    return {**made, "studies": {"had": made["study"], "lost": {**made["study"], "title": "The lost one"}}}


def test_there_is_a_row_for_each_comparison_and_a_reason_for_each_loss():
    content = front_page.index_page(settings(), {"had": HAD, "lost": LOST})
    assert [(row["key"], row["contrast"], row["sizes"]) for row in content["rows"]] == [
        ("had", "drug vs control", "4 vs 4")
    ]
    lost = {"key": "lost", "title": "The lost one", "reasons": list(LOST.unavailable), "own": True}
    assert content["unavailable"] == [lost]
    assert content["studies"] == "1 study"
    assert content["signals"] == ["AKT / PI3K", "JAK / STAT", "IL6"]
    assert content["rows"][0]["signals"] == [("up", "up")] * 3
    assert content["rows"][0]["other_signals"] == [("up", "p53")]


def test_warnings_are_for_machines_too():
    described = {"had": {"caution": "One cell line."}, "lost": {}}
    found = front_page.warnings_of(described, {"had": HAD, "lost": LOST})
    assert [(w["study"], w["contrast"], w["code"]) for w in found] == [
        ("had", "", "study"),
        ("had", "", "W10"),
        ("had", made_up.CONTRAST, "W01"),
        ("lost", "", "unavailable"),
        ("lost", "", "unavailable"),
    ]


def test_reasons_do_not_stand_among_the_warnings_of_the_page():
    content = front_page.index_page(settings(), {"had": HAD, "lost": LOST})
    assert [w["code"] for w in content["warnings"]] == ["W10", "W01"]


def test_warnings_across_studies_stand_after_those_of_studies():
    across = front_page.across_studies([{"code": "W12", "message": "They share samples."}])
    assert across == [{"study": "synthesis", "contrast": "", "code": "W12", "message": "They share samples."}]
    content = front_page.with_across({"warnings": [{"code": "W01"}], "rows": []}, across)
    assert [one["code"] for one in content["warnings"]] == ["W01", "W12"]
    assert content["warnings"][1]["about"] == "Across studies"
    assert content["rows"] == []
