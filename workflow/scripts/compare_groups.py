"""Compare the groups of one contrast: one row a gene."""

import logging

from secretome import compare
from secretome.expression import read_expression
from secretome.files import write_json
from secretome.logs import log_to
from secretome.tables import DIFFERENTIAL, write_table

log = logging.getLogger("secretome")


def main(expression: str, differential: str, fit: str, settings: dict) -> None:
    """Write differential.tsv and fit.json.

    Args:
        expression: expression.h5ad of the study.
        differential: the table to write, contract ``DIFFERENTIAL``.
        fit: the description of the model to write.
        settings: ``contrast``, ``samples`` and ``method`` of the study file.
    """
    study = read_expression(expression)
    table, described = compare.compare(study, settings["contrast"], settings["samples"], settings["method"])
    write_table(differential, table, DIFFERENTIAL)
    write_json(fit, described)
    log.info("%d genes tested, %s residual degrees of freedom", described["genes_tested"], described["residual_df"])


if "snakemake" in globals():
    with log_to(snakemake.log[0]):
        main(
            expression=snakemake.input.expression,
            differential=snakemake.output.differential,
            fit=snakemake.output.fit,
            settings=snakemake.params.settings,
        )
