import made_up_study as made_up
import pandas as pd
import pytest

from secretome import sample_tables, style
from secretome.sample_tables import samples_section


def section(expression=None, quality=None, sheet=None):
    sheet = sheet if sheet is not None else pd.DataFrame({"sample": made_up.SAMPLES, "used": "true", "reason": ""})
    study = made_up.settings()["study"]
    return samples_section("made_up", study, expression or made_up.expression(), sheet, quality or made_up.quality())


def test_each_sample_has_its_row_and_its_share_of_the_largest_library():
    rows = section()["rows"]
    assert [row["sample"] for row in rows] == made_up.SAMPLES
    assert (rows[0]["library"], rows[0]["share"]) == ("10.0", "50.0%")
    assert rows[-1]["share"] == "100.0%"
    assert {row["colour"] for row in rows[::2]} == {style.GROUP_COLOURS[0]}, "the reference has the first colour"


def test_points_are_named_by_the_block():
    figure = section()["figure"]
    assert ">d3<" in figure
    assert ">s1<" not in figure


def test_a_study_too_small_for_components_has_no_figure():
    assert section(quality={**made_up.quality(), "pca": {}})["figure"] == ""


def test_a_sample_of_a_third_group_is_shown_too():
    expression = made_up.expression()
    expression.samples.loc["s8", "treatment"] = "another drug"
    shown = section(expression)
    assert shown["rows"][-1]["colour"] == style.GROUP_COLOURS[2]
    assert "another drug" in shown["figure"]


def test_unused_samples_say_why():
    sheet = pd.DataFrame({"sample": ["s1", "s9"], "used": ["true", "false"], "reason": ["", "no reads"]})
    assert section(sheet=sheet)["unused"] == [("no reads", "1 sample", "s9")]


@pytest.mark.parametrize(
    ("contrast", "order"),
    [
        ({"variable": "treatment", "levels": ["b", "c"], "reference": "a"}, ["a", "b", "c", "d"]),
        ({"variable": "treatment", "weights": {"d": 1, "b": -1}}, ["b", "d", "a", "c"]),
        ({"continuous": "dose"}, ["0", "2", "10"]),
    ],
)
def test_groups_stand_in_the_order_of_every_form(contrast, order):
    expression = made_up.expression()
    expression.samples["treatment"] = list("abcdabcd")
    expression.samples["dose"] = ["10", "2", "0", "2", "10", "0", "2", "10"]
    study = {**made_up.settings()["study"], "contrasts": {"x": contrast}}
    groups, quantity = sample_tables._groups(study, expression.samples)
    assert list(groups) == order
    assert quantity == contrast.get("continuous", "")
