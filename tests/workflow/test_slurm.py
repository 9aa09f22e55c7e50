"""`profiles/slurm` on a Slurm that runs: `make test-slurm`."""

import re
import subprocess
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from checkout import copy_project, output_hashes, planned_jobs, run_snakemake
from slurm_cluster import SlurmCluster, why_not

pytestmark = [pytest.mark.slurm, pytest.mark.end_to_end]

LOCAL = {"everything", "all", "fetch_study", "fetch_collections"}
# The rule that will need more memory than it asked for, the one that will need more time, and the one whose node dies:
# it waits for all others, so that the node takes nothing else with it.
HOG, SLEEPER, VICTIM = "compare_published", "report_published", "report_index"
PUBLISHED = ("straussman_hgf", "wilson_ligands")


@dataclass
class Finished:
    """A run through the cluster that ended: what it printed, the jobs it submitted in their order, and its results."""

    folder: Path
    done: subprocess.CompletedProcess
    jobs: list[dict[str, str]]

    def of_rule(self, rule: str) -> list[dict[str, str]]:
        """The submissions of one rule."""
        return [job for job in self.jobs if rule_of(job) == rule]


def rule_of(job: dict[str, str]) -> str:
    """The rule of a submission, which stands in its comment."""
    return job["comment"].removeprefix("rule_").split("_wildcards_")[0]


def megabytes(job: dict[str, str]) -> int:
    """What a job asked for, which squeue writes as 1500M or 2G."""
    number, unit = re.fullmatch(r"(\d+)([MG])", job["memory"]).groups()
    return int(number) * (1024 if unit == "G" else 1)


def minutes(job: dict[str, str]) -> int:
    """What a job asked for, which squeue writes as 10:00 or 1:20:00."""
    *hours, minute, second = (int(part) for part in job["limit"].split(":"))
    assert second == 0
    return minute + 60 * sum(hours)


@pytest.fixture(scope="module")
def cluster(tmp_path_factory) -> Iterator[SlurmCluster]:
    reason = why_not()
    if reason:
        pytest.skip(reason)
    started = SlurmCluster(tmp_path_factory.mktemp("slurm"))
    try:
        started.start()
        yield started
    finally:
        started.stop()


def run_on(cluster: SlurmCluster, folder: Path, *arguments: str) -> Finished:
    """Run a copy of the project as the documentation says, asked for its state more often than is polite."""
    known = {job["id"] for job in cluster.jobs()}
    command = ["--workflow-profile", "profiles/slurm", "--slurm-init-seconds-before-status-checks", "2", *arguments]
    done = run_snakemake(folder, *command, cores=None, **cluster.environment)
    jobs = sorted((job for job in cluster.jobs() if job["id"] not in known), key=lambda job: int(job["id"]))
    return Finished(folder, done, jobs)


@pytest.fixture(scope="module")
def undisturbed(cluster, tmp_path_factory) -> Finished:
    """The bundled run as the profile is."""
    return run_on(cluster, copy_project(tmp_path_factory.mktemp("undisturbed") / "clone"))


def test_the_bundled_run_ends_with_the_bytes_of_a_local_one(undisturbed, finished):
    assert undisturbed.done.returncode == 0, undisturbed.done.stdout
    assert output_hashes(undisturbed.folder) == output_hashes(finished)


def test_every_job_but_the_fetching_is_submitted_once_with_memory_and_time(undisturbed):
    assert set(planned_jobs(undisturbed.done.stdout)) > {"prepare_study", "report_index"}
    submitted = {rule: count for rule, count in planned_jobs(undisturbed.done.stdout).items() if rule not in LOCAL}
    assert {rule: len(undisturbed.of_rule(rule)) for rule in submitted} == submitted
    assert len(undisturbed.jobs) == sum(submitted.values())
    assert all(job["state"] == "COMPLETED" for job in undisturbed.jobs)
    assert all(megabytes(job) >= 500 and minutes(job) >= 1 for job in undisturbed.jobs)


def test_what_the_site_refuses_is_told_in_its_words(cluster, tmp_path_factory):
    folder = copy_project(tmp_path_factory.mktemp("refused") / "clone")
    run = run_on(
        cluster, folder, "--default-resources", "slurm_partition=nowhere", "--config", "studies=wilson_ligands"
    )
    assert run.done.returncode == 1
    assert "invalid partition specified: nowhere" in run.done.stdout
    assert run.jobs == []
    assert not (folder / "results").exists()


@pytest.fixture(scope="module")
def troubled(cluster, undisturbed, tmp_path_factory) -> Finished:
    """A run in which jobs take more memory than they asked for, one more time, and a node dies under another."""
    folder = copy_project(tmp_path_factory.mktemp("troubled") / "clone")
    too_much = int(1.1e6 * megabytes(undisturbed.of_rule(HOG)[0]))
    begin_with(folder, HOG, f"import time; hold = bytearray(b'x') * {too_much}; time.sleep(5)")
    begin_with(folder, SLEEPER, "import os, time; os.path.exists('slept') or (open('slept', 'w'), time.sleep(300))")
    ended = threading.Event()
    power_cut = threading.Thread(target=kill_the_node_of, args=(cluster, VICTIM, ended))
    power_cut.start()
    try:
        return run_on(cluster, folder, "--set-resources", f"{SLEEPER}:runtime=attempt")
    finally:
        ended.set()
        power_cut.join()
        for node in cluster.nodes:
            cluster.start_node(node)


def test_memory_time_and_a_node_can_run_out_and_the_bytes_are_the_same(troubled, finished):
    assert troubled.done.returncode == 0, troubled.done.stdout
    assert output_hashes(troubled.folder) == output_hashes(finished)


def test_a_job_that_needs_more_memory_is_given_more(cluster, troubled):
    pairs = of_each_study(troubled.of_rule(HOG))
    assert len(pairs) == len(PUBLISHED)
    for first, second in pairs:
        assert cluster.exceeded_memory(first)
        # With control groups, as most sites have them, it says OUT_OF_MEMORY; here it ends the step, and the job fails.
        assert [first["state"], second["state"]] == ["FAILED", "COMPLETED"]
        assert megabytes(second) == 2 * megabytes(first)


def test_a_job_that_needs_more_time_is_given_more(troubled):
    first, second = max(of_each_study(troubled.of_rule(SLEEPER)), key=len)
    assert [first["state"], second["state"]] == ["TIMEOUT", "COMPLETED"]
    assert [minutes(first), minutes(second)] == [1, 2]


def test_a_job_whose_node_dies_is_run_on_another(troubled):
    first, second = troubled.of_rule(VICTIM)
    assert [first["state"], second["state"]] == ["NODE_FAIL", "COMPLETED"]
    assert first["node"] != second["node"]


def test_the_jobs_of_several_studies_can_be_one_submission(cluster, finished, tmp_path_factory):
    """With the lines of the profile that are there to be uncommented."""
    folder = copy_project(tmp_path_factory.mktemp("grouped") / "clone")
    profile = folder / "profiles/slurm/profile.yaml"
    profile.write_text(uncommented(profile.read_text()).replace("study=1", "study=2"))
    run = run_on(cluster, folder, "--config", f"studies=[{','.join(PUBLISHED)}]")
    assert run.done.returncode == 0, run.done.stdout
    assert [job["state"] for job in run.jobs] == ["COMPLETED", "COMPLETED"]
    assert rule_of(run.jobs[0]) == "study_compare_published_report_published"
    mine, whole = output_hashes(folder), output_hashes(finished)
    for study in PUBLISHED:
        assert mine[f"{study}/published.tsv"] == whole[f"{study}/published.tsv"]


def begin_with(folder: Path, rule: str, line: str) -> None:
    """In this copy, the script of a rule does something first."""
    script = folder / f"workflow/scripts/{rule}.py"
    script.write_text(f"{line}\n{script.read_text()}")


def uncommented(profile: str) -> str:
    """The profile with the lines on groups, which stand at its end, as a user would put them to use."""
    head, lines = profile.split("# cores:", 1)
    return head + re.sub(r"^# ", "", f"# cores:{lines}", flags=re.MULTILINE)


def of_each_study(jobs: list[dict[str, str]]) -> list[list[dict[str, str]]]:
    """The submissions of one rule, those for one study together."""
    return [[job for job in jobs if job["comment"] == each] for each in sorted({job["comment"] for job in jobs})]


def kill_the_node_of(cluster: SlurmCluster, rule: str, ended: threading.Event) -> None:
    """Wait until a job of the rule runs, and take its node from under it; not at all if the run has ended before."""
    while not ended.wait(0.2):
        for job in cluster.jobs("RUNNING"):
            if rule_of(job) == rule:
                cluster.kill_node(job["node"])
                return
