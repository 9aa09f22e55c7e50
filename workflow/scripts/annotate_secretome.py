"""Name the secreted genes of one contrast, by which evidence, and test them as a family of their own."""

from secretome import secreted as secreted_genes
from secretome.logs import log_to
from secretome.tables import DIFFERENTIAL, SECRETOME, read_table, write_table


def main(differential: str, secreted: str, secretome: str, settings: dict) -> None:
    """Write secretome.tsv.

    Args:
        differential: differential.tsv of the contrast.
        secreted: the bundled table of secreted genes.
        secretome: the table to write, contract ``SECRETOME``.
        settings: ``thresholds``.
    """
    known = secreted_genes.read_secreted(secreted)
    table = secreted_genes.annotate(read_table(differential, DIFFERENTIAL), known, settings["thresholds"])
    write_table(secretome, table, SECRETOME)


if "snakemake" in globals():
    with log_to(snakemake.log[0]):
        main(
            differential=snakemake.input.differential,
            secreted=snakemake.input.secreted,
            secretome=snakemake.output.secretome,
            settings=snakemake.params.settings,
        )
