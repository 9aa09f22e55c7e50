"""Files that are either complete or not there: written under a temporary name, flushed, renamed."""

import hashlib
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any


@contextmanager
def complete_file(path: str | Path) -> Iterator[Path]:
    """Yield a temporary path in the folder of ``path``; it takes the name ``path`` only if all went well."""
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        yield temporary
        with temporary.open("rb") as written:
            os.fsync(written.fileno())
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


def write_text(path: str | Path, text: str) -> None:
    """Write ``text`` as UTF-8 with the line ends that it has."""
    with complete_file(path) as temporary:
        temporary.write_bytes(text.encode())


def write_json(path: str | Path, content: Any) -> None:
    """Write ``content`` with sorted keys, so that the same content gives the same bytes."""
    write_text(path, json.dumps(content, indent=1, sort_keys=True, ensure_ascii=False, allow_nan=False) + "\n")


def read_json(path: str | Path) -> Any:
    """Read what :func:`write_json` wrote."""
    return json.loads(Path(path).read_bytes())


def sha256(path: str | Path) -> str:
    """The SHA-256 of a file, as 64 hexadecimal digits."""
    with Path(path).open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
