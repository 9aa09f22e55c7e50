"""All files that describe a run, read and checked in one go: the configuration, the studies, the signals, the claims.

common.smk imports this while Snakemake parses, so nothing here computes.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from secretome import studies
from secretome.claims.files import Claims, Known, load_claims
from secretome.faults import Fault, InputFaults
from secretome.pathways.ligands import require_known
from secretome.pathways.panel import Panel, load_panel
from secretome.pathways.panel_names import sets_at_hand
from secretome.published import study as published

Studies = dict[str, dict[str, Any]]


@dataclass(frozen=True)
class Run:
    """What a run is about.

    Attributes:
        settings: the complete configuration.
        selected: key → study, of all kinds.
        studies, published: those of measured data, which go through every stage, and those of published means.
        panel: :func:`secretome.pathways.panel.load_panel`.
        papers: :func:`secretome.claims.files.load_claims`, those of the project first.
    """

    settings: dict[str, Any]
    selected: Studies
    studies: Studies
    published: Studies
    panel: Panel
    papers: Claims


def load_run(config: Mapping[str, Any], project: Path) -> Run:
    """Load the files of a run.

    Args:
        config: as :func:`secretome.studies.load_run`.
        project: the folder of the project.

    Raises:
        InputFaults: everything that is wrong with the first kind of file that has faults, in the order of the title.
    """
    knowledge = project / "data/bundled/knowledge"
    settings, selected = studies.load_run(config)
    panel = load_panel(project / "config/signatures.yaml", settings)
    measured, means = published.apart(selected)
    require_known(measured, knowledge)
    files, _ = studies.study_files(settings["study_folders"])
    # The claims of the project name its own studies; those of the user are held to the studies that were found.

    def gene_sets(collection: str) -> set[str] | None:
        return sets_at_hand(panel, collection, project)

    known = Known(None, selected, panel["signals"], panel["labels"], gene_sets)
    papers = load_claims([project / "config/claims"], known, knowledge)
    own = load_claims(settings["claim_folders"], replace(known, files=files), knowledge)
    if twice := sorted(papers.keys() & own.keys()):
        problem = "is a paper whose claims ship with the project"
        raise InputFaults([Fault("configuration", "claim_folders", key, problem, "Rename the file") for key in twice])
    return Run(settings, selected, measured, means, panel, {**papers, **own})
