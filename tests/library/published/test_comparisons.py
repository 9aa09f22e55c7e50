"""Comparisons of published means: by hand, by scipy on data with these means, and the bundled numbers."""

import math
import random
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from scipy.stats import t, ttest_1samp, ttest_ind

from secretome import schemas, strict_yaml
from secretome.published import study as study_file
from secretome.published.comparisons import (
    Group,
    compare_published,
    compare_table,
    holm,
    on_scale,
    pooled_variance,
    rescue_index,
)
from secretome.published.measurements import Measurement, read_measurements
from secretome.tables import PUBLISHED, read_table, write_table

ROOT = Path(__file__).parents[3]
GROUPS = {"drug": [30.0, 36.0, 27.0], "drug + factor": [80.0, 95.0, 79.0, 88.0], "other": [20.0, 50.0]}


def measurement(group, mean, sem=math.nan, n=0, limit="", unit="percent"):
    return Measurement("t", group, mean, limit, sem, n, unit, "file:2")


def of_data(group, values):
    return measurement(
        group, float(np.mean(values)), float(np.std(values, ddof=1) / math.sqrt(len(values))), len(values)
    )


def table(scale="points", smallest=15.0, vehicle="vehicle", **comparisons):
    specs = {key: dict(zip(("kind", "group", "reference"), spec, strict=True)) for key, spec in comparisons.items()}
    return {"scale": scale, "smallest_effect": smallest, "vehicle": vehicle, "comparisons": specs}


def rows():
    return [measurement("vehicle", 100.0), *(of_data(group, values) for group, values in GROUPS.items())]


RESCUE = ("rescue", "drug + factor", "drug")


def test_the_pooled_test_is_the_contrast_of_an_analysis_of_variance():
    [row] = compare_table(table(rescue=RESCUE), rows())
    values = np.concatenate(list(GROUPS.values()))
    design = np.repeat(np.eye(3), [len(group) for group in GROUPS.values()], axis=0)
    fitted, residual, *_ = np.linalg.lstsq(design, values, rcond=None)
    df = len(values) - 3
    error = math.sqrt(residual[0] / df * (1 / 3 + 1 / 4))
    assert row["effect"] == pytest.approx(fitted[1] - fitted[0])
    assert row["standard_error"] == pytest.approx(error)
    assert row["df"] == df
    assert row["p_value"] == pytest.approx(2 * t.sf(abs(row["effect"]) / error, df))
    assert row["ci_high"] - row["effect"] == pytest.approx(t.ppf(0.975, df) * error)


def test_welch_is_that_of_scipy():
    [row] = compare_table(table(rescue=RESCUE), rows())
    known = ttest_ind(GROUPS["drug + factor"], GROUPS["drug"], equal_var=False)
    interval = known.confidence_interval()
    assert row["welch_p_value"] == pytest.approx(known.pvalue)
    assert row["welch_df"] == pytest.approx(known.df)
    assert (row["welch_ci_low"], row["welch_ci_high"]) == pytest.approx((interval.low, interval.high))


def test_against_a_constant_vehicle_it_is_a_one_sample_test():
    [row] = compare_table(table(drug=("drug", "drug", "vehicle")), rows())
    known = ttest_1samp(GROUPS["drug"], 100.0)
    assert row["welch_p_value"] == pytest.approx(known.pvalue)
    assert row["welch_df"] == 2
    variance, df = pooled_variance([on_scale(one, table()) for one in rows()])
    assert row["standard_error"] == pytest.approx(math.sqrt(variance / 3))
    assert row["df"] == df == 6
    assert math.isnan(row["n_reference"])


def test_a_vehicle_with_a_standard_error_is_a_group():
    measured = [measurement("vehicle", 100.0, 4.0, 3), *rows()[1:]]
    [row] = compare_table(table(drug=("drug", "drug", "vehicle")), measured)
    assert row["df"] == 8
    assert row["welch_df"] > 2


def test_the_order_of_the_rows_does_not_matter():
    specs = table(rescue=RESCUE, drug=("drug", "drug", "vehicle"))
    shuffled = rows()
    random.Random(1).shuffle(shuffled)
    first, second = compare_table(specs, rows()), compare_table(specs, shuffled)
    for one, other in zip(first, second, strict=True):
        assert one == pytest.approx(other, nan_ok=True)


@pytest.mark.parametrize(
    ("group", "why"),
    [
        (measurement("g", 50.0, n=1), "n = 1"),
        (measurement("g", 50.0, n=3), "no standard error"),
        (measurement("g", 50.0), "neither a standard error nor n"),
        (measurement("g", 50.0, limit=">"), "known only as > 50"),
    ],
)
def test_what_cannot_be_tested_is_shown_with_the_reason(group, why):
    [row] = compare_table(table(x=("other", "g", "drug")), [*rows(), group])
    assert row["reading"] == row["welch_reading"] == "not_testable"
    assert why in row["why"]
    assert row["effect"] == pytest.approx(19.0)
    assert all(math.isnan(row[name]) for name in ("p_value", "p_holm", "ci_low", "welch_ci_low", "rescue_index"))


@pytest.mark.parametrize(
    ("limits", "effect", "limit"),
    [((">", ""), 1.0, ">"), (("", ">"), 1.0, "<"), (("<", ">"), 1.0, "<"), ((">", ">"), math.nan, "")],
)
def test_a_limit_gives_a_limit_or_nothing(limits, effect, limit):
    measured = [
        measurement("a", 4.0, limit=limits[0], unit="micromolar"),
        measurement("b", 2.0, limit=limits[1], unit="micromolar"),
    ]
    [row] = compare_table(table("log2", 1.0, "", x=("other", "a", "b")), measured)
    assert row["effect"] == pytest.approx(effect, nan_ok=True)
    assert row["limit"] == limit


def test_folds_are_compared_as_logarithms_by_the_delta_method():
    group = on_scale(measurement("a", 8.0, 1.0, 3, unit="fold"), table("log2", 1.0))
    assert group.mean == 3.0
    assert group.error == pytest.approx(1 / (8 * math.log(2)))
    many = np.random.default_rng(3).normal(8.0, 1.0, 100_000)
    assert group.error == pytest.approx(np.log2(many).std(), rel=0.03)


def test_a_mean_of_zero_has_no_logarithm_and_a_rough_error_no_reading():
    measured = [
        measurement("vehicle", 1.0, unit="fold"),
        measurement("zero", 0.0, 0.1, 3, unit="fold"),
        measurement("rough", 0.08, 0.03, 3, unit="fold"),
        measurement("high", 64.0, 0.1, 3, unit="fold"),
    ]
    specs = table(
        "log2", 1.0, x=("other", "zero", "high"), y=("other", "high", "rough"), z=("other", "high", "vehicle")
    )
    zero, rough, fine = compare_table(specs, measured)
    assert zero["reading"] == "not_testable"
    assert "no logarithm" in zero["why"]
    assert rough["ci_low"] > 1
    assert rough["reading"] == rough["welch_reading"] == "inconclusive"
    assert "too rough" in rough["why"]
    assert fine["reading"] == "above"


def test_holm_is_that_of_r():
    """R: p.adjust(c(.01, .04, .03, .005), "holm") is .03 .06 .06 .02; a missing one is not counted."""
    assert holm([0.01, math.nan, 0.04, 0.03, 0.005]) == pytest.approx([0.03, math.nan, 0.06, 0.06, 0.02], nan_ok=True)


def test_a_reading_that_holm_would_not_allow_says_so():
    # Large against nothing, but one of many.
    other = [measurement(f"g{i}", 30.0 + i, 6.0, 3) for i in range(12)]
    specs = {f"c{i}": ("other", f"g{i}", f"g{i + 1}") for i in range(11)}
    found = compare_table(
        table(smallest=0.5, x=("other", "h", "g0"), **specs), [*other, measurement("h", 50.0, 6.0, 3)]
    )
    assert found[0]["reading"] == "above"
    assert found[0]["p_holm"] > 0.05 > found[0]["p_value"]
    assert "Holm" in found[0]["why"]


def test_the_rescue_index_is_the_share_of_the_effect_that_is_undone():
    [row] = compare_table(table(rescue=RESCUE), rows())
    assert row["rescue_index"] == pytest.approx((85.5 - 31) / (100 - 31))
    assert row["rescue_index_low"] < row["rescue_index"] < row["rescue_index_high"]
    [other] = compare_table(table(rescue=("other", *RESCUE[1:])), rows())
    assert math.isnan(other["rescue_index"])


def test_the_interval_of_the_rescue_index_covers_as_often_as_it_says():
    random_numbers = np.random.default_rng(20260101)
    inside, runs = 0, 4000
    for _ in range(runs):
        means = random_numbers.normal((60.0, 30.0, 100.0), 10 / math.sqrt(3))
        variance = 100 * random_numbers.chisquare(6) / 6
        treated, drug, vehicle = (Group(mean, 1.0, 3, False, "", "", False) for mean in means)
        found = rescue_index(treated, drug, vehicle, (variance, 6))
        inside += found.low <= 30 / 70 <= found.high
    assert inside / runs == pytest.approx(0.95, abs=0.012)


def test_an_index_without_bounds_is_told_in_words():
    weak = [measurement("vehicle", 100.0), measurement("drug", 97.0, 5.0, 3), measurement("x", 99.0, 5.0, 3)]
    [row] = compare_table(table(rescue=("rescue", "x", "drug")), weak)
    assert row["rescue_index"] == pytest.approx(2 / 3)
    assert math.isnan(row["rescue_index_low"])
    assert "every value is compatible" in row["why"]
    apart = [*weak[:2], measurement("x", 160.0, 5.0, 3)]
    [row] = compare_table(table(rescue=("rescue", "x", "drug")), apart)
    assert "all values but those from" in row["why"]


@pytest.fixture(scope="module")
def bundled():
    """Table and comparison to the row of the bundled studies."""
    found = {}
    for key in ("straussman_hgf", "wilson_ligands"):
        data = strict_yaml.load(ROOT / f"config/studies/{key}.yaml").data
        data = schemas.with_defaults(data, schemas.schema(study_file.TECHNOLOGY))
        frame = compare_published(data["tables"], read_measurements(ROOT / data["measurements"]))
        found |= {(row.table, row.comparison): row for row in frame.itertuples()}
    return found


@pytest.mark.parametrize(
    ("comparison", "effect", "low", "high"),
    [
        (("conditioned_medium", "ll86_rescue"), 52.9, 26, 79),
        (("met_inhibition", "plx_ll86_rescue"), 58.8, 19, 99),
        (("met_inhibition", "plx_ll86_reversal"), -57.6, -91, -24),
    ],
)
def test_the_known_rescues_are_clear_by_both_tests(bundled, comparison, effect, low, high):
    """The Welch intervals that were known when the study file was written."""
    row = bundled[comparison]
    assert row.effect == pytest.approx(effect)
    assert (row.welch_ci_low, row.welch_ci_high) == pytest.approx((low, high), abs=0.5)
    assert row.reading == row.welch_reading == ("above" if effect > 0 else "below")


@pytest.mark.parametrize(
    "comparison",
    [
        ("met_inhibition", "pd_ll86_rescue"),
        ("met_inhibition", "pd_ll86_reversal"),
        ("conditioned_medium", "ccd1090sk_rescue"),
        *((f"phospho_{one}", "plx_hgf") for one in ("akt", "erk", "met")),
        *((f"phospho_{one}", "pd_hgf") for one in ("akt", "met")),
    ],
)
def test_the_others_are_inconclusive_by_both_tests(bundled, comparison):
    assert bundled[comparison].reading == bundled[comparison].welch_reading == "inconclusive"


def test_single_blots_get_no_verdict_and_show_their_change(bundled):
    assert {row.reading for (table, _), row in bundled.items() if table.endswith(("a204", "m14", "khm3s"))} == {
        "not_testable"
    }
    assert bundled["phospho_erk_a204", "rescue"].effect == pytest.approx(math.log2(5.35 / 1.952))
    assert bundled["phospho_akt_m14", "rescue"].effect == pytest.approx(math.log2(11.211 / 1.865))
    assert (bundled["ic50_khm3s", "rescue"].limit, bundled["ic50_khm3s", "reversal"].limit) == (">", "<")


def test_the_table_obeys_its_contract(tmp_path):
    frame = compare_published({"t": table(rescue=RESCUE), "u": table(x=RESCUE)}, [*rows(), *in_table("u")])
    write_table(tmp_path / "published.tsv", frame, PUBLISHED)
    again = read_table(tmp_path / "published.tsv", PUBLISHED)
    assert again["table"].tolist() == ["t", "u"]
    assert again["effect"].tolist() == pytest.approx(frame["effect"].tolist())


def in_table(key):
    return [replace(row, table=key) for row in rows()]
