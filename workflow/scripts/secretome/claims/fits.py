"""The numbers of single genes in one contrast, those of claims that the expression filter left out among them."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from secretome.claims.upper_bound import bound_of_groups
from secretome.comparison.compare import design_of
from secretome.comparison.engines import rows_of
from secretome.designs.design import Design
from secretome.expression import Expression
from secretome.faults import InputFaults
from secretome.models.linear import CannotBeFitted
from secretome.pathways.fitted import FittedContrast, fitted_design

NUMBERS = ["mean_log2_expression", "log2_fold_change", "ci_low", "ci_high", "standard_error", "df"]


@dataclass(frozen=True)
class GeneNumbers:
    """What is known of every gene of one contrast.

    Attributes:
        table: the gene as index; the columns of ``NUMBERS``, `expression_percentile`, `variance_percentile`, `reason`
            (why a gene has no interval; "" where it has one) and `level_at_most` (counts per million, of a gene without
            a read in the samples compared; else NaN).
        fitted: the models, with the genes of the claims; None where the contrast cannot be fitted.
        sizes: level → how many samples; of what is compared.
    """

    table: pd.DataFrame
    fitted: FittedContrast | None
    sizes: dict[str, int]


def gene_numbers(
    expression: Expression, settings: Mapping[str, Any], differential: pd.DataFrame, genes: Collection[str]
) -> GeneNumbers:
    """The numbers of the contrast's table, and of the genes of claims that it left out for being low.

    A gene that was named beforehand is not among those that a filter protects from: it is fitted with all others, and
    what it borrows is theirs. The numbers of the genes that passed the filter are those of the table. A negative
    binomial model is not fitted again: what the filter left out then has the numbers of voom.

    Args:
        expression: a study that is available.
        settings: as :func:`secretome.pathways.fitted.fitted_contrast`.
        differential: contract ``DIFFERENTIAL`` of the contrast.
        genes: those of the claims.
    """
    table = differential.set_index("gene")[[*NUMBERS, "expression_percentile", "reason"]].copy()
    table["variance_percentile"], table["level_at_most"] = np.nan, np.nan
    try:
        design = design_of(expression, settings["contrast"], settings["samples"])
        rows = rows_of(expression, design)
        silent = genes_without_reads(expression, rows, genes)
        low = table.index[table["reason"] == "low_expression"]
        bypassing = [gene for gene in genes if gene in low and gene not in silent]
        fitted = fitted_design(with_genes_kept(expression, bypassing), design, settings)
    except (InputFaults, CannotBeFitted):
        return GeneNumbers(table, None, {})
    if bypassing:
        added = fitted.model.table.reindex(bypassing)
        table.loc[bypassing, NUMBERS[1:]] = added[NUMBERS[1:]].to_numpy()
        table.loc[bypassing, "reason"] = np.where(added["ci_low"].notna(), "", "low_expression")
    if silent:
        table.loc[silent, "level_at_most"] = _bound(expression, rows, design)
        table.loc[silent, "reason"] = "not_detected"
        table.loc[silent, NUMBERS[1:]] = np.nan
    table.update(pd.DataFrame({"variance_percentile": _variance_percentiles(fitted)}))
    sizes = {level: len(samples) for level, samples in design.compared.items()}
    return GeneNumbers(table, fitted, sizes)


def with_genes_kept(expression: Expression, genes: Collection[str]) -> Expression:
    """The study with these genes kept, whatever the filter said."""
    kept = expression.genes["kept"].to_numpy(bool) | expression.genes.index.isin(list(genes))
    return replace(expression, genes=expression.genes.assign(kept=kept))


def genes_without_reads(expression: Expression, rows: np.ndarray, genes: Collection[str]) -> list[str]:
    """Those of the genes without a read in any of some samples; of a study without counts none.

    Args:
        expression: the study.
        rows: where the samples stand.
        genes: those that are asked for; the others are not looked at.
    """
    if expression.counts is None:
        return []
    positions = np.flatnonzero(expression.genes.index.isin(list(genes)))
    counted = expression.counts[rows][:, positions].any(axis=0)
    return expression.genes.index[positions[~counted]].to_list()


def _bound(expression: Expression, rows: np.ndarray, design: Design) -> float:
    samples = expression.samples.iloc[rows]
    library = (samples["library_size"] * samples["norm_factor"]).to_numpy(float)
    names = list(design.samples)
    groups = [np.array([names.index(one) for one in group]) for group in design.compared.values()]
    return bound_of_groups(library, groups)


def _variance_percentiles(fitted: FittedContrast) -> pd.Series:
    """The share of the tested genes that vary less within the groups, in percent, ties counting half."""
    models, index = fitted.model.fitted, fitted.model.table.index
    if models is None:
        return pd.Series(np.nan, index=index)
    variance = pd.Series(models.variance, index=index, dtype=float)
    ranks = variance.where(pd.Series(models.residual_df, index=index) > 0).rank(method="average")
    return 100 * (ranks - 0.5) / max(int(ranks.notna().sum()), 1)
