"""Score the pathways of one contrast: gene-set tests, verdicts on signals, a score for each sample."""

import logging

from secretome.expression import read_expression
from secretome.files import write_json
from secretome.logs import log_to
from secretome.pathways.reading import read_collections
from secretome.pathways.score import score_pathways
from secretome.tables import NULL_RATES, PATHWAYS, SCORES, SECRETOME, SIGNALS, read_table, write_table

log = logging.getLogger("secretome")


def main(
    expression: str, secretome: str, collections: list[str], outputs: dict[str, str], settings: dict, others: str = ""
) -> None:
    """Write pathways.tsv, signals.tsv, scores.tsv, null_rates.tsv and pathway_notes.json.

    Args:
        expression: expression.h5ad of the study.
        secretome: secretome.tsv of the contrast.
        collections: the files of the bundled collections, in the order of the panel.
        outputs: the paths of ``pathways``, ``signals``, ``scores``, ``null_rates`` and ``pathway_notes``.
        settings: as :func:`secretome.pathways.score.score_pathways`; the ``panel`` with its ``collections``.
        others: collections.json, where collections were chosen that do not ship with the project.
    """
    known = read_collections(collections, settings["panel"]["collections"], others)
    found = score_pathways(read_expression(expression), known, read_table(secretome, SECRETOME), settings)
    for contract in (PATHWAYS, SIGNALS, SCORES, NULL_RATES):
        write_table(outputs[contract.name], getattr(found, contract.name), contract)
    write_json(outputs["pathway_notes"], found.notes)
    log.info("verdicts: %s", dict(zip(found.signals["signal"], found.signals["verdict"], strict=True)))


if "snakemake" in globals():
    with log_to(snakemake.log[0]):
        main(
            expression=snakemake.input.expression,
            secretome=snakemake.input.secretome,
            collections=snakemake.input.collections,
            others=snakemake.input.get("others") or "",
            outputs=dict(snakemake.output.items()),
            settings=snakemake.params.settings,
        )
