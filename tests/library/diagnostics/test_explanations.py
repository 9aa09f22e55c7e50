"""Why nothing passes: a simulated study for each cause gives that cause, and none that was not computed."""

from dataclasses import replace

import numpy as np
import pytest
from diagnostic_alarms import correlated

from secretome.designs.rank import inflation
from secretome.diagnostics import explanations, p_values, power, refit
from secretome.diagnostics.explanations import Evidence
from secretome.diagnostics.leave_one_out import passing_without_each
from secretome.models import contrasts, linear, moderation

FDR = 0.05
QUIET = {"verdict": "uniform", "tests": 2000, "null_share": 1.0, "warning": ""}
GOOD = Evidence(0, FDR, {"drug": 6, "vehicle": 6}, 10, 0.5, QUIET)


def evidence_of(values, matrix, own=2):
    """Everything that can be computed of normal values."""
    contrast = np.zeros(matrix.shape[1])
    contrast[:2] = 1, -1
    fitted = linear.fit(values, matrix)
    table = contrasts.estimate(fitted, contrast, moderation.moderate(fitted))
    names = [f"S{i}" for i in range(len(matrix))]
    return Evidence(
        int((table["q_value"] <= FDR).sum()),
        FDR,
        {"drug": int(matrix[:, 0].sum()), "vehicle": int(matrix[:, 1].sum())},
        float(fitted.residual_df[0]),
        float(power.minimum_detectable_changes(table, FDR)["minimum_detectable_log2_fold_change"][0]),
        p_values.verdict_of(table["p_value"].to_numpy()),
        passing_without_each(values, None, matrix, names, FDR, refit.linear_models(contrast)),
        inflation(matrix, contrast, own),
        ("batch",),
    )


def causes(evidence):
    return [one["cause"] for one in explanations.explain(evidence)]


def groups(size):
    return np.repeat(np.eye(2), size, axis=0)


@pytest.fixture
def random():
    return np.random.default_rng(8)


def noise(random, samples, sd, genes=2000):
    """Values of one standard deviation for all genes."""
    return 8 + random.normal(0, sd, (genes, samples))


def test_where_genes_pass_nothing_is_explained():
    assert explanations.explain(replace(GOOD, passing=5)) == []
    assert causes(replace(GOOD, passing=4)) == ["true_null"]


def test_one_analyte_of_a_panel_of_nine_is_no_nothing():
    panel = replace(GOOD, p_values={**QUIET, "tests": 9})
    assert explanations.explain(replace(panel, passing=1)) == []
    assert causes(panel) == ["true_null"]


def test_a_true_null_with_good_power_says_so(random):
    found = explanations.explain(evidence_of(noise(random, 12, 0.2), groups(6)))
    assert [one["cause"] for one in found] == ["true_null"]
    assert "80 % power" in found[0]["message"]
    assert found[0]["numbers"]["minimum_detectable_log2_fold_change"] < 1


def test_few_samples_that_vary_much_are_no_true_null(random):
    found = explanations.explain(evidence_of(correlated(random, 2000, 4, 0), groups(2)))
    assert [one["cause"] for one in found] == ["few_samples"]
    assert "2 drug, 2 vehicle" in found[0]["message"]


def test_one_sample_that_hides_the_rest_comes_first(random):
    values = noise(random, 8, 0.3)
    values[:500] += 1.5 * groups(4)[:, 0]
    values[:, 2] += random.normal(0, 6, len(values))
    found = explanations.explain(evidence_of(values, groups(4)))
    assert found[0]["cause"] == "one_sample"
    assert found[0]["sample"] == "S2"
    assert found[0]["numbers"]["passing_without"] > 100


def test_confounding(random):
    batch = np.repeat([1.0, 0, 1, 0], [7, 1, 1, 7])
    found = evidence_of(noise(random, 16, 0.4), np.column_stack([groups(8), batch]))
    assert found.inflation > 2
    told = explanations.explain(found)
    assert told[0]["cause"] == "confounding"
    assert "batch" in told[0]["message"]


def test_an_unknown_batch(random):
    batch = np.outer(random.normal(0, 2, 2000), np.tile([0, 1.0], 6))
    assert causes(evidence_of(noise(random, 12, 0.3) + batch, groups(6)))[0] == "unexplained_variation"


def test_many_small_changes(random):
    values = noise(random, 6, 0.3)
    values += np.outer(random.normal(0, 0.15, 2000), groups(3)[:, 0])
    evidence = evidence_of(values, groups(3))
    assert evidence.passing < 5
    assert "small_changes" in causes(evidence)
    assert "true_null" not in causes(evidence)


def test_too_few_reads():
    random = np.random.default_rng(1)
    for mean, expected in ((8, True), (800, False)):
        counts = random.negative_binomial(20, 20 / (20 + mean), (1500, 8)).astype(float)
        variance = linear.fit(np.log2(counts + 0.5), groups(4)).variance
        share = explanations.counting_share(counts, variance)
        assert (share > 0.5) is expected
        assert ("low_depth" in causes(replace(GOOD, counting_share=share))) is expected


def test_counting_share_by_hand():
    by_chance = 1 / (99.5 + 0.5) / np.log(2) ** 2
    counts = np.full((3, 4), 99.5)
    variance = np.array([2 * by_chance, 4 * by_chance, by_chance / 2])
    assert explanations.counting_share(counts, variance) == pytest.approx(0.5)
    assert explanations.counting_share(counts, variance[[2]].repeat(3)) == 1
    assert np.isnan(explanations.counting_share(counts, np.zeros(3)))


def test_few_detected():
    assert causes(replace(GOOD, untested_share=0.6))[0] == "few_detected"
    assert "few_detected" not in causes(replace(GOOD, untested_share=0.4))


def test_what_was_not_computed_is_not_named():
    unknown = Evidence(
        0, FDR, {"a": 3, "b": 3}, 4, float("nan"), {"verdict": "too_few", "tests": 150, "null_share": None}
    )
    assert causes(unknown) == ["unexplained"]


def test_one_sample_needs_many_genes_and_a_distance_to_the_next():
    for without, named in (
        ({"a": 100, "b": 3}, True),
        ({"a": 100, "b": 30}, False),
        ({"a": 19, "b": 0}, False),
        ({"a": 500}, False),
        ({}, False),
    ):
        assert ("one_sample" in causes(replace(GOOD, without_sample=without))) is named
    assert causes(replace(GOOD, passing=4, without_sample={"a": 19, "b": 0})) == ["true_null"]
    assert causes(replace(GOOD, without_sample={"a": 100, "b": 3})) == ["one_sample"]


def test_messages_are_sentences_of_one_line():
    told = explanations.explain(
        replace(
            GOOD,
            detectable=1.5,
            inflation=3.0,
            blocks=("batch\n",),
            counting_share=0.7,
            untested_share=0.7,
            without_sample={"<b>\n": 99, "b": 0},
            p_values={
                "verdict": "hill",
                "tests": 2000,
                "null_share": 1.0,
                "warning": "In the histogram something is wrong.",
            },
            unit="per 10 of dose",
        )
    )
    assert [one["cause"] for one in told] == [
        "one_sample",
        "confounding",
        "unexplained_variation",
        "low_depth",
        "few_detected",
        "few_samples",
    ]
    for one in told:
        assert one["message"].endswith(".")
        assert "\n" not in one["message"]
    assert "2.8-fold (log2 1.50) per 10 of dose" in told[-1]["message"]
