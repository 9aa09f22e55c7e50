rule prepare_study:
    input:
        own_files=lambda wildcards: list(STUDIES[wildcards.study]["own_files"].values()),
        record=record_of,
        genes=KNOWLEDGE / "genes.tsv.gz",
        aliases=KNOWLEDGE / "aliases.tsv.gz",
    output:
        expression="results/{study}/expression.h5ad",
        samples="results/{study}/samples.tsv",
        quality="results/{study}/quality.json",
    log:
        "logs/{study}/prepare_study.log",
    conda:
        "../../environment.yml"
    resources:
        mem_mb=NEEDS.mem_mb("prepare_study"),
        runtime=NEEDS.runtime("prepare_study"),
    params:
        settings=settings_of(rule_settings.preparation),
        library=library_of("prepare_study.py"),
    message:
        "Reading, checking and normalising {wildcards.study}"
    script:
        "../scripts/prepare_study.py"


rule prepare_collections:
    input:
        files=list(LOCAL_COLLECTIONS.values()),
        record=rules.fetch_collections.output.record if REMOTE_COLLECTIONS else [],
        genes=KNOWLEDGE / "genes.tsv.gz",
        aliases=KNOWLEDGE / "aliases.tsv.gz",
    output:
        collections="results/collections.json",
    log:
        "logs/prepare_collections.log",
    conda:
        "../../environment.yml"
    resources:
        mem_mb=NEEDS.mem_mb("prepare_collections"),
        runtime=NEEDS.runtime("prepare_collections"),
    params:
        settings=Settings(
            collections=panel.other_collections(PANEL), local=list(LOCAL_COLLECTIONS), named=panel.named_sets(PANEL)
        ),
        library=library_of("prepare_collections.py"),
    message:
        "Reading the collections of gene sets that were chosen"
    script:
        "../scripts/prepare_collections.py"
