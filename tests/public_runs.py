"""Runs of public studies in a clone that cannot reach the internet."""

import json
import re
from html import unescape
from pathlib import Path

import small_archive
from checkout import copy_project, run_snakemake

OFFLINE = dict.fromkeys(("HTTPS_PROXY", "HTTP_PROXY", "https_proxy", "http_proxy"), "http://127.0.0.1:9")
OFFLINE |= dict.fromkeys(("NO_PROXY", "no_proxy"), "")


def run(clone: Path, *arguments: str, mirror: Path | None = None, studies: str = "all", **environment: str):
    mirrors = json.dumps([mirror.as_uri()] if mirror else [])
    config = ["--config", f"studies={studies}", f"mirrors={mirrors}"]
    return run_snakemake(clone, *arguments, *config, **OFFLINE, **environment)


def project(folder: Path, studies: dict[str, dict]) -> Path:
    """A clone with these study files and no others."""
    clone = copy_project(folder / "clone")
    for path in (clone / "config/studies").iterdir():
        path.unlink()
    for key, study in studies.items():
        small_archive.write_study(clone / "config/studies", key, study)
    return clone


def page_text(clone: Path, name: str) -> str:
    """What a reader sees of a page, on one line."""
    text = (clone / f"results/report/{name}.html").read_text()
    text = re.sub(r"<(script|style|svg)\b.*?</\1>", " ", text, flags=re.DOTALL)
    return unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", text)))
