"""HDF5 files from elsewhere: walked from link to link before anything is read, or refused by name.

An HDF5 file can name other files of the machine as the place of its data (external storage, external links, virtual
data sets), lead in circles, and claim sizes that it does not have. None of this is in a file that anndata writes.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from math import prod
from pathlib import Path
from typing import Any

import h5py
from h5py import h5d, h5g, h5i, h5l, h5o, h5z

from secretome.faults import Fault, fault, raise_any
from secretome.text_files import require_regular_file

SIGNATURE = b"\x89HDF\r\n\x1a\n"
# ASSUME no atlas that is summed here is larger, or has more parts; all data of one chunk are in memory at once.
LARGEST_DATASET = 200_000_000_000  # bytes when unpacked
LARGEST_CHUNK = 256_000_000  # bytes when unpacked
MOST_OBJECTS, DEEPEST = 10_000, 16
# Deflate cannot pack tighter than 1,032 to 1; small data sets are no danger.
MOST_PACKED, SMALL = 1_100, 100_000_000

_FILTERS = {h5z.FILTER_DEFLATE, h5z.FILTER_SHUFFLE, h5z.FILTER_FLETCHER32, h5z.FILTER_LZF}
_LINKS = {h5l.TYPE_SOFT: "a soft link", h5l.TYPE_EXTERNAL: "an external link, to another file"}
_WRITE_AGAIN = "Read it with anndata where it was made, and write it again with write_h5ad"


@contextmanager
def opened(path: str | Path) -> Iterator[h5py.File]:
    """The file, open for reading, after it has been walked; damage that is found while it is open becomes a fault.

    Raises:
        InputFaults: it is missing, no regular file, no HDF5 file, or damaged; it holds a link that is not a hard one,
            a group that stands in two places, external storage, a virtual data set, a filter that anndata does not
            use, or shapes that are absurd (``LARGEST_DATASET``, ``LARGEST_CHUNK``, ``MOST_OBJECTS``, ``DEEPEST``).
    """
    path = Path(path)
    require_regular_file(path)
    try:
        with path.open("rb") as content:
            start = content.read(len(SIGNATURE))
        if start != SIGNATURE:
            packed = start.startswith(b"\x1f\x8b")
            problem = "is a gzip file" if packed else "is not an HDF5 file, as .h5ad is"
            fix = "Unpack it: .h5ad files are packed inside" if packed else "Give the .h5ad file, or get it again"
            raise fault(str(path), "", "", problem, fix)
        with h5py.File(path, "r", locking=False) as file:
            raise_any(path, _hostile(file, path))
            yield file
    except (OSError, RuntimeError) as error:  # what h5py raises where the bytes make no sense
        problem = f"is damaged or cut off: {_first_line(error)}"
        raise fault(str(path), "", "", problem, "Get the file again") from error


def data_set_faults(path: Path, name: str, data_set: h5d.DatasetID) -> list[Fault]:
    """What of a data set must not be read, by its description alone.

    Args:
        path: the file, for the messages.
        name: of the data set in the file.
        data_set: open, of which nothing was read.
    """
    layout = data_set.get_create_plist()
    if layout.get_external_count():
        elsewhere = [layout.get_external(0)[0].decode(errors="replace")]
        problem = f"keeps its data in another file ('{elsewhere[0]}')"
        return [Fault(str(path), name, "", problem, _WRITE_AGAIN)]
    if layout.get_layout() == h5d.VIRTUAL:
        return [Fault(str(path), name, "", "is a virtual data set, a view of other files", _WRITE_AGAIN)]
    found = []
    for number in range(layout.get_nfilters()):
        code, _, _, title = layout.get_filter(number)
        if code not in _FILTERS:
            problem = "is packed by a filter that is not known here (gzip and lzf are)"
            found.append(Fault(str(path), name, title.decode(errors="replace") or str(code), problem, _WRITE_AGAIN))
    if problem := _absurd(data_set, layout):
        found.append(Fault(str(path), name, str(data_set.shape), problem, "Give a smaller file, or get it again"))
    return found


def _absurd(data_set: h5d.DatasetID, layout: h5py.h5p.PropDCID) -> str:
    """What is absurd about a shape, or ""."""
    width = data_set.get_type().get_size()
    size = prod(data_set.shape or (1,)) * width
    if size > LARGEST_DATASET:
        return f"has a shape of {size / 1e9:,.0f} GB; at most {LARGEST_DATASET / 1e9:.0f} are read"
    stored = data_set.get_storage_size()
    if size > SMALL and size > MOST_PACKED * stored:
        return f"has a shape of {size / 1e9:,.1f} GB, and {stored:,} bytes of data"
    if layout.get_layout() == h5d.CHUNKED and (chunk := prod(layout.get_chunk()) * width) > LARGEST_CHUNK:
        return f"has chunks of {chunk / 1e6:,.0f} MB; at most {LARGEST_CHUNK / 1e6:.0f} are read"
    return ""


def _hostile(file: h5py.File, path: Path) -> list[Fault]:
    """Walk all groups; nothing is read but descriptions."""
    found: list[Fault] = []
    # By their paths, of hard links alone: thousands of open groups would take memory.
    waiting = [("", 0)]
    groups = {_address(h5g.open(file.id, b"/"))}
    count = 0
    while waiting:
        place, depth = waiting.pop()
        group = h5g.open(file.id, place.encode() or b"/")
        for link in _links(group):
            count += 1
            if count > MOST_OBJECTS or depth > DEEPEST:
                problem = f"has more than {MOST_OBJECTS:,} parts, or parts more than {DEEPEST} deep"
                return [*found, Fault(str(path), "", "", problem, _WRITE_AGAIN)]
            name = f"{place}/{link.decode(errors='backslashreplace')}"
            if not _is_name(link):
                found.append(Fault(str(path), name, "", "is not a name but a path, or not UTF-8", _WRITE_AGAIN))
                continue
            kind = group.links.get_info(link).type
            if kind != h5l.TYPE_HARD:
                problem = f"is {_LINKS.get(kind, 'a link of an unknown kind')}, which is not followed"
                found.append(Fault(str(path), name, "", problem, _WRITE_AGAIN))
                continue
            part = _part(group, link)
            if h5i.get_type(part) == h5i.DATASET:
                found += data_set_faults(path, name, part)
            elif h5i.get_type(part) == h5i.GROUP:
                if (address := _address(part)) in groups:
                    problem = "is a group that stands in two places, or in itself"
                    found.append(Fault(str(path), name, "", problem, _WRITE_AGAIN))
                    continue
                groups.add(address)
                waiting.append((name, depth + 1))
    return found


def _is_name(link: bytes) -> bool:
    try:
        return link.decode() not in ("", ".") and b"/" not in link
    except UnicodeDecodeError:
        return False


def _part(group: h5g.GroupID, link: bytes) -> Any:
    try:
        return h5o.open(group, link)
    except KeyError as error:  # h5py's way to say that the description makes no sense
        raise OSError(str(error.args[0])) from error


def _links(group: h5g.GroupID) -> list[bytes]:
    """The names in a group, at most one more than there may be in all."""
    names: list[bytes] = []

    def add(name: bytes) -> bool | None:
        names.append(name)
        return True if len(names) > MOST_OBJECTS else None

    group.links.iterate(add)
    return names


def _address(part: h5g.GroupID) -> int:
    return h5o.get_info(part).addr


def _first_line(error: Exception) -> str:
    return str(error).split("\n", 1)[0].rstrip(".")
