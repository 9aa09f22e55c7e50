"""The sample scores of a page: a figure a kind of collection, the test of each score, and every number."""

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from secretome import wording
from secretome.designs.forms import sides_of
from secretome.interval_marks import effect_of, scale_of
from secretome.summaries import ContrastTables

MOST_ROWS = 20  # of a figure: of larger collections the sets that speak for a signal


def scores_of(name: str, settings: Mapping[str, Any], tables: ContrastTables) -> list[dict[str, Any]]:
    """One entry a collection: the figure, the test of each score, and the numbers for those who cannot see the figure.

    Args:
        name: the key of the contrast.
        settings: as of `report.study_page`.
        tables: of the contrast.
    """
    contrast, panel = settings["study"]["contrasts"][name], settings["panel"]
    levels, references = sides_of(contrast)
    order = [*references, *levels] or list(tables.fit["groups"])
    groups = {level: tables.fit["groups"].get(level, []) for level in order}
    found = []
    for collection, described in panel["collections"].items():
        shown = _shown(tables.scores[tables.scores["collection"] == collection], collection, panel)
        if len(shown):
            found.append(_scores(f"{name}-{collection}", described, shown, tables, groups, contrast))
    return found


def _shown(scores: pd.DataFrame, collection: str, panel: Mapping[str, Any]) -> pd.DataFrame:
    if scores["gene_set"].nunique() <= MOST_ROWS:
        return scores
    speakers = [one for signal in panel["signals"].values() for one in signal["speakers"]]
    return scores[scores["gene_set"].isin([one["gene_set"] for one in speakers if one["collection"] == collection])]


def _scores(
    key: str,
    described: Mapping[str, Any],
    scores: pd.DataFrame,
    tables: ContrastTables,
    groups: Mapping[str, Sequence[str]],
    contrast: Mapping[str, Any],
) -> dict[str, Any]:
    from secretome import plots

    samples = [sample for group in groups.values() for sample in group]
    table = scores.pivot(index="gene_set", columns="sample", values="score")
    collection = scores["collection"].iloc[0]
    tests = tables.pathways[(tables.pathways["method"] == "score") & (tables.pathways["collection"] == collection)]
    tests = tests[tests["gene_set"].isin(table.index)].sort_values(["p_value", "gene_set"])
    scale = scale_of(tests[["ci_low", "ci_high"]].to_numpy().ravel().tolist())
    weighted = described["kind"] == "weights"
    unit = "log2 units from the mean of all samples" if weighted else "mean rank of the genes, −0.5 to 0.5"
    return {
        "label": described["label"],
        "figure": plots.sample_scores(
            scores, groups, f"{key}-scores", f"score, {unit}", contrast.get("continuous", "")
        ),
        "unit": unit,
        "tests": [
            {**effect_of(row, scale), "label": wording.readable(row["gene_set"]), "q": wording.p_value(row["q_value"])}
            for row in tests.to_dict("records")
        ],
        "samples": [sample for sample in samples if sample in table],
        "values": [
            (wording.readable(gene_set), [wording.signed(row[sample]) for sample in samples if sample in table])
            for gene_set, row in table.iterrows()
        ],
    }
