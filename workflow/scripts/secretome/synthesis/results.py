"""What the stages before wrote, as the pools across studies need it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from secretome.comparison.compare import design_of
from secretome.comparison.engines import DESCRIPTIVE, DESEQ2, Engine, fit_contrast
from secretome.designs.forms import form_of
from secretome.expression import read_expression
from secretome.files import read_json
from secretome.result_paths import contrast_of, study_of
from secretome.secreted import FAMILY
from secretome.synthesis.consensus import Consensus, consensus, from_intervals
from secretome.synthesis.correlations import Correlations, of_designs, of_fits
from secretome.synthesis.groups import ContrastResult, groups_of
from secretome.synthesis.independence import Shared, shared_samples
from secretome.tables import DIFFERENTIAL, SECRETOME, SIGNALS, read_samples_table, read_table

Here = tuple[str, str]  # study, contrast
Studies = Mapping[str, Mapping[str, Any]]
POOLED = ("gene", "log2_fold_change", "standard_error", "df", "q_value", "reason")  # what is read of `DIFFERENTIAL`
NOT_HAD = "the study could not be had"
SLOPE = "is a slope, which has no unit in common with a difference of groups"
DIFFERENCE = "is a difference of two changes"


@dataclass(frozen=True)
class Findings:
    """What the contrasts of a run found.

    Attributes:
        genes, signals: of each contrast, what is pooled.
        family: the genes whose protein is secreted, tested in any contrast.
        correlations: of each study with several contrasts that are averaged.
        shared: pairs of studies with common samples.
        reasons: why a contrast cannot be pooled, where that is known.
    """

    genes: list[ContrastResult]
    signals: list[ContrastResult]
    family: set[str]
    correlations: dict[str, Correlations]
    shared: list[Shared]
    reasons: dict[Here, str]


def read_findings(inputs: Mapping[str, Sequence[str]], studies: Studies) -> Findings:
    """Read what is pooled.

    Args:
        inputs: the paths of ``differential``, ``signals``, ``secretome`` and ``fits``
            (results/<study>/<contrast>/…), ``samples`` and ``expressions`` (results/<study>/…); of studies with one
            contrast no expression is needed.
        studies: of each its `model`, `compartment`, `technology`, what its models need (`samples`, `method`,
            `weigh_samples`, `robust`) and `contrasts`: `drug_class`, `setting` and `model` of each.
    """
    names: dict[str, str] = {}
    tables = {contrast_of(path): _estimates(path, names) for path in inputs["differential"]}
    fits = {contrast_of(path): read_json(path) for path in inputs["fits"]}
    signals = {contrast_of(path): from_intervals(read_table(path, SIGNALS)) for path in inputs["signals"]}
    models = {(study, name): studies[study]["contrasts"][name]["model"] for study, name in tables}
    why = {here: not_pooled(models[here], fits[here], table) for here, table in tables.items()}
    reasons = {here: reason for here, reason in why.items() if reason}
    genes = [_result(here, studies, table, reasons) for here, table in tables.items()]
    shared = shared_samples({study_of(path): _used(path) for path in inputs["samples"]})
    expressions = {study_of(path): path for path in inputs["expressions"]}
    return Findings(
        genes=genes,
        signals=[_result(here, studies, table, reasons) for here, table in signals.items()],
        family=set().union(*(_tested_family(path) for path in inputs["secretome"])),
        correlations={
            study: correlations_of(expressions[study], studies[study], several)
            for study, several in averaged(genes, shared).items()
        },
        shared=shared,
        reasons=reasons,
    )


def pool_findings(found: Findings, fdr: float) -> tuple[Consensus, Consensus]:
    """The consensus of the secreted genes, and that of the signals, which are all one family.

    Args:
        found: of :func:`read_findings`.
        fdr: up to which false discovery rate a gene or signal counts as moving.
    """
    signals = {signal for one in found.signals for signal in one.table["gene"]}
    genes = consensus(found.genes, found.family, found.correlations, fdr, found.shared)
    return (
        replace(genes, groups=with_reasons(genes.groups, found.reasons)),
        consensus(found.signals, signals, found.correlations, fdr, found.shared),
    )


def not_pooled(model: Mapping[str, Any], fit: Mapping[str, Any], table: pd.DataFrame) -> str:
    """Why a contrast cannot be pooled; "" where it can.

    Args:
        model: of the contrast.
        fit: the content of fit.json.
        table: contract ``DIFFERENTIAL``.
    """
    if fit["unavailable"]:
        return f"is not available: {'; '.join(fit['unavailable'])}"
    if table.empty:
        return NOT_HAD
    # ASSUME the change per unit of one dose or time says nothing of that per unit of another.
    of_form = {"continuous": SLOPE, "difference_of": DIFFERENCE}
    return "has no replicates" if fit["method"] == DESCRIPTIVE else of_form.get(form_of(model), "")


def averaged(results: Sequence[ContrastResult], shared: Iterable[Shared]) -> dict[str, list[str]]:
    """The studies with several contrasts in a group of several studies, and all these contrasts."""
    found: dict[str, set[str]] = {}
    for group in groups_of(results, shared):
        names: dict[str, set[str]] = {}
        for one in group.results if len(set(group.units)) > 1 else ():
            names.setdefault(one.study, set()).add(one.contrast)
        for study, own in names.items():
            if len(own) > 1:
                found.setdefault(study, set()).update(own)
    return {study: sorted(names) for study, names in sorted(found.items())}


def correlations_of(expression: str, study: Mapping[str, Any], contrasts: Sequence[str]) -> Correlations:
    """The correlations of the estimates of contrasts of one study, fitted as they were compared.

    Args:
        expression: expression.h5ad of the study.
        study: as of :func:`read_findings`.
        contrasts: that were fitted before.
    """
    measured = read_expression(expression)
    models = {name: study["contrasts"][name]["model"] for name in contrasts}
    designs = {name: design_of(measured, model, study["samples"]) for name, model in models.items()}
    if study["method"] == DESEQ2:  # which has no weights that could be known
        return of_designs(designs)
    engine = Engine.of(study)
    return of_fits(designs, {name: fit_contrast(measured, design, engine) for name, design in designs.items()})


def with_reasons(groups: pd.DataFrame, reasons: Mapping[Here, str]) -> pd.DataFrame:
    """The table of groups with what is known of why a contrast is not pooled.

    Args:
        groups: contract ``CONSENSUS_GROUPS``.
        reasons: (study, contrast) → why.
    """
    keys = zip(groups["study"], groups["contrast"], groups["reason"], strict=True)
    return groups.assign(reason=[reasons.get((study, contrast), said) for study, contrast, said in keys])


def _result(here: Here, studies: Studies, table: pd.DataFrame, reasons: Mapping[Here, str]) -> ContrastResult:
    study, contrast = here
    whole = studies[study]
    labels = whole["contrasts"][contrast]
    reason = reasons.get(here, "")
    if reason == DIFFERENCE:  # where it goes up, nothing need have gone up
        table = table.iloc[:0]
    elif reason:
        table = table.assign(standard_error=np.nan)
    return ContrastResult(
        study=study,
        contrast=contrast,
        model=whole["model"],
        drug_class=labels["drug_class"],
        compartment=whole["compartment"],
        setting=labels["setting"],
        technology=whole["technology"],
        table=table,
    )


def _estimates(path: str, names: dict[str, str]) -> pd.DataFrame:
    """What is pooled of a contrast; ``names`` has each gene once, not once a contrast."""
    table = read_table(path, DIFFERENTIAL, POOLED)
    gene = np.array([names.setdefault(name, name) for name in table["gene"]], dtype=object)
    return table.assign(gene=gene, reason=table["reason"].astype("category"))


def _used(path: str) -> dict[str, list[str]]:
    sheet = read_samples_table(path)
    return {column: list(values) for column, values in sheet[sheet["used"] == "true"].items()}


def _tested_family(path: str) -> set[str]:
    table = read_table(path, SECRETOME, ("gene", "secreted_class", "p_value"))
    return set(table.loc[table["secreted_class"].isin(FAMILY) & table["p_value"].notna(), "gene"])
