"""Matched lysates: the study of a run that holds the cells of the cultures whose medium another one measured."""

from collections.abc import Callable, Collection, Mapping
from typing import Any

from secretome.designs.forms import unit_of, words_of
from secretome.faults import Fault, nearest
from secretome.schemas import Where
from secretome.technologies import OF_AMOUNTS, PER

Study = Mapping[str, Any]
Studies = Mapping[str, Study]


def own_faults(study: Study, where: Where) -> list[Fault]:
    """What of a study itself does not go with a matched lysate.

    Args:
        study: with its defaults; keys at fault may be missing.
        where: the file and line of an address.
    """
    lysate, compartment, technology = (study.get(key, "") for key in ("lysate", "compartment", "technology"))
    if not lysate:
        return []
    if compartment == "cells":
        problem, fix = "goes with compartment: medium", "Name it in the study of the medium, and take it out here"
    elif technology and technology not in OF_AMOUNTS:
        problem, fix = f"goes with proteins and panels; this study is {technology}", "Take it out"
    else:
        return []
    return [Fault(where(("lysate",)), "lysate", lysate, problem, fix)]


def lysate_faults(
    studies: Studies, known: Collection[str], chosen: Collection[str], where_of: Callable[[str], Where]
) -> list[Fault]:
    """Why the lysate that a study names cannot stand beside it.

    Args:
        studies: the studies of the run by their keys; one that is at fault itself is empty, or not there.
        known: the keys of all study files.
        chosen: those that the run asks for.
        where_of: of the key of a study, the file and line of an address in it.
    """
    faults = []
    for key, study in studies.items():
        if lysate := study.get("lysate"):
            faults += _faults_of(key, study, lysate, studies, known, chosen, where_of(key))
    return faults


def with_lysates(studies: Studies) -> dict[str, dict[str, Any]]:
    """The studies, those with a lysate with what their page says of it under `lysate_study`.

    That is its `title`, its `technology`, and what its values are compared `per` ("" for nothing).
    """
    return {
        key: {**study, "lysate_study": _described(studies[study["lysate"]])} if study.get("lysate") else dict(study)
        for key, study in studies.items()
    }


def _described(lysate: Study) -> dict[str, str]:
    per = next((name for name in PER if lysate["samples"].get(name)), "")
    return {"title": lysate["title"], "technology": lysate["technology"], "per": per}


def _faults_of(
    key: str,
    study: Study,
    lysate: str,
    studies: Studies,
    known: Collection[str],
    chosen: Collection[str],
    where: Where,
) -> list[Fault]:
    def fault(problem: str, fix: str) -> list[Fault]:
        return [Fault(where(("lysate",)), "lysate", lysate, problem, fix)]

    if lysate == key:
        return fault("is this study itself", "Name the study of the lysates, or take it out")
    if lysate not in known:
        return fault("is not a study of the study folders", nearest(lysate, [one for one in known if one != key]))
    if lysate not in chosen:
        return fault("is not among the studies of this run", f"Add {lysate} to 'studies', as in [{key}, {lysate}]")
    other = studies.get(lysate)
    if not other:
        return []  # what is wrong with it is told of its own file
    if other["technology"] not in OF_AMOUNTS:
        said = "published measurements" if other["technology"] == "published" else other["technology"]
        return fault(f"holds {said} and no proteins of cells", "Name a study of proteomics or a panel, or take it out")
    if other["compartment"] != "cells":
        return fault("is a study of conditioned medium itself", "Write compartment: cells there, or take it out here")
    return _contrast_faults(study, lysate, other, where)


def _contrast_faults(study: Study, lysate: str, other: Study, where: Where) -> list[Fault]:
    """The contrasts of the medium that the lysate lacks, or that ask something else there."""
    faults = []
    for name, contrast in study["contrasts"].items():
        there = other["contrasts"].get(name)
        if there is None:
            problem = f"is not among the contrasts of the lysate {lysate}"
            fix = f"Add it there under the same key. {nearest(name, other['contrasts'])}"
        elif (ours := _question(contrast)) != (theirs := _question(there)):
            problem = f"compares {ours} here, and {theirs} in the lysate {lysate}"
            fix = "Give groups and quantities the same names, and set the same against the same"
        else:
            continue
        faults.append(Fault(where(("contrasts", name)), f"contrasts.{name}", "", problem, fix))
    return faults


def _question(contrast: Mapping[str, Any]) -> str:
    return " ".join(filter(None, [" vs ".join(filter(None, words_of(contrast))), unit_of(contrast)]))
