"""Make the bundled data from the folder of public extracts that the project was started from.

Run as `python data/bundled/make_bundled.py ../shared/registry`. The same extracts give the same bytes.
"""

import gzip
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

HERE = Path(__file__).resolve().parent

AIRWAY_TREATMENT = {"untrt": "untreated", "trt": "dexamethasone"}

Row = list[str]


def read_rows(path: Path) -> Iterator[Row]:
    """The lines of a tab-separated file, gzip or not, split; quotes are text."""
    opened = gzip.open(path, "rt", encoding="utf-8") if path.suffix == ".gz" else path.open(encoding="utf-8")
    with opened as lines:
        for line in lines:
            yield line.rstrip("\r\n").split("\t")


def write_rows(path: Path, rows: Iterable[Row]) -> None:
    """Write tab-separated rows; a name that ends in .gz is compressed without a date or a name inside."""
    path.parent.mkdir(parents=True, exist_ok=True)
    content = "".join("\t".join(row) + "\n" for row in rows).encode()
    if path.suffix == ".gz":
        content = gzip.compress(content, compresslevel=9, mtime=0)
    path.write_bytes(content)


def counts_with_reads(source: Path) -> list[Row]:
    """The header and the rows of a count table that have a read in any sample."""
    header, *rows = read_rows(source)
    return [header, *(row for row in rows if any(count != "0" for count in row[1:]))]


def make_airway(registry: Path) -> None:
    """GSE52778: four donors, each without and with dexamethasone."""
    folder = HERE / "airway_dexamethasone"
    write_rows(folder / "counts.tsv.gz", counts_with_reads(registry / "airway_counts.tsv.gz"))
    header, *rows = read_rows(registry / "airway_samples.tsv")
    # The extract was written with row names: its first column has no header.
    column = {name: position for position, name in enumerate(header)}
    sheet = [["sample", "donor", "treatment", "geo_sample"]]
    for row in rows:
        treatment = AIRWAY_TREATMENT[row[column["dex"]]]
        sheet.append([row[column["Run"]], row[column["cell"]], treatment, row[column["SampleName"]]])
    write_rows(folder / "samples.tsv", sheet)


def make_lncap(registry: Path) -> None:
    """Li 2008: LNCaP cells, four lanes mock and three lanes dihydrotestosterone."""
    folder = HERE / "lncap_androgen"
    write_rows(folder / "counts.tsv.gz", counts_with_reads(registry / "LNCaP_DHT_counts.tsv.gz"))
    write_rows(folder / "samples.tsv", read_rows(registry / "LNCaP_DHT_samples.tsv"))


def main(registry: Path) -> None:
    """Write every bundled file beside this script."""
    make_airway(registry)
    make_lncap(registry)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
