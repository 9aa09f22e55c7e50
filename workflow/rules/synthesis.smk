# What no single study says: the claims of the papers, checked in every contrast of the run that they are about.
rule estimate_claims:
    input:
        **{name: CONTRAST_FILES[name] for name in ("differential", "secretome", "pathways", "signals")},
        expression="results/{study}/expression.h5ad",
        collections=BUNDLED_COLLECTIONS,
        others=OTHER_COLLECTIONS,
    output:
        estimates="results/{study}/{contrast}/claim_estimates.tsv",
        variants="results/{study}/{contrast}/claim_variants.tsv",
    log:
        "logs/{study}/{contrast}/estimate_claims.log",
    conda:
        "../../environment.yml"
    resources:
        mem_mb=NEEDS.mem_mb("estimate_claims"),
        runtime=NEEDS.runtime("estimate_claims"),
    params:
        settings=claims_settings,
        library=library_of("estimate_claims.py"),
    message:
        "Estimating what the papers claim of {wildcards.contrast} in {wildcards.study}"
    script:
        "../scripts/estimate_claims.py"


rule check_claims:
    input:
        estimates=of_all_contrasts("results/{study}/{contrast}/claim_estimates.tsv", ASKED),
        variants=of_all_contrasts("results/{study}/{contrast}/claim_variants.tsv", ASKED),
        fits=of_all_contrasts(CONTRAST_FILES["fit"]),
        quality=of_each_study("results/{study}/quality.json"),
        expressions=of_each_study("results/{study}/expression.h5ad"),
        published=of_each_study("results/{study}/published.tsv", PUBLISHED),
    output:
        claims="results/synthesis/claims.tsv",
        stability="results/synthesis/claim_stability.tsv",
    log:
        "logs/check_claims.log",
    conda:
        "../../environment.yml"
    resources:
        mem_mb=NEEDS.mem_mb("check_claims"),
        runtime=NEEDS.runtime("check_claims"),
    params:
        settings=rule_settings.claim_checks(PAPERS, SELECTED, VERSIONS),
        library=library_of("check_claims.py"),
    message:
        "Checking what the papers claim"
    script:
        "../scripts/check_claims.py"


rule pool_studies:
    input:
        **{name: of_all_contrasts(CONTRAST_FILES[name]) for name in ("differential", "secretome", "signals")},
        fits=of_all_contrasts(CONTRAST_FILES["fit"]),
        samples=of_each_study("results/{study}/samples.tsv"),
        expressions=of_each_study("results/{study}/expression.h5ad", SEVERAL_CONTRASTS),
    output:
        consensus="results/synthesis/consensus.tsv",
        consensus_studies="results/synthesis/consensus_studies.tsv",
        consensus_groups="results/synthesis/consensus_groups.tsv",
        signal_consensus="results/synthesis/signal_consensus.tsv",
        signal_studies="results/synthesis/signal_studies.tsv",
        warnings="results/synthesis/synthesis_warnings.json",
    log:
        "logs/pool_studies.log",
    conda:
        "../../environment.yml"
    resources:
        mem_mb=NEEDS.mem_mb("pool_studies"),
        runtime=NEEDS.runtime("pool_studies"),
    params:
        settings=rule_settings.pooling(STUDIES, RUN),
        library=library_of("pool_studies.py"),
    message:
        "Pooling what the studies found"
    script:
        "../scripts/pool_studies.py"


rule pair_ligands:
    input:
        **{name: of_all_contrasts(CONTRAST_FILES[name]) for name in ("secretome", "differential", "signals")},
        knowledge=[
            KNOWLEDGE / "ligand_receptor.tsv.gz",
            KNOWLEDGE / "receptor_signals.tsv",
            KNOWLEDGE / "inhibitors.tsv",
            KNOWLEDGE / "combinations.tsv",
        ],
    output:
        hypotheses="results/synthesis/ligand_hypotheses.tsv",
        ranks="results/synthesis/combination_ranks.tsv",
    log:
        "logs/pair_ligands.log",
    conda:
        "../../environment.yml"
    resources:
        mem_mb=NEEDS.mem_mb("pair_ligands"),
        runtime=NEEDS.runtime("pair_ligands"),
    params:
        settings=rule_settings.routes(STUDIES, VERSIONS),
        library=library_of("pair_ligands.py"),
    message:
        "Pairing ligands with receptors"
    script:
        "../scripts/pair_ligands.py"
