"""Estimate in one contrast what the papers claim of it; nothing is judged."""

from secretome.claims.estimates import ESTIMATES, estimate_claims
from secretome.expression import read_expression
from secretome.logs import log_to
from secretome.tables import DIFFERENTIAL, PATHWAYS, SECRETOME, SIGNALS, read_table, write_table

TABLES = (DIFFERENTIAL, SECRETOME, PATHWAYS, SIGNALS)


def main(expression: str, tables: dict[str, str], estimates: str, settings: dict) -> None:
    """Write claim_estimates.tsv.

    Args:
        expression: expression.h5ad of the study.
        tables: the paths of ``differential``, ``secretome``, ``pathways`` and ``signals`` of the contrast.
        estimates: the table to write, contract ``ESTIMATES``.
        settings: as :func:`secretome.claims.estimates.estimate_claims`, and ``asked``.
    """
    read = {contract.name: read_table(tables[contract.name], contract) for contract in TABLES}
    table = estimate_claims(read_expression(expression), settings, settings["asked"], read)
    write_table(estimates, table, ESTIMATES)


if "snakemake" in globals():
    with log_to(snakemake.log[0]):
        main(
            expression=snakemake.input.expression,
            tables={contract.name: snakemake.input[contract.name] for contract in TABLES},
            estimates=snakemake.output.estimates,
            settings=snakemake.params.settings,
        )
