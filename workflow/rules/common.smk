from secretome import job_resources, provenance, rule_settings
from secretome.claims.where import asked_of
from secretome.files import read_json, sha256
from secretome.pathways import panel
from secretome.run import load_run
from secretome.settings import Settings

# Relative where it can be: a run folder that is moved or copied then has nothing to do again.
ROOT = Path(workflow.current_basedir).parents[1]
ROOT = Path() if ROOT.samefile(Path.cwd()) else ROOT
SCRIPTS = ROOT / "workflow/scripts"
KNOWLEDGE = ROOT / "data/bundled/knowledge"
TEMPLATE_FILES = sorted((ROOT / "workflow/report").glob("*.j2"))

with faults_end_the_run():
    LOADED = load_run(config, ROOT)

# Measured data go through every stage; what was published as means has rules of its own.
STUDIES, PUBLISHED, SELECTED = LOADED.studies, LOADED.published, LOADED.selected
PANEL, PAPERS = LOADED.panel, LOADED.papers

# Study and contrast → what the papers claim of it.
ASKED = asked_of(PAPERS, STUDIES)

EVERY_CONTRAST = [(key, contrast) for key, study in STUDIES.items() for contrast in study["contrasts"]]
# Of several contrasts of a study a pool takes one average, for which their models are fitted together.
SEVERAL_CONTRASTS = [key for key, study in STUDIES.items() if len(study["contrasts"]) > 1]

# Below the working folder, and shared by its studies. The hashes of earlier downloads are the project's.
DOWNLOADS = "data/downloads"
LOCK = str(ROOT / "config/data.lock.tsv")
NEEDS = job_resources.JobResources(SELECTED, DOWNLOADS)

# Read once: a params function is called again after the job, and would then see what the job wrote.
MANIFESTS = {key: Path(DOWNLOADS) / key / "manifest.json" for key in (*STUDIES, "collections")}
FAILURES = {key: read_json(path)["failures"] if path.exists() else 0 for key, path in MANIFESTS.items()}

# Every stage is given the versions: an upgrade redoes the tables, so that a page never names what did not make them.
VERSIONS = provenance.versions()
RUN = {
    "config": {key: LOADED.settings[key] for key in ("thresholds", "seed")},
    "panel": PANEL,
    "versions": VERSIONS,
    "knowledge": {f"data/bundled/knowledge/{path.name}": sha256(path) for path in sorted(KNOWLEDGE.glob("*.gz"))},
}


def one_of(names):
    """The pattern of a wildcard that is one of the names; of none, where there are none."""
    return "|".join(names) or "(?!)"


wildcard_constraints:
    study=one_of(STUDIES),
    contrast="[a-z][a-z0-9_]{0,63}",


def library_of(script):
    """What the library modules that a script imports say: an edit of one reruns the jobs that use it."""
    return provenance.library_of(SCRIPTS / script)


def settings_of(make):
    """An input function: what `make`, one of `rule_settings`, takes of the study, its contrast and the run."""
    return lambda wildcards: make(SELECTED[wildcards.study], RUN, wildcards.get("contrast", ""))


def claims_settings(wildcards):
    """Of `estimate_claims`: the model of the contrast, and what is asked of it."""
    asked = ASKED[wildcards.study, wildcards.contrast]
    return rule_settings.claims(STUDIES[wildcards.study], RUN, wildcards.contrast, asked)


def fetching_settings(wildcards):
    """Which files a study needs from outside, and how often they could not be had: after a failure it is tried again."""
    files = STUDIES[wildcards.study]["remote_files"]
    return Settings(files=files, store=DOWNLOADS, lock=LOCK, failures=FAILURES[wildcards.study])


# The collections of gene sets, and those that do not ship with the project, where the configuration names any.
BUNDLED_COLLECTIONS = [ROOT / file for file in panel.bundled_files(PANEL).values()]
LOCAL_COLLECTIONS, REMOTE_COLLECTIONS = panel.local_files(PANEL), panel.remote_files(PANEL)
OTHER_COLLECTIONS = "results/collections.json" if panel.other_collections(PANEL) else []


def record_of(wildcards):
    """What was fetched for a study, if anything was to be."""
    return f"{DOWNLOADS}/{wildcards.study}/files.json" if STUDIES[wildcards.study]["remote_files"] else []


def lysate_of(wildcards):
    """The same contrast of the matched lysate, if a study has one."""
    lysate = STUDIES[wildcards.study]["lysate"]
    return f"results/{lysate}/{wildcards.contrast}/differential.tsv" if lysate else []


CONTRAST_FILES = {
    name: f"results/{{study}}/{{contrast}}/{name}.{kind}"
    for kind, names in {
        "tsv": "differential levels normalisations detection secretome pathways signals scores null_rates",
        "json": "fit pathway_notes",
    }.items()
    for name in names.split()
}


def of_its_contrasts(pattern):
    """An input function: one path for each contrast of the study."""
    return lambda wildcards: expand(pattern, study=wildcards.study, contrast=STUDIES[wildcards.study]["contrasts"])


def of_all_contrasts(pattern, chosen=EVERY_CONTRAST):
    """One path for each contrast of this run, or for each of those chosen."""
    return [pattern.format(study=study, contrast=contrast) for study, contrast in chosen]


def of_each_study(pattern, studies=STUDIES):
    """One path for each study of measured data of this run, or for each of these."""
    return expand(pattern, study=studies)
