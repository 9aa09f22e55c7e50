"""Make the bundled data from the folder of public extracts that the project was started from.

Run as `python data/bundled/make_bundled.py ../shared/registry`. The same extracts give the same bytes.
"""

import gzip
import hashlib
import re
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

import pandas as pd

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parents[1] / "workflow/scripts"))

from secretome.genes import current_symbols  # noqa: E402
from secretome.secreted import classify  # noqa: E402
from secretome.synthesis.ligand_receptor_table import make_pairs  # noqa: E402

AIRWAY_TREATMENT = {"untrt": "untreated", "trt": "dexamethasone"}
PROGENY_GENES = 500
# Not genes: enhancers and other stretches; and loci that are known by a disease only.
NOT_GENES = ("biological-region", "unknown")
# Entrez calls the mitochondrial genes ND1, COX1, TRNF; HGNC calls them MT-ND1, MT-CO1, MT-TF.
MITOCHONDRIAL = re.compile(r"(?P<gene>ND[1-6]L?|ATP[68]|RNR[12]|CYTB|COX[123]|TRN[A-Z][12]?)")
MITOCHONDRIAL_NAME = {"CYTB": "MT-CYB", "COX1": "MT-CO1", "COX2": "MT-CO2", "COX3": "MT-CO3"}
FIRST_MITOCHONDRIAL, LAST_MITOCHONDRIAL = 4508, 4579
# The two ribosomal RNAs, up to a third of the reads of a sample, have no Ensembl id in the registry.
MITOCHONDRIAL_RRNA = {"MT-RNR1": "ENSG00000211459", "MT-RNR2": "ENSG00000210082"}

Row = list[str]


def read_rows(path: Path) -> Iterator[Row]:
    """The lines of a tab-separated file, gzip or not, split; quotes are text."""
    content = path.read_bytes()
    text = (gzip.decompress(content) if path.suffix == ".gz" else content).decode()
    # Not splitlines: it would also break a line at characters that only look like line ends.
    for line in text.removesuffix("\n").split("\n"):
        yield line.removesuffix("\r").split("\t")


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


def read_table(path: Path) -> pd.DataFrame:
    """A tab-separated file as text; quotes are text."""
    header, *rows = read_rows(path)
    return pd.DataFrame(rows, columns=header)


def write_frame(path: Path, table: pd.DataFrame) -> None:
    """Write a table of text with its header."""
    write_rows(path, [list(table.columns), *table.to_numpy().tolist()])


def hgnc_name(entrez: str, symbol: str) -> str:
    """The HGNC symbol of a mitochondrial gene; every other symbol as it is."""
    mitochondrial = FIRST_MITOCHONDRIAL <= int(entrez) <= LAST_MITOCHONDRIAL and MITOCHONDRIAL.fullmatch(symbol)
    return MITOCHONDRIAL_NAME.get(symbol, "MT-" + symbol.replace("TRN", "T")) if mitochondrial else symbol


def joined(ids: str) -> str:
    """Ids joined by "|", once each, sorted."""
    return "|".join(sorted(set(ids.split("|")) - {""}))


def make_genes(registry: Path) -> pd.DataFrame:
    """One row an Entrez gene, its Ensembl and UniProt ids joined by "|"."""
    table = read_table(registry / "org.Hs.eg.db_3.16.0_ids.tsv.gz")
    table = table[~table["gene_type"].isin(NOT_GENES) | (table["ensembl"] != "")]
    genes = table.drop_duplicates("entrez").copy()
    for column in ("ensembl", "uniprot"):
        every = table.groupby("entrez")[column].apply("|".join)
        genes[column] = genes["entrez"].map(every).map(joined)
    genes["symbol"] = [hgnc_name(*pair) for pair in zip(genes["entrez"], genes["symbol"], strict=True)]
    genes["ensembl"] = genes["symbol"].map(MITOCHONDRIAL_RRNA).fillna(genes["ensembl"])
    genes = genes.sort_values("entrez", key=lambda entrez: entrez.astype(int))
    write_frame(HERE / "knowledge/genes.tsv.gz", genes)
    return genes


def make_aliases(registry: Path, genes: pd.DataFrame) -> pd.DataFrame:
    """The names of old of each gene that is in ``genes``."""
    table = read_table(registry / "org.Hs.eg.db_3.16.0_alias.tsv.gz")
    table["symbol"] = table["entrez"].map(genes.set_index("entrez")["symbol"])
    usable = table["symbol"].notna() & (table["alias"] != table["symbol"]) & ~table["alias"].str.contains(r"[\s\"]")
    aliases = table.loc[usable, ["alias", "symbol"]].drop_duplicates().sort_values(["alias", "symbol"])
    write_frame(HERE / "knowledge/aliases.tsv.gz", aliases)
    return aliases


def make_hallmark(registry: Path, genes: pd.DataFrame, aliases: pd.DataFrame) -> None:
    """The Hallmark sets with current symbols."""
    sets = list(read_rows(registry / "h.all.v7.5.1.symbols.gmt"))
    members = [member for _, _, *members in sets for member in members]
    current = dict(zip(members, current_symbols(members, genes, aliases), strict=True))
    print(f"Hallmark: no current symbol for {sorted(old for old, new in current.items() if not new)}")
    rows = [[name, link, *sorted({current[old] for old in old_members} - {""})] for name, link, *old_members in sets]
    write_rows(HERE / "knowledge/hallmark.gmt.gz", sorted(rows))


def make_progeny(registry: Path, genes: pd.DataFrame, aliases: pd.DataFrame) -> None:
    """The genes of the smallest p-values of each PROGENy pathway, with current symbols."""
    table = read_table(registry / "progeny_model_human_full.tsv.gz")
    table["p"] = table["p.value"].astype(float)
    table = table.sort_values(["pathway", "p", "gene"]).groupby("pathway").head(PROGENY_GENES)
    table["gene"] = current_symbols(table["gene"], genes, aliases)
    # ASSUME the first 500 are PROGENy's own; those without a current symbol are not replaced by the next ones.
    table = table[table["gene"] != ""].drop_duplicates(["pathway", "gene"])
    print(table["pathway"].value_counts().to_string())
    write_frame(HERE / "knowledge/progeny.tsv.gz", table[["gene", "pathway", "weight"]])


def make_secreted(registry: Path, genes: pd.DataFrame) -> pd.DataFrame:
    """The secreted genes with their class and evidence."""
    locations = read_table(registry / "secreted_GO_CC_org.Hs.eg.db_3.16.0.tsv.gz")
    ligands = read_table(registry / "ligand_cytokine_growthfactor_GO_MF_org.Hs.eg.db_3.16.0.tsv.gz")
    curated = read_table(HERE / "knowledge/curated_secreted.tsv")
    unknown = set(curated["gene"]) - set(genes["symbol"])
    if unknown:
        raise SystemExit(f"curated_secreted.tsv: not current symbols: {sorted(unknown)}")
    secreted = classify(locations, ligands, curated, genes)
    print(secreted["secreted_class"].value_counts().to_string())
    write_frame(HERE / "knowledge/secreted.tsv.gz", secreted)
    return secreted


def make_ligand_receptor(registry: Path, genes: pd.DataFrame, aliases: pd.DataFrame, secreted: pd.DataFrame) -> None:
    """Ligands and their receptors, of the two collections under the MIT licence alone."""
    rows = pd.read_csv(registry / "omni_resource.csv", dtype=str, keep_default_na=False)
    partners = read_table(HERE / "knowledge/receptor_partners.tsv")
    pairs, counts = make_pairs(rows, partners, secreted, genes, aliases)
    print(f"Ligands and receptors: {counts}")
    write_frame(HERE / "knowledge/ligand_receptor.tsv.gz", pairs)


def print_hashes() -> None:
    """Print the table of sizes and hashes that README.md holds."""
    for path in sorted(path for path in HERE.rglob("*.*") if path.suffix in (".gz", ".tsv")):
        content = path.read_bytes()
        print(f"| `{path.relative_to(HERE)}` | {len(content)} | `{hashlib.sha256(content).hexdigest()}` |")


def main(registry: Path) -> None:
    """Write every bundled file beside this script."""
    make_airway(registry)
    make_lncap(registry)
    genes = make_genes(registry)
    aliases = make_aliases(registry, genes)
    make_hallmark(registry, genes, aliases)
    make_progeny(registry, genes, aliases)
    secreted = make_secreted(registry, genes)
    make_ligand_receptor(registry, genes, aliases, secreted)
    print_hashes()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
