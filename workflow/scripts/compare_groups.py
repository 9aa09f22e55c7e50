"""Compare the groups of one contrast: one row a gene."""

import logging

from secretome.comparison.compare import compare
from secretome.expression import read_expression
from secretome.files import write_json
from secretome.logs import log_to
from secretome.tables import DETECTION, DIFFERENTIAL, LEVELS, NORMALISATIONS, write_table

log = logging.getLogger("secretome")


def main(expression: str, outputs: dict[str, str], settings: dict) -> None:
    """Write differential.tsv, what stands beside it, and fit.json.

    Args:
        expression: expression.h5ad of the study.
        outputs: the paths of ``differential``, ``levels``, ``normalisations``, ``detection`` and ``fit``.
        settings: ``contrast``, ``samples``, ``method`` and ``weigh_samples`` of the study file, ``fdr`` and ``seed``.
    """
    found = compare(read_expression(expression), settings)
    for contract in (DIFFERENTIAL, LEVELS, NORMALISATIONS, DETECTION):
        write_table(outputs[contract.name], getattr(found, contract.name), contract)
    write_json(outputs["fit"], found.fit)
    log.info("%d genes tested, %s residual degrees of freedom", found.fit["genes_tested"], found.fit["residual_df"])


if "snakemake" in globals():
    with log_to(snakemake.log[0]):
        main(
            expression=snakemake.input.expression,
            outputs=dict(snakemake.output.items()),
            settings=snakemake.params.settings,
        )
