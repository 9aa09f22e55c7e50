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
from typing import Any

import psutil

PROGRAMS = ("munged", "munge", "slurmctld", "slurmd", "sbatch", "squeue", "scontrol", "sinfo")
SITE = Path("/etc/slurm")
LINKED = ("slurm.conf", "cgroup.conf")

# Nodes exist on paper: what they have is what is written here, and a job is killed for taking more than it asked for.
# A state is kept ten minutes after a job; there is no accounting, as on many small clusters.
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
MinJobAge=600
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
    if (SITE / "slurm.conf").exists() and not _is_ours(SITE / "slurm.conf"):
        return f"{SITE}/slurm.conf is that of a real Slurm"
    return ""


def _is_ours(link: Path) -> bool:
    """Whether a link leads to a throw-away cluster, or to one that is no more."""
    return link.is_symlink() and (not link.exists() or (link.readlink().parent / "throw_away").exists())


@dataclass
class SlurmCluster:
    """Two nodes, n1 and n2, with 4 CPUs and 8,000 MB each, below ``folder``; ports from ``port`` on."""

    folder: Path
    port: int = 16800
    nodes: tuple[str, ...] = ("n1", "n2")

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
        """End every job and daemon, and remove the links."""
        self.run("scancel", "--user=root", check=False)
        for node in self.nodes:
            self.kill_node(node)
        for daemon in ("slurmctld", "munged"):
            self._halt(daemon)
        for name in LINKED:
            if _is_ours(SITE / name):
                (SITE / name).unlink()

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
        """Id, state, node, memory, time limit and comment of jobs in these states; of finished ones for ten minutes."""
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
        (self.folder / "etc/throw_away").touch()
        host = socket.gethostname().split(".")[0]
        nodes = [NODE.format(name=name, host=host, port=self.port + 1 + k) for k, name in enumerate(self.nodes)]
        written = CONFIGURATION.format(host=host, folder=self.folder, port=self.port, nodes="\n".join(nodes))
        (self.folder / "etc/slurm.conf").write_text(written)
        (self.folder / "etc/cgroup.conf").write_text("CgroupPlugin=cgroup/v1\n")
        SITE.mkdir(exist_ok=True)
        for name in LINKED:
            link = SITE / name
            if _is_ours(link) or not os.path.lexists(link):
                link.unlink(missing_ok=True)
                link.symlink_to(self.folder / "etc" / name)

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


def wait_for(condition: Callable[[], Any], what: str, seconds: float = 60) -> Any:
    """Wait until a condition holds, and return what it gave; a RuntimeError after so many seconds."""
    end = time.monotonic() + seconds
    while not (met := condition()):
        if time.monotonic() > end:
            raise RuntimeError(f"waited {seconds:.0f} s in vain for {what}")
        time.sleep(0.1)
    return met


if __name__ == "__main__":
    action, place = sys.argv[1:]
    if action == "start" and why_not():
        sys.exit(why_not())
    getattr(SlurmCluster(Path(place).resolve()), {"start": "start", "stop": "stop"}[action])()
