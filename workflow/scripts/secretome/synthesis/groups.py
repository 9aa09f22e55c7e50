"""Which contrasts are asked together: those of one drug class, compartment and setting, and all of a compartment."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import pandas as pd

from secretome.synthesis.independence import Shared, refused, units_of

ALL = "all"
SINGLE = "the only one of its group: nothing to pool"
NO_ERRORS = "has no standard errors"
SHARES = "shares samples with another study of the group"


@dataclass(frozen=True)
class ContrastResult:
    """What one contrast found, and what it was of.

    Attributes:
        study: its key.
        contrast: its key.
        model: the biological material, as the study file words it.
        drug_class: "" where it has none.
        compartment: `cells` or `medium`.
        setting: `acute`, `adaptive`, `resistant` or `ligand`.
        technology: what was measured.
        table: one row a gene: gene log2_fold_change standard_error df q_value reason at least (contract
            ``DIFFERENTIAL``); NaN where there is none.
    """

    study: str
    contrast: str
    model: str
    drug_class: str
    compartment: str
    setting: str
    technology: str
    table: pd.DataFrame

    @property
    def has_errors(self) -> bool:
        """Whether any effect has a standard error."""
        return bool((self.table["log2_fold_change"].notna() & self.table["standard_error"].gt(0)).any())


@dataclass(frozen=True)
class Group:
    """Contrasts that are pooled.

    Attributes:
        name: of the group, letters, digits and underscores.
        drug_class, compartment, setting: what its contrasts have in common, ``all`` where nothing.
        results: the contrasts that count, in the order of study and contrast.
        units: of each of them the number of the independent unit it belongs to.
        left_out: (study, contrast) → why it does not count.
        warnings: of studies that share samples.
    """

    name: str
    drug_class: str
    compartment: str
    setting: str
    results: tuple[ContrastResult, ...]
    units: tuple[int, ...]
    left_out: dict[tuple[str, str], str]
    warnings: list[dict[str, str]]


def groups_of(results: Sequence[ContrastResult], shared: Iterable[Shared] = ()) -> list[Group]:
    """The groups of the contrasts, in the order of their names, those over all drugs and settings last.

    A group of one unit stays, with the reason why nothing is pooled; a contrast without a drug class is in the group of
    its compartment alone.

    Args:
        results: the contrasts of the collection, in any order.
        shared: pairs of studies with common samples; they are not pooled with each other.

    Raises:
        ValueError: a contrast stands twice.
    """
    results = sorted(results, key=lambda one: (one.study, one.contrast))
    keys = [(one.study, one.contrast) for one in results]
    if len(set(keys)) < len(keys):
        raise ValueError("a contrast stands twice")
    members: dict[tuple[str, str, str], list[ContrastResult]] = {}
    for one in results:
        if one.drug_class:
            members.setdefault((one.drug_class, one.compartment, one.setting), []).append(one)
        # ASSUME what cells make and what their medium holds is never one quantity, also not over all drugs.
        members.setdefault((ALL, one.compartment, ALL), []).append(one)
    order = sorted(members, key=lambda key: (key[0] == ALL, key))
    shared = list(shared)
    return [_group(key, members[key], shared) for key in order]


def _group(key: tuple[str, str, str], members: Sequence[ContrastResult], shared: Sequence[Shared]) -> Group:
    out = {(one.study, one.contrast): NO_ERRORS for one in members if not one.has_errors}
    able = [one for one in members if one.has_errors]
    twice, said = refused(shared, {one.study for one in able})
    out |= {(one.study, one.contrast): SHARES for one in able if one.study in twice}
    kept = [one for one in able if one.study not in twice]
    units = units_of([one.study for one in kept], [one.model for one in kept])
    if len(set(units)) == 1:
        out |= {(one.study, one.contrast): SINGLE for one in kept}
    name = f"{ALL}_{key[1]}" if key[0] == ALL else "_".join(key)
    return Group(name, *key, tuple(kept), tuple(units), out, said)
