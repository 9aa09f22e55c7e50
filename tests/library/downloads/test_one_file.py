"""download: the file, complete and checked, from where it can be had; or every reason, and what to do."""

import bz2
import gzip
import hashlib
import json
import logging
import multiprocessing
import os
import random
import signal
import threading
import time
from pathlib import Path

import pytest
from faulty_archive import LAST_MODIFIED, Archive

from secretome.downloads import hosts, one_file
from secretome.downloads.http import Patience
from secretome.downloads.one_file import BY_HAND, fetch
from secretome.faults import InputFaults
from secretome.sources import RemoteFile

TEXT = "".join(f"GENE{number}\t{number * number % 9973}\n" for number in range(20_000)).encode()
PACKED = gzip.compress(TEXT, mtime=0)
SHA256 = hashlib.sha256(PACKED).hexdigest()
PATH = "archive.org/geo/GSE1_counts.tsv.gz"
NAME = "GSE1_counts.tsv.gz"


@pytest.fixture(autouse=True)
def open_to_this_machine(monkeypatch):
    """The archive of the tests has no certificate, so it is let in as the one archive without https is."""
    monkeypatch.setenv("NO_PROXY", "*")
    monkeypatch.setattr(hosts, "HTTP_HOSTS", frozenset({"127.0.0.1"}))


@pytest.fixture
def archive(tmp_path):
    (tmp_path / "archive").mkdir()
    (tmp_path / "archive" / NAME).write_bytes(PACKED)
    with Archive(tmp_path / "archive") as running:
        yield running


@pytest.fixture
def store(tmp_path):
    return tmp_path / "downloads"


@pytest.fixture
def waits():
    return []


@pytest.fixture
def get(archive, store, waits):
    """Fetch the file with a fault of the archive; the waits between the tries are not waited for."""

    def run(fault: str = "ok", path: str = PATH, sha256: str = "", **settings):
        patience = Patience(interval=0, stall=1.0, window=0.3, connect=5, sleep=waits.append)
        url = f"{archive.base}/{fault}/{NAME}" if fault else ""
        settings = {"hosts": [archive.host], "patience": patience, **settings}
        return fetch(RemoteFile(url, path, sha256, settings.pop("about", "")), store, **settings)

    return run


@pytest.fixture
def refused(get):
    def run(*arguments, **settings) -> list:
        with pytest.raises(InputFaults) as caught:
            get(*arguments, **settings)
        return caught.value.faults

    return run


@pytest.fixture
def mirror(tmp_path):
    """A folder in the layout of a mirror."""
    file = tmp_path / "mirror" / PATH
    file.parent.mkdir(parents=True)
    file.write_bytes(PACKED)
    return file


def base_of(mirror: Path) -> str:
    return mirror.parents[2].as_uri()


def names(folder: Path) -> set[str]:
    """What is below a folder, but for the locks and the stamp of the pace."""
    return {path.name for path in folder.rglob("*") if path.is_file() and path.suffix != ".lock"}


def test_a_file_of_an_archive(get, archive, store):
    fetched = get()
    assert (store / PATH).read_bytes() == PACKED
    assert fetched.path == str(store / PATH)
    assert fetched.url == fetched.served_by == f"{archive.base}/ok/{NAME}"
    assert (fetched.sha256, fetched.size, fetched.last_modified) == (SHA256, len(PACKED), LAST_MODIFIED)
    assert fetched.retrieved.endswith("+00:00")
    assert fetched.etag.startswith('"')
    assert names(store) == {NAME, f".{NAME}.json", ".last_request"}


def test_what_is_there_is_not_asked_for(get, archive):
    """N10: the second time the archive is gone, and the answer is the same."""
    first = get()
    archive.stop()
    assert get() == first
    assert len(archive.requests) == 1


def test_a_file_that_was_put_there_by_hand(get, archive, store):
    """N10: nothing but the file is needed."""
    (store / PATH).parent.mkdir(parents=True)
    (store / PATH).write_bytes(PACKED)
    fetched = get()
    assert (fetched.served_by, fetched.sha256, fetched.retrieved) == (BY_HAND, SHA256, "")
    assert get("", sha256=SHA256).url == ""
    assert archive.requests == []
    assert (store / PATH).read_bytes() == PACKED


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (PACKED[:-100], "is cut off"),
        (b"<html>Robot?</html>", "error page"),
        (b"", "is empty"),
        (TEXT, "is not a gzip file"),
    ],
)
def test_a_damaged_file_that_was_put_there_by_hand_is_refused_and_kept(refused, archive, store, content, problem):
    (store / PATH).parent.mkdir(parents=True)
    (store / PATH).write_bytes(content)
    [fault] = refused()
    assert problem in fault.problem
    assert fault.where == str(store / PATH)
    assert (store / PATH).read_bytes() == content
    assert archive.requests == []


def test_folders_and_pipes_in_its_place_are_refused(refused, store):
    """C14: without opening them."""
    (store / PATH).mkdir(parents=True)
    assert "is a folder" in refused()[0].problem
    os.mkfifo(store / "archive.org/geo/pipe.gz")
    assert "a pipe" in refused(path="archive.org/geo/pipe.gz")[0].problem


def test_a_file_that_was_cut_off_after_it_was_fetched_is_fetched_again(get, archive, store):
    """F05."""
    get()
    for content in (b"", PACKED[:50]):
        (store / PATH).write_bytes(content)
        assert get().sha256 == SHA256
        assert (store / PATH).read_bytes() == PACKED
    assert len(archive.requests) == 3


def test_a_file_that_was_changed_after_it_was_fetched_is_refused(get, refused, store):
    other = gzip.compress(TEXT + b"GENE\t1\n")
    get()
    (store / PATH).write_bytes(other)
    [fault] = refused()
    assert SHA256 in fault.problem
    assert hashlib.sha256(other).hexdigest() in fault.problem
    (store / PATH).with_name(f".{NAME}.json").unlink()
    assert get().served_by == BY_HAND


@pytest.mark.parametrize("path", ["../x.gz", "/tmp/x.gz", "a/../../x.gz", "a\\x.gz", "a/.x.gz", "a/x\n.gz", ""])
def test_no_path_leaves_the_store(refused, archive, store, tmp_path, path):
    """C11."""
    before = names(tmp_path)
    refused(path=path)
    assert names(tmp_path) == before
    assert archive.requests == []


@pytest.mark.parametrize(
    ("fault", "requests", "slept"),
    [
        ("503x2", 3, [1, 2]),
        ("500x4", 5, [1, 2, 4, 8]),
        ("429x1after7", 2, [7]),
        ("429x1after9999", 2, [120]),
        ("503x1after0", 2, [0]),
        ("cut1", 2, [1]),
        ("reset1", 2, [1]),
        ("stall1", 2, [1]),
        ("cutnorange1", 2, [1]),
        ("cutnoetag1", 2, [1]),
        ("chunkedcut1", 3, [1, 0]),  # all bytes had come, but not the mark of the end
        ("corruptcut2", 3, [1, 0]),
    ],
)
def test_what_passes_is_waited_for(get, archive, store, waits, fault, requests, slept):
    """N02: the waits double, or are those that the server asks for, up to a cap; never random."""
    assert get(fault).sha256 == SHA256
    assert len(archive.requests) == requests
    assert waits == slept


@pytest.mark.parametrize(
    ("fault", "problem"),
    [
        ("503", "answered 503 Service Unavailable (tried 5 times)"),
        ("429", "answered 429 Too Many Requests (tried 5 times)"),
        ("cut", "tried 5 times"),
        ("cutnoetag", "tried 5 times"),
        ("long", "tried 5 times"),
        ("trickle", "sent fewer than 1,000 bytes a second (tried 5 times)"),
    ],
)
def test_what_does_not_pass_is_told(refused, archive, store, waits, fault, problem):
    """N02, N03: with what can be done instead."""
    [told] = refused(fault, about="from the authors")
    assert problem in told.problem
    assert told.where == f"{archive.base}/{fault}/{NAME}"
    assert f"(from the authors), put it at {store / PATH} and run again" in told.fix
    assert not (store / PATH).exists()
    assert len(archive.requests) == 5
    assert len(waits) == 4


def test_a_large_file_over_a_poor_line_comes_piece_by_piece(get, archive, monkeypatch):
    """Each try brings half of what is missing: they are not counted as long as enough comes."""
    monkeypatch.setattr(one_file, "PROGRESS", 1000)
    assert get("cut9").sha256 == SHA256
    ranges = [int(request.headers["Range"][6:-1]) for request in archive.requests[1:]]
    assert ranges == sorted(ranges)
    assert len(ranges) > 5


def test_what_has_come_is_kept_for_the_next_run(refused, get, archive, store):
    """F17: the next run goes on from there."""
    refused("cut")
    come = (store / PATH).with_name(f".{NAME}.part").stat().st_size
    assert come > len(PACKED) / 2
    assert not (store / PATH).exists()
    archive._server.RequestHandlerClass._send = lambda self, fault, body: self.wfile.write(body)
    assert get("cut").sha256 == SHA256
    assert archive.requests[-1].headers["Range"] == f"bytes={come}-"


@pytest.mark.parametrize(
    ("status", "problem"), [(404, "withdrawn, private"), (403, "withdrawn or private"), (410, "was withdrawn")]
)
def test_what_is_gone_is_asked_for_once(refused, archive, waits, status, problem):
    """N07."""
    [fault] = refused(str(status))
    assert problem in fault.problem
    assert len(archive.requests) == 1
    assert waits == []


@pytest.mark.parametrize(
    ("fault", "problem"),
    [
        ("html", "error page ('<!DOCTYPE html><title>Are you a robot?</title>') (fetched twice)"),
        ("json", "error message"),
        ("empty", "is empty"),
        ("corrupt", "is damaged"),
        ("short", "is cut off"),
        ("brotli", "came packed as 'br'"),
    ],
)
def test_what_comes_damaged_is_fetched_once_more_and_refused(refused, archive, store, fault, problem):
    """M02, M04, N03."""
    [told] = refused(fault)
    assert problem in told.problem
    assert str(store / PATH) in told.fix
    assert len(archive.requests) == 2
    assert names(store) == {".last_request"}


@pytest.mark.parametrize("fault", ["html1", "json1", "empty1", "corrupt1", "short1"])
def test_what_comes_damaged_once_is_mended(get, archive, fault):
    """M02: a robot check, too, can be over the second time."""
    assert get(fault).sha256 == SHA256
    assert len(archive.requests) == 2


@pytest.mark.parametrize("fault", ["ok", "labelled", "packed"])
@pytest.mark.parametrize(("name", "content"), [(NAME, PACKED), ("x.tsv", TEXT), ("x.tsv.bz2", bz2.compress(TEXT))])
def test_a_mix_up_of_encodings_is_undone(archive, store, fault, name, content):
    """N03: labelled as gzip, packed once more for the transfer, or neither: the file of the archive comes out."""
    (archive.folder / name).write_bytes(content)
    file = RemoteFile(f"{archive.base}/{fault}/{name}", f"host/{name}")
    fetch(file, store, hosts=[archive.host], patience=Patience(interval=0))
    assert (store / "host" / name).read_bytes() == content


def test_a_bomb_in_the_encoding_is_refused(archive, store):
    """A02: gzip put on for the transfer counts as what it unpacks to."""
    (archive.folder / "x.tsv").write_bytes(bytes(5_000_000))
    with pytest.raises(InputFaults, match="unpacks to more than the 100,000 bytes"):
        fetch(
            RemoteFile(f"{archive.base}/packed/x.tsv", "host/x.tsv"),
            store,
            hosts=[archive.host],
            largest=100_000,
            patience=Patience(interval=0),
        )
    assert names(store) == {".last_request"}


@pytest.mark.parametrize("fault", ["huge", "endless"])
def test_more_than_is_allowed_is_refused(refused, archive, store, fault):
    """N08."""
    [told] = refused(fault, largest=3_000_000)
    assert "3,000,000 are allowed (raise largest_download" in told.problem
    assert len(archive.requests) == 1
    assert names(store) == {".last_request"}


def test_a_known_hash_that_is_right(get):
    assert get(sha256=SHA256).sha256 == SHA256


@pytest.mark.parametrize("by", ["study file", "lock"])
def test_new_content_under_the_same_address_is_refused_with_both_hashes(refused, get, store, by):
    """N06: and how to accept it."""
    settings = {"sha256": "0" * 64} if by == "study file" else {"known_sha256": "0" * 64, "known_size": 1234}
    [fault] = refused(**settings)
    before = "" if by == "study file" else " (1,234 bytes)"
    assert fault.problem.startswith(f"changed upstream: sha256 {'0' * 64}{before} was expected, {SHA256} (")
    accept = (
        "its sha256 from the study or signature file" if by == "study file" else "its line from config/data.lock.tsv"
    )
    assert f"take out {accept}, delete {store / PATH}, run again, then `make lock`" in fault.fix
    assert not (store / PATH).exists()
    assert get().sha256 == SHA256


def test_the_hash_of_the_study_file_is_stronger_than_that_of_the_lock(get):
    assert get(sha256=SHA256, known_sha256="0" * 64).sha256 == SHA256


def test_a_file_that_is_there_and_is_not_the_known_one_is_refused(get, refused, archive):
    get()
    [fault] = refused(sha256="0" * 64)
    assert "is not the file that is known" in fault.problem
    assert "Delete it, to fetch it again" in fault.fix
    assert len(archive.requests) == 1


def test_a_mirror_comes_before_the_archive(get, archive, store, mirror):
    fetched = get(mirrors=["file:///nowhere", base_of(mirror)])
    assert fetched.served_by == mirror.as_uri()
    assert fetched.url == f"{archive.base}/ok/{NAME}"
    assert (store / PATH).read_bytes() == PACKED
    assert archive.requests == []


def test_a_mirror_that_lacks_the_file_is_passed_over(get, refused, archive, mirror, tmp_path):
    mirror.unlink()
    with Archive(tmp_path / "mirror") as server:
        mirrors = [base_of(mirror), f"{server.base}/ok", f"{server.base}/410/"]
        assert get(mirrors=mirrors).served_by == f"{archive.base}/ok/{NAME}"
        assert [request.path for request in server.requests] == [f"/ok/{PATH}", f"/410/{PATH}"]
        [fault] = refused("404", path="archive.org/other.gz", mirrors=mirrors)
        assert fault.where == f"{archive.base}/404/{NAME}"


def test_a_mirror_on_a_server_needs_no_host_in_the_configuration(get, mirror, tmp_path, monkeypatch):
    monkeypatch.setattr(hosts, "HTTP_HOSTS", frozenset())
    with Archive(tmp_path / "mirror") as server:
        assert get("", mirrors=[f"{server.base}/503x2"], hosts=[]).served_by == f"{server.base}/503x2/{PATH}"


@pytest.mark.parametrize("content", [PACKED[:-9], b"<html>", gzip.compress(b"other\t1\n")])
def test_a_mirror_with_a_damaged_or_other_file_is_passed_over(get, refused, archive, store, mirror, content):
    """Hashes and checks hold for mirrors too; where nothing else has the file, that is told."""
    mirror.write_bytes(content)
    faults = refused("404", sha256=SHA256, mirrors=[base_of(mirror)])
    assert {fault.where for fault in faults} == {mirror.as_uri(), f"{archive.base}/404/{NAME}"}
    assert get(sha256=SHA256, mirrors=[base_of(mirror)]).served_by == f"{archive.base}/ok/{NAME}"
    assert (store / PATH).read_bytes() == PACKED


def test_a_faulty_mirror_is_told_and_passed_over(get, refused, archive):
    assert get(mirrors=["mirror"]).served_by == f"{archive.base}/ok/{NAME}"
    faults = refused("404", path="archive.org/other.gz", mirrors=["mirror"])
    assert ("mirrors", "mirror") in {(fault.field, fault.value) for fault in faults}


def test_a_file_that_no_archive_has(refused, get, archive, store, mirror):
    """It says where a person gets it, and takes it from a mirror."""
    [fault] = refused("", about="https://doi.org/10.1/x, table S1")
    assert fault.where == str(store / PATH)
    assert fault.fix == f"https://doi.org/10.1/x, table S1: get it there and put it at {store / PATH}"
    assert get("", mirrors=[base_of(mirror)]).sha256 == SHA256
    assert archive.requests == []


def test_offline(refused, archive, store, waits):
    """N01: soon, with the address and the place for the file."""
    archive.stop()
    [fault] = refused()
    assert "cannot be reached: the connection is refused (is there internet here?) (tried 3 times)" in fault.problem
    assert f"put it at {store / PATH}" in fault.fix
    assert waits == [1, 2]


def test_an_address_that_is_not_allowed_is_told(refused, archive):
    """N04."""
    [fault] = refused(hosts=[])
    assert "an address of this machine" in fault.problem
    archive.target = "https://example.org/x.gz"
    [fault] = refused("redirectto")
    assert "redirects to 'https://example.org/x.gz', which leads to example.org" in fault.problem
    assert "(add it to 'hosts' if you trust it)" in fault.problem


def test_a_store_that_cannot_be_written_is_told(archive, tmp_path):
    """F01, F02: root may write everywhere, so a file stands in the place of the folder."""
    (tmp_path / "store").write_bytes(b"")
    with pytest.raises(InputFaults, match="cannot be written"):
        fetch(RemoteFile(f"{archive.base}/ok/{NAME}", PATH), tmp_path / "store", hosts=[archive.host])


@pytest.mark.parametrize("percent", range(0, 100, 5))
def test_a_body_cut_anywhere_is_refused(refused, mirror, store, percent):
    """M02: with unknown hash and no stated length."""
    mirror.write_bytes(PACKED[: len(PACKED) * percent // 100])
    refused("", mirrors=[base_of(mirror)])
    assert not (store / PATH).exists()


def test_no_flipped_bit_gets_through(get, mirror, store):
    """M02: 200 bits, unknown hash; what is accepted (a flip in the time stamp of gzip) holds the same content."""
    drawn = random.Random(11)
    refusals = 0
    for number in range(200):
        flipped = bytearray(PACKED)
        bit = drawn.randrange(80) if number < 20 else drawn.randrange(len(PACKED) * 8)
        flipped[bit // 8] ^= 1 << bit % 8
        mirror.write_bytes(flipped)
        (store / PATH).unlink(missing_ok=True)
        try:
            get("", mirrors=[base_of(mirror)])
            assert gzip.decompress((store / PATH).read_bytes()) == TEXT
        except InputFaults:
            refusals += 1
            assert not (store / PATH).exists()
    assert refusals >= 180


def test_twenty_threads_want_one_file(get, archive):
    """N09."""
    answers = []
    threads = [threading.Thread(target=lambda: answers.append(get("503x1"))) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(archive.requests) == 2
    assert [answer.sha256 for answer in answers] == [SHA256] * 20
    assert len({answer.retrieved for answer in answers}) == 1


def _fetch(base: str, store: str, stall: float) -> None:
    """In a process of its own; a mirror, since the constants of this one are not changed there."""
    patience = Patience(interval=0, stall=stall)
    assert fetch(RemoteFile("", PATH), store, mirrors=[base], patience=patience).sha256 == SHA256


def test_four_processes_want_one_file(archive, store, mirror, tmp_path):
    """N09."""
    context = multiprocessing.get_context("spawn")
    with Archive(tmp_path / "mirror") as server:
        jobs = [context.Process(target=_fetch, args=(f"{server.base}/ok", str(store), 5)) for _ in range(4)]
        for job in jobs:
            job.start()
        for job in jobs:
            job.join()
        assert [job.exitcode for job in jobs] == [0] * 4
        assert len(server.requests) == 1


def test_a_killed_download_goes_on(store, mirror, tmp_path, get):
    """F17: no half file under the final name, and the rest alone is asked for."""
    context = multiprocessing.get_context("spawn")
    part = (store / PATH).with_name(f".{NAME}.part")
    with Archive(tmp_path / "mirror") as server:
        server.stall = 60.0
        base = f"{server.base}/stall1"
        job = context.Process(target=_fetch, args=(base, str(store), 60))
        job.start()
        deadline = time.monotonic() + 30
        while not (part.exists() and part.stat().st_size > 0) and time.monotonic() < deadline:
            time.sleep(0.02)
        time.sleep(0.1)
        os.kill(job.pid, signal.SIGKILL)
        job.join()
        assert not (store / PATH).exists()
        come = part.stat().st_size
        assert get("", mirrors=[base]).sha256 == SHA256
        assert (store / PATH).read_bytes() == PACKED
        assert [request.headers.get("Range") for request in server.requests] == [None, f"bytes={come}-"]


def test_killed_before_it_got_its_name(get, archive, store, monkeypatch):
    """F17: all bytes are there; nothing is asked."""

    def killed(self, target):
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(Path, "replace", killed)
        patched.setattr(
            "secretome.downloads.store.write_json", lambda path, content: path.write_text(json.dumps(content))
        )
        with pytest.raises(KeyboardInterrupt):
            get()
    assert not (store / PATH).exists()
    assert get().sha256 == SHA256
    assert len(archive.requests) == 1
    assert names(store) == {NAME, f".{NAME}.json", ".last_request"}


def test_the_log_says_what_was_done(get, caplog):
    with caplog.at_level(logging.INFO, "secretome"):
        get("503x1")
    assert "answered 503 Service Unavailable; trying again in 1 s" in caplog.text
    assert SHA256 in caplog.text
