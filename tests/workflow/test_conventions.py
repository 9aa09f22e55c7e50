"""What design and style promise of the tree as a whole."""

import ast
import re
import subprocess

import pytest
import yaml
from checkout import ROOT, tracked_files

SCRIPTS = sorted((ROOT / "workflow/scripts").glob("*.py"))
LIBRARY = ROOT / "workflow/scripts/secretome"
MODULES = sorted(LIBRARY.rglob("[a-z]*.py"))
RULES = [
    match.group(1)
    for path in sorted((ROOT / "workflow/rules").glob("*.smk"))
    for match in re.finditer(r"^rule (\w+):", path.read_text(), re.MULTILINE)
]
# The heavy packages, and the only scripts that may load them when they run: imports are most of the run time.
HEAVY = {"anndata", "gseapy", "matplotlib", "scanpy", "scipy.stats", "seaborn", "statsmodels", "decoupler", "pydeseq2"}


def test_every_rule_has_a_script_of_its_name_and_no_script_is_left_over():
    assert sorted(RULES) == sorted(path.stem for path in SCRIPTS)


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.stem)
def test_every_script_has_a_test_and_stays_short(script):
    assert (ROOT / f"tests/scripts/test_{script.stem}.py").exists()
    assert len(script.read_text().splitlines()) <= 60


@pytest.mark.parametrize("module", MODULES, ids=lambda path: path.stem)
def test_every_module_has_a_test_and_stays_short(module):
    folder = module.parent.relative_to(LIBRARY)
    assert (ROOT / "tests/library" / folder / f"test_{module.stem}.py").exists()
    assert len(module.read_text().splitlines()) <= 400


@pytest.mark.parametrize("path", [*SCRIPTS, *MODULES], ids=lambda path: path.stem)
def test_functions_are_short_and_public_ones_have_a_docstring(path):
    tree = ast.parse(path.read_bytes())
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef):
            lines = node.end_lineno - node.lineno - len((ast.get_docstring(node) or "").splitlines())
            assert lines <= 50, f"{node.name} is long"
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.name.startswith("_"):
            assert ast.get_docstring(node), f"{node.name} has no docstring"


@pytest.mark.parametrize("module", MODULES, ids=lambda path: path.stem)
def test_no_module_but_the_plots_imports_a_heavy_package_at_its_top(module):
    if module.stem in {"plots", "style"}:
        return
    top = ast.parse(module.read_bytes()).body
    names = {alias.name for node in top if isinstance(node, ast.Import) for alias in node.names}
    names |= {node.module for node in top if isinstance(node, ast.ImportFrom) and node.module}
    assert not {name for name in names for heavy in HEAVY if name == heavy or name.startswith(f"{heavy}.")}


def test_conda_and_pip_install_the_same_versions():
    pinned = dict(re.findall(r"^([a-z0-9-]+)==(\S+)", (ROOT / "requirements.lock").read_text(), re.MULTILINE))
    names = {"matplotlib-base": "matplotlib", "snakemake-minimal": "snakemake"}
    conda = yaml.safe_load((ROOT / "environment.yml").read_text())["dependencies"]
    for name, version in (entry.split("=") for entry in conda if not entry.startswith("python=")):
        assert pinned[names.get(name, name)] == version, name


def test_the_bundled_data_stay_small_and_are_described():
    bundled = ROOT / "data/bundled"
    files = [path for path in bundled.rglob("*") if path.is_file() and path.suffix in {".gz", ".tsv"}]
    assert sum(path.stat().st_size for path in files) < 6_000_000
    described = (bundled / "README.md").read_text()
    for path in files:
        assert str(path.relative_to(bundled)) in described, path


def test_no_file_names_a_machine_or_a_package_registry():
    # The pattern is written so that it does not match itself.
    machine = re.compile(r"/w[o]rk/|/r[o]ot/|/home/[a-z]|py[p]i\.org|pythonh[o]sted|registry\.np[m]js|deb\.de[b]ian")
    for name in tracked_files():
        if not name.endswith((".gz", ".png")):
            assert not machine.search((ROOT / name).read_text(encoding="utf-8")), name


@pytest.mark.parametrize("given", [[], ["ARGS=-n"], ["STUDIES=a,b"], ["STUDIES=a", "ARGS=--config mirrors=[]"]])
def test_make_run_is_a_command_that_the_shell_understands(given):
    told = subprocess.run(["make", "-n", "run", *given], cwd=ROOT, check=True, capture_output=True, text=True).stdout
    checked = subprocess.run(["bash", "-n"], input=told, check=False, capture_output=True, text=True)
    assert (checked.returncode, checked.stderr) == (0, "")
    assert ("exit 2\n" in told) == (len(given) == 2)
