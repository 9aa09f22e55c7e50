rule score_pathways:
    input:
        expression="results/{study}/expression.h5ad",
        collections=[ROOT / one["file"] for one in PANEL["collections"].values()],
        library=library_of("score_pathways.py"),
    output:
        pathways="results/{study}/{contrast}/pathways.tsv",
        signals="results/{study}/{contrast}/signals.tsv",
        scores="results/{study}/{contrast}/scores.tsv",
        curves="results/{study}/{contrast}/curves.json",
    log:
        "logs/{study}/{contrast}/score_pathways.log",
    conda:
        "../../environment.yml"
    resources:
        mem_mb=1000,
        runtime=10,
    params:
        settings=settings_of(rule_settings.pathways),
    message:
        "Scoring the pathways of {wildcards.contrast} in {wildcards.study}"
    script:
        "../scripts/score_pathways.py"
