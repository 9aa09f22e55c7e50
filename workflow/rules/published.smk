# Means that papers printed: compared as they stand, never prepared or normalised.
rule compare_published:
    input:
        measurements=lambda wildcards: PUBLISHED[wildcards.study]["measurements"],
    output:
        published="results/{study}/published.tsv",
    log:
        "logs/{study}/compare_published.log",
    wildcard_constraints:
        study=one_of(PUBLISHED),
    conda:
        "../../environment.yml"
    resources:
        mem_mb=NEEDS.mem_mb("compare_published"),
        runtime=NEEDS.runtime("compare_published"),
    params:
        settings=settings_of(rule_settings.published_comparison),
        library=library_of("compare_published.py"),
    message:
        "Comparing the published means of {wildcards.study}"
    script:
        "../scripts/compare_published.py"


rule report_published:
    input:
        measurements=lambda wildcards: PUBLISHED[wildcards.study]["measurements"],
        published="results/{study}/published.tsv",
        templates=TEMPLATE_FILES,
    output:
        page=report(
            "results/report/{study}.html",
            category="Studies",
            labels={"study": "{study}"},
        ),
    log:
        "logs/{study}/report_published.log",
    wildcard_constraints:
        study=one_of(PUBLISHED),
    conda:
        "../../environment.yml"
    resources:
        mem_mb=NEEDS.mem_mb("report_published"),
        runtime=NEEDS.runtime("report_published"),
    params:
        settings=settings_of(rule_settings.published_page),
        library=library_of("report_published.py"),
    message:
        "Writing the page of {wildcards.study}"
    script:
        "../scripts/report_published.py"
