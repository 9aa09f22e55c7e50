"""Rejections without an effect: an honest engine keeps its level, a dishonest one is seen."""

import numpy as np
import pytest

from secretome.diagnostics import refit, simulated
from secretome.diagnostics.simulated import NullModel
from secretome.models.borrowing import Borrowing

MATRIX = np.repeat(np.eye(2), 3, axis=0)
CONTRAST = np.array([1.0, -1])
GENES = 3000


def model(**more):
    mean = np.linspace(2, 12, GENES)
    return NullModel(**{"mean": mean, "prior_variance": 0.3 / mean, "prior_df": np.full(GENES, 4.0), **more})


def rate_of(found, level=0.05):
    return next(one for one in found["rates"] if one["level"] == level)


@pytest.mark.parametrize("weighted", [False, True])
def test_the_moderated_test_keeps_its_level(weighted):
    weights = np.random.default_rng(0).uniform(0.3, 3, (GENES, 6)) if weighted else None
    found = simulated.rejection_rates(
        model(weights=weights), MATRIX, refit.linear_models(CONTRAST, Borrowing(trend=not weighted)), seed=1
    )
    assert found["simulations"] == 20
    assert found["genes"] == 2000
    assert rate_of(found)["rate"] == pytest.approx(0.05, abs=0.005)
    assert rate_of(found, 0.01)["rate"] == pytest.approx(0.01, abs=0.003)
    assert rate_of(found)["ci_low"] < rate_of(found)["rate"] < rate_of(found)["ci_high"]
    assert rate_of(found)["ci_high"] - rate_of(found)["ci_low"] < 0.02
    assert found["warnings"] == []


def test_a_gene_that_borrows_next_to_nothing_can_be_simulated():
    """The robust prior gives a gene with reads in one sample alone degrees of freedom near 0."""
    prior_df = np.full(GENES, 4.0)
    prior_df[::100] = 1e-12
    found = simulated.rejection_rates(
        model(prior_df=prior_df), MATRIX, refit.linear_models(CONTRAST, Borrowing()), seed=1
    )
    assert found["simulations"] == 20


def test_missing_values_and_one_shared_variance():
    present = np.random.default_rng(0).random((GENES, 6)) > 0.1
    present[:, [0, 1, 3, 4]] = True
    shared = model(present=present, prior_df=np.full(GENES, np.inf), prior_variance=np.full(GENES, 0.2))
    found = simulated.rejection_rates(shared, MATRIX, refit.linear_models(CONTRAST), seed=1)
    assert rate_of(found)["rate"] == pytest.approx(0.05, abs=0.006)


def test_correlated_samples_need_the_engine_to_know():
    # Two samples of each donor in one group: as independent ones they are worth too much.
    matrix = np.repeat(np.eye(2), 4, axis=0)
    correlation = np.kron(np.eye(4), np.full((2, 2), 0.8)) + 0.2 * np.eye(8)
    correlated = model(correlation=correlation)
    naive = simulated.rejection_rates(correlated, matrix, refit.linear_models(CONTRAST), seed=1)
    knowing = simulated.rejection_rates(
        correlated, matrix, refit.linear_models(CONTRAST, correlation=correlation), seed=1
    )
    assert rate_of(knowing)["rate"] == pytest.approx(0.05, abs=0.006)
    assert rate_of(naive)["rate"] > 0.12
    assert naive["warnings"][0]["code"] == "W08"
    assert knowing["warnings"] == []


def test_a_panel_is_simulated_more_often():
    panel = NullModel(np.arange(9.0), np.full(9, 0.3), np.full(9, np.inf))
    found = simulated.rejection_rates(panel, MATRIX, refit.linear_models(CONTRAST, None), seed=1)
    assert found["simulations"] == simulated.MOST_SIMULATIONS
    assert rate_of(found)["rate"] == pytest.approx(0.05, abs=0.015)


def test_the_same_seed_gives_the_same_rates():
    engine = refit.linear_models(CONTRAST)
    rates = [simulated.rejection_rates(model(), MATRIX, engine, seed)["rates"] for seed in (1, 1, 2)]
    assert rates[0] == rates[1] != rates[2]


def test_an_engine_without_any_test_gives_no_rate():
    found = simulated.rejection_rates(
        model(), MATRIX, lambda values, weights, matrix, samples: np.full(len(values), np.nan), seed=1
    )
    assert rate_of(found)["rate"] is None
    assert found["warnings"] == []
