# What no single study says: the claims of the papers, checked in every contrast of the run that they are about.
rule estimate_claims:
    input:
        **{name: CONTRAST_FILES[name] for name in ("differential", "secretome", "pathways", "signals")},
        expression="results/{study}/expression.h5ad",
        library=library_of("estimate_claims.py"),
    output:
        estimates="results/{study}/{contrast}/claim_estimates.tsv",
    log:
        "logs/{study}/{contrast}/estimate_claims.log",
    conda:
        "../../environment.yml"
    params:
        settings=claims_settings,
    message:
        "Estimating what the papers claim of {wildcards.contrast} in {wildcards.study}"
    script:
        "../scripts/estimate_claims.py"


rule check_claims:
    input:
        estimates=of_all_contrasts("results/{study}/{contrast}/claim_estimates.tsv", ASKED),
        fits=of_all_contrasts(CONTRAST_FILES["fit"]),
        quality=of_each_study("results/{study}/quality.json"),
        expressions=of_each_study("results/{study}/expression.h5ad"),
        published=of_each_study("results/{study}/published.tsv", PUBLISHED),
        library=library_of("check_claims.py"),
    output:
        claims="results/synthesis/claims.tsv",
    log:
        "logs/check_claims.log",
    conda:
        "../../environment.yml"
    params:
        settings=rule_settings.claim_checks(PAPERS, SELECTED, VERSIONS),
    message:
        "Checking what the papers claim"
    script:
        "../scripts/check_claims.py"


rule pair_ligands:
    input:
        **{name: of_all_contrasts(CONTRAST_FILES[name]) for name in ("secretome", "differential", "signals")},
        knowledge=[
            KNOWLEDGE / "ligand_receptor.tsv.gz",
            KNOWLEDGE / "receptor_signals.tsv",
            KNOWLEDGE / "inhibitors.tsv",
            KNOWLEDGE / "combinations.tsv",
        ],
        library=library_of("pair_ligands.py"),
    output:
        hypotheses="results/synthesis/ligand_hypotheses.tsv",
        ranks="results/synthesis/combination_ranks.tsv",
    log:
        "logs/pair_ligands.log",
    conda:
        "../../environment.yml"
    resources:
        mem_mb=2000,
        runtime=30,
    params:
        settings=rule_settings.routes(STUDIES, VERSIONS),
    message:
        "Pairing ligands with receptors"
    script:
        "../scripts/pair_ligands.py"
