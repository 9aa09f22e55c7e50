"""Is a sample of the cell line or donor that the sheet says? Knows no treatments, only who the cells are from."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from secretome.faults import listed, warning

FEMALE_GENE = "XIST"
# Genes of the male-specific region of Y that every male cell expresses and that have no twin on the X array probes see.
MALE_GENES = ("RPS4Y1", "DDX3Y", "UTY", "KDM5D", "EIF1AY", "USP9Y")
# Genes that tell where cells are from, named first among those that show a swap: epithelium, breast, prostate, gut,
# lung, liver, mesenchyme, endothelium, blood, melanocytes, nerve cells, kidney.
LINEAGE_GENES = frozenset(
    [
        *("KRT5", "KRT8", "KRT18", "KRT19", "EPCAM", "CDH1", "ESR1", "GATA3", "AR", "KLK3", "NKX3-1", "CDX2", "VIL1"),
        *("SFTPB", "NKX2-1", "ALB", "APOA1", "VIM", "COL1A1", "COL1A2", "COL3A1", "PECAM1", "CDH5", "VWF", "PTPRC"),
        *("CD3E", "CD19", "HBA1", "MLANA", "PMEL", "SOX10", "TYR", "MITF", "SOX2", "GFAP", "SYP", "PAX8"),
    ]
)

# ASSUME a gene that is off in one line and on in another differs by 5 log2, which no usual treatment does to a gene in
# one sample alone; at least 5 such genes in each of both directions: samples of little depth or quality only lose.
# Measured on all genes: at most 1 in unswapped samples (29 of melanoma over 4 weeks of drug, one each of their 10
# groups, 15 ligands, 4 donors, 4 lines, 17 kidneys, 43 livers), 10 and more where a sample of six data sets was put
# into another of them, at full depth, at a million reads, and compressed to the range of an array.
ON_OFF_DIFFERENCE, FEWEST_ON_OFF = 5.0, 5
# ASSUME a swapped sample is at least 3 times as far (1 - correlation) from its nearest as others from theirs: in those
# swaps it was 4 to 1,100 times as far (at a million reads once 2.7 times, and missed).
LEAST_LONELY = 3.0
# ASSUME 4 samples make a majority; of 3, one of another condition looks like one of another line.
FEWEST_SAMPLES = 4
# ASSUME a Y gene or XIST is 4 times (2 log2) above background where it is on, on arrays too; 3 of them agree, 2 of Y.
SEX_DIFFERENCE, FEWEST_SEX_GENES, FEWEST_MALE_GENES = 2.0, 3, 2
# ASSUME a sample that belongs to another line of the study has at most a quarter of its on-off genes against that line.
LARGEST_SHARE_LEFT = 0.25
# ASSUME the identity shows in the expression where half of the samples are nearest to one of their own.
FEWEST_OF_IDENTITY, LEAST_AT_HOME = 3, 0.5
MOST_GENES_NAMED = 5


@dataclass(frozen=True)
class _Study:
    log2: np.ndarray
    symbols: np.ndarray
    samples: Sequence[str]
    identity: Sequence[str]
    stated: bool
    correlation: np.ndarray

    def nearest(self, sample: int) -> int:
        return int(np.argmax(self.correlation[sample]))

    def alone(self, sample: int, others: Sequence[int]) -> tuple[np.ndarray, np.ndarray]:
        """The genes that are on in the sample and off in all the others, and the reverse."""
        rest, values = self.log2[list(others)], self.log2[sample]
        on = np.flatnonzero(values - rest.max(axis=0) > ON_OFF_DIFFERENCE)
        off = np.flatnonzero(rest.min(axis=0) - values > ON_OFF_DIFFERENCE)
        return on, off

    def is_alone(self, sample: int, others: Sequence[int]) -> bool:
        return min(map(len, self.alone(sample, others))) >= FEWEST_ON_OFF


def check(
    log2: np.ndarray, symbols: Sequence[str], samples: Sequence[str], identity: Sequence[str] | None = None
) -> list[dict[str, str]]:
    """Warn of samples that contradict the others of the same cell line or donor.

    Two things tell it. The sex: Y genes and XIST. And genes that are on in a sample and off in all others, together
    with others the other way round, in a sample that resembles none of its own. A treatment shows in its replicates
    as well; swapped samples of one other line that are all the replicates of a treatment cannot be told from its
    effect, except by the sex.

    Args:
        log2: samples × genes, log2 expression (counts per million, or of an array). All genes that have values, not
            only those that pass a filter of low expression: what is on in the swapped sample alone would be lost.
            Genes without a value in some sample are not looked at.
        symbols: one a gene.
        samples: their ids.
        identity: one a sample, the cell line or donor ("" where it is not known); None where nothing is stated: then
            the samples are taken to be of one, and the sex tells only a single sample among at least four.

    Returns:
        A warning (W16) with the evidence for each sample, in their order.
    """
    whole = ~np.isnan(log2).any(axis=0)
    log2 = np.asarray(log2, dtype=float)[:, whole]
    if len(samples) < 2 or log2.shape[1] < 2 or (np.ptp(log2, axis=1) == 0).any():
        return []
    correlation = np.corrcoef(log2)
    np.fill_diagonal(correlation, -1)
    names = ["one"] * len(samples) if identity is None else [str(name).strip() for name in identity]
    study = _Study(log2, np.asarray(symbols, dtype=object)[whole], samples, names, identity is not None, correlation)
    found: dict[int, list[str]] = {}
    for judge in (_strangers, _of_another_identity, _sexes):
        for sample, evidence in judge(study):
            found.setdefault(sample, []).append(evidence)
    return [warning("W16", _message(study, sample, found[sample])) for sample in sorted(found)]


def _message(study: _Study, sample: int, evidence: list[str]) -> str:
    name = f"Sample {study.samples[sample]}"
    if study.stated:
        start = f"{name} does not look like {study.identity[sample]}"
    else:
        start = f"{name} does not look like the same cells as the others"
    return f"{start}: {'; '.join(evidence)}. Check whether it was swapped, and leave it out if so."


def _groups(study: _Study) -> list[list[int]]:
    """The samples of each identity that is known."""
    names = sorted(set(study.identity) - {""})
    return [[sample for sample, own in enumerate(study.identity) if own == name] for name in names]


def _others(samples: Sequence[int], sample: int) -> list[int]:
    return [other for other in samples if other != sample]


def _strangers(study: _Study) -> Iterator[tuple[int, str]]:
    """Samples that are unlike every other sample of the study."""
    everyone = range(len(study.samples))
    if len(everyone) < FEWEST_SAMPLES:
        return
    far = 1 - study.correlation.max(axis=1)
    for sample in everyone:
        others = _others(everyone, sample)
        # A correlation of 1 leaves nothing to divide by.
        lonely = far[sample] > LEAST_LONELY * np.median(far[others]) and far[sample] > 1e-9
        if lonely and study.is_alone(sample, others):
            near, typical = study.nearest(sample), np.median(study.correlation.max(axis=1)[others])
            reached = f"{study.samples[near]}, is {study.correlation[sample, near]:.2f}"
            evidence = (
                f"its correlation with the nearest sample, {reached}, that of the others is typically {typical:.2f}"
            )
            yield sample, f"{evidence}; {_on_off(study, sample, others)}"


def _of_another_identity(study: _Study) -> Iterator[tuple[int, str]]:
    """Samples that are unlike all of their own identity and like one of another.

    Only where an identity has more than a sample of each of two conditions, and where a condition does not make all its
    samples so, as a tumour does.
    """
    groups = [group for group in _groups(study) if len(group) >= FEWEST_OF_IDENTITY]
    at_home = [study.nearest(sample) in group for group in groups for sample in group]
    if not at_home or np.mean(at_home) < LEAST_AT_HOME:
        return
    away = {sample: group for group in groups for sample in group if _is_elsewhere(study, sample, group)}
    for sample, group in away.items():
        near, own = study.nearest(sample), _others(group, sample)
        if near not in away:
            there = f"{study.samples[near]} of {study.identity[near]}"
            correlations = (
                f"{study.correlation[sample, near]:.2f}; {study.correlation[sample, own].max():.2f} with its own"
            )
            yield sample, f"it is nearest to {there} (correlation {correlations}); {_on_off(study, sample, own)}"


def _is_elsewhere(study: _Study, sample: int, group: list[int]) -> bool:
    own, near = _others(group, sample), study.nearest(sample)
    if near in own or study.identity[near] == "" or not study.is_alone(sample, own):
        return False
    left = min(map(len, study.alone(sample, [near])))
    return left <= LARGEST_SHARE_LEFT * min(map(len, study.alone(sample, own)))


def _sexes(study: _Study) -> Iterator[tuple[int, str]]:
    """Samples whose sex genes contradict those of most others of the same identity."""
    column = {symbol: index for index, symbol in enumerate(study.symbols)}
    male = [column[gene] for gene in MALE_GENES if gene in column]
    if len(male) < FEWEST_MALE_GENES:
        return
    for group in _groups(study):
        level = study.log2[np.ix_(group, male)].mean(axis=1)
        order = np.argsort(level, kind="stable")
        if len(group) < 2 or (gaps := np.diff(level[order])).max() <= 0:
            continue
        cut = int(gaps.argmax()) + 1
        low, high = [group[place] for place in order[:cut]], [group[place] for place in order[cut:]]
        differing = _sex_genes_that_differ(study, low, high, column)
        if not differing:
            continue
        few, many = sorted((low, high), key=len)
        if not study.stated and (len(few) > 1 or len(group) < FEWEST_SAMPLES):
            # Nothing states that these are of one donor: two sexes are no contradiction.
            continue
        tie = len(few) == len(many)
        for sample in [*few, *many] if tie else few:
            others = many if sample in few else few
            shown = ", ".join(_against(study, sample, others, index) for index in differing)
            most = "half" if tie else "most"
            yield sample, f"its sex genes contradict {most} of the samples: {shown}"


def _sex_genes_that_differ(study: _Study, low: Sequence[int], high: Sequence[int], column: dict[str, int]) -> list[int]:
    """The columns of the sex genes that differ between the samples of low and of high Y expression, if enough do."""
    difference = study.log2[high].mean(axis=0) - study.log2[low].mean(axis=0)
    male = [column[gene] for gene in MALE_GENES if gene in column and difference[column[gene]] > SEX_DIFFERENCE]
    female = [column[FEMALE_GENE]] if FEMALE_GENE in column else []
    female = [index for index in female if difference[index] < -SEX_DIFFERENCE]
    enough = len(male) >= FEWEST_MALE_GENES and len(male) + len(female) >= FEWEST_SEX_GENES
    return [*female, *male] if enough else []


def _on_off(study: _Study, sample: int, others: Sequence[int]) -> str:
    on, off = study.alone(sample, others)
    difference = np.abs(study.log2[sample] - np.median(study.log2[others], axis=0))

    def by_use(genes: np.ndarray) -> list[int]:
        # The sex genes are told of by themselves.
        others = [index for index in genes if study.symbols[index] not in (FEMALE_GENE, *MALE_GENES)]
        return sorted(others, key=lambda index: (study.symbols[index] not in LINEAGE_GENES, -difference[index]))

    # Both directions are shown: losses alone could be a poor sample.
    named = [*by_use(on)[:2], *by_use(off)[: MOST_GENES_NAMED - 2]]
    shown = listed((_against(study, sample, others, index) for index in named), MOST_GENES_NAMED)
    return f"{len(on)} genes are on in it alone and {len(off)} are off in it alone: {shown} (log2)"


def _against(study: _Study, sample: int, others: Sequence[int], index: int) -> str:
    typical = np.median(study.log2[list(others), index])
    return f"{study.symbols[index]} {study.log2[sample, index]:.1f} against {typical:.1f}"
