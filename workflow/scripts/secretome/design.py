"""Sample sheet + contrast → design matrix, or the reason why there is none.

The coding is our own: no formula is evaluated, a level may hold any character.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from secretome.faults import Fault, InputFaults, listed, nearest, warning

# What people and programs write where a value is missing; "none" is not among them: it is a treatment.
MISSING = {"", "NA", "N/A", "#N/A", "NaN", "nan", "null", "NULL", "?"}

# ASSUME: a sheet that names its people or animals at all does so under one of these names.
SUBJECT_NAMES = {
    "donor",
    "donor_id",
    "patient",
    "patient_id",
    "subject",
    "subject_id",
    "individual",
    "animal",
    "mouse_id",
}

# ASSUME: twice the variance is where a reader should know that the blocks cost the contrast half of its samples.
LARGEST_INFLATION = 2.0

# ASSUME: two against two without blocks, the least that has any use, leaves two.
FEWEST_DF = 2

# A column counts as a combination of others when less than this share of its length is its own.
TOLERANCE = 1e-8


@dataclass(frozen=True)
class Design:
    """One contrast of one study, ready to be fitted.

    Attributes:
        matrix: samples × coefficients. One column a level of the variable (its mean), then the blocks.
        columns: the coefficients: letters, digits and underscores, unique.
        labels: what each coefficient stands for in the words of the sheet, as in "treatment = 10 µM".
        contrast: (coefficients,), level minus reference.
        samples: the sample ids, one a row of ``matrix``, in the order of the sheet.
        groups: each level of the variable to its sample ids; the contrast's level first, its reference second.
        descriptive: whether a group has no replicates, so that nothing can be tested.
        warnings: ``{"code", "message"}``, for the head of the report.
    """

    matrix: np.ndarray
    columns: tuple[str, ...]
    labels: tuple[str, ...]
    contrast: np.ndarray
    samples: tuple[str, ...]
    groups: dict[str, tuple[str, ...]]
    descriptive: bool = False
    warnings: list[dict[str, str]] = field(default_factory=list)


def build(
    samples: Mapping[str, Sequence[str]],
    id_column: str,
    contrast: Mapping[str, Any],
    numeric: Sequence[str] = (),
    subject: str = "",
) -> Design:
    """Code the contrast: a mean for every level of its variable, additive blocks in treatment coding.

    Args:
        samples: column to values, one value a sample, as ``sheets.read_samples`` gives them.
        id_column: the column of the sample ids.
        contrast: ``variable``, ``level``, ``reference`` and, where wanted, ``block`` (a list of columns) and
            ``descriptive`` (groups of one sample are taken, and nothing is tested).
        numeric: columns whose values are quantities; as a block such a column enters as one number.
        subject: the column that names the donor, a category even if written in digits.

    Raises:
        InputFaults: all reasons why the contrast cannot be estimated; ``where`` is "design", ``field`` a key of
            the contrast.
    """
    blocks = [str(block) for block in contrast.get("block", ())]
    faults = _column_faults(samples, contrast["variable"], blocks)
    present = [block for block in blocks if block in samples]
    if contrast["variable"] in samples:
        faults += _missing_faults(samples, id_column, contrast, present)
        faults += _level_faults(samples, contrast)
    faults += _number_faults(samples, present, numeric, subject)
    if faults:
        raise InputFaults(faults)
    levels = _levels(samples[contrast["variable"]], contrast)
    columns = _code(samples, contrast["variable"], levels, blocks, numeric)
    matrix = np.column_stack([values for _, _, values in columns])
    descriptive = bool(contrast.get("descriptive"))
    faults = _rank_faults(matrix, columns, contrast["variable"], descriptive)
    if faults:
        raise InputFaults(faults)
    weights = np.zeros(len(columns))
    weights[:2] = 1, -1
    ids = samples[id_column]
    groups = {
        level: tuple(i for i, value in zip(ids, samples[contrast["variable"]], strict=True) if value == level)
        for level in levels
    }
    sizes = [len(group) for group in groups.values()][:2]
    warnings = [
        *(_descriptive_warnings() if descriptive else [*_size_warnings(levels, sizes), *_df_warnings(matrix)]),
        *_inflation_warnings(matrix, weights, sizes, blocks),
        *_subject_warnings(samples, blocks, subject),
        *_block_warnings(samples, blocks, numeric),
    ]
    labels = tuple(label for _, label, _ in columns)
    return Design(matrix, _safe_names(columns), labels, weights, tuple(ids), groups, descriptive, warnings)


def _fault(key: str, value: object, problem: str, fix: str) -> Fault:
    return Fault("design", key, str(value), problem, fix)


def _column_faults(samples: Mapping[str, Sequence[str]], variable: str, blocks: Sequence[str]) -> list[Fault]:
    named = [("variable", variable), *(("block", block) for block in blocks)]
    faults = [
        _fault(key, name, "is not a column of the sample sheet", nearest(name, list(samples)))
        for key, name in named
        if name not in samples
    ]
    if variable in blocks:
        faults.append(_fault("block", variable, "is the variable of the contrast", "Take it out of block"))
    return faults


def _missing_faults(
    samples: Mapping[str, Sequence[str]], id_column: str, contrast: Mapping[str, Any], blocks: Sequence[str]
) -> list[Fault]:
    # A level that the contrast names is meant, even if it is written NA.
    meant = {contrast["level"], contrast["reference"]}
    faults = []
    for key, column in [("variable", contrast["variable"]), *(("block", block) for block in blocks)]:
        missing = MISSING - meant if key == "variable" else MISSING
        without = [i for i, value in zip(samples[id_column], samples[column], strict=True) if value in missing]
        if without:
            problem = f"has no value for {len(without)} of {len(samples[id_column])} samples ({listed(without, 10)})"
            fix = "Fill the values in, or take these samples out of the sheet and of the matrix"
            faults.append(_fault(key, column, problem, fix))
    return faults


def _level_faults(samples: Mapping[str, Sequence[str]], contrast: Mapping[str, Any]) -> list[Fault]:
    values = samples[contrast["variable"]]
    levels = sorted(set(values) - (MISSING - {contrast["level"], contrast["reference"]}))
    column = f"column '{contrast['variable']}' of the sample sheet"
    if contrast["level"] == contrast["reference"]:
        return [_fault("reference", contrast["reference"], "is the level itself", "Name the other group")]
    faults = []
    for key in ("level", "reference"):
        count = list(values).count(contrast[key])
        if count == 0:
            faults.append(_fault(key, contrast[key], f"does not occur in {column}", nearest(contrast[key], levels)))
        elif count == 1 and not contrast.get("descriptive"):
            problem = "has a single sample: without a replicate there is no p-value"
            fix = "Add replicates, or write descriptive: true for fold changes without a test"
            faults.append(_fault(key, contrast[key], problem, fix))
    return faults


def _number_faults(
    samples: Mapping[str, Sequence[str]], blocks: Sequence[str], numeric: Sequence[str], subject: str
) -> list[Fault]:
    faults = []
    for block in blocks:
        values = [value for value in samples[block] if value not in MISSING]
        words = [value for value in values if _number(value) is None]
        if block in numeric and words:
            problem = f"is declared as numeric but holds {listed(dict.fromkeys(words))}"
            faults.append(_fault("block", block, problem, "Correct the values, or take it out of samples: numeric"))
        elif block not in (*numeric, subject) and values and not words:
            # 1, 2, 3 fitted as a slope instead of three batches is a classic that no output shows.
            problem = f"is written in numbers ({listed(dict.fromkeys(values))}): categories or quantities?"
            fix = f"Write categories as text ({block}1), or declare a quantity with samples: {{numeric: [{block}]}}"
            faults.append(_fault("block", block, problem, fix))
    return faults


def _number(text: str) -> float | None:
    return float(text) if re.fullmatch(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,2})?", text, re.ASCII) else None


def _levels(values: Sequence[str], contrast: Mapping[str, Any]) -> list[str]:
    pair = [contrast["level"], contrast["reference"]]
    return [*pair, *sorted(set(values) - set(pair))]


Column = tuple[str, str, np.ndarray]  # the column of the sheet, the value (or ""), one number a sample


def _code(
    samples: Mapping[str, Sequence[str]],
    variable: str,
    levels: Sequence[str],
    blocks: Sequence[str],
    numeric: Sequence[str],
) -> list[Column]:
    columns = [_indicator(variable, level, samples[variable]) for level in levels]
    for block in dict.fromkeys(blocks):
        if block in numeric:
            numbers = np.array([float(value) for value in samples[block]])
            # Centred, so that the levels stay the means at the average of the covariate.
            columns.append((block, block, numbers - numbers.mean()))
        else:
            columns += [_indicator(block, value, samples[block]) for value in sorted(set(samples[block]))[1:]]
    return columns


def _indicator(column: str, level: str, values: Sequence[str]) -> Column:
    return column, f"{column} = {level}", np.array([float(value == level) for value in values])


def _safe_names(columns: Sequence[Column]) -> tuple[str, ...]:
    names: list[str] = []
    for _, label, _ in columns:
        name = re.sub(r"\W+", "_", label, flags=re.ASCII).strip("_") or "coefficient"
        unique, number = name, 2
        while unique in names:
            unique, number = f"{name}_{number}", number + 1
        names.append(unique)
    return tuple(names)


def _rank_faults(matrix: np.ndarray, columns: Sequence[Column], variable: str, descriptive: bool) -> list[Fault]:
    faults: list[Fault] = []
    for column, partners in _aliased(matrix):
        others = [columns[partner][1] for partner in partners]
        block = columns[column][0]
        if any(fault.value == block for fault in faults):
            continue
        if not others:
            problem = "is the same for every sample"
        else:
            problem = f"cannot be told apart: {columns[column][1]} is a combination of {listed(others, 6)}"
        involved = sorted({columns[partner][0] for partner in partners} - {block, variable})
        either = f"'{block}' or '{involved[0]}'" if involved else f"'{block}'"
        fix = (
            f"Take {either} out of block, or add samples that separate it from {involved[0] if involved else variable}"
        )
        faults.append(_fault("block", block, problem, fix))
    samples, coefficients = matrix.shape
    if not faults and samples <= coefficients and not descriptive:
        problem = f"leaves no residual degrees of freedom: {coefficients} coefficients, {samples} samples"
        blocks = sorted({column for column, _, _ in columns} - {variable})
        fix = f"Take a column out of block ({listed(blocks)})" if blocks else "Add replicates"
        faults.append(_fault("block" if blocks else "variable", listed(blocks) or variable, problem, fix))
    return faults


def _aliased(matrix: np.ndarray) -> list[tuple[int, list[int]]]:
    """The columns that are combinations of columns before them, each with those columns (Gram–Schmidt QR)."""
    kept: list[int] = []
    basis = np.zeros((len(matrix), 0))
    aliased = []
    for index, column in enumerate(matrix.T):
        own = column
        for _ in range(2):  # the second pass removes what rounding left of the first
            own = own - basis @ (basis.T @ own)
        if np.linalg.norm(own) > TOLERANCE * max(float(np.linalg.norm(column)), TOLERANCE):
            kept.append(index)
            basis = np.column_stack([basis, own / np.linalg.norm(own)])
        else:
            weights = np.linalg.lstsq(matrix[:, kept], column, rcond=None)[0]
            aliased.append((index, [k for k, weight in zip(kept, weights, strict=True) if abs(weight) > 1e-6]))
    return aliased


def _size_warnings(levels: Sequence[str], sizes: Sequence[int]) -> list[dict[str, str]]:
    small = [level for level, size in zip(levels, sizes, strict=False) if size == 2]
    if not small:
        return []
    verb = "have" if len(small) > 1 else "has"
    return [warning("W01", f"{listed(small)} {verb} two samples: the variance rests on very little.")]


def _descriptive_warnings() -> list[dict[str, str]]:
    return [warning("W01", "Without replicates nothing can be tested: fold changes are shown, and no p-values.")]


def _df_warnings(matrix: np.ndarray) -> list[dict[str, str]]:
    df = matrix.shape[0] - matrix.shape[1]
    if df >= FEWEST_DF:
        return []
    left = "a single residual degree of freedom is" if df == 1 else f"{df} residual degrees of freedom are"
    return [warning("W01", f"After the groups and blocks {left} left: the variance rests on very little.")]


def _inflation_warnings(
    matrix: np.ndarray, weights: np.ndarray, sizes: Sequence[int], blocks: Sequence[str]
) -> list[dict[str, str]]:
    # The variance of the contrast with its blocks against that of the two bare means.
    with_blocks = weights @ np.linalg.solve(matrix.T @ matrix, weights)
    inflation = float(with_blocks / sum(1 / size for size in sizes))
    if inflation <= LARGEST_INFLATION:
        return []
    message = (
        f"The contrast is partly confounded with {listed(blocks)}: "
        f"the variance of its fold changes is {inflation:.1f} times what it would be without."
    )
    return [warning("W02", message)]


def _subject_warnings(
    samples: Mapping[str, Sequence[str]], blocks: Sequence[str], subject: str
) -> list[dict[str, str]]:
    named = [subject] if subject else [column for column in samples if column.casefold() in SUBJECT_NAMES]
    warnings = []
    for column in named:
        values = [value for value in samples[column] if value not in MISSING]
        repeated = sorted({value for value in values if values.count(value) > 1})
        if not repeated or column in blocks:
            continue
        if len(set(values)) == 1:
            text = f"All samples come from one {column} ({listed(repeated)}): the result speaks for it alone."
        else:
            text = f"Several samples come from the same {column} ({listed(repeated)}) but {column} is not a block."
        warnings.append(warning("W03", text))
    return warnings


def _block_warnings(
    samples: Mapping[str, Sequence[str]], blocks: Sequence[str], numeric: Sequence[str]
) -> list[dict[str, str]]:
    warnings = []
    for block in dict.fromkeys(blocks):
        if block in numeric:
            continue
        values = list(samples[block])
        single = sorted({value for value in values if values.count(value) == 1})
        if len(set(values)) == 1:
            warnings.append(warning("D12", f"The block {block} has one value only and explains nothing."))
        elif single:
            message = f"In the block {block} these values have a single sample, which tells nothing: {listed(single)}."
            warnings.append(warning("D12", message))
    return warnings
