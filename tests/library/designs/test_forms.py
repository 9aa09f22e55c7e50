"""forms: one form a contrast, what it weighs, and the words for it."""

import pytest

from secretome.designs import forms

PAIR = {"variable": "group", "level": "drug", "reference": "vehicle"}
NESTED = {"variable": "group", "levels": ["TR1", "TR2"], "reference": "parental"}
WEIGHTS = {"variable": "group", "weights": {"a": 0.5, "b": 0.5, "c": -1}}
SLOPE = {"continuous": "dose", "per": 10}
KO = {"variable": "group", "level": "KO drug", "reference": "KO vehicle", "block": ["donor"]}
WT = {"variable": "group", "level": "WT drug", "reference": "WT vehicle", "block": ["donor"]}
DIFFERENCE = {"difference_of": ["ko", "wt"]}
BOTH = {"ko": KO, "wt": WT}


def told(contrast) -> list[tuple[str, str, str]]:
    faults = [*forms.shape_faults(contrast), *forms.sense_faults(contrast)]
    return [(fault.field, fault.problem, fault.fix) for fault in faults]


@pytest.mark.parametrize(
    ("contrast", "form"),
    [(PAIR, "level"), (NESTED, "levels"), (WEIGHTS, "weights"), (DIFFERENCE, "difference_of"), (SLOPE, "continuous")],
)
def test_each_form_is_known_and_sound(contrast, form):
    assert forms.form_of(contrast) == form
    assert told(contrast) == []
    # What the schema fills in is as good as not written.
    defaults = {"levels": [], "difference_of": [], "per": 1, "block": [], "random_block": "", "descriptive": False}
    assert told({**defaults, **contrast}) == []


@pytest.mark.parametrize(
    ("contrast", "field", "problem", "fix"),
    [
        ({}, "", "does not say what is compared", "variable with level and reference; variable with levels"),
        ({"variable": "group", "reference": "x"}, "", "does not say what is compared", "continuous"),
        ({**PAIR, "levels": ["a", "b"]}, "", "asks in two ways at once (level, levels)", "Give one of"),
        ({**PAIR, "continuous": "dose"}, "", "asks in two ways at once (level, continuous)", "Give one of"),
        ({**DIFFERENCE, **WEIGHTS}, "", "asks in two ways at once (weights, difference_of)", "Give one of"),
        ({"variable": "group", "level": "a"}, "reference", "is missing", "level goes with variable, reference"),
        ({"levels": ["a", "b"], "reference": "c"}, "variable", "is missing", "levels goes with"),
        ({"weights": {"a": 1, "b": -1}}, "variable", "is missing", "weights goes with variable"),
        ({**WEIGHTS, "reference": "c"}, "reference", "does not go with weights", "negative weight"),
        ({**SLOPE, "variable": "group"}, "variable", "does not go with continuous", "Take it out"),
        ({**SLOPE, "descriptive": True}, "descriptive", "does not go with continuous", "needs no groups"),
        ({**PAIR, "per": 10}, "per", "does not go with level", "Take it out"),
        ({**DIFFERENCE, "block": ["donor"]}, "block", "does not go with difference_of", "of the two contrasts"),
        ({**DIFFERENCE, "random_block": "donor"}, "random_block", "does not go with difference_of", "two contrasts"),
        ({**PAIR, "random_block": "d", "descriptive": True}, "random_block", "does not go with descriptive", "one of"),
        ({**PAIR, "reference": "drug"}, "reference", "is the level itself", "other group"),
        ({**NESTED, "levels": ["TR1"]}, "levels", "is a single level", "Write level: 'TR1'"),
        ({**NESTED, "reference": "TR2"}, "reference", "is one of the levels itself", "other group"),
        ({**SLOPE, "per": 0}, "per", "is not a positive number", "units"),
        ({**SLOPE, "per": -2}, "per", "is not a positive number", "units"),
    ],
)
def test_zero_or_two_forms_and_what_does_not_belong_are_told(contrast, field, problem, fix):
    [(found, said, advice)] = told(contrast)
    assert found == field
    assert problem in said
    assert fix in advice


@pytest.mark.parametrize(
    ("weights", "problem", "fix"),
    [
        ({"a": 1, "b": 1, "c": -1}, "sum to 1 and not to 0", "cancel"),
        ({"a": 1, "b": 1, "c": -2}, "sum to 2 and not to 1", "Divide them by 2: {a: 0.5, b: 0.5, c: -1}"),
        ({"a": 1, "b": -1, "c": -1, "d": 1}, "sum to 2 and not to 1", "difference_of"),
        ({"a": 0.25, "b": 0.25, "c": -0.5}, "sum to 0.5 and not to 1", "{a: 0.5, b: 0.5, c: -1}"),
        ({"a": 1, "b": 0, "c": -1}, "have the weight 0", "mean of its own"),
        ({"a": 0.333, "b": 0.333, "c": 0.333, "d": -1}, "sum to -0.001 and not to 0", "cancel"),
    ],
)
def test_weights_that_give_no_fold_change_are_told_how_to_scale(weights, problem, fix):
    [(field, said, advice)] = told({"variable": "group", "weights": weights})
    assert field == "weights"
    assert problem in said
    assert fix in advice


def test_thirds_of_seven_digits_are_taken():
    assert told({"variable": "group", "weights": {"a": 0.3333333, "b": 0.3333333, "c": 0.3333334, "d": -1}}) == []


def test_each_level_counts_the_same():
    assert forms.weights_of(PAIR) == {"drug": 1, "vehicle": -1}
    assert forms.weights_of(NESTED) == {"TR1": 0.5, "TR2": 0.5, "parental": -1}
    assert forms.weights_of(SLOPE) == {}


def test_a_difference_is_the_first_less_the_second():
    complete = forms.with_parts(DIFFERENCE, BOTH)
    assert forms.weights_of(complete) == {"KO drug": 1, "KO vehicle": -1, "WT drug": -1, "WT vehicle": 1}
    terms = forms.terms_of(complete)
    assert (terms.column, terms.blocks) == ("group", ("donor",))
    assert forms.with_parts(PAIR, BOTH) == PAIR


def test_what_both_have_in_common_cancels():
    first, second = ({**PAIR, "level": level} for level in ("a", "b"))
    complete = forms.with_parts({"difference_of": ["x", "y"]}, {"x": first, "y": second})
    assert forms.weights_of(complete) == {"a": 1, "b": -1}
    same = forms.with_parts({"difference_of": ["x", "y"]}, {"x": first, "y": first})
    assert [fault.problem for fault in forms.sense_faults(same)] == [
        "is no difference: both contrasts compare the same groups"
    ]


@pytest.mark.parametrize(
    ("contrasts", "names", "problem", "fix"),
    [
        (BOTH, ["ko", "wt2"], "is not a contrast of this study", "'wt'"),
        (BOTH, ["ko"], "does not name two contrasts", "[first, second]"),
        ({**BOTH, "wt": {**WT, "variable": "other"}}, ["ko", "wt"], "differ in variable (group and other)", "combined"),
        ({**BOTH, "wt": {**WT, "block": []}}, ["ko", "wt"], "differ in block (donor and none)", "same in both"),
        ({**BOTH, "wt": {**WT, "random_block": "d"}}, ["ko", "wt"], "differ in random_block (none and d)", "same"),
        ({"ko": SLOPE, "wt": WT}, ["ko", "wt"], "is a slope", "between levels"),
        ({"ko": DIFFERENCE, "wt": WT}, ["ko", "wt"], "is a difference itself", "between levels"),
    ],
)
def test_what_a_difference_cannot_be_made_of_is_told(contrasts, names, problem, fix):
    [fault] = forms.reference_faults({"difference_of": names}, contrasts, ["ko", "wt"])
    assert fault.field == "difference_of"
    assert problem in fault.problem
    assert fix in fault.fix


def test_the_order_of_the_blocks_makes_no_difference():
    contrasts = {"ko": {**KO, "block": ["donor", "batch"]}, "wt": {**WT, "block": ["batch", "donor"]}}
    assert forms.reference_faults(DIFFERENCE, contrasts, ["ko", "wt"]) == []


def test_the_model_of_a_contrast_has_no_labels_and_that_of_a_pair_is_what_it_was():
    labels = {"drug_class": "x", "setting": "acute", "levels": [], "difference_of": [], "per": 1, "random_block": ""}
    pair = {**PAIR, "block": [], "descriptive": False}
    assert forms.model_of({**pair, **labels}) == pair
    complete = forms.with_parts(
        {**DIFFERENCE, **labels, "difference_of": ["ko", "wt"]}, {"ko": {**KO, **labels}, "wt": WT}
    )
    assert forms.model_of(complete) == {**DIFFERENCE, "parts": [KO, WT]}
    assert forms.model_of({**SLOPE, "setting": "acute"}) == SLOPE
    assert forms.model_of({"continuous": "dose"}) == {"continuous": "dose", "per": 1}


@pytest.mark.parametrize(
    ("contrast", "words"),
    [
        (PAIR, ("drug", "vehicle")),
        (NESTED, ("the mean of TR1 and TR2", "parental")),
        (WEIGHTS, ("the mean of a and b", "c")),
        ({"variable": "g", "weights": {"a": 0.75, "b": 0.25, "c": -1}}, ("0.75 a and 0.25 b", "c")),
        (SLOPE, ("dose (per 10)", "")),
        ({"continuous": "hours"}, ("hours (per unit)", "")),
        (forms.with_parts(DIFFERENCE, BOTH), ("(KO drug vs KO vehicle)", "(WT drug vs WT vehicle)")),
    ],
)
def test_the_words_for_each_form(contrast, words):
    assert forms.words_of(contrast) == words


def test_the_sides_and_the_unit():
    assert forms.sides_of(NESTED) == (["TR1", "TR2"], ["parental"])
    assert forms.sides_of(SLOPE) == ([], [])
    assert forms.unit_of(SLOPE) == "per 10 of dose"
    assert forms.unit_of({"continuous": "dose", "per": 0.5}) == "per 0.5 of dose"
    assert forms.unit_of(PAIR) == ""
