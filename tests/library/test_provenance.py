from pathlib import Path

from secretome.provenance import library_of, modules_of, versions


def write_modules(folder: Path) -> Path:
    package = folder / "secretome"
    package.mkdir()
    (package / "__init__.py").write_text("")
    (package / "direct.py").write_text("from secretome import through\n")
    (package / "through.py").write_text("def f():\n    import secretome.inside_a_function\n")
    (package / "inside_a_function.py").write_text("import json\n")
    (package / "unused.py").write_text("")
    (folder / "job.py").write_text("import os\nfrom secretome.direct import f\n")
    return folder / "job.py"


def test_modules_are_found_directly_through_one_another_and_inside_functions(tmp_path):
    names = [Path(path).name for path in modules_of(write_modules(tmp_path))]
    assert names == ["__init__.py", "direct.py", "inside_a_function.py", "through.py"]


def test_versions_are_those_that_run():
    import numpy

    assert versions()["numpy"] == numpy.__version__


def test_the_digest_changes_with_the_modules_that_a_script_uses_and_with_no_others(tmp_path):
    script = write_modules(tmp_path)
    before = library_of(script)
    (tmp_path / "secretome/unused.py").write_text("import os\n")
    assert library_of(script) == before
    (tmp_path / "secretome/inside_a_function.py").write_text("import csv\n")
    assert library_of(script) != before


def test_the_digest_is_the_same_in_a_copy_of_the_project(tmp_path):
    folders = [tmp_path / "one", tmp_path / "two"]
    for folder in folders:
        folder.mkdir()
    assert len({library_of(write_modules(folder)) for folder in folders}) == 1
