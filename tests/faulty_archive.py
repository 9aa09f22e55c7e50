"""A small archive with the fault in the address, for tests of the downloads: ``<base>/<fault>/<path>``.

``ok`` serves the file at ``<path>`` below the folder of the archive, with ETag, Last-Modified and Range. The others:

=================  ==================================================================================================
``404`` …          any status, for ever; ``503x2``: for the first two requests; ``429x1after7``: with Retry-After: 7
``cut``            the connection ends after half of the body, each time; ``cut1``: the first time only
``reset1``         the connection is reset after half of the body, the first time only
``stall1``         nothing comes after half of the body, the first time only
``trickle``        one byte each ``Archive.tick`` seconds
``long``           states ten bytes more than come; ``short`` states ten bytes fewer
``huge``           states 100 GB; ``endless`` sends for ever without stating a length
``corrupt``        ten bytes in the middle are others; ``corrupt1``: the first time only
``corruptcut``     the first time cut off and the rest, when asked for, of another version (another ETag)
``html``           status 200 and a page; ``json``: status 200 and an error message; ``empty``: no body
``norange``        no Range; ``cutnorange1``: cut off the first time, and no Range
``noetag``         nothing to tell versions by; ``cutnoetag1``: cut off the first time
``wronglength``    answers Range with another piece
``labelled``       the file as it is, with Content-Encoding: gzip; ``packed``: packed once more, and labelled so
``brotli``         says Content-Encoding: br
``chunked``        in chunks; ``chunkedcut``: without the last one
``redirect``       to the same file under ``ok``; ``loop``: to itself; ``redirectto``: to ``Archive.target``
``redirectendless``
                   as ``redirect``, with a body that never ends
=================  ==================================================================================================

By hand: ``python tests/faulty_archive.py FOLDER [PORT]``.
"""

import gzip
import hashlib
import http.server
import re
import socket
import ssl
import struct
import sys
import threading
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

LAST_MODIFIED = "Mon, 01 Jan 2024 00:00:00 GMT"


@dataclass(frozen=True)
class Request:
    """One request that the archive got, and when (seconds)."""

    path: str
    headers: dict[str, str]
    time: float


class Archive:
    """A running archive; a context manager. ``requests`` is what it was asked, in order."""

    tick = 0.05
    stall = 3.0

    def __init__(self, folder: str | Path, port: int = 0, tls: ssl.SSLContext | None = None):
        self.folder = Path(folder)
        self.requests: list[Request] = []
        self.target = ""
        self._lock = threading.Lock()
        self._ended = threading.Event()
        handler = type("OfThisArchive", (_Handler,), {"archive": self})
        self._server = _Server(("127.0.0.1", port), handler)
        if tls:
            self._server.socket = tls.wrap_socket(self._server.socket, server_side=True)
        self.host = f"127.0.0.1:{self._server.server_address[1]}"
        self.base = f"{'https' if tls else 'http'}://{self.host}"
        threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True).start()

    def __enter__(self) -> "Archive":
        return self

    def __exit__(self, *error: object) -> None:
        self.stop()

    def stop(self) -> None:
        """Answer no more; the port is closed."""
        self._ended.set()
        self._server.shutdown()
        self._server.server_close()

    def wait(self, seconds: float) -> None:
        """Wait, but not for longer than the archive runs."""
        self._ended.wait(seconds)

    def note(self, path: str, headers: dict[str, str]) -> int:
        """Keep a request; how many there were of this path, this one among them."""
        with self._lock:
            self.requests.append(Request(path, headers, time.monotonic()))
            return sum(request.path == path for request in self.requests)

    @property
    def counts(self) -> Counter[str]:
        """How many requests there were of each path."""
        return Counter(request.path for request in self.requests)


class _Server(http.server.ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = 64

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that goes away is no news."""


class _Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    archive: ClassVar[Archive]

    def log_message(self, *arguments: object) -> None:
        """Nothing: the archive keeps what it was asked."""

    def do_GET(self) -> None:
        """Answer as the fault in the path says."""
        count = self.archive.note(self.path, dict(self.headers))
        fault, _, name = self.path.lstrip("/").partition("?")[0].partition("/")
        fault, times = re.fullmatch(r"(\d{3}|[a-z]+)((?:x?\d+)?(?:after\d+)?)", fault).groups()
        limit = re.match(r"x?(\d+)", times)
        if limit and count > int(limit[1]):
            fault = {"cutnorange": "norange", "cutnoetag": "noetag"}.get(fault, "ok")
        after = re.search(r"after(\d+)", times)
        path = (self.archive.folder / name).resolve()
        if fault.isdigit():
            self._simple(int(fault), b"no", {"Retry-After": after[1]} if after else {})
        elif fault in ("redirect", "redirectto", "loop"):
            there = {"redirect": f"/ok/{name}", "redirectto": self.archive.target, "loop": self.path}[fault]
            self._simple(302, b"", {"Location": there})
        elif fault == "redirectendless":
            self.send_response(302)
            self.send_header("Location", f"/ok/{name}")
            self.end_headers()
            self._send("endless", b"")
        elif not path.is_relative_to(self.archive.folder.resolve()) or not path.is_file():
            self._simple(404, b"no such file", {})
        else:
            self._file(fault, path.read_bytes(), count)

    def _simple(self, status: int, body: bytes, headers: dict[str, str]) -> None:
        self.send_response(status)
        for key, value in {**headers, "Content-Length": str(len(body))}.items():
            self.send_header(key, value)
        self.end_headers()
        self.wfile.write(body)

    def _file(self, fault: str, data: bytes, count: int) -> None:
        data, headers = _content(fault, data, count)
        begin, status = 0, 200
        asked = re.match(r"bytes=(\d+)-", self.headers.get("Range", ""))
        same = self.headers.get("If-Range") in (None, headers.get("ETag"), headers.get("Last-Modified"))
        if "norange" not in fault and asked and (same or fault == "corruptcut"):
            begin, status = int(asked[1]), 206
            if begin >= len(data):
                return self._simple(416, b"", {"Content-Range": f"bytes */{len(data)}"})
            begin -= 5 if fault == "wronglength" else 0
            headers["Content-Range"] = f"bytes {begin}-{len(data) - 1}/{len(data)}"
        body = data[begin:]
        extra = {"long": 10, "short": -10, "huge": 100_000_000_000}.get(fault, 0)
        if fault.startswith("chunked"):
            headers["Transfer-Encoding"] = "chunked"
        elif fault == "endless":
            headers["Connection"] = "close"
        else:
            headers["Content-Length"] = str(len(body) + extra)
        self.send_response(status)
        for key, value in headers.items():
            self.send_header(key, value)
        self.end_headers()
        self._send(fault, body)
        return None

    def _send(self, fault: str, body: bytes) -> None:
        half = body[: len(body) // 2]
        breaks_off = fault.startswith(("cut", "reset", "stall", "wronglength")) or fault == "corruptcut"
        if breaks_off and not (fault == "corruptcut" and self.headers.get("Range")):
            self.wfile.write(half)
            self.wfile.flush()
            if fault == "stall":
                self.archive.wait(self.archive.stall)
            if fault == "reset":
                # Closing with unread time to linger of zero sends a reset.
                self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                time.sleep(0.05)
                self.connection.close()
            self.close_connection = True
        elif fault in ("long", "huge", "short"):
            self.wfile.write(body)
            self.close_connection = True
        elif fault == "trickle":
            for number in range(len(body)):
                self.wfile.write(body[number : number + 1])
                self.archive.wait(self.archive.tick)
        elif fault == "endless":
            while True:
                self.wfile.write(b"A\t1\n" * 16_000)
        elif fault.startswith("chunked"):
            for number in range(0, len(body), 1000):
                piece = body[number : number + 1000]
                self.wfile.write(f"{len(piece):x}\r\n".encode() + piece + b"\r\n")
            self.wfile.write(b"" if fault == "chunkedcut" else b"0\r\n\r\n")
            self.close_connection = True
        else:
            self.wfile.write(body)


def _content(fault: str, data: bytes, count: int) -> tuple[bytes, dict[str, str]]:
    """The body of a file and the headers that tell its version."""
    middle = len(data) // 2
    pages = {"html": b"<!DOCTYPE html><title>Are you a robot?</title>", "json": b'{"error": "busy"}', "empty": b""}
    if fault in pages:
        data = pages[fault]
    elif fault == "corrupt" or (fault == "corruptcut" and count > 1):
        data = data[: middle - 5] + b"X" * 10 + data[middle + 5 :]
    elif fault == "packed":
        data = gzip.compress(data)
    headers = {"ETag": f'"{hashlib.sha256(data).hexdigest()[:16]}"', "Last-Modified": LAST_MODIFIED}
    if "noetag" in fault:
        headers = {}
    encodings = {"labelled": "gzip", "packed": "gzip", "brotli": "br"}
    if fault in encodings:
        headers["Content-Encoding"] = encodings[fault]
    return data, headers


if __name__ == "__main__":
    running = Archive(sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 0)
    print(running.base, flush=True)
    threading.Event().wait()
