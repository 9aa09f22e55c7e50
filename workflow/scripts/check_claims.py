"""Give every claim of the papers a verdict in every contrast of the run that it is about."""

import logging
from collections.abc import Mapping, Sequence

from secretome.claims.check import CLAIMS, check_claims
from secretome.claims.results import read_results
from secretome.logs import log_to
from secretome.tables import write_table

log = logging.getLogger("secretome")


def main(inputs: Mapping[str, Sequence[str]], claims: str, settings: dict) -> None:
    """Write claims.tsv.

    Args:
        inputs: the paths of ``estimates`` and ``fits`` (results/<study>/<contrast>/…), ``quality``, ``expressions`` and
            ``published`` (results/<study>/…).
        claims: the table to write, contract ``CLAIMS``.
        settings: ``papers`` (the claim files) and ``studies`` of the run.
    """
    table = check_claims(settings["papers"], settings["studies"], read_results(inputs))
    write_table(claims, table, CLAIMS)
    log.info("verdicts: %s", dict(table["verdict"].value_counts().sort_index()))


if "snakemake" in globals():
    with log_to(snakemake.log[0]):
        parts = ("estimates", "fits", "quality", "expressions", "published")
        inputs = {part: list(snakemake.input[part]) for part in parts}
        main(inputs, snakemake.output.claims, snakemake.params.settings)
