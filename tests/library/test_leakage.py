"""How far the proteins of the cytosol move in the medium."""

import numpy as np
import pandas as pd
import pytest

from secretome.leakage import FEWEST_MARKERS, MARKERS, health, leaked_range, marker_contrast
from secretome.models import contrasts, linear
from secretome.tables import GENES, SECRETED, read_table

KNOWLEDGE = "data/bundled/knowledge"


def differential(changes):
    genes = [*MARKERS[: len(changes)], "IL6"]
    return pd.DataFrame({"gene": genes, "log2_fold_change": [*changes, 9.0]})


def test_the_range_is_that_of_the_markers_alone():
    low, high = leaked_range(differential(np.linspace(-1, 1, 41)))
    assert (low, high) == pytest.approx((-0.95, 0.95))


def test_markers_that_were_not_measured_do_not_count():
    changes = np.r_[np.zeros(FEWEST_MARKERS - 1), np.nan]
    assert leaked_range(differential(changes)) is None
    assert leaked_range(differential(np.zeros(FEWEST_MARKERS))) == (0, 0)


def test_the_markers_are_current_symbols_of_genes_that_are_not_known_to_be_secreted():
    known = set(read_table(f"{KNOWLEDGE}/genes.tsv.gz", GENES)["symbol"])
    assert not set(MARKERS) - known
    assert len(set(MARKERS)) == len(MARKERS)
    secreted = read_table(f"{KNOWLEDGE}/secreted.tsv.gz", SECRETED)
    told = set(secreted.loc[secreted["secreted_class"].isin(("ligand", "shed", "leaderless")), "gene"])
    assert not told & set(MARKERS)


DESIGN = np.array([[1, 0]] * 3 + [[0, 1]] * 3, float)
CONTRAST = np.array([-1.0, 1.0])


def test_the_markers_are_tested_as_one_protein():
    """By hand: sample means 0, 1, 2 against 3, 4, 5: difference 3, error sqrt(2/3), t = 3.674 on 4 df."""
    levels = np.array([0.0, 1, 2, 3, 4, 5])
    values = levels + np.linspace(-5, 5, FEWEST_MARKERS)[:, None]
    genes = [*MARKERS[:FEWEST_MARKERS], "IL6"]
    found = marker_contrast(np.vstack([values, np.full(6, 40.0)]), genes, DESIGN, CONTRAST)
    assert found["markers"] == FEWEST_MARKERS
    assert found["log2_fold_change"] == pytest.approx(3)
    assert found["ci_high"] - 3 == pytest.approx(2.776445 * np.sqrt(2 / 3), rel=1e-6)
    assert found["p_value"] == pytest.approx(0.0213, abs=1e-4)


def test_twice_the_markers_are_not_twice_the_evidence():
    noise = np.random.default_rng(1).normal(0, 1, 6)
    few, many = (noise + np.zeros((size, 1)) for size in (FEWEST_MARKERS, 2 * FEWEST_MARKERS))
    one = marker_contrast(few, MARKERS[: len(few)], DESIGN, CONTRAST)
    two = marker_contrast(many, MARKERS[: len(many)], DESIGN, CONTRAST)
    assert one["p_value"] == pytest.approx(two["p_value"])


def test_a_marker_that_a_sample_lacks_does_not_count():
    values = np.random.default_rng(1).normal(0, 1, (FEWEST_MARKERS, 6))
    assert marker_contrast(values, MARKERS[:FEWEST_MARKERS], DESIGN, CONTRAST) is not None
    values[0, 2] = np.nan
    assert marker_contrast(values, MARKERS[:FEWEST_MARKERS], DESIGN, CONTRAST) is None


SHEET = pd.DataFrame({"alive": ["95", "93", "88", "NA"], "ldh": ["1.0", "1.2", "1.6", "1.5"]}, index=list("abcd"))
GROUPS = {"drug": ("c", "d"), "none": ("a", "b")}


def test_groups_of_another_viability_are_warned_of():
    found, (told,) = health(SHEET, GROUPS, {"viability": "alive", "ldh": "ldh"})
    assert found == {"viability": {"drug": 88, "none": 94}, "ldh": {"drug": 1.55, "none": 1.1}}
    assert "Viability differs between the groups: 88 % in drug and 94 % in none" in told["message"]


def test_more_ldh_is_warned_of_and_none_declared_is_silent():
    _, (told,) = health(SHEET.assign(ldh=["1", "1", "1.6", "1.5"]), GROUPS, {"ldh": "ldh", "viability": ""})
    assert told["message"].startswith("LDH in the medium differs")
    assert health(SHEET, GROUPS, {}) == ({}, [])
    assert health(SHEET.assign(ldh=["0", "0", "0", "0"]), GROUPS, {"ldh": "ldh"})[1] == []


def test_of_several_groups_the_two_that_differ_most_are_named():
    sheet = pd.DataFrame({"alive": ["95", "93", "70", "NA", "NA"]}, index=list("abcde"))
    groups = {"poolA": ("a",), "poolB": ("b",), "parental": ("c", "d"), "unknown": ("e",)}
    found, (told,) = health(sheet, groups, {"viability": "alive"})
    assert found == {"viability": {"poolA": 95, "poolB": 93, "parental": 70, "unknown": None}}
    assert "between the groups: 95 % in poolA and 70 % in parental. What" in told["message"]
    assert health(sheet, {"unknown": ("e",)}, {"viability": "alive"})[1] == []


def test_the_markers_are_fitted_as_the_contrast_is():
    """Two samples of a donor are no two samples, and a sample that is worse counts less."""
    random = np.random.default_rng(2)
    shared = random.normal(0, 1, 3).repeat(2)
    values = random.normal(8, 0.1, (FEWEST_MARKERS, 6)) + shared
    names = MARKERS[:FEWEST_MARKERS]
    alone = marker_contrast(values, names, DESIGN, CONTRAST)
    together = np.kron(np.eye(3), np.full((2, 2), 0.9)) + 0.1 * np.eye(6)
    weights = [1, 1, 1, 1, 1, 0.01]
    for more in ({"correlation": together}, {"sample_weights": weights}):
        found = marker_contrast(values, names, DESIGN, CONTRAST, **more)
        given = [None if "correlation" in more else np.array([weights]), more.get("correlation")]
        mean = values.mean(axis=0, keepdims=True)
        expected = contrasts.estimate(linear.fit(mean, DESIGN, *given), CONTRAST).iloc[0]
        assert found["p_value"] == pytest.approx(expected["p_value"])
        assert found["p_value"] != pytest.approx(alone["p_value"])
