"""Compare the groups of one contrast: one row a gene."""

import logging

from secretome.comparison.compare import compare
from secretome.expression import read_expression
from secretome.files import write_json
from secretome.logs import log_to
from secretome.secreted import FAMILY
from secretome.tables import DETECTION, DIFFERENTIAL, LEVELS, NORMALISATIONS, SECRETED, read_table, write_table

log = logging.getLogger("secretome")


def main(expression: str, secreted: str, outputs: dict[str, str], settings: dict) -> None:
    """Write differential.tsv, what stands beside it, and fit.json.

    Args:
        expression: expression.h5ad of the study.
        secreted: the table of secreted genes, contract ``SECRETED``.
        outputs: the paths of ``differential``, ``levels``, ``normalisations``, ``detection`` and ``fit``.
        settings: ``contrast``, ``samples``, ``method``, ``weigh_samples``, ``robust``, ``technology`` and
            ``compartment`` of the study file, ``fdr`` and ``seed``.
    """
    known = read_table(secreted, SECRETED)
    family = known.loc[known["secreted_class"].isin(FAMILY), "gene"].to_list()
    found = compare(read_expression(expression), settings, family)
    for contract in (DIFFERENTIAL, LEVELS, NORMALISATIONS, DETECTION):
        write_table(outputs[contract.name], getattr(found, contract.name), contract)
    write_json(outputs["fit"], found.fit)
    log.info("%d genes tested, %s residual degrees of freedom", found.fit["genes_tested"], found.fit["residual_df"])


if "snakemake" in globals():
    with log_to(snakemake.log[0]):
        main(
            expression=snakemake.input.expression,
            secreted=snakemake.input.secreted,
            outputs=dict(snakemake.output.items()),
            settings=snakemake.params.settings,
        )
