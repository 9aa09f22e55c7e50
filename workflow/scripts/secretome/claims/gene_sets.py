"""The gene sets that claims rest on, and the interval of one of them in one fit."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from secretome.claims import features
from secretome.claims.features import NONE, Interval
from secretome.comparison.engines import ContrastFit
from secretome.designs.design import Design
from secretome.pathways.collections import Collection, without
from secretome.pathways.fitted import rotated

# Gene → weight, its sign turned so that positive is more of what the claim is about.
Weights = Mapping[str, float]


def asked_sets(
    asked: Sequence[Mapping[str, Any]],
    collections: Sequence[Collection],
    signals: Mapping[str, Mapping[str, Any]],
    ligands: Sequence[str],
) -> dict[tuple[str, str], Weights]:
    """The gene set of each claim on a set or a signal: of a signal the first that speaks for it, whose numbers it has.

    Args:
        asked: as :func:`secretome.claims.where.asked_of`.
        collections: those of the run.
        signals: of the panel, each with its ``speakers``.
        ligands: those under study, which are in no set.

    Returns:
        Paper and claim → the genes; without the claims whose set is not there.
    """
    known = {one.name: without(one, ligands)[0].sets for one in collections}
    found: dict[tuple[str, str], Weights] = {}
    for one in asked:
        feature, sign = one["feature"], 1.0
        if "signal" in feature:
            speaker: Mapping[str, Any] = next(iter(signals.get(feature["signal"], {}).get("speakers", ())), {})
            feature, sign = speaker, -1.0 if speaker.get("direction") == "down" else 1.0
        weights = known.get(feature.get("collection", ""), {}).get(feature.get("gene_set", ""), {})
        if weights:
            found[one["paper"], one["claim"]] = {gene: sign * weight for gene, weight in weights.items()}
    return found


def set_interval(weights: Weights, model: ContrastFit, design: Design) -> Interval:
    """The mean log2 fold change of a set and its interval, as :func:`secretome.pathways.fry.fry` has them.

    Neither borrows from other genes: only those of the set are rotated.

    Args:
        weights: the set.
        model, design: the fit of the contrast; of its genes those count that have a value in every sample.
    """
    own = np.array([weights.get(str(gene), 0.0) for gene in model.table.index])
    rows = (own != 0) & ~np.isnan(model.values).any(axis=1)
    fitted = rotated(model, design, rows)
    if len(fitted.effects) < 2:
        return NONE
    shares = own[rows] * rows.sum() / abs(own[rows]).sum()
    return features.of_mean(fitted.effects * shares[:, None], fitted.errors)
