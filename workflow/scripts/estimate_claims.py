"""Estimate in one contrast what the papers claim of it, and again under every variant; nothing is judged."""

from collections.abc import Mapping, Sequence

from secretome.claims.estimates import ESTIMATES, estimate_claims
from secretome.claims.gene_sets import asked_sets
from secretome.claims.refits import CLAIM_VARIANTS, claim_variants
from secretome.expression import read_expression
from secretome.logs import log_to
from secretome.pathways.reading import read_collections
from secretome.tables import DIFFERENTIAL, PATHWAYS, SECRETOME, SIGNALS, read_table, write_table

TABLES = (DIFFERENTIAL, SECRETOME, PATHWAYS, SIGNALS)


def main(
    expression: str,
    tables: Mapping[str, str],
    collections: Sequence[str],
    outputs: Mapping[str, str],
    settings: dict,
    others: str = "",
) -> None:
    """Write claim_estimates.tsv and claim_variants.tsv.

    Args:
        expression: expression.h5ad of the study.
        tables: the paths of ``differential``, ``secretome``, ``pathways`` and ``signals`` of the contrast.
        collections: the files of the bundled collections, in the order of the panel.
        outputs: the paths of ``estimates`` and ``variants``, contracts ``ESTIMATES`` and ``CLAIM_VARIANTS``.
        settings: as :func:`secretome.claims.estimates.estimate_claims`; ``asked``, ``panel`` and ``ligands``.
        others: collections.json, where collections were chosen that do not ship with the project.
    """
    read = {contract.name: read_table(tables[contract.name], contract) for contract in TABLES}
    study, asked, panel = read_expression(expression), settings["asked"], settings["panel"]
    table = estimate_claims(study, settings, asked, read)
    write_table(outputs["estimates"], table, ESTIMATES)
    known = read_collections(collections, panel["collections"], others)
    sets = asked_sets(asked, known, panel["signals"], [*panel["ligands"], *settings["ligands"]])
    write_table(outputs["variants"], claim_variants(study, settings, asked, read, table, sets), CLAIM_VARIANTS)


if "snakemake" in globals():
    with log_to(snakemake.log[0]):
        main(
            expression=snakemake.input.expression,
            tables={contract.name: snakemake.input[contract.name] for contract in TABLES},
            collections=snakemake.input.collections,
            others=snakemake.input.get("others") or "",
            outputs=dict(snakemake.output.items()),
            settings=snakemake.params.settings,
        )
