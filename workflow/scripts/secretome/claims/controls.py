"""Controls: where the drug does not do what it is known to do, no claim on the drug is tested."""

from collections.abc import Mapping, Sequence
from typing import Any

from secretome.claims.verdicts import MOVED, NOT_RETRIEVED, NOT_TESTABLE

CONTROL = "control"
NOT_SEEN = "drug effect not seen"

Row = Mapping[str, Any]


def gated(rows: Sequence[Row]) -> list[dict[str, Any]]:
    """The rows with the claims closed where no control of their contrast moved.

    The controls of a contrast are the claims of scope `control` on an effect that are tested there, of whatever paper:
    they are chosen by the drug class, as the claims are. A contrast without any closes nothing; nor does a control that
    is out of place there, transcripts of the cells in a study of the proteins in the medium.

    # ASSUME one control that moves shows that the drug acted: a mutation can hold one read-out still (FOXO targets
    # where PIK3CA is mutated) while another moves.

    Args:
        rows: of all claims: ``paper``, ``claim``, ``study``, ``contrast``, ``kind``, ``scope``, ``verdict``, ``why``,
            and ``out_of_place``: whether the study does not measure what the claim needs.

    Returns:
        The same rows in the same order; of a closed claim the verdict is "not testable" and ``why`` names the controls.
    """
    controls: dict[tuple[str, str], list[Row]] = {}
    for row in rows:
        if row["scope"] == CONTROL and row["kind"] == "effect" and row["study"] and not row["out_of_place"]:
            controls.setdefault((row["study"], row["contrast"]), []).append(row)
    return [_after(row, controls.get((row["study"], row["contrast"]), [])) for row in rows]


def _after(row: Row, controls: Sequence[Row]) -> dict[str, Any]:
    undecided = row["verdict"] in (NOT_TESTABLE, NOT_RETRIEVED)
    if row["scope"] == CONTROL or undecided or not controls:
        return dict(row)
    if any(control["verdict"] in MOVED for control in controls):
        return dict(row)
    told = ", ".join(f"{one['claim']} ({one['paper']}): {one['verdict'].replace('_', ' ')}" for one in controls)
    return {**row, "verdict": NOT_TESTABLE, "why": f"{NOT_SEEN}; {told}"}
