"""Pages: a template and a dict → one HTML file that needs nothing else."""

import base64
import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from secretome import style
from secretome.expression import count_samples, read_unavailable
from secretome.files import read_json
from secretome.front_page import ContrastResults, StudyResults
from secretome.summaries import ContrastTables, MainTables
from secretome.tables import (
    DETECTION,
    DIFFERENTIAL,
    LEVELS,
    NORMALISATIONS,
    NULL_RATES,
    PATHWAYS,
    SCORES,
    SECRETOME,
    SIGNALS,
    read_table,
)

TEMPLATES = Path(__file__).resolve().parents[2] / "report"
SCRIPT = "script.js.j2"
# What `read_contrast` reads: the names of the inputs of the report's rules.
_TABLES = (DIFFERENTIAL, LEVELS, NORMALISATIONS, DETECTION, SECRETOME, PATHWAYS, SIGNALS, SCORES, NULL_RATES)
_NOTES = ("fit", "pathway_notes")
CONTRAST_PARTS = (*(contract.name for contract in _TABLES), *_NOTES)
# What `read_study` reads of each contrast: the tables with the columns of `MainTables`.
_CHANGE = ("gene", "log2_fold_change", "p_value")
_MAIN = (
    (DIFFERENTIAL, (*_CHANGE, "q_value")),
    (SECRETOME, (*_CHANGE, "tier", "q_value_secretome", "lysate_log2_fold_change")),
    (SIGNALS, tuple(SIGNALS.columns)),
)
FRONT_PARTS = (*(contract.name for contract, _ in _MAIN), *_NOTES)


def read_contrast(paths: Mapping[str, str]) -> ContrastTables:
    """Read what the stages wrote for one contrast.

    Args:
        paths: of its tables and JSON files, by their names.
    """
    tables = {contract.name: read_table(paths[contract.name], contract) for contract in _TABLES}
    return ContrastTables(**tables, **{name: read_json(paths[name]) for name in _NOTES})


def read_study(paths: Mapping[str, Any], study: Mapping[str, Any], thresholds: Mapping[str, float]) -> StudyResults:
    """Read what the front page needs of one study, the tables of one contrast at a time.

    Args:
        paths: of its ``expression`` and ``quality``, and ``contrasts``: key to the paths of ``FRONT_PARTS``.
        study: the study file.
        thresholds: ``fdr`` and ``log2_fold_change``.
    """
    unavailable = read_unavailable(paths["expression"])
    if unavailable:
        return StudyResults(unavailable, 0, {}, {})
    results = {
        name: ContrastResults.of(study, _main_tables(of_contrast), thresholds)
        for name, of_contrast in paths["contrasts"].items()
    }
    return StudyResults((), count_samples(paths["expression"]), read_json(paths["quality"]), results)


def _main_tables(paths: Mapping[str, str]) -> MainTables:
    tables = {contract.name: read_table(paths[contract.name], contract, columns) for contract, columns in _MAIN}
    return MainTables(**tables, **{name: read_json(paths[name]) for name in _NOTES})


def render(template: str, content: Mapping[str, Any]) -> str:
    """The page that ``template`` makes of ``content``; all text is escaped unless it is `Markup`.

    Raises:
        jinja2.UndefinedError: the template asks for what ``content`` does not have.
    """
    loader = FileSystemLoader(TEMPLATES)
    environment = Environment(
        loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters["embedded"] = embedded
    script = environment.get_template(SCRIPT).render()
    return environment.get_template(template).render(
        **content, script=Markup(script), script_hash=_hash(script), colours=style.css_colours()
    )


def embedded(content: Any) -> Markup:
    """JSON that can stand inside a ``script`` element: nothing in it can end the element."""
    text = json.dumps(content, ensure_ascii=True, allow_nan=False, separators=(",", ":"))
    return Markup(text.replace("&", "\\u0026").replace("<", "\\u003c").replace(">", "\\u003e"))


def _hash(script: str) -> str:
    # The page's policy names the one script that may run: markup that slipped through could not start another.
    return "sha256-" + base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
