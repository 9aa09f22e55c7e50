"""Write the front page of the report, and all warnings for machines."""

from pathlib import Path

from secretome import front_page
from secretome.files import write_json, write_text
from secretome.logs import log_to
from secretome.pages import CONTRAST_PARTS, read_study, render


def main(studies: dict[str, dict], index: str, warnings: str, settings: dict) -> None:
    """Write index.html and warnings.json.

    Args:
        studies: study key to the paths of its ``expression`` and ``quality`` and to ``contrasts``: contrast key to
            the paths of its differential, fit, secretome, pathways, signals, scores, curves.
        index: the page to write.
        warnings: the list to write: ``study``, ``contrast``, ``code``, ``message``.
        settings: ``studies`` (key to study file), ``config``, ``panel`` (the signature file), ``versions``.
    """
    results = {key: read_study(paths) for key, paths in studies.items()}
    write_json(warnings, front_page.warnings_of(settings["studies"], results))
    write_text(index, render("index.html.j2", front_page.index_page(settings, results)))


if "snakemake" in globals():
    with log_to(snakemake.log[0]):
        by_study: dict[str, dict] = {
            Path(expression).parent.name: {"expression": expression, "quality": quality, "contrasts": {}}
            for expression, quality in zip(snakemake.input.expression, snakemake.input.quality, strict=True)
        }
        for row in zip(*(snakemake.input[part] for part in CONTRAST_PARTS), strict=True):
            folder = Path(row[0]).parent
            by_study[folder.parent.name]["contrasts"][folder.name] = dict(zip(CONTRAST_PARTS, row, strict=True))
        main(by_study, snakemake.output.index, snakemake.output.warnings, snakemake.params.settings)
