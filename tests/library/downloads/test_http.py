"""http: one request, one answer; what is refused for good and what may be asked again."""

import shutil
import socket
import subprocess
import threading
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
import requests
import urllib3
from faulty_archive import LAST_MODIFIED, Archive

from secretome.downloads import hosts, http
from secretome.downloads.http import Interrupted, Patience, Refused, Terms, copy, receive
from secretome.downloads.store import Part

CONTENT = bytes(range(256)) * 40


@pytest.fixture(autouse=True)
def no_proxy(monkeypatch):
    monkeypatch.setenv("NO_PROXY", "*")
    monkeypatch.setattr(hosts, "HTTP_HOSTS", frozenset({"127.0.0.1"}))


@pytest.fixture
def archive(tmp_path):
    (tmp_path / "archive").mkdir()
    (tmp_path / "archive/x.bin").write_bytes(CONTENT)
    with Archive(tmp_path / "archive") as running:
        yield running


@pytest.fixture
def part(tmp_path):
    (tmp_path / "store").mkdir()
    return Part(tmp_path / "store/x.bin")


@pytest.fixture
def terms(tmp_path, archive):
    return Terms(tmp_path / "store", 1_000_000, (archive.host,), patience=Patience(interval=0, stall=1.0))


def test_a_whole_file(archive, part, terms):
    url = f"{archive.base}/ok/x.bin"
    receive(url, part, terms)
    assert part.path.read_bytes() == CONTENT
    notes = part.notes(url)
    assert (notes["served_by"], notes["size"], notes["last_modified"]) == (url, len(CONTENT), LAST_MODIFIED)
    assert (notes["etag"][0], notes["encoding"]) == ('"', "")
    [request] = archive.requests
    assert request.headers["Accept-Encoding"] == "identity"
    assert "Range" not in request.headers


@pytest.mark.parametrize(
    ("status", "text"),
    [(404, "withdrawn, private"), (403, "withdrawn or private"), (410, "was withdrawn"), (401, "401"), (501, "501")],
)
def test_what_is_refused_for_good(archive, part, terms, status, text):
    """N07."""
    with pytest.raises(Refused, match=text) as caught:
        receive(f"{archive.base}/{status}/x.bin", part, terms)
    assert caught.value.absent == (status in (404, 410))
    assert part.size() == 0


@pytest.mark.parametrize("status", [408, 429, 500, 502, 503, 504])
def test_what_passes(archive, part, terms, status):
    """N02."""
    with pytest.raises(Interrupted, match=f"answered {status}") as caught:
        receive(f"{archive.base}/{status}/x.bin", part, terms)
    assert caught.value.wait is None
    with pytest.raises(Interrupted) as caught:
        receive(f"{archive.base}/{status}x9after7/x.bin", part, terms)
    assert caught.value.wait == 7


def test_retry_after_as_a_date():
    soon = format_datetime(datetime.now(UTC) + timedelta(seconds=90), usegmt=True)
    assert 80 < http._retry_after(soon) <= 90
    assert http._retry_after("Wed, 21 Oct 2015 07:28:00 GMT") == 0
    assert [http._retry_after(text) for text in ("", "soon", "-1", "1.5")] == [None] * 4


@pytest.mark.parametrize("fault", ["cut1", "reset1", "stall1"])
def test_the_rest_is_asked_for(archive, part, terms, fault):
    """N02: by Range, only if the file is still the same."""
    url = f"{archive.base}/{fault}/x.bin"
    with pytest.raises(Interrupted):
        receive(url, part, terms)
    come = part.size()
    assert 0 < come <= len(CONTENT) // 2
    receive(url, part, terms)
    assert part.path.read_bytes() == CONTENT
    headers = archive.requests[-1].headers
    assert headers["Range"] == f"bytes={come}-"
    assert headers["If-Range"] == part.notes(url)["etag"]


@pytest.mark.parametrize(("fault", "ranges"), [("cutnorange1", 1), ("cutnoetag1", 0)])
def test_without_ranges_or_a_version_it_begins_anew(archive, part, terms, fault, ranges):
    url = f"{archive.base}/{fault}/x.bin"
    with pytest.raises(Interrupted, match="broke off"):
        receive(url, part, terms)
    receive(url, part, terms)
    assert part.path.read_bytes() == CONTENT
    assert sum("Range" in request.headers for request in archive.requests) == ranges


def test_a_new_version_begins_anew(archive, part, terms):
    """N02: checked against the ETag; the server ignores If-Range and sends the end of another version."""
    url = f"{archive.base}/corruptcut/x.bin"
    with pytest.raises(Interrupted):
        receive(url, part, terms)
    with pytest.raises(Interrupted, match="does not belong"):
        receive(url, part, terms)
    assert part.size() == 0


def test_a_file_that_changed_in_between_is_sent_whole(archive, part, terms):
    url = f"{archive.base}/cut1/x.bin"
    with pytest.raises(Interrupted):
        receive(url, part, terms)
    (archive.folder / "x.bin").write_bytes(CONTENT[::-1])
    receive(url, part, terms)
    assert part.path.read_bytes() == CONTENT[::-1]


def test_a_piece_that_was_not_asked_for_is_refused(archive, part, terms):
    url = f"{archive.base}/wronglength/x.bin"
    for _ in range(2):
        with pytest.raises(Interrupted):
            receive(url, part, terms)
    assert part.size() == 0


def test_a_part_that_is_longer_than_the_file_begins_anew(archive, part, terms):
    """416."""
    url = f"{archive.base}/cut1/x.bin"
    with pytest.raises(Interrupted):
        receive(url, part, terms)
    part.path.write_bytes(CONTENT * 2)
    with pytest.raises(Interrupted, match="no more than"):
        receive(url, part, terms)
    receive(url, part, terms)
    assert part.path.read_bytes() == CONTENT


def test_a_complete_part_is_not_asked_for_again(archive, part, terms):
    """F17: killed between the last byte and the rename."""
    url = f"{archive.base}/ok/x.bin"
    receive(url, part, terms)
    receive(url, part, terms)
    assert len(archive.requests) == 1


def test_a_trickle_is_broken_off(archive, part, terms):
    """N02: each byte comes before the stall time is over."""
    patience = Patience(interval=0, stall=1.0, window=0.3, least_rate=1000)
    with pytest.raises(Interrupted, match="fewer than 1,000 bytes a second"):
        receive(f"{archive.base}/trickle/x.bin", part, Terms(terms.store, 10**6, terms.hosts, patience=patience))
    assert 0 < part.size() < 100


def test_too_few_bytes_are_told(archive, part, terms):
    """N03."""
    with pytest.raises(Interrupted):
        receive(f"{archive.base}/long/x.bin", part, terms)


def test_chunks(archive, part, terms):
    url = f"{archive.base}/chunked/x.bin"
    receive(url, part, terms)
    assert part.path.read_bytes() == CONTENT
    assert part.notes(url)["size"] is None
    with pytest.raises(Interrupted):
        receive(f"{archive.base}/chunkedcut/x.bin", part, terms)


@pytest.mark.parametrize("fault", ["huge", "endless"])
def test_more_than_is_allowed_is_refused(archive, part, terms, fault):
    """N08: by what is stated, or by what comes."""
    with pytest.raises(Refused, match="1,000,000 are allowed"):
        receive(f"{archive.base}/{fault}/x.bin", part, terms)
    assert part.size() == 0


def test_a_full_disk_is_told_before(archive, part, terms, monkeypatch):
    """F01."""
    monkeypatch.setattr(http.shutil, "disk_usage", lambda folder: shutil._ntuple_diskusage(1, 1, 5))
    with pytest.raises(Refused, match=r"needs 10,240 bytes in .* where 5 are free"):
        receive(f"{archive.base}/ok/x.bin", part, terms)


def test_redirects_are_followed(archive, part, terms):
    url = f"{archive.base}/redirect/x.bin"
    receive(url, part, terms)
    assert part.notes(url)["served_by"] == f"{archive.base}/ok/x.bin"
    assert part.path.read_bytes() == CONTENT


@pytest.mark.parametrize(
    ("target", "problem"),
    [
        ("http://ftp.ncbi.nlm.nih.gov/x", "is http, not https"),
        ("https://example.org/x", "not on the list of hosts"),
        ("//example.org/x", "not https|not on the list"),
        ("file:///etc/passwd", "is not an https address"),
        ("https://127.0.0.1:1/x", "an address of this machine"),
        ("https://169.254.169.254/x", "an address of this machine"),
        ("https://[::1/x", "is not an address"),
        ("https://me:secret@www.ebi.ac.uk/x", "user name"),
    ],
)
def test_redirects_that_lead_astray(archive, part, terms, target, problem):
    """N04."""
    archive.target = target
    with pytest.raises(Refused, match=f"redirects to .*({problem})"):
        receive(f"{archive.base}/redirectto/x.bin", part, terms)
    assert len(archive.requests) == 1


def test_the_body_of_a_redirect_is_not_read(archive, part, terms):
    """N08."""
    receive(f"{archive.base}/redirectendless/x.bin", part, terms)
    assert part.path.read_bytes() == CONTENT


def test_a_redirect_of_an_archive_to_the_mirror_is_refused(archive, part, terms, tmp_path):
    """N04: what the user allowed for the mirror holds for the mirror."""
    with Archive(tmp_path) as mirror:
        archive.target = f"{mirror.base}/ok/x.bin"
        with pytest.raises(Refused, match="redirects to"):
            receive(f"{archive.base}/redirectto/x.bin", part, terms)
        assert mirror.requests == []


def test_a_loop_of_redirects_ends(archive, part, terms):
    with pytest.raises(Refused, match="more than 5 times"):
        receive(f"{archive.base}/loop/x.bin", part, terms)
    assert len(archive.requests) == 6


def test_what_is_not_allowed_is_not_asked(archive, part, tmp_path):
    with pytest.raises(Refused, match="this machine"):
        receive(f"{archive.base}/ok/x.bin", part, Terms(tmp_path, 10**6))
    assert archive.requests == []


def test_nobody_there(archive, part, terms):
    """N01."""
    archive.stop()
    with pytest.raises(Interrupted, match="the connection is refused") as caught:
        receive(f"{archive.base}/ok/x.bin", part, terms)
    assert caught.value.unreachable


def test_no_such_name(part, tmp_path):
    """N01: .invalid is kept free for this."""
    terms = Terms(tmp_path, 10**6, ("archive.invalid",), patience=Patience(interval=0, connect=5))
    with pytest.raises(Interrupted, match="its name is not known") as caught:
        receive("https://archive.invalid/x.bin", part, terms)
    assert caught.value.unreachable


def test_a_proxy_that_is_not_there(part, tmp_path, monkeypatch):
    """N01."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    for name in ("NO_PROXY", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HTTPS_PROXY", f"http://127.0.0.1:{port}")
    terms = Terms(tmp_path, 10**6, patience=Patience(interval=0, connect=5))
    with pytest.raises(Interrupted, match="proxy") as caught:
        receive("https://www.ebi.ac.uk/x.bin", part, terms)
    assert caught.value.unreachable


def test_a_server_that_speaks_no_http(part, tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as server:

        def rubbish():
            connection, _ = server.accept()
            with connection:
                connection.recv(1000)
                connection.sendall(b"\x00\x01rubbish\r\n\r\n")

        threading.Thread(target=rubbish, daemon=True).start()
        host = f"127.0.0.1:{server.getsockname()[1]}"
        with pytest.raises(Interrupted, match="broke off"):
            receive(f"http://{host}/x", part, Terms(tmp_path, 10**6, (host,), patience=Patience(interval=0, stall=5)))


@pytest.fixture
def certificate(tmp_path):
    if not shutil.which("openssl"):
        pytest.skip("openssl, which makes the certificate of the test, is not installed")
    files = tmp_path / "key.pem", tmp_path / "certificate.pem"
    command = "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=127.0.0.1"
    command += f" -addext subjectAltName=IP:127.0.0.1 -keyout {files[0]} -out {files[1]}"
    subprocess.run(command.split(), check=True, capture_output=True)
    return files


def test_a_certificate_that_nobody_trusts(certificate, part, tmp_path, monkeypatch):
    """N05: and the same server once its certificate is trusted."""
    import ssl

    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate[1], certificate[0])
    (tmp_path / "x.bin").write_bytes(CONTENT)
    monkeypatch.delenv("REQUESTS_CA_BUNDLE", raising=False)
    with Archive(tmp_path, tls=context) as archive:
        terms = Terms(tmp_path, 10**6, (archive.host,), patience=Patience(interval=0, stall=5))
        with pytest.raises(Refused, match="certificate that cannot be trusted"):
            receive(f"{archive.base}/ok/x.bin", part, terms)
        assert archive.requests == []
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(certificate[1]))
        receive(f"{archive.base}/ok/x.bin", part, terms)
        assert part.path.read_bytes() == CONTENT
        archive.target = archive.base.replace("https", "http")
        with pytest.raises(Refused, match="leaves https for http"):
            receive(f"{archive.base}/redirectto/x.bin", part, terms)


def test_verification_is_never_turned_off():
    """N05."""
    from pathlib import Path

    folder = Path(http.__file__).parent
    assert not [path.name for path in folder.rglob("*.py") if "verify" in path.read_text().lower().replace("_", "")]


@pytest.mark.parametrize(
    ("error", "kind", "text"),
    [
        (requests.exceptions.SSLError("EOF occurred in violation of protocol"), Interrupted, "TLS connection"),
        (requests.exceptions.InvalidURL("x"), Refused, "not an address"),
        (requests.ConnectionError("<object at 0x7f>"), Interrupted, "broke off the connection"),
        (requests.ConnectionError(urllib3.exceptions.ConnectTimeoutError(None, "")), Interrupted, "does not answer"),
        (requests.exceptions.ReadTimeout("/certificate.txt"), Interrupted, "stopped sending"),
    ],
)
def test_errors_are_told_in_our_words(error, kind, text):
    told = http._told(error)
    assert type(told) is kind
    assert text in str(told)
    assert "0x" not in str(told)


def test_copies_of_a_mirror_on_this_machine(tmp_path, part, terms):
    source = tmp_path / "archive/x.bin"
    copy(source, part, terms)
    assert part.path.read_bytes() == CONTENT
    assert part.notes(source.as_uri())["size"] == len(CONTENT)
    for absent in (tmp_path / "archive", tmp_path / "nothing"):
        with pytest.raises(Refused) as caught:
            copy(absent, part, terms)
        assert caught.value.absent
    with pytest.raises(Refused, match="99 are allowed"):
        copy(source, part, Terms(tmp_path, 99))
