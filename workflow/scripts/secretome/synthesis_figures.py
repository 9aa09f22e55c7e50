"""What the figures across studies show: of very many studies the most telling, with the same numbers as a table."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from markupsafe import Markup

from secretome import synthesis_plots, wording
from secretome.synthesis.consensus import MODERATED
from secretome.synthesis.pooling import FEWEST_PREDICTED
from secretome.synthesis.units import NOT_THERE

Here = tuple[str, str]  # study, contrast
# ASSUME: what a page can hold and an eye can take in; the tables in results/synthesis have all.
FIRST_COLUMNS = 24  # genes of a heat map
MOST_OWN, MOST_OTHERS = 24, 16  # its comparisons: of the group, and of others
MOST_STUDIES = 20  # of a forest plot


def forest(group: str, title: str, pooled: pd.Series, own: pd.DataFrame) -> dict[str, Any]:
    """The forest plot of one gene.

    Args:
        group: makes the ids inside the figure unique on a page.
        title: of the group.
        pooled: the row of ``CONSENSUS``, its name the gene.
        own: of ``CONSENSUS_STUDIES`` those of the group.

    Returns:
        ``gene``, ``figure`` (SVG), ``label`` (what it shows, in words), ``rows`` (what, effect, interval) and
        ``left_out`` (which studies are not drawn, or "").
    """
    gene = str(pooled.name)
    every = own[own["gene"] == gene]
    # The narrowest intervals weigh most; a study without a value comes last.
    drawn = every.sort_values(["standard_error", "unit"]).head(MOST_STUDIES).sort_values("unit")
    drawn = drawn.assign(unit=[unit_name(unit) for unit in drawn["unit"]])
    pools = _pools(pooled)
    ends = _prediction(pooled)
    figure = synthesis_plots.forest(drawn, pools, ends, gene, f"forest-{group}-{gene}")
    shown = wording.counted(len(drawn), "study", "studies")
    rows = [
        (row.unit, wording.signed(row.effect), _found(row.state, row.ci_low, row.ci_high)) for row in drawn.itertuples()
    ]
    rows += [(pool.label, wording.signed(pool.effect), wording.interval(pool.low, pool.high)) for pool in pools]
    return {
        "gene": gene,
        "figure": Markup(figure),  # escaped by matplotlib
        "label": f"Forest plot, {title}: log2 fold change of {gene} with its 95% interval in {shown}; "
        "the numbers are in the table below.",
        "rows": rows + ([("a further study", "", wording.interval(*ends))] if ends else []),
        "left_out": _not_all(len(every), len(drawn)),
    }


def heat_map(
    group: Mapping[str, Any],
    chosen: pd.DataFrame,
    studies: Mapping[str, Mapping[str, Any]],
    differential: Mapping[Here, pd.DataFrame],
) -> dict[str, Any]:
    """The heat map of a group: its genes by their effect, its own contrasts first, then others of its compartment.

    Args:
        group: ``name``, ``title``, ``compartment`` and ``contrasts``, those that are pooled.
        chosen: rows of ``CONSENSUS``, the genes as the index; at most ``FIRST_COLUMNS`` are drawn.
        studies: key to study file.
        differential: (study, contrast) of those that have genes → gene log2_fold_change reason at least (contract
            ``DIFFERENTIAL``).

    Returns:
        ``figure`` (SVG), ``label`` (what it shows, in words), ``genes``, ``rows`` (label, whether of the group, a text
        a gene) and ``left_out`` (how many comparisons are not drawn, or ""); nothing where there are no genes.
    """
    genes = [str(gene) for gene in chosen.index[:FIRST_COLUMNS]]
    if not genes:
        return {}
    every = [here for here in group["contrasts"] if here in differential]
    members = set(every)
    beside = [
        here for here in differential if here not in members and studies[here[0]]["compartment"] == group["compartment"]
    ]
    own, others = of_each_study(every, MOST_OWN), of_each_study(beside, MOST_OTHERS)
    changes, measured = _values([*own, *others], genes, studies, differential)
    effect = chosen.loc[genes, "effect"].fillna(changes.iloc[: len(own)].mean())
    order = effect.sort_values(ascending=False, kind="stable").index
    changes, measured = changes[order], measured[order]
    figure = synthesis_plots.heat_map(changes, measured, len(own), f"heat-{group['name']}")
    return {
        "figure": Markup(figure),  # escaped by matplotlib
        "label": f"Heat map, {group['title']}: log2 fold changes of {wording.counted(len(genes), 'gene')} in "
        f"{wording.counted(len(own), 'comparison')} of the group and {len(others)} of others; "
        "the numbers are in the table below.",
        "genes": list(order),
        "rows": _rows(changes, measured, len(own)),
        "left_out": _left_out(len(every) - len(own), len(beside) - len(others)),
    }


def of_each_study(contrasts: Sequence[Here], most: int) -> list[Here]:
    """At most so many contrasts, of every study one before any has two, in the order given."""
    turns: dict[str, int] = {}
    ranked = []
    for place, (study, _) in enumerate(contrasts):
        turns[study] = turns.get(study, 0) + 1
        ranked.append((turns[study], place))
    return [contrasts[place] for place in sorted(place for _, place in sorted(ranked)[:most])]


def unit_name(unit: str) -> str:
    """An independent study, or several that count as one, for reading."""
    return wording.readable(unit).replace("+", " + ")


def contrast_name(studies: Mapping[str, Mapping[str, Any]], here: Here) -> str:
    """``study: drug vs control``."""
    study, contrast = here
    return f"{wording.readable(study)}: {wording.against(studies[study]['contrasts'][contrast])}"


def _pools(pooled: pd.Series) -> list[synthesis_plots.Pool]:
    pools = []
    for label, prefix, leads in (("pool, all genes", "", True), ("pool, this gene", "single_", False)):
        effect, low, high = (float(pooled[f"{prefix}{column}"]) for column in ("effect", "ci_low", "ci_high"))
        if not np.isnan(low) and (not leads or pooled["method"] == MODERATED):
            pools.append(synthesis_plots.Pool(label, effect, low, high, leads))
    return pools


def _prediction(pooled: pd.Series) -> tuple[float, float] | None:
    if pooled["k"] < FEWEST_PREDICTED or np.isnan(pooled["prediction_low"]):
        return None
    return float(pooled["prediction_low"]), float(pooled["prediction_high"])


def _not_all(studies: int, drawn: int) -> str:
    return "" if studies == drawn else f"Of {studies} studies the {drawn} with the narrowest intervals are drawn."


def _found(state: str, low: float, high: float) -> str:
    return str(state).replace("_", " ") if np.isnan(low) else wording.interval(low, high)


def _values(
    contrasts: Sequence[Here],
    genes: Sequence[str],
    studies: Mapping[str, Mapping[str, Any]],
    differential: Mapping[Here, pd.DataFrame],
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Contrasts × genes: the log2 fold changes, and whether a gene was measured."""
    tables = [differential[here].set_index("gene").reindex(genes) for here in contrasts]
    labels = [contrast_name(studies, here) for here in contrasts]
    changes = pd.DataFrame([table["log2_fold_change"] for table in tables], index=labels, columns=genes)
    there = [table["reason"].notna() & ~table["reason"].isin(NOT_THERE) for table in tables]
    return changes, pd.DataFrame(there, index=labels, columns=genes)


def _rows(changes: pd.DataFrame, measured: pd.DataFrame, own: int) -> list[tuple[str, bool, list[str]]]:
    """The numbers of a heat map as text, its marks where there is none."""
    marks = {True: synthesis_plots.NOT_TESTED, False: synthesis_plots.NOT_MEASURED}
    return [
        (
            str(label),
            place < own,
            [
                marks[bool(seen)] if np.isnan(value) else wording.signed(value, 1)
                for value, seen in zip(values, there, strict=True)
            ],
        )
        for place, (label, values, there) in enumerate(
            zip(changes.index, changes.to_numpy(float), measured.to_numpy(bool), strict=True)
        )
    ]


def _left_out(own: int, others: int) -> str:
    parts = [f"{wording.counted(own, 'comparison')} of the group"] if own else []
    parts += [f"{wording.counted(others, 'comparison')} of other groups"] if others else []
    if not parts:
        return ""
    verb = "is" if own + others == 1 else "are"
    return f"{wording.listed(parts)} {verb} not drawn: of every study one was taken before any had two."
