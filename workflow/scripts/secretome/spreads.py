"""What the spread of the numbers of a table says of their scale. Knows no words of the source."""

from dataclasses import dataclass

import numpy as np

COUNTS, COVERAGE, INTENSITY, FPKM_OR_TPM = "counts", "coverage", "intensity", "fpkm_or_tpm"
LOG2, LN, LOG10 = "log2", "ln", "log10"
Z_SCORES, CENTRED, AMBIGUOUS = "z_scores", "centred", "ambiguous"
LOGARITHMS = {LOG2: 2.0, LN: float(np.e), LOG10: 10.0}
RAW_COUNTS = "Give the raw counts, whole numbers of reads a gene"
NORMALISED_OR_COUNTS = f"{RAW_COUNTS}, or set technology: log_expression if others have normalised these values"
LINEAR = {COUNTS, COVERAGE, INTENSITY, FPKM_OR_TPM}
# ASSUME what looks like another scale can only be told on a table of a genome, not on a handful of rows.
FEWEST_ROWS_TO_JUDGE = 100
# ASSUME the most expressed gene of a counted library has more than 50 reads; log2 values and small FPKM do not.
# Nor does any logarithm reach it: 2^50 is beyond every count and every intensity.
SMALLEST_MAXIMUM = 50
# ASSUME libraries are never sequenced to within 1 % of a million reads each, but TPM and CPM sum to it.
MILLION, MILLION_TOLERANCE = 1e6, 0.01
# ASSUME counts vary at least as a Poisson variable does; rounded FPKM of deep libraries vary much less. Judged by the
# median over the genes of 3 to 30 reads, at half of what pure counting noise would give.
RANGE_FOR_DISPERSION, LEAST_DISPERSION, FEWEST_GENES_FOR_DISPERSION = (3, 30), 0.5, 100
# ASSUME no library has more reads on genes; sums of base coverage, a hundred bases a read, have.
LARGEST_LIBRARY = 5e8

# ASSUME how high a logarithm of expression reaches (its 99.9 % quantile): below 50,000 reads or units for log10 and ln
# of RNA, 65,535 for a 16-bit scanner, 5e11 for a mass spectrometer. A log2 below 4.6 is a logarithm taken twice.
HIGHEST = {"microarray": {LOG2: 17.0, LN: 11.8, LOG10: 5.1}, "": {LOG2: 40.0, LN: 28.0, LOG10: 12.0}}
LOWEST = {LOG2: 4.6, LN: 1.5, LOG10: 1.0}
# ASSUME from where on it can be no other logarithm than log2, by technology: ln would stand for 73,000 units on a
# 16-bit scanner, 600,000 reads at the 99.9 % quantile, 5e11 ions. At the other end log2 of more than that.
_LOG2_ALONE = {"microarray": (11.2, 16.6), "log_expression": (13.3, 20.0), "proteomics": (27.0, 40.0)}
# ASSUME the 99.9 % quantile of a linear scale is at least 1.6 times the 99 % quantile, that of a logarithm at most.
HEAVY_TAIL = 1.6
# ASSUME what the FPKM of a library sum to: a million divided by the mean length of a transcript in kilobases.
_SUMS_OF_FPKM = (5e4, 5e6)
# ASSUME a background is subtracted or a count is 0 in at least this share of an untrimmed table.
_FLOOR_SHARE = 0.05
_MOST_COLUMNS, _MOST_ROWS = 64, 20_000
# ASSUME a table of counts holds genes of thousands of reads, and one number in a hundred is 5 or less.
_REACH_OF_COUNTS, _SMALL_COUNT, _SHARE_OF_SMALL = 1000, 5, 0.01
# ASSUME values that were normalised have libraries of one size in one of the usual measures; where the libraries are so
# small that they may be rounded FPKM, whose sizes differ a little as well, counts differ by more.
_ONE_SIZE, _ONE_SIZE_OF_FPKM = 0.02, 0.3
# What counts as none, as all, and as the same: a few values are always odd.
_FEW, _MOST, _SAME_SUM, _SAME_MILLION = 1e-4, 0.8, 1e-3, 5e-3


@dataclass(frozen=True)
class Spread:
    """How the numbers of a table are spread; a huge single value moves none but its column's sum.

    Attributes:
        values: features × samples, of at most 64 samples.
        rows: the number of features.
        sums: of the columns.
        low, high: the quantiles at 0.5 % and 99.5 %.
        top: the quantile at 99.9 %, below the two largest values.
        tail: `top` divided by the quantile at 99 %.
        negative, whole, floor: the shares of negative values, of whole numbers, and of those not above `low`.
    """

    values: np.ndarray
    rows: int
    sums: np.ndarray
    low: float
    high: float
    top: float
    tail: float
    negative: float
    whole: float
    floor: float

    @property
    def sentence(self) -> str:
        """The spread in words, without a full stop."""
        signs = f"{100 * self.negative:.0f} % are negative" if self.negative >= 0.005 else "none is negative"
        if 0 < self.negative < 0.005:
            signs = "very few are negative"
        return f"99 % of the values lie between {self.low:.4g} and {self.high:.4g}, {signs}"


def spread_of(values: np.ndarray) -> Spread | None:
    """The spread of a table of features × samples; None where it has no value."""
    rows, columns = values.shape
    if not np.isfinite(values).any():
        return None
    if columns > _MOST_COLUMNS:
        # A big table is told by some of its samples, evenly spaced, as well.
        values = values[:, np.linspace(0, columns - 1, _MOST_COLUMNS).astype(int)]
    finite = np.sort(values[np.isfinite(values)])
    low, high, upper = np.quantile(finite, (0.005, 0.995, 0.99))
    # The highest value but the two largest and one in a thousand: a single huge value is not how high a scale reaches.
    top = finite[max(min(int(0.999 * finite.size), finite.size - 3), 0)]
    return Spread(
        values=values,
        rows=rows,
        sums=np.nansum(values, axis=0),
        low=float(low),
        high=float(high),
        top=float(top),
        tail=float(top / upper) if upper > 0 else np.inf,
        negative=float((finite < 0).mean()),
        whole=float((finite == np.round(finite)).mean()),
        floor=float((finite <= low + 1e-9).mean()),
    )


def not_counts(values: np.ndarray) -> tuple[str, str] | None:
    """What shows that a table of finite numbers is on another scale than counts: a value and the problem.

    None where nothing does, and for a handful of rows, of which it cannot be told.
    """
    if len(values) < FEWEST_ROWS_TO_JUDGE:
        return None
    sums, largest, whole = values.sum(axis=0), values.max(), bool((values == np.round(values)).all())
    if 0 < largest < SMALLEST_MAXIMUM:
        what = "small whole numbers" if whole else "fractions"
        return "", f"the largest value is {largest:.4g}, {what}: these are log2 values or rounded FPKM, not counts"
    if values.min() >= 0 and (np.abs(sums / MILLION - 1) < MILLION_TOLERANCE).all():
        return f"{sums[0]:.10g}", "every column sums to a million: these are TPM or CPM, not counts"
    if not whole and sums.size > 2 and sums.min() > 0 and np.ptp(sums) / sums.mean() < 1e-6:
        return f"{sums[0]:.10g}", "every column has the same sum: these are shares, not counts"
    if whole and (ratio := _dispersion(values)) < LEAST_DISPERSION:
        problem = f"the samples differ less than counting allows ({ratio:.2f} of the least possible spread)"
        return "", f"{problem}: these are rounded FPKM, TPM or averages, not counts"
    return None


@dataclass(frozen=True)
class Numbers:
    """What the numbers alone say.

    Attributes:
        possible: the scales that they do not rule out.
        proof: the scale that they prove, "" where they prove none.
        likely: the only likely scale where none is proven, "" where several are.
        reason: what shows it, a part of a sentence.
    """

    possible: frozenset[str]
    proof: str = ""
    likely: str = ""
    reason: str = ""


def from_numbers(spread: Spread, technology: str) -> Numbers:
    """Say which scales the numbers leave possible, and which they prove.

    Args:
        spread: of the table.
        technology: that of the study, which says how high its values can be; "" where it is not known.
    """
    found = _linear(spread, technology) if spread.top > SMALLEST_MAXIMUM else _logarithmic(spread, technology)
    if spread.rows < FEWEST_ROWS_TO_JUDGE:
        relative = {Z_SCORES, CENTRED} if spread.negative else set()
        return Numbers(found.possible | relative, reason="there are too few rows to tell more")
    return found


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


def _linear(spread: Spread, technology: str) -> Numbers:
    finite = spread.values[np.isfinite(spread.values)]
    sums = float(np.median(spread.sums))
    if spread.negative > _FEW:
        if np.abs(np.nanmean(spread.values, axis=1)).mean() < 0.05 * np.abs(finite).mean():
            return _numbers([], reason="every row is centred")
        return _numbers([INTENSITY], likely=INTENSITY)
    if (np.abs(spread.sums / MILLION - 1) < MILLION_TOLERANCE).all():
        return _numbers([FPKM_OR_TPM], proof=FPKM_OR_TPM, reason="every column sums to a million")
    if shares := _shares(spread):
        return shares
    if finite.max() <= 100:
        return _numbers([FPKM_OR_TPM, INTENSITY], reason="none is above 100, as of percentages")
    if spread.whole > 0.999:
        return _whole(spread, finite, technology)
    positive = finite[finite > 0]
    small = float((positive < 1).mean())
    # ASSUME a seventh of all FPKM above zero are below 1, of intensities almost none.
    if small >= 0.15 and _SUMS_OF_FPKM[0] <= sums <= _SUMS_OF_FPKM[1]:
        reason = f"{100 * small:.0f} % of those above 0 are below 1, as of FPKM"
        return _numbers([FPKM_OR_TPM, INTENSITY], likely=FPKM_OR_TPM, reason=reason)
    possible = [INTENSITY] if small < 0.03 and sums > _SUMS_OF_FPKM[1] else [INTENSITY, FPKM_OR_TPM]
    if technology in ("microarray", "proteomics"):
        return _numbers(possible, proof=INTENSITY, reason="too high for logarithms")
    # Normalised counts are as high, and have zeros.
    no_zeros = (finite == 0).mean() < _FLOOR_SHARE or np.quantile(positive, 0.01) >= SMALLEST_MAXIMUM
    return _numbers(possible, likely=INTENSITY if possible == [INTENSITY] and no_zeros else "")


def _whole(spread: Spread, finite: np.ndarray, technology: str) -> Numbers:
    sums = float(np.median(spread.sums))
    zeros, ones, twos = ((finite == number).mean() for number in (0, 1, 2))
    if sums > LARGEST_LIBRARY:
        reason = f"the columns sum to {sums:.2g}, more reads than a library has"
        # ASSUME the weakest peak of a mass spectrometer is above 1,000 units; genes of one read have less coverage.
        if np.quantile(finite[finite > 0], 0.01) > 1000:
            return _numbers([INTENSITY], likely=INTENSITY, reason=reason)
        return _numbers([INTENSITY, COVERAGE], reason=reason)
    if _dispersion(np.nan_to_num(spread.values)) < LEAST_DISPERSION:
        possible = [INTENSITY] if sums > _SUMS_OF_FPKM[1] else [FPKM_OR_TPM, INTENSITY]
        proof = INTENSITY if technology == "microarray" and zeros < _FLOOR_SHARE else ""
        return _numbers(possible, proof=proof, reason="whole numbers that differ less between samples than counts can")
    if zeros >= ones >= twos > 0:
        # Rounded FPKM look the same where libraries vary as counts do; their sums tell some apart.
        likely = "" if _SUMS_OF_FPKM[0] <= sums <= _SUMS_OF_FPKM[1] else COUNTS
        reason = "whole numbers, the smallest the most frequent"
        return _numbers([COUNTS, FPKM_OR_TPM], likely=likely, reason=reason)
    proof = INTENSITY if technology == "microarray" and zeros < _FLOOR_SHARE else ""
    return _numbers([COUNTS, COVERAGE, INTENSITY], proof=proof, reason="whole numbers")


def _shares(spread: Spread) -> Numbers | None:
    # Equal sums alone do not show it: quantile normalisation makes them too.
    if any((np.abs(spread.sums / whole - 1) < _SAME_SUM).all() for whole in (1, 100, 1e4)):
        return _numbers([], reason=f"every column sums to {spread.sums[0]:.4g}: these are shares")
    return None


def _logarithmic(spread: Spread, technology: str) -> Numbers:
    if spread.whole > 0.999:
        return _numbers([COUNTS, LOG2], reason="whole numbers")
    if shares := _shares(spread):
        return shares
    if spread.rows >= FEWEST_ROWS_TO_JUDGE:
        if relative := _relative(spread):
            return relative
        # Whole numbers first: they prove a base, the sum of another base can be a million by chance.
        for show in (_whole_once_undone, _million_once_undone):
            for name, base in LOGARITHMS.items():
                if proof := show(spread, base):
                    return _numbers([name], proof=name, reason=f"{proof} once {name} is undone")
    highest = HIGHEST.get(technology, HIGHEST[""])
    possible = [name for name in LOGARITHMS if LOWEST[name] <= spread.top <= highest[name]]
    reached = f"one in a thousand is above {spread.top:.3g}"
    if spread.negative < _FEW and spread.tail >= HEAVY_TAIL:
        return _numbers([*possible, FPKM_OR_TPM, INTENSITY], reason=f"{reached}, far above the rest")
    lowest, top = _LOG2_ALONE.get(technology, (np.inf, np.inf))
    if lowest <= spread.top <= top:
        # A scanner has an end, so that for arrays no other logarithm is possible; for others it is only unheard of.
        sure = technology == "microarray" and spread.floor < _FLOOR_SHARE
        return _numbers(
            possible,
            proof=LOG2 if sure else "",
            likely=LOG2,
            reason=f"{reached}, which of the logarithms log2 alone reaches",
        )
    twice = ", and it may have been taken twice" if spread.top < LOWEST[LOG2] else ""
    return _numbers(possible, reason=f"{reached}, which leaves the base of the logarithm open{twice}")


def _relative(spread: Spread) -> Numbers | None:
    """Z-scores, gene-wise centred values and log ratios; None for absolute values."""
    if not 0.2 <= spread.negative <= 0.8 or spread.values.shape[1] < 2:
        return None
    rows = spread.values[:: max(1, len(spread.values) // _MOST_ROWS)]
    rows = rows[np.isfinite(rows).all(axis=1)]
    rows = rows[np.ptp(rows, axis=1) > 0] if len(rows) else rows
    if len(rows) < FEWEST_ROWS_TO_JUDGE:
        return None
    deviations, samples = rows.std(axis=1), rows.shape[1]
    centres = np.minimum(np.abs(rows.mean(axis=1)), np.abs(np.median(rows, axis=1))) < 0.05 * deviations
    units = [np.abs(deviations / unit - 1) < 0.05 for unit in (1, np.sqrt((samples - 1) / samples))]
    if samples > 2 and centres.mean() > _MOST and max(unit.mean() for unit in units) > _MOST:
        return _numbers([Z_SCORES], proof=Z_SCORES, reason="every row has mean 0 and standard deviation 1")
    if (np.abs(rows.mean(axis=0)) < 0.05).all() and (np.abs(rows.std(axis=0) - 1) < 0.05).all():
        return _numbers([Z_SCORES], proof=Z_SCORES, reason="every column has mean 0 and standard deviation 1")
    if centres.mean() > _MOST:
        return _numbers([CENTRED], proof=CENTRED, reason="every row is centred on 0")
    # ASSUME in absolute values the genes differ more from each other than the samples do, in relative ones less.
    if rows.var(axis=1, ddof=1).mean() > 0.5 * rows.var():
        reason = "a gene differs as much between samples as it does from other genes"
        return _numbers([CENTRED], proof=CENTRED, reason=reason)
    lowest, low, high, highest = np.quantile(rows, (0.001, 0.05, 0.95, 0.999))
    # ASSUME log ratios to a common reference lie around 0 and reach as far up as down; logged FPKM have a floor.
    around_zero = abs(np.median(rows)) < 0.15 * (high - low) and 0.4 < -highest / lowest < 2.5
    if around_zero and spread.floor < _FLOOR_SHARE:
        reason = "they lie around 0 and reach as far down as up, as log ratios and centred samples do"
        return _numbers([CENTRED, *LOGARITHMS], reason=reason)
    return None


def unnormalised(values: np.ndarray, logarithm: str) -> str:
    """What shows that logarithms are those of raw counts, whose libraries nobody brought to one size; "" if nothing.

    Args:
        values: features × samples; NaN where there is none.
        logarithm: of which base they are, one of ``LOGARITHMS``.
    """
    spread, base = spread_of(values), LOGARITHMS[logarithm]
    if spread is None or spread.rows < FEWEST_ROWS_TO_JUDGE or spread.top * np.log(base) > np.log(LARGEST_LIBRARY):
        return ""
    offset = _offset_of_whole_numbers(spread, base)
    if offset is None:
        return ""
    raised = base**spread.values
    # Of x + 1 the whole numbers show without an offset too.
    offset = 1.0 if offset == 0 and abs(np.nanmin(raised) - 1) < 0.02 else offset
    undone = np.round(np.nan_to_num(raised - offset))
    few_small = (undone <= _SMALL_COUNT).mean() < _SHARE_OF_SMALL
    if np.quantile(undone, 0.999) < _REACH_OF_COUNTS or few_small or _dispersion(undone) < LEAST_DISPERSION:
        return ""
    sums = undone.sum(axis=0)
    if not sums.all():
        return ""
    of_fpkm = _SUMS_OF_FPKM[0] <= np.median(sums) <= _SUMS_OF_FPKM[1]
    if _differences_of_size(undone).min() < (_ONE_SIZE_OF_FPKM if of_fpkm else _ONE_SIZE):
        return ""
    libraries = f"the libraries have from {sums.min():,.0f} to {sums.max():,.0f} reads"
    return f"the values are whole numbers once {logarithm} is undone, and {libraries}"


def _differences_of_size(counts: np.ndarray) -> np.ndarray:
    """How much the sizes of the libraries differ, relative to their mean, by each measure that levels them."""
    expressed = counts[counts.max(axis=1) > 0]
    ends = np.quantile(counts, (0.02, 0.98), axis=0)
    trimmed = np.where((counts >= ends[0]) & (counts <= ends[1]), counts, np.nan)
    quartiles = np.nanquantile(np.where(counts > 0, counts, np.nan), 0.75, axis=0)
    sizes = [counts.sum(axis=0), np.quantile(expressed, 0.75, axis=0), quartiles, np.nanmean(trimmed, axis=0)]
    everywhere = expressed[(expressed >= _SMALL_COUNT).all(axis=1)]
    if len(everywhere) >= FEWEST_ROWS_TO_JUDGE:
        logs = np.log(everywhere)
        sizes.append(np.exp(np.median(logs - logs.mean(axis=1, keepdims=True), axis=0)))
    return np.array([np.ptp(size) / max(size.mean(), 1e-9) for size in sizes])


def _whole_once_undone(spread: Spread, base: float) -> str:
    return "" if _offset_of_whole_numbers(spread, base) is None else "the values are whole numbers"


def _offset_of_whole_numbers(spread: Spread, base: float) -> float | None:
    """What was added to whole numbers before their logarithm was taken; None where they were not whole."""
    finite = spread.values[np.isfinite(spread.values)]
    # Only small numbers: of large ones too few digits are left.
    raised = base ** finite[finite < np.log(50) / np.log(base)]
    for offset in (0, 0.5, 1):
        small = raised[(raised - offset > 0.5) & (raised - offset < 40)] - offset
        # Of any other logarithm one in 25 is as near to a whole number by chance.
        near = np.abs(small - np.round(small)) < 0.02
        if small.size >= 100 and near.mean() > 0.98 and np.unique(np.round(small)).size >= 5:
            return offset
    return None


def _million_once_undone(spread: Spread, base: float) -> str:
    if spread.top * np.log(base) > np.log(1e12):
        return ""
    with np.errstate(over="ignore"):
        raised = base**spread.values
    # The value of a gene without reads is the offset that was added to every value, if one was.
    for offset in (0, np.nanmin(raised)):
        sums = np.nansum(raised - offset, axis=0)
        if sums.min() <= 0 or np.isinf(sums).any():
            return ""
        ratio = np.log(sums / MILLION)
        # ASSUME factors of composition average out over the samples, as those of edgeR do, and are never above two.
        if abs(ratio.mean()) < _SAME_MILLION and np.abs(ratio).max() < np.log(2):
            return "the columns sum to a million"
    return ""


def _numbers(possible: list[str], proof: str = "", likely: str = "", reason: str = "") -> Numbers:
    return Numbers(frozenset(possible), proof, likely, reason)
