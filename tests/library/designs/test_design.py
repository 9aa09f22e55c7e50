"""design: sheet and contrast → matrix, or the reason why not; the same promises for every form of a contrast."""

import numpy as np
import pytest

from secretome.designs import design
from secretome.faults import InputFaults

PAIRED = {
    "sample": ["s1", "s2", "s3", "s4", "s5", "s6"],
    "treatment": ["drug", "vehicle"] * 3,
    "donor": ["A", "A", "B", "B", "C", "C"],
    "age": ["30", "30", "41", "41", "55.5", "55.5"],
}
CONTRAST = {"variable": "treatment", "level": "drug", "reference": "vehicle", "block": []}


def built(sheet=None, numeric=(), subject="", **changes) -> design.Design:
    return design.build(sheet or PAIRED, "sample", {**CONTRAST, **changes}, numeric, subject)


def faults_of(sheet=None, numeric=(), subject="", **changes) -> list:
    with pytest.raises(InputFaults) as caught:
        built(sheet, numeric, subject, **changes)
    return caught.value.faults


def codes(made: design.Design) -> list[str]:
    return [warning["code"] for warning in made.warnings]


def groups(**sizes: int) -> dict[str, list[str]]:
    labels = [name for name, size in sizes.items() for _ in range(size)]
    return {"sample": [f"s{number}" for number in range(len(labels))], "treatment": labels}


def test_two_groups_are_coded_by_their_means():
    made = built()
    assert made.columns == ("treatment_drug", "treatment_vehicle")
    np.testing.assert_array_equal(made.matrix, [[1, 0], [0, 1]] * 3)
    np.testing.assert_array_equal(made.contrast, [1, -1])
    assert made.samples == tuple(PAIRED["sample"])
    assert made.groups == {"drug": ("s1", "s3", "s5"), "vehicle": ("s2", "s4", "s6")}


def test_a_block_is_added_in_treatment_coding():
    made = built(block=["donor"])
    assert made.columns == ("treatment_drug", "treatment_vehicle", "donor_B", "donor_C")
    assert made.labels[2] == "donor = B"
    np.testing.assert_array_equal(made.matrix[:, 2], [0, 0, 1, 1, 0, 0])
    np.testing.assert_array_equal(made.contrast, [1, -1, 0, 0])


def test_other_levels_of_the_variable_keep_a_mean_of_their_own():
    made = built(groups(vehicle=2, other=1, drug=3))
    assert made.columns == ("treatment_drug", "treatment_vehicle", "treatment_other")
    assert list(made.groups) == ["drug", "vehicle", "other"]


def test_the_estimate_is_the_mean_paired_difference():
    made = built(block=["donor"])
    values = np.array([5.0, 1, 7, 2, 9, 6])
    estimate = made.contrast @ np.linalg.lstsq(made.matrix, values, rcond=None)[0]
    assert estimate == pytest.approx(np.mean([4, 5, 3]))


def test_the_order_of_the_samples_does_not_matter():
    """S06."""
    values = dict(zip(PAIRED["sample"], [5.0, 1, 7, 2, 9, 6], strict=True))
    order = [4, 2, 0, 5, 3, 1]
    other = built({name: [column[i] for i in order] for name, column in PAIRED.items()}, block=["donor"])
    coefficients = np.linalg.lstsq(other.matrix, [values[sample] for sample in other.samples], rcond=None)[0]
    assert other.contrast @ coefficients == pytest.approx(4)
    assert other.columns == built(block=["donor"]).columns


def test_a_batch_that_coincides_with_the_groups_is_refused():
    """D01."""
    sheet = {**PAIRED, "batch": ["b1", "b2"] * 3}
    [fault] = faults_of(sheet, block=["batch"])
    assert (fault.field, fault.value) == ("block", "batch")
    assert "batch = b2" in fault.problem
    assert "treatment = vehicle" in fault.problem
    assert "out of block" in fault.fix


def test_two_blocks_that_coincide_are_both_named():
    """D01."""
    sheet = {**PAIRED, "plate": ["p1", "p1", "p2", "p2", "p3", "p3"]}
    [fault] = faults_of(sheet, block=["donor", "plate"])
    assert "donor = B" in fault.problem
    assert "'plate' or 'donor'" in fault.fix


def test_donors_nested_in_the_groups_are_refused():
    """D01: unpaired donors as blocks."""
    sheet = {**groups(drug=4, vehicle=4), "donor": ["A", "A", "B", "B", "C", "C", "D", "D"]}
    [fault] = faults_of(sheet, block=["donor"])
    assert fault.value == "donor"


def test_a_partly_confounded_batch_is_a_warning_beyond_twice_the_variance():
    """D02."""
    sheet = {**groups(drug=6, vehicle=6), "batch": ["b1"] * 5 + ["b2"] + ["b1"] + ["b2"] * 5}
    assert codes(built(sheet, block=["batch"])) == []  # 1 / (1 - (2/3)²) = 1.8
    assert codes(built({**sheet, "batch": ["b1"] * 6 + ["b2"] * 4 + ["b1", "b2"]}, block=["batch"])) == ["W02"]
    assert codes(built({**sheet, "batch": ["b1", "b2"] * 6}, block=["batch"])) == []


def test_the_inflation_is_that_of_the_textbook():
    """D02: 1 / (1 - r²) for one binary covariate."""
    batch = ["b1"] * 7 + ["b2"] + ["b1"] + ["b2"] * 7
    sheet = {**groups(drug=8, vehicle=8), "batch": batch}
    [warning] = built(sheet, block=["batch"]).warnings
    r = np.corrcoef([b == "b1" for b in batch], [t == "drug" for t in sheet["treatment"]])[0, 1]
    assert f"{1 / (1 - r**2):.1f} times" in warning["message"]


@pytest.mark.parametrize(
    ("changes", "field", "problem", "fix"),
    [
        ({"level": "durg"}, "level", "does not occur", "'drug'"),
        ({"level": "Drug"}, "level", "does not occur", "'drug'"),
        ({"reference": "xyz"}, "reference", "does not occur", "drug, vehicle"),
        ({"reference": "drug"}, "reference", "is the level itself", "other group"),
        ({"variable": "treatmnet"}, "variable", "not a column", "'treatment'"),
        ({"block": ["doner"]}, "block", "not a column", "'donor'"),
        ({"block": ["treatment"]}, "block", "is the variable", "out of block"),
    ],
)
def test_misspelt_names_are_offered_the_nearest(changes, field, problem, fix):
    """D03."""
    [fault] = faults_of(**changes)
    assert fault.field == field
    assert problem in fault.problem
    assert fix in fault.fix


def test_one_level_only_is_refused():
    """D03."""
    [fault] = faults_of(groups(drug=6))
    assert (fault.field, fault.value) == ("reference", "vehicle")


@pytest.mark.parametrize(
    ("sizes", "field"), [({"drug": 1, "vehicle": 4}, "level"), ({"drug": 4, "vehicle": 1}, "reference")]
)
def test_a_group_of_one_is_refused(sizes, field):
    """D04."""
    [fault] = faults_of(groups(**sizes))
    assert fault.field == field
    assert "single sample" in fault.problem


@pytest.mark.parametrize("sizes", [{"drug": 2, "vehicle": 5}, {"drug": 5, "vehicle": 2}, {"drug": 2, "vehicle": 2}])
def test_a_group_of_two_is_a_warning(sizes):
    """D05."""
    made = built(groups(**sizes))
    assert codes(made) == ["W01"]
    assert all((name in made.warnings[0]["message"]) == (size == 2) for name, size in sizes.items())


def test_a_batch_in_digits_is_refused_unless_its_type_is_declared():
    """D06."""
    sheet = {**PAIRED, "batch": ["1", "1", "2", "2", "3", "3"]}
    [fault] = faults_of(sheet, block=["batch"])
    assert "categories or quantities" in fault.problem
    assert "numeric: [batch]" in fault.fix
    assert built(sheet, block=["batch"], numeric=["batch"]).columns[2:] == ("batch",)
    assert built(sheet, block=["batch"], subject="batch").columns[2:] == ("batch_2", "batch_3")


@pytest.mark.parametrize("unit", [1, 1e15, 1e-15])
def test_a_declared_quantity_enters_as_one_centred_number_whatever_its_unit(unit):
    """D06: of a count of cells in 1e15 rounding would leave no design of full rank."""
    ages = np.array([30, 31, 41, 45, 55.5, 50])
    made = built({**PAIRED, "age": [f"{age * unit:.15g}" for age in ages]}, block=["age"], numeric=["age"])
    assert made.columns[2:] == ("age",)
    np.testing.assert_allclose(made.matrix[:, 2], (ages - ages.mean()) / ages.std())
    assert np.linalg.matrix_rank(made.matrix) == 3


def test_a_quantity_that_holds_words_is_refused():
    sheet = {**PAIRED, "age": ["30", "old", "41", "41", "55", "56"]}
    [fault] = faults_of(sheet, block=["age"], numeric=["age"])
    assert "old" in fault.problem


def test_a_constant_quantity_is_refused():
    [fault] = faults_of({**PAIRED, "age": ["30"] * 6}, block=["age"], numeric=["age"])
    assert "same for every sample" in fault.problem


@pytest.mark.parametrize("missing", ["", "NA", "N/A", "nan", "null"])
def test_samples_without_a_value_are_listed(missing):
    """D07: never dropped silently."""
    [fault] = faults_of({**PAIRED, "donor": ["A", "A", "B", missing, "C", missing]}, block=["donor"])
    assert "2 of 6 samples (s4, s6)" in fault.problem
    [fault] = faults_of({**PAIRED, "treatment": ["drug", "vehicle", "drug", "vehicle", "drug", missing]})
    assert "(s6)" in fault.problem


@pytest.mark.parametrize("level", ["none", "NA"])
def test_a_level_that_the_contrast_names_is_no_missing_value(level):
    sheet = {**PAIRED, "treatment": ["drug", level] * 3}
    assert built(sheet, reference=level).groups[level] == ("s2", "s4", "s6")


LEVELS = [
    "a-b",
    "a/b",
    "a+b",
    "a:b",
    "a b",
    "a~b",
    "a^b",
    "a(b)",
    "a[b]",
    "C",
    "Q",
    "I",
    "1",
    "µM",
    "=1",
    "__import__('os')",
]


@pytest.mark.parametrize("level", LEVELS)
def test_levels_of_any_characters_get_safe_names_and_keep_their_labels(level):
    """D08, D09: a level is compared as text, nothing of it is evaluated."""
    made = built({**PAIRED, "treatment": [level, "vehicle"] * 3}, level=level)
    assert all(name.isascii() and name.isidentifier() for name in made.columns)
    assert made.labels[0] == f"treatment = {level}"
    assert made.groups[level] == ("s1", "s3", "s5")


def test_names_that_become_the_same_stay_apart():
    """D08."""
    made = built({**PAIRED, "treatment": ["a-b", "a+b"] * 3}, level="a-b", reference="a+b")
    assert made.columns == ("treatment_a_b", "treatment_a_b_2")


def test_repeated_subjects_outside_the_blocks_are_a_warning():
    """D10: declared, or named as such; none where they are blocked."""
    assert codes(built()) == ["W03"]
    assert codes(built(subject="donor")) == ["W03"]
    assert codes(built(block=["donor"], subject="donor")) == []
    other = {("cell" if name == "donor" else name): column for name, column in PAIRED.items()}
    assert codes(built(other)) == []
    assert codes(built(other, subject="cell")) == ["W03"]


def test_one_subject_for_all_says_so():
    """D10."""
    [warning] = built({**PAIRED, "donor": ["A"] * 6}, subject="donor").warnings
    assert "one donor" in warning["message"]


def test_no_residual_degrees_of_freedom_is_refused():
    """D11."""
    sheet = {**groups(drug=2, vehicle=2), "age": ["1", "2", "3", "5"], "rin": ["9", "4", "7", "7"]}
    [fault] = faults_of(sheet, block=["age", "rin"], numeric=["age", "rin"])
    assert "4 coefficients, 4 samples" in fault.problem
    assert "age, rin" in fault.fix


def test_more_covariates_than_samples_is_refused():
    """D11."""
    generator = np.random.default_rng(1)
    names = [f"x{number}" for number in range(5)]
    sheet = {**groups(drug=2, vehicle=2), **{name: [f"{x:.3f}" for x in generator.normal(size=4)] for name in names}}
    assert faults_of(sheet, block=names, numeric=names)


def test_a_block_with_a_single_sample_is_a_warning():
    """D12."""
    sheet = {**groups(drug=4, vehicle=4), "batch": ["x", "x", "y", "y", "x", "x", "y", "z"]}
    [warning] = built(sheet, block=["batch"]).warnings
    assert warning["code"] == "D12"
    assert "z" in warning["message"]


def test_a_block_of_one_value_is_a_warning():
    """D12."""
    assert codes(built({**groups(drug=3, vehicle=3), "batch": ["x"] * 6}, block=["batch"])) == ["D12"]


def test_all_misspelt_names_are_told_together():
    assert len(faults_of(level="durg", reference="vehicel")) == 2
    assert len(faults_of(variable="x", block=["y", "z"])) == 3


def test_collinearity_is_found_at_any_scale():
    sheet = {**PAIRED, "big": [f"{1e9 + i}" for i in range(6)], "small": [f"{i * 1e-9:.12f}" for i in range(6)]}
    assert built(sheet, block=["big"], numeric=["big"]).columns[2:] == ("big",)
    assert built(sheet, block=["small"], numeric=["small"]).columns[2:] == ("small",)
    [fault] = faults_of(sheet, block=["big", "small"], numeric=["big", "small"])
    assert fault.value == "small"


def test_a_single_residual_degree_of_freedom_is_warned_of():
    sheet = {"sample": list("abcd"), "group": ["x", "x", "y", "y"], "batch": ["p", "q", "p", "q"]}
    contrast = {"variable": "group", "level": "x", "reference": "y", "block": ["batch"]}
    messages = [warning["message"] for warning in design.build(sheet, "sample", contrast).warnings]
    assert any("a single residual degree of freedom is left" in message for message in messages)


# --- the other forms

MANY = {
    "sample": [f"s{i}" for i in range(1, 9)],
    "group": ["TR1", "TR1", "TR2", "TR2", "parental", "parental", "other", "other"],
    "dose": ["0", "1", "0", "1", "10", "10", "0", "1"],
    "donor": ["A", "B"] * 4,
}
VALUES = np.array([5.0, 7, 10, 12, 1, 2, 30, 50])
NESTED = {"variable": "group", "levels": ["TR1", "TR2"], "reference": "parental"}
WEIGHTS = {"variable": "group", "weights": {"TR1": 0.75, "TR2": 0.25, "parental": -1}}
PARTS = [
    {"variable": "group", "level": "TR1", "reference": "parental"},
    {"variable": "group", "level": "TR2", "reference": "other"},
]
DIFFERENCE = {"difference_of": ["first", "second"], "parts": PARTS}
SLOPE = {"continuous": "dose"}
ALL = [NESTED, WEIGHTS, DIFFERENCE, SLOPE]


def made_of(contrast, **columns) -> design.Design:
    return design.build({**MANY, **columns}, "sample", contrast, ["dose"])


def with_blocks(contrast, *blocks: str) -> dict:
    """The contrast with blocks; of a difference those of its parts."""
    if "parts" in contrast:
        return {**contrast, "parts": [{**part, "block": list(blocks)} for part in contrast["parts"]]}
    return {**contrast, "block": list(blocks)}


def estimate_of(made: design.Design, contrast=None, values=VALUES) -> float:
    coefficients = np.linalg.lstsq(made.matrix, values, rcond=None)[0]
    return float((made.contrast if contrast is None else contrast) @ coefficients)


def test_the_mean_of_several_levels_against_one_and_each_beside_it():
    made = made_of(NESTED)
    assert estimate_of(made) == pytest.approx((6 + 11) / 2 - 1.5)
    each = {name: estimate_of(made, contrast) for name, contrast in made.components.items()}
    assert each == pytest.approx({"TR1 vs parental": 4.5, "TR2 vs parental": 9.5})
    np.testing.assert_allclose(sum(made.components.values()) / 2, made.contrast)
    assert list(made.groups) == ["TR1", "TR2", "parental", "other"]
    assert list(made.compared) == ["TR1", "TR2", "parental"]
    assert made.smallest_group == 2


def test_the_levels_count_the_same_whatever_their_sizes():
    sheet = {**MANY, "group": ["TR1", "TR1", "TR1", "TR1", "TR2", "TR2", "parental", "parental"]}
    assert estimate_of(design.build(sheet, "sample", NESTED)) == pytest.approx((8.5 + 1.5) / 2 - 40)


def test_a_time_course_is_several_levels_against_the_first():
    hours = {"sample": MANY["sample"], "time": ["0h", "0h", "1h", "1h", "6h", "6h", "24h", "24h"]}
    made = design.build(hours, "sample", {"variable": "time", "levels": ["1h", "6h", "24h"], "reference": "0h"})
    assert list(made.components) == ["1h vs 0h", "6h vs 0h", "24h vs 0h"]
    assert np.linalg.matrix_rank(np.array(list(made.components.values()))) == 3


def test_weights_are_taken_as_they_stand():
    made = made_of(WEIGHTS)
    assert estimate_of(made) == pytest.approx(0.75 * 6 + 0.25 * 11 - 1.5)
    assert made.components == {}


def test_a_difference_of_differences_in_one_design():
    made = made_of(DIFFERENCE)
    assert estimate_of(made) == pytest.approx((6 - 1.5) - (11 - 40))
    alone = [estimate_of(made_of(part)) for part in PARTS]
    assert estimate_of(made) == pytest.approx(alone[0] - alone[1])
    assert list(made.compared) == ["TR1", "parental", "TR2", "other"]


@pytest.mark.parametrize(("per", "unit"), [(1, "per unit of dose"), (10, "per 10 of dose"), (0.5, "per 0.5 of dose")])
def test_a_slope_is_given_per_its_unit(per, unit):
    made = made_of({**SLOPE, "per": per})
    dose = np.array(MANY["dose"], float)
    assert estimate_of(made) == pytest.approx(np.polyfit(dose, VALUES, 1)[0] * per)
    assert made.unit == unit
    assert made.columns == ("mean", "dose")
    assert {dose: len(samples) for dose, samples in made.groups.items()} == {"0": 3, "1": 3, "10": 2}
    assert made.compared == {"": tuple(MANY["sample"])}
    assert made.smallest_group == pytest.approx(1 / (1 / 8 + (10 - 2.875) ** 2 / np.sum((dose - 2.875) ** 2)))


def test_doses_that_are_one_number_are_one_group():
    made = made_of(SLOPE, dose=["0", "1", "0.0", "1.0", "10", "1e1", "0", "1"])
    assert list(made.groups) == ["0", "1", "10"]


@pytest.mark.parametrize("contrast", [CONTRAST, *ALL])
def test_forms_without_a_slope_have_no_unit(contrast):
    if contrast is not SLOPE:
        assert (built() if contrast is CONTRAST else made_of(contrast)).unit == ""


@pytest.mark.parametrize("contrast", ALL)
def test_a_block_is_allowed_for_in_every_form(contrast):
    made = made_of(with_blocks(contrast, "donor"))
    assert made.columns[-1] == "donor_B"
    shifted = VALUES + 100 * (np.array(MANY["donor"]) == "B")
    assert estimate_of(made, values=shifted) == pytest.approx(estimate_of(made))


@pytest.mark.parametrize("contrast", ALL)
def test_the_order_of_the_samples_does_not_matter_in_any_form(contrast):
    """S06."""
    order = [6, 2, 0, 5, 3, 1, 7, 4]
    made = made_of(with_blocks(contrast, "donor"))
    other = design.build(
        {name: [column[i] for i in order] for name, column in MANY.items()},
        "sample",
        with_blocks(contrast, "donor"),
        ["dose"],
    )
    assert estimate_of(other, values=VALUES[order]) == pytest.approx(estimate_of(made))
    assert (other.columns, list(other.groups)) == (made.columns, list(made.groups))


@pytest.mark.parametrize("contrast", ALL)
def test_what_cannot_be_told_apart_is_named_in_every_form(contrast):
    """D01."""
    if contrast is SLOPE:  # a batch a dose leaves no slope
        batch, partner = ["x" if dose == "0" else "y" if dose == "1" else "z" for dose in MANY["dose"]], "dose"
    else:
        batch, partner = ["x"] * 4 + ["y"] * 2 + ["x"] * 2, "group = parental"
    with pytest.raises(InputFaults) as caught:
        made_of(with_blocks(contrast, "batch"), batch=batch)
    [fault] = caught.value.faults
    assert (fault.field, fault.value) == ("block", "batch")
    assert partner in fault.problem
    assert "Take 'batch' out of block" in fault.fix


@pytest.mark.parametrize("contrast", ALL)
def test_no_residual_degrees_of_freedom_are_refused_in_every_form(contrast):
    """D11."""
    names = [f"x{number}" for number in range(4 if contrast is not SLOPE else 6)]
    values = np.random.default_rng(2).normal(size=(len(names), 8))
    columns = {name: [f"{value:.4f}" for value in row] for name, row in zip(names, values, strict=True)}
    with pytest.raises(InputFaults) as caught:
        design.build({**MANY, **columns}, "sample", with_blocks(contrast, *names), ["dose", *names])
    [fault] = caught.value.faults
    assert "8 coefficients, 8 samples" in fault.problem
    assert fault.field == "block"


@pytest.mark.parametrize("level", LEVELS)
def test_levels_of_any_characters_stand_in_every_form(level):
    """D08, D09."""
    group = [level if value == "TR1" else value for value in MANY["group"]]
    nested = {**NESTED, "levels": [level, "TR2"]}
    weights = {"variable": "group", "weights": {level: 0.5, "TR2": 0.5, "parental": -1}}
    for contrast in (nested, weights):
        made = made_of(contrast, group=group)
        assert all(name.isascii() and name.isidentifier() for name in made.columns)
        assert made.labels[0] == f"group = {level}"
        assert estimate_of(made) == pytest.approx(7)
    strange = design.build({**MANY, level: MANY["dose"]}, "sample", {"continuous": level}, [level])
    assert strange.labels == ("mean", level)
    assert all(name.isascii() and name for name in strange.columns)


def test_a_random_block_names_the_block_of_each_sample():
    donors = ["A", "A", "B", "B", "C", "D", "E", "E"]
    made = made_of({**NESTED, "random_block": "donor"}, donor=donors)
    assert made.random_block == tuple(donors)
    assert "donor" not in "".join(made.columns)
    assert made_of(NESTED).random_block == ()


def test_a_random_block_that_tells_nothing_is_refused():
    donors = ["A", "A", "B", "B", "C", "C", "D", "D"]
    with pytest.raises(InputFaults, match=r"random_block.*'donor' coincides with the groups"):
        made_of({**NESTED, "random_block": "donor"}, donor=donors)


def test_levels_without_replicates_are_taken_where_the_contrast_says_so():
    """D04."""
    sheet = {"sample": ["s1", "s2", "s3"], "group": ["TR1", "TR2", "parental"]}
    with pytest.raises(InputFaults) as caught:
        design.build(sheet, "sample", NESTED)
    assert [(fault.field, fault.value) for fault in caught.value.faults] == [
        ("levels", "TR1"),
        ("levels", "TR2"),
        ("reference", "parental"),
    ]
    made = design.build(sheet, "sample", {**NESTED, "descriptive": True})
    assert made.descriptive
    assert estimate_of(made, values=np.array([1.0, 3, 5])) == -3


def test_a_contrast_of_no_form_is_refused_before_the_sheet_is_looked_at():
    with pytest.raises(InputFaults, match="asks in two ways at once"):
        made_of({**NESTED, "level": "TR1"})


def test_what_no_sheet_can_mend_does_not_hide_what_is_wrong_with_the_blocks():
    weights = {**WEIGHTS, "weights": {"TR1": 1, "TR3": 1, "parental": -2}, "block": ["doner"]}
    with pytest.raises(InputFaults) as caught:
        made_of(weights)
    assert [(fault.field, fault.value) for fault in caught.value.faults] == [
        ("block", "doner"),
        ("weights", "TR1: 1, TR3: 1, parental: -2"),
        ("weights", "TR3"),
    ]


# --- donors that are nested in the genotypes and have every treatment

NESTED_DONORS = {
    "sample": [f"s{i}" for i in range(8)],
    "group": ["KO drug", "KO none"] * 2 + ["WT drug", "WT none"] * 2,
    "donor": ["d1", "d1", "d2", "d2", "d3", "d3", "d4", "d4"],
}
IN_KO, IN_WT = (
    {"variable": "group", "level": f"{line} drug", "reference": f"{line} none", "block": ["donor"]}
    for line in ("KO", "WT")
)


def test_what_is_compared_within_donors_does_not_need_to_tell_donors_from_genotypes():
    paired = {"first": IN_KO, "both": {"difference_of": ["ko", "wt"], "parts": [IN_KO, IN_WT]}}
    values = np.array([5.0, 1, 7, 2, 9, 8, 4, 1])
    for key, expected in (("first", 4.5), ("both", 4.5 - 2)):
        made = design.build(NESTED_DONORS, "sample", paired[key])
        assert np.linalg.matrix_rank(made.matrix) == made.matrix.shape[1] == 6
        assert len(made.columns) == len(made.labels) == len(made.contrast) == 6
        assert estimate_of(made, values=values) == pytest.approx(expected)
        assert "D01" in codes(made)
        order = [7, 6, 5, 4, 3, 2, 1, 0]
        other = design.build({k: [v[i] for i in order] for k, v in NESTED_DONORS.items()}, "sample", paired[key])
        assert estimate_of(other, values=values[order]) == pytest.approx(expected)


def test_the_error_of_what_is_compared_within_donors_is_that_of_the_pairs():
    made = design.build(NESTED_DONORS, "sample", IN_KO)
    assert made.contrast @ np.linalg.solve(made.matrix.T @ made.matrix, made.contrast) == pytest.approx(
        1
    )  # 2 / 2 pairs


def test_genotypes_cannot_be_told_from_their_donors():
    """D01."""
    between = {"variable": "group", "level": "KO drug", "reference": "WT drug", "block": ["donor"]}
    with pytest.raises(InputFaults, match="'donor' cannot be told apart"):
        design.build(NESTED_DONORS, "sample", between)
    nested = {"variable": "group", "levels": ["KO drug", "WT drug"], "reference": "KO none", "block": ["donor"]}
    with pytest.raises(InputFaults, match="'donor' cannot be told apart"):
        design.build(NESTED_DONORS, "sample", nested)


def test_repeated_donors_that_are_nested_are_offered_as_a_block():
    """D10."""
    [said] = [one["message"] for one in design.build(NESTED_DONORS, "sample", {**IN_KO, "block": []}).warnings[1:]]
    assert "Write block: [donor]" in said


def test_a_pair_is_one_level_against_one_reference():
    assert made_of({"variable": "group", "level": "TR1", "reference": "parental"}).is_pair
    assert not any(made_of(other).is_pair for other in (NESTED, WEIGHTS, DIFFERENCE, SLOPE))
