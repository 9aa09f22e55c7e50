"""The page across studies: what was pooled, what the studies say together, and what they do not."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from secretome import wording
from secretome.synthesis.consensus import MODERATED
from secretome.synthesis.groups import ALL, SINGLE
from secretome.synthesis.pooling import CONFIDENCE, FEWEST_POOLED
from secretome.synthesis_figures import Here, contrast_name, forest, heat_map, unit_name

Studies = Mapping[str, Mapping[str, Any]]
FIRST_GENES = 30  # printed of each group; the table has all
FIRST_FORESTS = 6
MOST_DRAWN = 8  # groups with figures: those of very many would make a page that no browser likes
FEW = 5  # printed where none passes
CLEARLY_MORE = 3  # times as many genes as by chance whose studies lie on opposite sides
# Words of drug classes that are written in capitals, beside those with a digit.
_SYMBOLS = "akt atr bet braf cdk egfr erbb fgfr hdac jak kras mapk mek met mtor parp raf tgfb vegf"


@dataclass(frozen=True)
class Synthesis:
    """What was found across studies.

    Attributes:
        genes, studies, groups: contracts ``CONSENSUS``, ``CONSENSUS_STUDIES`` and ``CONSENSUS_GROUPS``.
        signals, signal_studies: contracts ``SIGNAL_CONSENSUS`` and ``SIGNAL_STUDIES``.
        differential: (study, contrast) of those that have genes → contract ``DIFFERENTIAL``, at least the columns
            ``synthesis_changes.DRAWN``; asked for those that are drawn alone.
        warnings: `code` and `message`.
    """

    genes: pd.DataFrame
    studies: pd.DataFrame
    groups: pd.DataFrame
    signals: pd.DataFrame
    signal_studies: pd.DataFrame
    differential: Mapping[Here, pd.DataFrame]
    warnings: Sequence[Mapping[str, str]] = field(default_factory=list)


def synthesis_page(settings: Mapping[str, Any], found: Synthesis) -> dict[str, Any]:
    """What the page prints.

    Args:
        settings: `studies` (key to study file), `config`, `panel`, `versions`.
        found: the tables.
    """
    overview = [_overview(name, group, settings["studies"]) for name, group in found.groups.groupby("group")]
    # Pooled groups come first, and one drug before all of them.
    overview.sort(key=lambda row: (-min(row["units"], FEWEST_POOLED), row["all"], -row["units"], row["name"]))
    several = [row for row in overview if row["units"] > 1]
    drawn = {row["name"] for row in several[:MOST_DRAWN]}
    pooled = [row for row in several if row["units"] >= FEWEST_POOLED]
    return {
        "overview": overview,
        "null": "" if pooled else _nothing_pooled(overview),
        "sections": [_section(row, settings, found, row["name"] in drawn) for row in several],
        "without_figures": max(0, len(several) - MOST_DRAWN),
        "warnings": [{**one, "about": ""} for one in found.warnings],
        "fdr": f"{settings['config']['thresholds']['fdr']:g}",
        "versions": sorted(settings["versions"].items()),
        "inputs": [],
    }


def group_title(drug_class: str, compartment: str, setting: str) -> str:
    """The name of a group for reading: ``BRAF inhibitor, acute, in cells``."""
    place = "in the medium" if compartment == "medium" else "in cells"
    if drug_class == ALL:
        return f"All drugs and settings, {place}"
    words = drug_class.split("_")
    drug = " ".join(word.upper() if word in _SYMBOLS.split() or not word.isalpha() else word for word in words)
    setting = "" if setting == words[-1] else setting  # a ligand is a ligand
    return wording.capitalised(", ".join(filter(None, [drug, setting, place])))


def _nothing_pooled(overview: Sequence[Mapping[str, Any]]) -> str:
    if not overview:
        return "No comparison of this run belongs to a group."
    most = max(row["units"] for row in overview)
    told = {0: "none has one that can be pooled", 1: "each has one", 2: "the largest have two"}[most]
    return (
        f"No group has three independent studies: {told}. Nothing was pooled, since of fewer than three studies nobody "
        "can tell how much studies differ. Add studies of the same drug class, compartment and setting."
    )


def _overview(name: Any, group: pd.DataFrame, studies: Studies) -> dict[str, Any]:
    first = group.iloc[0]
    kept = group[group["pooled"] | (group["reason"] == SINGLE)]
    counted = kept.groupby("unit", sort=True)["contrast"].size()
    out = group[~group["pooled"] & (group["reason"] != SINGLE)]
    units = len(counted) if kept["pooled"].any() else min(1, len(counted))  # two studies can be of one cell line
    done = {0: "nothing to pool", 1: "one study: nothing to pool", 2: "two studies, side by side; not pooled"}
    return {
        "name": str(name),
        "title": group_title(first["drug_class"], first["compartment"], first["setting"]),
        "all": first["drug_class"] == ALL,
        "drug_class": first["drug_class"],
        "compartment": first["compartment"],
        "units": units,
        "done": done.get(units, f"{units} studies, pooled"),
        "members": [(unit_name(str(unit)), wording.counted(int(size), "comparison")) for unit, size in counted.items()],
        "kept": list(counted.index),
        "contrasts": [(row.study, row.contrast) for row in kept.itertuples()],
        "left_out": [(contrast_name(studies, (row.study, row.contrast)), row.reason) for row in out.itertuples()],
    }


def _section(
    row: Mapping[str, Any], settings: Mapping[str, Any], found: Synthesis, drawn: bool = True
) -> dict[str, Any]:
    name, pooled = row["name"], row["units"] >= FEWEST_POOLED
    genes = found.genes[found.genes["group"] == name]
    own = found.studies[(found.studies["group"] == name) & found.studies["unit"].isin(row["kept"])]
    fdr = settings["config"]["thresholds"]["fdr"]
    units = sorted(own["unit"].unique())
    told = _pooled_genes(genes, fdr) if pooled else _genes_of_two(genes, own, units)
    spread = _spread(genes, own, bool(told["null"])) if pooled else ""
    chosen = genes.set_index("gene").loc[told["genes"]]
    own = own[own["gene"].isin(chosen.index)]  # of a large collection a hundredth
    firsts = chosen.iloc[: FIRST_FORESTS if drawn else 0]
    return {
        **{key: row[key] for key in ("name", "title", "members", "all")},
        "pooled": pooled,
        "units": [unit_name(unit) for unit in units],
        **{key: told[key] for key in ("sentence", "null", "further")},
        "short": f"{row['title']} ({row['units']} studies): {told['short']}.",
        "spread": spread,
        "rows": [_row(gene, own, units, row["all"]) for gene in chosen.reset_index().to_dict("records")],
        "forests": [forest(name, row["title"], gene, own) for _, gene in firsts.iterrows()],
        "heat": heat_map(row, chosen, settings["studies"], found.differential) if drawn else {},
        "signals": _signals(name, units, settings["panel"]["signals"], found),
    }


def _pooled_genes(genes: pd.DataFrame, fdr: float) -> dict[str, Any]:
    """Which genes of a pool are printed, and what is said of all."""
    able = genes[genes["k"] >= FEWEST_POOLED].sort_values(["p_value", "gene"])
    moving = able[able["q_value"] <= fdr]
    few, never = int((genes["k"] < FEWEST_POOLED).sum()), int((genes["k"] == 0).sum())
    up, down = int((moving["effect"] > 0).sum()), int((moving["effect"] < 0).sum())
    borrows = able["method"].eq(MODERATED).any()
    sentence = (
        f"Of {wording.counted(len(genes), 'gene')} of secreted proteins {wording.integer(len(able))} were tested in at "
        f"least three studies and pooled: {up} up and {down} down at FDR {fdr:g}. The other {wording.integer(few)} "
        f"were tested in fewer and have no pool ({never} of them in none)."
    )
    if not borrows and len(able):
        sentence += " Too few genes tell how much studies differ: each stands for itself."
    null = ""
    among = f"of {wording.counted(len(able), 'secreted gene')}"
    short = f"{wording.integer(len(moving))} {among} change together at FDR {fdr:g}, {up} up and {down} down"
    if not len(moving):
        short = f"none {among} changes in all of them together at FDR {fdr:g}"
        smallest = float(able["q_value"].min()) if len(able) else np.nan
        null = wording.nothing_found("gene of a secreted protein", smallest, f"FDR {fdr:g} across the studies")
        moving = able.head(FEW)
    return {
        "genes": moving["gene"].head(FIRST_GENES).tolist(),
        "sentence": sentence,
        "short": short,
        "null": null,
        "further": max(0, len(moving) - FIRST_GENES),
    }


def _spread(genes: pd.DataFrame, own: pd.DataFrame, nothing: bool) -> str:
    """How much the studies of a pool differ, and what a pool without a gene therefore says.

    Args:
        genes: rows of ``CONSENSUS`` of one group.
        own: those of ``CONSENSUS_STUDIES``.
        nothing: whether no gene passes.
    """
    able = genes[genes["k"] >= FEWEST_POOLED]
    if not len(able):
        return ""
    of_gene = own[own["gene"].isin(able["gene"])].groupby("gene")
    rises, falls = of_gene["ci_low"].max() > 0, of_gene["ci_high"].min() < 0
    apart, moves = int((rises & falls).sum()), int((rises | falls).sum())
    # Were nothing to change: neither no interval above zero nor none below, by inclusion and exclusion.
    tail, studies = (1 - CONFIDENCE) / 2, able["k"].to_numpy(float)
    chance = float((1 - 2 * (1 - tail) ** studies + (1 - 2 * tail) ** studies).sum())
    share, tau = able["i_squared"].median(), float(np.sqrt(able["tau_squared"].median()))
    told = (
        f"How far the studies differ: of half of these genes I² is at least {_percent(share)} and τ at least {tau:.2f} "
        f"log2 units. In {wording.integer(moves)} of {wording.integer(len(able))} some study has its whole 95% "
        f"interval on one side of zero, and in {wording.integer(apart)} one study lies above and another below (by "
        f"chance, were nothing to change, about {chance:.0f})."
    )
    if nothing and apart > CLEARLY_MORE * chance:
        told += (
            " So the genes do change, in different ways in different studies: the pool finds none because it asks for "
            "what the studies have in common, not because nothing happens."
        )
    return told


def _genes_of_two(genes: pd.DataFrame, own: pd.DataFrame, units: Sequence[str]) -> dict[str, Any]:
    """Of two studies the genes whose intervals lie on one side of zero in both, the surer the earlier."""
    both = genes.loc[genes["k"] == len(units), "gene"]
    tested = own[own["gene"].isin(both)]
    side = np.sign(tested["effect"]) * (np.sign(tested["ci_low"]) == np.sign(tested["ci_high"]))
    size = (tested["effect"] / tested["standard_error"]).abs()
    by_gene = pd.DataFrame({"gene": tested["gene"], "side": side, "size": size}).groupby("gene")
    sides, least = by_gene["side"].sum(), by_gene["size"].min()
    apart = int(((sides == 0) & (by_gene["side"].min() != 0)).sum())
    same = sides.index[sides.abs() == len(units)]
    order = least.loc[same].sort_index().sort_values(ascending=False, kind="stable")
    chance = len(both) * (1 - CONFIDENCE) ** 2 / 2
    sentence = (
        f"Both studies tested {wording.counted(len(both), 'gene')} of secreted proteins. In {len(same)} both 95% "
        f"intervals lie on the same side of zero, and in {apart} on opposite sides; were nothing to change, about "
        f"{chance:.1f} of each would by chance. {wording.integer(len(genes) - len(both))} were tested in one or none."
    )
    return {
        "genes": order.index[:FIRST_GENES].tolist(),
        "sentence": sentence,
        "short": f"{wording.integer(len(same))} of {wording.counted(len(both), 'secreted gene')} move the same way in "
        f"both, {wording.integer(apart)} opposite ways (by chance about {chance:.1f} of each)",
        "null": "" if len(same) else "No gene moves the same way beyond its interval in both studies.",
        "further": max(0, len(order) - FIRST_GENES),
    }


def _row(gene: Mapping[str, Any], own: pd.DataFrame, units: Sequence[str], of_all: bool) -> dict[str, Any]:
    here = own[own["gene"] == gene["gene"]].set_index("unit").reindex(units)
    hangs = {"sign": gene["sign_hangs_on"], "significance": gene["significance_hangs_on"]}
    low, high = gene["leave_one_out_low"], gene["leave_one_out_high"]
    return {
        "gene": gene["gene"],
        "direction": "up" if gene["ci_low"] > 0 else "down" if gene["ci_high"] < 0 else "",
        "effect": wording.signed(gene["effect"]),
        "interval": wording.interval(gene["ci_low"], gene["ci_high"]),
        "q": wording.p_value(gene["q_value"]),
        "signs": f"{gene['up']} up, {gene['down']} down",
        "missing": _missing(gene),
        "i_squared": _percent(gene["i_squared"]),
        "tau": wording.MISSING if np.isnan(gene["tau_squared"]) else f"{gene['tau_squared']:.2f}",
        "without": wording.interval(low, high),
        "hangs": [f"{what} hangs on {unit_name(names)}" for what, names in hangs.items() if names],
        "rank": _percent(gene["mean_percentile"]),
        "elsewhere": "" if of_all else _elsewhere(gene),
        "studies": [
            (wording.signed(one.effect), wording.interval(one.ci_low, one.ci_high)) for one in here.itertuples()
        ],
    }


def _missing(gene: Mapping[str, Any]) -> str:
    told = []
    if gene["not_measured"]:
        told.append(f"not measured in {gene['not_measured']}")
    if gene["not_tested"]:
        told.append(f"too low in {gene['not_tested']}")
    return ", ".join(told)


def _elsewhere(gene: Mapping[str, Any]) -> str:
    if not gene["other_tested"]:
        return "not tested"
    moves = gene["other_up"] + gene["other_down"]
    ways = f" ({gene['other_up']} up, {gene['other_down']} down)" if moves else ""
    return f"{moves} of {gene['other_tested']}{ways}"


def _percent(value: float) -> str:
    return wording.MISSING if np.isnan(value) else f"{100 * value:.0f}%"


def _signals(
    group: str, units: Sequence[str], labels: Mapping[str, Mapping[str, Any]], found: Synthesis
) -> list[dict[str, Any]]:
    table = found.signals[(found.signals["group"] == group) & (found.signals["k"] > 1)].copy()
    own = found.signal_studies[found.signal_studies["group"] == group].rename(columns={"signal": "gene"})
    units = [unit for unit in units if unit in set(own["unit"])]
    rows = [_row({**one, "gene": one["signal"]}, own, units, False) for one in table.to_dict("records")]
    return [{**row, "gene": labels[row["gene"]]["label"] if row["gene"] in labels else row["gene"]} for row in rows]
