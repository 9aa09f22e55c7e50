"""Write the front page of the report, and all warnings for machines."""

from collections.abc import Mapping
from pathlib import Path

from secretome import front_page
from secretome.claim_tables import claims_section
from secretome.claims.results import read_claims
from secretome.files import read_json, write_json, write_text
from secretome.logs import log_to
from secretome.pages import CONTRAST_PARTS, read_study, render
from secretome.published import page as published_page
from secretome.tables import PUBLISHED, read_table


def main(
    studies: dict[str, dict],
    index: str,
    warnings: str,
    settings: dict,
    published: Mapping[str, str] | None = None,
    claims: Mapping[str, str] | None = None,
) -> None:
    """Write index.html and warnings.json.

    Args:
        studies: study key to the paths of its ``expression`` and ``quality`` and to ``contrasts``: contrast key to
            the paths of its tables and notes, ``CONTRAST_PARTS``.
        index: the page to write.
        warnings: the list to write: ``study``, ``contrast``, ``code``, ``message``.
        settings: ``studies`` (key to study file), ``config``, ``panel`` (the signature file), ``versions``, and
            ``published`` where there are published measurements (key to study file).
        published: key of a study of published measurements to the path of its published.tsv.
        claims: the paths of ``claims``, ``stability`` and ``synthesis_warnings``; the papers are in the settings.
    """
    results = {key: read_study(paths) for key, paths in studies.items()}
    tables = {key: read_table(path, PUBLISHED) for key, path in (published or {}).items()}
    described = settings.get("published", {})
    told = [*front_page.warnings_of(settings["studies"], results), *published_page.all_warnings(described)]
    across = front_page.across_studies(read_json(claims["synthesis_warnings"]) if claims else [])
    write_json(warnings, [*told, *across])
    content = published_page.with_published(front_page.index_page(settings, results), described, tables)
    every = {**settings["studies"], **described}
    checked = claims_section(*read_claims(claims), settings["papers"], every) if claims else {}
    write_text(index, render("index.html.j2", {**front_page.with_across(content, across), "claims": checked}))


if "snakemake" in globals():
    with log_to(snakemake.log[0]):
        by_study: dict[str, dict] = {
            Path(expression).parent.name: {"expression": expression, "quality": quality, "contrasts": {}}
            for expression, quality in zip(snakemake.input.expression, snakemake.input.quality, strict=True)
        }
        for row in zip(*(snakemake.input[part] for part in CONTRAST_PARTS), strict=True):
            folder = Path(row[0]).parent
            by_study[folder.parent.name]["contrasts"][folder.name] = dict(zip(CONTRAST_PARTS, row, strict=True))
        published = {Path(path).parent.name: path for path in snakemake.input.published}
        claims = {name: snakemake.input[name] for name in ("claims", "stability", "synthesis_warnings")}
        outputs = (snakemake.output.index, snakemake.output.warnings)
        main(by_study, *outputs, snakemake.params.settings, published, claims)
