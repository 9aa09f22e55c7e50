rule annotate_secretome:
    input:
        differential="results/{study}/{contrast}/differential.tsv",
        secreted=KNOWLEDGE / "secreted.tsv.gz",
        lysate=lysate_of,
    output:
        secretome="results/{study}/{contrast}/secretome.tsv",
    log:
        "logs/{study}/{contrast}/annotate_secretome.log",
    conda:
        "../../environment.yml"
    resources:
        mem_mb=NEEDS.mem_mb("annotate_secretome"),
        runtime=NEEDS.runtime("annotate_secretome"),
    params:
        settings=settings_of(rule_settings.secretome),
        library=library_of("annotate_secretome.py"),
    message:
        "Naming the secreted genes of {wildcards.contrast} in {wildcards.study}"
    script:
        "../scripts/annotate_secretome.py"
