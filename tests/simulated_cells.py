"""Single cells of donors that differ: for the tests of what reads them, and of what a cell is worth as a replicate."""

from pathlib import Path

import numpy as np
import pandas as pd

TYPES = ("monocyte", "T cell")


def simulate(genes: int = 60, donors: int = 8, cells: int = 40, seed: int = 1, spread: float = 0.5):
    """Negative binomial counts of cells, each gene with an effect of its donor.

    Args:
        genes: how many, with 0.5 to 8 reads a cell.
        donors: half of them are treated; the treatment changes nothing.
        cells: of each donor, half of each type.
        seed: of the random numbers.
        spread: the standard deviation of the effects of donors (natural log).

    Returns:
        cells × genes, whole numbers, and the table of the cells: donor, treatment, cell_type, depth.
    """
    random = np.random.default_rng(seed)
    level = np.exp(random.uniform(np.log(0.5), np.log(8), genes))
    of_donor = np.exp(random.normal(-(spread**2) / 2, spread, (donors, genes)))
    donor = np.repeat(np.arange(donors), cells)
    mean = level * of_donor[donor] * np.exp(random.normal(0, 0.2, (donors * cells, 1)))
    counts = random.poisson(random.gamma(2.0, mean / 2.0))
    sheet = pd.DataFrame(
        {
            "donor": pd.Categorical([f"d{number}" for number in donor]),
            "treatment": pd.Categorical(np.where(donor % 2, "drug", "none")),
            "cell_type": pd.Categorical([TYPES[number % 2] for number in range(donors * cells)]),
            "depth": counts.sum(axis=1).astype(float),
        },
        index=[f"cell{number}" for number in range(donors * cells)],
    )
    return counts, sheet


def write(path: Path, counts: np.ndarray, cells: pd.DataFrame, ids=None, **more) -> Path:
    """Write an .h5ad file; the matrix cell by cell and sparse, as such files mostly have it.

    Args:
        path: to write.
        counts: cells × genes; what stands in X.
        cells: the table of the cells.
        ids: of the genes; G0, G1 … where not given.
        more: for ``anndata.AnnData`` (``X`` replaces the matrix made of the counts), or ``compression``.
    """
    from anndata import AnnData
    from scipy import sparse

    compression = more.pop("compression", None)
    matrix = more.pop("X", None)
    matrix = sparse.csr_matrix(counts.astype(np.float32)) if matrix is None else matrix
    names = [f"G{number}" for number in range(counts.shape[1])] if ids is None else ids
    AnnData(matrix, cells, pd.DataFrame(index=names), **more).write_h5ad(path, compression=compression)
    return path
