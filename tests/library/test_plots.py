import re
import xml.etree.ElementTree as ET

import made_up_study as made_up
import numpy as np
import pandas as pd
import pytest

from secretome import plots

SVG = "{http://www.w3.org/2000/svg}"


def volcano(name="volcano", made=None):
    made = made or made_up.tables()
    changed = made.secretome[made.secretome["tier"] == "B"]
    return plots.volcano(made.differential, changed, changed["gene"].head(6).tolist(), 1.0, name)


def parsed(svg):
    return ET.fromstring(svg)


def test_the_same_table_gives_the_same_bytes():
    assert volcano() == volcano()


def test_the_ids_of_two_figures_differ():
    ids = [set(re.findall(r'id="([^"]+)"', volcano(name))) for name in ("one", "other")]
    assert ids[0]
    assert not ids[0] & ids[1]


def test_every_changed_gene_is_a_mark_and_the_named_ones_are_text():
    made = made_up.tables()
    changed = made.secretome[made.secretome["tier"] == "B"]
    svg = parsed(volcano(made=made))
    group = next(g for g in svg.iter(f"{SVG}g") if g.get("class") == plots.HOVER)
    assert len(list(group.iter(f"{SVG}use"))) == len(changed) > 10
    texts = {text.text for text in svg.iter(f"{SVG}text")}
    assert set(changed["gene"].head(6)) <= texts


def test_sixteen_thousand_points_stay_small():
    assert len(volcano(made=made_up.tables(genes=16000, secreted=1600))) < 400_000


def test_a_volcano_without_a_tested_gene_is_drawn():
    made = made_up.tables(genes=20, secreted=5)
    nothing = made.differential.assign(log2_fold_change=np.nan, p_value=np.nan)
    assert parsed(plots.volcano(nothing, made.secretome.head(0), [], 1.0, "empty")) is not None


def test_scores_are_ordered_by_their_difference():
    scores = pd.DataFrame(
        [("s1", "falls", 1.0), ("s2", "falls", -1.0), ("s1", "rises", -1.0), ("s2", "rises", 1.0)],
        columns=["sample", "gene_set", "score"],
    )
    texts = [
        t.text for t in parsed(plots.sample_scores(scores, {"a": ["s1"], "b": ["s2"]}, "s", "score")).iter(f"{SVG}text")
    ]
    assert texts.index("rises") < texts.index("falls")


def test_curves_have_a_tick_for_each_gene_of_the_set():
    curve = made_up.tables().pathway_notes["curves"][0]
    svg = plots.running_score(curve, "a title", "curve")
    assert "a title" in svg


@pytest.mark.parametrize("label", ["<b>&\"'", "$x^2$"])
def test_labels_are_text_whatever_they_hold(label):
    coordinates = pd.DataFrame({"first": [0.0, 1.0], "second": [1.0, 0.0], "label": label}, index=["s1", "s2"])
    svg = parsed(plots.principal_components(coordinates, {label: ["s1"], "b": ["s2"]}, [0.5, 0.25], "pca"))
    assert label in {text.text for text in svg.iter(f"{SVG}text")}


def means(**changes):
    rows = [
        ("vehicle", 1.0, np.nan, 0, "", True),
        ("drug", 0.08, 0.07, 3, "", False),
        ("none left", 0.0, np.nan, 1, "", False),
        ("ligand", 10.0, np.nan, 0, ">", False),
    ]
    return pd.DataFrame(rows, columns=["group", "mean", "sem", "n", "limit", "constant"]).assign(**changes)


@pytest.mark.parametrize("logarithmic", [True, False])
def test_means_are_drawn_with_their_sizes_a_mean_of_zero_too(logarithmic):
    svg = plots.group_means(means(), "fold of vehicle", logarithmic, "means")
    texts = [text.text for text in parsed(svg).iter(f"{SVG}text")]
    assert {"vehicle", "drug", "none left", "ligand", "set", "n = 3", "n = 1", "n not stated"} <= set(texts)
    assert ("0" in texts) != logarithmic
    assert "nan" not in svg.lower()


def test_means_below_zero_stay_on_the_axis():
    svg = plots.group_means(means(mean=[100.0, -20.0, 5.0, 40.0]), "% of vehicle", False, "means")
    assert "−20" in {text.text for text in parsed(svg).iter(f"{SVG}text")}


def test_names_keep_their_distance_and_stay_within():
    levels = plots._apart(np.array([1.0, 1.0, 1.0, 9.9, 9.9]), (0.0, 10.0))
    gap = levels[1] - levels[0]
    assert (np.diff(levels) >= gap - 1e-9).all()
    assert levels.max() < 10
    assert levels[:3].mean() == pytest.approx(1.0)


def test_names_that_do_not_meet_stay_where_they_are():
    np.testing.assert_allclose(plots._apart(np.array([1.0, 5.0]), (0.0, 10.0)), [1.0, 5.0])
