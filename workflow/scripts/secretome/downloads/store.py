"""The folder of the downloads: where a file is kept, what stands beside it, who may write it, how often we ask.

Beside ``name`` stand, hidden: ``.name.part`` (what has come so far), ``.name.part.json`` (of what, to go on from
there), ``.name.json`` (where the file came from) and ``.name.lock`` (empty; it is never removed, since removing a lock
that another job waits for lets two in).
"""

import fcntl
import logging
import os
import time
import unicodedata
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from secretome.faults import fault
from secretome.files import read_json, write_json

LONGEST_NAME = 200  # bytes; file systems have 255, and the names beside it are longer
_DEVICES = {"con", "nul", "aux", "prn", *(f"{port}{number}" for port in ("com", "lpt") for number in range(1, 10))}
log = logging.getLogger("secretome")


def place(store: str | Path, path: str) -> Path:
    """Where the file ``path`` (``<host>/<path>``) is kept below ``store``; creates nothing.

    Raises:
        InputFaults: the path leaves the store, by itself or by a symbolic link, or has a name that cannot be kept.
    """
    store = Path(store)
    problem = _path_problem(path)
    if problem:
        raise fault("path of a download", "", path, problem, "Write host/folder/file, as in the address of the file")
    final = store / path
    try:
        inside = final.resolve().is_relative_to(store.resolve())
    except (OSError, RuntimeError):  # RuntimeError: a loop of links
        inside = False
    if not inside:
        fix = "Copy the file to its place, or name the folder that it is in as a mirror (file:///folder)"
        raise fault(str(final), "", "", f"leads out of {store} by a symbolic link", fix)
    return final


def _path_problem(path: str) -> str:
    for part in path.split("/"):
        if not part or part in (".", ".."):
            return "is not a path below the folder of the downloads"
        if part.startswith((".", "~")) or part != part.strip() or part.endswith("."):
            return "has a part that begins with a full stop, a tilde or a space, or ends with one"
        if not part.isprintable() or set(part) & set("\\{}") or unicodedata.normalize("NFC", part) != part:
            return "holds a backslash, a brace, or a character that cannot be printed"
        if part.split(".")[0].casefold() in _DEVICES or len(part.encode()) > LONGEST_NAME:
            return f"has a part that is the name of a device or longer than {LONGEST_NAME} bytes"
    return ""


@dataclass(frozen=True)
class Part:
    """What has come so far of the file ``final``, and what it is a part of."""

    final: Path

    @property
    def path(self) -> Path:
        """The bytes that have come."""
        return self.final.with_name(f".{self.final.name}.part")

    @property
    def _notes(self) -> Path:
        return self.final.with_name(f".{self.final.name}.part.json")

    def size(self) -> int:
        """How many bytes have come."""
        return self.path.stat().st_size if self.path.exists() else 0

    def begin(self, notes: dict[str, Any]) -> None:
        """Start anew: keep ``notes`` (``url``, ``etag``, ``last_modified``, ``size`` …) and no byte."""
        self.remove()
        write_json(self._notes, notes)
        self.path.write_bytes(b"")

    def notes(self, url: str) -> dict[str, Any]:
        """The notes of :meth:`begin`; none where nothing has come, or of another address."""
        notes = _read(self._notes)
        return notes if self.path.exists() and notes.get("url") == url else {}

    def remove(self) -> None:
        """Forget what has come."""
        self.path.unlink(missing_ok=True)
        self._notes.unlink(missing_ok=True)

    def publish(self, record: dict[str, Any]) -> None:
        """Give what has come its final name, with ``record`` (where it came from) beside it."""
        with self.path.open("rb") as written:
            os.fsync(written.fileno())
        # The record first: killed in between, the next job finds the whole part and gives it its name.
        write_json(_record_of(self.final), record)
        self.path.replace(self.final)
        folder = os.open(self.final.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
        self._notes.unlink(missing_ok=True)


def record_of(final: Path) -> dict[str, Any]:
    """Where a file came from, as :meth:`Part.publish` kept it; empty where it was put there by hand."""
    return _read(_record_of(final))


def _record_of(final: Path) -> Path:
    return final.with_name(f".{final.name}.json")


def _read(path: Path) -> dict[str, Any]:
    try:
        content = read_json(path)
    except (OSError, ValueError):  # not there, or damaged: then nothing is known, and all is done anew
        return {}
    return content if isinstance(content, dict) else {}


@contextmanager
def one_at_a_time(final: Path) -> Iterator[None]:
    """Hold the lock of the file ``final``, waiting for the job that has it; the system frees it if that is killed."""
    final.parent.mkdir(parents=True, exist_ok=True)
    with final.with_name(f".{final.name}.lock").open("ab") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            log.info("%s: another job is fetching it; waiting", final)
            fcntl.flock(file, fcntl.LOCK_EX)
        yield


def keep_pace(store: str | Path, interval: float, sleep: Callable[[float], None] = time.sleep) -> None:
    """Wait until ``interval`` seconds have passed since the last request of any job that uses ``store``."""
    store = Path(store)
    store.mkdir(parents=True, exist_ok=True)
    with (store / ".last_request").open("a+") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        file.seek(0)
        try:
            last = float(file.read())
        except ValueError:
            last = 0.0
        # A clock that was set back must not make anyone wait for longer than the interval.
        wait = min(interval, last + interval - time.time())
        if wait > 0:
            sleep(wait)
        file.truncate(0)
        file.write(repr(time.time()))
