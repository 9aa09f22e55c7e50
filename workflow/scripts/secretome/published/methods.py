"""How published measurements are compared, in sentences that a paper can take over, and what to cite for it."""

from collections.abc import Mapping
from typing import Any

_WELCH = ("Welch 1947, the comparison of means of unequal variance", "10.1093/biomet/34.1-2.28")
_FIELLER = ("Fieller 1954, the interval of a ratio", "10.1111/j.2517-6161.1954.tb00159.x")
_LAKENS = ("Lakens, Scheel and Isager 2018, intervals against a smallest effect", "10.1177/2515245918770963")
_TESTS = """
Each table is a one-way analysis of variance: the variances of its groups, n × SEM², are pooled by their degrees of
freedom, and the comparisons, fixed in advance, are contrasts of two means with Student's t. This assumes groups that
are independent and alike in variance. Welch's test of the same two means, which assumes only the first, stands beside
it as a check. A vehicle that the authors set to 100 % or 1-fold is a constant: tests against it are one-sample tests. A
standard error of 0 is taken as not available. What has no standard error, or n = 1, is shown and not tested.
"""
_FOLDS = """
Folds and concentrations are compared as logarithms to base 2, with standard errors by the delta method, SEM / (mean ×
ln 2). Where a standard error is above a third of its mean this is too rough for more than “inconclusive”; a mean of 0
has no logarithm and is not tested.
"""
_READING = """
The 95% interval is held against the smallest effect that matters, fixed for each table ({smallest}): larger, where all
of it lies beyond; smaller, where all of it lies within; else inconclusive. The intervals are of one comparison each.
p-values against no difference stand plain and adjusted by Holm's method over the comparisons of a table.
"""
_INDEX = """
(treated − drug) / (vehicle − drug): 0 where nothing, 1 where all of the drug's effect is undone. The index is ours, not
the papers' rescue score. Its interval is Fieller's, with the pooled variance; it has no bounds where the drug's own
effect is not clear of 0.
"""


def paragraphs(study: Mapping[str, Any]) -> list[tuple[str, str]]:
    """The methods as (lead word, text).

    Args:
        study: the study file, of which the ``tables`` and the ``attribution`` count.
    """
    tables = study["tables"].values()
    smallest = dict.fromkeys(f"{table['smallest_effect']:g} {table['scale']}" for table in tables)
    said = [("Tests.", _TESTS)]
    said += [("Folds.", _FOLDS)] if any(table["scale"] == "log2" for table in tables) else []
    said += [("Reading.", _READING.format(smallest=" or ".join(smallest)))]
    said += [("Rescue index.", _INDEX)] if _indexed(study) else []
    numbers = "Means, standard errors and sizes as they were published; single measurements are not known."
    return [("Numbers.", f"{numbers} {study['attribution']}"), *((lead, " ".join(text.split())) for lead, text in said)]


def references(study: Mapping[str, Any]) -> list[tuple[str, str]]:
    """(text, DOI) of the methods."""
    return [_WELCH, *([_FIELLER] if _indexed(study) else []), _LAKENS]


def _indexed(study: Mapping[str, Any]) -> bool:
    """Whether a rescue index is given."""
    tables = [table for table in study["tables"].values() if table["scale"] == "points"]
    return any(spec["kind"] == "rescue" for table in tables for spec in table["comparisons"].values())
