"""What dying cells let out: how far the proteins of the cytosol move in the medium."""

import numpy as np
import pandas as pd

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
