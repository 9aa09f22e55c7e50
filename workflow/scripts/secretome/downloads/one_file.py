"""One file that a study needs: there already, from a mirror or from its archive; checked, or refused and told why."""

import logging
from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from secretome.delimited import require_regular_file
from secretome.downloads import checks, hosts, http
from secretome.downloads.http import Interrupted, Patience, Refused, Terms
from secretome.downloads.progress import Progress
from secretome.downloads.store import Part, one_at_a_time, place, record_of
from secretome.faults import Fault, InputFaults, fault, shown
from secretome.files import sha256
from secretome.sources import RemoteFile

# ASSUME: no single file of a bulk study is larger than this many bytes; `largest_download` in the configuration.
LARGEST = 2_000_000_000
# A try that brought this many bytes is not counted: a large file over a poor line is fetched piece by piece.
PROGRESS = 1_000_000
BY_HAND = "put there by hand"
_CHANGED = "changed upstream"
log = logging.getLogger("secretome")


@dataclass(frozen=True)
class Fetched:
    """A complete, checked file, and where it came from.

    Attributes:
        path: where it is.
        url: its address in the archive.
        served_by: the address that gave it, a mirror or what the archive redirects to; ``BY_HAND`` for none.
        sha256: its hash.
        size: in bytes.
        retrieved: when (UTC, ISO 8601); "" if put there by hand.
        etag: as the server stated it.
        last_modified: as the server stated it.
    """

    path: str
    url: str
    served_by: str
    sha256: str
    size: int
    retrieved: str = ""
    etag: str = ""
    last_modified: str = ""


@dataclass(frozen=True)
class _Wanted:
    """A file, where it goes and what is known of it."""

    file: RemoteFile
    final: Path
    sha256: str
    size: int | None

    @property
    def by_hand(self) -> str:
        """Where the file may be put by hand, and what to do where there is no internet."""
        about = f" ({self.file.about})" if self.file.about else ""
        return f"Get it elsewhere{about}, put it at {self.final} and run again, or name a mirror in the configuration"


def fetch(
    file: RemoteFile,
    store: str | Path,
    *,
    mirrors: Sequence[str] = (),
    hosts: Sequence[str] = (),
    known_sha256: str = "",
    known_size: int | None = None,
    largest: int = LARGEST,
    patience: Patience | None = None,
) -> Fetched:
    """Have ``file`` below ``store``: nothing is asked if it is there, and one job fetches it for all that want it.

    Args:
        file: what to fetch; its own hash is stronger than ``known_sha256``.
        store: the folder of the downloads.
        mirrors: bases that are tried before the archive, laid out ``<base>/<file.path>``.
        hosts: hosts allowed beside ``hosts.ARCHIVE_HOSTS``.
        known_sha256: the hash that the file had when it was locked; "" where that is not known.
        known_size: the size that it had then, for the message.
        largest: the largest size that is accepted, in bytes.
        patience: how long to wait for what.

    Raises:
        InputFaults: the file cannot be had, or what is there is damaged or not what is known: one fault for each
            source that failed, with what can be done. What has come of it is kept and gone on with the next time.
    """
    final = place(store, file.path)
    wanted = _Wanted(file, final, file.sha256 or known_sha256, None if file.sha256 else known_size)
    terms = Terms(Path(store), largest, tuple(hosts), patience=patience or Patience())
    try:
        found = _there(wanted)
        if found:
            return found
        with one_at_a_time(final):
            return _there(wanted) or _fetched(wanted, mirrors, terms)
    except OSError as error:
        problem = f"cannot be written or read ({error.strerror or error})"
        raise fault(str(final), "", "", problem, "Make room, or give yourself the right to, and run again") from error


def _there(wanted: _Wanted) -> Fetched | None:
    """The file if it is there already, and sound."""
    final, record = wanted.final, record_of(wanted.final)
    if not final.exists():
        return None
    if record and final.is_file() and final.stat().st_size < record.get("size", 0):
        log.warning("%s was cut off since it was fetched; it is fetched again", final)
        return None
    size, digest = require_regular_file(final).st_size, sha256(final)
    if wanted.sha256 and digest != wanted.sha256:
        problem = f"is not the file that is known: {_changed(wanted, digest, size)}"
        raise fault(str(final), "", "", problem, f"Delete it, to fetch it again. {_how_to_accept(wanted)}")
    if record.get("sha256") == digest:
        kept = {field.name: record[field.name] for field in fields(Fetched) if field.name in record}
        return Fetched(**{**kept, "path": str(final), "url": wanted.file.url})
    problem = checks.problem_of(final, final.name)
    if problem:
        raise fault(str(final), "", "", problem, "Delete it, to fetch it again, or put a sound copy there")
    if record:
        problem = f"is not what was fetched: sha256 {record.get('sha256')} then, {digest} now"
        beside = final.with_name(f".{final.name}.json")
        fix = f"Delete it, to fetch it again; if you replaced it on purpose, delete {beside} instead"
        raise fault(str(final), "", "", problem, fix)
    return Fetched(str(final), wanted.file.url, BY_HAND, digest, size)


def _fetched(wanted: _Wanted, mirrors: Sequence[str], terms: Terms) -> Fetched:
    """The file from the first source that has it sound."""
    faults = []
    for base in mirrors:
        problem = hosts.mirror_problem(base)
        if problem:
            fix = "Write file:///folder or https://server/folder"
            faults.append(Fault("configuration", "mirrors", base, problem, fix))
            continue
        address = hosts.below_mirror(base, wanted.file.path)
        try:
            return _from(address, wanted, replace(terms, mirror=base))
        except Refused as refused:
            log.info("mirror: %s %s", address, refused)
            if not refused.absent:
                fix = refused.fix or "Mend the mirror, or take it out of the configuration"
                faults.append(Fault(address, "", "", str(refused), fix))
    if not wanted.file.url:
        fix = f"{wanted.file.about}: get it there and put" if wanted.file.about else "Put"
        problem = "is not there, and no archive has it"
        raise InputFaults([Fault(str(wanted.final), "", "", problem, f"{fix} it at {wanted.final}"), *faults])
    try:
        return _from(wanted.file.url, wanted, terms)
    except Refused as refused:
        fix = refused.fix or wanted.by_hand
        raise InputFaults([Fault(wanted.file.url, "", "", str(refused), fix), *faults]) from refused


def _from(address: str, wanted: _Wanted, terms: Terms) -> Fetched:
    """The file from one source; what comes damaged is fetched once more.

    Raises:
        Refused: it cannot be had there, or came damaged twice.
    """
    part, folder = Part(wanted.final), hosts.local_path(address)
    for _ in range(1 if folder else 2):
        if folder:
            http.copy(Path(folder), part, terms)
        else:
            _receive(address, part, terms)
        notes = part.notes(Path(folder).as_uri() if folder else address)
        problem, digest = _judged(part, notes, wanted, terms.largest)
        if not problem:
            return _published(part, notes, wanted, digest)
        part.remove()
        log.warning("%s %s", address, problem)
    changed = problem.startswith(_CHANGED)
    raise Refused(problem if folder else f"{problem} (fetched twice)", fix=_how_to_accept(wanted) if changed else "")


def _published(part: Part, notes: dict[str, Any], wanted: _Wanted, digest: str) -> Fetched:
    now = datetime.now(UTC).isoformat(timespec="seconds")
    stated = {name: notes[name] for name in ("served_by", "etag", "last_modified")}
    fetched = Fetched(str(wanted.final), wanted.file.url, sha256=digest, size=part.size(), retrieved=now, **stated)
    part.publish({name: value for name, value in asdict(fetched).items() if name != "path"})
    log.info("%s: %s bytes from %s, sha256 %s", wanted.final, f"{fetched.size:,}", fetched.served_by, digest)
    return fetched


def _receive(url: str, part: Part, terms: Terms) -> None:
    """Ask until the part is complete, with a wait that doubles or that the server asks for."""
    patience, tries, reached = terms.patience, 0, part.size()
    while True:
        progress = Progress(part.final.name)
        try:
            return http.receive(url, part, replace(terms, show=progress.show))
        except Interrupted as interrupted:
            if part.size() >= reached + PROGRESS:
                tries, reached = 0, part.size()
            tries += 1
            if tries >= (patience.tries_unreachable if interrupted.unreachable else patience.tries):
                raise Refused(f"{interrupted} (tried {tries} times)") from interrupted
            wait = patience.first_wait * 2 ** (tries - 1) if interrupted.wait is None else interrupted.wait
            wait = min(wait, patience.longest_wait)
            log.info("%s %s; trying again in %.0f s", url, interrupted, wait)
            patience.sleep(wait)
        finally:
            progress.end()


def _judged(part: Part, notes: dict[str, Any], wanted: _Wanted, largest: int) -> tuple[str, str]:
    """What is wrong with a complete body, "" where nothing is; and its hash."""
    problem = _unwrap(part, notes.get("encoding", ""), wanted.final.name, largest)
    if problem:
        return problem, ""
    digest = sha256(part.path)
    if digest == wanted.sha256:
        return "", digest
    problem = checks.problem_of(part.path, wanted.final.name)
    if not problem and wanted.sha256:
        problem = f"{_CHANGED}: {_changed(wanted, digest, part.size())}"
    return problem, digest


def _unwrap(part: Part, encoding: str, name: str, largest: int) -> str:
    """Take off the gzip that a server put on for the transfer against our wish; the problem where that fails.

    Servers also state "gzip" of a file that is gzip itself: that one stays as it is.
    """
    if encoding in ("", "gzip", "x-gzip"):
        packed = encoding and checks.is_gzip(part.path)
        if not packed or (name.lower().endswith((".gz", ".tgz")) and not _twice_packed(part.path)):
            return ""
    else:
        return f"came packed as '{shown(encoding)}', which was not asked for"
    unpacked = part.path.with_name(f"{part.path.name}.unpacked")
    try:
        with part.path.open("rb") as file, unpacked.open("wb") as target:
            for block in checks.gunzipped(file):
                target.write(block)
                if target.tell() > largest:
                    return f"unpacks to more than the {largest:,} bytes that are allowed"
        unpacked.replace(part.path)
    except ValueError as damage:
        return str(damage)
    finally:
        unpacked.unlink(missing_ok=True)
    return ""


def _twice_packed(path: Path) -> bool:
    return checks.first_bytes_inside(path).startswith(b"\x1f\x8b")


def _changed(wanted: _Wanted, digest: str, size: int) -> str:
    before = f" ({wanted.size:,} bytes)" if wanted.size is not None else ""
    return f"sha256 {wanted.sha256}{before} was expected, {digest} ({size:,} bytes) came"


def _how_to_accept(wanted: _Wanted) -> str:
    where = (
        "its sha256 from the study or signature file" if wanted.file.sha256 else "its line from config/data.lock.tsv"
    )
    return f"If the new content is right, take out {where}, delete {wanted.final}, run again, then `make lock`"
