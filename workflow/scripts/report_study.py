"""Write the page of one study."""

from pathlib import Path

from secretome import report
from secretome.expression import read_expression
from secretome.files import read_json, write_text
from secretome.logs import log_to
from secretome.pages import CONTRAST_PARTS, read_contrast, render
from secretome.result_paths import contrast_of
from secretome.tables import read_samples_table


def main(
    expression: str, samples: str, quality: str, contrasts: dict[str, dict[str, str]], page: str, settings: dict
) -> None:
    """Write one self-contained HTML file.

    Args:
        expression: expression.h5ad of the study.
        samples: samples.tsv of the study.
        quality: quality.json of the study.
        contrasts: contrast key to the paths of its tables and notes, ``CONTRAST_PARTS``.
        page: the page to write, results/report/<study>.html.
        settings: ``study`` (the study file), ``config``, ``panel`` (the signature file), ``versions``.
    """
    tables = {name: read_contrast(paths) for name, paths in contrasts.items()}
    content = report.study_page(
        Path(page).stem, settings, read_expression(expression), read_samples_table(samples), read_json(quality), tables
    )
    write_text(page, render("study.html.j2", content))


if "snakemake" in globals():
    with log_to(snakemake.log[0]):
        rows = zip(*(snakemake.input[part] for part in CONTRAST_PARTS), strict=True)
        by_contrast = {contrast_of(row[0])[1]: dict(zip(CONTRAST_PARTS, row, strict=True)) for row in rows}
        inputs = {name: snakemake.input[name] for name in ("expression", "samples", "quality")}
        main(**inputs, contrasts=by_contrast, page=snakemake.output.page, settings=snakemake.params.settings)
