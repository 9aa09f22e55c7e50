import re

import numpy as np
import pandas as pd

from secretome import style
from secretome.synthesis_plots import NOT_MEASURED, NOT_TESTED, ZERO, Pool, forest, heat_map

STUDIES = pd.DataFrame(
    {
        "unit": ["one study", "another", "a third"],
        "state": ["tested", "tested", "not_measured"],
        "effect": [1.0, 2.0, np.nan],
        "ci_low": [0.5, 1.0, np.nan],
        "ci_high": [1.5, 3.0, np.nan],
    }
)
POOL = Pool("pool, all genes", 1.4, 0.8, 2.0, leads=True)


def texts(svg: str) -> list[str]:
    return re.findall(r"<text[^>]*>([^<]*)</text>", svg)


def test_a_forest_plot_names_its_studies_and_says_what_was_not_measured():
    svg = forest(STUDIES, [POOL], None, "FOSL1", "a")
    assert {"one study", "another", "a third", "pool, all genes", "FOSL1", "not measured"} <= set(texts(svg))
    assert "a further study" not in texts(svg)
    assert svg.count(f"fill: {style.ACCENT}") == 1
    assert svg == forest(STUDIES, [POOL], None, "FOSL1", "a")


def test_the_pool_that_does_not_lead_is_open_and_a_prediction_is_a_bar():
    single = Pool("pool, this gene", 1.4, 0.1, 2.7, leads=False)
    svg = forest(STUDIES, [single], (-0.5, 3.5), "FOSL1", "a")
    assert f"fill: {style.ACCENT}" not in svg
    assert "a further study" in texts(svg)


def test_without_a_pool_there_is_no_diamond():
    svg = forest(STUDIES, [], None, "FOSL1", "a")
    assert style.ACCENT not in svg
    assert "pool, all genes" not in texts(svg)


def test_a_missing_value_is_not_drawn_as_no_change():
    changes = pd.DataFrame([[0.0, np.nan], [np.nan, 2.0]], index=["a: b", "c: d"], columns=["G1", "G2"])
    measured = pd.DataFrame([[True, True], [False, True]], index=changes.index, columns=changes.columns)
    svg = heat_map(changes, measured, 1, "heat")
    assert texts(svg).count(NOT_TESTED) == 1
    assert texts(svg).count(NOT_MEASURED) == 1
    assert {"G1", "G2", "a: b", "c: d"} <= set(texts(svg))
    assert svg.count(f"fill: {ZERO}") == 1
    nothing = heat_map(changes * np.nan, measured, 2, "heat")
    assert f"fill: {ZERO}" not in nothing
    assert svg == heat_map(changes, measured, 1, "heat")


def test_a_long_label_is_cut():
    changes = pd.DataFrame([[1.0]], index=["a" * 80], columns=["G1"])
    assert "a" * 51 + "…" in texts(heat_map(changes, changes.notna(), 1, "heat"))
