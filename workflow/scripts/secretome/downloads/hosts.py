"""Which addresses may be asked: the archives over https, the hosts and mirrors that the user named, nothing else.

Sends nothing. common.smk may import this while Snakemake parses.
"""

import ipaddress
from collections.abc import Iterable
from urllib.parse import SplitResult, quote, unquote, urlsplit

ARCHIVE_HOSTS = frozenset(
    {
        "ftp.ncbi.nlm.nih.gov",
        "www.ncbi.nlm.nih.gov",
        "www.ebi.ac.uk",
        "ftp.ebi.ac.uk",
        "duffel.rail.bio",
        "recount-opendata.s3.amazonaws.com",  # where duffel.rail.bio keeps the files
        "journals.plos.org",
        "storage.googleapis.com",  # where journals.plos.org keeps its supplements
        "data.broadinstitute.org",  # MSigDB
        "zenodo.org",
    }
)
# ASSUME: recount3 documents no https for this host, so what comes from it is trusted by checksum and hash alone.
HTTP_HOSTS = frozenset({"duffel.rail.bio"})
_PORTS = {"http": 80, "https": 443}


def refusal(url: str, hosts: Iterable[str] = (), *, mirror: str = "", after: str = "") -> str:
    """Why ``url`` must not be asked; "" where it may be.

    Args:
        url: the address.
        hosts: what the configuration allows beside ``ARCHIVE_HOSTS``: a host, or host:port.
        mirror: the base of the mirror that is being asked; its own server is allowed, as the user wrote it.
        after: the address that redirected to this one.
    """
    parts, problem = _split(url)
    if parts is None:
        return problem
    if mirror and _origin(parts) == _origin(urlsplit(mirror)):
        return ""
    name, port = _origin(parts)[1:]
    if parts.scheme == "http":
        if after.startswith("https:"):
            return "leaves https for http"
        if name not in HTTP_HOSTS:
            return "is http, not https"
    allowed = {host.lower() for host in (*ARCHIVE_HOSTS, *hosts)}
    if f"{name}:{port}" in allowed or (name in allowed and port == _PORTS[parts.scheme]):
        return ""
    if _is_private(name):
        return f"leads to {name}, an address of this machine or its network"
    return f"leads to {parts.netloc}, which is not on the list of hosts (add it to 'hosts' if you trust it)"


def mirror_problem(base: str) -> str:
    """What is wrong with the base of a mirror as the user wrote it; "" where nothing is."""
    if base.startswith("file:"):
        parts = urlsplit(base)
        sound = parts.netloc in ("", "localhost") and parts.path.startswith("/") and not parts.query + parts.fragment
        return "" if sound else "is not a folder written as file:///folder"
    parts_of_web, problem = _split(base)
    if parts_of_web is not None and parts_of_web.query + parts_of_web.fragment:
        return "has a query, and paths are to be added to it"
    return problem


def below_mirror(base: str, path: str) -> str:
    """The address of the file ``path`` (``<host>/<path>``) below a mirror."""
    return f"{base.rstrip('/')}/{quote(path)}"


def local_path(address: str) -> str:
    """The path that a ``file:`` address means; "" for every other address."""
    return unquote(urlsplit(address).path) if address.startswith("file:") else ""


def _split(url: str) -> tuple[SplitResult | None, str]:
    if not url.isprintable() or not url.isascii() or set(url) & set(" \\"):
        return None, "holds a space, a backslash or a character that no address can have"
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        return None, "is not an address"
    if parts.scheme not in _PORTS or not parts.hostname:
        return None, "is not an https address"
    if "@" in parts.netloc:
        return None, "holds a user name or password (write them to ~/.netrc)"
    return parts, ""


def _origin(parts: SplitResult) -> tuple[str, str, int | None]:
    return parts.scheme, (parts.hostname or "").rstrip("."), parts.port or _PORTS.get(parts.scheme)


def _is_private(name: str) -> bool:
    try:
        return not ipaddress.ip_address(name).is_global
    except ValueError:
        return name == "localhost" or name.endswith((".localhost", ".local", ".internal"))
