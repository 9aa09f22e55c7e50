"""Which scale are these numbers on? Told by what the source says and by how they are spread; never guessed silently."""

import re
from dataclasses import dataclass
from typing import Any

import numpy as np

from secretome.faults import InputFaults, fault, shown, warning
from secretome.spreads import (
    AMBIGUOUS,
    CENTRED,
    COUNTS,
    COVERAGE,
    FEWEST_ROWS_TO_JUDGE,
    FPKM_OR_TPM,
    HEAVY_TAIL,
    HIGHEST,
    INTENSITY,
    LARGEST_LIBRARY,
    LINEAR,
    LN,
    LOG2,
    LOG10,
    LOGARITHMS,
    LOWEST,
    NORMALISED_OR_COUNTS,
    RAW_COUNTS,
    SMALLEST_MAXIMUM,
    Z_SCORES,
    from_numbers,
    not_counts,
    spread_of,
    unnormalised,
)

AUTO = "auto"
DECLARABLE = (COUNTS, COVERAGE, INTENSITY, FPKM_OR_TPM, LOG2, LN, LOG10)

# What the words of an archive stand for. A fold change says nothing of the values and is taken out first.
_FOLD_CHANGE = re.compile(r"log[\s_-]*\(?(?:2|10|two)?\)?[\s_-]*\(?(?:fold|fc\b)[\s-]*(?:change)?", re.I)
_WORDS = tuple(
    (re.compile(pattern, re.I | re.M), frozenset(names))
    for pattern, names in (
        (r"log[\s_-]*(?:2|10)?[\s_-]*\(?ratios?|cy5\s*/\s*cy3|cy3\s*/\s*cy5|ch[12]\s*/\s*ch[12]", {CENTRED}),
        (r"(?<![a-z])log[\s_-]*(?:base[\s_-]*)?\(?(?:2|two)(?!\.?[0-9])|base[\s-]*(?:2|two)[\s-]*log", {LOG2}),
        (r"\b(?:gc|f|sst-?)?rma\b|robust multi-?\s*(?:array|chip)|\bvst\b|\brlog\b|\bvoom\b|\blogcpm\b", {LOG2}),
        (r"regulari[sz]ed log|variance[- ]stabili[sz]", {LOG2}),
        (r"(?<![a-z])log[\s_-]*(?:base[\s_-]*)?\(?10(?!\.?[0-9])", {LOG10}),
        (r"natural[\s-]*log|\blog1p\b|\bln\s*\(|\bln[\s-]*transform|^ln$|\blog[\s_-]*e\b", {LN}),
        (r"(?<![a-z0-9])log(?:arithm\w*)?[\s-]*(?:transform|scale|value|intensit|signal)", {LOG2, LN, LOG10}),
        (r"\bmas[\s-]*5|microarray suite|\bgcos\b|\bdchip\b|\bplier\b|\blfq\b|\bmaxlfq\b|\bibaq\b", {INTENSITY}),
        (r"\bintensit(?:y|ies)\b|un-?logged|linear scale|anti-?log|\b[pnµu]g\s*/\s*ml\b", {INTENSITY}),
        (r"\b[fr]pkm\b|\btpms?\b|\bcpm\b|(?:transcripts|counts|reads) per (?:million|kilobase)", {FPKM_OR_TPM}),
        (r"^counts$|(?:raw|read|gene)[\s-]*counts?\b(?! per)|count matrix|htseq|featurecounts", {COUNTS}),
        (r"^coverage$|base[\s-]*coverage|coverage sums?", {COVERAGE}),
        (r"\bz[\s-]*(?:score|transform)", {Z_SCORES}),
        (r"(?:mean|median|gene)[\s-]*cent(?:e)?r(?:e)?d|baseline (?:transform|to)", {CENTRED}),
    )
)


@dataclass(frozen=True)
class Scale:
    """The scale of a table.

    Attributes:
        name: one of the names above; `ambiguous` where it cannot be told.
        evidence: one sentence for the reader of the report: the quantiles, and the words of the source.
        certain: false where the spread of the numbers makes it likely and nothing states or proves it.
    """

    name: str
    evidence: str
    certain: bool


def detect(values: np.ndarray, stated: str = "", technology: str = "") -> Scale:
    """Tell the scale from what the source says and from how the numbers are spread.

    Each of the two leaves some scales possible. Where exactly one is left in both, that is it; where none is, they
    contradict each other. Without a statement the numbers must prove a scale (whole numbers, sums of a million, a range
    that no other logarithm has), or make it the only likely one, which is then not certain.

    Args:
        values: features × samples; NaN where there is none.
        stated: what the archive says, one statement a line: its `data_processing`, the unit of the reader.
        technology: that of the study; "" where it is not known.

    Returns:
        The scale. Two-colour log ratios are `centred`: both are relative to something that is not in the table.
    """
    spread = spread_of(np.asarray(values, dtype=float))
    if spread is None:
        return Scale(AMBIGUOUS, "The table holds no values.", False)
    said, words = _statement(stated)
    numbers = from_numbers(spread, technology)
    evidence = "; ".join([spread.sentence, *([numbers.reason] if numbers.reason else [])])
    if words:
        evidence += "; the source says " + ", ".join(f"'{shown(word)}'" for word in words)
    # That rows are centred shows by itself, whatever was said of the values before that step.
    if numbers.proof in (Z_SCORES, CENTRED):
        return Scale(numbers.proof, f"{evidence}.", True)
    both = said & numbers.possible if said else numbers.possible
    if said and not both:
        return Scale(AMBIGUOUS, f"{evidence}: the two do not fit.", False)
    if numbers.proof in both:
        return Scale(numbers.proof, f"{evidence}.", True)
    if said and len(both) == 1:
        return Scale(next(iter(both)), f"{evidence}.", True)
    if numbers.likely in both:
        return Scale(numbers.likely, f"{evidence}.", False)
    left = " or ".join(sorted(both)) or "none of the known scales"
    return Scale(AMBIGUOUS, f"{evidence}: this can be {left}.", False)


def decide(
    values: np.ndarray, declared: str, stated: str, technology: str, where: str
) -> tuple[Scale, list[dict[str, str]]]:
    """The scale to work with: as the study file declares it, or as it can be told.

    Args:
        values: features × samples; NaN where there is none.
        declared: `scale` of the study file, "" or `auto` where it is not set.
        stated: what the archive says of the values; not asked for counts, where it describes what others made of them.
        technology: rnaseq_counts, microarray, log_expression, proteomics or panel.
        where: the file, for the messages.

    Returns:
        The scale, never `ambiguous`, and a warning (W04) where it was guessed or levels are lost. For counts this
        looks at the scale alone: ``quality.count_faults`` names the single values.

    Raises:
        InputFaults: the scale cannot be told, is not one that the technology has, or is declared against the numbers;
            logarithms of counts that nobody normalised.
    """
    declared = "" if declared == AUTO else declared
    if technology == "rnaseq_counts":
        return _decide_counts(np.asarray(values, dtype=float), declared, stated, where), []
    if technology == "panel" and not declared:
        return _decide_panel(np.asarray(values, dtype=float), where), []
    found = detect(values, stated, technology)
    if technology in ("log_expression", "microarray"):
        _refuse_unnormalised(np.asarray(values, dtype=float), declared or found.name, where)
    if declared:
        return _decide_declared(np.asarray(values, dtype=float), declared, found, where)
    if found.name == AMBIGUOUS:
        raise fault(where, "", "", f"the scale of the values cannot be told: {found.evidence[:-1]}", _how_to_declare())
    if found.name in (Z_SCORES, CENTRED):
        raise _relative(found, where)
    if found.name in (COUNTS, COVERAGE):
        problem = f"these are counts, not the values of {technology}: {found.evidence[:-1]}"
        raise fault(where, "", "", problem, "Set technology: rnaseq_counts, or set scale: to what the values are")
    if technology == "log_expression" and found.name == INTENSITY:
        problem = f"these are no logarithms: {found.evidence[:-1]}"
        raise fault(where, "", "", problem, "Set scale: intensity to have them logged, or give log2 values")
    if found.certain:
        return found, []
    message = f"The scale of the values was not stated and is taken to be {found.name}: {found.evidence}"
    return found, [warning("W04", f"{message} Set scale: in the study file to settle it.")]


def to_log2(
    values: np.ndarray, scale: Scale, technology: str = "", where: str = "the table"
) -> tuple[np.ndarray, dict[str, Any]]:
    """Values of a known scale as log2.

    Args:
        values: features × samples; NaN where there is none.
        scale: as :func:`decide` returned it.
        technology: of the study: a zero of mass spectrometry or of a panel is a missing value, one of an array is a
            small one.
        where: the file, for the messages.

    Returns:
        The log2 values, and a step: `from`, what was done, and the numbers of values that were changed by it.

    Raises:
        InputFaults: z-scores and centred values, which have lost what is needed; counts and coverage, which are
            normalised instead; an array of which most values lie below the floor; negative FPKM or intensities of
            mass spectrometry.
    """
    step: dict[str, Any] = {"step": "log2", "from": scale.name}
    if scale.name in LOGARITHMS:
        factor = float(np.log2(LOGARITHMS[scale.name]))
        return values * factor, {**step, "method": "as it is" if scale.name == LOG2 else f"times {factor:.4f}"}
    if scale.name in (Z_SCORES, CENTRED):
        raise _relative(scale, where)
    if scale.name not in (INTENSITY, FPKM_OR_TPM):
        raise fault(where, "scale", scale.name, "cannot be made log2 values", _how_to_declare())
    if (scale.name == FPKM_OR_TPM or technology in ("proteomics", "panel")) and (values < 0).any():
        problem = f"{int((values < 0).sum())} values are negative, which no {scale.name} is"
        raise fault(where, "", f"{np.nanmin(values):.10g}", problem, _how_to_declare())
    if scale.name == FPKM_OR_TPM:
        # ASSUME one FPKM or TPM is added, as is the field's habit: a zero becomes 0 and values far below 1, which are
        # a few reads, differ little.
        return np.log2(values + 1), {**step, "method": "log2(x + 1)"}
    if technology in ("proteomics", "panel"):
        # ASSUME a zero of mass spectrometry means not seen, as MaxQuant and FragPipe write it, not absent: missing; one
        # of a panel lies below the limit of detection.
        seen = np.where(values > 0, values, np.nan)
        return np.log2(seen), {**step, "method": "log2(x), zeros are missing", "zeros": int((values == 0).sum())}
    return _log2_of_array(values, step, where)


# ASSUME array intensities below 16 units are noise; raised to it, the logarithm of noise does not spread. 16 is the
# offset that Shi, Oshlack and Smyth 2010 (doi 10.1093/nar/gkq871) found to balance noise against bias, limma's default.
ARRAY_FLOOR = 16.0


def _log2_of_array(values: np.ndarray, step: dict[str, Any], where: str) -> tuple[np.ndarray, dict[str, Any]]:
    raised = int((values < ARRAY_FLOOR).sum())
    if 2 * raised > np.isfinite(values).sum():
        problem = f"{raised} values, more than half, lie below {ARRAY_FLOOR:g}, where intensities of an array are noise"
        raise fault(where, "", "", problem, "Give log2 values, or intensities that were not rescaled")
    method = f"log2(x), values below {ARRAY_FLOOR:g} raised to it"
    return np.log2(np.maximum(values, ARRAY_FLOOR)), {**step, "method": method, "raised": raised}


def _refuse_unnormalised(values: np.ndarray, name: str, where: str) -> None:
    """Refuse logarithms of raw counts: taken as normalised, the depths of the libraries would pass for expression."""
    if name in LOGARITHMS and (shown_by := unnormalised(values, name)):
        problem = f"these are logarithms of counts that nobody normalised: {shown_by}"
        fix = "Give the counts themselves, with technology: rnaseq_counts and without scale:"
        raise fault(where, "technology", "", problem, fix)


def _how_to_declare() -> str:
    return f"Set scale: in the study file to what the paper states: {', '.join(DECLARABLE)}"


def _relative(scale: Scale, where: str) -> InputFaults:
    what = "z-scores" if scale.name == Z_SCORES else "centred values or log ratios"
    problem = f"these are {what}, which have lost how strongly a gene is expressed: {scale.evidence[:-1]}"
    fix = "Give the values before that step, or set scale: log2 to compare them all the same as log2 differences"
    return fault(where, "", "", problem, fix)


def _decide_counts(values: np.ndarray, declared: str, stated: str, where: str) -> Scale:
    spread = spread_of(values)
    if declared not in ("", COUNTS, COVERAGE):
        fix = "Set technology: log_expression, microarray or proteomics, or give the raw counts"
        raise fault(where, "scale", declared, "is not a scale of technology rnaseq_counts", fix)
    if spread is None:
        raise fault(where, "", "", "the table holds no values", RAW_COUNTS)
    if np.isnan(values).any():
        problem = f"{int(np.isnan(values).sum())} values are missing, counts never are"
        raise fault(where, "", "", problem, NORMALISED_OR_COUNTS)
    if declared == COVERAGE or (not declared and stated.strip().casefold() == COVERAGE):
        if spread.negative or spread.high < 1:
            raise fault(where, "", "", f"these are no sums of coverage: {spread.sentence}", RAW_COUNTS)
        return Scale(COVERAGE, f"{spread.sentence}; they are declared to be sums of base coverage.", True)
    if declared and (spread.negative or spread.whole < 0.5):
        problem = f"does not fit the numbers: {spread.sentence}, not whole"
        raise fault(where, "scale", declared, problem, NORMALISED_OR_COUNTS)
    if other := not_counts(values):
        raise fault(where, "", *other, NORMALISED_OR_COUNTS)
    if len(values) >= FEWEST_ROWS_TO_JUDGE and np.median(spread.sums) > LARGEST_LIBRARY:
        problem = (
            f"the columns sum to {np.median(spread.sums):.2g}, more reads than a library has: is it base coverage?"
        )
        raise fault(
            where,
            "",
            "",
            problem,
            "Give the raw counts; sums of coverage are read from recount3 itself (kind: recount3)",
        )
    return Scale(COUNTS, f"{spread.sentence}.", True)


# ASSUME no logarithm of a concentration or of a scanner's intensity is above this, in any base.
HIGHEST_LOGARITHM = 40.0


def _decide_panel(values: np.ndarray, where: str) -> Scale:
    """The scale of a few analytes: their spread says too little, only numbers too high for logarithms tell."""
    known = values[~np.isnan(values)]
    seen = f"the values go from {known.min():.4g} to {known.max():.4g}" if known.size else "there are no values"
    if known.size and known.max() > HIGHEST_LOGARITHM:
        return Scale(INTENSITY, f"{seen}, too high for logarithms.", True)
    fix = "Set scale: in the study file: intensity (concentrations too), log2, ln or log10"
    raise fault(where, "scale", "", f"the scale of the panel cannot be told: {seen}", fix)


def _decide_declared(values: np.ndarray, declared: str, found: Scale, where: str) -> tuple[Scale, list[dict[str, str]]]:
    """The declared scale, unless the numbers rule it out."""
    if declared not in DECLARABLE or declared in (COUNTS, COVERAGE):
        fix = "Set technology: rnaseq_counts for counts" if declared in LINEAR else _how_to_declare()
        raise fault(where, "scale", declared, "is not a scale that this technology can have", fix)
    spread = spread_of(values)
    if spread is None:
        raise fault(where, "", "", "the table holds no values", "Give the values of the samples")
    judged = spread.rows >= FEWEST_ROWS_TO_JUDGE
    high = declared in LOGARITHMS and spread.top > HIGHEST[""][declared]
    below_zero = declared == FPKM_OR_TPM and spread.negative > 0
    low = declared in LINEAR and judged and spread.top <= SMALLEST_MAXIMUM and spread.tail < HEAVY_TAIL
    if high or below_zero or low:
        raise fault(where, "scale", declared, f"does not fit the numbers: {spread.sentence}", _how_to_declare())
    scale = Scale(declared, f"The study file says {declared}; {spread.sentence}.", True)
    message = ""
    if found.name in (Z_SCORES, CENTRED):
        message = (
            f"is declared, but these are {found.name}: the levels of the genes are lost, only differences are left"
        )
    elif declared == LOG2 and judged and spread.top < LOWEST[LOG2]:
        message = "is declared, but the values are so small that they may be logarithms of logarithms"
    return scale, [warning("W04", f"scale: {declared} {message}. {found.evidence}")] if message else []


def _statement(stated: str) -> tuple[frozenset[str], list[str]]:
    """The scales that the words of the source stand for, and the words."""
    text = _FOLD_CHANGE.sub(" ", stated.strip())
    said: set[str] = set()
    words = []
    for pattern, names in _WORDS:
        match = pattern.search(text)
        # A logarithm of no stated base adds nothing to one whose base is stated.
        if match and not (LN in names and LOG2 in names and said & set(LOGARITHMS)):
            said |= names
            words.append(match.group(0).strip(" ("))
    return frozenset(said), words
