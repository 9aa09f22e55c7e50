"""Write the front page of the report, and all warnings for machines."""

from collections.abc import Mapping

from secretome.claims.results import read_claims
from secretome.files import read_json, write_json, write_text
from secretome.front_page_whole import Found, every_warning, whole_page
from secretome.logs import log_to
from secretome.pages import FRONT_PARTS, read_study, render
from secretome.result_paths import contrast_of, study_of
from secretome.tables import PUBLISHED, read_table


def main(
    studies: Mapping[str, dict],
    outputs: Mapping[str, str],
    settings: dict,
    published: Mapping[str, str] | None = None,
    across: Mapping[str, str] | None = None,
) -> None:
    """Write index.html and warnings.json.

    Args:
        studies: study key to the paths of its ``expression`` and ``quality`` and to ``contrasts``: contrast key to
            the paths of its tables and notes, ``FRONT_PARTS``.
        outputs: the ``index``, a page, and the ``warnings``: ``study``, ``contrast``, ``code``, ``message``.
        settings: ``studies`` (key to study file), ``papers``, ``config``, ``panel`` (the signature file), ``versions``,
            and ``published`` where there are published measurements (key to study file).
        published: key of a study of published measurements to the path of its published.tsv.
        across: the paths of ``claims``, ``stability``, ``synthesis_warnings``, ``digest`` (what `report_synthesis`
            left for this page) and ``collections`` ("" where none was chosen beside the bundled ones).
    """
    thresholds = settings["config"]["thresholds"]
    of_studies = {key: read_study(paths, settings["studies"][key], thresholds) for key, paths in studies.items()}
    of_published = {key: read_table(path, PUBLISHED) for key, path in (published or {}).items()}
    found = Found(of_studies, of_published)
    if across:
        together = read_json(across["digest"]), read_json(across["synthesis_warnings"])
        collections = read_json(across["collections"]) if across["collections"] else {}
        found = Found(of_studies, of_published, read_claims(across), *together, collections)
    write_json(outputs["warnings"], every_warning(settings, found))
    write_text(outputs["index"], render("index.html.j2", whole_page(settings, found)))


if "snakemake" in globals():
    with log_to(snakemake.log[0]):
        by_study: dict[str, dict] = {
            study_of(expression): {"expression": expression, "quality": quality, "contrasts": {}}
            for expression, quality in zip(snakemake.input.expression, snakemake.input.quality, strict=True)
        }
        for row in zip(*(snakemake.input[part] for part in FRONT_PARTS), strict=True):
            study, contrast = contrast_of(row[0])
            by_study[study]["contrasts"][contrast] = dict(zip(FRONT_PARTS, row, strict=True))
        published = {study_of(path): path for path in snakemake.input.published}
        across = {name: snakemake.input[name] for name in ("claims", "stability", "synthesis_warnings", "digest")}
        across["collections"] = snakemake.input.get("collections") or ""
        outputs = {name: snakemake.output[name] for name in ("index", "warnings")}
        main(by_study, outputs, snakemake.params.settings, published, across)
