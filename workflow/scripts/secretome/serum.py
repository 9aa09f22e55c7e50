"""Proteins that come with serum: of the medium, not of the cells."""

from collections.abc import Sequence

import numpy as np

from secretome.faults import listed, warning

# ASSUME the abundant proteins of plasma (Anderson and Anderson 2002, doi 10.1074/mcp.R200007-MCP200) that few
# cell lines make: bovine ones share peptides with the human ones, and a search against human proteins alone names them
# human. Liver cells make them all: they are flagged, never dropped. Proteins that many cells secrete (C3, FN1, VTN,
# SERPINE1, CLU, B2M …) are not among them.
# fmt: off
SERUM = frozenset((
    "A1BG", "A2M", "AFM", "AFP", "AGT", "AHSG", "ALB", "AMBP", "APCS", "APOA1", "APOA2", "APOA4", "APOB", "APOC1",
    "APOC2", "APOC3", "APOH", "APOM", "AZGP1", "C8A", "C9", "F2", "FETUB", "FGA", "FGB", "FGG", "GC", "HBA1", "HBB",
    "HP", "HPX", "HRG", "IGHG1", "IGHG2", "IGHM", "IGKC", "ITIH1", "ITIH2", "ITIH4", "KNG1", "LRG1", "ORM1", "ORM2",
    "PLG", "RBP4", "SERPINA1", "SERPINA3", "SERPINC1", "SERPIND1", "TF", "TTR",
))
# fmt: on
NOTE = "serum protein"
# ASSUME more than a tenth of all that was measured is worth a word: cells in serum-free medium have a few per cent.
LARGEST_SHARE = 0.1


def serum_shares(log2: np.ndarray, symbols: Sequence[str]) -> np.ndarray:
    """Which share of the summed intensity of each sample is that of proteins of serum.

    Args:
        log2: proteins × samples, log2 intensities, NaN where there is none.
        symbols: one a protein, "" where it has none.

    Returns:
        One share a sample.
    """
    amounts = np.where(np.isnan(log2), 0, 2.0 ** np.nan_to_num(log2))
    of_serum = np.array([symbol in SERUM for symbol in symbols], bool)
    return amounts[of_serum].sum(axis=0) / amounts.sum(axis=0)


def serum_warnings(log2: np.ndarray, symbols: Sequence[str], samples: Sequence[str]) -> list[dict[str, str]]:
    """A warning where proteins of serum are more than ``LARGEST_SHARE`` of what was measured in the median sample.

    Args:
        log2, symbols: as :func:`serum_shares`.
        samples: their ids.
    """
    shares = serum_shares(log2, symbols)
    if not np.median(shares) > LARGEST_SHARE:
        return []
    found = sorted(set(symbols) & SERUM)
    low, high = int(shares.argmin()), int(shares.argmax())
    message = (
        f"Proteins of serum are {100 * np.median(shares):.0f} % of the intensity of the typical sample (from"
        f" {100 * shares[low]:.0f} % in {samples[low]} to {100 * shares[high]:.0f} % in {samples[high]}; {len(found)}"
        f" of them: {listed(found)}): the medium was perhaps not free of serum. They are marked, not left out."
    )
    return [warning("serum", message)]
