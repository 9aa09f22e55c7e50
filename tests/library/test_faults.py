import pytest

from secretome.faults import (
    MOST_FAULTS,
    Fault,
    InputFaults,
    fault,
    faults_end_the_run,
    listed,
    most_of,
    nearest,
    raise_any,
    sentence,
    shown,
)


def test_a_fault_names_place_field_value_problem_and_fix():
    one = Fault("study.yaml:3", "contrasts", "x", "is unknown", "Write 'y'")
    assert str(one) == "study.yaml:3: contrasts: 'x' is unknown. Write 'y'."


def test_faults_are_sorted_and_told_once():
    first, second = Fault("a", "", "", "p", "f"), Fault("b", "", "", "p", "f")
    assert InputFaults([second, first, second]).faults == [first, second]


@pytest.mark.parametrize(
    ("value", "expected"),
    [("tab\there", "tab\\there"), ("\x1b[31mred", "\\x1b[31mred"), ("right\u202eleft", "right\\u202eleft"), ("é", "é")],
)
def test_control_characters_cannot_forge_a_line(value, expected):
    assert shown(value) == expected


def test_long_values_are_cut():
    assert shown("x" * 100) == "x" * 59 + "…"


def test_listed_says_how_many_more():
    assert listed("abcdefg") == "a, b, c, d, e and 2 more"
    assert listed("ab") == "a, b"


def test_faults_end_the_run_with_code_2_and_every_message(capsys):
    with pytest.raises(SystemExit) as end, faults_end_the_run():
        raise InputFaults([Fault("a", "", "1", "is wrong", "Mend it"), Fault("b", "", "2", "is wrong", "Mend it")])
    assert end.value.code == 2
    told = capsys.readouterr().err
    assert "2 faults in the input; nothing was run" in told
    assert "a: '1' is wrong. Mend it." in told
    assert "b: '2' is wrong. Mend it." in told


def test_other_errors_are_not_hidden():
    with pytest.raises(ZeroDivisionError), faults_end_the_run():
        raise ZeroDivisionError


def test_fault_makes_text_of_the_value():
    assert fault("a", "b", 3, "p", "f").faults == [Fault("a", "b", "3", "p", "f")]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("alhpa", "Did you mean 'alpha'?"),
        ("ALPHA", "Did you mean 'alpha'?"),
        ("zzz", "There is: alpha, beta"),
    ],
)
def test_the_nearest_name_is_offered(name, expected):
    assert nearest(name, ["beta", "alpha"]) == expected
    assert nearest(name, []) == "There is none"


def test_a_question_is_not_followed_by_a_full_stop():
    assert str(Fault("a", "b", "c", "is unknown", "Did you mean 'd'?")) == "a: b: 'c' is unknown. Did you mean 'd'?"
    assert [sentence(text) for text in ("Write it", "Who?")] == ["Write it.", "Who?"]


def test_faults_stand_in_the_order_of_the_lines():
    faults = [Fault(f"a.tsv:{line}", "", "", "p", "f") for line in (10, 9, 100, 2)]
    assert [one.where for one in InputFaults(faults).faults] == ["a.tsv:2", "a.tsv:9", "a.tsv:10", "a.tsv:100"]


def test_there_are_at_most_as_many_faults_as_a_person_reads():
    faults = [Fault(f"t:{line}", "", "", "is wrong", "Mend it") for line in range(MOST_FAULTS + 5)]
    assert most_of("t", faults[:MOST_FAULTS]) == faults[:MOST_FAULTS]
    assert most_of("t", faults)[-1].problem == "has 6 more faults like these"
    assert most_of("t", faults[:MOST_FAULTS], 1000)[-1].problem == "has 981 more faults like these"


def test_faults_are_raised_if_there_are_any():
    raise_any("t", [])
    with pytest.raises(InputFaults, match="has 6 more faults"):
        raise_any("t", [Fault(f"t:{line}", "", "", "is wrong", "Mend it") for line in range(MOST_FAULTS + 5)])
