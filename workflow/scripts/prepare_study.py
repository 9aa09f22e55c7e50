"""Read, check and normalise one study; where that fails, record why."""

import logging
from pathlib import Path

from secretome import reading
from secretome.downloads.record import fetched_files
from secretome.expression import unavailable, write_expression
from secretome.faults import InputFaults
from secretome.files import sha256, write_json
from secretome.logs import log_to
from secretome.prepare import prepare
from secretome.study_samples import known_sheet
from secretome.tables import ALIASES, GENES, read_table, write_samples

log = logging.getLogger("secretome")


def main(inputs: dict[str, str], outputs: dict[str, str], settings: dict) -> None:
    """Write expression.h5ad, samples.tsv and quality.json.

    Args:
        inputs: the paths of ``genes`` and ``aliases``, and of ``record`` where files were fetched.
        outputs: the paths of ``expression``, ``samples`` and ``quality``.
        settings: ``source``, ``own_files``, ``technology``, ``scale``, ``samples`` and ``contrasts`` of the study.
    """
    knowledge = (read_table(inputs["genes"], GENES), read_table(inputs["aliases"], ALIASES))
    files = {role: Path(path) for role, path in settings["own_files"].items()}
    # Named as in the study file, so that a copy in another folder gives the same bytes.
    hashes = {str(path): sha256(path) for path in files.values()}
    try:
        if inputs.get("record"):
            fetched, of_fetched = fetched_files(inputs["record"])
            files, hashes = {**files, **fetched}, {**hashes, **of_fetched}
        known = known_sheet(settings["samples"]).index.to_list()
        table = reading.read(settings["source"], files, settings["scale"], known)
        prepared = prepare(table, knowledge, settings, str(files.get("matrix", "source.files")))
        prepared.expression.provenance["inputs"] = hashes
        expression, quality = prepared.expression, prepared.quality
        write_samples(outputs["samples"], expression.samples, unused=prepared.unused)
    except InputFaults as found:
        reasons = [str(fault) for fault in found.faults]
        expression, quality = unavailable(reasons, {"inputs": hashes, "steps": []}), {"warnings": []}
        write_samples(outputs["samples"], known_sheet(settings["samples"]), reason=reasons[0])
    write_expression(outputs["expression"], expression)
    write_json(outputs["quality"], quality)
    for line in [*expression.provenance["steps"], *quality["warnings"], *expression.unavailable]:
        log.info("%s", line)


if "snakemake" in globals():
    with log_to(snakemake.log[0]):
        # An input that is an empty list is not there.
        given = {name: path for name, path in snakemake.input.items() if isinstance(path, str)}
        main(given, dict(snakemake.output.items()), snakemake.params.settings)
