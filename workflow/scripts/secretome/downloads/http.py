"""One request, one answer: follow redirects by hand, go on from what has come, store the bytes as they were sent."""

import shutil
import ssl
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

import requests
import urllib3.exceptions as broken

from secretome.downloads import hosts, store
from secretome.downloads.store import Part
from secretome.faults import shown

MOST_REDIRECTS = 5
_BLOCK = 262_144
_HEADERS = {
    # What the archive keeps is wanted, byte by byte: a body that is packed on the way has another length and hash.
    "Accept-Encoding": "identity",
    "User-Agent": "secretomes (Snakemake workflow; python-requests)",
}
_REDIRECTS = {301, 302, 303, 307, 308}
_PASSING = {408, 425, 429, 500, 502, 503, 504}
_GONE = {
    403: "is not given out: it is withdrawn or private, or robots are kept away",
    404: "is not there: it is withdrawn, private or not yet public, or the accession or the name of the file is wrong",
    410: "was withdrawn",
}


@dataclass(frozen=True)
class Patience:
    """How long to wait for what; seconds unless said.

    Attributes:
        tries: how often a file is asked for while nothing more of it comes.
        tries_unreachable: how often a server is tried that cannot be reached at all.
        first_wait: the wait after the first try; it doubles each time.
        longest_wait: the longest wait, whatever the server asks for.
        connect: for a connection.
        stall: for the next byte.
        window: over which the rate is measured.
        least_rate: bytes a second; a body that comes slower is broken off and asked for again.
        interval: between two requests of all jobs together.
        sleep: how to wait, for tests.
    """

    tries: int = 5
    tries_unreachable: int = 3
    first_wait: float = 1.0
    longest_wait: float = 120.0
    connect: float = 20.0
    stall: float = 60.0
    window: float = 60.0
    least_rate: float = 1000.0
    interval: float = 1 / 3
    sleep: Callable[[float], None] = field(default=time.sleep, compare=False)


@dataclass(frozen=True)
class Terms:
    """What holds for one request.

    Attributes:
        store: the folder of the downloads, whose jobs share the pace.
        largest: bytes that a file may have.
        hosts: allowed beside the archives.
        mirror: the base of the mirror that is asked; "" for an archive.
        patience: how long to wait.
        show: is told how many bytes have come, and of how many.
    """

    store: Path
    largest: int
    hosts: Sequence[str] = ()
    mirror: str = ""
    patience: Patience = Patience()
    show: Callable[[int, int | None], None] = lambda done, total: None


class Refused(Exception):
    """To ask again would not help; the message is the problem.

    Attributes:
        absent: there is no such file.
        fix: what to do about it, if it is not to get the file elsewhere.
    """

    def __init__(self, problem: str, *, absent: bool = False, fix: str = ""):
        super().__init__(problem)
        self.absent, self.fix = absent, fix


class Interrupted(Exception):
    """To ask again may help; the message is the problem.

    Attributes:
        wait: seconds that the server asks to wait; None where it does not say.
        unreachable: no connection was made.
    """

    def __init__(self, problem: str, *, wait: float | None = None, unreachable: bool = False):
        super().__init__(problem)
        self.wait, self.unreachable = wait, unreachable


class _Session(requests.Session):
    """Looks at no redirect by itself: requests reads the body of one whole, however large it is."""

    def get_redirect_target(self, resp: requests.Response) -> None:
        return None


def receive(url: str, part: Part, terms: Terms) -> None:
    """Ask once for what is missing of a file, and add it to ``part``; after a return the part is complete.

    The notes of the part then hold ``url``, ``served_by`` (after redirects), ``etag``, ``last_modified``, ``size``
    (None where the server did not state it) and ``encoding`` (of the transfer, such as gzip; "" for none).

    Raises:
        Refused: the address or a redirect is not allowed, the server says no, the file is too large, no TLS.
        Interrupted: no connection, a passing error of the server, a stall, a trickle, or fewer bytes than stated.
    """
    notes = part.notes(url)
    begun = part.size() if _validator(notes) else 0
    if begun and begun == notes.get("size"):
        return
    headers = dict(_HEADERS)
    if begun:
        headers |= {"Range": f"bytes={begun}-", "If-Range": _validator(notes)}
    with _Session() as session:
        response, served_by = _answer(session, url, headers, terms)
        with response:
            begun = _begin(response, part, {"url": url, "served_by": served_by}, begun, terms)
            _store(response, part, begun, part.notes(url)["size"], terms)


def copy(source: Path, part: Part, terms: Terms) -> None:
    """As :func:`receive`, from a folder of this machine; always from the beginning."""
    if not source.is_file():
        raise Refused("is not there", absent=True)
    if source.stat().st_size > terms.largest:
        raise Refused(_too_large(terms.largest))
    served_by, size = source.as_uri(), source.stat().st_size
    _require_room(part, size)
    part.begin({"url": served_by, "served_by": served_by, "size": size} | dict.fromkeys(_STATED, ""))
    try:
        opened = source.open("rb")
    except OSError as error:
        raise Refused(f"cannot be read ({error.strerror})") from error
    with opened as file, part.path.open("wb") as target:
        while block := file.read(_BLOCK):
            target.write(block)


_STATED = ("etag", "last_modified", "encoding")


def _validator(notes: dict[str, Any]) -> str:
    """What tells that a file is still the same; "" where nothing does, as a weak ETag does not."""
    etag = notes.get("etag", "")
    return etag if etag.startswith('"') else notes.get("last_modified", "")


def _answer(
    session: requests.Session, url: str, headers: dict[str, str], terms: Terms
) -> tuple[requests.Response, str]:
    """The first answer that is no redirect, and who gave it."""
    patience, here, before = terms.patience, url, ""
    for _ in range(MOST_REDIRECTS + 1):
        refusal = hosts.refusal(here, terms.hosts, mirror=terms.mirror, after=before)
        if refusal:
            raise Refused(f"redirects to '{shown(here, 200)}', which {refusal}" if before else refusal)
        store.keep_pace(terms.store, patience.interval, patience.sleep)
        try:
            response = session.get(
                here, headers=headers, stream=True, allow_redirects=False, timeout=(patience.connect, patience.stall)
            )
        except (requests.RequestException, broken.HTTPError, UnicodeError) as error:
            raise _told(error) from error
        if response.status_code not in _REDIRECTS:
            return response, here
        response.close()
        target = response.headers.get("Location", "")
        try:
            before, here = here, urljoin(here, target)
        except ValueError:
            raise Refused(f"redirects to '{shown(target)}', which is not an address") from None
    raise Refused(f"redirects more than {MOST_REDIRECTS} times")


def _begin(response: requests.Response, part: Part, notes: dict[str, Any], begun: int, terms: Terms) -> int:
    """Check the head of an answer and make the part ready for its body; where in the file the body begins."""
    _check_status(response, part)
    stated = response.headers.get("Content-Length", "")
    length = int(stated) if stated.isascii() and stated.isdigit() else None
    answered = {
        "etag": response.headers.get("ETag", ""),
        "last_modified": response.headers.get("Last-Modified", ""),
        "encoding": response.headers.get("Content-Encoding", "").strip().lower().removeprefix("identity"),
    }
    if response.status_code == HTTPStatus.PARTIAL_CONTENT:
        total = _total_of_range(response, begun)
        earlier = part.notes(notes["url"])
        changed = answered["etag"] and answered["etag"] != earlier.get("etag")
        if not begun or total is None or total != (earlier.get("size") or total) or changed:
            part.remove()
            raise Interrupted("sent a piece that does not belong to what had come", wait=0)
        size: int | None = total
    else:
        begun, size = 0, length
    if size is not None and size > terms.largest:
        part.remove()
        raise Refused(_too_large(terms.largest, size))
    _require_room(part, (size or 0) - begun)
    if not begun:
        part.begin({**notes, **answered, "size": size})
    return begun


def _require_room(part: Part, needed: int) -> None:
    free = shutil.disk_usage(part.final.parent).free + (part.size() if needed > 0 else 0)
    if needed > free:
        problem = f"needs {needed:,} bytes in {part.final.parent}, where {free:,} are free"
        raise Refused(problem, fix="Make room, and run again")


def _check_status(response: requests.Response, part: Part) -> None:
    status = response.status_code
    if status in (HTTPStatus.OK, HTTPStatus.PARTIAL_CONTENT):
        return
    if status == HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE:
        part.remove()
        raise Interrupted("has no more than what had come, which is not the file", wait=0)
    if status in _PASSING:
        wait = _retry_after(response.headers.get("Retry-After", ""))
        raise Interrupted(f"answered {_named(status)}", wait=wait)
    meaning = f": the file {_GONE[status]}" if status in _GONE else ""
    raise Refused(f"answered {_named(status)}{meaning}", absent=status in (404, 410))


def _named(status: int) -> str:
    try:
        return f"{status} {HTTPStatus(status).phrase}"
    except ValueError:
        return str(status)


def _retry_after(text: str) -> float | None:
    """Seconds; None where the header is missing or not understood."""
    if text.isascii() and text.isdigit():
        return float(text)
    try:
        return max(0.0, (parsedate_to_datetime(text) - datetime.now(UTC)).total_seconds())
    except (TypeError, ValueError):
        return None


def _total_of_range(response: requests.Response, begun: int) -> int | None:
    """The size of the whole file, if the answer is its end from ``begun`` on."""
    unit, _, rest = response.headers.get("Content-Range", "").partition(" ")
    span, _, total = rest.partition("/")
    if unit == "bytes" and total.isdigit() and span == f"{begun}-{int(total) - 1}":
        return int(total)
    return None


def _store(response: requests.Response, part: Part, begun: int, size: int | None, terms: Terms) -> None:
    """Append the body to the part, raw: what is packed for the transfer stays packed."""
    clock, patience, done = time.monotonic, terms.patience, begun
    window_began, at_window = clock(), done
    with part.path.open("ab") as target:
        while block := _next_block(response):
            done += len(block)
            if done > terms.largest:
                part.remove()
                raise Refused(_too_large(terms.largest))
            target.write(block)
            terms.show(done, size)
            passed = clock() - window_began
            if passed >= patience.window:
                if done - at_window < patience.least_rate * passed:
                    raise Interrupted(f"sent fewer than {patience.least_rate:,.0f} bytes a second")
                window_began, at_window = clock(), done
    if size is not None and done != size:
        raise Interrupted(f"broke off after {done:,} of {size:,} bytes")


def _next_block(response: requests.Response) -> bytes:
    """The next bytes, as soon as there are any: a read of a full block would wait for a trickle for ever."""
    try:
        return response.raw.read1(_BLOCK, decode_content=False)
    except (requests.RequestException, broken.HTTPError) as error:
        raise _told(error) from error


def _too_large(largest: int, size: int | None = None) -> str:
    states = f"states {size:,} bytes" if size else "sends more"
    return f"{states}; {largest:,} are allowed (raise largest_download in config/config.yaml if the file is right)"


def _told(error: Exception) -> Refused | Interrupted:
    """What a person can make use of; the texts of the libraries hold addresses in memory."""
    causes = list(_causes(error))
    text = " ".join(map(str, causes))

    def is_a(*kinds: type) -> bool:
        """Whether an error of these kinds is among the causes."""
        return any(isinstance(cause, kinds) for cause in causes)

    is_tls = is_a(broken.SSLError, requests.exceptions.SSLError, ssl.SSLError)
    if is_tls and "certificate" in text.lower():
        return Refused("shows a TLS certificate that cannot be trusted: the connection may be tampered with")
    if is_a(requests.exceptions.InvalidURL, broken.LocationParseError, UnicodeError, requests.exceptions.InvalidSchema):
        return Refused("is not an address")
    if is_a(broken.ProxyError):
        return Interrupted("cannot be reached: the proxy does not let us through", unreachable=True)
    if is_a(broken.NameResolutionError):
        return Interrupted("cannot be reached: its name is not known (is there internet here?)", unreachable=True)
    if is_a(broken.NewConnectionError):
        return Interrupted("cannot be reached: the connection is refused (is there internet here?)", unreachable=True)
    if is_a(broken.ConnectTimeoutError, requests.exceptions.ConnectTimeout):
        return Interrupted("cannot be reached: it does not answer", unreachable=True)
    if is_a(broken.ReadTimeoutError, requests.exceptions.ReadTimeout):
        return Interrupted("stopped sending")
    if is_tls:
        return Interrupted("broke off the TLS connection")
    return Interrupted("broke off the connection")


def _causes(error: BaseException | None) -> Any:
    """An error and the errors that it was made of."""
    seen: set[int] = set()
    waiting = [error]
    while waiting:
        one = waiting.pop()
        if isinstance(one, BaseException) and id(one) not in seen:
            seen.add(id(one))
            yield one
            waiting += [one.__cause__, one.__context__, getattr(one, "reason", None), *one.args]
