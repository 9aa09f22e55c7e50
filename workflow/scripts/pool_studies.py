"""Pool what the studies of a run say of each secreted gene and of each signal."""

import logging
from collections.abc import Mapping, Sequence

from secretome.files import write_json
from secretome.logs import log_to
from secretome.synthesis.consensus import CONSENSUS, CONSENSUS_GROUPS, CONSENSUS_STUDIES
from secretome.synthesis.results import pool_findings, read_findings
from secretome.synthesis.signals import SIGNAL_CONSENSUS, SIGNAL_STUDIES, of_signals
from secretome.tables import write_table

log = logging.getLogger("secretome")


def main(inputs: Mapping[str, Sequence[str]], outputs: Mapping[str, str], settings: dict) -> None:
    """Write the consensus of genes and signals, what each study says, the groups, and the warnings.

    Args:
        inputs: as :func:`secretome.synthesis.results.read_findings`.
        outputs: the paths of ``consensus``, ``consensus_studies``, ``consensus_groups``, ``signal_consensus``,
            ``signal_studies`` and ``warnings``.
        settings: ``studies`` (as of ``read_findings``) and ``fdr``.
    """
    genes, signals = pool_findings(read_findings(inputs, settings["studies"]), settings["fdr"])
    write_table(outputs["consensus"], genes.table, CONSENSUS)
    write_table(outputs["consensus_studies"], genes.studies, CONSENSUS_STUDIES)
    write_table(outputs["consensus_groups"], genes.groups, CONSENSUS_GROUPS)
    write_table(outputs["signal_consensus"], of_signals(signals.table, SIGNAL_CONSENSUS), SIGNAL_CONSENSUS)
    write_table(outputs["signal_studies"], of_signals(signals.studies, SIGNAL_STUDIES), SIGNAL_STUDIES)
    write_json(outputs["warnings"], genes.warnings)
    log.info("%d genes of %d groups", len(genes.table), genes.groups["group"].nunique())


if "snakemake" in globals():
    with log_to(snakemake.log[0]):
        parts = ("differential", "signals", "secretome", "fits", "samples", "expressions")
        inputs = {part: list(snakemake.input[part]) for part in parts}
        main(inputs, dict(snakemake.output.items()), snakemake.params.settings)
