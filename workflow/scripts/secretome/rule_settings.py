"""What each rule hands to its script: of the study file and the configuration what it needs, and no more.

Snakemake runs a rule again where its settings change: a label that no model knows must not be among those of a model.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from secretome.designs.forms import model_of
from secretome.pathways.ligands import ligands_of
from secretome.published import study as published
from secretome.settings import Settings

Study = Mapping[str, Any]
# Of a run: `config` (`thresholds`, `seed`), `panel` (the signature file), `versions`, `knowledge` (file to SHA-256).
Run = Mapping[str, Any]

_OF_PREPARATION = ("source", "own_files", "samples", "technology", "compartment", "scale")
_WORDS_OF_CLAIM = ("says", "figure", "reason", "caution")
_WORDS_OF_COLLECTION = ("label", "source", "licence", "citation")
_OF_MODEL = ("samples", "method", "weigh_samples", "robust")


def preparation(study: Study, run: Run, _contrast: str) -> Settings:
    """Of `prepare_study`: of the contrasts their models alone, for the size of the smallest group."""
    models = {key: model_of(contrast) for key, contrast in study["contrasts"].items()}
    return Settings(**{key: study[key] for key in _OF_PREPARATION}, contrasts=models, versions=run["versions"])


def comparison(study: Study, run: Run, contrast: str) -> Settings:
    """Of `compare_groups`: the model, and what says how far it can be relied on."""
    measured = {key: study[key] for key in ("technology", "compartment")}
    config = run["config"]
    return Settings(**_model(study, run, contrast), **measured, fdr=config["thresholds"]["fdr"], seed=config["seed"])


def secretome(study: Study, run: Run, _contrast: str) -> Settings:
    """Of `annotate_secretome`: when a secreted gene counts as changed, and in what it was measured."""
    thresholds = run["config"]["thresholds"]
    return Settings(thresholds=thresholds, compartment=study["compartment"], versions=run["versions"])


def pathways(study: Study, run: Run, contrast: str) -> Settings:
    """Of `score_pathways`: the model, and which gene sets speak for which signal; not the words around collections."""
    config, panel = run["config"], run["panel"]
    collections = {
        key: {name: value for name, value in one.items() if name not in _WORDS_OF_COLLECTION}
        for key, one in panel["collections"].items()
    }
    asked = {**{key: value for key, value in panel.items() if key != "labels"}, "collections": collections}
    thresholds = {"fdr": config["thresholds"]["fdr"]}
    own = {"seed": config["seed"], "panel": asked, "ligands": ligands_of(study["contrasts"][contrast])}
    return Settings(**_model(study, run, contrast), thresholds=thresholds, **own)


def claims(study: Study, run: Run, contrast: str, asked: Sequence[Mapping[str, Any]]) -> Settings:
    """Of `estimate_claims`: the model, the gene sets, and what is asked for without the words around a claim."""
    own = {"panel": run["panel"], "ligands": ligands_of(study["contrasts"][contrast]), "asked": list(asked)}
    return Settings(**_model(study, run, contrast), thresholds=run["config"]["thresholds"], **own)


def claim_checks(papers: Mapping[str, Any], studies: Mapping[str, Study], versions: Mapping[str, str]) -> Settings:
    """Of `check_claims`: what decides on a claim, of the papers and of the studies, and none of the words around it."""
    claims = {
        paper: {
            "claims": {
                key: {name: value for name, value in claim.items() if name not in _WORDS_OF_CLAIM}
                for key, claim in whole["claims"].items()
            }
        }
        for paper, whole in papers.items()
    }
    asked = {key: _place_of(study) for key, study in studies.items()}
    return Settings(papers=claims, studies=asked, versions=versions)


def _place_of(study: Study) -> dict[str, Any]:
    """What says whether a claim is about a study: its model, what was measured, and the contrasts."""
    contrasts = {
        key: {name: contrast.get(name, "") for name in ("drug_class", "setting", "continuous")}
        for key, contrast in study.get("contrasts", {}).items()
    }
    return {
        **{name: study[name] for name in ("model", "technology", "compartment") if name in study},
        "contrasts": contrasts,
    }


def pooling(studies: Mapping[str, Study], run: Run) -> Settings:
    """Of `pool_studies`: the models, and what says which contrasts are asked together."""
    kept = (*_OF_MODEL, "model", "compartment", "technology")
    told = {
        key: {**{name: study[name] for name in kept}, "contrasts": _pooled_contrasts(study)}
        for key, study in studies.items()
    }
    return Settings(studies=told, fdr=run["config"]["thresholds"]["fdr"], versions=run["versions"])


def routes(studies: Mapping[str, Study], versions: Mapping[str, str]) -> Settings:
    """Of `pair_ligands`: who may send to whom, and which contrasts had the first drug of a combination."""
    given = {
        key: {
            **{name: study[name] for name in ("compartment", "lysate")},
            "drug_classes": {name: contrast.get("drug_class", "") for name, contrast in study["contrasts"].items()},
        }
        for key, study in studies.items()
    }
    return Settings(studies=given, versions=versions)


def page(study: Study, run: Run, _contrast: str) -> Settings:
    """Of `report_study`."""
    return Settings(study=study, **run)


def published_comparison(study: Study, run: Run, _contrast: str) -> Settings:
    """Of `compare_published`: not the words around the tables, so that a new label compares nothing again."""
    tables = {key: published.model_of(table) for key, table in study["tables"].items()}
    return Settings(tables=tables, versions=run["versions"])


def published_page(study: Study, run: Run, _contrast: str) -> Settings:
    """Of `report_published`."""
    return Settings(study=study, versions=run["versions"])


def _pooled_contrasts(study: Study) -> dict[str, Any]:
    return {
        key: {"model": model_of(contrast), **{name: contrast.get(name, "") for name in ("drug_class", "setting")}}
        for key, contrast in study["contrasts"].items()
    }


def _model(study: Study, run: Run, contrast: str) -> dict[str, Any]:
    model = model_of(study["contrasts"][contrast])
    return {**{key: study[key] for key in _OF_MODEL}, "contrast": model, "versions": run["versions"]}
