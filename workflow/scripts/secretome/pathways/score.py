"""Pathways of one contrast: every test of every collection, the verdicts on the signals, a score for each sample."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from secretome.comparison.engines import DESCRIPTIVE
from secretome.expression import Expression
from secretome.faults import InputFaults
from secretome.models.linear import CannotBeFitted
from secretome.pathways import signals
from secretome.pathways.collections import Collection, MeasuredSet, measured_sets, without
from secretome.pathways.confounders import without_confounders
from secretome.pathways.fitted import FittedContrast, fitted_contrast
from secretome.pathways.gene_set_tests import Hits, Tested, every_test, scores_of, stacked
from secretome.pathways.gsea import ranking_warnings
from secretome.pathways.null_rates import enriched_without_genes, null_rates, null_warnings
from secretome.pathways.null_tests import null_tests
from secretome.pathways.speakers import Answer, answers
from secretome.summaries import changed_secreted_genes
from secretome.tables import LEAD_METHOD, NULL_RATES, PATHWAYS, SCORES, SHOWN_SIGNALS, SIGNALS, empty_table

NO_NOTES: Mapping[str, Any] = {
    "remarks": {},  # signal → what a reader of its verdict should know beside it
    "answers": {},  # signal → what each of its gene sets says: `collection`, `gene_set`, `direction`, `decides`, `says`
    "curves": [],  # of the drawn gene sets: `collection`, `gene_set`, and what `gsea` has of them
    "dropped": {},  # collection → gene set → why it was not tested
    "left_out": {},  # collection → gene set → the ligands under study that it lost
    "not_computed": {},  # collection → method → why it has no rows
    "not_retrieved": {},  # collection → why
    "hits": {},  # how many secreted genes `changed` and were `tested`
    "warnings": [],
}


@dataclass(frozen=True)
class Pathways:
    """What the pathway stage hands on.

    Attributes:
        pathways: contract ``PATHWAYS``.
        signals: contract ``SIGNALS``.
        scores: contract ``SCORES``.
        null_rates: contract ``NULL_RATES``.
        notes: the content of pathway_notes.json, see ``NO_NOTES``.
    """

    pathways: pd.DataFrame
    signals: pd.DataFrame
    scores: pd.DataFrame
    null_rates: pd.DataFrame
    notes: dict[str, Any]


def score_pathways(
    expression: Expression, collections: Sequence[Collection], secretome: pd.DataFrame, settings: Mapping[str, Any]
) -> Pathways:
    """Test the gene sets of all collections on one contrast.

    Args:
        expression: the study; an unavailable one gives tables without rows.
        collections: the gene sets.
        secretome: contract ``SECRETOME`` of the contrast: what over-representation is about.
        settings: ``contrast``, ``samples``, ``method``, ``weigh_samples`` and ``robust`` of the study file,
            ``ligands`` of its contrast, ``thresholds`` (``fdr``), ``seed``, and ``panel`` with its ``signals`` and
            ``ligands``.

    Returns:
        The tables; q-values are by Benjamini and Hochberg within a collection and a method.

    Raises:
        ValueError: as :func:`secretome.comparison.engines.fit_contrast`.
    """
    nothing = _without_rows(empty_table(SIGNALS), dict(NO_NOTES))
    if expression.unavailable:
        return nothing
    try:
        fitted = fitted_contrast(expression, settings)
    except (InputFaults, CannotBeFitted):  # told by the comparison
        return nothing
    scoring, left_out = _without_ligands(collections, settings)
    found = [_Measured(one, *measured_sets(one, fitted.genes)) for one in scoring]
    notes = {
        **NO_NOTES,
        "left_out": left_out,
        "dropped": {one.collection.name: one.dropped for one in found},
        "not_retrieved": {one.name: one.unavailable for one in collections if one.unavailable},
        "warnings": [dict(told) for one in collections for told in one.warnings],
    }
    if not fitted.effects.size:
        return _without_tests(found, fitted, settings, notes)
    try:
        return _tested(found, fitted, secretome, settings, notes)
    except CannotBeFitted:  # of the genes without a missing value most do not vary
        return _without_tests(found, fitted, settings, notes)


@dataclass(frozen=True)
class _Measured:
    """A collection, its sets as far as they were measured, and why the others were not."""

    collection: Collection
    sets: list[MeasuredSet]
    dropped: dict[str, str]


def _without_ligands(
    collections: Sequence[Collection], settings: Mapping[str, Any]
) -> tuple[list[Collection], dict[str, dict[str, list[str]]]]:
    """The collections without the ligands under study: what scores a response must not score what was secreted."""
    under_study = [*settings["panel"]["ligands"], *settings["ligands"]]
    pairs = [without(collection, under_study) for collection in collections]
    return [rest for rest, _ in pairs], {rest.name: lost for rest, lost in pairs}


def _tested(
    found: Sequence[_Measured],
    fitted: FittedContrast,
    secretome: pd.DataFrame,
    settings: Mapping[str, Any],
    notes: dict[str, Any],
) -> Pathways:
    hits, panel, fdr = _hits(secretome), settings["panel"]["signals"], settings["thresholds"]["fdr"]
    tests = {one.collection.name: every_test(one.collection, one.sets, fitted, hits, settings["seed"]) for one in found}
    table = stacked([one.rows for one in tests.values()], empty_table(PATHWAYS))
    measured = {one.collection.name: one.sets for one in found}
    said = answers(table, panel, fdr, without_confounders(panel, measured, fitted))
    rates, warned = _null_rates(found, fitted, table, settings["seed"])
    told = _told(panel, set(notes["not_retrieved"]))
    notes |= {
        "remarks": signals.remarks(said, told),
        "answers": {key: [_answer(one) for one in of_signal] for key, of_signal in said.items()},
        "curves": [curve for name, one in tests.items() for curve in _drawn(name, one, panel)],
        "not_computed": {name: one.not_computed for name, one in tests.items()},
        "hits": {"changed": len(hits.changed), "tested": len(hits.tested)},
        "warnings": [
            *notes["warnings"],
            *ranking_warnings(fitted.table["statistic"]),
            *warned,
            *_enriched(table, fitted, secretome, fdr),
        ],
    }
    scores = [_score_table(one, tests[one.collection.name].scores, fitted) for one in found]
    return Pathways(
        table,
        signals.verdicts(said, told),
        stacked(scores, empty_table(SCORES)),
        stacked([rates], empty_table(NULL_RATES)),
        notes,
    )


def _told(panel: Mapping[str, Mapping[str, Any]], lost: set[str]) -> dict[str, dict[str, Any]]:
    """The signals; of those whose deciding sets are of collections that could not be had ``absent`` says so."""
    told = {}
    for key, signal in panel.items():
        names = list(dict.fromkeys(one["collection"] for one in signal["speakers"] if one["decides"]))
        gone = f"The gene sets that decide on it are of {' and '.join(names)}, which could not be had."
        told[key] = {**signal, "absent": gone if lost.issuperset(names) else signal["absent"]}
    return told


def _null_rates(
    found: Sequence[_Measured], fitted: FittedContrast, table: pd.DataFrame, seed: int
) -> tuple[pd.DataFrame, list[dict[str, str]]]:
    """How often each test of the table rejects in data like these without a change, and what is to be warned of."""
    run = set(zip(table["collection"], table["method"], strict=True))
    tests = {
        name: {method: test for method, test in each.items() if (name, method) in run}
        for name, each in null_tests([one.collection for one in found], fitted, seed).items()
    }
    sets = {one.collection.name: one.sets for one in found}
    rates = null_rates(fitted.effects, fitted.errors, sets, tests, seed)
    return rates, null_warnings(rates, tests)


def _enriched(table: pd.DataFrame, fitted: FittedContrast, secretome: pd.DataFrame, fdr: float) -> list[dict[str, str]]:
    """W07, unless a gene passes: also one with a missing value, or by another model than the one of the gene sets."""
    lead = table.loc[table["method"] == LEAD_METHOD, "q_value"]
    genes = int((fitted.model.table["q_value"] <= fdr).sum() + (secretome["q_value"] <= fdr).sum())
    return enriched_without_genes(genes, int((lead <= fdr).sum()), int(lead.notna().sum()), fdr)


def _answer(answer: Answer) -> dict[str, Any]:
    collection, gene_set = answer.name
    told = {"direction": answer.direction, "decides": answer.decides, "says": answer.says}
    return {"collection": collection, "gene_set": gene_set, **told}


def _hits(secretome: pd.DataFrame) -> Hits:
    tested = secretome.loc[secretome["q_value_secretome"].notna(), "gene"]
    return Hits(changed_secreted_genes(secretome)["gene"].to_list(), tested.to_list())


def _without_tests(
    found: Sequence[_Measured], fitted: FittedContrast, settings: Mapping[str, Any], notes: dict[str, Any]
) -> Pathways:
    """The scores of the samples where gene sets cannot be tested: no replicates, or a handful of features."""
    descriptive = fitted.model.method == DESCRIPTIVE
    few = "too few features were measured in every sample for gene sets."
    why = "the groups have no replicates." if descriptive else few
    verdicts = signals.not_tested(settings["panel"]["signals"], why)
    nothing = _without_rows(verdicts, notes)
    if not descriptive:
        return nothing
    points = [scores_of(one.collection, one.sets, fitted.values) for one in found]
    scores = [_score_table(one, values, fitted) for one, values in zip(found, points, strict=True)]
    return replace(nothing, scores=stacked(scores, empty_table(SCORES)))


def _without_rows(verdicts: pd.DataFrame, notes: dict[str, Any]) -> Pathways:
    return Pathways(empty_table(PATHWAYS), verdicts, empty_table(SCORES), empty_table(NULL_RATES), notes)


def _score_table(measured: _Measured, points: np.ndarray, fitted: FittedContrast) -> pd.DataFrame:
    samples = fitted.design.samples
    return pd.DataFrame(
        {
            "sample": list(samples) * len(measured.sets),
            "collection": measured.collection.name,
            "gene_set": np.repeat([one.name for one in measured.sets], len(samples)),
            "score": points.ravel(),
        }
    )


def _drawn(collection: str, tested: Tested, panel: Mapping[str, Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The curves of the speakers of the drawn signals, and of the set with the smallest p-value of the lead test."""
    speakers = [one for key in SHOWN_SIGNALS if key in panel for one in panel[key]["speakers"]]
    names = [one["gene_set"] for one in speakers if one["collection"] == collection]
    lead = tested.rows[tested.rows["method"] == LEAD_METHOD]
    names += lead.sort_values(["p_value", "gene_set"])["gene_set"].head(1).to_list()
    chosen = [name for name in dict.fromkeys(names) if name in tested.curves]
    return [{"collection": collection, "gene_set": name, **tested.curves[name]} for name in chosen]
