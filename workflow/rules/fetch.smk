# On the machine where Snakemake runs: the nodes of a cluster reach no archive.
rule fetch_study:
    output:
        record="data/downloads/{study}/files.json",
        manifest="data/downloads/{study}/manifest.json",
    log:
        "logs/{study}/fetch_study.log",
    localrule: True
    conda:
        "../../environment.yml"
    params:
        settings=fetching_settings,
        library=library_of("fetch_study.py"),
    message:
        "Fetching what {wildcards.study} needs"
    script:
        "../scripts/fetch_study.py"


rule fetch_collections:
    output:
        record="data/downloads/collections/files.json",
        manifest="data/downloads/collections/manifest.json",
    log:
        "logs/fetch_collections.log",
    localrule: True
    conda:
        "../../environment.yml"
    params:
        settings=Settings(files=REMOTE_COLLECTIONS, store=DOWNLOADS, lock=LOCK, failures=FAILURES["collections"]),
        library=library_of("fetch_collections.py"),
    message:
        "Fetching the collections of gene sets that were chosen"
    script:
        "../scripts/fetch_collections.py"
