"""Read the collections of gene sets that do not ship with the project, and bring them to current symbols."""

import logging

from secretome.files import read_json, write_json
from secretome.logs import log_to
from secretome.pathways.gene_names import read_names
from secretome.pathways.optional import prepared

log = logging.getLogger("secretome")


def main(files: list[str], record: str, knowledge: dict[str, str], collections: str, settings: dict) -> None:
    """Write collections.json: of each collection its sets, or why it could not be had.

    Args:
        files: the user's own files and those of installed packages, in the order of ``local``.
        record: what `fetch_collections` left; "" where nothing was to be fetched.
        knowledge: the bundled ``genes`` and ``aliases``.
        collections: where to write.
        settings: ``collections`` (as described in the panel), ``local`` (the keys of ``files``), ``named`` (collection
            → gene set → the signal that it speaks for).
    """
    had = read_json(record) if record else {"files": {}, "faults": {}}
    local = dict(zip(settings["local"], files, strict=True))
    names = read_names(knowledge["genes"], knowledge["aliases"])
    found = prepared(settings["collections"], local, had, settings["named"], names)
    write_json(collections, found)
    for key, one in found.items():
        log.info("%s: %s", key, one["unavailable"] or one["numbers"])
        for warning in one["warnings"]:
            log.warning("%s", warning["message"])


if "snakemake" in globals():
    with log_to(snakemake.log[0]):
        main(
            files=snakemake.input.files,
            record=snakemake.input.get("record", ""),
            knowledge={"genes": snakemake.input.genes, "aliases": snakemake.input.aliases},
            collections=snakemake.output.collections,
            settings=snakemake.params.settings,
        )
