"""What one contrast says of the features of claims: an effect and its 95 % interval, or why there is none."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from secretome import wording
from secretome.claims import features
from secretome.claims.features import NONE, Interval
from secretome.claims.files import named_genes
from secretome.claims.fits import GeneNumbers, gene_numbers
from secretome.expression import Expression
from secretome.secreted import FAMILY
from secretome.tables import LEAD_METHOD, NUMBER, RELATIVE_METHOD, TEXT, Contract, table_of

ESTIMATES = Contract(
    "claim_estimates",
    {
        "paper": TEXT,
        "claim": TEXT,
        "effect": NUMBER,  # as measured: positive is more, whatever the claim says
        "ci_low": NUMBER,
        "ci_high": NUMBER,
        "n_level": NUMBER,
        "n_reference": NUMBER,
        "percentile": NUMBER,
        "expression_percentile": NUMBER,
        "variance_percentile": NUMBER,
        "level_at_most": NUMBER,
        "genes": TEXT,
        "panel": TEXT,  # of a signal the verdict of the panel
        "problem": TEXT,
        "warnings": TEXT,
    },
    key=("paper", "claim"),
    order=("paper", "claim"),
)
# ASSUME a mean stands for its genes where at least half of them were measured.
LEAST_SHARE = 0.5
REASONS = {
    "": "it has no interval",
    "low_expression": "too few reads",
    "no_replicates": "n = 1: the groups have no replicates",
    "too_few_values": "too few values in one of the groups",
    "all_missing": "no value in any sample",
    "no_variation": "its values are all alike",
    "outlier": "a single sample decides",
    "not_detected": "not detected in either group",
}

Tables = Mapping[str, pd.DataFrame]
Asked = Mapping[str, Any]


def estimate_claims(
    expression: Expression, settings: Mapping[str, Any], asked: Sequence[Asked], tables: Tables
) -> pd.DataFrame:
    """Estimate the feature of each claim in one contrast; nothing is judged.

    Args:
        expression: the study; an unavailable one gives a table without rows.
        settings: ``contrast``, ``samples``, ``method``, ``weigh_samples`` and ``robust`` as
            :func:`secretome.pathways.fitted.fitted_contrast`; ``thresholds`` with ``fdr``.
        asked: ``paper``, ``claim``, ``feature`` and ``direction`` of each claim that is tested in this contrast, as
            :func:`secretome.claims.where.asked_of` gives them.
        tables: ``differential``, ``secretome``, ``pathways`` and ``signals`` of the contrast, by their contracts.

    Returns:
        The table ``ESTIMATES``, one row a claim.
    """
    rows = []
    if not expression.unavailable and len(tables["differential"]):
        genes = list(dict.fromkeys(gene for one in asked for gene in named_genes(one)))
        numbers = gene_numbers(expression, settings, tables["differential"], genes)
        sizes = _sizes(numbers, settings["contrast"])
        rows = [{**_nothing(one), **sizes, **estimate_feature(one, numbers, tables, settings)} for one in asked]
    return table_of(rows, ESTIMATES)


def _nothing(asked: Asked) -> dict[str, Any]:
    empty = {name: np.nan if kind == NUMBER else "" for name, kind in ESTIMATES.columns.items()}
    return {**empty, "paper": asked["paper"], "claim": asked["claim"]}


def estimate_feature(asked: Asked, numbers: GeneNumbers, tables: Tables, settings: Mapping[str, Any]) -> dict[str, Any]:
    """The numbers of one feature: those columns of ``ESTIMATES`` that it has any of.

    Args:
        asked, tables: as :func:`estimate_claims`.
        numbers: of the genes that are asked for.
        settings: ``thresholds`` with ``fdr``.
    """
    feature = asked["feature"]
    if "signal" in feature:
        return _of_signal(feature["signal"], tables["signals"])
    if "gene_set" in feature:
        return _of_gene_set(feature, tables["pathways"])
    if "share_of" in feature:
        return _of_share(feature, asked["direction"], tables, settings["thresholds"]["fdr"])
    return _of_genes(asked, numbers)


def _sizes(numbers: GeneNumbers, contrast: Mapping[str, Any]) -> dict[str, float]:
    reference = contrast.get("reference", "")
    others = [size for level, size in numbers.sizes.items() if level != reference]
    return {"n_level": float(sum(others)), "n_reference": float(numbers.sizes.get(reference, np.nan))}


def _of_genes(asked: Asked, numbers: GeneNumbers) -> dict[str, Any]:
    feature, named = asked["feature"], named_genes(asked)
    absent = [gene for gene in named if gene not in numbers.table.index]
    known = numbers.table.reindex([gene for gene in named if gene not in absent])
    words = [*map(_in_words, known.index, known.itertuples()), *(f"{gene} not measured" for gene in absent)]
    # Of a single gene the effect itself says it all.
    told = {"genes": "; ".join(words) if len(named) > 1 else ""}
    able = known["ci_low"].notna() & known["ci_high"].notna()
    rule = feature.get("rule", "all")
    problem = _problem(rule, len(named), known, able, absent)
    if problem:
        shown = known["log2_fold_change"] if rule != "mean" else known["log2_fold_change"].dropna()
        effect = float(shown.mean()) if len(named) == 1 or rule == "mean" else np.nan
        return {**told, "effect": effect, **_levels(known, asked, numbers), "problem": problem}
    measured = known[able]
    interval, deciding = _by_rule(rule, asked["direction"], measured, numbers, len(named))
    return {**told, **interval, **_levels(measured.loc[deciding], asked, numbers)}


def _problem(rule: str, count: int, known: pd.DataFrame, able: pd.Series, absent: Sequence[str]) -> str:
    """Why the genes cannot decide; "" where they can."""
    told = [f"{gene} was not measured" for gene in absent]
    for gene, row in known[~able].iterrows():
        bound = f" (at most {row['level_at_most']:.2g} counts per million)" if np.isfinite(row["level_at_most"]) else ""
        told.append(f"{gene}: {REASONS.get(row['reason'], row['reason'])}{bound}")
    fewest = {"all": count, "any": 1, "mean": max(2, int(np.ceil(LEAST_SHARE * count)))}[rule]
    return "; ".join(told) if able.sum() < fewest else ""


def _by_rule(
    rule: str, direction: str, measured: pd.DataFrame, numbers: GeneNumbers, asked: int
) -> tuple[dict[str, float], list[str]]:
    """The interval of the genes, as measured, and the genes that decide."""
    if len(measured) == 1 and asked == 1:
        row = measured.iloc[0]
        return _columns(Interval(row["log2_fold_change"], row["ci_low"], row["ci_high"]), 1), list(measured.index)
    sign = -1.0 if direction == "down" else 1.0
    if rule == "mean":
        return _columns(_mean(measured.index, sign, numbers), sign), list(measured.index)
    given = [sign * measured["log2_fold_change"], measured["standard_error"], measured["df"]]
    changes, errors, df = (np.asarray(one, dtype=float) for one in given)
    low, high = features.limits(changes, errors, df)
    if direction == "none":  # nothing changes: the gene that strays furthest, either way, decides
        furthest = int(np.argmax(np.maximum(abs(low), abs(high))))
        return _columns(Interval(changes[furthest], low.min(), high.max()), 1), [measured.index[furthest]]
    interval = features.of_all(changes, errors, df) if rule == "all" else features.of_any(changes, errors, df, asked)
    deciding = int(np.argmin(low) if rule == "all" else np.argmax(low))
    return _columns(interval, sign), [measured.index[deciding]]


def _mean(genes: Sequence[str], sign: float, numbers: GeneNumbers) -> Interval:
    fitted = numbers.fitted
    if fitted is None or not fitted.effects.size:
        return NONE
    rows = pd.Index(fitted.genes).get_indexer(list(genes))
    rows = rows[rows >= 0]
    return features.of_mean(sign * fitted.effects[rows], fitted.errors[rows]) if rows.size > 1 else NONE


def _levels(deciding: pd.DataFrame, asked: Asked, numbers: GeneNumbers) -> dict[str, float]:
    """How highly the genes are expressed, how much they vary, and where they stand among genes like them."""
    table = numbers.table
    rows = [int(row) for row in table.index.get_indexer(list(deciding.index))]
    changes, levels = (table[name].to_numpy(float) for name in ("log2_fold_change", "mean_log2_expression"))
    found = {name: float(deciding[name].mean()) for name in ("expression_percentile", "variance_percentile")}
    percentile = features.percentile_among_alike(changes, levels, rows, asked["direction"])
    return {**found, "percentile": percentile, "level_at_most": float(deciding["level_at_most"].max())}


def _of_signal(signal: str, signals: pd.DataFrame) -> dict[str, Any]:
    row = signals[signals["signal"] == signal]
    if row.empty or np.isnan(row["ci_low"].iloc[0]):
        note = str(row["note"].iloc[0]).partition(". ")[0].rstrip(".") if len(row) else ""
        return {"problem": note or "the gene sets of the signal were not tested"}
    return {**_columns(_row_interval(row), 1), "panel": str(row["verdict"].iloc[0])}


def _of_gene_set(feature: Mapping[str, Any], pathways: pd.DataFrame) -> dict[str, Any]:
    of_set = pathways[(pathways["collection"] == feature["collection"]) & (pathways["gene_set"] == feature["gene_set"])]
    row = of_set[of_set["method"] == LEAD_METHOD]
    if row.empty or np.isnan(row["ci_low"].iloc[0]):
        return {"problem": "the gene set was not tested here"}
    told = {**_columns(_row_interval(row), 1), "genes": f"{row['size'].iloc[0]} genes"}
    beside = of_set[of_set["method"] == RELATIVE_METHOD]
    if len(beside) and beside["ci_low"].iloc[0] <= 0 <= beside["ci_high"].iloc[0]:
        told["warnings"] = "its genes move no more than others of like expression"
    return told


def _of_share(feature: Mapping[str, Any], direction: str, tables: Tables, fdr: float) -> dict[str, Any]:
    secretome, differential = tables["secretome"], tables["differential"]
    secreted = differential["gene"].isin(secretome.loc[secretome["secreted_class"].isin(FAMILY), "gene"])
    inside, outside = (_share(differential[rows], feature["changed_by"], direction) for rows in (secreted, ~secreted))
    if np.isnan(inside.low):
        return {"problem": "no secreted gene was tested"}
    tested = differential[secreted & differential["standard_error"].notna()]
    found = tested[(tested["q_value"] <= fdr) & (tested["log2_fold_change"].abs() >= feature["changed_by"])]
    rises = int((found["log2_fold_change"] > 0).sum())
    told = (
        f"of {len(tested)} secreted genes {rises} up and {len(found) - rises} down by {feature['changed_by']:g} log2"
        f" units or more at a false discovery rate of {fdr:g} among all genes; {100 * inside.effect:.1f}% by their"
        f" estimates, {100 * outside.effect:.1f}% of the other genes"
    )
    return {**_columns(inside, 1), "genes": told}


def _share(table: pd.DataFrame, changed_by: float, direction: str) -> Interval:
    changes, errors, df = (table[name].to_numpy(float) for name in ("log2_fold_change", "standard_error", "df"))
    return features.share_changed(changes, errors, df, changed_by, direction)


def _row_interval(row: pd.DataFrame) -> Interval:
    return Interval(*(float(row[name].iloc[0]) for name in ("effect", "ci_low", "ci_high")))


def _columns(interval: Interval, sign: float) -> dict[str, float]:
    """The interval as it was measured: what was turned for the claim is turned back."""
    effect, low, high = (float(value) for value in interval)
    if sign < 0:
        effect, low, high = -effect, -high, -low
    return {"effect": effect, "ci_low": low, "ci_high": high}


def _in_words(gene: str, row: Any) -> str:
    if np.isfinite(row.ci_low):
        return f"{gene} {wording.signed(row.log2_fold_change)} ({wording.interval(row.ci_low, row.ci_high)})"
    change = f" {wording.signed(row.log2_fold_change)}" if np.isfinite(row.log2_fold_change) else ""
    return f"{gene}{change} (no interval)"
