"""What dying cells let out: how far the proteins of the cytosol move in the medium, and whether cells died."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from secretome.faults import warning
from secretome.models import contrasts, linear
from secretome.sample_quantities import HEALTH, quantities

# ASSUME none of these is secreted on purpose: abundant enzymes and the translation and folding machinery of the
# cytosol. Those with a known life outside of cells (GAPDH, ENO1, PKM, HSP90AA1, MIF …) are not among them.
# fmt: off
MARKERS = (
    "AARS1", "ACLY", "ADSL", "AHCY", "AKR1A1", "ALDOA", "ALDOC", "ARHGDIA", "ATIC", "BLVRB", "CAPZA1", "CCT2",
    "CCT3", "CCT4", "CCT5", "CCT6A", "CCT7", "CCT8", "CFL1", "COTL1", "CSE1L", "DARS1", "DPYSL2", "EEF1A1",
    "EEF1B2", "EEF1D", "EEF1G", "EEF2", "EIF3A", "EIF3B", "EIF4A1", "EPRS1", "ESD", "FASN", "FKBP4", "G6PD",
    "GARS1", "GDI1", "GDI2", "GMPS", "GSR", "HPRT1", "HSPA4", "IARS1", "IDH1", "IPO5", "KPNB1", "LARS1",
    "LDHA", "LDHB", "LTA4H", "MDH1", "NAP1L1", "NARS1", "NSFL1C", "PAICS", "PEPD", "PFKP", "PGAM1", "PGD", "PGK1",
    "PGM1", "PPP2R1A", "PSMA1", "PSMA2", "PSMB1", "PSMC2", "PSMD2", "RARS1", "RPL12", "RPLP0", "RPS3", "RPS7",
    "SARS1", "TALDO1", "TARS1", "TCP1", "TKT", "TPI1", "TUBB", "UBA1", "UGP2", "USP5", "VARS1", "VCP", "XPO1",
    "YWHAE", "YWHAQ",
)
# fmt: on
# ASSUME fewer markers give no range.
FEWEST_MARKERS = 10
WITHIN = (0.025, 0.975)
# ASSUME fixed before any data were seen: five points of viability, or half as much LDH again, are a difference.
VIABILITY_DIFFERENCE, LDH_RATIO = 5.0, 1.5


def leaked_range(differential: pd.DataFrame) -> tuple[float, float] | None:
    """Between which log2 fold changes 95 % of the proteins of the cytosol lie.

    Args:
        differential: of a contrast in conditioned medium (see ``tables.DIFFERENTIAL``).

    Returns:
        The 2.5 and 97.5 % quantiles; None where fewer than ``FEWEST_MARKERS`` were measured.
    """
    markers = differential.loc[differential["gene"].isin(MARKERS), "log2_fold_change"].to_numpy(float)
    markers = markers[~np.isnan(markers)]
    if markers.size < FEWEST_MARKERS:
        return None
    low, high = np.quantile(markers, WITHIN)
    return float(low), float(high)


def marker_contrast(
    log2: np.ndarray,
    genes: Sequence[str],
    design_matrix: np.ndarray,
    contrast: np.ndarray,
    sample_weights: Sequence[float] | None = None,
    correlation: np.ndarray | None = None,
) -> dict[str, Any] | None:
    """How much the proteins of the cytosol change together, with its 95 % interval.

    Markers move together, so that their number says nothing of the precision: their mean in each sample is compared, as
    if it were one protein, by the design of the contrast and an ordinary t.

    Args:
        log2: genes × samples of the design, as they are compared, NaN where there is no value.
        genes: one a row.
        design_matrix: samples × coefficients.
        contrast: one weight a coefficient.
        sample_weights: one a sample, where the contrast weighs its samples.
        correlation: samples × samples, of the errors, where samples belong together.

    Returns:
        `markers` (how many have a value in every sample), `log2_fold_change`, `ci_low`, `ci_high`, `p_value`; None
        where they are fewer than ``FEWEST_MARKERS``.
    """
    known = np.isin(np.asarray(genes, dtype=object), MARKERS)
    values = np.asarray(log2, float)[known]
    values = values[~np.isnan(values).any(axis=1)]
    if len(values) < FEWEST_MARKERS:
        return None
    mean = np.sort(values, axis=0).mean(axis=0, keepdims=True)
    weights = None if sample_weights is None else np.array([sample_weights], float)
    found = contrasts.estimate(linear.fit(mean, design_matrix, weights, correlation), contrast).iloc[0]
    keys = ("log2_fold_change", "ci_low", "ci_high", "p_value")
    return {"markers": len(values), **{key: float(found[key]) for key in keys}}


def health(
    sheet: pd.DataFrame, groups: Mapping[str, Sequence[str]], samples: Mapping[str, Any]
) -> tuple[dict[str, dict[str, float | None]], list[dict[str, str]]]:
    """Viability and LDH of the groups of a contrast, and a warning where any two of them differ.

    # ASSUME a fixed rule and no test: with three wells a group a test would miss what matters. Viability differs by
    # more than ``VIABILITY_DIFFERENCE`` points, LDH by more than the factor ``LDH_RATIO``.

    Args:
        sheet: one row a sample, text, the ids as the index.
        groups: level to sample ids.
        samples: of the study file; `viability` and `ldh` name columns, "" for none.

    Returns:
        `viability` and `ldh`, each with the mean of each group (None where no sample has a value); warnings.
    """
    found: dict[str, dict[str, float | None]] = {}
    warnings = []
    for key in HEALTH:
        if not samples.get(key):
            continue
        values = pd.Series(quantities(sheet[samples[key]].to_list()), index=sheet.index)
        means = {label: values.reindex(list(groups[label])).mean() for label in groups}
        found[key] = {label: None if np.isnan(mean) else float(mean) for label, mean in means.items()}
        known = {label: mean for label, mean in means.items() if not np.isnan(mean)}
        extremes = [pick(known, key=lambda label: known[label]) for pick in (min, max)] if known else []
        if known and _differ(key, *(known[label] for label in extremes)):
            unit = " %" if key == "viability" else ""
            said = " and ".join(f"{mean:.4g}{unit} in {label}" for label, mean in known.items() if label in extremes)
            what = "Viability" if key == "viability" else "LDH in the medium"
            message = f"{what} differs between the groups: {said}. What rises may have leaked from dying cells."
            warnings.append(warning("leakage", message))
    return found, warnings


def _differ(key: str, lowest: float, highest: float) -> bool:
    if key == "viability":
        return highest - lowest > VIABILITY_DIFFERENCE
    return highest > LDH_RATIO * lowest
