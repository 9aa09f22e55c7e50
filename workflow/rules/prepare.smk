rule prepare_study:
    input:
        own_files=lambda wildcards: list(STUDIES[wildcards.study]["own_files"].values()),
        record=record_of,
        genes=KNOWLEDGE / "genes.tsv.gz",
        aliases=KNOWLEDGE / "aliases.tsv.gz",
        library=library_of("prepare_study.py"),
    output:
        expression="results/{study}/expression.h5ad",
        samples="results/{study}/samples.tsv",
        quality="results/{study}/quality.json",
    log:
        "logs/{study}/prepare_study.log",
    conda:
        "../../environment.yml"
    resources:
        mem_mb=1000,
        runtime=10,
    params:
        settings=settings_of(rule_settings.preparation),
    message:
        "Reading, checking and normalising {wildcards.study}"
    script:
        "../scripts/prepare_study.py"
