"""A gene without a single read: how high its level can be all the same. No effect follows from it, only a bound."""

import numpy as np

from secretome.models.contrasts import CONFIDENCE

# ASSUME a gene without reads varies between samples by 40 % of its mean (a squared coefficient of 0.16), as is common
# in counts of human samples; nothing in its own counts can say so.
DISPERSION = 0.16
_STEPS = 100


def level_at_most(library_sizes: np.ndarray, dispersion: float = DISPERSION) -> float:
    """The highest level that is compatible with no read in any of the samples: a one-sided 95 % limit.

    A level λ (reads per million) gives sample i negative binomial counts of the mean μᵢ = λ Nᵢ / 10⁶ and the dispersion
    φ, so that all samples are without a read with probability Π (1 + φ μᵢ)^(−1/φ). The limit is the λ at which this is
    0.05; without dispersion it is the rule of three, 3.0 reads over all the samples together.

    Args:
        library_sizes: effective library sizes of the samples, reads; at least one.
        dispersion: of the negative binomial distribution, 0 for Poisson.

    Returns:
        Counts per million.

    Raises:
        ValueError: a library without reads, or a negative dispersion.
    """
    sizes = np.asarray(library_sizes, dtype=float)
    if not sizes.size or not (sizes > 0).all() or dispersion < 0:
        raise ValueError("each sample needs a library of more than 0 reads, and the dispersion is 0 or more")
    wanted = -np.log(1 - CONFIDENCE)
    by_poisson = wanted / sizes.sum() * 1e6
    if dispersion == 0:
        return float(by_poisson)

    def surprise(level: float) -> float:
        """Minus the logarithm of the probability of no read."""
        return float(np.log1p(dispersion * level * sizes / 1e6).sum() / dispersion)

    low, high = by_poisson, 2 * by_poisson  # a dispersion only raises the limit
    while surprise(high) < wanted:
        high *= 2
    for _ in range(_STEPS):
        middle = (low + high) / 2
        low, high = (middle, high) if surprise(middle) < wanted else (low, middle)
    return high


def bound_of_groups(library_sizes: np.ndarray, groups: list[np.ndarray]) -> float:
    """The bound that holds in each of the groups: that of the one which would show the gene least.

    Args:
        library_sizes: samples, effective.
        groups: the rows of each group.
    """
    return max(level_at_most(library_sizes[rows]) for rows in groups)
