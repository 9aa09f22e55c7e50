"""What a page says of how far a comparison can be relied on."""

from collections.abc import Mapping
from typing import Any

from secretome import wording
from secretome.summaries import ContrastTables

GROUPS = {
    "all": "all tested genes",
    "lowest_third": "lowest third by expression",
    "middle_third": "middle third",
    "highest_third": "highest third",
    "secreted": "secreted genes",
}
VERDICTS = {
    "uniform": "They are even, as where nothing changes.",
    "peak_at_zero": "They are even but for the small ones, as they should be where some genes change.",
    "conservative": "Small ones are too rare: see the warning.",
    "hill": "They pile up in the middle: see the warning.",
    "u_shape": "They pile up at both ends: see the warning.",
    "too_few": "They are too few to judge.",
}


def reliability_section(name: str, tables: ContrastTables) -> dict[str, Any]:
    """The section of one contrast; empty where nothing is tested.

    Args:
        name: the key of the contrast.
        tables: of the contrast.
    """
    found = tables.fit["reliability"]
    if not found:
        return {}
    from secretome import plots  # a second of imports, for pages alone

    return {
        "explanation": [one["message"] for one in found["explanation"]],
        "power": [_power(row) for row in found["power"]],
        "histogram": plots.p_value_histogram(found["p_values"]["counts"], f"{name}-p-values"),
        "verdict": VERDICTS[found["p_values"]["verdict"]],
        "null": _null(found["null"]),
        "splits": _splits(found["splits"]),
        "shrinkage": _shrinkage(found["shrinkage"]),
    }


def _power(row: Mapping[str, Any]) -> dict[str, str]:
    change = row["minimum_detectable_log2_fold_change"]
    return {
        "group": GROUPS[row["group"]],
        "genes": wording.integer(row["genes"]),
        "error": wording.MISSING if row["median_standard_error"] is None else f"{row['median_standard_error']:.2f}",
        "change": wording.MISSING if change is None else f"±{change:.2f}",
        "fold": wording.MISSING if change is None else f"{2**change:.3g}-fold",
        "cut_off": wording.p_value(row["cut_off"]),
    }


def _null(null: Mapping[str, Any]) -> str:
    if not null:
        return "The level of this test was not simulated: its models are not linear."
    shares = [f"{100 * one['rate']:.1f}% of the genes had p < {one['level']:g}" for one in null["rates"]]
    return (
        f"In {null['simulations']} data sets simulated from this design without any effect "
        f"{wording.listed(shares)} ({wording.integer(null['genes'])} genes each)."
    )


def _splits(splits: Mapping[str, Any]) -> str:
    if not splits or splits["splits"] < 2:
        return ""
    text = f"The samples could be labelled in {wording.integer(splits['splits'])} different ways"
    if not splits["tried"]:
        return f"{text}."
    place = "give the most small p-values" if splits["rank"] == 1 else f"are number {splits['rank']} by small p-values"
    return f"{text}; the labels they bear {place}. So few ways are a description and no test."


def _shrinkage(found: Mapping[str, Any]) -> str:
    if not found["top_genes"] or found["top_median_kept"] is None:
        return ""
    return (
        f"Of the size of the {found['top_genes']} clearest changes {100 * found['top_median_kept']:.0f}% is left after "
        f"shrinkage, in the median."
    )
