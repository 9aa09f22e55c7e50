"""Are these counts at all, and what do the samples look like? Knows no group labels."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import numpy as np

from secretome.faults import Fault, listed, warning
from secretome.spreads import NORMALISED_OR_COUNTS, RAW_COUNTS, not_counts

LARGEST_COUNT = 2**31
SMALLEST_LIBRARY_SHARE = 1e-3
# ASSUME a sample with less than half the values of the others was measured less deeply, or is another kind of sample.
SMALLEST_VALUES_SHARE = 0.5
# ASSUME transposed: a table of expression has more genes than samples, by far.
FEWEST_GENES_IN_HEADER = 500
MOST_VARIABLE = 2000
COMPONENTS = 2
# ASSUME a sample is an outlier when its correlation with the most similar other lies this many robust deviations
# below that of the rest, and by more than this difference: replicates of a cell line agree so well that the first
# alone would name a sample in every study.
OUTLIER_DEVIATIONS, OUTLIER_DIFFERENCE = 3.5, 0.03
MAD_TO_SD = 1.4826
FEWEST_FOR_OUTLIERS = 4
# ASSUME the correlation over fewer features than this is that of a panel, in which each drug moves most of them.
FEWEST_TO_BE_UNLIKE = 50

# ASSUME: two rows do not have the same counts by chance from this mean on.
NO_CHANCE = 20
FEWEST_TO_BE_FLAT = 10


@dataclass(frozen=True)
class _Table:
    ids: Sequence[str]
    columns: Sequence[str]
    values: np.ndarray
    where: str

    def fault(self, field: str, value: object, problem: str, fix: str) -> Fault:
        return Fault(self.where, field, str(value), problem, fix)

    def example(self, wrong: np.ndarray) -> tuple[str, str]:
        """Where the first wrong value stands, and the value."""
        row, column = map(int, np.argwhere(wrong)[0])
        return f"row {self.ids[row]}, column {self.columns[column]}", f"{self.values[row, column]:.10g}"


def count_faults(values: np.ndarray, ids: Sequence[str], columns: Sequence[str], where: str) -> list[Fault]:
    """What shows that a table does not hold raw counts, or holds samples that cannot be used.

    Args:
        values: rows × columns, finite numbers.
        ids: the names of the rows, which should be genes.
        columns: the names of the columns, which should be samples.
        where: the file, for the messages.

    Returns:
        All faults; of a table that has another scale or is transposed, that alone.
    """
    table = _Table(ids, columns, np.asarray(values, dtype=float), where)
    for whole_table in (_transposed, _other_scale):
        if faults := list(whole_table(table)):
            return faults
    checks: tuple[Callable[[_Table], Iterator[Fault]], ...] = (
        _not_whole,
        _empty_samples,
        _identical_samples,
        _repeated_rows,
    )
    return [found for check in checks for found in check(table)]


def value_faults(values: np.ndarray, ids: Sequence[str], columns: Sequence[str], where: str) -> list[Fault]:
    """What shows that a table of values that were not counted holds samples that cannot be used.

    Args:
        values: rows × columns, NaN where there is no value.
        ids, columns, where: as :func:`count_faults`.
    """
    table = _Table(ids, columns, np.asarray(values, dtype=float), where)
    if faults := list(_transposed(table)):
        return faults
    without = [name for name, some in zip(columns, (~np.isnan(values)).any(axis=0), strict=True) if not some]
    fix = "Leave the samples out of the sheet, or get their values again"
    faults = [table.fault(f"column {name}", "", "the sample has no value at all", fix) for name in without]
    return [*faults, *_flat_samples(table), *_identical_samples(table)]


def depth_warnings(library_sizes: np.ndarray, samples: Sequence[str]) -> list[dict[str, str]]:
    """A warning for each library that is a thousand times smaller than the median."""
    median = np.median(library_sizes)
    return [
        warning("W05", f"Sample {sample} has {size:.0f} reads, the median sample {median:.0f}.")
        for sample, size in zip(samples, library_sizes, strict=True)
        if size < SMALLEST_LIBRARY_SHARE * median
    ]


def _few_values(detected: np.ndarray, samples: Sequence[str]) -> list[dict[str, str]]:
    """A warning for each sample with much fewer values than the median: its gaps are those of the sample."""
    median = np.median(detected)
    return [
        warning("W05", f"Sample {sample} has values for {number} features, the median sample for {median:.0f}.")
        for sample, number in zip(samples, detected, strict=True)
        if number < SMALLEST_VALUES_SHARE * median
    ]


def summary(log2: np.ndarray, counts: np.ndarray | None, samples: Sequence[str]) -> dict[str, Any]:
    """What the page of a study shows of its samples.

    Args:
        log2: samples × genes, log2 expression of the kept genes; NaN where there is no value.
        counts: samples × genes, all mapped genes; None where nothing was counted.
        samples: their ids.

    Returns:
        By sample: `reads` (on mapped genes; empty where nothing was counted), `detected_genes` (at least one read, or a
        value), `correlation` (with the most similar other sample; None for a single one); `pca`, see
        :func:`principal_components`; `warnings`: `code` and `message`. Numbers have 6 significant digits, so that the
        number of threads cannot change the file. Correlation and components rest on the genes that every sample has.
    """
    detected = (~np.isnan(log2)).sum(axis=1) if counts is None else (counts > 0).sum(axis=1)
    reads = np.zeros(0) if counts is None else counts.sum(axis=1)
    shared = log2[:, ~np.isnan(log2).any(axis=0)]
    correlation = _nearest_correlations(shared)
    outliers = _outlier_warnings(correlation, samples) if shared.shape[1] >= FEWEST_TO_BE_UNLIKE else []
    return {
        "reads": {sample: int(size) for sample, size in zip(samples, reads, strict=False)},
        "detected_genes": {sample: int(n) for sample, n in zip(samples, detected, strict=True)},
        "correlation": {
            sample: None if np.isnan(value) else _rounded(value)
            for sample, value in zip(samples, correlation, strict=True)
        },
        "pca": principal_components(shared, samples),
        "warnings": [*(depth_warnings(reads, samples) if reads.size else _few_values(detected, samples)), *outliers],
    }


def principal_components(log2: np.ndarray, samples: Sequence[str]) -> dict[str, Any]:
    """The samples along the first components of the most variable genes, centred and not scaled.

    Args:
        log2: samples × genes.
        samples: their ids.

    Returns:
        `genes` (how many were used), `explained_variance` (the share of each component), `coordinates` (by sample one
        number a component, in log2 units). The largest coordinate of a component is positive. Empty for fewer than
        three samples or where nothing varies.
    """
    variances = log2.var(axis=0)
    order = np.argsort(-variances, kind="stable")[:MOST_VARIABLE]
    used = log2[:, order[variances[order] > 0]]
    if len(log2) <= COMPONENTS or used.shape[1] < COMPONENTS:
        return {}
    left, sizes, _ = np.linalg.svd(used - used.mean(axis=0), full_matrices=False)
    coordinates = (left * sizes)[:, :COMPONENTS]
    # A tie of two opposite coordinates goes to the first sample, whatever the last digits say.
    largest = np.abs(coordinates.round(6)).argmax(axis=0)
    coordinates = coordinates * np.where(coordinates[largest, range(COMPONENTS)] < 0, -1, 1)
    explained = sizes**2 / (sizes**2).sum()
    return {
        "genes": used.shape[1],
        "explained_variance": [_rounded(share) for share in explained[:COMPONENTS]],
        "coordinates": {
            sample: [_rounded(value) for value in row] for sample, row in zip(samples, coordinates, strict=True)
        },
    }


def _transposed(table: _Table) -> Iterator[Fault]:
    rows, columns = table.values.shape
    like_genes = sum(name.startswith("ENSG") for name in table.columns)
    if like_genes > columns / 2 or (columns > rows and columns >= FEWEST_GENES_IN_HEADER):
        problem = f"has {rows} rows and {columns} columns: the genes stand in the header"
        yield table.fault("", listed(table.columns, 3), problem, "Transpose it: one row a gene, one column a sample")


def _other_scale(table: _Table) -> Iterator[Fault]:
    if found := not_counts(table.values):
        value, problem = found
        yield table.fault("", value, problem, NORMALISED_OR_COUNTS)


def _not_whole(table: _Table) -> Iterator[Fault]:
    values = table.values
    for wrong, what, fix in (
        (values < 0, "are negative", NORMALISED_OR_COUNTS),
        (
            values != np.round(values),
            "are not whole numbers",
            f"{NORMALISED_OR_COUNTS}; expected counts of RSEM or Salmon: round them",
        ),
        (values > LARGEST_COUNT, "are larger than 2^31", RAW_COUNTS),
    ):
        if wrong.any():
            field, value = table.example(wrong)
            yield table.fault(field, value, f"{int(wrong.sum())} values {what}, this is the first", fix)


def _empty_samples(table: _Table) -> Iterator[Fault]:
    for column in map(int, np.flatnonzero((table.values == 0).all(axis=0))):
        fix = "Leave the sample out of the sheet and the table, or get its counts again"
        yield table.fault(f"column {table.columns[column]}", "0", "the sample has no reads at all", fix)


def _flat_samples(table: _Table) -> Iterator[Fault]:
    """Samples of zeros alone, or of one number: a test would call the genes of all others changed.

    # ASSUME one or a few analytes can be the same by chance; a single zero is one that lies below detection.
    """
    for column, name in enumerate(table.columns):
        values = table.values[:, column]
        known = values[~np.isnan(values)]
        zeros = len(values) > 1 and known.size and not known.any()
        if zeros or (known.size >= FEWEST_TO_BE_FLAT and np.ptp(known) == 0):
            problem = "holds zeros alone" if zeros else "has the same value in every row"
            fix = "Leave the sample out of the sheet, or get its values again"
            yield table.fault(f"column {name}", f"{known[0]:.10g}", f"the sample {problem}", fix)


def _repeated_rows(table: _Table) -> Iterator[Fault]:
    """The same id with the same counts: a row that was pasted twice, and would count its reads twice.

    Rows of few reads are alike by chance: small RNAs of one name stand in many tables a hundred times.
    """
    seen: set[tuple[str, bytes]] = set()
    repeated = []
    for name, row in zip(table.ids, table.values, strict=True):
        key = (name, row.tobytes())
        if key in seen and row.mean() >= NO_CHANCE:
            repeated.append(name)
        seen.add(key)
    if repeated:
        problem = f"{len(repeated)} rows stand twice with the same counts: {listed(repeated)}"
        yield table.fault("", "", problem, "Take the copies out: their reads would count twice")


def _identical_samples(table: _Table) -> Iterator[Fault]:
    # Equal sums first: comparing all pairs of columns in full would be slow for hundreds of samples.
    sums = np.nansum(table.values, axis=0)
    for one, other in combinations(range(sums.size), 2):
        if (
            sums[one] == sums[other] != 0
            and len(table.ids) > 1
            and np.array_equal(table.values[:, one], table.values[:, other], equal_nan=True)
        ):
            problem = f"holds the same numbers as column {table.columns[one]}: one sample stands here twice"
            yield table.fault(
                f"column {table.columns[other]}", "", problem, "Give each sample its own counts, or leave one out"
            )


def _nearest_correlations(log2: np.ndarray) -> np.ndarray:
    """For each sample its correlation with the most similar other one.

    Not with all others: the samples of a small group would then look unlike the many of the large group.
    """
    if len(log2) < 2 or log2.shape[1] < 2:
        return np.full(len(log2), np.nan)
    centred = log2 - log2.mean(axis=1, keepdims=True)
    length = np.sqrt((centred**2).sum(axis=1))
    with np.errstate(invalid="ignore"):
        correlation = centred @ centred.T / np.outer(length, length)
    np.fill_diagonal(correlation, -np.inf)
    return correlation.max(axis=1)


def _outlier_warnings(correlation: np.ndarray, samples: Sequence[str]) -> list[dict[str, str]]:
    if correlation.size < FEWEST_FOR_OUTLIERS or np.isnan(correlation).any():
        return []
    middle = np.median(correlation)
    spread = MAD_TO_SD * np.median(np.abs(correlation - middle))
    below = middle - correlation
    return [
        warning(
            "W05",
            f"Sample {sample} is unlike the others: its correlation with the most similar one is {value:.3f},"
            f" that of the typical sample {middle:.3f}.",
        )
        for sample, value, difference in zip(samples, correlation, below, strict=True)
        if difference > max(OUTLIER_DIFFERENCE, OUTLIER_DEVIATIONS * spread)
    ]


def _rounded(value: float) -> float:
    # Rounding to 9 decimals first keeps the noise of a zero from becoming digits.
    return float(f"{round(float(value), 9):.6g}") + 0.0
