"""Whose a result is: results/<study>/<file>, results/<study>/<contrast>/<file>."""

from pathlib import Path


def study_of(path: str | Path) -> str:
    """The study of results/<study>/<file>."""
    return Path(path).parent.name


def contrast_of(path: str | Path) -> tuple[str, str]:
    """The study and the contrast of results/<study>/<contrast>/<file>."""
    folder = Path(path).parent
    return folder.parent.name, folder.name
