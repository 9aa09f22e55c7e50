rule score_pathways:
    input:
        expression="results/{study}/expression.h5ad",
        secretome="results/{study}/{contrast}/secretome.tsv",
        collections=BUNDLED_COLLECTIONS,
        others=OTHER_COLLECTIONS,
    output:
        pathways="results/{study}/{contrast}/pathways.tsv",
        signals="results/{study}/{contrast}/signals.tsv",
        scores="results/{study}/{contrast}/scores.tsv",
        null_rates="results/{study}/{contrast}/null_rates.tsv",
        pathway_notes="results/{study}/{contrast}/pathway_notes.json",
    log:
        "logs/{study}/{contrast}/score_pathways.log",
    conda:
        "../../environment.yml"
    resources:
        mem_mb=NEEDS.mem_mb("score_pathways"),
        runtime=NEEDS.runtime("score_pathways"),
    params:
        settings=settings_of(rule_settings.pathways),
        library=library_of("score_pathways.py"),
    message:
        "Scoring the pathways of {wildcards.contrast} in {wildcards.study}"
    script:
        "../scripts/score_pathways.py"
