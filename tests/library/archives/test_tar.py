"""tar_archives: what hides between the members of a tar archive is found, and ends the unpacking of all of them."""

import gzip
import tarfile

import pytest
from strange_archives import COUNTS, GOOD, extended, header, placed, record, refused, tar, tar_of, zipped

LINK = {"type": tarfile.SYMTYPE, "linkname": "/etc/passwd"}
HOSTILE_TARS = {
    "parent": ([header("../evil.txt", COUNTS)], "leaves the folder"),
    "parent inside": ([header("a/../../evil.txt", COUNTS)], "leaves the folder"),
    "parent by an extended header": (
        [extended(tarfile.XHDTYPE, record("path", b"../evil.txt")), header("a.txt", COUNTS)],
        "leaves the folder",
    ),
    "absolute": ([header("/tmp/evil.txt", COUNTS)], "is an absolute path"),
    "drive": ([header("C:evil.txt", COUNTS)], "is an absolute path"),
    "backslash": ([header("..\\evil.txt", COUNTS)], "holds a backslash"),
    "symbolic link": ([header("a", **LINK)], "is a symbolic link"),
    "through a symbolic link": ([header("a", **LINK), header("a/evil.txt", COUNTS)], "is a symbolic link"),
    "hard link": ([header("a", type=tarfile.LNKTYPE, linkname="/etc/passwd", size=9)], "is a hard link"),
    "device": ([header("a", type=tarfile.CHRTYPE)], "is a device"),
    "block device": ([header("a", type=tarfile.BLKTYPE)], "is a device"),
    "pipe": ([header("a", type=tarfile.FIFOTYPE)], "is a pipe"),
    "sparse": ([header("a", type=tarfile.GNUTYPE_SPARSE)], "is a sparse file"),
    "unknown kind": ([header("a", type=b"V")], "is of a kind that is not understood"),
    "setuid": ([header("a", COUNTS, mode=0o4755)], "is setuid"),
    "setgid": ([header("a", COUNTS, mode=0o2755)], "is setuid or setgid"),
    "twice": ([header("a", COUNTS), header("./a", COUNTS)], "stands twice"),
    "case": ([header("a.txt", COUNTS), header("A.TXT", COUNTS)], "only in case or Unicode form"),
    "Unicode form": ([header("ü", COUNTS), header("u\u0308", COUNTS)], "stands twice"),
    "case of folders": ([header("A/x", COUNTS), header("a/y", COUNTS)], "clashes with 'A'"),
    "file and folder": ([header("a", COUNTS), header("a/b", COUNTS)], "clashes with 'a'"),
    "folder and file": ([header("a/b", COUNTS), header("a", COUNTS)], "stands twice"),
    "long name": (
        [extended(tarfile.GNUTYPE_LONGNAME, b"x" * 5000 + b"\0"), header("x", COUNTS)],
        "longer than 255 bytes",
    ),
    "not UTF-8": ([header(b"\xff\xfe.txt", COUNTS)], "is not UTF-8"),
    "NUL": ([extended(tarfile.XHDTYPE, record("path", b"a\0b")), header("a", COUNTS)], "holds a control character"),
    "newline": ([header("a\nb", COUNTS)], "holds a control character"),
    "no name": ([header("./.", COUNTS)], "has no name"),
    "folder with content": ([header("a", COUNTS, type=tarfile.DIRTYPE)], "has a size that cannot be"),
    "huge extended header": ([header("x", type=tarfile.XHDTYPE, size=2**33)], "extended header of 8,589,934,592"),
    "sparse by extended header": (
        [extended(tarfile.XHDTYPE, record("GNU.sparse.major", b"1")), header("a", COUNTS)],
        "which is not understood",
    ),
    "path of all members": ([extended(tarfile.XGLTYPE, record("path", b"x")), header("a", COUNTS)], "not understood"),
    "bad extended header": ([extended(tarfile.XHDTYPE, b"99 path=x\n"), header("a", COUNTS)], "damaged extended"),
    "huge size": ([header("a", size=2**60)], "unpacks to more than 50,000,000 bytes"),
    "nested": ([header("a.tar", tar(GOOD))], "is an archive inside an archive"),
    "nested zip": ([header("a.xlsx", zipped(GOOD))], "is an archive inside an archive"),
    "nested tar.gz": ([header("a.tar.gz", tar(GOOD, "w:gz"))], "is an archive inside an archive"),
    "gzip in gzip": ([header("a.gz", gzip.compress(gzip.compress(COUNTS)))], "is a gzip file inside a gzip file"),
    "cut gzip": ([header("a.gz", gzip.compress(COUNTS)[:-9])], "is a gzip file that is damaged or cut off"),
}


@pytest.mark.parametrize("packed", [False, True], ids=["tar", "tar.gz"])
@pytest.mark.parametrize("case", HOSTILE_TARS)
def test_a_hostile_tar_is_refused_whole(tmp_path, case, packed):
    """A01, A03: the good member before and the one behind are not left behind either."""
    members, problem = HOSTILE_TARS[case]
    content = tar_of(header("first.txt", COUNTS), *members, header("last.txt", COUNTS))
    path = placed(tmp_path, gzip.compress(content) if packed else content, "x.tar.gz" if packed else "x.tar")
    assert problem in refused(path, tmp_path)
