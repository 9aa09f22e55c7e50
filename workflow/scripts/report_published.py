"""Write the page of one study of published measurements."""

from pathlib import Path

from secretome.files import sha256, write_text
from secretome.logs import log_to
from secretome.pages import render
from secretome.published.measurements import read_measurements
from secretome.published.page import study_page
from secretome.tables import PUBLISHED, read_table


def main(measurements: str, published: str, page: str, settings: dict) -> None:
    """Write one self-contained HTML file.

    Args:
        measurements: the table of means, standard errors and sizes.
        published: published.tsv of the study.
        page: the page to write, results/report/<study>.html.
        settings: ``study`` (the study file), ``versions``.
    """
    # Named as in the study file, so that a copy in another folder gives the same bytes.
    inputs = [(settings["study"]["measurements"], sha256(measurements))]
    table = read_table(published, PUBLISHED)
    content = study_page(Path(page).stem, settings, read_measurements(measurements), table, inputs)
    write_text(page, render("published.html.j2", content))


if "snakemake" in globals():
    with log_to(snakemake.log[0]):
        named = {name: snakemake.input[name] for name in ("measurements", "published")}
        main(**named, page=snakemake.output.page, settings=snakemake.params.settings)
