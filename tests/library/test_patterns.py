"""patterns: regular expressions of a study file that cannot hang a run."""

import time

import pytest

from secretome.patterns import LONGEST_TEXT, MOST_WAYS, PatternRefused, checked


@pytest.mark.parametrize(
    ("pattern", "text", "value"),
    [
        ("A375", "A375", "A375"),
        ("A375", "A375R", None),
        (".*rep([0-9])", "A375 Control rep2", "2"),
        ("(?:a|b)_(?P<dose>[0-9.]+)_([0-9]+)", "a_0.3_24", "0.3"),
        ("x(_[0-9]+)?", "x", ""),
        ("(?i)dmso_([0-9]+)", "DMSO_24", "24"),
        ("[^_]+_.*_([0-9]+)", "DMSO__24", "24"),
        ("[]*+]{2}", "*+", "*+"),
        ("a{1,3}b{2}{x}", "aabb{x}", "aabb{x}"),
        ("\\(a+\\)+", "(aa))", "(aa))"),
    ],
)
def test_the_named_or_the_first_group_of_a_whole_match_is_taken(pattern, text, value):
    found = checked(pattern)
    assert found.refusal(text) == ""
    assert found.value(text) == value


@pytest.mark.parametrize(
    ("pattern", "problem"),
    [
        ("(a", "not a regular expression"),
        ("a" * 301, "longer than 300"),
        ("(?P<a>x)(?P<b>y)", "2 named groups"),
        ("(?x) a # b", "flag x"),
        ("(a+)+", "repeats a group"),
        ("(a|aa)*b", "repeats a group"),
        ("(?:a?b?){2,}", "repeats a group"),
        ("((a*)b)*", "repeats a group"),
        ("(a{1,5}){9}", "repeats a group"),
        ("a{99999999999999999999}", "not a regular expression"),
    ],
)
def test_an_expression_that_is_wrong_or_could_explode_is_refused(pattern, problem):
    with pytest.raises(PatternRefused, match=problem):
        checked(pattern)


@pytest.mark.parametrize(
    ("pattern", "endless", "choices"),
    [
        ("a*b+?c{2,}d*+", 4, ()),
        ("a?b{2,4}c{3}", 0, (2, 3)),
        ("(a|b|c)(d|e)", 0, (3, 2)),
        ("a|b", 0, (2,)),
        ("(?:_([0-9]+))?", 1, (2,)),
        (r"\+\*[+*]\|\(", 0, ()),
        ("a{}b{,3}", 0, (4,)),
    ],
)
def test_what_leaves_the_engine_a_choice_is_counted(pattern, endless, choices):
    found = checked(pattern)
    assert (found.endless, found.choices) == (endless, choices)


def test_a_text_that_could_be_matched_in_too_many_ways_is_refused():
    assert "too many ways" in checked(".*.*.*.*x").refusal("a" * 200)
    assert "too many ways" in checked("a?" * 40).refusal("a" * 40)
    assert "at most 500" in checked("a*").refusal("a" * (LONGEST_TEXT + 1))
    assert checked("a*").refusal("a" * LONGEST_TEXT) == ""


@pytest.mark.parametrize(
    ("pattern", "length"),
    [(".*[ab].*[ab].*[ab][xy]", 385), ("(.*)(.*)(.*)\\1\\2\\3[xy]", 385), ("[a-z]{0,9}" * 7 + "[xy]", 60)],
)
def test_the_worst_that_is_accepted_ends_soon(pattern, length):
    """Up to MOST_WAYS possibilities; 0.1 to 0.7 s on the machine this was written on."""
    found = checked(pattern)
    assert found.refusal("a" * length) == "", MOST_WAYS
    start = time.perf_counter()
    assert found.value("a" * length) is None
    assert time.perf_counter() - start < 20
