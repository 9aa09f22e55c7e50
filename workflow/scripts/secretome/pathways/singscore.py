"""Scores of plain gene sets in single samples, by the ranks of their genes."""

from collections.abc import Sequence

import numpy as np

from secretome.pathways.collections import MeasuredSet
from secretome.pathways.membership import membership


def singscores(values: np.ndarray, sets: Sequence[MeasuredSet]) -> np.ndarray:
    """How high the genes of a set rank among all genes of a sample.

    Within each sample genes are ranked, the highest last, ties by their mean rank. The score of a set of k among N
    genes is the mean rank of its genes, brought to 0 … 1 between the least and the greatest that k genes can have,
    (k + 1) / 2 and N − (k − 1) / 2, minus 1/2. Source: Foroutan et al. 2018, doi 10.1186/s12859-018-2435-4: the score
    of a set with a known direction, centred. Nothing but the sample's own values enters, so that adding or removing
    samples changes no score; and no change of scale that keeps the order of its genes does.

    Args:
        values: genes × samples, without missing values.
        sets: sets whose genes count alike. A set of all genes scores 0.

    Returns:
        sets × samples, from −0.5 (its genes are the lowest of the sample) to 0.5 (the highest); 0 where they stand as
        any genes would.

    Raises:
        ValueError: a value is not finite, or the genes of a set have weights that differ.
    """
    if not np.isfinite(values).all():
        raise ValueError("a value is missing or not finite: its gene has no rank")
    unequal = [one.name for one in sets if np.ptp(one.weights) != 0]
    if unequal:
        raise ValueError(f"genes have weights, which ranks cannot take: {', '.join(unequal)}")
    genes = len(values)
    plain = [MeasuredSet(one.name, one.rows, np.full(one.rows.size, 1 / one.rows.size)) for one in sets]
    middle = (genes + 1) / 2
    # A mean rank lies within half of the genes outside the set around the middle.
    others = np.array([genes - one.rows.size for one in sets], dtype=float)
    return (membership(plain, genes) @ (mean_ranks(values) - middle)) / np.maximum(others, 1)[:, None]


def mean_ranks(values: np.ndarray) -> np.ndarray:
    """The ranks of the genes within each sample from 1 for the lowest; equal values share the mean of their ranks.

    Args:
        values: genes × samples.
    """
    ranks = np.empty(values.shape[::-1])
    for own, found in zip(np.ascontiguousarray(values.T), ranks, strict=True):
        order = np.argsort(own, kind="stable")
        in_order = own[order]
        first = np.flatnonzero(np.append(True, in_order[1:] != in_order[:-1]))
        last = np.append(first[1:], in_order.size)
        found[order] = np.repeat((first + 1 + last) / 2, last - first)
    return np.ascontiguousarray(ranks.T)
