"""Archives as strangers pack them: the honest, the hostile and the damaged, byte by byte."""

import gzip
import io
import tarfile
import zipfile
from pathlib import Path

import pytest

from secretome.archives.extract import extract
from secretome.faults import InputFaults

COUNTS = b"ENSG00000000003\t717\nENSG00000000005\t0\n"
GOOD = {"a.txt": COUNTS, "sub/b.txt.gz": gzip.compress(COUNTS, mtime=0)}
LIMITS = {"largest": 50_000_000, "most_members": 100}


def header(name: str | bytes, content: bytes = b"", **fields) -> bytes:
    """A member of a tar archive as old tar wrote it: the raw name, no extended header, the checksum right."""
    info = tarfile.TarInfo("x")
    info.size = fields.pop("size", len(content))
    for key, value in fields.items():
        setattr(info, key, value)
    block = bytearray(info.tobuf(tarfile.GNU_FORMAT)[-512:])
    raw = name if isinstance(name, bytes) else name.encode()
    block[:100] = raw[:100].ljust(100, b"\0")
    block[148:156] = b" " * 8
    block[148:156] = b"%06o\0 " % sum(block)
    return bytes(block) + content + b"\0" * (-len(content) % 512)


END = b"\0" * 1024


def tar_of(*members: bytes) -> bytes:
    return b"".join(members) + END


def tar(members: dict[str, bytes], mode: str = "w", form: int = tarfile.PAX_FORMAT) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode=mode, format=form) as archive:
        for name, content in members.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
    return buffer.getvalue()


def zipped(members, compression=zipfile.ZIP_DEFLATED) -> bytes:
    """A zip archive of (name or ZipInfo, content) pairs or of a dictionary."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", compression) as archive:
        for name, content in members.items() if isinstance(members, dict) else members:
            archive.writestr(name, content, compress_type=compression)
    return buffer.getvalue()


def zip_entry(name: str, mode: int) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name)
    info.create_system = 3
    info.external_attr = mode << 16
    return info


def extended(kind: bytes, content: bytes) -> bytes:
    return header("pax", content, type=kind)


def record(key: str, value: bytes) -> bytes:
    body = b" " + key.encode() + b"=" + value + b"\n"
    length = len(body) + 1
    while len(str(length)) + len(body) != length:
        length += 1
    return str(length).encode() + body


def placed(tmp_path: Path, content: bytes, name: str) -> Path:
    """A file with the given bytes, in a folder of its own beside which nothing may appear."""
    path = tmp_path / "downloads" / name
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(content)
    return path


def everything(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*"))


def refused(path: Path, tmp_path: Path, **arguments) -> str:
    """The message of the refusal, after checking that nothing was left anywhere."""
    before = everything(tmp_path)
    with pytest.raises(InputFaults) as caught:
        extract(path, tmp_path / "out", **{**LIMITS, **arguments})
    assert everything(tmp_path) == before
    assert all(fault.where.startswith(str(path)) and fault.problem and fault.fix for fault in caught.value.faults)
    return str(caught.value)
