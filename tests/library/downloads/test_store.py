"""store: nothing leaves the folder of the downloads, one job writes, all jobs share one pace."""

import multiprocessing
import threading
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from secretome.downloads.store import Part, keep_pace, one_at_a_time, place, record_of
from secretome.faults import InputFaults


@pytest.mark.parametrize("path", ["ftp.ncbi.nlm.nih.gov/geo/GSE1_a-b.tsv.gz", "by_hand/study/Größe (1).xlsx", "a:80/b"])
def test_places(tmp_path, path):
    assert place(tmp_path, path) == tmp_path / path
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "path",
    [
        "",
        ".",
        "..",
        "/etc/passwd",
        "../x",
        "a/../../x",
        "a/./x",
        "a//x",
        "a/",
        "~/x",
        "a/.x",
        "a/.x.gz.lock",
        "a\\..\\x",
        "a/x\n",
        "a/x\0",
        "a/x ",
        "a/ x",
        "a/x.",
        "a/{x}",
        "CON",
        "a/aux.txt",
        "a/" + "x" * 300,
        "a/" + "é" * 150,
        "a/e\u0301",
        "a/x\u202ey",
    ],
)
def test_paths_that_leave_the_store_or_cannot_be_kept(tmp_path, path):
    """C11."""
    with pytest.raises(InputFaults) as caught:
        place(tmp_path / "store", path)
    assert caught.value.faults[0].field == ""
    assert list(tmp_path.iterdir()) == []


@given(st.text(st.sampled_from("./\\~ a:\0é{"), max_size=12))
def test_no_path_leaves_the_store(path):
    """C11, as a property."""
    store = Path("/nowhere/store")
    try:
        final = place(store, path)
    except InputFaults:
        return
    assert final.resolve().is_relative_to(store)
    assert final != store


def test_links_out_of_the_store_are_refused(tmp_path):
    """C14: a link inside it, and a store that is a link itself, are fine."""
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside/x.gz").write_bytes(b"x")
    store = tmp_path / "store"
    (store / "host").mkdir(parents=True)
    (store / "folder").symlink_to(tmp_path / "outside")
    (store / "host/x.gz").symlink_to(tmp_path / "outside/x.gz")
    (store / "host/loop.gz").symlink_to("loop.gz")
    (store / "host/inside.gz").symlink_to("other.gz")
    (tmp_path / "link").symlink_to(store)
    for path in ("folder/x.gz", "folder/new.gz", "host/x.gz"):
        with pytest.raises(InputFaults, match="symbolic link"):
            place(store, path)
    assert place(store, "host/inside.gz").name == "inside.gz"
    assert place(tmp_path / "link", "host/new.gz") == tmp_path / "link/host/new.gz"


def test_a_part_takes_its_name_with_its_record(tmp_path):
    part = Part(tmp_path / "x.gz")
    assert (part.size(), part.notes("u")) == (0, {})
    part.begin({"url": "u", "etag": "1"})
    part.path.write_bytes(b"abc")
    assert (part.size(), part.notes("u")["etag"], part.notes("other")) == (3, "1", {})
    part.publish({"url": "u", "sha256": "s"})
    assert (tmp_path / "x.gz").read_bytes() == b"abc"
    assert record_of(tmp_path / "x.gz") == {"url": "u", "sha256": "s"}
    assert sorted(path.name for path in tmp_path.iterdir()) == [".x.gz.json", "x.gz"]


def test_damaged_notes_are_no_notes(tmp_path):
    part = Part(tmp_path / "x.gz")
    part.begin({"url": "u"})
    for content in ("", "{", "[]", "null"):
        (tmp_path / ".x.gz.part.json").write_text(content)
        assert part.notes("u") == {}


def test_one_job_at_a_time(tmp_path):
    """N09: threads too."""
    inside, most = [], []

    def work():
        with one_at_a_time(tmp_path / "host/x.gz"):
            inside.append(1)
            most.append(len(inside))
            time.sleep(0.01)
            inside.pop()

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert most == [1] * 8


def _hold(path, held):
    with one_at_a_time(Path(path)):
        held.set()
        time.sleep(60)


def test_the_lock_of_a_killed_job_is_free(tmp_path):
    """F07."""
    context = multiprocessing.get_context("spawn")
    held = context.Event()
    holder = context.Process(target=_hold, args=(str(tmp_path / "x.gz"), held))
    holder.start()
    assert held.wait(30)
    holder.kill()
    holder.join()
    begun = time.monotonic()
    with one_at_a_time(tmp_path / "x.gz"):
        assert time.monotonic() - begun < 1


def test_all_jobs_share_one_pace(tmp_path):
    """Three a second: here eight threads and an interval of 30 ms."""
    asked = []

    def ask():
        keep_pace(tmp_path, 0.03)
        asked.append(time.time())

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    asked.sort()
    assert asked[-1] - asked[0] > 7 * 0.03 - 0.015


@pytest.mark.parametrize("content", ["", "rubbish", "9e99", "-1", "nan"])
def test_a_clock_that_was_set_back_or_a_damaged_stamp_makes_nobody_wait_long(tmp_path, content):
    """F09."""
    (tmp_path / ".last_request").write_text(content)
    waits: list[float] = []
    keep_pace(tmp_path, 0.5, waits.append)
    assert sum(waits) <= 0.5
    keep_pace(tmp_path, 0.5, waits.append)
    assert 0.4 < waits[-1] <= 0.5
