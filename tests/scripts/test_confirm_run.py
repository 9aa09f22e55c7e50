import pytest

import confirm_run


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
