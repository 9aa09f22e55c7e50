"""The front page: one row for each comparison of each study, and every warning of the run."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from secretome import wording
from secretome.measurement import measured
from secretome.summaries import MainTables, all_warnings, contrast_warnings, signal_rows, summary, untested
from secretome.tables import SHOWN_SIGNALS

UNAVAILABLE = "unavailable"  # the code, among those of warnings, of a reason why a study cannot be had
ACROSS = "synthesis"  # stands for a study in warnings of several; no study can have this key


@dataclass(frozen=True)
class ContrastResults:
    """What the front page needs of one contrast, a hundredth of its tables: a run can have thousands of contrasts.

    Attributes:
        found: of :func:`secretome.summaries.summary`.
        signals: contract ``SIGNALS``.
        untested: why nothing is tested, or "".
        groups: level → samples.
        warnings: `code` and `message`.
    """

    found: Mapping[str, Any]
    signals: pd.DataFrame
    untested: str
    groups: Mapping[str, Sequence[str]]
    warnings: Sequence[dict[str, str]]

    @classmethod
    def of(cls, study: Mapping[str, Any], tables: MainTables, thresholds: Mapping[str, float]) -> "ContrastResults":
        """Those of the tables of a contrast of ``study``, its study file."""
        found, fit = summary(tables, thresholds), tables.fit
        return cls(found, tables.signals, untested(fit), fit["groups"], contrast_warnings(study, tables))


@dataclass(frozen=True)
class StudyResults:
    """What the front page needs of one study.

    Attributes:
        unavailable: why the study cannot be had; empty for one that can.
        samples: how many.
        quality: see `quality.summary`; empty for an unavailable study.
        contrasts: contrast key to its results; empty for an unavailable study.
    """

    unavailable: tuple[str, ...]
    samples: int
    quality: Mapping[str, Any]
    contrasts: Mapping[str, ContrastResults]


def index_page(settings: Mapping[str, Any], results: Mapping[str, StudyResults]) -> dict[str, Any]:
    """What the front page prints.

    Args:
        settings: `studies` (key to study file), `config`, `panel`, `versions`.
        results: study key to its results, in the order of the page.
    """
    signals = settings["panel"]["signals"]
    available = {key: study for key, study in results.items() if not study.unavailable}
    return {
        "signals": [signals[key]["label"] for key in SHOWN_SIGNALS if key in signals],
        "rows": [
            {**_row(key, name, settings, study), "first": name == next(iter(study.contrasts))}
            for key, study in available.items()
            for name in study.contrasts
        ],
        "unavailable": [
            {
                "key": key,
                "title": settings["studies"][key]["title"],
                "reasons": list(study.unavailable),
                "own": not settings["studies"][key].get("remote_files"),
            }
            for key, study in results.items()
            if study.unavailable
        ],
        "studies": wording.counted(len(available), "study", "studies"),
        "warnings": [
            {**w, "about": _about(settings["studies"][w["study"]]["title"], w["contrast"])}
            for w in warnings_of(settings["studies"], results)
            if w["code"] != UNAVAILABLE
        ],
        "thresholds": wording.conditions(settings["config"]["thresholds"]),
        "versions": sorted(settings["versions"].items()),
        "inputs": [],
    }


def warnings_of(studies: Mapping[str, Mapping[str, Any]], results: Mapping[str, StudyResults]) -> list[dict[str, str]]:
    """All warnings of a run for machines: `study`, `contrast` ("" for all), `code`, `message`.

    A study that cannot be had gives one entry a reason, with the code `unavailable`.
    """
    found = []
    for key, study in results.items():
        reasons = [{"code": UNAVAILABLE, "message": reason, "contrast": ""} for reason in study.unavailable]
        said = {name: one.warnings for name, one in study.contrasts.items()}
        warned = reasons or all_warnings(studies[key], study.quality, said)
        found += [{"study": key, **warning} for warning in warned]
    return found


def across_studies(warnings: Sequence[Mapping[str, str]]) -> list[dict[str, str]]:
    """The warnings of the pools across studies, `code` and `message`, as :func:`warnings_of` has those of studies."""
    return [{"study": ACROSS, "contrast": "", **one} for one in warnings]


def with_across(front: Mapping[str, Any], warnings: Sequence[Mapping[str, str]]) -> dict[str, Any]:
    """What the front page prints, with the warnings of :func:`across_studies` after those of the studies."""
    return {**front, "warnings": [*front["warnings"], *({**one, "about": "Across studies"} for one in warnings)]}


def _about(title: str, contrast: str) -> str:
    return f"{title}, {wording.readable(contrast)}" if contrast else title


def _row(key: str, name: str, settings: Mapping[str, Any], study: StudyResults) -> dict[str, Any]:
    described, results = settings["studies"][key], study.contrasts[name]
    contrast, found = described["contrasts"][name], results.found
    words = measured(described)
    signals = signal_rows(results.signals, settings["panel"])
    return {
        "key": key,
        "title": described["title"],
        "model": wording.material(described["model"]),
        "measured": f"{words.technology}, {words.place}",
        "contrast": wording.against(contrast),
        "samples": study.samples,
        "untested": results.untested,
        "sizes": wording.sizes(contrast, results.groups),
        "found": found,
        "clearest": wording.listed([*found["top_up"][:2], *found["top_down"][:2]]),
        "signals": [(s["verdict"], wording.VERDICTS[s["verdict"]]) for s in signals if s["shown"]],
        "other_signals": [
            (verdict, wording.listed([s["label"] for s in signals if not s["shown"] and s["verdict"] == verdict]))
            for verdict in ("up", "down")
            if any(not s["shown"] and s["verdict"] == verdict for s in signals)
        ],
    }
