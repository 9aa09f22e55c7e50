"""checks: what a sheet lacks for a contrast, in every form."""

import pytest

from secretome.designs import checks
from secretome.designs.forms import Terms, terms_of

SHEET = {
    "sample": ["s1", "s2", "s3", "s4", "s5", "s6"],
    "group": ["a", "a", "b", "b", "c", "c"],
    "dose": ["0", "0", "1", "1", "10", "10"],
    "donor": ["d1", "d2", "d1", "d2", "d1", "d2"],
}
NESTED = {"variable": "group", "levels": ["a", "b"], "reference": "c"}
WEIGHTS = {"variable": "group", "weights": {"a": 0.5, "b": 0.5, "c": -1}}
PARTS = [{"variable": "group", "level": level, "reference": "c"} for level in "ab"]
FORMS = [
    ({"variable": "group", "level": "a", "reference": "c"}, "level"),
    (NESTED, "levels"),
    (WEIGHTS, "weights"),
    ({"difference_of": ["x", "y"], "parts": PARTS}, "difference_of"),
]
SLOPE = {"continuous": "dose"}


def told(contrast, sheet=SHEET, numeric=("dose",), subject=""):
    terms = contrast if isinstance(contrast, Terms) else terms_of(contrast)
    return checks.sheet_faults(sheet, "sample", terms, numeric, subject)


@pytest.mark.parametrize("contrast", [*(one for one, _ in FORMS), SLOPE])
def test_a_sheet_that_bears_the_contrast_has_no_faults(contrast):
    assert told(contrast) == []
    assert told({**contrast, "block": ["donor"]}) == [] or "parts" in contrast


@pytest.mark.parametrize(("contrast", "key"), FORMS)
def test_levels_that_do_not_occur_are_told_under_their_key(contrast, key):
    """D03."""
    [fault] = told(contrast, {**SHEET, "group": ["A1", "A1", "b", "b", "c", "c"]})
    assert (fault.field, fault.value) == (key, "a")
    assert "does not occur in column 'group'" in fault.problem
    assert "A1" in fault.fix


@pytest.mark.parametrize(("contrast", "key"), FORMS)
def test_each_level_needs_a_replicate(contrast, key):
    """D04."""
    sheet = {**SHEET, "group": ["a", "b", "b", "b", "c", "c"]}
    [fault] = told(contrast, sheet)
    assert (fault.field, fault.value) == (key, "a")
    assert "single sample" in fault.problem
    assert told({**contrast, "descriptive": True}, sheet) == []


@pytest.mark.parametrize("contrast", [*(one for one, _ in FORMS[:3]), SLOPE])
def test_columns_that_are_not_there_and_blocks_in_digits(contrast):
    """D03, D06: all of them together."""
    sheet = {**SHEET, "batch": ["1", "2"] * 3}
    faults = told({**contrast, "block": ["batch", "doner"], "random_block": "donr"}, sheet)
    assert [(fault.field, fault.value) for fault in faults] == [
        ("block", "doner"),
        ("random_block", "donr"),
        ("block", "batch"),
    ]
    [fault] = told({**contrast, **dict.fromkeys([key for key in contrast if key in ("variable", "continuous")], "xx")})
    assert "is not a column" in fault.problem


@pytest.mark.parametrize("contrast", [*(one for one, _ in FORMS[:3]), SLOPE])
@pytest.mark.parametrize("missing", ["", "NA"])
def test_samples_without_a_value_are_listed_in_every_form(contrast, missing):
    """D07."""
    column = contrast.get("variable") or contrast["continuous"]
    values = ["a", "a", "a", "b", "b", "c", "c"] if column == "group" else ["0", "1", "0", "1", "10", "10", "10"]
    sheet = {"sample": [f"s{i}" for i in range(7)], "donor": ["x", "x", "y", "y", "z", "z", missing]}
    sheet[column] = values
    faults = told({**contrast, "block": ["donor"]}, sheet)
    assert [fault.problem for fault in faults] == ["has no value for 1 of 7 samples (s6)"]
    faults = told({**contrast, "random_block": "donor"}, sheet)
    assert [fault.field for fault in faults] == ["random_block"]
    sheet = {**sheet, "donor": ["x"] * 7, column: [*values[:2], missing, *values[3:]]}
    assert [(f.field, f.problem) for f in told(contrast, sheet)] == [
        ("variable" if column == "group" else "continuous", "has no value for 1 of 7 samples (s2)")
    ]


@pytest.mark.parametrize(
    ("doses", "numeric", "problem", "fix"),
    [
        (SHEET["dose"], (), "is not declared as a quantity", "samples: {numeric: [dose]}"),
        (["0", "0", "1", "1", "ten", "10"], ("dose",), "holds ten", "Correct the values"),
        (["0", "0.0", "5", "5", "5", "5.0"], ("dose",), "two values only (0, 5)", "level: '5' and reference: '0'"),
        (["5"] * 6, ("dose",), "is 5 for every sample", "differs"),
    ],
)
def test_what_no_slope_can_be_seen_of_is_told(doses, numeric, problem, fix):
    """D06: a quantity is declared."""
    [fault] = told(SLOPE, {**SHEET, "dose": doses}, numeric)
    assert fault.field == "continuous"
    assert problem in fault.problem
    assert fix in fault.fix


@pytest.mark.parametrize(("per", "told_of"), [(1e-300, 1), (1e-6, 0), (1, 0), (1e6, 0), (1e300, 1)])
def test_a_unit_far_from_what_the_quantity_spans_is_refused(per, told_of):
    faults = told({**SLOPE, "per": per}, SHEET, ("dose",))
    assert [(fault.field, fault.problem) for fault in faults] == [
        ("per", "is no unit of dose, which goes from 0 to 10")
    ] * told_of


@pytest.mark.parametrize(
    ("changes", "sheet", "numeric", "problem"),
    [
        ({"random_block": "group"}, {}, (), "is the variable of the contrast"),
        ({"random_block": "donor", "block": ["donor"]}, {}, (), "is a block already"),
        ({"random_block": "sample"}, {}, (), "another value for every sample"),
        ({"random_block": "donor"}, {"donor": ["d1"] * 6}, (), "is d1 for every sample"),
        ({"random_block": "donor"}, {"donor": ["1", "2"] * 3}, ("donor",), "is declared as a quantity"),
    ],
)
def test_what_cannot_be_a_random_block_is_told(changes, sheet, numeric, problem):
    [fault] = told({**NESTED, **changes}, {**SHEET, **sheet}, numeric)
    assert fault.field == "random_block"
    assert problem in fault.problem


def test_a_random_block_is_a_category_however_it_is_written():
    assert told({**NESTED, "random_block": "donor"}, {**SHEET, "donor": ["1", "2"] * 3}) == []


def test_the_quantity_of_a_slope_is_no_block_of_it():
    [fault] = told({**SLOPE, "block": ["dose"]})
    assert "is the quantity of the contrast" in fault.problem
