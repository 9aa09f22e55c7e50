rule report_study:
    input:
        expression="results/{study}/expression.h5ad",
        samples="results/{study}/samples.tsv",
        quality="results/{study}/quality.json",
        differential=of_each_contrast("results/{study}/{contrast}/differential.tsv"),
        fit=of_each_contrast("results/{study}/{contrast}/fit.json"),
        secretome=of_each_contrast("results/{study}/{contrast}/secretome.tsv"),
        pathways=of_each_contrast("results/{study}/{contrast}/pathways.tsv"),
        signals=of_each_contrast("results/{study}/{contrast}/signals.tsv"),
        scores=of_each_contrast("results/{study}/{contrast}/scores.tsv"),
        curves=of_each_contrast("results/{study}/{contrast}/curves.json"),
        templates=TEMPLATE_FILES,
        library=library_of("report_study.py"),
    output:
        page=report("results/report/{study}.html", category="Studies", labels={"study": "{study}"}),
    log:
        "logs/{study}/report_study.log",
    conda:
        "../../environment.yml"
    params:
        settings=page_settings,
    message:
        "Writing the page of {wildcards.study}"
    resources:
        mem_mb=1000,
        runtime=10,
    script:
        "../scripts/report_study.py"


rule report_index:
    input:
        pages=of_each_study("results/report/{study}.html"),
        expressions=of_each_study("results/{study}/expression.h5ad"),
        templates=TEMPLATE_FILES,
        library=library_of("report_index.py"),
    output:
        index=report("results/report/index.html", category="Overview", labels={"study": "all"}),
        warnings="results/report/warnings.json",
    log:
        "logs/report_index.log",
    conda:
        "../../environment.yml"
    params:
        settings={"studies": STUDIES, **run_settings()},
    message:
        "Writing the front page"
    script:
        "../scripts/report_index.py"


# Nothing depends on this rule, so that a study that cannot be had costs nobody the report, yet the exit code tells.
rule confirm_run:
    input:
        index="results/report/index.html",
        expressions=of_each_study("results/{study}/expression.h5ad"),
        library=library_of("confirm_run.py"),
    output:
        confirmation="results/studies.txt",
    log:
        "logs/confirm_run.log",
    conda:
        "../../environment.yml"
    message:
        "Confirming that every study was had"
    script:
        "../scripts/confirm_run.py"
