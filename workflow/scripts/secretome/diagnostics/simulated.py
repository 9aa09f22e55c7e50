"""How often the test of a contrast rejects in data like these, if nothing changes."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from secretome.diagnostics.refit import Refit
from secretome.faults import warning

LEVELS = (0.05, 0.01)
MOST_GENES = 2000  # a rate does not need more, and a page must not wait
FEWEST_SIMULATIONS, MOST_SIMULATIONS = 20, 400
TESTS = FEWEST_SIMULATIONS * MOST_GENES  # a panel of few analytes is simulated more often
LARGEST_RATE = 0.07  # at 0.05
CONFIDENCE_DEVIATIONS = 1.96
# ASSUME a gene that a robust prior lends next to nothing draws its variance with one degree of freedom: with hardly any
# the draw is beyond all numbers.
LEAST_PRIOR_DF = 1.0


@dataclass(frozen=True)
class NullModel:
    """What the values of a contrast would be like if no gene changed.

    Attributes:
        mean: genes, mean log2 expression: the trend of the variances runs along it.
        prior_variance, prior_df: genes, of the moderation: how the variances are distributed; infinite for one
            variance.
        weights: genes × samples, inverse variances up to the gene's own; None where all are alike.
        present: genes × samples, where a gene has a value; None for everywhere.
        correlation: samples × samples, of the errors of samples of one block; None where they are independent.
    """

    mean: np.ndarray
    prior_variance: np.ndarray
    prior_df: np.ndarray
    weights: np.ndarray | None = None
    present: np.ndarray | None = None
    correlation: np.ndarray | None = None


def rejection_rates(model: NullModel, design_matrix: np.ndarray, refit: Refit, seed: int) -> dict[str, Any]:
    """Simulate the design without an effect, fit it as it was fitted, and count the rejections.

    Each gene's variance is drawn from the prior that the moderation found; its values are normal around its mean with
    that variance over their weights. Weights are those of the data; what chose them is not repeated.

    # ASSUME genes are independent and errors normal: the rate says whether the test suits the design, its replicates,
    # weights and missing values, not whether an unknown batch is in the data (see the p-values for that).

    Args:
        model: at least three genes; at most 2,000 of them are used, evenly along their mean.
        design_matrix: samples × coefficients.
        refit: the engine (:func:`secretome.diagnostics.refit.linear_models`).
        seed: of the random numbers.

    Returns:
        ``simulations``, ``genes``, ``rates`` (a list of ``level``, ``rate``, ``ci_low``, ``ci_high``: the 95 % Monte
        Carlo interval from the spread between simulations, within 0 and 1; None where the engine tests nothing),
        ``warnings`` (W08: above 0.07 at 0.05, and not by the noise of the simulation).

    Raises:
        ValueError: as the engine.
    """
    chosen = _along(model.mean)
    simulations = int(np.clip(np.ceil(TESTS / chosen.size), FEWEST_SIMULATIONS, MOST_SIMULATIONS))
    random = np.random.default_rng(seed)
    weights = None if model.weights is None else model.weights[chosen]
    samples = np.arange(len(design_matrix))
    found = np.full((simulations, len(LEVELS)), np.nan)
    for index in range(simulations):
        p_value = refit(_values(model, chosen, len(design_matrix), random), weights, design_matrix, samples)
        tested = p_value[np.isfinite(p_value)]
        found[index] = [(tested < level).mean() for level in LEVELS] if tested.size else np.nan
    rates = [_rate(level, found[:, column]) for column, level in enumerate(LEVELS)]
    return {
        "simulations": simulations,
        "genes": int(chosen.size),
        "rates": rates,
        "warnings": _warnings(rates[0]),
    }


def _along(mean: np.ndarray) -> np.ndarray:
    """Rows of at most 2,000 genes, evenly along the mean, in the order of the table."""
    order = np.argsort(mean, kind="stable")
    places = np.linspace(0, mean.size - 1, min(mean.size, MOST_GENES)).round().astype(int)
    return np.sort(order[places])


def _values(model: NullModel, chosen: np.ndarray, samples: int, random: np.random.Generator) -> np.ndarray:
    prior_df = np.broadcast_to(model.prior_df, model.mean.shape)[chosen]
    finite = np.where(np.isfinite(prior_df), np.maximum(prior_df, LEAST_PRIOR_DF), 1.0)
    ratio = np.where(np.isfinite(prior_df), finite / random.chisquare(finite), 1.0)
    errors = random.normal(size=(chosen.size, samples))
    if model.correlation is not None:
        errors = errors @ np.linalg.cholesky(model.correlation).T
    if model.weights is not None:
        errors /= np.sqrt(model.weights[chosen])
    values = model.mean[chosen, None] + errors * np.sqrt(model.prior_variance[chosen] * ratio)[:, None]
    return values if model.present is None else np.where(model.present[chosen], values, np.nan)


def _rate(level: float, found: np.ndarray) -> dict[str, float | None]:
    found = found[np.isfinite(found)]
    if found.size < 2:
        return {"level": level, "rate": None, "ci_low": None, "ci_high": None}
    rate, margin = float(found.mean()), CONFIDENCE_DEVIATIONS * float(found.std(ddof=1) / np.sqrt(found.size))
    return {"level": level, "rate": rate, "ci_low": max(rate - margin, 0.0), "ci_high": min(rate + margin, 1.0)}


def _warnings(found: dict[str, float | None]) -> list[dict[str, str]]:
    level, rate, low = found["level"], found["rate"], found["ci_low"]
    if rate is None or level is None or low is None or rate <= LARGEST_RATE or low <= level:
        return []
    message = (
        f"In data simulated without an effect this test rejects {100 * rate:.1f} % of the genes at p < {level:g}: its"
        " p-values are too small for this design."
    )
    return [warning("W08", message)]
