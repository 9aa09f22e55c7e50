"""What `fetch_study` left: which files of a study are there, and that they are still what was fetched."""

from pathlib import Path

from secretome.faults import Fault, InputFaults
from secretome.files import read_json, sha256


def fetched_files(record: str | Path) -> tuple[dict[str, Path], dict[str, str]]:
    """The files of a study that were fetched.

    Args:
        record: data/downloads/<study>/files.json.

    Returns:
        Role to path, and address (or path, where it was put there by hand) to SHA-256.

    Raises:
        InputFaults: why they could not be had; or one has changed since it was fetched.
    """
    content = read_json(record)
    faults = [Fault(**parts) for parts in content["faults"]]
    files, hashes = {}, {}
    for role, entry in content["files"].items():
        files[role] = Path(entry["path"])
        hashes[entry["url"] or entry["path"]] = entry["sha256"]
        if not files[role].is_file() or sha256(files[role]) != entry["sha256"]:
            fix = "Delete it if it is there, and run again with -R fetch_study, which asks the archive for it"
            faults.append(Fault(entry["path"], "", "", "is not the file that was fetched", fix))
    if faults:
        raise InputFaults(faults)
    return files, hashes
