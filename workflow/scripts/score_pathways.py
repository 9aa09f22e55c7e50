"""Score the pathways of one contrast: gene-set tests, verdicts on signals, a score for each sample."""

import logging

from secretome.expression import read_expression
from secretome.files import write_json
from secretome.logs import log_to
from secretome.pathways.reading import read_collections
from secretome.pathways.score import score_pathways
from secretome.tables import PATHWAYS, SCORES, SIGNALS, write_table

log = logging.getLogger("secretome")


def main(expression: str, collections: list[str], outputs: dict[str, str], settings: dict) -> None:
    """Write pathways.tsv, signals.tsv, scores.tsv and curves.json.

    Args:
        expression: expression.h5ad of the study.
        collections: the files of the collections, in the order of the panel.
        outputs: the paths of ``pathways``, ``signals``, ``scores`` and ``curves``.
        settings: ``contrast`` and ``samples`` of the study file, ``thresholds``, ``seed``, and ``panel``.
    """
    known = read_collections(collections, settings["panel"]["collections"])
    found = score_pathways(read_expression(expression), known, settings)
    write_table(outputs["pathways"], found.pathways, PATHWAYS)
    write_table(outputs["signals"], found.signals, SIGNALS)
    write_table(outputs["scores"], found.scores, SCORES)
    write_json(outputs["curves"], found.curves)
    for collection, sets in found.dropped.items():
        log.info("%s: %d gene sets outside the size limits: %s", collection, len(sets), sets)
    log.info("verdicts: %s", dict(zip(found.signals["signal"], found.signals["verdict"], strict=True)))


if "snakemake" in globals():
    with log_to(snakemake.log[0]):
        main(
            expression=snakemake.input.expression,
            collections=snakemake.input.collections,
            outputs=dict(snakemake.output.items()),
            settings=snakemake.params.settings,
        )
