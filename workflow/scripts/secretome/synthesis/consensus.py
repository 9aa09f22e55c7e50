"""What the studies of a group say together of each gene or signal: the door of the pools."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from scipy import special

from secretome.models.false_discovery import benjamini_hochberg
from secretome.synthesis.correlations import Correlations
from secretome.synthesis.groups import ContrastResult, Group, groups_of
from secretome.synthesis.independence import Shared
from secretome.synthesis.leave_one_out import leave_one_out, without_each
from secretome.synthesis.moderated_pooling import (
    FEWEST_GENES,
    BetweenPrior,
    fit_between_prior,
    moderated_tests,
    pool_moderated,
)
from secretome.synthesis.pooling import CONFIDENCE, FEWEST_POOLED, pool, quantile, sign_counts
from secretome.synthesis.specificity import elsewhere, unrelated
from secretome.synthesis.units import Units, units
from secretome.tables import COUNT, FLAG, NUMBER, TEXT, Contract, empty_table

MODERATED, SINGLE, NONE = "moderated", "single", ""
TESTED, UNTESTED, NOT_MEASURED = "tested", "not_tested", "not_measured"
FEWEST_LEFT = 2  # without one of three studies two are left, which have a pool under the prior of all genes
NO_COMMON_GENE = "has no gene in common with the other studies of its group"

_GROUP = {"group": TEXT, "drug_class": TEXT, "compartment": TEXT, "setting": TEXT}
CONSENSUS = Contract(
    "consensus",
    {
        **_GROUP,
        "gene": TEXT,
        "units": COUNT,  # independent studies or cell lines of the group: k + not_tested + not_measured
        "k": COUNT,
        "not_tested": COUNT,
        "not_measured": COUNT,
        "up": COUNT,
        "down": COUNT,
        "method": TEXT,
        "effect": NUMBER,
        "standard_error": NUMBER,
        "df": NUMBER,  # missing where infinite
        "ci_low": NUMBER,
        "ci_high": NUMBER,
        "p_value": NUMBER,
        "q_value": NUMBER,
        "single_effect": NUMBER,
        "single_ci_low": NUMBER,
        "single_ci_high": NUMBER,
        "single_p_value": NUMBER,
        "tau_squared": NUMBER,
        "i_squared": NUMBER,
        "prediction_low": NUMBER,
        "prediction_high": NUMBER,
        "leave_one_out_low": NUMBER,
        "leave_one_out_high": NUMBER,
        "sign_hangs_on": TEXT,
        "significance_hangs_on": TEXT,
        "mean_percentile": NUMBER,
        "other_tested": COUNT,
        "other_up": COUNT,
        "other_down": COUNT,
    },
    key=("group", "gene"),
    order=("group", "p_value", "gene"),
)
# What each unit says: the rows of forest plots, and all there is where two studies are.
CONSENSUS_STUDIES = Contract(
    "consensus_studies",
    {
        "group": TEXT,
        "gene": TEXT,
        "unit": TEXT,
        "state": TEXT,
        "effect": NUMBER,
        "standard_error": NUMBER,
        "df": NUMBER,
        "ci_low": NUMBER,
        "ci_high": NUMBER,
        "percentile": NUMBER,
    },
    key=("group", "gene", "unit"),
    order=("group", "gene", "unit"),
)
# Which contrasts are in which group and unit, and why one is not pooled.
CONSENSUS_GROUPS = Contract(
    "consensus_groups",
    {**_GROUP, "study": TEXT, "contrast": TEXT, "unit": TEXT, "technology": TEXT, "pooled": FLAG, "reason": TEXT},
    key=("group", "study", "contrast"),
    order=("group", "study", "contrast"),
)


@dataclass(frozen=True)
class Consensus:
    """What the groups of a collection say.

    Attributes:
        table: contract ``CONSENSUS``: groups of two units and more.
        studies: contract ``CONSENSUS_STUDIES``: of the same groups and genes what each unit says.
        groups: contract ``CONSENSUS_GROUPS``: all contrasts.
        warnings: studies that share samples (W12).
    """

    table: pd.DataFrame
    studies: pd.DataFrame
    groups: pd.DataFrame
    warnings: list[dict[str, str]] = field(default_factory=list)


def consensus(
    results: Sequence[ContrastResult],
    family: Collection[str],
    correlations: Mapping[str, Correlations],
    fdr: float,
    shared: Iterable[Shared] = (),
) -> Consensus:
    """Pool what the contrasts of each group found.

    Args:
        results: the contrasts of the collection, in any order.
        family: the genes that are pooled, and corrected for together (those whose protein is secreted).
        correlations: of each study with several contrasts in a group those of their estimates.
        fdr: up to which false discovery rate a gene counts as moving.
        shared: pairs of studies with common samples.

    Raises:
        ValueError: a contrast stands twice, a gene stands twice in one, or a correlation is missing.
    """
    parts: list[Consensus] = []
    for group in groups_of(results, shared):
        several = len(set(group.units)) > 1
        found = units(group, correlations) if several else None
        members = _members(group, found)
        table, studies = empty_table(CONSENSUS), empty_table(CONSENSUS_STUDIES)
        if found is not None:
            rows = found.genes.isin(set(family))
            own = found.of(rows)
            prior = _prior(own.effects, own.errors) or _prior(found.effects, found.errors)
            table = _table(group, own, prior, fdr)
            table[["other_tested", "other_up", "other_down"]] = elsewhere(own.genes, unrelated(group, results), fdr)
            studies = _studies(group, own)
        parts.append(Consensus(table[list(CONSENSUS.columns)], studies, members, group.warnings))
    said = {one["message"]: one for part in parts for one in part.warnings}
    return Consensus(
        _joined([part.table for part in parts], CONSENSUS),
        _joined([part.studies for part in parts], CONSENSUS_STUDIES),
        _joined([part.groups for part in parts], CONSENSUS_GROUPS),
        [said[message] for message in sorted(said)],
    )


def pool_estimates(
    effects: np.ndarray,
    errors: np.ndarray,
    df: np.ndarray,
    names: Sequence[str],
    fdr: float,
    prior: BetweenPrior | None,
) -> pd.DataFrame:
    """Both pools of many genes or signals side by side, and what they are without each study.

    Args:
        effects, errors, df: genes × studies, NaN where not measured.
        names: of the studies.
        fdr: up to which false discovery rate a gene counts as moving.
        prior: how variances between studies are distributed; None where too few genes tell: then the single pool
            leads, too.

    Returns:
        One row a gene: k up down and the columns of ``CONSENSUS`` from method to significance_hangs_on; NaN with fewer
        than three studies.
    """

    single = pool(effects, errors)
    leading = single if prior is None else pool_moderated(effects, errors, df, prior, fewest=FEWEST_LEFT)
    table = leading[["effect", "standard_error", "df", "ci_low", "ci_high", "p_value"]]
    enough = single["k"] >= FEWEST_POOLED
    table = table.where(np.broadcast_to(enough.to_numpy()[:, None], table.shape))
    table["df"] = table["df"].where(np.isfinite(table["df"]))
    table["q_value"] = benjamini_hochberg(table["p_value"].to_numpy())
    table.insert(0, "method", np.where(enough, SINGLE if prior is None else MODERATED, NONE))
    called, tested = (table["q_value"] <= fdr).sum(), table["p_value"].notna().sum()
    # Up to this p as many are called; the largest p that is called may lie far below, where few are.
    largest_p = fdr * called / tested if called else np.nan
    for column in ("effect", "ci_low", "ci_high", "p_value"):
        table[f"single_{column}"] = single[column]
    table = table.join(single[["tau_squared", "i_squared", "prediction_low", "prediction_high"]])

    def without_one(effects: np.ndarray, errors: np.ndarray, df: np.ndarray) -> pd.DataFrame:
        if prior is None:
            return pool(effects, errors)
        return moderated_tests(effects, errors, df, prior, fewest=FEWEST_LEFT)

    alone = leave_one_out(table, without_each(without_one, effects, errors, df), names, largest_p)
    return pd.concat([sign_counts(effects), table, alone], axis=1)


def from_intervals(signals: pd.DataFrame) -> pd.DataFrame:
    """The table of a contrast result from one of signals, whose intervals have no standard errors beside them.

    Args:
        signals: signal effect ci_low ci_high p_value (contract ``SIGNALS``).

    Returns:
        gene (the signal) log2_fold_change standard_error df q_value reason.
    """
    # ASSUME half an interval is the normal quantile of errors: where it rests on t they come out too large, never too
    # small.
    error = (signals["ci_high"] - signals["ci_low"]) / (2 * special.ndtri((1 + CONFIDENCE) / 2))
    return pd.DataFrame(
        {
            "gene": signals["signal"],
            "log2_fold_change": signals["effect"],
            "standard_error": error.where(error > 0),
            "df": np.inf,
            "q_value": benjamini_hochberg(signals["p_value"].to_numpy()),
            "reason": "",
        }
    )


def _prior(effects: np.ndarray, errors: np.ndarray) -> BetweenPrior | None:
    """How much the studies of a group differ; None where too few genes tell.

    ASSUME the genes of the family lend to each other where they are enough: secreted genes differ more between cell
    lines than others do.
    """
    if ((~np.isnan(effects)).sum(axis=1) >= 2).sum() < FEWEST_GENES:
        return None
    return fit_between_prior(effects, errors)


def _table(group: Group, found: Units, prior: BetweenPrior | None, fdr: float) -> pd.DataFrame:
    table = pool_estimates(found.effects, found.errors, found.df, found.names, fdr, prior)
    table.insert(0, "gene", found.genes.to_numpy())
    table["units"] = len(found.names)
    table["not_tested"] = found.untested.sum(axis=1)
    table["not_measured"] = table["units"] - table["k"] - table["not_tested"]
    percentiles = np.nan_to_num(found.percentiles).sum(axis=1) / table["k"].clip(lower=1)
    table["mean_percentile"] = percentiles.where(table["k"] >= FEWEST_POOLED)
    return table.assign(**_described(group))


def _studies(group: Group, found: Units) -> pd.DataFrame:
    """One row a gene and unit."""
    genes, count = len(found.genes), len(found.names)
    df = found.df.ravel()
    margin = quantile(df) * found.errors.ravel()
    effects = found.effects.ravel()
    state = np.where(found.untested.ravel(), UNTESTED, np.where(np.isnan(effects), NOT_MEASURED, TESTED))
    return pd.DataFrame(
        {
            "group": group.name,
            "gene": np.repeat(found.genes.to_numpy(), count),
            "unit": np.tile(np.array(found.names, dtype=object), genes),
            "state": state.astype(object),
            "effect": effects,
            "standard_error": found.errors.ravel(),
            "df": np.where(np.isfinite(df), df, np.nan),
            "ci_low": effects - margin,
            "ci_high": effects + margin,
            "percentile": found.percentiles.ravel(),
        }
    )


def _members(group: Group, found: Units | None) -> pd.DataFrame:
    """One row a contrast of the group, those that are left out too."""
    strangers = set() if found is None else _without_common_gene(found)
    rows = []
    for one, unit in zip(group.results, group.units, strict=True):
        name = one.study if found is None else found.names[unit]
        reason = group.left_out.get((one.study, one.contrast), NO_COMMON_GENE if name in strangers else "")
        rows.append((one.study, one.contrast, name, one.technology, reason))
    used = {row[:2] for row in rows}
    rows += [(*key, "", "", reason) for key, reason in group.left_out.items() if key not in used]
    table = pd.DataFrame(rows, columns=["study", "contrast", "unit", "technology", "reason"])
    table = table.assign(**_described(group))
    table["pooled"] = table["reason"] == ""
    return table[list(CONSENSUS_GROUPS.columns)]


def _without_common_gene(found: Units) -> set[str]:
    """The units none of whose genes another unit has."""
    present = ~np.isnan(found.effects)
    common = present & (present.sum(axis=1) > 1)[:, None]
    return {name for name, some in zip(found.names, common.any(axis=0), strict=True) if not some}


def _described(group: Group) -> Mapping[str, str]:
    return {
        "group": group.name,
        "drug_class": group.drug_class,
        "compartment": group.compartment,
        "setting": group.setting,
    }


def _joined(tables: Sequence[pd.DataFrame], contract: Contract) -> pd.DataFrame:
    """The tables one below the other, in the order of the contract."""
    filled = [table for table in tables if len(table)]
    if not filled:
        return empty_table(contract)
    return pd.concat(filled)[list(contract.columns)].sort_values(list(contract.order), ignore_index=True)
