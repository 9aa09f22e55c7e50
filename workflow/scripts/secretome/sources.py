"""Where the files of a study come from: for each kind of source the addresses, and the names they are kept under.

Knows the layout of the archives; fetches nothing and opens nothing. common.smk imports this while Snakemake parses.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class RemoteFile:
    """One file that a study needs.

    Attributes:
        url: its address (https); "" where no archive has it and it can only be put there by hand.
        path: where it is kept below data/downloads: ``<host>/<path>`` of the archive, which is also its place below a
            mirror; a file that several studies need is kept once.
        sha256: its hash, where it is known in advance.
        about: where a person gets a file that has no address.
    """

    url: str
    path: str
    sha256: str = ""
    about: str = ""
