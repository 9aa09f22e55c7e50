import numpy as np

from secretome.interval_marks import effect_of, scale_of


def row(effect, low, high, prefix=""):
    return {
        prefix + key: value for key, value in zip(("effect", "ci_low", "ci_high"), (effect, low, high), strict=True)
    }


def test_marks_stand_on_one_scale_with_zero_in_the_middle():
    first = effect_of({**row(0.0, -1.0, 1.0), "p_value": 0.5}, 1.0)
    second = effect_of({**row(0.5, 0.25, 0.75, "relative_"), "relative_p_value": 0.01}, 1.0, "relative_")
    assert first["mark"] == {"at": "50.0%", "low": "0.0%", "width": "100.0%"}
    assert second["mark"] == {"at": "75.0%", "low": "62.5%", "width": "25.0%"}
    assert (second["effect"], second["interval"], second["direction"], second["p"]) == (
        "+0.50",
        "+0.25 to +0.75",
        "up",
        "0.010",
    )


def test_an_effect_without_an_interval_has_no_mark():
    nothing = effect_of({**row(np.nan, np.nan, np.nan), "p_value": np.nan}, 1.0)
    assert (nothing["mark"], nothing["effect"], nothing["p"]) == (None, "–", "–")


def test_the_scale_reaches_to_the_farthest_end():
    assert scale_of([-2.0, 1.0, np.nan]) == 2.0
    assert scale_of([np.nan]) == scale_of([0.0]) == 1.0


def test_an_effect_has_a_direction_only_where_its_interval_leaves_out_zero():
    for low, high, direction in ((0.1, 0.9, "up"), (-0.9, -0.1, "down"), (-0.1, 0.9, ""), (0.0, 1.0, "")):
        found = effect_of({**row((low + high) / 2, low, high), "p_value": 0.04}, 1.0)
        assert found["direction"] == direction
        assert found["effect"][0] in "+−"  # the sign can be read all the same
    assert effect_of({**row(0.5, np.nan, np.nan), "p_value": np.nan}, 1.0)["direction"] == ""
