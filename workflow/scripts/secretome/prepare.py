"""From the table of a source to the expression of a study: check, name the genes, filter, normalise."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np
import pandas as pd

from secretome import analytes, genes, imputation, quality, scales, serum, swaps, technologies
from secretome.expression import Expression
from secretome.expression_level import mean_of_present
from secretome.faults import InputFaults, fault, listed, warning
from secretome.normalisations import normalisation_of
from secretome.normalise import keep_expressed, log2_cpm, tmm_factors
from secretome.sample_quantities import quantity_faults
from secretome.source_table import SourceTable
from secretome.study_samples import StudySamples, select, smallest_group

# ASSUME a variance trend and a prior variance cannot be estimated from fewer genes.
FEWEST_KEPT = 10
FEWEST_ANALYTES = 1  # of a panel: each analyte can stand for itself
LARGEST_FILTERED_SHARE = 0.5
# ASSUME samples whose medians lie further apart (log2) were not normalised together.
LARGEST_DIFFERENCE_OF_MEDIANS = 1.0

# The codes of what readers warn of.
WARNINGS_OF_STEPS = {"may be imputed": "W21"}

KnownGenes = tuple[pd.DataFrame, pd.DataFrame]


@dataclass(frozen=True)
class Prepared:
    """What the stage hands on.

    Attributes:
        expression: the study, its genes sorted by symbol.
        quality: as ``quality.summary``, with `steps` and all warnings.
        unused: column of the source → why it is not used.
    """

    expression: Expression
    quality: dict[str, Any]
    unused: dict[str, str]


@dataclass(frozen=True)
class _Named:
    """Values by current symbol, before and after the filter."""

    symbols: pd.DataFrame  # index: symbol; gene_id, kept, filter_reason
    values: np.ndarray  # symbols × samples
    mapping: genes.Mapping
    steps: list[dict[str, Any]]
    warnings: list[dict[str, str]]


def prepare(table: SourceTable, known_genes: KnownGenes, study: Mapping[str, Any], where: str) -> Prepared:
    """Check, name, filter and normalise one study.

    Counts: rows of one gene are summed, genes of low expression marked, libraries normalised by TMM. Everything else is
    brought to log2; of the rows of one gene the most expressed one is taken; proteins and panels are normalised as
    ``normalisations`` says, other values are taken as their authors normalised them.

    Args:
        table: as read.
        known_genes: the genes and the aliases (see ``tables.GENES``, ``tables.ALIASES``).
        study: `technology`, `scale`, `samples` and `contrasts` (key → the keys of a model) of the study file; where it
            is known, `compartment`.
        where: the file of the table, for the messages.

    Raises:
        InputFaults: what is wrong with the samples (``study_samples``), the values (``quality.count_faults``,
            ``quality.log_faults``, ``scales.decide``), the identifiers (``genes.to_symbols``); or too few genes are
            left to be compared.
    """
    counted = technologies.counted(study["technology"])
    samples = select(table, study["samples"], "sum" if counted else "mean", where)
    fewest = smallest_group(samples.sheet, study["contrasts"], study["samples"], where)
    read = {"step": "read", "rows": len(table.ids), "columns": len(table.columns), "samples": len(samples.sheet)}
    before = [read, *table.steps, *samples.steps]
    if counted:
        named, expression = _from_counts(table, samples, known_genes, fewest, where)
    else:
        named, expression = _from_values(table, samples, known_genes, fewest, study, where)
    steps = [*before, *named.steps]
    expression.provenance["steps"] = steps
    kept = expression.genes["kept"].to_numpy(bool)
    found = quality.summary(expression.log2[:, kept], expression.counts, list(expression.samples.index))
    warnings = [
        *_told_by(table.steps),
        *samples.warnings,
        *named.warnings,
        *named.mapping.warnings,
        *found["warnings"],
        *([] if study["technology"] == "panel" else _swap_warnings(expression, study["samples"])),
        *_filter_warnings(kept, counted),
    ]
    return Prepared(expression, {**found, "genes": steps, "warnings": warnings}, samples.unused)


def _from_counts(
    table: SourceTable, samples: StudySamples, known_genes: KnownGenes, fewest: float, where: str
) -> tuple[_Named, Expression]:
    counts = samples.values
    names = list(samples.sheet.index)
    faults = quality.count_faults(counts, table.ids, names, where)
    if faults:
        raise InputFaults(faults)
    scales.decide(counts, "", samples.stated, "rnaseq_counts", where)
    mapping = genes.to_symbols(table.genes, *known_genes, counts.sum(axis=1), where)
    symbols, gene_ids, merged = genes.merge(counts, mapping)
    has_reads = merged.any(axis=1)
    rows = pd.DataFrame({"gene_id": gene_ids}, index=pd.Index(symbols, dtype=object))[has_reads]
    merged = merged[has_reads]
    _require_values(merged, names, "read", "known", where)
    kept = keep_expressed(merged, fewest)
    _require_kept(merged[kept], where)
    _require_values(merged[kept], names, "read", "tested", where)
    library_sizes, factors = merged[kept].sum(axis=0), tmm_factors(merged[kept])
    log2 = log2_cpm(merged, factors, library_sizes=library_sizes)
    rows = rows.assign(kept=kept, filter_reason=np.where(kept, "", "low_expression").astype(object))
    steps: list[dict[str, Any]] = [
        {"step": "name genes", "kind": mapping.kind, **mapping.numbers, "reads": int(merged.sum())},
        {
            "step": "filter",
            "genes": len(merged),
            "kept": int(kept.sum()),
            "low_expression": int((~kept).sum()),
            "constant": int((np.ptp(merged[kept], axis=1) == 0).sum()),
            "reads": int(merged[kept].sum()),
        },
        {"step": "normalise", "method": "log2 counts per million, TMM factors, prior count 2"},
    ]
    sheet = samples.sheet.assign(library_size=library_sizes, norm_factor=factors)
    return _Named(rows, merged, mapping, steps, []), _expression(log2, merged, sheet, rows)


def _from_values(
    table: SourceTable,
    samples: StudySamples,
    known_genes: KnownGenes,
    fewest: float,
    study: Mapping[str, Any],
    where: str,
) -> tuple[_Named, Expression]:
    """The way of everything that is not counted: arrays, normalised values, proteins."""
    names = list(samples.sheet.index)
    faults = quality.value_faults(samples.values, table.ids, names, where)
    if faults:
        raise InputFaults(faults)
    technology = study["technology"]
    _require_quantities(samples.sheet, study, where)
    declared = "" if study["scale"] == "auto" else study["scale"]
    scale, warnings = scales.decide(samples.values, declared, samples.stated, technology, where)
    log2, converted = scales.to_log2(samples.values, scale, technology, where)
    converted["decided"] = "as the study file says" if declared else scale.evidence
    several: Literal["first", "drop"] = "first" if technology == "proteomics" else "drop"
    written = analytes.gene_names(table.genes, known_genes[0]["symbol"]) if technology == "panel" else table.genes
    mapping = genes.to_symbols(written, *known_genes, where=where, levels=mean_of_present(log2), several=several)
    symbols, gene_ids, merged = genes.merge(log2, mapping, "most_expressed", table.ids)
    rows = pd.DataFrame({"gene_id": gene_ids}, index=pd.Index(symbols, dtype=object))
    reasons = _filter_reasons(merged, fewest)
    kept = reasons == ""
    _require_kept(merged[kept], where, FEWEST_ANALYTES if technology == "panel" else FEWEST_KEPT)
    said = _told_of_content(table, log2, samples, mapping, study)
    normalised, sheet, step, about = _normalised(merged, kept, samples.sheet, study)
    steps: list[dict[str, Any]] = [
        converted,
        {"step": "name genes", "kind": mapping.kind, **mapping.numbers},
        {"step": "filter", "genes": len(merged), "kept": int(kept.sum()), **_counted(reasons)},
        step,
    ]
    rows = rows.assign(kept=kept, filter_reason=reasons)
    told = [*warnings, *said, *about]
    return _Named(rows, merged, mapping, steps, told), _expression(normalised, None, sheet, rows)


def _expression(log2: np.ndarray, counts: np.ndarray | None, sheet: pd.DataFrame, rows: pd.DataFrame) -> Expression:
    of_samples = None if counts is None else np.ascontiguousarray(counts.T)
    return Expression(np.ascontiguousarray(log2.T), of_samples, sheet, rows, {})


def _filter_reasons(log2: np.ndarray, fewest: float) -> np.ndarray:
    """Why a gene is not tested, "" where it is.

    # ASSUME a gene needs as many values as the smallest group has samples, whichever samples they are; arrays and
    # normalised values are not filtered by how high they are, as their authors may have shifted the scale.
    """
    values = (~np.isnan(log2)).sum(axis=1)
    lowest, highest = (
        np.where(np.isnan(log2), np.inf, log2).min(axis=1),
        np.where(np.isnan(log2), -np.inf, log2).max(axis=1),
    )
    reasons = np.where(values < fewest, "not_detected", np.where(lowest == highest, "constant", ""))
    return reasons.astype(object)


def _counted(reasons: np.ndarray) -> dict[str, int]:
    return {reason: int((reasons == reason).sum()) for reason in ("not_detected", "constant")}


def _normalised(
    log2: np.ndarray, kept: np.ndarray, sheet: pd.DataFrame, study: Mapping[str, Any]
) -> tuple[np.ndarray, pd.DataFrame, dict[str, Any], list[dict[str, str]]]:
    """The values as they are compared, the sheet with what was subtracted, the step, and what has to be known."""
    names = list(sheet.index)
    if study["technology"] in technologies.OF_AMOUNTS:
        found = normalisation_of(log2[kept], sheet, study["samples"], study["technology"])
        step = {"step": "normalise", "method": f"log2; {found.method}", "other": found.other, "shared": found.shared}
        sheet = sheet.assign(shift=found.shift, other_shift=found.other_shift)
        return log2 - found.shift, sheet, step, list(found.warnings)
    medians = np.array([np.median(column[~np.isnan(column)]) for column in log2[kept].T])
    warnings = []
    if np.ptp(medians) > LARGEST_DIFFERENCE_OF_MEDIANS:
        low, high = names[int(medians.argmin())], names[int(medians.argmax())]
        message = (
            f"The samples do not look normalised together: the median of {low} is {medians.min():.2f}"
            f" and that of {high} {medians.max():.2f} (log2)."
        )
        warnings.append(warning("W05", message))
    return log2, sheet, {"step": "normalise", "method": "as the authors normalised them"}, warnings


def _require_quantities(sheet: pd.DataFrame, study: Mapping[str, Any], where: str) -> None:
    """Refuse quantities of a sheet that are no numbers: one that an archive fills is known only now."""
    columns = {"": list(sheet.index), **{name: sheet[name].to_list() for name in sheet}}
    faults = quantity_faults(columns, "", study["samples"], study["technology"])
    if faults:
        raise InputFaults(replace(one, where=where) for one in faults)


def _told_of_content(
    table: SourceTable, log2: np.ndarray, samples: StudySamples, mapping: genes.Mapping, study: Mapping[str, Any]
) -> list[dict[str, str]]:
    """What of the values themselves the reader has to know: gaps that were filled, serum, analytes that are lost."""
    if study["technology"] == "panel":
        lost = [name for name, symbol in zip(table.ids, mapping.symbols, strict=True) if not symbol]
        message = f"Analytes that name no known human gene were left out: {listed(lost, 20)}."
        return [warning("W10", message)] if lost else []
    if study["technology"] != "proteomics":
        return []
    found = []
    if not any("protein groups" in step["step"] for step in table.steps):  # their reader has looked already
        found = _told_by(imputation.signs_of_imputation(log2, logged=True))
    if study.get("compartment") == "medium":
        found += serum.serum_warnings(log2, mapping.symbols, list(samples.sheet.index))
    return found


def _told_by(steps: list[dict[str, Any]]) -> list[dict[str, str]]:
    """What a reader found that the reader of the page has to know."""
    return [warning(WARNINGS_OF_STEPS.get(one["step"], "read"), one["warning"]) for one in steps if "warning" in one]


def _swap_warnings(expression: Expression, samples: Mapping[str, Any]) -> list[dict[str, str]]:
    """Samples that do not look like the cell line or donor that the sheet says."""
    column = samples["identity"] or samples["subject"]
    identity = expression.samples[column].to_list() if column in expression.samples else None
    return swaps.check(expression.log2, list(expression.genes.index), list(expression.samples.index), identity)


def _filter_warnings(kept: np.ndarray, counted: bool) -> list[dict[str, str]]:
    share = 1 - kept.mean()
    if share <= LARGEST_FILTERED_SHARE:
        return []
    what = "of the genes that have reads have too few" if counted else "of the genes have too few values"
    return [warning("W19", f"{100 * share:.0f} % {what} to be tested.")]


def _require_values(values: np.ndarray, names: list[str], what: str, which: str, where: str) -> None:
    """Refuse samples that have nothing on the genes at hand: they cannot be compared with the others."""
    empty = [names[column] for column in np.flatnonzero(~values.any(axis=0))]
    if empty:
        fix = "Leave the samples out of the sheet and the table, or get their counts again"
        raise fault(where, "", listed(empty), f"no {what} of these samples is on a {which} gene", fix)


def _require_kept(values: np.ndarray, where: str, fewest: int = FEWEST_KEPT) -> None:
    """Refuse a table of which too few genes are left, or most of which do not vary: nothing could be moderated."""
    spread = np.where(np.isnan(values), -np.inf, values).max(axis=1, initial=-np.inf) > np.where(
        np.isnan(values), np.inf, values
    ).min(axis=1, initial=np.inf)
    varying = int(spread.sum())
    if varying < fewest or 2 * varying <= len(values):
        problem = (
            f"{len(values)} genes have enough reads or values to be compared, and {varying} of them differ between "
            f"samples; at least {fewest}, and more than half, must"
        )
        raise fault(where, "", "", problem, "Give the values of all genes, or deeper libraries")
