"""Fetch the collections of gene sets that the configuration names; what cannot be had is recorded, and tried again."""

import logging

from secretome.downloads.collections import fetch_collections
from secretome.downloads.study import Network
from secretome.faults import Fault
from secretome.files import write_json
from secretome.logs import log_to
from secretome.sources import RemoteFile

log = logging.getLogger("secretome")


def main(outputs: dict[str, str], settings: dict, network: Network | None = None) -> None:
    """Write the record of what was had and what was not, and the manifest of when and from where.

    Args:
        outputs: the paths of ``record`` and ``manifest``.
        settings: as for `fetch_study`, ``files`` by collection.
        network: mirrors, hosts and limits; the archives alone where not given.
    """
    files = {key: RemoteFile(**file) for key, file in settings["files"].items()}
    given = (settings["store"], settings["lock"], settings["failures"])
    record, manifest = fetch_collections(files, *given, network or Network())
    write_json(outputs["manifest"], manifest)
    write_json(outputs["record"], record)
    for key, faults in record["faults"].items():
        for fault in faults:
            log.error("%s: %s", key, Fault(**fault))


if "snakemake" in globals():
    with log_to(snakemake.log[0]):
        # The network is not among the params: a changed mirror must fetch nothing again.
        main(dict(snakemake.output.items()), snakemake.params.settings, Network.of(snakemake.config))
