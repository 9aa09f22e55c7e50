"""A throw-away Slurm of two nodes on this machine, for the tests of `profiles/slurm`.

Needs root and Debian's packages slurm-wlm and munge. Everything lives in one folder, except two links in /etc/slurm:
the job step that Snakemake starts is not told where the configuration is, and looks there. By hand:

    python tests/slurm_cluster.py start /tmp/slurm     # then: export SLURM_CONF=/tmp/slurm/etc/slurm.conf
    python tests/slurm_cluster.py stop /tmp/slurm
"""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import psutil

PROGRAMS = ("munged", "munge", "slurmctld", "slurmd", "sbatch", "squeue", "scontrol", "sinfo")
SITE = Path("/etc/slurm")
LINKED = ("slurm.conf", "cgroup.conf")
# Names the folder of the cluster whose links stand beside it.
MARK = SITE / "throw_away_cluster"

# Nodes exist on paper: what they have is what is written here, and a job is killed for taking more than it asked for.
# A state is kept two hours after a job; there is no accounting, as on many small clusters.
CONFIGURATION = """\
ClusterName=test
SlurmctldHost={host}(127.0.0.1)
SlurmUser=root
SlurmdUser=root
AuthType=auth/munge
AuthInfo=socket={folder}/run/munge.socket
SlurmctldPort={port}
StateSaveLocation={folder}/state
SlurmdSpoolDir={folder}/spool/%n
SlurmctldPidFile={folder}/run/slurmctld.pid
SlurmdPidFile={folder}/run/slurmd.%n.pid
SlurmctldLogFile={folder}/log/slurmctld.log
SlurmdLogFile={folder}/log/slurmd.%n.log
SlurmdParameters=config_overrides
MpiDefault=none
SwitchType=switch/none
ReturnToService=2
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
JobAcctGatherType=jobacct_gather/linux
JobAcctGatherFrequency=task=1
JobAcctGatherParams=OverMemoryKill
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU_Memory
SchedulerType=sched/backfill
SchedulerParameters=sched_interval=2,bf_interval=2,batch_sched_delay=1
MinJobAge=7200
SlurmdTimeout=10
KillWait=2
OverTimeLimit=0
InactiveLimit=0
MessageTimeout=10
AccountingStorageType=accounting_storage/none
{nodes}
PartitionName=main Nodes=ALL Default=YES MaxTime=120 DefaultTime=5 DefMemPerCPU=100 State=UP
"""
NODE = "NodeName={name} NodeHostname={host} NodeAddr=127.0.0.1 Port={port} CPUs=4 RealMemory=8000 State=UNKNOWN"


def why_not() -> str:
    """Why a cluster cannot be started on this machine; empty if it can."""
    missing = [name for name in PROGRAMS if shutil.which(name) is None]
    if missing:
        return f"Slurm is not installed here: {', '.join(missing)} not found (Debian: slurm-wlm, munge)"
    if os.geteuid() != 0:
        return "only root can start the nodes of a Slurm on one machine"
    told = [name for name in ("SLURM_CONF", "SLURM_JOB_ID") if name in os.environ]
    if told:
        return f"this shell belongs to a real Slurm: {', '.join(told)} is set"
    running = sorted({process.name() for process in psutil.process_iter()} & {"slurmctld", "slurmd", "slurmstepd"})
    if running:
        return f"a Slurm runs here already: {', '.join(running)}"
    theirs = [str(SITE / name) for name in LINKED if os.path.lexists(SITE / name)]
    if theirs and not MARK.exists():
        return f"a real Slurm is configured here: {', '.join(theirs)}"
    return ""


@dataclass
class SlurmCluster:
    """Two nodes with 4 CPUs and 8,000 MB each, below ``folder``; ports from ``port`` on."""

    folder: Path
    port: int = 16800
    nodes: tuple[str, ...] = ("throwaway1", "throwaway2")

    @property
    def environment(self) -> dict[str, str]:
        """What a user's shell on the submit host needs."""
        return {"SLURM_CONF": str(self.folder / "etc/slurm.conf")}

    def start(self) -> None:
        """Start what does not run yet, and wait until both nodes take jobs."""
        self._configure()
        self._start_munge()
        if not self._alive("slurmctld"):
            self.run("slurmctld")
        wait_for(lambda: "is UP" in self.run("scontrol", "ping", check=False), "the controller")
        for node in self.nodes:
            self.start_node(node)
        wait_for(lambda: len(self.run("sinfo", "-hN", "-t", "idle,alloc,mix").splitlines()) == len(self.nodes), "nodes")

    def stop(self) -> None:
        """End every job and daemon, and remove the links.

        Raises:
            RuntimeError: where another cluster, or none, has its links in /etc/slurm.
        """
        if not MARK.exists() or MARK.read_text() != str(self.folder):
            raise RuntimeError(f"no cluster of {self.folder} was started")
        self.run("scancel", "--user=root", check=False)
        for node in self.nodes:
            self.kill_node(node)
        for daemon in ("slurmctld", "munged"):
            self._halt(daemon)
        for name in LINKED:
            (SITE / name).unlink(missing_ok=True)
        MARK.unlink()

    def kill_node(self, node: str) -> None:
        """The power of a node fails: its daemon and everything that ran there are gone at once."""
        self._halt(f"slurmd.{node}", signal.SIGKILL)
        for process in _processes_on(node):
            with suppress(psutil.NoSuchProcess):  # it went with its parent
                process.kill()

    def start_node(self, node: str) -> None:
        """Start a node, or start it again; what was lost with it stays lost."""
        if not self._alive(f"slurmd.{node}"):
            self.run("slurmd", "-N", node)
        self.run("scontrol", "update", f"nodename={node}", "state=resume", check=False)

    def jobs(self, *states: str) -> list[dict[str, str]]:
        """Id, state, node, memory, time limit and comment of jobs in these states; of finished ones for two hours."""
        keys = ("id", "state", "node", "memory", "limit", "comment")
        wanted = ",".join(states) or "all"
        told = self.run("squeue", "--noheader", f"--states={wanted}", "--format=%i|%T|%N|%m|%l|%k")
        return [dict(zip(keys, line.split("|", 5), strict=True)) for line in told.splitlines()]

    def exceeded_memory(self, job: dict[str, str]) -> bool:
        """Whether Slurm ended a job because it took more memory than it asked for."""
        told = (self.folder / f"log/slurmd.{job['node']}.log").read_text()
        return f"StepId={job['id']}.0 exceeded memory limit" in told

    def run(self, *command: str, check: bool = True) -> str:
        """What a Slurm command prints; a RuntimeError with it, where it fails."""
        done = subprocess.run(
            command,
            env={**os.environ, **self.environment},
            check=False,
            text=True,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )
        if check and done.returncode:
            raise RuntimeError(f"{' '.join(command)}: {done.stdout}")
        return done.stdout

    def _configure(self) -> None:
        for name in ("etc", "run", "log", "state", *(f"spool/{node}" for node in self.nodes)):
            (self.folder / name).mkdir(parents=True, exist_ok=True, mode=0o755)
        host = socket.gethostname().split(".")[0]
        nodes = [NODE.format(name=name, host=host, port=self.port + 1 + k) for k, name in enumerate(self.nodes)]
        written = CONFIGURATION.format(host=host, folder=self.folder, port=self.port, nodes="\n".join(nodes))
        (self.folder / "etc/slurm.conf").write_text(written)
        (self.folder / "etc/cgroup.conf").write_text("CgroupPlugin=cgroup/v1\n")
        SITE.mkdir(exist_ok=True)
        MARK.write_text(str(self.folder))
        for name in LINKED:
            (SITE / name).unlink(missing_ok=True)
            (SITE / name).symlink_to(self.folder / "etc" / name)

    def _start_munge(self) -> None:
        if self._alive("munged"):
            return
        key = self.folder / "etc/munge.key"
        key.unlink(missing_ok=True)
        key.touch(mode=0o400)
        key.write_bytes(os.urandom(1024))
        for left in (self.folder / "run").glob("munge.socket*"):
            left.unlink()
        places = {
            "key-file": key,
            "socket": self.folder / "run/munge.socket",
            "pid-file": self.folder / "run/munged.pid",
            "log-file": self.folder / "log/munged.log",
            "seed-file": self.folder / "state/munge.seed",
        }
        self.run("munged", "--force", *(f"--{name}={path}" for name, path in places.items()))

    def _process(self, daemon: str) -> psutil.Process | None:
        """The process of a daemon that runs. The pid file of one that was killed may name another process by now."""
        pid_file = self.folder / f"run/{daemon}.pid"
        try:
            process = psutil.Process(int(pid_file.read_text()))
            return process if process.name() == daemon.split(".")[0] else None
        except (OSError, ValueError, psutil.NoSuchProcess):
            return None

    def _alive(self, daemon: str) -> bool:
        return self._process(daemon) is not None

    def _halt(self, daemon: str, by: signal.Signals = signal.SIGTERM) -> None:
        process = self._process(daemon)
        if process is None:
            return
        process.send_signal(by)
        try:
            process.wait(5)
        except psutil.TimeoutExpired:
            process.kill()


def _processes_on(node: str) -> list[psutil.Process]:
    """The daemons of the job steps on a node, and what they started."""
    inside = [process for process in psutil.process_iter() if _environment(process).get("SLURMD_NODENAME") == node]
    steps = {parent for process in inside for parent in process.parents() if parent.name() == "slurmstepd"}
    return [*steps, *(child for step in steps for child in step.children(recursive=True))]


def _environment(process: psutil.Process) -> dict[str, str]:
    try:
        return process.environ()
    except psutil.Error:  # it ended in between
        return {}


def wait_for(condition: Callable[[], bool], what: str, seconds: float = 60) -> None:
    """Wait until a condition holds; a RuntimeError after so many seconds."""
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            raise RuntimeError(f"waited {seconds:.0f} s in vain for {what}")
        time.sleep(0.1)


if __name__ == "__main__":
    action, place = sys.argv[1:]
    if action == "start" and why_not():
        sys.exit(why_not())
    getattr(SlurmCluster(Path(place).resolve()), {"start": "start", "stop": "stop"}[action])()
