"""config/data.lock.tsv: the hash that each downloaded file had, which every later download must have.

`make lock` collects it from the manifests of the downloads. No requests here: common.smk may import this.
"""

import re
import sys
from dataclasses import dataclass
from pathlib import Path

from secretome.delimited import read_text
from secretome.faults import Fault, InputFaults, faults_end_the_run
from secretome.files import read_json, write_text

COLUMNS = ["url", "sha256", "size"]
DOWNLOADS, LOCK = Path("data/downloads"), Path("config/data.lock.tsv")
_SHA256 = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True)
class Known:
    """The content that an address had: its SHA-256 and its size in bytes."""

    sha256: str
    size: int


def read_lock(path: str | Path) -> dict[str, Known]:
    """Address → what is known of its content; empty where there is no such file.

    Raises:
        InputFaults: it is not a table of the columns url, sha256 and size, or an address stands twice.
    """
    if not Path(path).exists():
        return {}
    text = read_text(path)
    if text.header != COLUMNS:
        fix = f"Write the columns {', '.join(COLUMNS)}, or delete the file and run `make lock`"
        raise InputFaults([Fault(f"{path}:1", "", "\t".join(text.header), "are not the columns of a lock", fix)])
    known: dict[str, Known] = {}
    faults = []
    for number, (url, sha256, size) in text.lines:
        where, fix = f"{path}:{number}", "Delete the line, and run `make lock` to have it written anew"
        if not _SHA256.fullmatch(sha256):
            faults.append(Fault(where, "sha256", sha256, "is not 64 hexadecimal digits", fix))
        elif not (size.isascii() and size.isdigit()):
            faults.append(Fault(where, "size", size, "is not a number of bytes", fix))
        elif url in known:
            faults.append(Fault(where, "url", url, "stands twice", fix))
        else:
            known[url] = Known(sha256, int(size))
    if faults:
        raise InputFaults(faults)
    return known


def collect(downloads: str | Path, lock: str | Path) -> int:
    """Add what the manifests of all studies say to the lock, sorted by address; how many addresses were added.

    Args:
        downloads: the folder of the downloads, with ``<study>/manifest.json``.
        lock: the file to write; what stands in it stays.

    Raises:
        InputFaults: a manifest and the lock, or two manifests, disagree: nothing is written; or the lock is faulty.
    """
    known = read_lock(lock)
    before = len(known)
    said_by = dict.fromkeys(known, str(lock))
    faults = []
    for manifest in sorted(Path(downloads).glob("*/manifest.json")):
        for file in _files_of(manifest):
            url, content = file["url"], Known(file["sha256"], file["size"])
            if not url:
                continue
            if known.setdefault(url, content) != content:
                other = known[url]
                problem = (
                    f"has sha256 {content.sha256} ({content.size:,} bytes) for this address, "
                    f"{said_by[url]} has {other.sha256} ({other.size:,} bytes)"
                )
                fix = "If the new content is right, delete the line of the lock; delete a manifest that is out of date"
                faults.append(Fault(str(manifest), "", url, problem, fix))
            said_by.setdefault(url, str(manifest))
    if faults:
        raise InputFaults(faults)
    lines = ["\t".join(COLUMNS)]
    lines += [f"{url}\t{content.sha256}\t{content.size}" for url, content in sorted(known.items())]
    if len(known) > before:
        write_text(lock, "".join(f"{line}\n" for line in lines))
    return len(known) - before


def _files_of(manifest: Path) -> list[dict]:
    try:
        return [{name: file[name] for name in COLUMNS} for file in read_json(manifest)["files"].values()]
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        fix = "Delete it; the next run writes it anew"
        raise InputFaults([Fault(str(manifest), "", "", "is not a manifest of downloads", fix)]) from error


def main() -> None:
    """Collect the lock in the working folder and say what was done."""
    with faults_end_the_run():
        added = collect(DOWNLOADS, LOCK)
    print(f"{LOCK}: {added} address{'' if added == 1 else 'es'} added", file=sys.stderr)


if __name__ == "__main__":
    main()
