"""Where results come from: which modules a script imports, which versions ran."""

import ast
import functools
import hashlib
from importlib.metadata import version
from pathlib import Path

PACKAGES = (
    "snakemake",
    "numpy",
    "scipy",
    "pandas",
    "anndata",
    "gseapy",
    "matplotlib",
    "scanpy",
    "pydeseq2",
)


def modules_of(script: str | Path) -> list[str]:
    """The library files that a script imports, directly, through one another, or inside a function.

    Args:
        script: a script in the folder that holds the package ``secretome``.

    Returns:
        The paths of the modules, sorted.
    """
    package = Path(script).parent / "secretome"
    found: set[Path] = set()
    waiting = [Path(script)]
    while waiting:
        for module in _imports(waiting.pop(), package) - found:
            found.add(module)
            waiting.append(module)
    return sorted(str(path) for path in found)


def library_of(script: str | Path) -> str:
    """A digest of the library files that a script imports, see :func:`modules_of`.

    Snakemake watches only the script itself; as a parameter of the rule the digest makes an edit of the library rerun
    the jobs that use it, and no others. Of the files as inputs there would be 80 in every job: with 200 studies half
    of the memory of Snakemake and half of the time until the first job.

    Returns:
        `library` and twelve hexadecimal digits: of the names and contents of the files, wherever the package stands.
    """
    package = Path(script).parent
    digest = hashlib.sha256()
    for path in map(Path, modules_of(script)):
        content = hashlib.sha256(path.read_bytes()).hexdigest()
        digest.update(f"{path.relative_to(package)} {content}\n".encode())
    return f"library {digest.hexdigest()[:12]}"


@functools.cache
def _names_in(source: bytes) -> frozenset[str]:
    """The modules that Python source may import, in whatever function; most are asked for by many scripts."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            names.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.update([node.module, *(f"{node.module}.{alias.name}" for alias in node.names)])
    return frozenset(names)


def _imports(file: Path, package: Path) -> set[Path]:
    names = _names_in(file.read_bytes())
    inside = [name.split(".") for name in names if name.split(".")[0] == package.name]
    # Whatever is imported from a package, its __init__ runs first; readers are a package in the package.
    folders = [parts[1:depth] for parts in inside for depth in range(1, len(parts))]
    candidates = {package.joinpath(*folder, "__init__.py") for folder in folders}
    candidates |= {package.joinpath(*parts[1:]).with_suffix(".py") for parts in inside if len(parts) > 1}
    candidates |= {package.joinpath(*parts[1:-1]).with_suffix(".py") for parts in inside if len(parts) > 2}
    # `from secretome import tables` names a module, `from secretome import __version__` does not.
    return {path for path in candidates if path.exists()}


def versions() -> dict[str, str]:
    """The versions of the packages that results depend on."""
    return {package: version(package) for package in PACKAGES}
