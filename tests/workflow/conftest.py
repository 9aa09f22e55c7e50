from pathlib import Path

import pytest
from checkout import copy_project, run_snakemake


@pytest.fixture(scope="session")
def finished(tmp_path_factory) -> Path:
    """A clone in which the bundled studies were run."""
    clone = copy_project(tmp_path_factory.mktemp("run") / "clone")
    done = run_snakemake(clone, PYTHONHASHSEED="1", LC_ALL="C", TZ="UTC")
    assert done.returncode == 0, done.stdout
    return clone
