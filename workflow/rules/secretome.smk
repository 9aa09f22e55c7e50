rule annotate_secretome:
    input:
        differential="results/{study}/{contrast}/differential.tsv",
        secreted=KNOWLEDGE / "secreted.tsv.gz",
        lysate=lysate_of,
        library=library_of("annotate_secretome.py"),
    output:
        secretome="results/{study}/{contrast}/secretome.tsv",
    log:
        "logs/{study}/{contrast}/annotate_secretome.log",
    conda:
        "../../environment.yml"
    params:
        settings=settings_of(rule_settings.secretome),
    message:
        "Naming the secreted genes of {wildcards.contrast} in {wildcards.study}"
    script:
        "../scripts/annotate_secretome.py"
