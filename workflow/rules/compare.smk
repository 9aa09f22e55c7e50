rule compare_groups:
    input:
        expression="results/{study}/expression.h5ad",
        secreted=KNOWLEDGE / "secreted.tsv.gz",
    output:
        differential="results/{study}/{contrast}/differential.tsv",
        levels="results/{study}/{contrast}/levels.tsv",
        normalisations="results/{study}/{contrast}/normalisations.tsv",
        detection="results/{study}/{contrast}/detection.tsv",
        fit="results/{study}/{contrast}/fit.json",
    log:
        "logs/{study}/{contrast}/compare_groups.log",
    conda:
        "../../environment.yml"
    resources:
        mem_mb=NEEDS.mem_mb("compare_groups"),
        runtime=NEEDS.runtime("compare_groups"),
    params:
        settings=settings_of(rule_settings.comparison),
        library=library_of("compare_groups.py"),
    message:
        "Testing {wildcards.contrast} in {wildcards.study}"
    script:
        "../scripts/compare_groups.py"
