"""Why is nothing significant here? Only causes that were computed are named."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from secretome.diagnostics.p_values import CONSERVATIVE, HILL_INSIDE, PEAK_AT_ZERO, U_SHAPE, UNIFORM
from secretome.faults import listed, shown

# ASSUME a contrast with fewer genes needs the explanation; with more the page shows what passes.
FEW_PASSING = 5
# ASSUME nor does one of which a tenth passes, as of a panel of nine analytes where one does.
LARGE_SHARE = 0.1
# ASSUME one sample hides the rest where at least this many genes pass without it, and this many times as many as
# without the next. Without an effect this hardly ever happens: tests/diagnostic_alarms.py.
FEWEST_WITHOUT, TIMES_THE_NEXT = 20, 5
# ASSUME a contrast should find a two-fold change of the median gene.
USEFUL_CHANGE = 1.0
LARGEST_INFLATION = 2.0
# ASSUME reads are too few where counting them makes half of the variance of the median gene.
LARGEST_COUNTING_SHARE = 0.5
# ASSUME a feature that lacks so many values that it cannot be tested; half of them is much.
LARGEST_UNTESTED_SHARE = 0.5


@dataclass(frozen=True)
class Evidence:
    """What was computed of a contrast; NaN and empty where it was not.

    Attributes:
        passing: genes within the false discovery rate.
        fdr: that rate.
        samples: level of the contrast to its number of samples.
        residual_df: residual degrees of freedom of the design.
        detectable: minimum detectable absolute log2 fold change of the median gene
            (:func:`secretome.diagnostics.power.minimum_detectable_changes`, group ``all``).
        p_values: :func:`secretome.diagnostics.p_values.verdict_of`.
        without_sample: :func:`secretome.diagnostics.leave_one_out.passing_without_each`.
        inflation: the variance of the contrast over what it would be without blocks.
        blocks: the columns of the blocks.
        counting_share: :func:`counting_share`.
        untested_share: of the features that have any value, the share with too few to be tested; not of counts, where
            silent genes are many.
        unit: of a slope what it is given for; "" otherwise.
    """

    passing: int
    fdr: float
    samples: Mapping[str, int]
    residual_df: float
    detectable: float
    p_values: Mapping[str, Any]
    without_sample: Mapping[str, int] = field(default_factory=dict)
    inflation: float = float("nan")
    blocks: tuple[str, ...] = ()
    counting_share: float = float("nan")
    untested_share: float = float("nan")
    unit: str = ""


def explain(evidence: Evidence) -> list[dict[str, Any]]:
    """Why hardly any gene passes, the cause that can best be mended first.

    Returns:
        ``cause``, ``message`` (sentences for the page) and ``numbers`` of each cause that was found. Empty where five
        genes or a tenth of them pass; otherwise never empty: where no cause was found, that is said (`unexplained`).
        Causes: `one_sample`, `confounding`, `unexplained_variation`, `low_depth`, `few_detected`, `few_samples`,
        `small_changes`, `true_null`.
    """
    if not few_pass(evidence.passing, evidence.p_values["tests"]):
        return []
    looked_for = (
        _one_sample,
        _confounding,
        _unexplained_variation,
        _low_depth,
        _few_detected,
        _few_samples,
        _small_changes,
        _true_null,
    )
    found = [cause for look in looked_for if (cause := look(evidence))]
    if found and found[0]["cause"] == "one_sample":  # what the other samples show is not nothing
        found = [cause for cause in found if cause["cause"] != "true_null"]
    return found or [_unexplained(evidence)]


def few_pass(passing: int, tests: int) -> bool:
    """Whether so few of the tests pass that a reader asks why."""
    return passing < FEW_PASSING and passing < LARGE_SHARE * tests


def counting_share(counts: np.ndarray, residual_variance: np.ndarray) -> float:
    """How much of the variance of the median gene is the chance of counting few reads.

    The variance of a log2 count of mean m by chance alone is 1 / (m · ln²2) (Poisson, to first order).

    Args:
        counts: tested genes × samples.
        residual_variance: genes, of log2 counts per million without weights.

    Returns:
        The median share, at most 1; NaN without genes.
    """
    varies = residual_variance > 0
    if not varies.any():
        return float("nan")
    by_chance = (1 / (counts[varies] + 0.5)).mean(axis=1) / np.log(2) ** 2
    return float(np.median(np.minimum(by_chance / residual_variance[varies], 1)))


def _cause(cause: str, message: str, **numbers: float) -> dict[str, Any]:
    return {"cause": cause, "message": message, "numbers": numbers}


def _one_sample(evidence: Evidence) -> dict[str, Any] | None:
    if len(evidence.without_sample) < 2:
        return None
    # Ties by name, so that the order of the samples does not matter.
    ranked = sorted(evidence.without_sample.items(), key=lambda item: (-item[1], item[0]))
    (sample, most), (_, following) = ranked[:2]
    if most < max(FEWEST_WITHOUT, TIMES_THE_NEXT * max(following, evidence.passing, 1)):
        return None
    message = (
        f"One sample hides the rest: without {shown(sample)} {most} genes pass FDR {evidence.fdr:g}, without any other"
        f" sample at most {following}. Look at it in the plot of the samples; leave it out only for a reason from the"
        " laboratory, never because more then passes."
    )
    return {**_cause("one_sample", message, passing_without=most, next_without=following), "sample": sample}


def _confounding(evidence: Evidence) -> dict[str, Any] | None:
    if not evidence.inflation > LARGEST_INFLATION:
        return None
    wider = float(np.sqrt(evidence.inflation))
    message = (
        f"The groups are partly confounded with {listed(evidence.blocks) or 'the blocks'}: the variance of each change"
        f" is {evidence.inflation:.1f} times, its interval {wider:.1f} times what a balanced design of as many samples"
        " would give."
    )
    return _cause("confounding", message, variance_inflation=evidence.inflation)


def _unexplained_variation(evidence: Evidence) -> dict[str, Any] | None:
    verdict = evidence.p_values["verdict"]
    if verdict not in (CONSERVATIVE, HILL_INSIDE, U_SHAPE):
        return None
    message = (
        f"The samples vary in a way that the model does not know: {_lower_first(evidence.p_values['warning'])}"
        " What is named as a block or a pair is no longer noise."
    )
    return _cause("unexplained_variation", message, null_share=evidence.p_values["null_share"])


def _low_depth(evidence: Evidence) -> dict[str, Any] | None:
    if not evidence.counting_share > LARGEST_COUNTING_SHARE:
        return None
    message = (
        f"There are too few reads: {100 * evidence.counting_share:.0f} % of the variance of the median gene is the"
        " chance of counting. Deeper sequencing of the same libraries would lower it."
    )
    return _cause("low_depth", message, counting_share=evidence.counting_share)


def _few_detected(evidence: Evidence) -> dict[str, Any] | None:
    if not evidence.untested_share > LARGEST_UNTESTED_SHARE:
        return None
    message = (
        f"Few are detected often enough: {100 * evidence.untested_share:.0f} % of what has any value has too few to be"
        " tested."
    )
    return _cause("few_detected", message, untested_share=evidence.untested_share)


def _few_samples(evidence: Evidence) -> dict[str, Any] | None:
    if not evidence.detectable > USEFUL_CHANGE:
        return None
    message = (
        f"There are few samples for how much they vary ({_groups(evidence)}; residual degrees of freedom:"
        f" {evidence.residual_df:g}): the median gene must change {_change(evidence)} to be found with 80 % power."
        " Smaller changes can be there and are missed."
    )
    return _cause("few_samples", message, minimum_detectable_log2_fold_change=evidence.detectable)


def _small_changes(evidence: Evidence) -> dict[str, Any] | None:
    if evidence.p_values["verdict"] != PEAK_AT_ZERO:
        return None
    changed = 1 - evidence.p_values["null_share"]
    message = (
        "Many small changes, none clear by itself: more p-values are near 0 than chance gives, as if"
        f" {100 * changed:.0f} % of the genes changed. Gene sets can show what single genes cannot; so can, by chance,"
        " genes that vary together."
    )
    return _cause("small_changes", message, null_share=evidence.p_values["null_share"])


def _true_null(evidence: Evidence) -> dict[str, Any] | None:
    if evidence.p_values["verdict"] != UNIFORM or not evidence.detectable <= USEFUL_CHANGE:
        return None
    message = (
        f"Most likely little changes: {_change(evidence)} in the median gene would have been found with 80 % power, and"
        " the p-values are spread as if no gene changed."
    )
    numbers = {"null_share": evidence.p_values["null_share"]}
    return _cause("true_null", message, minimum_detectable_log2_fold_change=evidence.detectable, **numbers)


def _unexplained(evidence: Evidence) -> dict[str, Any]:
    looked = "one sample, confounding, the shape of the p-values, depth and power were looked at"
    return _cause("unexplained", f"None of the causes that can be computed was found: {looked}.")


def _groups(evidence: Evidence) -> str:
    return listed((f"{size} {level}" for level, size in evidence.samples.items()), 6)


def _change(evidence: Evidence) -> str:
    per = f" {evidence.unit}" if evidence.unit else ""
    return f"{2**evidence.detectable:.1f}-fold (log2 {evidence.detectable:.2f}){per}"


def _lower_first(text: str) -> str:
    return text[:1].lower() + text[1:]
