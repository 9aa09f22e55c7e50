"""What a design can bear but a reader must be told: small groups, confounding, repeated subjects."""

import re
from collections import Counter
from collections.abc import Sequence

import numpy as np

from secretome.designs import coding, rank
from secretome.designs.checks import MISSING
from secretome.designs.coding import Samples
from secretome.designs.forms import Terms
from secretome.faults import listed, warning

# ASSUME: a sheet that names its people or animals at all does so under one of these names, however they are spaced.
SUBJECT_NAMES = {
    "donor",
    "donor_id",
    "patient",
    "patient_id",
    "subject",
    "subject_id",
    "participant",
    "participant_id",
    "individual",
    "animal",
    "animal_id",
    "mouse_id",
}

# ASSUME: twice the variance is where a reader should know that the blocks cost the contrast half of its samples.
LARGEST_INFLATION = 2.0

# ASSUME: two against two without blocks, the least that has any use, leaves two.
FEWEST_DF = 2

# ASSUME: a slope of which one sample decides nine tenths of its own fitted value stands and falls with that sample.
LARGEST_LEVERAGE = 0.9

# ASSUME: of a slope per less than a quarter of what the quantity spans hardly a gene reaches the smallest change that
# counts, which is meant for a difference between groups.
LEAST_SHARE = 0.25

# ASSUME: donors of one group each, of which two more than groups: tests/calibration_blocks.py has p < .05 for 6.5 % of
# true nulls there, for 5.4 % with four more.
FEW_BETWEEN = 2

# ASSUME: nobody measures a thousand samples in bulk for one question; so many rows are cells.
MOST_SAMPLES = 1000

Warnings = list[dict[str, str]]


def warnings_of(
    matrix: np.ndarray,
    contrast: np.ndarray,
    samples: Samples,
    id_column: str,
    terms: Terms,
    numeric: Sequence[str],
    subject: str,
) -> Warnings:
    """All warnings of a design that can be fitted, ``{"code", "message"}``."""
    ids = samples[id_column]
    small = _descriptive() if terms.descriptive else [*_sizes(samples, terms), *_degrees_of_freedom(matrix)]
    slope = [*_leverage(matrix, ids, terms), *_unit(samples, terms)] if terms.key == "continuous" else []
    return [
        *small,
        *slope,
        *_levels_only(terms),
        *_inflation(matrix, contrast, samples, terms),
        *_subjects(matrix, contrast, samples, terms, subject),
        *_blocks(samples, terms, numeric),
        *_random_block(samples, terms),
        *_many(ids),
    ]


def left_out(columns: Sequence[coding.Column]) -> Warnings:
    """What is said where a block coincides with groups that the contrast does not set against each other."""
    return [
        warning(
            "D01",
            f"The block {block} coincides in part with the groups, which are compared within {block} alone: "
            f"nothing can be said of groups that have no {block} in common.",
        )
        for block in dict.fromkeys(block for block, _, _ in columns)
    ]


def leverages(matrix: np.ndarray) -> np.ndarray:
    """(samples,): the leverage of each sample on a slope, blocks aside: the diagonal of the hat matrix."""
    slope = matrix[:, 1]
    return 1 / len(slope) + slope**2 / float(slope @ slope)


def names_subjects(column: str) -> bool:
    """Whether a column is called as people and animals are: `donor`, `Patient ID`, `mouse-id`."""
    return re.sub(r"[\W_]+", "", column.casefold()) in {name.replace("_", "") for name in SUBJECT_NAMES}


def _sizes(samples: Samples, terms: Terms) -> Warnings:
    sizes = Counter(samples[terms.column])
    small = [level for level in terms.weights if sizes[level] == 2]
    if not small:
        return []
    verb = "have" if len(small) > 1 else "has"
    return [warning("W01", f"{listed(small)} {verb} two samples: the variance rests on very little.")]


def _descriptive() -> Warnings:
    return [warning("W01", "Without replicates nothing can be tested: fold changes are shown, and no p-values.")]


def _degrees_of_freedom(matrix: np.ndarray) -> Warnings:
    df = matrix.shape[0] - matrix.shape[1]
    if df >= FEWEST_DF:
        return []
    left = "a single residual degree of freedom is" if df == 1 else f"{df} residual degrees of freedom are"
    return [warning("W01", f"After the groups and blocks {left} left: the variance rests on very little.")]


def _leverage(matrix: np.ndarray, ids: Sequence[str], terms: Terms) -> Warnings:
    values = leverages(matrix)
    ruling = [sample for sample, value in zip(ids, values, strict=True) if value > LARGEST_LEVERAGE]
    if not ruling:
        return []
    text = f"The slope of {terms.column} rests on {listed(ruling)} alone (leverage {values.max():.2f})."
    return [warning("W01", text)]


def _unit(samples: Samples, terms: Terms) -> Warnings:
    numbers = [float(value) for value in samples[terms.column]]
    low, high = min(numbers), max(numbers)
    if LEAST_SHARE <= terms.per / (high - low) <= 1:
        return []
    small = terms.per < high - low
    said = "a small part of what" if small else "more than"
    then = "few changes of that size are large" if small else "changes are drawn out beyond the samples"
    text = (
        f"Changes are given per {terms.per:.15g} of {terms.column}, {said} the samples span "
        f"({low:.15g} to {high:.15g}): {then}. Write per: {high - low:.15g} for the change over all of it."
    )
    return [warning("contrast", text)]


def _levels_only(terms: Terms) -> Warnings:
    if not terms.nested:
        return []
    *levels, reference = terms.nested
    text = (
        f"The mean of {listed(levels)} is compared with {reference}: what is found holds for these {len(levels)}, "
        f"and says nothing of others like them."
    )
    return [warning("W22", text)]


def _inflation(matrix: np.ndarray, contrast: np.ndarray, samples: Samples, terms: Terms) -> Warnings:
    if not terms.blocks:
        return []
    own = 2 if terms.key == "continuous" else len(set(samples[terms.column]))
    inflation = rank.inflation(matrix, contrast, own)
    if inflation <= LARGEST_INFLATION:
        return []
    what = "slopes" if terms.key == "continuous" else "fold changes"
    message = (
        f"The contrast is partly confounded with {listed(terms.blocks)}: "
        f"the variance of its {what} is {inflation:.1f} times what it would be without."
    )
    return [warning("W02", message)]


def _subjects(matrix: np.ndarray, contrast: np.ndarray, samples: Samples, terms: Terms, subject: str) -> Warnings:
    named = [subject] if subject else [column for column in samples if names_subjects(column)]
    warnings = []
    for column in named:
        counts = Counter(value for value in samples[column] if value not in MISSING)
        repeated = sorted(value for value, count in counts.items() if count > 1)
        if not repeated or column in (*terms.blocks, terms.random_block, terms.column):
            continue
        if len(counts) == 1:
            text = f"All samples come from one {column} ({listed(repeated)}): the result speaks for it alone."
        else:
            text = (
                f"Several samples come from the same {column} ({listed(repeated)}) but {column} is not a block. "
                f"{_proposal(matrix, contrast, samples, column)}"
            )
        warnings.append(warning("W03", text))
    return warnings


def _proposal(matrix: np.ndarray, contrast: np.ndarray, samples: Samples, column: str) -> str:
    """How repeated subjects can be declared, as far as the design bears it."""
    if any(value in MISSING for value in samples[column]):
        return f"It has no value for some samples; fill them in and write block: [{column}] or random_block: {column}."
    added = [values for _, _, values in coding.block_columns(samples, column, ())]
    whole = np.column_stack([matrix, *added])
    room = len(whole) - (whole.shape[1] - len(rank.aliased(whole)))
    fixed = room > 0 and rank.estimable(whole, np.append(contrast, np.zeros(len(added))))
    random, apart = rank.random_block_spread(matrix, samples[column])
    if fixed:
        other = f", or random_block: {column} to use what differs between them too" if random else ""
        return f"Write block: [{column}] to compare within each{other}."
    if random:
        return f"Write random_block: {column}: as a block it could not be told from the groups."
    if apart:
        return "The design has no room for it: read the p-values with care."
    return f"Each group has a {column} of its own: these samples are no replicates of what the groups stand for."


def _blocks(samples: Samples, terms: Terms, numeric: Sequence[str]) -> Warnings:
    warnings = []
    for block in terms.blocks:
        if block in numeric:
            continue
        counts = Counter(samples[block])
        single = sorted(value for value, count in counts.items() if count == 1)
        if len(counts) == 1:
            warnings.append(warning("D12", f"The block {block} has one value only and explains nothing."))
        elif single:
            message = f"In the block {block} these values have a single sample, which tells nothing: {listed(single)}."
            warnings.append(warning("D12", message))
    return warnings


def _random_block(samples: Samples, terms: Terms) -> Warnings:
    """Whether the random block rests on so few that p-values come out too small; where each is of one group."""
    if not terms.random_block or terms.key == "continuous":
        return []
    labels = samples[terms.random_block]
    members, groups = len(set(labels)), len(set(samples[terms.column]))
    if len(set(zip(labels, samples[terms.column], strict=True))) > members or members - groups > FEW_BETWEEN:
        return []
    text = (
        f"How much one {terms.random_block} differs from another rests on {members} of them in {groups} groups: "
        "p-values are somewhat too small (without an effect, two in each of two groups, 6.5 % were below 0.05)."
    )
    return [warning("W01", text)]


def _many(ids: Sequence[str]) -> Warnings:
    if len(ids) <= MOST_SAMPLES:
        return []
    text = f"{len(ids):,} samples: if these are cells, they are no replicates of each other."
    return [warning("S09", text)]
