"""The variants under which each verdict on a claim is made again; they were fixed before any result was looked at.

engine            of counts limma-trend on log2 counts per million in place of voom (`trend`); of all other data, and of
                  counts by `trend`, one prior variance for all genes in place of one that follows the mean
                  (`without trend`); the other choice of robust hyperparameters (`robust` or `not robust`).
filter            only genes above the median expression of those that passed the filter (`strict`), and no filter
                  (`none`): the genes that lend a claim's genes their variances and, under voom, their trend.
sample            each sample of the groups compared left out in turn, where every one of them keeps two; of a group of
                  more than 25 samples 25, evenly along their order.
normalisation     of counts the library size alone in place of TMM (`library size`); of amounts of proteins the
                  normalisation that does not lead (`other`); arrays have no other one.
secreted list     of claims on a share: the genes of the high-throughput class among the secreted ones
                  (`with high-throughput`), and the shed ones not (`without shed`).

Each variant changes one thing and keeps all else: where a sample is left out, filter and scaling factors stay as they
are.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from secretome.comparison.compare import design_of
from secretome.comparison.engines import AUTO, DESEQ2, FEWEST_VALUES, TREND, VOOM
from secretome.designs.design import Design
from secretome.expression import Expression
from secretome.expression_level import mean_of_present
from secretome.models.borrowing import Borrowing
from secretome.normalise import log2_cpm
from secretome.secreted import HIGH_THROUGHPUT, SECRETED, SHED

ENGINE, FILTER, SAMPLE, NORMALISATION, LIST = "engine", "filter", "sample", "normalisation", "secreted list"
KINDS = (ENGINE, FILTER, SAMPLE, NORMALISATION, LIST)
WITHOUT_TREND, ROBUST, NOT_ROBUST = "without trend", "robust", "not robust"
STRICT, NO_FILTER = "strict", "none"
LIBRARY_SIZE, OTHER = "library size", "other"
WITH_HIGH_THROUGHPUT, WITHOUT_SHED = "with high-throughput", "without shed"
# ASSUME one sample of so many decides on nothing, and 25 of them tell as much: every one of 400 would be 400 fits.
MOST_OF_A_GROUP = 25


@dataclass(frozen=True)
class Variant:
    """One contrast, changed in one way.

    Attributes:
        kind: one of ``KINDS``.
        name: which of its kind; of a sample its id.
        expression: the study.
        settings: of the contrast.
        borrowing: how the variances borrow, where not as the engine has it.
    """

    kind: str
    name: str
    expression: Expression
    settings: Mapping[str, Any]
    borrowing: Borrowing | None = None


def variants_of(expression: Expression, settings: Mapping[str, Any]) -> Iterator[Variant]:
    """The variants of one contrast that need a fit of their own: all but those of the secreted list.

    A variant that would change nothing is not among them: another filter where none left a gene out, a normalisation
    where there is no other one.

    # ASSUME a negative binomial model is judged by the variants of voom, of which voom itself is the first: it is not
    fitted a dozen times.

    Args:
        expression: a study that is available.
        settings: ``contrast``, ``samples``, ``method``, ``weigh_samples`` and ``robust`` of the study file.

    Raises:
        InputFaults: as :func:`secretome.comparison.compare.design_of`.
    """
    design = design_of(expression, settings["contrast"], settings["samples"])
    yield from _engines(expression, settings)
    usual = {**settings, "method": VOOM} if settings["method"] == DESEQ2 else settings
    yield from _filters(expression, usual)
    yield from _samples(expression, usual, design)
    yield from _normalisations(expression, usual)


def lists_of(secretome: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """The variants of the secreted list, each the table with the classes changed.

    Args:
        secretome: contract ``SECRETOME``.
    """
    classes = secretome["secreted_class"]
    more = secretome.assign(secreted_class=classes.where(classes != HIGH_THROUGHPUT, SECRETED))
    return {WITH_HIGH_THROUGHPUT: more, WITHOUT_SHED: secretome[classes != SHED]}


def _engines(expression: Expression, settings: Mapping[str, Any]) -> Iterator[Variant]:
    method, robust = settings["method"], settings["robust"]
    if method == AUTO:
        method = TREND if expression.counts is None else VOOM
    if method == DESEQ2:
        yield Variant(ENGINE, VOOM, expression, {**settings, "method": VOOM})
    if method == TREND:
        yield Variant(ENGINE, WITHOUT_TREND, expression, settings, Borrowing(trend=False, robust=robust))
    else:
        yield Variant(ENGINE, TREND, expression, {**settings, "method": TREND})
    if method != DESEQ2:
        name = NOT_ROBUST if robust else ROBUST
        yield Variant(ENGINE, name, expression, {**settings, "robust": not robust})


def _filters(expression: Expression, settings: Mapping[str, Any]) -> Iterator[Variant]:
    kept = expression.genes["kept"].to_numpy(bool)
    level = mean_of_present(expression.log2.T)
    high = kept & (level > np.median(level[kept]))
    for name, chosen in ((STRICT, high), (NO_FILTER, np.ones_like(kept))):
        if (chosen != kept).any():
            yield Variant(FILTER, name, replace(expression, genes=expression.genes.assign(kept=chosen)), settings)


def _samples(expression: Expression, settings: Mapping[str, Any], design: Design) -> Iterator[Variant]:
    groups = design.compared.values()
    for sample in (one for group in groups for one in _evenly(group)):
        if all(len(group) - (sample in group) >= FEWEST_VALUES for group in groups):
            yield Variant(SAMPLE, sample, _without(expression, sample), settings)


def _evenly(group: Sequence[str]) -> list[str]:
    places = np.linspace(0, len(group) - 1, min(len(group), MOST_OF_A_GROUP)).round().astype(int)
    return [group[place] for place in places]


def _without(expression: Expression, sample: str) -> Expression:
    rows = expression.samples.index != sample
    counts = None if expression.counts is None else expression.counts[rows]
    return replace(expression, log2=expression.log2[rows], counts=counts, samples=expression.samples[rows])


def _normalisations(expression: Expression, settings: Mapping[str, Any]) -> Iterator[Variant]:
    samples = expression.samples
    if expression.counts is not None:
        sizes = samples["library_size"].to_numpy(float)
        log2 = log2_cpm(expression.counts.T, np.ones_like(sizes), library_sizes=sizes).T
        alike = replace(expression, log2=log2, samples=samples.assign(norm_factor=1.0))
        if (samples["norm_factor"] != 1).any():
            yield Variant(NORMALISATION, LIBRARY_SIZE, alike, settings)
    elif "other_shift" in samples and (samples["shift"] != samples["other_shift"]).any():
        # What was subtracted is put back before the other is subtracted.
        change = (samples["shift"] - samples["other_shift"]).to_numpy(float)
        other = replace(expression, log2=expression.log2 + change[:, None])
        yield Variant(NORMALISATION, OTHER, other, settings)
