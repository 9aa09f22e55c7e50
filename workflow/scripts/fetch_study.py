"""Fetch every file of one study; what cannot be had is recorded, and tried again on the next run."""

import logging
from pathlib import Path

from secretome.files import write_json
from secretome.logs import log_to
from secretome.sources import RemoteFile
from secretome.study_files import Network, fetch_all

log = logging.getLogger("secretome")


def main(files: dict[str, dict], outputs: dict[str, str], settings: dict, network: Network | None = None) -> None:
    """Write the record of what was had and what was not, and the manifest of when and from where.

    Args:
        files: role → a RemoteFile as a dict.
        outputs: the paths of ``record`` and ``manifest``, in the folder of the study in that of the downloads.
        settings: ``lock`` (the path of the table of known hashes) and ``failures`` (how often it failed before).
        network: mirrors, hosts and limits; the archives alone where not given.
    """
    wanted = {role: RemoteFile(**file) for role, file in files.items()}
    store = Path(outputs["record"]).parents[1]
    record, manifest = fetch_all(wanted, store, settings["lock"], settings["failures"], network or Network())
    write_json(outputs["manifest"], manifest)
    write_json(outputs["record"], record)
    for line in record["faults"]:
        log.error("%s", line)


if "snakemake" in globals():
    with log_to(snakemake.log[0]):
        main(
            snakemake.params.files,
            dict(snakemake.output.items()),
            snakemake.params.settings,
            # Not from params: a changed mirror must fetch nothing again.
            Network.of(snakemake.config),
        )
