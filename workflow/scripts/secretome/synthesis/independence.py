"""What is not independent: contrasts of one study or one cell line are averaged first; shared samples are refused."""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from secretome.faults import listed, warning

# Accessions that stand for one sample, one library or one run, wherever they stand in a sheet.
ACCESSION = re.compile(r"\b(?:GSM\d+|SAM(?:N|EA|D)\d+|[SED]R[RSX]\d+)\b")
ROUNDING = 1e-8  # of a covariance, relative


@dataclass(frozen=True)
class Averages:
    """The mean of several contrasts of each gene.

    Attributes:
        effects: genes, NaN where no contrast measured the gene.
        errors: genes, standard errors.
        df: genes, their degrees of freedom.
        counts: genes, how many contrasts the mean is of.
    """

    effects: np.ndarray
    errors: np.ndarray
    df: np.ndarray
    counts: np.ndarray


@dataclass(frozen=True)
class Shared:
    """Two studies that have samples in common."""

    study: str
    other: str
    samples: tuple[str, ...]


def covariances(unscaled: np.ndarray, variance: np.ndarray) -> np.ndarray:
    """The covariance of the contrasts' estimates in each gene: genes × contrasts × contrasts.

    Args:
        unscaled: contrasts × contrasts, or genes × contrasts × contrasts where each gene has weights of its own.
        variance: genes, residual variances (those after borrowing).
    """
    return np.broadcast_to(unscaled, (variance.size, *unscaled.shape[-2:])) * variance[:, None, None]


def covariances_of_errors(correlation: np.ndarray, errors: np.ndarray) -> np.ndarray:
    """The same from standard errors: genes × contrasts × contrasts; NaN where a contrast has none.

    Where each contrast of a study is fitted by itself the standard errors are what is known of a gene.

    Args:
        correlation: contrasts × contrasts, or genes × contrasts × contrasts (:mod:`secretome.synthesis.correlations`).
        errors: genes × contrasts.
    """
    return correlation * errors[:, :, None] * errors[:, None, :]


def average(effects: np.ndarray, covariance: np.ndarray, df: np.ndarray | None = None) -> Averages:
    """The mean of the contrasts that measured a gene, with its exact standard error.

    Args:
        effects: genes × contrasts, NaN where not measured.
        covariance: genes × contrasts × contrasts, of the estimates; what concerns a missing one does not matter.
        df: genes × contrasts, degrees of freedom of the standard errors; infinite where not given.

    Returns:
        Degrees of freedom: where one residual variance stands behind all of them those of that; here the smallest of a
        gene, which never says too much.

    Raises:
        ValueError: shapes disagree, or a covariance is none: not symmetric, or larger than the variances allow.
    """
    genes, contrasts = effects.shape
    df = np.full(effects.shape, np.inf) if df is None else df
    if covariance.shape != (genes, contrasts, contrasts) or df.shape != effects.shape:
        raise ValueError(f"covariances {covariance.shape} and df {df.shape} do not fit effects {effects.shape}")
    present = ~np.isnan(effects)
    both = present[:, :, None] & present[:, None, :]
    if np.isnan(covariance[both]).any():
        raise ValueError("an estimate has no covariance with another of its gene")
    own = np.where(both, covariance, 0)
    sizes = np.sqrt(np.einsum("gii->gi", own))
    possible = np.abs(own) <= sizes[:, :, None] * sizes[:, None, :] * (1 + ROUNDING)
    if not possible.all() or not np.allclose(own, own.swapaxes(1, 2), rtol=1e-8):
        raise ValueError("a covariance of contrasts is not symmetric, or larger than the variances allow")
    counts = present.sum(axis=1)
    # ASSUME every contrast counts the same: the mean of the doses or times that were chosen, not of the most precise.
    with np.errstate(invalid="ignore", divide="ignore"):
        means = np.where(present, effects, 0).sum(axis=1) / counts
        errors = np.sqrt(own.sum(axis=(1, 2))) / counts
    smallest = np.where(present, df, np.inf).min(axis=1)
    return Averages(means, errors, np.where(counts > 0, smallest, np.nan), counts)


def units_of(studies: Sequence[str], models: Sequence[str]) -> list[int]:
    """Which contrasts make one independent unit: those linked by a study or by a cell line.

    Args:
        studies: of each contrast.
        models: of each contrast, the biological material as the study file words it; case and blanks do not matter.

    Returns:
        Of each contrast the number of its unit, from 0 in the order of their first contrasts.
    """
    lines = [" ".join(model.casefold().split()) for model in models]
    names = [
        {("study", study)} | ({("model", line)} if line else set()) for study, line in zip(studies, lines, strict=True)
    ]
    linked: list[set] = []
    for one in names:
        together = [group for group in linked if group & one]
        linked = [group for group in linked if not group & one]
        linked.append(set().union(one, *together))
    numbers: dict[int, int] = {}
    places = [next(place for place, group in enumerate(linked) if one & group) for one in names]
    return [numbers.setdefault(place, len(numbers)) for place in places]


def accessions(sheet: Mapping[str, Iterable[str]]) -> frozenset[str]:
    """The accessions of samples, libraries and runs in any column of a sample sheet."""
    return frozenset(found for values in sheet.values() for value in values for found in ACCESSION.findall(str(value)))


def shared_samples(sheets: Mapping[str, Mapping[str, Iterable[str]]]) -> list[Shared]:
    """The pairs of studies that have a sample of an archive in common.

    Samples without an accession cannot be recognised: "control_1" is a name, and stands in many sheets.

    Args:
        sheets: of each study column → values.
    """
    found = {study: accessions(sheet) for study, sheet in sorted(sheets.items())}
    names = list(found)
    pairs = [(one, other) for place, one in enumerate(names) for other in names[place + 1 :]]
    return [
        Shared(one, other, tuple(sorted(found[one] & found[other])))
        for one, other in pairs
        if found[one] & found[other]
    ]


def refused(shared: Iterable[Shared], pooled: Collection[str]) -> tuple[frozenset[str], list[dict[str, str]]]:
    """The studies that are kept out of a pool because they share samples with another one of it, and why.

    Args:
        shared: the pairs.
        pooled: the studies of the pool.

    Returns:
        Of each pair the later in the alphabet, unless its partner is kept out already; and a warning (W12) for each.
    """
    out: set[str] = set()
    said = []
    for pair in sorted(shared, key=lambda one: (one.study, one.other)):
        if {pair.study, pair.other} <= set(pooled) - out:
            out.add(pair.other)
            message = (
                f"The studies {pair.study} and {pair.other} share {len(pair.samples)} samples "
                f"({listed(pair.samples, 3)}), which would count twice: {pair.other} is not pooled with {pair.study}."
            )
            said.append(warning("W12", message))
    return frozenset(out), said
