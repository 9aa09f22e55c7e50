"""How stable each verdict is: made again under every variant, a change of sign told apart from a loss of precision."""

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
import pandas as pd

from secretome.claims import variants
from secretome.claims.check import against_the_panel
from secretome.claims.variants import SAMPLE
from secretome.claims.verdicts import INCONCLUSIVE, NOT_RETRIEVED, NOT_TESTABLE, oriented, verdict_of
from secretome.tables import COUNT, TEXT, Contract, table_of
from secretome.wording import listed

COUNTS = ("variants", "samples_left_out", "same", "sign_flips", "lost_precision", "other", "not_estimated")
CLAIM_STABILITY = Contract(
    "claim_stability",
    {
        "paper": TEXT,
        "claim": TEXT,
        "study": TEXT,
        "contrast": TEXT,
        "verdict": TEXT,
        # variants = same + sign_flips + lost_precision + other + not_estimated; samples_left_out are among them.
        **dict.fromkeys(COUNTS, COUNT),
        "verdict_differs_in": TEXT,
    },
    key=("paper", "claim", "study", "contrast"),
    order=(),
)
SAME, SIGN_FLIP, LOST, OTHER, NOT_ESTIMATED = "same", "sign flips", "precision lost", "other", "not estimated"
COLUMN_OF = {SAME: "same", SIGN_FLIP: "sign_flips", LOST: "lost_precision", OTHER: "other"}
COLUMN_OF[NOT_ESTIMATED] = "not_estimated"
WORDS = {
    (variants.ENGINE, variants.TREND): "by limma-trend",
    (variants.ENGINE, variants.VOOM): "by voom",
    (variants.ENGINE, variants.WITHOUT_TREND): "with one prior variance for all genes",
    (variants.ENGINE, variants.ROBUST): "with robust hyperparameters",
    (variants.ENGINE, variants.NOT_ROBUST): "without robust hyperparameters",
    (variants.FILTER, variants.STRICT): "with a strict filter",
    (variants.FILTER, variants.NO_FILTER): "without a filter",
    (variants.NORMALISATION, variants.LIBRARY_SIZE): "normalised by library size alone",
    (variants.NORMALISATION, variants.OTHER): "under the other normalisation",
    (variants.LIST, variants.WITH_HIGH_THROUGHPUT): "with the high-throughput class",
    (variants.LIST, variants.WITHOUT_SHED): "without the shed class",
}
# Numbers are written with ten digits: what is nearer than this is the same number.
ALIKE = 1e-8

Place = tuple[str, str]
Row = Mapping[str, Any]


def stability_of(claims: pd.DataFrame, made_again: Mapping[Place, pd.DataFrame]) -> pd.DataFrame:
    """Make each verdict again under every variant.

    Each variant counts once: the verdict is the same; or the estimate lies on the other side of zero than it did, and
    at least one of the two intervals excludes zero (sign flip); or it differs although the estimate of the variant
    would give the same verdict if its interval were as wide as that of the lead (lost precision); or it differs
    otherwise; or the variant has no interval. A variant under which not one number changes says nothing and is not
    counted: a mean of genes, for example, borrows no variances.

    Of a signal the interval of its set is made again; the answer of the panel is that of the lead. A signal that is
    undecided by the panel alone is not varied.

    A control is made again as a claim of its own: it does not close the other claims of the drug under a variant.

    Args:
        claims: contract ``CLAIMS``.
        made_again: study and contrast → contract ``CLAIM_VARIANTS``.

    Returns:
        The table ``CLAIM_STABILITY``: the claims that have a verdict by their interval in a contrast of measured data,
        in their order; those that are not varied have no variants.
    """
    undecided = claims["verdict"].isin((NOT_TESTABLE, NOT_RETRIEVED))
    decided = claims[~undecided & (claims["kind"] != "published") & (claims["study"] != "")]
    rows = [_stability(row, made_again.get((row["study"], row["contrast"]))) for row in decided.to_dict("records")]
    return table_of(rows, CLAIM_STABILITY)


def _stability(claim: Row, made_again: pd.DataFrame | None) -> dict[str, Any]:
    own: list[Row] = []
    if made_again is not None and claim["verdict"] == _verdict(claim, *_turned(claim, claim)[1:]):
        mine = (made_again["paper"] == claim["paper"]) & (made_again["claim"] == claim["claim"])
        own = [row for row in made_again[mine].to_dict("records") if not _alike(claim, row)]
    found = [_compared(claim, row) for row in own]
    return {
        **{name: claim[name] for name in ("paper", "claim", "study", "contrast", "verdict")},
        "variants": len(own),
        "samples_left_out": sum(row["kind"] == SAMPLE for row in own),
        **{column: sum(how == kind for _, how in found) for kind, column in COLUMN_OF.items()},
        "verdict_differs_in": _differing(own, found),
    }


def _differing(rows: Iterable[Row], found: Iterable[tuple[str, str]]) -> str:
    """The variants whose verdict is another one, those with the same one together."""
    groups: dict[tuple[str, str], list[Row]] = {}
    for row, (verdict, how) in zip(rows, found, strict=True):
        if how != SAME:
            groups.setdefault((verdict, how), []).append(row)
    told = []
    for (verdict, how), members in groups.items():
        names = [WORDS[row["kind"], row["variant"]] for row in members if row["kind"] != SAMPLE]
        if samples := [row["variant"] for row in members if row["kind"] == SAMPLE]:
            names.append(f"without {listed(samples)}")
        words = NOT_ESTIMATED if how == NOT_ESTIMATED else verdict.replace("_", " ")
        told.append(f"{words} {listed(names)}" + (f" ({how})" if how in (SIGN_FLIP, LOST) else ""))
    return "; ".join(told)


def _alike(claim: Row, row: Row) -> bool:
    names = ("effect", "ci_low", "ci_high")
    return bool(np.allclose([row[name] for name in names], [claim[name] for name in names], rtol=ALIKE, atol=ALIKE))


def _compared(claim: Row, row: Row) -> tuple[str, str]:
    """The verdict under a variant, and how it stands to that of the lead."""
    if row["problem"]:
        return NOT_TESTABLE, NOT_ESTIMATED
    effect, low, high = _turned(claim, claim)
    changed, changed_low, changed_high = _turned(claim, row)
    verdict = _verdict(claim, changed_low, changed_high)
    if against_the_panel(verdict, claim["direction"], row["panel"]):
        verdict = INCONCLUSIVE
    if verdict == claim["verdict"]:
        return verdict, SAME
    if effect * changed < 0 and (low * high > 0 or changed_low * changed_high > 0):
        return verdict, SIGN_FLIP
    narrow = _verdict(claim, changed - (effect - low), changed + (high - effect))
    wider = changed_high - changed_low > high - low
    return verdict, LOST if wider and narrow == claim["verdict"] else OTHER


def _turned(claim: Row, row: Row) -> tuple[float, float, float]:
    # A share counts the genes of its direction: more is always what the claim says.
    direction = "up" if claim["kind"] == "share" else claim["direction"]
    return oriented(row["effect"], row["ci_low"], row["ci_high"], direction)


def _verdict(claim: Row, low: float, high: float) -> str:
    return verdict_of(low, high, claim["smallest_effect"], claim["direction"] == "none")
