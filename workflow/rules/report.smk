rule report_study:
    input:
        **{name: of_its_contrasts(pattern) for name, pattern in CONTRAST_FILES.items()},
        expression="results/{study}/expression.h5ad",
        samples="results/{study}/samples.tsv",
        quality="results/{study}/quality.json",
        templates=TEMPLATE_FILES,
    output:
        page=report(
            "results/report/{study}.html",
            category="Studies",
            labels={"study": "{study}"},
        ),
    log:
        "logs/{study}/report_study.log",
    conda:
        "../../environment.yml"
    resources:
        mem_mb=NEEDS.mem_mb("report_study"),
        runtime=NEEDS.runtime("report_study"),
    params:
        settings=settings_of(rule_settings.page),
        library=library_of("report_study.py"),
    message:
        "Writing the page of {wildcards.study}"
    script:
        "../scripts/report_study.py"


rule report_synthesis:
    input:
        differential=of_all_contrasts(CONTRAST_FILES["differential"]),
        consensus="results/synthesis/consensus.tsv",
        consensus_studies="results/synthesis/consensus_studies.tsv",
        consensus_groups="results/synthesis/consensus_groups.tsv",
        signal_consensus="results/synthesis/signal_consensus.tsv",
        signal_studies="results/synthesis/signal_studies.tsv",
        warnings="results/synthesis/synthesis_warnings.json",
        hypotheses="results/synthesis/ligand_hypotheses.tsv",
        combination_ranks="results/synthesis/combination_ranks.tsv",
        templates=TEMPLATE_FILES,
    output:
        page=report(
            "results/report/synthesis.html",
            category="Overview",
            labels={"study": "across studies"},
        ),
        digest="results/report/across_studies.json",
    log:
        "logs/report_synthesis.log",
    conda:
        "../../environment.yml"
    resources:
        mem_mb=NEEDS.mem_mb("report_synthesis"),
        runtime=NEEDS.runtime("report_synthesis"),
    params:
        settings=Settings(studies=STUDIES, **RUN),
        library=library_of("report_synthesis.py"),
    message:
        "Writing the page across studies"
    script:
        "../scripts/report_synthesis.py"


rule report_index:
    input:
        **{
            name: of_all_contrasts(CONTRAST_FILES[name])
            for name in ("differential", "secretome", "signals", "fit", "pathway_notes")
        },
        pages=of_each_study("results/report/{study}.html"),
        published=of_each_study("results/{study}/published.tsv", PUBLISHED),
        published_pages=of_each_study("results/report/{study}.html", PUBLISHED),
        expression=of_each_study("results/{study}/expression.h5ad"),
        quality=of_each_study("results/{study}/quality.json"),
        claims="results/synthesis/claims.tsv",
        stability="results/synthesis/claim_stability.tsv",
        synthesis="results/report/synthesis.html",
        digest="results/report/across_studies.json",
        collections=OTHER_COLLECTIONS,
        synthesis_warnings="results/synthesis/synthesis_warnings.json",
        templates=TEMPLATE_FILES,
    output:
        index=report("results/report/index.html", category="Overview", labels={"study": "all"}),
        warnings="results/report/warnings.json",
    log:
        "logs/report_index.log",
    conda:
        "../../environment.yml"
    resources:
        mem_mb=NEEDS.mem_mb("report_index"),
        runtime=NEEDS.runtime("report_index"),
    params:
        settings=Settings(studies=STUDIES, published=PUBLISHED, papers=PAPERS, **RUN),
        library=library_of("report_index.py"),
    message:
        "Writing the front page"
    script:
        "../scripts/report_index.py"


# Nothing depends on this rule, so that a study that cannot be had costs nobody the report, yet the exit code tells.
rule confirm_run:
    input:
        index="results/report/index.html",
        expressions=of_each_study("results/{study}/expression.h5ad"),
        published=of_each_study("results/{study}/published.tsv", PUBLISHED),
        collections=OTHER_COLLECTIONS,
    output:
        confirmation="results/studies.txt",
    log:
        "logs/confirm_run.log",
    conda:
        "../../environment.yml"
    resources:
        mem_mb=NEEDS.mem_mb("confirm_run"),
        runtime=NEEDS.runtime("confirm_run"),
    params:
        settings={"own": [key for key, study in STUDIES.items() if not study["remote_files"]]},
        library=library_of("confirm_run.py"),
    message:
        "Confirming that every study was had"
    script:
        "../scripts/confirm_run.py"
