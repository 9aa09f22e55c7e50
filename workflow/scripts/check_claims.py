"""Give every claim of the papers a verdict in every contrast of the run that it is about, and say how stable it is."""

import logging
from collections.abc import Mapping, Sequence

from secretome.claims.check import CLAIMS, check_claims
from secretome.claims.results import read_results, read_variants
from secretome.claims.stability import CLAIM_STABILITY, stability_of
from secretome.logs import log_to
from secretome.tables import write_table

log = logging.getLogger("secretome")


def main(inputs: Mapping[str, Sequence[str]], claims: str, stability: str, settings: dict) -> None:
    """Write claims.tsv and claim_stability.tsv.

    Args:
        inputs: the paths of ``estimates``, ``variants`` and ``fits`` (results/<study>/<contrast>/…), ``quality``,
            ``expressions`` and ``published`` (results/<study>/…).
        claims, stability: the tables to write, contracts ``CLAIMS`` and ``CLAIM_STABILITY``.
        settings: ``papers`` (the claim files) and ``studies`` of the run.
    """
    table = check_claims(settings["papers"], settings["studies"], read_results(inputs))
    write_table(claims, table, CLAIMS)
    write_table(stability, stability_of(table, read_variants(inputs["variants"])), CLAIM_STABILITY)
    log.info("verdicts: %s", dict(table["verdict"].value_counts().sort_index()))


if "snakemake" in globals():
    with log_to(snakemake.log[0]):
        parts = ("estimates", "variants", "fits", "quality", "expressions", "published")
        inputs = {part: list(snakemake.input[part]) for part in parts}
        main(inputs, snakemake.output.claims, snakemake.output.stability, snakemake.params.settings)
