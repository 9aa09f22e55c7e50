"""All files of one study, fetched one after the other; what cannot be had is recorded and the rest goes on."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from secretome.downloads.http import Patience
from secretome.downloads.lock import read_lock
from secretome.downloads.one_file import LARGEST, fetch
from secretome.faults import Fault, InputFaults
from secretome.sources import RemoteFile

_IN_RECORD = ("path", "url", "sha256", "size")


@dataclass(frozen=True)
class Network:
    """What may be asked, and how; read from the configuration at run time, so that a change redoes nothing.

    Attributes:
        mirrors: bases that are tried before the archives.
        hosts: allowed beside the archives.
        largest: bytes that a file may have.
        patience: how long to wait for what.
    """

    mirrors: Sequence[str] = ()
    hosts: Sequence[str] = ()
    largest: int = LARGEST
    patience: Patience = field(default_factory=Patience)

    @classmethod
    def of(cls, config: Mapping[str, Any]) -> "Network":
        """The network of a configuration, in which keys can be missing; ``largest_download`` is in megabytes."""
        largest = int(config.get("largest_download", LARGEST / 1e6)) * 1_000_000
        return cls(tuple(config.get("mirrors", ())), tuple(config.get("hosts", ())), largest)


def fetch_all(
    files: Mapping[str, RemoteFile], store: str | Path, lock: str | Path, failures: int, network: Network
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Fetch every file, whatever is wrong with the others.

    Args:
        files: role → file.
        store: the folder of the downloads.
        lock: the table of known hashes; it may be missing.
        failures: how often fetching this study had failed before.
        network: what may be asked, and how.

    Returns:
        The record, the same whenever the same was had: ``files`` (role → path, url, sha256, size) and ``faults`` (their
        parts); and the manifest: ``files`` (role → url, served_by, sha256, size, retrieved, etag, last_modified)
        and ``failures``, one more than before if anything could not be had.
    """
    had: dict[str, dict[str, Any]] = {}
    faults: list[Fault] = []
    try:
        known = read_lock(lock)
    except InputFaults as found:
        known, faults = {}, found.faults
    for role, file in files.items() if not faults else ():
        locked = known.get(file.url)
        try:
            fetched = fetch(
                file,
                store,
                mirrors=network.mirrors,
                hosts=network.hosts,
                known_sha256=locked.sha256 if locked else "",
                known_size=locked.size if locked else None,
                largest=network.largest,
                patience=network.patience,
            )
        except InputFaults as found:
            faults += found.faults
        else:
            had[role] = asdict(fetched)
    record = {
        "files": {role: {key: file[key] for key in _IN_RECORD} for role, file in had.items()},
        "faults": [asdict(fault) for fault in faults],
    }
    told = {role: {key: value for key, value in file.items() if key != "path"} for role, file in had.items()}
    return record, {"files": told, "failures": failures + bool(faults)}
