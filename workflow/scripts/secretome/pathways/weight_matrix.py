"""Gene sets as one sparse matrix, so that thousands of them cost one product."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from secretome.pathways.collections import MeasuredSet

if TYPE_CHECKING:
    from scipy.sparse import csr_array


def weight_matrix(sets: Sequence[MeasuredSet], genes: int) -> "csr_array":
    """The weights of the genes in the sets.

    Args:
        sets: the sets, each with rows below ``genes``.
        genes: how many genes there are.

    Returns:
        sets × genes; 0 where a gene is not in a set.
    """
    from scipy import sparse

    sizes = np.array([one.rows.size for one in sets], dtype=np.int64)
    weights = np.concatenate([np.zeros(0), *(one.weights for one in sets)])
    rows = np.concatenate([np.zeros(0, dtype=np.int64), *(one.rows for one in sets)])
    return sparse.csr_array((weights, rows, np.append(0, np.cumsum(sizes))), shape=(len(sets), genes))
