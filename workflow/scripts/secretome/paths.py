"""Paths that a person writes: relative, below the working folder, of regular files that can be read."""

import re
from pathlib import Path, PurePosixPath

from secretome import schemas
from secretome.delimited import require_regular_file
from secretome.faults import Fault, InputFaults
from secretome.strict_yaml import Address


def faults(text: str, address: Address, where: schemas.Where, folder: Path | None = None) -> list[Fault]:
    """What is wrong with a path that stands at ``address``.

    Args:
        text: the path.
        address: where it stands in a file, for the messages.
        where: the file and line of an address.
        folder: the folder that it is relative to and must not leave; the working folder where not given.
    """
    folder = (folder or Path.cwd()).resolve()
    problem, fix = _problem(text), "Write a path below the working folder, with forward slashes"
    if not problem:
        try:
            inside = (folder / text).resolve().is_relative_to(folder)
        except (OSError, RuntimeError, ValueError):  # RuntimeError: a loop of links
            inside = False
        if not inside:
            problem = "leads out of the working folder by a symbolic link"
            fix = "Copy the file into the working folder"
    if problem:
        return [Fault(where(address), schemas.dotted(address), text, problem, fix)]
    try:
        require_regular_file(folder / text)
    except InputFaults as found:
        return [
            Fault(where(address), schemas.dotted(address), text, wrong.problem, wrong.fix) for wrong in found.faults
        ]
    return []


def _problem(text: str) -> str:
    path = PurePosixPath(text)
    if "://" in text:
        return "is an address, and only files of this machine are read here"
    if path.is_absolute() or "\\" in text or re.match(r"[A-Za-z]:|~", text):
        return "is not a path relative to the working folder"
    if ".." in path.parts:
        return "leaves the working folder by '..'"
    if set(text) & set("{}\n"):
        return "holds a brace or a line end, which Snakemake cannot have in the name of an input"
    return ""
