"""Many gene sets as one sparse matrix: sums over the genes of every set at once."""

from collections.abc import Sequence

import numpy as np
from scipy import sparse

from secretome.pathways.collections import MeasuredSet

LEADING_GENES = 10  # the most that a test names of a set


def membership(sets: Sequence[MeasuredSet], n_genes: int) -> sparse.csr_array:
    """The weights of the genes in the sets, so that the product with a column of the genes is a weighted sum a set.

    Args:
        sets: the sets among these genes, each gene once.
        n_genes: how many genes there are.

    Returns:
        sets × genes, the genes of a set in the order of their rows.
    """
    ends = np.cumsum([0, *(one.rows.size for one in sets)])
    rows = np.concatenate([np.zeros(0, int), *(one.rows for one in sets)])
    weights = np.concatenate([np.zeros(0), *(one.weights for one in sets)])
    members = sparse.csr_array((weights, rows, ends), shape=(len(sets), n_genes))
    members.sort_indices()
    return members


def alike(members: sparse.csr_array) -> sparse.csr_array:
    """The same sets with every gene counting 1."""
    return sparse.csr_array((np.ones_like(members.data), members.indices, members.indptr), shape=members.shape)


def sizes(members: sparse.csr_array) -> np.ndarray:
    """How many genes each set has."""
    return np.diff(members.indptr)
