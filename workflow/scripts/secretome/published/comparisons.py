"""Comparisons of published group means: an analysis of variance from means, standard errors and sizes.

Nobody has the single measurements. Groups of a table are taken as independent; a vehicle that the authors set to 100 %
or 1-fold has no standard error and is a constant.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd
from scipy.special import stdtr, stdtrit

from secretome.published.fieller import BOUNDED, OUTSIDE, Ratio, ratio_interval
from secretome.published.measurements import Measurement
from secretome.published.readings import ABOVE, BELOW, INCONCLUSIVE, LOG2, POINTS, RESCUE, reading
from secretome.tables import PUBLISHED, table_of

CONFIDENCE = 0.95
LEVEL = 0.05
# ASSUME where a standard error is above a third of its mean, the plain interval of that mean nearly reaches 0, and its
# logarithm has no end there: the delta method is too rough for more than "inconclusive".
ROUGH_SHARE = 1 / 3


@dataclass(frozen=True)
class Group:
    """A group on the scale of its table.

    Attributes:
        mean: NaN where it has no place on the scale.
        error: standard error of the mean; 0 for a constant, NaN where it is not available.
        n: measurements; 0 where it is not stated.
        constant: whether the authors set it.
        limit: ``>`` or ``<`` where the mean is a limit.
        problem: why nothing can be tested with it; "" where it can.
        rough: whether the standard error is too rough on this scale for a reading.
    """

    mean: float
    error: float
    n: int
    constant: bool
    limit: str
    problem: str
    rough: bool


@dataclass(frozen=True)
class Test:
    """A two-sided test of a difference against 0 with its 95 % interval; NaN where there is none."""

    error: float = math.nan
    df: float = math.nan
    low: float = math.nan
    high: float = math.nan
    p_value: float = math.nan


def compare_published(tables: Mapping[str, Mapping[str, Any]], measurements: Sequence[Measurement]) -> pd.DataFrame:
    """Every comparison of every table, in the order of the study file.

    Args:
        tables: the tables of the study file with their ``scale``, ``smallest_effect``, ``vehicle``, ``comparisons``.
        measurements: the rows of its table of measurements.

    Returns:
        Contract ``tables.PUBLISHED``. ``p_holm`` is adjusted over the testable comparisons of a table (Holm 1979).
    """
    rows: list[dict[str, Any]] = []
    for key, table in tables.items():
        of_table = [row for row in measurements if row.table == key]
        rows += [{"table": key, **row} for row in compare_table(table, of_table)]
    return table_of(rows, PUBLISHED)


def compare_table(table: Mapping[str, Any], measurements: Sequence[Measurement]) -> list[dict[str, Any]]:
    """The comparisons of one table, as in :func:`compare_published`; ``measurements`` are those of the table."""
    groups = {row.group: on_scale(row, table) for row in measurements}
    pooled = pooled_variance(list(groups.values()))
    rows = [_compared(key, spec, table, groups, pooled) for key, spec in table["comparisons"].items()]
    adjusted = holm([row["p_value"] for row in rows])
    for row, p_holm in zip(rows, adjusted, strict=True):
        row["p_holm"] = p_holm
        if row["reading"] in (ABOVE, BELOW) and p_holm > LEVEL:
            row["why"] = _joined(row["why"], f"Holm's p over the table's comparisons is above {LEVEL:g}")
    return rows


def on_scale(row: Measurement, table: Mapping[str, Any]) -> Group:
    """A measurement on the scale of its table.

    On the scale log2 the standard error is that of the delta method, SEM / (mean × ln 2): the published one is of the
    plain values. A mean of 0 has no logarithm.
    """
    constant = row.group == table["vehicle"] and math.isnan(row.sem)
    mean, error, rough = row.mean, row.sem, False
    problem = "" if constant else _problem(row)
    if table["scale"] == LOG2:
        if mean > 0:
            rough = error > ROUGH_SHARE * mean
            mean, error = math.log2(mean), error / (mean * math.log(2))
        else:
            mean, error, problem = math.nan, math.nan, "a mean of 0 has no logarithm"
    return Group(mean, 0.0 if constant else error, row.n, constant, row.limit, problem, rough)


def pooled_variance(groups: Sequence[Group]) -> tuple[float, float]:
    """The variance within groups, and its degrees of freedom: the error term of a one-way analysis of variance.

    n × SEM² is the variance of a group; they are averaged by their degrees of freedom, n − 1. Constants and groups
    without a standard error say nothing of it. (NaN, 0) where no group does.
    """
    known = [group for group in groups if not group.constant and not group.problem]
    df = sum(group.n - 1 for group in known)
    if not df:
        return math.nan, 0
    return sum((group.n - 1) * group.n * group.error**2 for group in known) / df, df


def pooled_test(group: Group, reference: Group, pooled: tuple[float, float]) -> Test:
    """The contrast of two groups by the variance of all groups; of one group, against a constant."""
    variance, df = pooled
    return _test(
        group.mean - reference.mean, math.sqrt(sum(variance / one.n for one in _measured(group, reference))), df
    )


def welch_test(group: Group, reference: Group) -> Test:
    """Welch's test of two groups (Welch 1947, Satterthwaite's degrees of freedom), or of one sample."""
    parts = [(one.error**2, one.n - 1) for one in _measured(group, reference)]
    variance = sum(part for part, _ in parts)
    df = variance**2 / sum(part**2 / size for part, size in parts)
    return _test(group.mean - reference.mean, math.sqrt(variance), df)


def rescue_index(treated: Group, drug: Group, vehicle: Group, pooled: tuple[float, float]) -> Ratio:
    """How much of the drug's effect is undone: (treated − drug) / (vehicle − drug), 0 none and 1 all of it.

    # ASSUME this index is ours: the rescue score of the papers is not known here.

    The interval is Fieller's with the pooled variance; numerator and denominator share the drug group.
    """
    variance, df = pooled
    of_drug, of_treated = variance / drug.n, variance / treated.n
    of_vehicle = 0.0 if vehicle.constant else variance / vehicle.n
    estimates = (treated.mean - drug.mean, vehicle.mean - drug.mean)
    quantile = float(stdtrit(df, (1 + CONFIDENCE) / 2))
    return ratio_interval(estimates, (of_treated + of_drug, of_vehicle + of_drug), of_drug, quantile)


def holm(p_values: Sequence[float]) -> list[float]:
    """Holm's adjusted p-values (Holm 1979, Scand. J. Stat. 6:65; R's ``p.adjust``); NaN stays and is not counted."""
    order = sorted((p, i) for i, p in enumerate(p_values) if not math.isnan(p))
    adjusted, largest = list(p_values), 0.0
    for rank, (p, i) in enumerate(order):
        largest = max(largest, min(1.0, p * (len(order) - rank)))
        adjusted[i] = largest
    return adjusted


def _compared(
    key: str,
    spec: Mapping[str, Any],
    table: Mapping[str, Any],
    groups: Mapping[str, Group],
    pooled: tuple[float, float],
) -> dict[str, Any]:
    group, reference, smallest = groups[spec["group"]], groups[spec["reference"]], table["smallest_effect"]
    problem = _joined(*dict.fromkeys(one.problem for one in (group, reference)))
    lead, welch = Test(), Test()
    if not problem:
        lead, welch = pooled_test(group, reference, pooled), welch_test(group, reference)
    said, other = reading(lead.low, lead.high, smallest), reading(welch.low, welch.high, smallest)
    notes = [problem]
    if not problem and (group.rough or reference.rough):
        said = other = INCONCLUSIVE
        notes.append("a standard error above a third of its mean: too rough on the log2 scale")
    if other != said:
        notes.append(f"by Welch's test {other}")
    index, note = _index(spec, table, groups, pooled) if not problem else (None, "")
    effect, limit = _effect(group, reference)
    return {
        "comparison": key,
        **{name: spec[name] for name in ("kind", "group", "reference")},
        "scale": table["scale"],
        "smallest_effect": smallest,
        "n_group": group.n or math.nan,
        "n_reference": reference.n or math.nan,
        "effect": effect,
        "limit": limit,
        **_columns("", lead),
        **_columns("welch_", welch),
        "reading": said,
        "welch_reading": other,
        "rescue_index": index.estimate if index else math.nan,
        "rescue_index_low": index.low if index and index.kind == BOUNDED else math.nan,
        "rescue_index_high": index.high if index and index.kind == BOUNDED else math.nan,
        "why": _joined(*notes, note),
    }


def _index(
    spec: Mapping[str, Any], table: Mapping[str, Any], groups: Mapping[str, Group], pooled: tuple[float, float]
) -> tuple[Ratio | None, str]:
    """The rescue index of a rescue on the scale of points, and what must be said of its interval."""
    vehicle = groups.get(table["vehicle"])
    if spec["kind"] != RESCUE or table["scale"] != POINTS or vehicle is None or vehicle.problem:
        return None, ""
    index = rescue_index(groups[spec["group"]], groups[spec["reference"]], vehicle, pooled)
    start = "the drug's own effect is not clear of 0, so that the rescue index has no bounded interval:"
    if index.kind == OUTSIDE:
        return index, f"{start} all values but those from {index.low:.2f} to {index.high:.2f} are compatible"
    return index, "" if index.kind == BOUNDED else f"{start} every value is compatible"


def _problem(row: Measurement) -> str:
    if row.limit:
        return f"a mean known only as {row.limit} {row.mean:g}"
    if row.n == 1:
        return "a single measurement (n = 1)"
    if math.isnan(row.sem):
        return "no standard error" if row.n else "neither a standard error nor n is stated"
    return ""


def _effect(group: Group, reference: Group) -> tuple[float, str]:
    """The difference, and whether it is a limit; NaN where the limits of both leave it open."""
    turned = {">": "<", "<": ">", "": ""}[reference.limit]
    if group.limit and turned and group.limit != turned:
        return math.nan, ""
    return group.mean - reference.mean, group.limit or turned


def _measured(*groups: Group) -> list[Group]:
    return [group for group in groups if not group.constant]


def _test(difference: float, error: float, df: float) -> Test:
    half = float(stdtrit(df, (1 + CONFIDENCE) / 2)) * error
    p_value = 2 * float(stdtr(df, -abs(difference) / error))
    return Test(error, float(df), difference - half, difference + half, p_value)


def _columns(prefix: str, test: Test) -> dict[str, float]:
    names = ("standard_error", "df", "ci_low", "ci_high", "p_value")
    values = (test.error, test.df, test.low, test.high, test.p_value)
    return {f"{prefix}{name}": value for name, value in zip(names, values, strict=True)}


def _joined(*notes: str) -> str:
    return "; ".join(filter(None, notes))
