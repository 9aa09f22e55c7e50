"""The collections of gene sets that a run chose, fetched one after the other; each has its own reasons."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from secretome.downloads.study import Network, fetch_all
from secretome.sources import RemoteFile


def fetch_collections(
    files: Mapping[str, RemoteFile], store: str | Path, lock: str | Path, failures: int, network: Network
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Fetch every collection, whatever is wrong with the others.

    Args:
        files: collection → file.
        store, lock, failures, network: as :func:`secretome.downloads.study.fetch_all`.

    Returns:
        The record and the manifest of :func:`secretome.downloads.study.fetch_all`; ``faults`` of the record are kept
        apart by collection.
    """
    record: dict[str, Any] = {"files": {}, "faults": {}}
    told: dict[str, Any] = {}
    for key, file in files.items():
        one, manifest = fetch_all({key: file}, store, lock, 0, network)
        record["files"] |= one["files"]
        told |= manifest["files"]
        if one["faults"]:
            record["faults"][key] = one["faults"]
    return record, {"files": told, "failures": failures + bool(record["faults"])}
