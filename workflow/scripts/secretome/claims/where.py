"""In which contrasts of a run a claim is tested, and in which of these it cannot be."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

PUBLISHED = "published"
# What is measured by each technology; `published` has tables of its own.
PROTEIN = ("proteomics", "panel")
OF_A_PROTEIN = {"cells": "the protein of the cells", "medium": "the protein in the medium"}


@dataclass(frozen=True)
class Place:
    """One contrast in which a claim is looked at.

    Attributes:
        study, contrast: their keys; of published measurements the contrast is table.comparison; both are "" where
            the claim is tested in no study.
        setting: of the contrast; "" of published measurements.
        line: the cell line, by the words of the study; "" where there is none.
        scope: of the claim there: `claim`, `transfer` or `control`.
        transfer: how the model differs from the paper's; "" where that is not stated.
        seen: whether the value there was known when the claim was written.
        problem: why it cannot be tested there whatever the data say; "" where it can.
    """

    study: str
    contrast: str
    setting: str
    line: str
    scope: str
    transfer: str
    seen: bool
    problem: str


def places_of(claim: Mapping[str, Any], studies: Mapping[str, Mapping[str, Any]]) -> list[Place]:
    """The contrasts of a run that a claim is about, in the order of the studies and of their files.

    A contrast is chosen by its drug class, its setting, its study or its key; a claim that chooses nothing of these is
    in no contrast. A chosen contrast without the compartment, the protein or the model that the claim needs is
    there all the same, with the ``problem``: it is not silence that tells that a claim was not tested.

    Args:
        claim: complete.
        studies: the studies of the run, complete, of published measurements too.
    """
    feature, where = claim["feature"], claim["where"]
    if claim["untestable"]:
        return []
    if "reported" in feature:
        return [_nowhere(claim)]
    if "table" in feature:
        chosen = [key for key in where["studies"] if key in studies]
        contrast = f"{feature['table']}.{feature['comparison']}"
        return [_place(claim, key, studies[key], contrast, "", "") for key in chosen]
    if not any(where[name] for name in ("drug_class", "setting", "studies", "contrasts")):
        return []
    return [
        _place(claim, key, study, contrast, given["setting"], _problem(claim, study, given))
        for key, study in studies.items()
        if study["technology"] != PUBLISHED
        for contrast, given in study["contrasts"].items()
        if _is_about(where, key, contrast, given)
    ]


def asked_of(
    papers: Mapping[str, Mapping[str, Any]], studies: Mapping[str, Mapping[str, Any]]
) -> dict[tuple[str, str], list[dict[str, Any]]]:
    """Study and contrast → what is asked of it: ``paper``, ``claim``, ``feature`` and ``direction`` of each claim.

    Claims on published measurements are not among them: their tables have the answers already.
    """
    asked: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for paper, whole in papers.items():
        for key, claim in whole["claims"].items():
            named = {"paper": paper, "claim": key, "feature": claim["feature"], "direction": claim["direction"]}
            for place in places_of(claim, studies):
                if claim["kind"] != PUBLISHED and not place.problem:
                    asked.setdefault((place.study, place.contrast), []).append(named)
    return asked


def line_of(model: str) -> str:
    """The cell line of the model of a study: what stands before its first bracket, in lower case.

    # ASSUME two studies are of one line where they call their model by the same words: BT474 breast cancer cells.
    """
    return " ".join(model.partition("(")[0].casefold().split())


def _is_about(where: Mapping[str, Any], study: str, contrast: str, given: Mapping[str, Any]) -> bool:
    asked = (
        (where["drug_class"], given["drug_class"]),
        (where["setting"], given["setting"]),
        (where["studies"], study),
        (where["contrasts"], f"{study}/{contrast}"),
    )
    return all(not words or word in words for words, word in asked)


def _problem(claim: Mapping[str, Any], study: Mapping[str, Any], contrast: Mapping[str, Any]) -> str:
    where = claim["where"]
    needed, protein = where["compartment"], where["measures"] == "protein"
    if protein and (study["technology"] not in PROTEIN or study["compartment"] != needed):
        return f"{OF_A_PROTEIN[needed]} is needed, and this study measures {_measured(study)}"
    if study["compartment"] != needed:
        words = {"cells": "the cells", "medium": "the medium"}
        return f"{words[needed]} would have to be measured, and this study measures {words[study['compartment']]}"
    if where["model"] and not any(word.casefold() in study["model"].casefold() for word in where["model"]):
        return f"it needs another model ({' or '.join(where['model'])}) than {study['model']}"
    if contrast.get("continuous"):
        return "this contrast is a slope, and the claim is on a difference of groups"
    return ""


def _measured(study: Mapping[str, Any]) -> str:
    if study["technology"] in PROTEIN:
        return OF_A_PROTEIN[study["compartment"]]
    return "transcripts"


def _place(
    claim: Mapping[str, Any], key: str, study: Mapping[str, Any], contrast: str, setting: str, problem: str
) -> Place:
    return Place(
        study=key,
        contrast=contrast,
        setting=setting,
        line=line_of(study["model"]),
        scope="transfer" if key in claim["transfer"] and claim["scope"] == "claim" else claim["scope"],
        transfer=claim["transfer"].get(key, ""),
        seen=_seen(claim, key),
        problem=problem,
    )


def _nowhere(claim: Mapping[str, Any]) -> Place:
    return Place("", "", "", "", claim["scope"], "", _seen(claim, ""), "")


def _seen(claim: Mapping[str, Any], study: str) -> bool:
    return claim["seen"] if isinstance(claim["seen"], bool) else study in claim["seen"]
