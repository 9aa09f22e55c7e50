import logging
import warnings

import pytest

from secretome.logs import errors_since, log_to


def test_messages_and_warnings_reach_the_file(tmp_path):
    with log_to(tmp_path / "folder/job.log") as log:
        log.info("read 3 genes")
        logging.getLogger("secretome.normalise").info("from a module")
        warnings.warn("looks odd", stacklevel=1)
    text = (tmp_path / "folder/job.log").read_text()
    assert "read 3 genes" in text
    assert "from a module" in text
    assert "looks odd" in text


def test_the_traceback_is_in_the_file_and_the_error_goes_on(tmp_path, capsys):
    with pytest.raises(ZeroDivisionError), log_to(tmp_path / "job.log"):
        print(1 / 0)
    assert "ZeroDivisionError" in (tmp_path / "job.log").read_text()
    assert "job.log" in capsys.readouterr().err


def test_nothing_is_left_behind(tmp_path):
    with log_to(tmp_path / "job.log"):
        pass
    assert logging.getLogger("secretome").handlers == []
    assert logging.getLogger("py.warnings").handlers == []


def test_errors_are_those_of_a_log_written_since(tmp_path):
    path = tmp_path / "job.log"
    assert errors_since(path, 0) == []
    with log_to(path) as log:
        log.info("fine")
        log.error("Study x is unavailable")
    assert errors_since(path, 0) == ["Study x is unavailable"]
    assert errors_since(path, path.stat().st_mtime + 1) == []
