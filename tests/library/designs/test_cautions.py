"""cautions: what a design bears but a reader must be told, in every form."""

import numpy as np
import pytest

from secretome.designs import cautions
from secretome.designs.design import build

GROUPS = ["a", "a", "a", "b", "b", "b", "c", "c", "c"]
SHEET = {"sample": [f"s{i}" for i in range(9)], "group": GROUPS, "dose": ["0", "0", "0", "1", "1", "1", "9", "9", "9"]}
NESTED = {"variable": "group", "levels": ["a", "b"], "reference": "c"}
WEIGHTS = {"variable": "group", "weights": {"a": 0.5, "b": 0.5, "c": -1}}
PARTS = [{"variable": "group", "level": level, "reference": "c"} for level in "ab"]
DIFFERENCE = {"difference_of": ["x", "y"], "parts": PARTS}
SLOPE = {"continuous": "dose"}
ALL = [NESTED, WEIGHTS, DIFFERENCE, SLOPE]


def warned(contrast, subject="", **columns) -> dict[str, str]:
    found = build({**SHEET, **columns}, "sample", contrast, ("dose",), subject).warnings
    return {one["code"]: one["message"] for one in found}


def test_what_holds_for_these_levels_only_says_so():
    assert warned(NESTED) == {"W22": warned(NESTED)["W22"]}
    assert "holds for these 2, and says nothing of others" in warned(NESTED)["W22"]
    assert [warned(contrast) for contrast in [*ALL[1:3], {**SLOPE, "per": 9}]] == [{}, {}, {}]


@pytest.mark.parametrize("contrast", [NESTED, WEIGHTS])
def test_a_level_of_two_is_named(contrast):
    """D05."""
    assert "b has two samples" in warned(contrast, group=["a", "a", "a", "b", "b", "c", "c", "c", "d"])["W01"]


@pytest.mark.parametrize("contrast", [NESTED, WEIGHTS, SLOPE])
def test_partial_confounding_gives_the_inflation_in_every_form(contrast):
    """D02."""
    batch = ["x", "x", "x", "x", "x", "x", "x", "y", "y"]
    message = warned({**contrast, "block": ["batch"]}, batch=batch)["W02"]
    assert "partly confounded with batch" in message
    group = np.array([value == "c" for value in GROUPS], float)
    of_batch = np.array([value == "y" for value in batch], float)
    if contrast is SLOPE:
        r = np.corrcoef(of_batch, np.array(SHEET["dose"], float))[0, 1]
        assert f"{1 / (1 - r**2):.1f} times" in message
    else:  # the batch is seen within c alone: its variance is 1 + 1/2, and two thirds of it enter
        assert group @ of_batch == 2
        expected = (1 / 3 + 1 / 6 + (2 / 3) ** 2 * 1.5) / (1 / 3 + 1 / 6)
        assert f"{expected:.1f} times" in message


@pytest.mark.parametrize("contrast", ALL)
def test_repeated_subjects_are_noticed_and_a_block_is_proposed_that_the_design_bears(contrast):
    """D10."""
    crossed = warned(contrast, donor=["A", "B", "C"] * 3)["W03"]
    assert "Write block: [donor]" in crossed
    assert "random_block: donor" in crossed
    nested = warned(contrast, donor=["A", "A", "B", "C", "C", "D", "E", "E", "F"])["W03"]
    if contrast is not SLOPE:
        assert "Write random_block: donor" in nested
        assert "block: [donor]" not in nested
    if "parts" not in contrast:
        assert "W03" not in warned(
            {**contrast, "random_block": "donor"}, donor=["A", "A", "B", "C", "C", "D", "E", "E", "F"]
        )
        assert "W03" not in warned({**contrast, "block": ["donor"]}, donor=["A", "B", "C"] * 3)


def test_a_donor_for_each_group_is_no_replication():
    """D10."""
    assert "no replicates" in warned(NESTED, donor=["A"] * 3 + ["B"] * 3 + ["C"] * 3)["W03"]
    assert "result speaks for it alone" in warned(NESTED, donor=["A"] * 9)["W03"]


@pytest.mark.parametrize("name", ["donor", "Patient ID", "mouse-id", "SubjectID", "participant_id"])
def test_subjects_are_known_by_their_names(name):
    assert cautions.names_subjects(name)
    assert "W03" in warned(WEIGHTS, **{name: ["A", "B", "C"] * 3})


@pytest.mark.parametrize("name", ["cell_line", "mouse_strain", "patient_age", "donors"])
def test_other_columns_are_no_subjects(name):
    assert not cautions.names_subjects(name)


def test_a_slope_on_one_sample_is_named():
    message = warned(SLOPE, dose=["0", "0", "0", "1", "1", "1", "2", "2", "90"])["W01"]
    assert "rests on s8 alone" in message


def test_the_leverage_is_the_hat_matrix():
    dose = np.array([0.0, 0, 1, 3, 9])
    matrix = np.column_stack([np.ones(5), dose - dose.mean()])
    hat = matrix @ np.linalg.inv(matrix.T @ matrix) @ matrix.T
    np.testing.assert_allclose(cautions.leverages(matrix), np.diag(hat))


@pytest.mark.parametrize("contrast", [NESTED, WEIGHTS, SLOPE])
def test_blocks_of_a_single_sample_are_named(contrast):
    """D12."""
    assert "z" in warned({**contrast, "block": ["batch"]}, batch=["x", "y", "x", "y", "x", "y", "x", "y", "z"])["D12"]


def test_ten_thousand_rows_are_cells():
    """S09: taken, with a warning, and without delay."""
    number = 10_000
    sheet = {
        "sample": [f"s{i}" for i in range(number)],
        "group": ["a", "b", "c", "d"] * (number // 4),
        "donor": [f"d{i % 7}" for i in range(number)],
    }
    made = build(sheet, "sample", {**NESTED, "random_block": "donor"})
    assert made.matrix.shape == (number, 4)
    assert [one["code"] for one in made.warnings] == ["W22", "S09"]
    assert "10,000 samples" in made.warnings[1]["message"]


def test_a_random_block_of_few_donors_between_the_groups_is_told():
    contrast = {"variable": "group", "level": "a", "reference": "b", "random_block": "donor"}

    def told(groups: str, donors: str) -> bool:
        sheet = {"sample": [f"s{i}" for i in range(len(groups))], "group": [*groups], "donor": [*donors]}
        found = [one for one in build(sheet, "sample", contrast).warnings if "p-values are somewhat" in one["message"]]
        return bool(found) and f"rests on {len(set(donors))} of them in 2 groups" in found[0]["message"]

    assert told("aaaabbbb", "ddeeffgg")
    assert not told("aaaaaabbbbbb", "ddeeffgghhii")
    assert not told("aaabbb", "defdef")
    assert "p-values are somewhat" not in str(warned({**SLOPE, "random_block": "donor"}, donor=[*"ddeeffggg"]))


@pytest.mark.parametrize(("per", "says"), [(1, "a small part of what"), (3, ""), (9, ""), (10, "more than")])
def test_a_unit_that_hides_or_draws_out_a_slope_is_told(per, says):
    told = warned({**SLOPE, "per": per}).get("contrast", "")
    assert says in told
    assert bool(told) == bool(says)
    if says:
        assert f"Changes are given per {per} of dose" in told
        assert "(0 to 9)" in told
        assert "Write per: 9 for" in told
