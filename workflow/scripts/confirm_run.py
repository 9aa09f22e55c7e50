"""End the run with an error where a study or a collection could not be had; the report is there all the same."""

import logging
import sys
from collections.abc import Mapping, Sequence
from typing import Any

from secretome.expression import read_unavailable
from secretome.files import read_json, write_text
from secretome.logs import log_to
from secretome.pathways.optional import missing_collections
from secretome.result_paths import study_of
from secretome.sources import GEO

log = logging.getLogger("secretome")
PLATFORMS = f"{GEO}/platforms/"  # tables of platforms: nobody misses one who has not the numbers


def main(
    expressions: Sequence[str],
    confirmation: str,
    published: Sequence[str] = (),
    settings: Mapping[str, Any] | None = None,
    collections: str = "",
) -> None:
    """Write which studies the report holds.

    Args:
        expressions: the expression.h5ad of each study, in results/<study>/.
        confirmation: where the list of the studies is written.
        published: the published.tsv of each study of published measurements, in results/<study>/.
        collections: collections.json, where collections were chosen that do not ship with the project.
        settings: ``own``: the studies whose files are the user's own, which are refused and not unavailable.

    Raises:
        SystemExit: one is unavailable; its first reason was printed, of a study that of its numbers before others.
    """
    reasons = {study_of(path): read_unavailable(path) for path in expressions}
    lines = [_line(study, why, study in (settings or {"own": []})["own"]) for study, why in reasons.items() if why]
    lines += missing_collections(read_json(collections)) if collections else []
    for line in lines:
        log.error(line)
        print(line, file=sys.stderr)
    if lines:
        raise SystemExit(1)
    had = sorted([*reasons, *map(study_of, published)])
    log.info("all were had: %s", had)
    write_text(confirmation, "".join(f"{study}\n" for study in had))


def _line(study: str, why: Sequence[str], own: bool) -> str:
    more = f" (and {len(why) - 1} more: see the report)" if len(why) > 1 else ""
    first = min(why, key=lambda reason: reason.startswith(PLATFORMS))
    return f"Study {study} {'was refused' if own else 'is unavailable'}: {first}{more}"


if "snakemake" in globals():
    with log_to(snakemake.log[0]):
        given = (snakemake.input.published, snakemake.params.settings, snakemake.input.get("collections") or "")
        main(snakemake.input.expressions, snakemake.output.confirmation, *given)
