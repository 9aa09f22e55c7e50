"""Make the golden tables anew: `python tests/golden/make_golden.py`, where R has limma, edgeR and statmod.

Exports the counts, designs and gene sets of the bundled studies as our own code prepares them, for make_golden.R.
"""

import subprocess
import sys
import tempfile
from pathlib import Path

import pandas as pd

GOLDEN = Path(__file__).resolve().parent
sys.path[:0] = [str(GOLDEN), str(GOLDEN.parents[1] / "workflow" / "scripts")]

import bundled  # noqa: E402


def export(study: str, folder: Path) -> None:
    """Write the counts (genes × samples), and the design with the samples and their groups."""
    expression, design = bundled.prepared(study), bundled.design(study)
    counts = pd.DataFrame(
        expression.counts.T.astype(int), index=expression.genes.index, columns=expression.samples.index
    )
    counts.to_csv(folder / f"{study}.counts.tsv", sep="\t", index_label="gene")
    group_of = {sample: level for level, samples in design.groups.items() for sample in samples}
    sheet = pd.DataFrame(design.matrix, columns=list(design.columns))
    sheet.insert(0, "group", [group_of[sample] for sample in design.samples])
    sheet.insert(0, "sample", list(design.samples))
    sheet.to_csv(folder / f"{study}.design.tsv", sep="\t", index=False)


def main() -> None:
    """Export, and run R."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for study in bundled.CONTRASTS:
            export(study, folder)
        rows = [
            (f"{collection.name}/{gene_set}", gene, weight)
            for collection in bundled.collections()
            for gene_set, genes in collection.sets.items()
            for gene, weight in genes.items()
        ]
        pd.DataFrame(rows, columns=["set", "gene", "weight"]).to_csv(folder / "sets.tsv", sep="\t", index=False)
        subprocess.run(["Rscript", GOLDEN / "make_golden.R", folder, GOLDEN, *bundled.CONTRASTS], check=True)
        subprocess.run(["Rscript", GOLDEN / "models" / "make_models.R", GOLDEN / "models"], check=True)


if __name__ == "__main__":
    main()
