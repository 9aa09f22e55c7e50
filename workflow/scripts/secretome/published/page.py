"""Published measurements and their comparisons → the dicts that the templates print. No statistics."""

import math
import re
from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from secretome import wording
from secretome.published import methods
from secretome.published.measurements import UNITS, Measurement
from secretome.published.readings import ABOVE, BELOW, INCONCLUSIVE, LOG2, NOT_TESTABLE, POINTS, RESCUE, SMALLER

# Reading → the class of its mark on the page, and its words.
READINGS = {
    ABOVE: ("up", "larger, up"),
    BELOW: ("down", "larger, down"),
    SMALLER: ("no_evidence", "smaller"),
    INCONCLUSIVE: ("no_evidence", "inconclusive"),
    NOT_TESTABLE: ("not_testable", "not testable"),
}
SCALES = {POINTS: ("points", 1), LOG2: ("log2", 2)}  # scale → its word, and digits behind the point
DOI = re.compile(r"10\.\d{4,9}/[\w.()/:;-]+")


def study_page(
    key: str,
    settings: Mapping[str, Any],
    measurements: Sequence[Measurement],
    comparisons: pd.DataFrame,
    inputs: Sequence[tuple[str, str]],
) -> dict[str, Any]:
    """What the page of a study prints.

    Args:
        key: of the study.
        settings: ``study`` (the study file) and ``versions``.
        measurements: the rows of its table of measurements.
        comparisons: contract ``tables.PUBLISHED``.
        inputs: (file, SHA-256) of what was read.
    """
    study = settings["study"]
    return {
        "study": {
            **{name: study[name] for name in ("title", "organism", "attribution", "licence", "notes")},
            "model": wording.material(study["model"]),
            "citation": _citation(study["citation"]),
        },
        "answer": answer(study, comparisons),
        "rescues": rescues(study, comparisons),
        "warnings": [{**warning, "about": _table_title(study, warning)} for warning in warnings_of(study)],
        "tables": [
            _table(name, table, [row for row in measurements if row.table == name], comparisons)
            for name, table in study["tables"].items()
        ],
        "methods": methods.paragraphs(study),
        "references": methods.references(study),
        "versions": sorted(settings["versions"].items()),
        "inputs": list(inputs),
    }


def with_published(
    front: Mapping[str, Any], studies: Mapping[str, Mapping[str, Any]], tables: Mapping[str, pd.DataFrame]
) -> dict[str, Any]:
    """What the front page prints, with the studies of published measurements and their warnings.

    Args:
        front: as of ``front_page.index_page``.
        studies: key to study file.
        tables: key to its comparisons, contract ``tables.PUBLISHED``, in the order of the page.
    """
    rows = [index_row(key, studies[key], table) for key, table in tables.items()]
    warned = [{**warning, "about": _about(studies[warning["study"]], warning)} for warning in all_warnings(studies)]
    return {**front, "published": rows, "warnings": [*front["warnings"], *warned]}


def all_warnings(studies: Mapping[str, Mapping[str, Any]]) -> list[dict[str, str]]:
    """The warnings of all studies of published measurements, as ``front_page.warnings_of`` has those of the others."""
    return [{"study": key, **warning} for key, study in studies.items() for warning in warnings_of(study)]


def index_row(key: str, study: Mapping[str, Any], comparisons: pd.DataFrame) -> dict[str, Any]:
    """What the front page prints of a study of published measurements."""
    found = comparisons["reading"].value_counts()
    return {
        "key": key,
        "title": study["title"],
        "model": wording.material(study["model"]),
        "tables": len(study["tables"]),
        "comparisons": len(comparisons),
        "readings": [(*READINGS[reading], int(found[reading])) for reading in READINGS if reading in found],
        "both": int(_by_both(comparisons).sum()),
        "licence": study["licence"],
    }


def warnings_of(study: Mapping[str, Any]) -> list[dict[str, str]]:
    """The cautions of a study file: ``code``, ``message``, and ``contrast``, the table, "" for all of them."""
    written = [("", study["caution"]), *((key, table["caution"]) for key, table in study["tables"].items())]
    return [{"code": "study", "message": text, "contrast": key} for key, text in written if text]


def answer(study: Mapping[str, Any], comparisons: pd.DataFrame) -> str:
    """One sentence: how many comparisons are clear of the smallest effect, and how many could not be tested."""
    where, number = f"In {wording.material(study['model'])}", len(comparisons)
    count = comparisons["reading"].value_counts().reindex(list(READINGS), fill_value=0)
    if count[NOT_TESTABLE] == number:
        compared = wording.counted(number, "published comparison")
        return f"{where}, none of {compared} can be tested: differences are shown, no more."
    clear = int(count[ABOVE] + count[BELOW])
    rest = [
        f"{count[reading]} {words}"
        for reading, words in (
            (SMALLER, "smaller than it"),
            (INCONCLUSIVE, "inconclusive"),
            (NOT_TESTABLE, "not testable"),
        )
        if count[reading]
    ]
    said = f"{where}, {clear} of {wording.counted(number, 'published comparison')} "
    said += f"{'is' if clear == 1 else 'are'} larger than the smallest effect that matters"
    said += f" ({int(_by_both(comparisons).sum())} by Welch's test too)" if clear else ""
    return f"{said}; {wording.listed(rest)}." if rest else f"{said}."


def rescues(study: Mapping[str, Any], comparisons: pd.DataFrame) -> str:
    """The rescues that are larger than the smallest effect by both tests, with their differences; "" where none is."""
    said = []
    for row in comparisons[_by_both(comparisons) & (comparisons["kind"] == RESCUE)].itertuples():
        word, digits = SCALES[row.scale]
        label = study["tables"][row.table]["comparisons"][row.comparison]["label"]
        said.append(f"{label} {wording.signed(row.effect, digits)} {word}")
    return f"Rescues that are larger by both tests: {'; '.join(said)}." if said else ""


def _table_title(study: Mapping[str, Any], warning: Mapping[str, str]) -> str:
    return study["tables"][warning["contrast"]]["title"] if warning["contrast"] else ""


def _about(study: Mapping[str, Any], warning: Mapping[str, str]) -> str:
    return ", ".join(filter(None, [study["title"], _table_title(study, warning)]))


def _by_both(comparisons: pd.DataFrame) -> pd.Series:
    return comparisons["reading"].isin((ABOVE, BELOW)) & (comparisons["reading"] == comparisons["welch_reading"])


def _table(
    key: str, table: Mapping[str, Any], measurements: Sequence[Measurement], comparisons: pd.DataFrame
) -> dict[str, Any]:
    of_table = comparisons[comparisons["table"] == key]
    word, digits = SCALES[table["scale"]]
    reach = float(of_table[["ci_low", "ci_high"]].abs().max(axis=None))
    return {
        "key": key,
        **{name: table[name] for name in ("title", "measured", "reason", "source", "caution")},
        "unit": UNITS[table["unit"]],
        "shown": wording.capitalised(table["measured"]),
        "errors": any(row.sem > 0 for row in measurements),
        "scale": word,
        "smallest": f"{table['smallest_effect']:g} {word}",
        "indexed": bool(of_table["rescue_index"].notna().any()),
        "tested": bool(of_table["p_value"].notna().any()),
        "figure": _figure(key, table, measurements),
        "rows": [_row(row, table, digits, reach) for row in of_table.itertuples()],
        "groups": [_group(row, table) for row in measurements],
    }


def _row(row: Any, table: Mapping[str, Any], digits: int, reach: float) -> dict[str, Any]:
    effect = wording.signed(row.effect, digits)
    return {
        "label": table["comparisons"][row.comparison]["label"],
        "groups": f"{row.group} vs {row.reference}",
        "kind": row.kind,
        "sizes": " vs ".join(
            "set" if name == table["vehicle"] and math.isnan(n) else "?" if math.isnan(n) else f"{n:.0f}"
            for name, n in ((row.group, row.n_group), (row.reference, row.n_reference))
        ),
        "direction": "up" if row.effect > 0 else "down" if row.effect < 0 else "",
        "effect": f"{row.limit} {effect}" if row.limit else effect,
        "interval": wording.interval(row.ci_low, row.ci_high, digits),
        "mark": _mark(row, reach),
        "p": wording.p_value(row.p_value),
        "holm": wording.p_value(row.p_holm),
        "reading": READINGS[row.reading],
        "welch_interval": wording.interval(row.welch_ci_low, row.welch_ci_high, digits),
        "welch_p": wording.p_value(row.welch_p_value),
        "welch_reading": READINGS[row.welch_reading][1] if row.welch_reading != row.reading else "",
        "index": wording.MISSING if math.isnan(row.rescue_index) else f"{row.rescue_index:.2f}".replace("-", "−"),
        "index_interval": _index_interval(row),
        "why": "; ".join(note for note in row.why.split("; ") if not note.startswith("by Welch's test")),
    }


def _index_interval(row: Any) -> str:
    if math.isnan(row.rescue_index):
        return ""
    if math.isnan(row.rescue_index_low):
        return "unbounded"
    return f"{row.rescue_index_low:.2f} to {row.rescue_index_high:.2f}".replace("-", "−")


def _mark(row: Any, reach: float) -> dict[str, str]:
    """Where the interval lies on a line with 0 in its middle."""
    if math.isnan(row.ci_low) or not reach:
        return {}

    def place(value: float) -> float:
        return 50 + 48 * value / reach

    low, high = place(row.ci_low), place(row.ci_high)
    return {"low": f"{low:.1f}%", "width": f"{high - low:.1f}%", "at": f"{place(row.effect):.1f}%"}


def _group(row: Measurement, table: Mapping[str, Any]) -> dict[str, str]:
    constant = row.group == table["vehicle"] and math.isnan(row.sem)
    return {
        "group": row.group,
        "mean": f"{row.limit} {row.mean:g}".strip().replace("-", "−"),
        "sem": "set by the authors" if constant else wording.MISSING if math.isnan(row.sem) else f"{row.sem:g}",
        "n": wording.MISSING if constant else str(row.n or "not stated"),
    }


def _figure(key: str, table: Mapping[str, Any], measurements: Sequence[Measurement]) -> str:
    from secretome import plots  # a second of imports, for pages alone

    frame = pd.DataFrame(
        {
            "group": [row.group for row in measurements],
            "mean": [row.mean for row in measurements],
            "sem": [row.sem for row in measurements],
            "n": [row.n for row in measurements],
            "limit": [row.limit for row in measurements],
            "constant": [row.group == table["vehicle"] and math.isnan(row.sem) for row in measurements],
        }
    )
    return plots.group_means(frame, f"{table['measured']}, {UNITS[table['unit']]}", table["scale"] != POINTS, key)


def _citation(citation: Mapping[str, str]) -> list[dict[str, str]]:
    labels = {"doi": "The paper", "report": "The report that the numbers are from"}
    known = [(label, citation[key]) for key, label in labels.items() if citation.get(key)]
    links = [f"https://doi.org/{value}" if DOI.fullmatch(value) else "" for _, value in known]
    return [{"label": label, "value": value, "link": link} for (label, value), link in zip(known, links, strict=True)]
