"""Pair the secreted genes that rise with the receptors that may hear them, and with what inhibits either."""

import logging
from collections.abc import Mapping, Sequence
from pathlib import Path

from secretome.logs import log_to
from secretome.synthesis.combinations import COMBINATION_RANKS, tabulate_routes
from secretome.synthesis.ligand_receptor_table import chains_of, read_knowledge
from secretome.synthesis.ligand_receptors import HYPOTHESES
from secretome.synthesis.route_evidence import weigh_routes
from secretome.synthesis.routes import TABLES, read_routes
from secretome.tables import write_table

log = logging.getLogger("secretome")


def main(tables: Mapping[str, Sequence[str]], knowledge: str, hypotheses: str, ranks: str, settings: dict) -> None:
    """Write ligand_hypotheses.tsv and combination_ranks.tsv.

    Args:
        tables: the paths of ``secretome``, ``differential`` and ``signals`` of all contrasts of the run.
        knowledge: the folder of the bundled tables of ligands, receptors and inhibitors.
        hypotheses, ranks: the tables to write, contracts ``HYPOTHESES`` and ``COMBINATION_RANKS``.
        settings: ``studies``, see :func:`secretome.synthesis.routes.read_routes`.
    """
    known = read_knowledge(knowledge)
    senders, receivers = read_routes(tables, settings["studies"], chains_of(known))
    routes = weigh_routes(senders, receivers, known)
    found, ranked = tabulate_routes(routes, known.combinations)
    write_table(hypotheses, found, HYPOTHESES)
    write_table(ranks, ranked, COMBINATION_RANKS)
    log.info("hypotheses: %d; combinations with a rank: %d", len(found), ranked["rank"].notna().sum())


if "snakemake" in globals():
    with log_to(snakemake.log[0]):
        tables = {contract.name: list(snakemake.input[contract.name]) for contract in TABLES}
        outputs = (snakemake.output.hypotheses, snakemake.output.ranks)
        main(tables, str(Path(snakemake.input.knowledge[0]).parent), *outputs, snakemake.params.settings)
