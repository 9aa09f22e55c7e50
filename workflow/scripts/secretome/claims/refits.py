"""What the claims of a contrast are estimated as under each variant; nothing is judged."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from secretome.claims.estimates import estimate_feature
from secretome.claims.files import named_genes
from secretome.claims.fits import NUMBERS, GeneNumbers, genes_without_reads, with_genes_kept
from secretome.claims.gene_sets import Weights, set_interval
from secretome.claims.variants import LIST, Variant, lists_of, variants_of
from secretome.comparison.compare import design_of
from secretome.comparison.engines import ContrastFit, Engine, finite_df, fit_contrast, rows_of
from secretome.designs.design import Design
from secretome.expression import Expression
from secretome.faults import InputFaults
from secretome.models.borrowing import estimate_contrast
from secretome.models.linear import CannotBeFitted
from secretome.pathways.fitted import rotated
from secretome.tables import NUMBER, TEXT, Contract, table_of

CLAIM_VARIANTS = Contract(
    "claim_variants",
    {
        "paper": TEXT,
        "claim": TEXT,
        "kind": TEXT,
        "variant": TEXT,
        "effect": NUMBER,  # as measured, as in ``ESTIMATES``
        "ci_low": NUMBER,
        "ci_high": NUMBER,
        "panel": TEXT,  # of a signal the verdict of the panel, which is not made again
        "problem": TEXT,
    },
    key=("paper", "claim", "kind", "variant"),
    order=("paper", "claim"),
)

Tables = Mapping[str, pd.DataFrame]
Asked = Mapping[str, Any]
Claim = tuple[str, str]  # paper and claim


def claim_variants(
    expression: Expression,
    settings: Mapping[str, Any],
    asked: Sequence[Asked],
    tables: Tables,
    estimates: pd.DataFrame,
    sets: Mapping[Claim, Weights],
) -> pd.DataFrame:
    """Estimate again, under each variant, the claims of which there is an interval.

    Args:
        expression, settings, asked, tables: as :func:`secretome.claims.estimates.estimate_claims`.
        estimates: what that gives.
        sets: the gene sets of the claims, :func:`secretome.claims.gene_sets.asked_sets`.

    Returns:
        The table ``CLAIM_VARIANTS``, one row a claim and variant, in the order of :mod:`secretome.claims.variants`.
    """
    told = estimates[estimates["ci_low"].notna()]
    panels = {(paper, claim): panel for paper, claim, panel in told[["paper", "claim", "panel"]].to_numpy().tolist()}
    chosen = [one for one in asked if _name(one) in panels and (_is_of_genes(one) or _name(one) in sets)]
    rows: list[dict[str, Any]] = []
    if chosen:
        for variant in variants_of(expression, settings):
            rows += _of_variant(variant, chosen, tables, settings, sets)
        rows += _of_lists([one for one in chosen if "share_of" in one["feature"]], tables, settings)
    return table_of(({**row, "panel": panels[_name(row)]} for row in rows), CLAIM_VARIANTS)


def _name(one: Mapping[str, Any]) -> Claim:
    return one["paper"], one["claim"]


def _is_of_genes(asked: Asked) -> bool:
    return "signal" not in asked["feature"] and "gene_set" not in asked["feature"]


def _of_variant(
    variant: Variant,
    asked: Sequence[Asked],
    tables: Tables,
    settings: Mapping[str, Any],
    sets: Mapping[Claim, Weights],
) -> list[dict[str, Any]]:
    genes = list(dict.fromkeys(gene for one in asked for gene in named_genes(one)))
    try:
        refit = _refitted(variant, genes, tables["differential"])
    except CannotBeFitted as found:
        return [_row(one, variant.kind, variant.name, {"problem": str(found)}) for one in asked]
    except InputFaults as found:
        problem = "; ".join(f"{one.field} {one.value} {one.problem}" for one in found.faults)
        return [_row(one, variant.kind, variant.name, {"problem": problem}) for one in asked]
    changed = {**tables, "differential": refit.tested}
    rows = []
    for one in asked:
        if _is_of_genes(one):
            estimate = estimate_feature(one, refit.numbers, changed, settings)
        else:
            effect, low, high = set_interval(sets[_name(one)], refit.model, refit.design)
            estimate = {"effect": effect, "ci_low": low, "ci_high": high}
        rows.append(_row(one, variant.kind, variant.name, estimate))
    return rows


def _of_lists(asked: Sequence[Asked], tables: Tables, settings: Mapping[str, Any]) -> list[dict[str, Any]]:
    nothing = GeneNumbers(pd.DataFrame(), None, {})
    return [
        _row(one, LIST, name, estimate_feature(one, nothing, {**tables, "secretome": secretome}, settings))
        for name, secretome in lists_of(tables["secretome"]).items()
        for one in asked
    ]


def _row(asked: Asked, kind: str, variant: str, found: Mapping[str, Any]) -> dict[str, Any]:
    numbers = {name: found.get(name, np.nan) for name in ("effect", "ci_low", "ci_high")}
    problem = found.get("problem", "")
    if not problem and np.isnan(numbers["ci_low"]):
        problem = "it has no interval"
    named = {"paper": asked["paper"], "claim": asked["claim"], "kind": kind, "variant": variant}
    return {**named, **numbers, "problem": problem}


@dataclass(frozen=True)
class _Refit:
    """One variant, fitted: the numbers of the genes that are asked for, the tested genes, and their models."""

    numbers: GeneNumbers
    tested: pd.DataFrame
    model: ContrastFit
    design: Design


def _refitted(variant: Variant, genes: Sequence[str], differential: pd.DataFrame) -> _Refit:
    """The numbers of the genes as :func:`secretome.claims.fits.gene_numbers` has them.

    The genes that the filter of the variant left out are fitted with the others a second time, so that what the others
    borrow is not theirs.
    """
    expression = variant.expression
    design = design_of(expression, variant.settings["contrast"], variant.settings["samples"])
    first, table = _fitted(variant, expression, design)
    model, tested = first, table.rename_axis("gene").reset_index()
    silent = genes_without_reads(expression, rows_of(expression, design), genes)
    known = expression.genes.index
    left_out = known[~expression.genes["kept"].to_numpy(bool) & known.isin(genes) & ~known.isin(silent)]
    if len(left_out):
        model, again = _fitted(variant, with_genes_kept(expression, left_out), design)
        table = pd.concat([table, again.reindex(left_out)])
    numbers = differential.set_index("gene")[[*NUMBERS, "expression_percentile", "reason"]].copy()
    numbers[NUMBERS[1:]] = table.reindex(numbers.index)[NUMBERS[1:]]
    numbers.loc[numbers.index.isin(silent), NUMBERS[1:]] = np.nan
    reasons = np.where(numbers.index.isin(silent), "not_detected", "too_few_values")
    numbers["reason"] = np.where(numbers["ci_low"].notna(), "", reasons)
    numbers[["variance_percentile", "level_at_most"]] = np.nan
    # The residual effects of a few genes alone: what the mean of several takes.
    of_genes = rotated(model, design, model.table.index.isin(list(genes)) & ~np.isnan(model.values).any(axis=1))
    return _Refit(GeneNumbers(numbers, of_genes, {}), tested, first, design)


def _fitted(variant: Variant, expression: Expression, design: Design) -> tuple[ContrastFit, pd.DataFrame]:
    """The models and their table, the degrees of freedom as a table has them."""
    model = fit_contrast(expression, design, Engine.of(variant.settings))
    table = model.table
    if variant.borrowing is not None and model.fitted is not None and model.moderated is not None:
        table, _ = estimate_contrast(model.fitted, design.contrast, variant.borrowing)
        table.index = model.table.index
    return model, table.assign(df=finite_df(table["df"]))
