"""What a page says of how far a comparison can be relied on."""

import re
from collections.abc import Mapping
from typing import Any

from secretome import wording
from secretome.measurement import Measurement
from secretome.summaries import ContrastTables

GROUPS = {
    "all": "all tested {feature}s",
    "lowest_third": "lowest third by level",
    "middle_third": "middle third",
    "highest_third": "highest third",
    "secreted": "{noun}s",
}
VERDICTS = {
    "uniform": "They are even, as where nothing changes.",
    "peak_at_zero": "Small ones are more frequent and the others even, as they should be where some {feature}s change.",
    "conservative": "Small ones are too rare: see the warning.",
    "hill": "They pile up in the middle: see the warning.",
    "u_shape": "They pile up at both ends: see the warning.",
    "too_few": "They are too few to judge.",
}


def reliability_section(name: str, tables: ContrastTables, words: Measurement) -> dict[str, Any]:
    """The section of one contrast; empty where nothing is tested.

    Args:
        name: the key of the contrast.
        tables: of the contrast.
        words: for what was measured.
    """
    found = tables.fit["reliability"]
    if not found:
        return {}
    from secretome import plots  # a second of imports, for pages alone

    return {
        "explanation": [_of_feature(one["message"], words.feature) for one in found["explanation"]],
        "power": [_power(row, words) for row in found["power"]],
        "histogram": plots.p_value_histogram(found["p_values"]["counts"], f"{name}-p-values", f"{words.feature}s"),
        "verdict": VERDICTS[found["p_values"]["verdict"]].format(feature=words.feature),
        "null": _null(found["null"], words.feature),
        "splits": _splits(found["splits"]),
        "shrinkage": _shrinkage(found["shrinkage"]),
    }


def _of_feature(message: str, feature: str) -> str:
    """A sentence on genes as one on what was measured; gene sets stay gene sets."""
    return re.sub(r"\bgene(?! set)", feature, message)


def _power(row: Mapping[str, Any], words: Measurement) -> dict[str, str]:
    change = row["minimum_detectable_log2_fold_change"]
    return {
        "group": GROUPS[row["group"]].format(feature=words.feature, noun=words.noun),
        "genes": wording.integer(row["genes"]),
        "error": wording.MISSING if row["median_standard_error"] is None else f"{row['median_standard_error']:.2f}",
        "change": wording.MISSING if change is None else f"±{change:.2f}",
        "fold": wording.MISSING if change is None else f"{2**change:.3g}-fold",
        "cut_off": wording.p_value(row["cut_off"]),
    }


def _null(null: Mapping[str, Any], feature: str) -> str:
    if not null:
        return "How often this test errs where nothing changes was not simulated: its models are not linear."
    shares = [f"{100 * one['rate']:.1f}% of the {feature}s had p < {one['level']:g}" for one in null["rates"]]
    return (
        f"In {null['simulations']} data sets simulated from this design without any effect {wording.listed(shares)} "
        f"({wording.counted(null['genes'], feature)} each): a sound test gives as much as the p-value says."
    )


def _splits(splits: Mapping[str, Any]) -> str:
    if not splits or splits["splits"] < 2:
        return ""
    text = f"The samples could be labelled in {wording.integer(splits['splits'])} different ways"
    if not splits["tried"]:
        return f"{text}."
    place = "most" if splits["rank"] == 1 else f"{_ordinal(splits['rank'])} most"
    return f"{text}; as they are labelled they give the {place} small p-values. That describes, and is no test."


def _ordinal(number: int) -> str:
    ending = "th" if number % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{ending}"


def _shrinkage(found: Mapping[str, Any]) -> str:
    if not found["top_genes"] or found["top_median_kept"] is None:
        return ""
    return (
        f"The clearest changes come out too large by chance: shrunken by what all changes here are like, the "
        f"{found['top_genes']} clearest keep {100 * found['top_median_kept']:.0f}% of their size (median)."
    )
