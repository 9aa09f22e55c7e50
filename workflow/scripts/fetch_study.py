"""Fetch every file of one study; what cannot be had is recorded, and tried again on the next run."""

import logging

from secretome.downloads.study import Network, fetch_all
from secretome.faults import Fault
from secretome.files import write_json
from secretome.logs import log_to
from secretome.sources import RemoteFile

log = logging.getLogger("secretome")


def main(outputs: dict[str, str], settings: dict, network: Network | None = None) -> None:
    """Write the record of what was had and what was not, and the manifest of when and from where.

    Args:
        outputs: the paths of ``record`` and ``manifest``.
        settings: ``files`` (role → a RemoteFile as a dict), ``store`` (the folder of the downloads), ``lock`` (the
            table of known hashes) and ``failures`` (how often fetching this study had failed before).
        network: mirrors, hosts and limits; the archives alone where not given.
    """
    files = {role: RemoteFile(**file) for role, file in settings["files"].items()}
    record, manifest = fetch_all(files, settings["store"], settings["lock"], settings["failures"], network or Network())
    write_json(outputs["manifest"], manifest)
    write_json(outputs["record"], record)
    for fault in record["faults"]:
        log.error("%s", Fault(**fault))


if "snakemake" in globals():
    with log_to(snakemake.log[0]):
        # The network is not among the params: a changed mirror must fetch nothing again.
        main(dict(snakemake.output.items()), snakemake.params.settings, Network.of(snakemake.config))
