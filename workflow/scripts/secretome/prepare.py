"""From a matrix of counts to the expression of a study: check, name the genes, filter, normalise."""

from typing import Any

import numpy as np
import pandas as pd

from secretome import genes, quality
from secretome.delimited import Matrix
from secretome.expression import Expression
from secretome.faults import InputFaults, fault, listed
from secretome.normalise import keep_expressed, log2_cpm, tmm_factors

# ASSUME a variance trend and a prior variance cannot be estimated from fewer genes.
FEWEST_KEPT = 10
LARGEST_FILTERED_SHARE = 0.5


def prepare(
    matrix: Matrix,
    samples: pd.DataFrame,
    known_genes: tuple[pd.DataFrame, pd.DataFrame],
    smallest_group: int,
    where: str,
) -> tuple[Expression, dict[str, Any]]:
    """Check, name, filter and normalise the counts of one study.

    Args:
        matrix: gene ids × samples, as read; its columns in any order.
        samples: the sample sheet, the sample ids as its index; their order is that of the result.
        known_genes: the genes and the aliases (see ``tables.GENES``, ``tables.ALIASES``).
        smallest_group: the number of samples of the smallest group; the labels themselves are not seen.
        where: the file of the matrix, for the messages.

    Returns:
        The expression, its genes sorted by symbol: all that have a read, `kept` those that pass the filter.
        `library_size` and `norm_factor` are of the kept genes, `log2` of all by these. And the quality, see
        ``quality.summary``, with `genes`: the numbers of each step.

    Raises:
        InputFaults: samples are missing, or the sheet has a column that is made here; these are not counts
            (``quality.count_faults``); the ids are not those of human genes (``genes.to_symbols``); or too few genes
            are left to be compared.
    """
    counts = _in_order(matrix, samples.index, where)
    faults = quality.count_faults(counts, matrix.ids, list(samples.index), where)
    if faults:
        raise InputFaults(faults)
    mapping = genes.to_symbols(matrix.ids, *known_genes, counts.sum(axis=1), where)
    symbols, gene_ids, merged = genes.merge(counts, mapping)
    has_reads = merged.any(axis=1)
    rows = pd.DataFrame({"gene_id": gene_ids}, index=pd.Index(symbols, dtype=object))[has_reads]
    merged = merged[has_reads]
    _require_reads(merged, samples, "known", where)
    kept = keep_expressed(merged, smallest_group)
    _require_kept(merged[kept], where)
    _require_reads(merged[kept], samples, "tested", where)
    library_sizes, factors = merged[kept].sum(axis=0), tmm_factors(merged[kept])
    log2 = log2_cpm(merged, factors, library_sizes=library_sizes)
    steps = _steps(counts, mapping, merged, kept)
    result = Expression(
        log2=np.ascontiguousarray(log2.T),
        counts=np.ascontiguousarray(merged.T),
        samples=samples.assign(library_size=library_sizes, norm_factor=factors),
        genes=rows.assign(kept=kept, filter_reason=np.where(kept, "", "low_expression").astype(object)),
        provenance={"steps": steps},
    )
    return result, _quality(result, mapping, steps)


def _in_order(matrix: Matrix, samples: pd.Index, where: str) -> np.ndarray:
    """The columns of the sheet's samples, in the order of the sheet."""
    position = {name: column for column, name in enumerate(matrix.columns)}
    missing = [sample for sample in samples if sample not in position]
    if missing:
        problem = f"samples of the sheet are not columns of the table: {listed(missing)}"
        raise fault(where, "", "", problem, f"Its columns are {listed(matrix.columns)}; name them alike")
    return matrix.values[:, [position[sample] for sample in samples]]


def _require_reads(counts: np.ndarray, samples: pd.DataFrame, which: str, where: str) -> None:
    """Refuse samples that have no read on the genes at hand: their libraries cannot be compared with the others."""
    empty = samples.index[~counts.any(axis=0)]
    if len(empty):
        fix = "Leave the samples out of the sheet and the table, or get their counts again"
        raise fault(where, "", listed(empty), f"no read of these samples is on a {which} gene", fix)


def _require_kept(counts: np.ndarray, where: str) -> None:
    """Refuse a table of which too few genes are left, or most of which do not vary: nothing could be moderated."""
    varying = int((counts.min(axis=1) < counts.max(axis=1)).sum()) if len(counts) else 0
    if varying < FEWEST_KEPT or 2 * varying <= len(counts):
        problem = (
            f"{len(counts)} genes have enough reads to be compared, and {varying} of them differ between samples; "
            f"at least {FEWEST_KEPT}, and more than half, must"
        )
        raise fault(where, "", "", problem, "Give the counts of all genes, or deeper libraries")


def _steps(counts: np.ndarray, mapping: genes.Mapping, merged: np.ndarray, kept: np.ndarray) -> list[dict[str, Any]]:
    """What each step was given and what it left, in their order."""
    return [
        {"step": "read", "rows": len(counts), "reads": int(counts.sum()), "samples": counts.shape[1]},
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


def _quality(expression: Expression, mapping: genes.Mapping, steps: list[dict[str, Any]]) -> dict[str, Any]:
    """The summary of the samples, with the numbers of the steps and all warnings."""
    assert expression.counts is not None
    kept = expression.genes["kept"].to_numpy()
    found = quality.summary(expression.log2[:, kept], expression.counts, list(expression.samples.index))
    warnings = [*mapping.warnings, *found["warnings"]]
    share = 1 - kept.mean()
    if share > LARGEST_FILTERED_SHARE:
        message = f"{100 * share:.0f} % of the genes that have reads have too few to be tested."
        warnings.append({"code": "W19", "message": message})
    return {**found, "genes": steps, "warnings": warnings}
