"""The contrasts of a study file: each in one form, each standing for itself, each borne by the sample sheet."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from typing import Any

from secretome import schemas
from secretome.designs import forms
from secretome.faults import Fault, InputFaults

Contrasts = Mapping[str, Mapping[str, Any]]
# The keys that make no difference to the model: what is wrong with them hides nothing else.
LABELS = ("setting", "drug_class", "ligands")


def sound_contrasts(contrasts: Mapping[str, Any], faulty: Collection[str]) -> dict[str, Any]:
    """The contrasts that can be judged although the file breaks its schema, without the keys that are at fault.

    Args:
        contrasts: as written.
        faulty: the addresses at fault, as ``contrasts.drug.setting``.

    Returns:
        Of the contrasts those whose labels alone are at fault, or keys that no contrast has and that are not missed.
    """
    known = schemas.schema("study")["properties"]["contrasts"]["additionalProperties"]["properties"]
    sound = {}
    for key, contrast in contrasts.items():
        address = f"contrasts.{key}"
        inside = [field.removeprefix(f"{address}.") for field in faulty if field.startswith(f"{address}.")]
        wrong = {field.partition(".")[0] for field in inside}
        unknown = wrong - set(known)
        if address in faulty or not isinstance(contrast, Mapping) or wrong - unknown - set(LABELS):
            continue
        left = {name: value for name, value in contrast.items() if name not in wrong}
        if not (unknown and forms.shape_faults(left)):
            sound[key] = left
    return sound


def complete_contrasts(
    contrasts: Contrasts, written: Sequence[str], where: schemas.Where
) -> tuple[dict[str, dict[str, Any]], list[Fault]]:
    """The contrasts of one form, a difference with its `parts`, and what is wrong with the others.

    Args:
        contrasts: those that keep to the schema, with their defaults.
        written: the keys of all contrasts of the file.
        where: the file and line of an address.

    Returns:
        Those whose keys fit together, in their order; of the differences those whose two contrasts do. What is wrong
        with a contrast of a difference is told there, and not of the difference again.
    """
    wrong = {key: forms.shape_faults(one) for key, one in contrasts.items()}
    formed = {key: one for key, one in contrasts.items() if not wrong[key]}
    senseless = {key: faults for key, one in formed.items() if (faults := forms.sense_faults(one))}
    complete = {}
    for key, one in formed.items():
        wrong[key] = senseless.get(key, [])
        if forms.form_of(one) == "difference_of":
            wrong[key] = [*wrong[key], *forms.reference_faults(one, formed, written)]
            parts = set(one["difference_of"])
            if wrong[key] or not parts <= set(formed) or parts & set(senseless):
                continue  # a part that is wrong is told by itself
            one = forms.with_parts(one, formed)
            wrong[key] = forms.sense_faults(one)
        complete[key] = dict(one)
    return complete, [_placed(fault, key, where) for key, faults in wrong.items() for fault in faults]


def contrast_faults(
    contrasts: Contrasts,
    sheet: Mapping[str, Sequence[str]],
    identifier: str,
    samples: Mapping[str, Any],
    where: schemas.Where,
) -> list[Fault]:
    """Why the sheet cannot bear a contrast.

    Args:
        contrasts: of :func:`complete_contrasts`.
        sheet: column → one value a sample.
        identifier: its column of the sample ids.
        samples: of the study file.
        where: the file and line of an address.
    """
    from secretome.designs import design

    faults: dict[str, list[Fault]] = {}
    # A difference last: what is wrong with one of its contrasts is told there, and once.
    for key, contrast in sorted(contrasts.items(), key=lambda item: "parts" in item[1]):
        if any(faults.get(name) for name in contrast.get("difference_of", ())):
            continue
        try:
            design.build(sheet, identifier, contrast, samples["numeric"], samples["subject"])
        except InputFaults as found:
            faults[key] = [_placed(wrong, key, where) for wrong in found.faults]
    return [fault for of_contrast in faults.values() for fault in of_contrast]


def _placed(wrong: Fault, key: str, where: schemas.Where) -> Fault:
    """A fault of a design with its address in the file."""
    address = ("contrasts", key, wrong.field) if wrong.field else ("contrasts", key)
    return replace(wrong, where=where(address), field=schemas.dotted(address))
