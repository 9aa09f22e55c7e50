from secretome import provenance
from secretome.designs.forms import model_of
from secretome.files import read_json, sha256
from secretome.published import study as published
from secretome.settings import Settings

# Relative where it can be: a run folder that is moved or copied then has nothing to do again.
ROOT = Path(workflow.current_basedir).parents[1]
ROOT = Path() if ROOT.samefile(Path.cwd()) else ROOT

SCRIPTS = ROOT / "workflow/scripts"
KNOWLEDGE = ROOT / "data/bundled/knowledge"
SIGNATURES = ROOT / "config/signatures.yaml"
TEMPLATE_FILES = sorted((ROOT / "workflow/report").glob("*.j2"))

with faults_end_the_run():
    SETTINGS, SELECTED = studies.load_run(config)
    PANEL = studies.load_signatures(SIGNATURES)

# Measured data go through every stage; what was published as means has rules of its own.
STUDIES, PUBLISHED = published.apart(SELECTED)

# Below the working folder, and shared by its studies. The hashes of earlier downloads are the project's.
DOWNLOADS = "data/downloads"
LOCK = str(ROOT / "config/data.lock.tsv")

# Read once: a params function is called again after the job, and would then see what the job wrote.
MANIFESTS = {key: Path(DOWNLOADS) / key / "manifest.json" for key in STUDIES}
FAILURES = {key: read_json(path)["failures"] if path.exists() else 0 for key, path in MANIFESTS.items()}

# Every stage is given the versions: an upgrade redoes the tables, so that a page never names what did not make them.
VERSIONS = provenance.versions()
KNOWLEDGE_HASHES = {f"data/bundled/knowledge/{path.name}": sha256(path) for path in sorted(KNOWLEDGE.glob("*.gz"))}


def one_of(names):
    """The pattern of a wildcard that is one of the names; of none, where there are none."""
    return "|".join(names) or "(?!)"


wildcard_constraints:
    study=one_of(STUDIES),
    contrast="[a-z][a-z0-9_]{0,63}",


def library_of(script):
    """The library modules that a script imports, as inputs: an edit of one reruns the jobs that use it."""
    return provenance.modules_of(SCRIPTS / script)


def study_of(wildcards):
    """What the study file says, with the defaults filled in."""
    return STUDIES[wildcards.study]


def fetching_settings(wildcards):
    """Which files a study needs from outside, and how often they could not be had: after a failure it is tried again."""
    files = study_of(wildcards)["remote_files"]
    return Settings(files=files, store=DOWNLOADS, lock=LOCK, failures=FAILURES[wildcards.study])


def record_of(wildcards):
    """What was fetched for a study, if anything was to be."""
    return f"{DOWNLOADS}/{wildcards.study}/files.json" if study_of(wildcards)["remote_files"] else []


def preparation_settings(wildcards):
    """What `prepare_study` needs to know: of the contrasts their models, for the size of the smallest group."""
    study = study_of(wildcards)
    settings = {key: study[key] for key in ("source", "own_files", "samples", "technology", "compartment", "scale")}
    models = {key: model_of(contrast) for key, contrast in study["contrasts"].items()}
    return Settings(**settings, contrasts=models, versions=VERSIONS)


def model_settings(wildcards):
    """What a model is fitted by."""
    study = study_of(wildcards)
    settings = {key: study[key] for key in ("samples", "method", "weigh_samples", "robust")}
    return {**settings, "contrast": model_of(study["contrasts"][wildcards.contrast]), "versions": VERSIONS}


def comparison_settings(wildcards):
    """The model, and what says how far it can be relied on."""
    measured = {key: study_of(wildcards)[key] for key in ("technology", "compartment")}
    return Settings(**model_settings(wildcards), **measured, fdr=SETTINGS["thresholds"]["fdr"], seed=SETTINGS["seed"])


def secretome_settings(wildcards):
    """When a secreted gene counts as changed, and in what it was measured."""
    compartment = study_of(wildcards)["compartment"]
    return Settings(thresholds=SETTINGS["thresholds"], compartment=compartment, versions=VERSIONS)


def pathway_settings(wildcards):
    """The model, and which gene sets speak for which signal."""
    thresholds = {"fdr": SETTINGS["thresholds"]["fdr"]}
    return Settings(**model_settings(wildcards), thresholds=thresholds, seed=SETTINGS["seed"], panel=PANEL)


def published_settings(wildcards):
    """What published means are compared by: not the words around them, so that a new label compares nothing again."""
    tables = {key: published.model_of(table) for key, table in PUBLISHED[wildcards.study]["tables"].items()}
    return Settings(tables=tables, versions=VERSIONS)


def published_page_settings(wildcards):
    """What the page of published measurements prints beside its tables."""
    return Settings(study=PUBLISHED[wildcards.study], versions=VERSIONS)


def page_settings(wildcards):
    """What the page of a study prints beside its tables."""
    return Settings(study=study_of(wildcards), **run_settings())


def run_settings():
    """What every page prints of this run."""
    config = {key: SETTINGS[key] for key in ("thresholds", "seed")}
    return {"config": config, "panel": PANEL, "versions": VERSIONS, "knowledge": KNOWLEDGE_HASHES}


CONTRAST_FILES = {
    name: f"results/{{study}}/{{contrast}}/{name}.{kind}"
    for kind, names in {
        "tsv": ("differential", "levels", "normalisations", "detection", "secretome", "pathways", "signals", "scores"),
        "json": ("fit", "curves"),
    }.items()
    for name in names
}


def of_its_contrasts(pattern):
    """An input function: one path for each contrast of the study."""
    return lambda wildcards: expand(pattern, study=wildcards.study, contrast=study_of(wildcards)["contrasts"])


def of_all_contrasts(pattern):
    """One path for each contrast of each study of this run."""
    return [path for key in STUDIES for path in expand(pattern, study=key, contrast=STUDIES[key]["contrasts"])]


def of_each_study(pattern):
    """One path for each study of measured data of this run."""
    return expand(pattern, study=STUDIES)


def of_each_published(pattern):
    """One path for each study of published measurements of this run."""
    return expand(pattern, study=PUBLISHED)
