"""Over-representation of the secreted genes that change: exploratory."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from scipy import special

from secretome.models.contrasts import CONFIDENCE
from secretome.pathways.collections import Collection, measured_sets

COLUMNS = ["gene_set", "size", "effect", "ci_low", "ci_high", "p_value", "leading_genes"]
HALF = 0.5  # added to each cell of the table (Haldane, Anscombe): a set without hits has an odds ratio too


def over_representation(collection: Collection, hits: Sequence[str], background: Sequence[str]) -> pd.DataFrame:
    """Ask of each set whether more of its genes are hits than chance would put there.

    Hypergeometric test, upper tail: of the background as many genes as there are hits, drawn at random. The effect is
    the log2 odds ratio of being a hit, in the set against outside it, with 0.5 added to each of the four counts, and
    its interval is that of Woolf on these counts (1955, doi 10.1111/j.1469-1809.1955.tb01348.x; with the halves Gart
    1966, J. R. Stat. Soc. B 28, 164).

    # ASSUME hits of both directions count together: the question is which themes the change of the secretome touches;
    # in which direction a set moves is what the rotation test says.

    Genes are counted as though they were drawn one by one. They go together, so that the p-values are too small: for
    looking, not for deciding.

    Args:
        collection: the sets; their weights are not used, their size limits count genes of the background.
        hits: symbols, unique, the strongest first.
        background: symbols, unique: every gene that could have been a hit. For secreted hits the secreted genes that
            were tested: against the genome any set rich in secreted genes would win.

    Returns:
        One row a set: gene_set size (its genes in the background) effect ci_low ci_high (95 %) p_value leading_genes
        (the hits in the set, in their order). No rows where there are no hits.

    Raises:
        ValueError: a hit is not in the background, or a gene stands twice.
    """
    _check(hits, background)
    sets, _ = measured_sets(collection, background) if hits else ([], {})
    rank_of = {gene: rank for rank, gene in enumerate(hits)}
    ranks = np.array([rank_of.get(gene, -1) for gene in background], dtype=int)
    found = [np.sort(own[own >= 0]) for own in (ranks[one.rows] for one in sets)]
    size = np.array([one.rows.size for one in sets], dtype=float)
    count = np.array([own.size for own in found], dtype=float)
    ratio, error = _odds_ratio(count, size - count, len(hits) - count, len(background) - len(hits) - size + count)
    reach = float(special.ndtri((1 + CONFIDENCE) / 2)) * error
    return pd.DataFrame(
        {
            "gene_set": [one.name for one in sets],
            "size": [one.rows.size for one in sets],
            "effect": ratio,
            "ci_low": ratio - reach,
            "ci_high": ratio + reach,
            "p_value": [
                upper_tail(own.size, one.rows.size, len(hits), len(background))
                for own, one in zip(found, sets, strict=True)
            ],
            "leading_genes": [",".join(hits[rank] for rank in own) for own in found],
        },
        columns=COLUMNS,
    )


def upper_tail(found: int, size: int, hits: int, background: int) -> float:
    """The chance of at least ``found`` hits among ``size`` genes drawn from a background that has ``hits`` of them.

    The terms are added from logarithms, so that very small ones keep their digits.
    """
    counts = np.arange(max(found, size + hits - background, 0), min(size, hits) + 1)
    logs = _log_ways(hits, counts) + _log_ways(background - hits, size - counts) - _log_ways(background, size)
    return min(1.0, float(np.exp(special.logsumexp(logs))))


def _log_ways(total: int, chosen: np.ndarray | int) -> np.ndarray:
    """The logarithm of the number of ways to choose some of a total."""
    return (
        special.gammaln(total + 1)
        - special.gammaln(np.add(chosen, 1))
        - special.gammaln(np.subtract(total + 1, chosen))
    )


def _odds_ratio(
    both: np.ndarray, set_only: np.ndarray, hit_only: np.ndarray, neither: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """The log2 odds ratio of each table of counts, and its standard error."""
    cells = np.stack([both, set_only, hit_only, neither]) + HALF
    logs = np.log2(cells)
    return logs[0] - logs[1] - logs[2] + logs[3], np.sqrt((1 / cells).sum(axis=0)) / np.log(2)


def _check(hits: Sequence[str], background: Sequence[str]) -> None:
    known = set(background)
    if len(known) < len(background) or len(set(hits)) < len(hits):
        raise ValueError("a gene stands twice among the hits or in the background")
    strange = [gene for gene in hits if gene not in known]
    if strange:
        raise ValueError(f"hits are not in the background: {', '.join(strange[:5])}")
