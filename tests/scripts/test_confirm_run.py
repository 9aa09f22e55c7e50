import pytest

import confirm_run
from secretome.expression import unavailable, write_expression
from secretome.files import write_json


def test_the_studies_that_were_had_are_listed(tmp_path, expression):
    confirm_run.main([expression], str(tmp_path / "studies.txt"))
    assert (tmp_path / "studies.txt").read_text() == "study\n"


def test_a_missing_study_ends_the_run_with_one_line(tmp_path, expression, no_expression, capsys):
    with pytest.raises(SystemExit) as end:
        confirm_run.main([expression, no_expression], str(tmp_path / "studies.txt"))
    assert end.value.code == 1
    told = "Study missing is unavailable: counts.tsv:3: two fields (and 1 more: see the report)\n"
    assert capsys.readouterr().err == told
    assert not (tmp_path / "studies.txt").exists()


def test_a_study_of_ones_own_files_was_refused(tmp_path, no_expression, capsys):
    with pytest.raises(SystemExit):
        confirm_run.main([no_expression], str(tmp_path / "studies.txt"), settings={"own": ["missing"]})
    assert capsys.readouterr().err.startswith("Study missing was refused: counts.tsv:3: two fields")


def test_the_reason_that_is_told_is_that_of_the_numbers(tmp_path, capsys):
    geo = "https://ftp.ncbi.nlm.nih.gov/geo"
    why = [f"{geo}/platforms/GPLnnn/GPL570/annot/GPL570.annot.gz: no", f"{geo}/series/GSE15nnn/GSE15043/x.gz: no"]
    path = tmp_path / "array/expression.h5ad"
    path.parent.mkdir()
    for reasons in (why, why[:1]):
        write_expression(path, unavailable(reasons, {}))
        with pytest.raises(SystemExit):
            confirm_run.main([str(path)], str(tmp_path / "studies.txt"))
        assert capsys.readouterr().err.startswith(f"Study array is unavailable: {reasons[-1]}")


def test_a_collection_that_could_not_be_fetched_ends_the_run_and_one_that_is_not_installed_does_not(
    tmp_path, expression, capsys
):
    collections = {
        "c6": {"origin": "fetched", "unavailable": ""},
        "cytosig": {"origin": "installed", "unavailable": "not installed"},
    }
    write_json(tmp_path / "collections.json", collections)
    given = {"collections": str(tmp_path / "collections.json")}
    confirm_run.main([expression], str(tmp_path / "studies.txt"), **given)
    collections["c6"]["unavailable"] = "c6.gmt: was withdrawn. Get it elsewhere."
    write_json(tmp_path / "collections.json", collections)
    (tmp_path / "studies.txt").unlink()
    with pytest.raises(SystemExit):
        confirm_run.main([expression], str(tmp_path / "studies.txt"), **given)
    assert capsys.readouterr().err == "Collection c6 is unavailable: c6.gmt: was withdrawn. Get it elsewhere.\n"
    assert not (tmp_path / "studies.txt").exists()
