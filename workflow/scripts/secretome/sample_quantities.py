"""Quantities of the sample sheet that conditioned medium is judged by: cells, total protein, viability, LDH."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from secretome.designs.checks import MISSING
from secretome.faults import Fault, listed
from secretome.number_rows import is_number
from secretome.technologies import OF_AMOUNTS, PER

HEALTH = ("viability", "ldh")


def quantity_faults(
    sheet: Mapping[str, Sequence[str]], id_column: str, samples: Mapping[str, Any], technology: str
) -> list[Fault]:
    """What is wrong with the quantities that a study declares.

    Args:
        sheet: column → one value a sample.
        id_column: the column of the sample ids.
        samples: of the study file; `cell_number`, `total_protein`, `viability` and `ldh` name columns, "" for none.
        technology: of the study.

    Returns:
        The faults; `where` is "sample sheet", `field` a key as in `samples.cell_number`. Columns that are not in the
        sheet are not told here.
    """
    declared = {key: column for key in (*PER, *HEALTH) if (column := samples.get(key, "")) and column in sheet}
    faults = []
    per = [key for key in PER if key in declared]
    if len(per) == 2:
        faults.append(_fault("total_protein", declared["total_protein"], "is given beside cell_number", "Give one"))
    for key in per:
        if technology not in OF_AMOUNTS:
            problem = f"goes with proteins and panels; this study is {technology}"
            faults.append(_fault(key, declared[key], problem, "Take it out"))
    for key, column in declared.items():
        faults += _value_faults(key, column, sheet, sheet[id_column])
    return faults


def quantities(values: Sequence[str]) -> np.ndarray:
    """The numbers of a column that :func:`quantity_faults` has passed, NaN where the sheet has none."""
    return np.array([np.nan if value in MISSING else float(value) for value in values])


def _value_faults(key: str, column: str, sheet: Mapping[str, Sequence[str]], ids: Sequence[str]) -> list[Fault]:
    values = sheet[column]
    given = [value for value in values if value not in MISSING]
    without = [name for name, value in zip(ids, values, strict=True) if value in MISSING]
    if key in PER and without:
        problem = f"has no value for {len(without)} of {len(ids)} samples ({listed(without)})"
        return [_fault(key, column, problem, "Fill the values in: all samples must be corrected alike")]
    wrong = [value for value in given if not is_number(value)]
    if wrong or not given:
        problem = f"holds {listed(dict.fromkeys(wrong))}" if wrong else "holds no values"
        return [_fault(key, column, f"{problem}: numbers are expected", "Write plain numbers, as 1200000 or 1.2e6")]
    numbers = [float(value) for value in given]
    if key in PER and min(numbers) <= 0:
        return [_fault(key, column, f"holds {min(numbers):g}: no sample has none", "Correct the value")]
    if key == "viability" and not (min(numbers) >= 0 and 1 < max(numbers) <= 100):
        problem = f"goes from {min(numbers):g} to {max(numbers):g}: percentages are expected"
        return [_fault(key, column, problem, "Write the percentage of living cells, as 95")]
    if key == "ldh" and min(numbers) < 0:
        return [_fault(key, column, f"holds {min(numbers):g}, which is negative", "Correct the value")]
    return []


def _fault(key: str, column: str, problem: str, fix: str) -> Fault:
    return Fault("sample sheet", f"samples.{key}", column, problem, fix)
