from secretome import provenance

ROOT = Path(workflow.current_basedir).parents[1]
SCRIPTS = ROOT / "workflow/scripts"
KNOWLEDGE = ROOT / "data/bundled/knowledge"
SIGNATURES = ROOT / "config/signatures.yaml"
TEMPLATE_FILES = sorted((ROOT / "workflow/report").glob("*.j2"))

with faults_end_the_run():
    SETTINGS, STUDIES = studies.load_run(config)
    PANEL = studies.load_signatures(SIGNATURES)


wildcard_constraints:
    study="|".join(STUDIES),
    contrast="[a-z][a-z0-9_]{0,63}",


def library_of(script):
    """The library modules that a script imports, as inputs: an edit of one reruns the jobs that use it."""
    return provenance.modules_of(SCRIPTS / script)


def study_of(wildcards):
    """What the study file says, with the defaults filled in."""
    return STUDIES[wildcards.study]


def preparation_settings(wildcards):
    """What `prepare_study` needs to know: nothing of who was treated but the size of the smallest group."""
    study = study_of(wildcards)
    return {key: study[key] for key in ("source", "samples", "organism", "smallest_group")}


def contrast_settings(wildcards):
    """What the jobs of one contrast need to know."""
    study = study_of(wildcards)
    return {
        "name": f"{wildcards.study}/{wildcards.contrast}",
        "contrast": study["contrasts"][wildcards.contrast],
        "samples": study["samples"],
        "method": study["method"],
        "compartment": study["compartment"],
        "thresholds": SETTINGS["thresholds"],
        "seed": SETTINGS["seed"],
    }


def pathway_settings(wildcards):
    """The settings of the contrast, and which gene sets speak for which signal."""
    return {**contrast_settings(wildcards), "panel": PANEL}


def page_settings(wildcards):
    """What the page of a study prints beside its tables."""
    return {"study": study_of(wildcards), **index_settings()}


def index_settings():
    """What every page prints of this run."""
    return {"config": SETTINGS, "panel": PANEL, "versions": provenance.versions(), "studies": STUDIES}


def of_each_contrast(pattern):
    """An input function: one path for each contrast of the study."""
    return lambda wildcards: expand(pattern, study=wildcards.study, contrast=study_of(wildcards)["contrasts"])


def of_each_study(pattern):
    """One path for each study of this run."""
    return expand(pattern, study=STUDIES)
