"""Read, check and normalise the counts of one study; where that fails, record why."""

import logging

import pandas as pd

from secretome.delimited import read_matrix
from secretome.expression import unavailable, write_expression
from secretome.faults import InputFaults
from secretome.files import sha256, write_json
from secretome.logs import log_to
from secretome.prepare import prepare
from secretome.sheets import read_samples
from secretome.tables import ALIASES, GENES, read_table, write_samples

log = logging.getLogger("secretome")


def main(inputs: dict[str, str], outputs: dict[str, str], settings: dict) -> None:
    """Write expression.h5ad, samples.tsv and quality.json.

    Args:
        inputs: the paths of ``matrix``, ``sheet``, ``genes`` and ``aliases``.
        outputs: the paths of ``expression``, ``samples`` and ``quality``.
        settings: ``source``, ``samples`` and ``smallest_group`` of the study.
    """
    id_column = settings["samples"]["id"]
    sheet = pd.DataFrame(read_samples(inputs["sheet"], id_column), dtype=object).set_index(id_column)
    knowledge = (read_table(inputs["genes"], GENES), read_table(inputs["aliases"], ALIASES))
    # Named as in the study file, so that a copy in another folder gives the same bytes.
    named = {"matrix": settings["source"]["matrix"], "sheet": settings["samples"]["table"]}
    hashes = {file: sha256(inputs[name]) for name, file in named.items()}
    reasons: list[str] = []
    try:
        matrix = read_matrix(inputs["matrix"])
        expression, quality = prepare(matrix, sheet, knowledge, settings["smallest_group"], inputs["matrix"])
        expression.provenance["inputs"] = hashes
    except InputFaults as found:
        reasons = [str(fault) for fault in found.faults]
        expression, quality = unavailable(reasons, {"inputs": hashes, "steps": []}), {"warnings": []}
    write_expression(outputs["expression"], expression)
    write_samples(outputs["samples"], sheet, reason=reasons[0] if reasons else "")
    write_json(outputs["quality"], quality)
    for line in [*expression.provenance["steps"], *quality["warnings"], *reasons]:
        log.info("%s", line)


if "snakemake" in globals():
    with log_to(snakemake.log[0]):
        main(dict(snakemake.input.items()), dict(snakemake.output.items()), snakemake.params.settings)
