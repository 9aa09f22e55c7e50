"""Name the secreted genes of one contrast, by which evidence, and test them as a family of their own."""

import logging

from secretome.logs import log_to
from secretome.secreted import annotate
from secretome.tables import DIFFERENTIAL, SECRETED, SECRETOME, read_table, write_table

log = logging.getLogger("secretome")


def main(differential: str, secreted: str, secretome: str, settings: dict, lysate: str = "") -> None:
    """Write secretome.tsv.

    Args:
        differential: differential.tsv of the contrast.
        secreted: the bundled table of secreted genes.
        secretome: the table to write, contract ``SECRETOME``.
        settings: ``thresholds``, and ``compartment`` of the study.
        lysate: differential.tsv of the same contrast in the matched lysate; "" where there is none.
    """
    known = read_table(secreted, SECRETED)
    changes = read_table(differential, DIFFERENTIAL)
    of_lysate = read_table(lysate, DIFFERENTIAL) if lysate else None
    table = annotate(changes, known, settings["thresholds"], settings["compartment"], of_lysate)
    write_table(secretome, table, SECRETOME)
    log.info("%d genes with a class; tiers: %s", len(table), dict(table["tier"].value_counts().sort_index()))


if "snakemake" in globals():
    with log_to(snakemake.log[0]):
        main(
            differential=snakemake.input.differential,
            secreted=snakemake.input.secreted,
            secretome=snakemake.output.secretome,
            settings=snakemake.params.settings,
            lysate=snakemake.input.lysate or "",
        )
