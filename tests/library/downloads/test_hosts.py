"""hosts: only the archives, over https, and what the user wrote."""

import pytest

from secretome.downloads.hosts import ARCHIVE_HOSTS, below_mirror, local_path, mirror_problem, refusal

MIRROR = "http://127.0.0.1:8000/mirror"


@pytest.mark.parametrize("host", sorted(ARCHIVE_HOSTS))
def test_the_archives_may_be_asked(host):
    assert refusal(f"https://{host}/folder/file.gz?a=b") == ""


@pytest.mark.parametrize(
    ("url", "hosts", "mirror"),
    [
        ("https://FTP.ncbi.nlm.nih.gov./geo", (), ""),
        ("https://ftp.ncbi.nlm.nih.gov:443/geo", (), ""),
        ("http://duffel.rail.bio/recount3/x.gz", (), ""),
        ("https://data.example.org/x.gz", ("data.example.org",), ""),
        ("https://data.example.org:8443/x.gz", ("data.example.org:8443",), ""),
        (f"{MIRROR}/a/b.gz", (), MIRROR),
        ("http://127.0.0.1:8000/elsewhere", (), MIRROR),
    ],
)
def test_what_else_may_be_asked(url, hosts, mirror):
    assert refusal(url, hosts, mirror=mirror) == ""


@pytest.mark.parametrize(
    ("url", "problem"),
    [
        ("http://ftp.ncbi.nlm.nih.gov/geo/x.gz", "is http, not https"),
        ("http://duffel.rail.bio:8080/x.gz", "not on the list"),
        ("https://example.org/x.gz", "not on the list"),
        ("https://ftp.ncbi.nlm.nih.gov.example.org/x.gz", "not on the list"),
        ("https://ftp.ncbi.nlm.nih.gov:8443/x.gz", "not on the list"),
        ("https://ftp.ncbi.nlm.nih.gov@example.org/x.gz", "user name"),
        ("https://me:secret@ftp.ncbi.nlm.nih.gov/x.gz", "user name"),
        ("https://ftp.ncbi.nlm.nih.gov\\@example.org/x.gz", "a backslash"),
        ("https://ftp.ncbi.nlm.nih.gov/x y.gz", "a space"),
        ("https://ftp.ncbi.nlm.nih.gov/x\r\nHost: example.org", "a character"),
        ("https://ftp.ncbi.nlm.nih.gοv/x.gz", "a character"),
        ("https://ftp.ncbi.nlm.nih.gov:port/x.gz", "is not an address"),
        ("https://[::1/x.gz", "is not an address"),
        ("file:///etc/passwd", "is not an https address"),
        ("ftp://ftp.ncbi.nlm.nih.gov/x.gz", "is not an https address"),
        ("/x.gz", "is not an https address"),
        ("https:///x.gz", "is not an https address"),
        ("https://127.0.0.1/x.gz", "an address of this machine"),
        ("https://10.1.2.3/x.gz", "an address of this machine"),
        ("https://192.168.0.1/x.gz", "an address of this machine"),
        ("https://169.254.169.254/latest/meta-data", "an address of this machine"),
        ("https://[::1]/x.gz", "an address of this machine"),
        ("https://localhost/x.gz", "an address of this machine"),
    ],
)
def test_what_may_not_be_asked(url, problem):
    """N04."""
    assert problem in refusal(url)


def test_the_server_of_a_mirror_is_allowed_for_the_mirror_alone():
    assert refusal(f"{MIRROR}/a/b.gz") != ""
    assert refusal("http://127.0.0.1:8001/mirror/a", mirror=MIRROR) != ""
    assert refusal("https://127.0.0.1:8000/mirror/a", mirror=MIRROR) != ""


def test_a_redirect_never_leaves_https():
    """N04: not even to the one archive that has no https."""
    assert refusal("http://duffel.rail.bio/x.gz", after="http://duffel.rail.bio/y.gz") == ""
    assert refusal("http://duffel.rail.bio/x.gz", after="https://ftp.ncbi.nlm.nih.gov/y.gz") == "leaves https for http"


@pytest.mark.parametrize("base", ["file:///data/mirror", "file://localhost/data", "https://example.org/a", MIRROR])
def test_bases_of_mirrors(base):
    assert mirror_problem(base) == ""


@pytest.mark.parametrize(
    "base",
    ["", "mirror", "file:mirror", "file://mirror/a", "file:///a?b", "ftp://example.org", "https://", "https://a:b@c/d"],
)
def test_faulty_bases_of_mirrors(base):
    assert mirror_problem(base) != ""


def test_places_below_a_mirror():
    assert below_mirror("https://example.org/a/", "host/b c#?%.gz") == "https://example.org/a/host/b%20c%23%3F%25.gz"
    assert local_path(below_mirror("file:///m", "host/b c#?%.gz")) == "/m/host/b c#?%.gz"
    assert local_path("https://example.org/a") == ""
