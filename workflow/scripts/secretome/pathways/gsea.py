"""Pre-ranked gene-set enrichment analysis by gseapy: exploratory."""

import logging
from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from secretome.faults import warning
from secretome.pathways.collections import MeasuredSet

CURVE_POINTS = 501
MOST_TIES = 0.1
# For a share of p-values below 0.01: a tenth of the time of the table.
FEW_PERMUTATIONS, SMALL_SAMPLE, SMALLEST_P = 100, 31, 0.005


def gsea(ranking: pd.Series, sets: Sequence[MeasuredSet], seed: int) -> tuple[pd.DataFrame, dict[str, dict[str, Any]]]:
    """Pre-ranked gene-set enrichment analysis: exploratory, for the plot and the leading edge.

    Genes that go together make its p-values far too small (measured: it rejects .32 of true null sets at .05).
    Source: Subramanian et al. 2005, doi 10.1073/pnas.0506580102; p by fgsea's multilevel sampling, as in gseapy.

    Args:
        ranking: a number a gene (moderated t), the gene as the index; a gene without a number (NaN) is left out,
            ties are in the order of the names (:func:`ranking_warnings`).
        sets: the sets, their rows being those of ``ranking``.
        seed: of the sampling.

    Returns:
        One row a set that has ranked genes: gene_set size (ranked genes) effect (normalised enrichment score) p_value
        leading_genes; and the curve of each set: ``nes``, ``ranks`` (where its genes stand among all, from 0),
        ``running`` (the running score on an even grid over all ranks), ``n_genes``.

    Raises:
        ValueError: a gene stands twice, a number is infinite, or all are the same.
    """
    sets = _of_ranked(sets, ranking.notna().to_numpy())
    if not sets:
        return pd.DataFrame(columns=["gene_set", "size", "effect", "p_value", "leading_genes"]), {}
    order = _ranked(ranking)
    genes = ranking.index.to_numpy()
    tokens = _tokens(len(ranking))
    gene_of = dict(zip(tokens, genes, strict=True))
    results = _prerank(
        pd.Series(ranking.to_numpy()[order], index=tokens[order]),
        {one.name: tokens[one.rows].tolist() for one in sets},
        seed,
    )
    rows, curves = [], {}
    for one in sets:
        result = results[one.name]
        leading = ",".join(gene_of[token] for token in result["lead_genes"].split(";"))
        rows.append((one.name, one.rows.size, float(result["nes"]), float(result["pval"]), leading))
        running = np.asarray(result["RES"])
        grid = np.linspace(0, running.size - 1, min(CURVE_POINTS, running.size)).round().astype(int)
        curves[one.name] = {
            "nes": round(float(result["nes"]), 6),
            "ranks": [int(hit) for hit in result["hits"]],
            "running": [round(float(value), 6) for value in running[grid]],
            "n_genes": int(running.size),
        }
    return pd.DataFrame(rows, columns=["gene_set", "size", "effect", "p_value", "leading_genes"]), curves


def gsea_p_values(statistics: np.ndarray, sets: Sequence[MeasuredSet], seed: int) -> np.ndarray:
    """The p-values of :func:`gsea` alone and roughly: to count how many are below 0.05 and 0.01 in simulated data.

    Args:
        statistics: a finite number a gene.
        sets: the sets among these genes.
        seed: of the sampling.

    Returns:
        One p-value a set, none below 0.005; NaN where the random sets of its size all lie on the other side of 0.

    Raises:
        ValueError: a number is not finite, or all are the same.
    """
    from gseapy.gse import fgsea_rs  # two seconds of imports

    tokens = _tokens(len(statistics))
    ranking = pd.Series(statistics, index=tokens)
    order = _ranked(ranking)
    if order.size < len(statistics):
        raise ValueError("a number in the ranking is missing")
    found = fgsea_rs(
        tokens[order].tolist(),
        ranking.to_numpy()[order].tolist(),
        {f"S{place}": tokens[one.rows].tolist() for place, one in enumerate(sets)},
        min_size=1,
        max_size=len(statistics),
        sample_size=SMALL_SAMPLE,
        nperm=FEW_PERMUTATIONS,
        eps=SMALLEST_P,
        threads=1,
        seed=seed,
    )
    p_value_of = {one.term: one.pval for one in found.summaries}
    return np.array([p_value_of.get(f"S{place}", np.nan) for place in range(len(sets))])


def ties(ranking: pd.Series) -> float:
    """The share of the ranked genes whose number another gene has, too."""
    ranked = ranking.dropna()
    return float(ranked.duplicated(keep=False).mean()) if ranked.size else 0.0


def ranking_warnings(ranking: pd.Series) -> list[dict[str, str]]:
    """W11: more than 10 % of the ranked genes share their number with another one."""
    share = ties(ranking)
    if share <= MOST_TIES:
        return []
    message = (
        f"{100 * share:.0f} % of the genes share their place in the ranking with another gene. They are ranked by name,"
        " so that the pre-ranked enrichment (gsea) depends on the names of the genes."
    )
    return [warning("W11", message)]


def _tokens(count: int) -> np.ndarray:
    """Names for genes: gseapy turns lower-case letters of symbols into upper case and looks sets up by name."""
    return np.array([f"G{row:07d}" for row in range(count)])


def _of_ranked(sets: Sequence[MeasuredSet], ranked: np.ndarray) -> list[MeasuredSet]:
    """The sets without the genes that have no number; those that keep none are left out."""
    kept = [MeasuredSet(one.name, one.rows[ranked[one.rows]], one.weights[ranked[one.rows]]) for one in sets]
    return [one for one in kept if one.rows.size]


def _ranked(ranking: pd.Series) -> np.ndarray:
    """The rows that have a number, from the largest down, ties by gene name."""
    values = ranking.to_numpy(float)
    if not ranking.index.is_unique:
        raise ValueError("a gene stands twice in the ranking")
    if np.isinf(values).any():
        raise ValueError("a number in the ranking is infinite")
    order = np.lexsort([ranking.index.to_numpy(str), -values])
    order = order[~np.isnan(values[order])]
    if order.size and np.ptp(values[order]) == 0:
        raise ValueError("all genes of the ranking have the same number")  # gseapy would abort the process
    return order


def _prerank(ranking: pd.Series, sets: dict[str, list[str]], seed: int) -> dict[str, dict[str, Any]]:
    import gseapy  # two seconds of imports

    before = logging.root.manager.disable
    logging.disable(logging.WARNING)  # it warns of ties, which are in order here
    try:
        return gseapy.prerank(
            ranking,
            sets,
            method="multilevel",
            min_size=1,
            max_size=len(ranking),
            ascending=None,  # it is sorted, and gseapy's own sorting leaves ties to chance
            seed=seed,
            threads=1,
            outdir=None,
            no_plot=True,
        ).results
    finally:
        logging.disable(before)
