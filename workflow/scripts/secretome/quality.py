"""Are these counts at all, and what do the samples look like? Knows no group labels."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import numpy as np

from secretome.faults import Fault, listed, warning

LARGEST_COUNT = 2**31
# ASSUME what looks like another scale can only be told on a table of a genome, not on a handful of rows.
FEWEST_ROWS_TO_JUDGE = 100
# ASSUME the most expressed gene of a counted library has more than 50 reads; log2 values and small FPKM do not.
SMALLEST_MAXIMUM = 50
# ASSUME libraries are never sequenced to within 1 % of a million reads each, but TPM and CPM sum to it.
MILLION, MILLION_TOLERANCE = 1e6, 0.01
# ASSUME counts vary at least as a Poisson variable does; rounded FPKM of deep libraries vary much less. Judged by the
# median over the genes of 3 to 30 reads, at half of what pure counting noise would give.
RANGE_FOR_DISPERSION, LEAST_DISPERSION, FEWEST_GENES_FOR_DISPERSION = (3, 30), 0.5, 100
SMALLEST_LIBRARY_SHARE = 1e-3
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

_RAW = "Give the raw counts, whole numbers of reads a gene"

# ASSUME: two rows do not have the same counts by chance from this mean on.
NO_CHANCE = 20


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


def depth_warnings(library_sizes: np.ndarray, samples: Sequence[str]) -> list[dict[str, str]]:
    """A warning for each library that is a thousand times smaller than the median."""
    median = np.median(library_sizes)
    return [
        warning("W05", f"Sample {sample} has {size:.0f} reads, the median sample {median:.0f}.")
        for sample, size in zip(samples, library_sizes, strict=True)
        if size < SMALLEST_LIBRARY_SHARE * median
    ]


def summary(log2: np.ndarray, counts: np.ndarray, samples: Sequence[str]) -> dict[str, Any]:
    """What the page of a study shows of its samples.

    Args:
        log2: samples × genes, log2 expression of the kept genes.
        counts: samples × genes, all mapped genes.
        samples: their ids.

    Returns:
        By sample: `reads` (on mapped genes), `detected_genes` (at least one read), `correlation` (with the most
        similar other sample; None for a single one); `pca`, see :func:`principal_components`; `warnings`: `code` and
        `message`. Numbers have 6 significant digits, so that the number of threads cannot change the file.
    """
    correlation = _nearest_correlations(log2)
    reads = counts.sum(axis=1)
    return {
        "reads": {sample: int(size) for sample, size in zip(samples, reads, strict=True)},
        "detected_genes": {sample: int(n) for sample, n in zip(samples, (counts > 0).sum(axis=1), strict=True)},
        "correlation": {
            sample: None if np.isnan(value) else _rounded(value)
            for sample, value in zip(samples, correlation, strict=True)
        },
        "pca": principal_components(log2, samples),
        "warnings": [*depth_warnings(reads, samples), *_outlier_warnings(correlation, samples)],
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
    values = table.values
    if len(values) < FEWEST_ROWS_TO_JUDGE:
        return
    sums, largest, whole = values.sum(axis=0), values.max(), bool((values == np.round(values)).all())
    if 0 < largest < SMALLEST_MAXIMUM:
        what = "small whole numbers" if whole else "fractions"
        problem = f"the largest value is {largest:.4g}, {what}: these are log2 values or rounded FPKM, not counts"
        yield table.fault("", "", problem, _RAW)
    elif values.min() >= 0 and (np.abs(sums / MILLION - 1) < MILLION_TOLERANCE).all():
        problem = "every column sums to a million: these are TPM or CPM, not counts"
        yield table.fault("", f"{sums[0]:.10g}", problem, _RAW)
    elif not whole and sums.size > 2 and sums.min() > 0 and np.ptp(sums) / sums.mean() < 1e-6:
        yield table.fault("", f"{sums[0]:.10g}", "every column has the same sum: these are shares, not counts", _RAW)
    elif whole and (ratio := _dispersion(values)) < LEAST_DISPERSION:
        problem = (
            "the samples differ less than counting allows"
            f" ({ratio:.2f} of the least possible spread): these are rounded FPKM, TPM or averages, not counts"
        )
        yield table.fault("", "", problem, _RAW)


def _dispersion(values: np.ndarray) -> float:
    """The spread of the samples, in units of what pure counting noise would give; infinite where it cannot be told."""
    means = values.mean(axis=1)
    counted = values[(means >= RANGE_FOR_DISPERSION[0]) & (means <= RANGE_FOR_DISPERSION[1])]
    freedom = values.shape[1] - 1
    if freedom < 1 or len(counted) < FEWEST_GENES_FOR_DISPERSION:
        return np.inf
    index = counted.var(axis=1, ddof=1) / counted.mean(axis=1)
    # The median of chi-squared over its degrees of freedom, by Wilson and Hilferty's approximation.
    return float(np.median(index) / (1 - 2 / (9 * freedom)) ** 3)


def _not_whole(table: _Table) -> Iterator[Fault]:
    values = table.values
    for wrong, what, fix in (
        (values < 0, "are negative", _RAW),
        (values != np.round(values), "are not whole numbers", f"{_RAW}; expected counts of RSEM or Salmon: round them"),
        (values > LARGEST_COUNT, "are larger than 2^31", _RAW),
    ):
        if wrong.any():
            field, value = table.example(wrong)
            yield table.fault(field, value, f"{int(wrong.sum())} values {what}, this is the first", fix)


def _empty_samples(table: _Table) -> Iterator[Fault]:
    for column in map(int, np.flatnonzero((table.values == 0).all(axis=0))):
        fix = "Leave the sample out of the sheet and the table, or get its counts again"
        yield table.fault(f"column {table.columns[column]}", "0", "the sample has no reads at all", fix)


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
    sums = table.values.sum(axis=0)
    for one, other in combinations(range(sums.size), 2):
        if (
            sums[one] == sums[other] != 0
            and len(table.ids) > 1
            and (table.values[:, one] == table.values[:, other]).all()
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
