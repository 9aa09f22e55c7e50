"""How often the test of on/off proteins rejects true nulls: simulated secretomes without and with changes.

    PYTHONPATH=workflow/scripts .venv/bin/python tests/calibration_detection.py [data sets a design]

Prints, over the listed proteins that do not change, the shares of p < .05 and .01; over those that do, the share of
p < .05 and how often the stated least difference holds; and the mean share of false ones among q <= .05.
"""

import sys
from typing import Any

import numpy as np
from scipy.special import expit, ndtr

from secretome.detection import on_off

# What differs from: 2,000 proteins, 3 against 3, a probit curve of slope 1.2 at 20, means 24 ± 2.2 (log2), variances
# .15 with 5 prior degrees of freedom, nothing changed.
DESIGNS: dict[str, dict[str, Any]] = {
    "3+3": {},
    "2+2": {"sizes": (2, 2)},
    "4+4": {"sizes": (4, 4)},
    "4 groups of 3": {"sizes": (3, 3, 3, 3)},
    "3+5": {"sizes": (3, 5)},
    "3+3, soft curve": {"slope": 0.6},
    "3+3, sharp curve": {"slope": 3.0},
    "3+3, samples of different depth": {"depth": 0.5},
    "3+3, equal variances": {"prior_df": np.inf},
    "3+3, logistic curve": {"logistic": True},
    "3+3, 3 % missing at random": {"at_random": 0.03},
    "3+3, low values vary twice as much": {"noisy_low": True},
    "3+3, 10 % change by 2": {"changed": 0.1, "change": 2.0},
    "3+3, 10 % change by 4": {"changed": 0.1, "change": 4.0},
    "3+3, 30 % change by 4": {"changed": 0.3, "change": 4.0},
}


def simulated(
    generator: np.random.Generator,
    proteins: int = 2000,
    sizes: tuple[int, ...] = (3, 3),
    slope: float = 1.2,
    depth: float = 0.0,
    prior_df: float = 5.0,
    logistic: bool = False,
    at_random: float = 0.0,
    noisy_low: bool = False,
    changed: float = 0.0,
    change: float = 4.0,
) -> tuple[np.ndarray, dict[str, list[str]], np.ndarray]:
    """Proteins × samples with gaps, the groups, and the true change of each protein."""
    samples = sum(sizes)
    mean = generator.normal(24, 2.2, proteins)
    spread = 1 if np.isinf(prior_df) else prior_df / generator.chisquare(prior_df, proteins)
    variance = 0.15 * spread * (1 + (mean < 21) if noisy_low else 1) * np.ones(proteins)
    truth = np.where(generator.random(proteins) < changed, change * generator.choice([-1, 1], proteins), 0)
    means = np.repeat(mean[:, None], samples, axis=1)
    means[:, : sizes[0]] += truth[:, None] / 2
    means[:, sizes[0] : sizes[0] + sizes[1]] -= truth[:, None] / 2
    drawn = means + generator.standard_normal(means.shape) * np.sqrt(variance)[:, None]
    distance = slope * (drawn - 20 - depth * generator.standard_normal(samples))
    chance = (expit(1.7 * distance) if logistic else ndtr(distance)) * (1 - at_random)
    values = np.where(generator.random(drawn.shape) < chance, drawn, np.nan)
    names = [f"s{column}" for column in range(samples)]
    starts = np.cumsum((0, *sizes))
    groups = {f"g{i}": names[starts[i] : starts[i + 1]] for i in range(len(sizes))}
    detected = ~np.isnan(values).all(axis=1)
    return values[detected], groups, truth[detected]


def calibrated(settings: dict[str, Any], data_sets: int, seed: int = 1) -> dict[str, float]:
    """The shares over the data sets of one design."""
    generator = np.random.default_rng(seed)
    null, real, holds, false = [], [], [], []
    for _ in range(data_sets):
        values, groups, truth = simulated(generator, **settings)
        samples = [name for names in groups.values() for name in names]
        table, _ = on_off(values, [str(row) for row in range(len(values))], samples, groups, seed=1)
        of_listed = truth[table["gene"].astype(int)]
        p_value = table["p_value"].to_numpy()
        null.append(p_value[of_listed == 0])
        real.append(p_value[of_listed != 0])
        side = np.where(table["direction"] == "on", 1, -1)
        holds.append((side * table["log2_difference_at_least"] <= side * of_listed)[of_listed != 0])
        called = (table["q_value"] <= 0.05).to_numpy()
        false.append((of_listed[called] == 0).mean() if called.any() else 0.0)
    nulls, reals, held = np.concatenate(null), np.concatenate(real), np.concatenate(holds)
    return {
        "nulls": float(nulls.size),
        "below_05": float((nulls < 0.05).mean()),
        "below_01": float((nulls < 0.01).mean()),
        "power": float((reals < 0.05).mean()) if reals.size else np.nan,
        "bound_holds": float(held.mean()) if held.size else np.nan,
        "false_discovery": float(np.mean(false)),
    }


def main(data_sets: int) -> None:
    """Print one line a design."""
    print("design\tnulls\tp < .05\tp < .01\tpower at .05\tbound holds\tmean FDP at q .05")
    for name, settings in DESIGNS.items():
        found = calibrated(settings, data_sets)
        print("\t".join([name, f"{found['nulls']:.0f}", *(f"{found[key]:.3f}" for key in list(found)[1:])]), flush=True)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 60)
