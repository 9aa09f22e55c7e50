"""Write the page on what the studies of a run say together, and what the front page takes from it."""

from collections.abc import Mapping

from secretome.files import read_json, write_json, write_text
from secretome.front_page_across import digest
from secretome.hypothesis_tables import hypotheses_section
from secretome.logs import log_to
from secretome.pages import render
from secretome.result_paths import contrast_of
from secretome.synthesis.combinations import COMBINATION_RANKS
from secretome.synthesis.consensus import CONSENSUS, CONSENSUS_GROUPS, CONSENSUS_STUDIES
from secretome.synthesis.ligand_receptors import HYPOTHESES
from secretome.synthesis.signals import SIGNAL_CONSENSUS, SIGNAL_STUDIES
from secretome.synthesis_changes import Changes
from secretome.synthesis_tables import Synthesis, synthesis_page
from secretome.tables import read_table

POOLS = {
    "genes": CONSENSUS,
    "studies": CONSENSUS_STUDIES,
    "groups": CONSENSUS_GROUPS,
    "signals": SIGNAL_CONSENSUS,
    "signal_studies": SIGNAL_STUDIES,
}


def main(inputs: Mapping[str, str], differential: list[str], outputs: Mapping[str, str], settings: dict) -> None:
    """Write synthesis.html and across_studies.json.

    Args:
        inputs: the paths of the tables ``POOLS`` by the names of their contracts, of ``hypotheses``,
            ``combination_ranks`` and ``warnings``.
        differential: results/<study>/<contrast>/differential.tsv of all contrasts.
        outputs: the ``page`` and the ``digest``.
        settings: ``studies`` (key to study file), ``config``, ``panel`` (the signature file), ``versions``.
    """
    pools = {part: read_table(inputs[contract.name], contract) for part, contract in POOLS.items()}
    tables = Changes({contrast_of(path): path for path in differential})
    said = read_json(inputs["warnings"])
    content = synthesis_page(settings, Synthesis(**pools, differential=tables, warnings=said))
    hypotheses = read_table(inputs["hypotheses"], HYPOTHESES)
    ranks = read_table(inputs["combination_ranks"], COMBINATION_RANKS)
    section = hypotheses_section(hypotheses, ranks, settings["studies"], settings["panel"]["signals"])
    write_json(outputs["digest"], digest(content))
    write_text(outputs["page"], render("synthesis.html.j2", {**content, "hypotheses": section}))


if "snakemake" in globals():
    with log_to(snakemake.log[0]):
        names = (*(contract.name for contract in POOLS.values()), "hypotheses", "combination_ranks", "warnings")
        inputs = {name: snakemake.input[name] for name in names}
        outputs = {name: snakemake.output[name] for name in ("page", "digest")}
        main(inputs, list(snakemake.input.differential), outputs, snakemake.params.settings)
