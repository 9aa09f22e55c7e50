"""What is said of a comparison beside its numbers."""

import json

import made_up_counts
import numpy as np
import pytest

from secretome.comparison.compare import compare

PAIRED = {**made_up_counts.CONTRAST, "block": ["donor"]}


def trust(expression, contrast=made_up_counts.CONTRAST, **settings):
    fit = compare(expression, made_up_counts.settings(contrast, **settings), ["G0", "G1", "G300"]).fit
    json.dumps(fit, allow_nan=False)
    return fit["reliability"]


def test_a_contrast_that_finds_something_is_described():
    found = trust(made_up_counts.expression())
    assert found["p_values"]["verdict"] == "peak_at_zero"
    assert [row["group"] for row in found["power"]] == [
        "all",
        "lowest_third",
        "middle_third",
        "highest_third",
        "secreted",
    ]
    assert found["power"][-1]["genes"] == 3
    rate = found["null"]["rates"][0]
    assert rate["ci_low"] - 0.01 < rate["level"] < rate["ci_high"] + 0.01
    assert found["explanation"] == []
    assert found["shrinkage"]["sign_flips"] == 0


@pytest.mark.parametrize(("contrast", "splits"), [(made_up_counts.CONTRAST, 35), (PAIRED, 8)])
def test_the_splits_are_those_that_the_pairs_allow(contrast, splits):
    found = trust(made_up_counts.expression(), contrast)["splits"]
    assert (found["splits"], found["rank"]) == (splits, 1)


def test_where_nothing_is_found_the_causes_are_computed():
    found = trust(made_up_counts.expression(change=0.0, size=2))
    assert found["explanation"]
    assert {one["cause"] for one in found["explanation"]} <= {"few_samples", "low_depth", "true_null", "unexplained"}


def test_a_count_model_has_no_simulated_null_and_no_splits():
    found = trust(made_up_counts.expression(), method="deseq2")
    assert (found["null"], found["splits"]) == ({}, {})
    assert found["p_values"]["tests"] == made_up_counts.GENES


def test_the_order_of_the_samples_changes_no_sentence():
    expression = made_up_counts.expression()
    order = np.array([5, 2, 7, 0, 3, 6, 1, 4])
    moved = type(expression)(
        expression.log2[order], expression.counts[order], expression.samples.iloc[order], expression.genes, {}
    )
    first, second = trust(expression), trust(moved)
    assert first["p_values"] == second["p_values"]
    assert first["splits"] == second["splits"]
