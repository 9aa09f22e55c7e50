"""Keys that become names of files and folders: of studies, contrasts, signals, collections."""

import re
from collections.abc import Iterable

from secretome import schemas
from secretome.faults import Fault
from secretome.strict_yaml import Address

KEY = re.compile(r"[a-z][a-z0-9_]{0,63}")
# Names of our own pages and targets, words of `studies:`, and what Windows keeps for its devices.
RESERVED = {"index", "report", "synthesis", "all", "everything", "bundled", "collections"}
RESERVED |= {"con", "nul", "aux", "prn", *(f"{port}{number}" for port in ("com", "lpt") for number in range(1, 10))}
FIX = "Use lower-case letters, digits and underscores, a letter first, 64 at most"


def problem(name: str) -> str:
    """Why a name cannot serve as a key; "" where it can."""
    if name.casefold() in RESERVED:
        return "is a reserved word and cannot serve"
    return "" if KEY.fullmatch(name) else "cannot serve"


def faults(names: Iterable[str], address: Address, where: schemas.Where) -> list[Fault]:
    """A fault for each key below ``address`` that cannot serve."""
    return [
        Fault(where((*address, name)), schemas.dotted(address), name, f"{wrong} as a key", FIX)
        for name in names
        if (wrong := problem(name))
    ]
