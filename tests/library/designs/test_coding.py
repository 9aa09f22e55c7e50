"""coding: the columns of a design matrix."""

import numpy as np
import pytest

from secretome.designs import coding
from secretome.designs.forms import Terms

SHEET = {"group": ["b", "a", "c", "a"], "dose": ["0", "10", "2.5", "1e1"], "batch": ["x", "y", "x", "z"]}


@pytest.mark.parametrize(
    ("text", "number"),
    [("1", 1), ("-0.5", -0.5), (".5", 0.5), ("1e3", 1000), ("+2.", 2), ("1,5", None), ("0x1", None), ("nan", None)],
)
def test_a_number_is_a_plain_decimal(text, number):
    assert coding.number_of(text) == number


@pytest.mark.parametrize("text", ["inf", "1e999", "", " 1", "1 µM", "١"])
def test_what_is_no_number(text):
    assert coding.number_of(text) is None


def test_the_levels_of_the_contrast_come_first():
    terms = Terms("group", "variable", {"c": 1.0, "b": -1.0})
    assert coding.levels_of(SHEET, terms) == ["c", "b", "a"]
    columns = coding.coded(SHEET, terms, ())
    assert [label for _, label, _ in columns] == ["group = c", "group = b", "group = a"]
    np.testing.assert_array_equal(columns[2][2], [0, 1, 0, 1])
    np.testing.assert_array_equal(coding.contrast_vector(columns, terms, terms.weights), [1, -1, 0])
    np.testing.assert_array_equal(coding.contrast_vector(columns, terms, {"b": 2}), [0, 2, 0])


def test_a_slope_is_centred_and_in_its_unit():
    terms = Terms("dose", "continuous", blocks=("batch",), per=10)
    columns = coding.coded(SHEET, terms, ("dose",))
    assert [label for _, label, _ in columns] == ["mean", "dose", "batch = y", "batch = z"]
    np.testing.assert_array_equal(columns[0][2], 1)
    np.testing.assert_allclose(columns[1][2], (np.array([0, 10, 2.5, 10]) - 5.625) / 10)
    np.testing.assert_array_equal(coding.contrast_vector(columns, terms, {}), [0, 1, 0, 0])


def test_names_are_safe_and_unique():
    columns = [("g", label, np.zeros(1)) for label in ("g = a-b", "g = a+b", "µ", "")]
    assert coding.safe_names(columns) == ("g_a_b", "g_a_b_2", "coefficient", "coefficient_2")
