"""Sample sheet + contrast → design matrix, or the reason why there is none: the door of this folder."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from secretome.designs import cautions, checks, coding, forms, rank
from secretome.faults import InputFaults


@dataclass(frozen=True)
class Design:
    """One contrast of one study, ready to be fitted.

    Attributes:
        matrix: samples × coefficients. One column a level of the variable (its mean), or the overall mean and the
            slope; then the blocks.
        columns: the coefficients: letters, digits and underscores, unique.
        labels: what each coefficient stands for in the words of the sheet, as in "treatment = 10 µM".
        contrast: (coefficients,), level minus reference, or 1 for the slope.
        samples: the sample ids, one a row of ``matrix``, in the order of the sheet.
        groups: each level of the variable to its sample ids; those of the contrast first, in its order. Of a slope each
            value of the quantity, by size.
        descriptive: whether a group has no replicates, so that nothing can be tested.
        warnings: ``{"code", "message"}``, for the head of the report.
        components: of a contrast of several levels with one reference, "level vs reference" → its contrast, as
            ``contrast``; empty otherwise.
        random_block: the block of each sample whose effect is random; empty where there is none.
        unit: of a slope what it is given for, "per 10 of dose"; "" otherwise.
    """

    matrix: np.ndarray
    columns: tuple[str, ...]
    labels: tuple[str, ...]
    contrast: np.ndarray
    samples: tuple[str, ...]
    groups: dict[str, tuple[str, ...]]
    descriptive: bool = False
    warnings: list[dict[str, str]] = field(default_factory=list)
    components: dict[str, np.ndarray] = field(default_factory=dict)
    random_block: tuple[str, ...] = ()
    unit: str = ""

    @property
    def compared(self) -> dict[str, tuple[str, ...]]:
        """The groups that the contrast weighs, each of which needs values; of a slope all samples as one, under ""."""
        if self.unit:
            return {"": self.samples}
        weighed = zip(self.groups.items(), self.contrast, strict=False)
        return {level: samples for (level, samples), weight in weighed if weight}

    @property
    def is_pair(self) -> bool:
        """Whether the contrast is one level against one reference: no mean of several, no difference, no slope."""
        return sorted(weight for weight in self.contrast if weight) == [-1, 1]

    @property
    def smallest_group(self) -> float:
        """How many samples the least known of what is compared rests on.

        The size of the smallest group; of a slope the inverse of the largest leverage, as in edgeR's filterByExpr,
        which for groups is the same.
        """
        if self.unit:
            return float(1 / cautions.leverages(self.matrix).max())
        return min(len(samples) for samples in self.compared.values())


def build(
    samples: Mapping[str, Sequence[str]],
    id_column: str,
    contrast: Mapping[str, Any],
    numeric: Sequence[str] = (),
    subject: str = "",
) -> Design:
    """Code a contrast: a mean for every level of its variable, or a slope, and additive blocks in treatment coding.

    Args:
        samples: column to values, one value a sample, as ``sheets.read_samples`` gives them.
        id_column: the column of the sample ids.
        contrast: in one of the forms of :mod:`secretome.designs.forms`: ``variable`` with ``level`` and ``reference``,
            with ``levels`` and ``reference``, or with ``weights``; ``difference_of`` with ``parts``, the two contrasts
            (:func:`secretome.designs.forms.with_parts`); or ``continuous``, with ``per``. Where wanted, ``block`` (a
            list of columns), ``random_block`` (a column) and ``descriptive`` (groups of one sample are taken, and
            nothing is tested).
        numeric: columns whose values are quantities; as a block such a column enters as one number.
        subject: the column that names the donor, a category even if written in digits.

    Raises:
        InputFaults: all reasons why the contrast cannot be estimated; ``where`` is "design", ``field`` a key of
            the contrast, or "" where it is the contrast as a whole.
    """
    if faults := forms.shape_faults(contrast):
        raise InputFaults(faults)
    terms = forms.terms_of(contrast)
    faults = forms.sense_faults(contrast)
    told = {(fault.field, fault.value) for fault in faults}
    wrong = checks.sheet_faults(samples, id_column, terms, numeric, subject)
    faults += [fault for fault in wrong if (fault.field, fault.value) not in told]
    if faults:
        raise InputFaults(faults)
    columns = coding.coded(samples, terms, numeric)
    columns, left_out = _without_redundant(columns, terms)
    matrix = np.column_stack([values for _, _, values in columns])
    random_block = tuple(samples[terms.random_block]) if terms.random_block else ()
    faults = rank.rank_faults(matrix, columns, terms)
    if random_block and not faults:
        faults = rank.random_block_faults(matrix, random_block, terms.random_block)
    if faults:
        raise InputFaults(faults)
    made = Design(
        matrix=matrix,
        columns=coding.safe_names(columns),
        labels=tuple(label for _, label, _ in columns),
        contrast=coding.contrast_vector(columns, terms, terms.weights),
        samples=tuple(samples[id_column]),
        groups=_groups(samples, id_column, terms),
        descriptive=terms.descriptive,
        components=_components(columns, terms),
        random_block=random_block,
        unit=forms.unit_of(contrast),
    )
    made.warnings.extend(cautions.warnings_of(made.matrix, made.contrast, samples, id_column, terms, numeric, subject))
    made.warnings.extend(cautions.left_out(left_out))
    return made


def _without_redundant(
    columns: Sequence[coding.Column], terms: forms.Terms
) -> tuple[list[coding.Column], list[coding.Column]]:
    """The columns without those of blocks that the contrast does not depend on, and these."""
    matrix = np.column_stack([values for _, _, values in columns])
    contrasts = [coding.contrast_vector(columns, terms, terms.weights), *_components(columns, terms).values()]
    without = set(rank.redundant(matrix, columns, terms, contrasts))
    kept = [column for position, column in enumerate(columns) if position not in without]
    return kept, [columns[position] for position in sorted(without)]


def _groups(samples: coding.Samples, id_column: str, terms: forms.Terms) -> dict[str, tuple[str, ...]]:
    groups: dict[str, list[str]] = {}
    if terms.key == "continuous":
        # 10 and 10.0 are one dose.
        values = [f"{float(value):.15g}" for value in samples[terms.column]]
        groups = {value: [] for value in sorted(set(values), key=float)}
    else:
        values = list(samples[terms.column])
        groups = {level: [] for level in coding.levels_of(samples, terms)}
    for sample, value in zip(samples[id_column], values, strict=True):
        groups[value].append(sample)
    return {group: tuple(members) for group, members in groups.items()}


def _components(columns: Sequence[coding.Column], terms: forms.Terms) -> dict[str, np.ndarray]:
    """Each level of a nested contrast against the reference."""
    *levels, reference = terms.nested or ("",)
    return {
        f"{level} vs {reference}": coding.contrast_vector(columns, terms, {level: 1, reference: -1}) for level in levels
    }
