"""What a scheduler is asked for: memory and time of the jobs of each rule, by what was measured of them.

common.smk imports this while Snakemake parses. Resources are no reason to run a job again, so sizes are looked at
when they are asked for: what is not there yet is estimated, and a job that was given too little is given more.
"""

import functools
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from secretome.files import read_json
from secretome.published.study import is_published

Study = Mapping[str, Any]

# ASSUME twice the measured memory covers data unlike the made-up ones, and four times the seconds slow nodes and disks.
MEMORY_HEADROOM, TIME_HEADROOM = 2.0, 4.0
# Two Snakemakes live in a job of a cluster beside the script, and read all study files before it starts: measured
# 160 MB and 4 s each, and 0.05 MB and 0.01 s for each study of the run.
SNAKEMAKE_MB, SNAKEMAKE_MB_EACH = 400.0, 0.1
SNAKEMAKE_SECONDS, SNAKEMAKE_SECONDS_EACH = 60.0, 0.1
LEAST_MINUTES = 5
# ASSUME where no sheet says how many, a study has 100 samples; and 30,000 genes, in float64, log2 values and counts.
USUAL_SAMPLES, USUAL_GENES, BYTES_A_VALUE = 100, 30_000, 16
# ASSUME a compressed table of counts has 2 bytes a value; a plain one has 5; cells are read a block at a time.
BYTES_IN_A_FILE = 2
PLAIN, OF_CELLS = 0.4, 0.05


@dataclass(frozen=True)
class Cost:
    """What the script of a rule takes.

    Attributes:
        memory, seconds: peak memory (MB) and CPU seconds of the smallest job.
        of: what they grow with, a method of :class:`JobResources`; "" where they do not.
        memory_each, seconds_each: more for each unit of it.
        seconds_each_pair: more for each two of them, in either order.
    """

    memory: float
    seconds: float
    of: str = ""
    memory_each: float = 0.0
    seconds_each: float = 0.0
    seconds_each_pair: float = 0.0


# Measured on 2026-11-21 and 22 by `make benchmark-resources` and `make benchmark-scale`, and rounded up. Counts of
# 20,000 genes in 6, 24, 100 and 400 samples: `prepare_study`, `compare_groups` (by deseq2, which asks for most: 6, 24
# and 100), `annotate_secretome`, `score_pathways`, `estimate_claims` (100 and 400 under a profiler); `report_study`
# with 1 and 12 contrasts (the pathways of 10 were copies); `prepare_collections` with 7,000 sets; one paper's values.
# Guessed: studies with `weigh_samples` of more than 24 samples. By a fit without the rest it takes 2, 5 and 140 s with
# 24, 100 and 400, and claims are fitted up to 57 times: the seconds of `estimate_claims` are for that. What sees all
# studies was measured with 150 contrasts of 2,000 genes: several times as much is asked.
COSTS = {
    "prepare_study": Cost(160, 2, "source_mb", 45, 0.3),
    "prepare_collections": Cost(250, 5),
    "compare_groups": Cost(290, 45, "expression_mb", 6, 0.4),
    "annotate_secretome": Cost(130, 1),
    "score_pathways": Cost(290, 6, "expression_mb", 6.5, 1.5),
    "estimate_claims": Cost(250, 6, "expression_mb", 6, 5),
    "compare_published": Cost(120, 1),
    "report_published": Cost(150, 2),
    "report_study": Cost(180, 3, "contrasts_of_study", 15, 1.2),
    "check_claims": Cost(120, 1, "contrasts_of_run", 0.2, 0.05),
    # By hand, 30 and 600 contrasts of 25,000 genes: 1.8 GB and 222 s; 370 MB and 47 s without pairs; 210 MB and 49 s
    # without claims. The last two are asked for what these would add.
    "pool_studies": Cost(300, 2, "contrasts_of_run", 2.6, 0.4),
    # `make benchmark-ligands`: 30, 150 and 600 contrasts of 20,000 genes.
    "pair_ligands": Cost(140, 2, "contrasts_of_run", 0.5, 0.25, seconds_each_pair=1e-5),
    "report_synthesis": Cost(200, 15, "contrasts_of_run", 2, 0.2),
    "report_index": Cost(160, 2, "contrasts_of_run", 0.5, 0.15),
    "confirm_run": Cost(100, 1, "studies_of_run", 0.05, 0.02),
}

Asked = Callable[..., int]


class JobResources:
    """`mem_mb` and `runtime` of the jobs of a run.

    Args:
        studies: all studies of the run, complete.
        downloads: the folder of what was fetched.
    """

    def __init__(self, studies: Mapping[str, Study], downloads: str):
        self._studies = studies
        self._downloads = Path(downloads)
        self._contrasts = sum(len(study.get("contrasts", ())) for study in studies.values())

    def mem_mb(self, rule: str) -> Asked:
        """A function of the wildcards and the attempt: megabytes, in hundreds, more with each attempt."""
        cost = COSTS[rule]

        def asked(wildcards: Mapping[str, str], attempt: int) -> int:
            script = cost.memory + cost.memory_each * self._size(cost, wildcards)
            both = SNAKEMAKE_MB + SNAKEMAKE_MB_EACH * len(self._studies)
            return attempt * 100 * math.ceil((MEMORY_HEADROOM * script + both) / 100)

        return asked

    def runtime(self, rule: str) -> Asked:
        """A function of the wildcards and the attempt: minutes, more with each attempt."""
        cost = COSTS[rule]

        def asked(wildcards: Mapping[str, str], attempt: int) -> int:
            size = self._size(cost, wildcards)
            script = cost.seconds + cost.seconds_each * size + cost.seconds_each_pair * size**2
            start = SNAKEMAKE_SECONDS + SNAKEMAKE_SECONDS_EACH * len(self._studies)
            return attempt * max(LEAST_MINUTES, math.ceil((TIME_HEADROOM * script + start) / 60))

        return asked

    def _size(self, cost: Cost, wildcards: Mapping[str, str]) -> float:
        return getattr(self, cost.of)(wildcards.get("study", "")) if cost.of else 0.0

    def source_mb(self, study: str) -> float:
        """The files that a study is read from, of the user's own and fetched, as if all were compressed tables."""
        paths = [Path(path) for path in self._studies[study]["own_files"].values()]
        if self._studies[study]["remote_files"]:
            record = self._downloads / study / "files.json"
            if not record.exists():
                return self._usual_mb(study, BYTES_IN_A_FILE)
            paths += [Path(entry["path"]) for entry in read_json(record)["files"].values()]
        return sum(path.stat().st_size * _weight_of(path) for path in paths if path.exists()) / 1e6

    def expression_mb(self, study: str) -> float:
        """The expression.h5ad of a study."""
        made = Path("results", study, "expression.h5ad")
        return made.stat().st_size / 1e6 if made.exists() else self._usual_mb(study, BYTES_A_VALUE)

    def _usual_mb(self, study: str, each: int) -> float:
        return samples_of(self._studies[study]) * USUAL_GENES * each / 1e6

    def contrasts_of_study(self, study: str) -> float:
        """The contrasts of a study."""
        return len(self._studies[study]["contrasts"])

    def contrasts_of_run(self, _study: str) -> float:
        """The contrasts of all studies."""
        return self._contrasts

    def studies_of_run(self, _study: str) -> float:
        """The studies of measured data."""
        return sum(not is_published(study) for study in self._studies.values())


def samples_of(study: Study) -> int:
    """How many samples a study has by its sheet, with its head; ``USUAL_SAMPLES`` where the archive has the sheet."""
    samples = study["samples"]
    if "table" in samples:
        return _lines_of(samples["table"])
    return len(samples["rows"].splitlines()) if "rows" in samples else USUAL_SAMPLES


def _weight_of(path: Path) -> float:
    if path.suffix == ".h5ad":
        return OF_CELLS
    return 1.0 if path.suffix in (".gz", ".zip", ".bz2", ".xz", ".xlsx") else PLAIN


@functools.cache
def _lines_of(path: str) -> int:
    return Path(path).read_bytes().count(b"\n")
