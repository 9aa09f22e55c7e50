"""Compare published group means: one row a comparison."""

import logging

from secretome.logs import log_to
from secretome.published.comparisons import compare_published
from secretome.published.measurements import read_measurements
from secretome.tables import PUBLISHED, write_table

log = logging.getLogger("secretome")


def main(measurements: str, published: str, settings: dict) -> None:
    """Write published.tsv.

    Args:
        measurements: the table of means, standard errors and sizes.
        published: the table to write, contract ``PUBLISHED``.
        settings: ``tables`` of the study file.
    """
    table = compare_published(settings["tables"], read_measurements(measurements))
    write_table(published, table, PUBLISHED)
    log.info("%d comparisons: %s", len(table), dict(table["reading"].value_counts().sort_index()))


if "snakemake" in globals():
    with log_to(snakemake.log[0]):
        main(snakemake.input.measurements, snakemake.output.published, snakemake.params.settings)
