"""Estimate in one contrast what the papers claim of it, and again under every variant; nothing is judged."""

from secretome.claims.estimates import ESTIMATES, estimate_claims
from secretome.claims.refits import CLAIM_VARIANTS, claim_variants
from secretome.expression import read_expression
from secretome.logs import log_to
from secretome.tables import DIFFERENTIAL, PATHWAYS, SECRETOME, SIGNALS, read_table, write_table

TABLES = (DIFFERENTIAL, SECRETOME, PATHWAYS, SIGNALS)


def main(expression: str, tables: dict[str, str], estimates: str, variants: str, settings: dict) -> None:
    """Write claim_estimates.tsv and claim_variants.tsv.

    Args:
        expression: expression.h5ad of the study.
        tables: the paths of ``differential``, ``secretome``, ``pathways`` and ``signals`` of the contrast.
        estimates, variants: the tables to write, contracts ``ESTIMATES`` and ``CLAIM_VARIANTS``.
        settings: as :func:`secretome.claims.estimates.estimate_claims`, and ``asked``.
    """
    read = {contract.name: read_table(tables[contract.name], contract) for contract in TABLES}
    study, asked = read_expression(expression), settings["asked"]
    table = estimate_claims(study, settings, asked, read)
    write_table(estimates, table, ESTIMATES)
    write_table(variants, claim_variants(study, settings, asked, read, table), CLAIM_VARIANTS)


if "snakemake" in globals():
    with log_to(snakemake.log[0]):
        main(
            expression=snakemake.input.expression,
            tables={contract.name: snakemake.input[contract.name] for contract in TABLES},
            estimates=snakemake.output.estimates,
            variants=snakemake.output.variants,
            settings=snakemake.params.settings,
        )
