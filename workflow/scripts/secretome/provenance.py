"""Where results come from: which modules a script imports, which versions ran."""

import ast
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

    Snakemake watches only the script itself; named as inputs, these files make an edit of the library rerun the
    jobs that use it, and no others.

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


def _imports(file: Path, package: Path) -> set[Path]:
    names: set[str] = set()
    for node in ast.walk(ast.parse(file.read_bytes())):
        if isinstance(node, ast.Import):
            names.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.update([node.module, *(f"{node.module}.{alias.name}" for alias in node.names)])
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
