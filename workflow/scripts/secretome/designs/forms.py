"""What a contrast of a study file asks: its form, the weights of its levels, and the words for it.

Pure Python: it is needed where the study files are read, before anything is loaded that computes.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from secretome.faults import Fault, listed, nearest

Contrast = Mapping[str, Any]
Contrasts = Mapping[str, Contrast]

# The key that decides the form → the keys that belong to it, and those that it needs. `block` goes with all but one.
_NEEDED: dict[str, tuple[str, ...]] = {
    "level": ("variable", "reference"),
    "levels": ("variable", "reference"),
    "weights": ("variable",),
    "difference_of": (),
    "continuous": (),
}
_OF_SOME = ("variable", "reference", "per", "block", "random_block", "descriptive")
_TAKEN: dict[str, tuple[str, ...]] = {
    "level": ("variable", "reference", "block", "random_block", "descriptive"),
    "levels": ("variable", "reference", "block", "random_block", "descriptive"),
    "weights": ("variable", "block", "random_block", "descriptive"),
    "difference_of": ("descriptive",),
    "continuous": ("per", "block", "random_block"),
}
FORMS = (
    "variable with level and reference; variable with levels and reference; variable with weights; "
    "difference_of; continuous"
)
# What has a default in the schema and is then as good as not written.
_DEFAULTS: dict[str, Any] = {"per": 1}
# What a model is made of beside the labels, in the order of the settings; `parts` are the two of a difference.
_ALWAYS = ("variable", "level", "reference", "block", "descriptive")
_WHERE_GIVEN = ("levels", "weights", "difference_of", "continuous", "random_block")

# ASSUME thirds are written with seven digits or more: what is left then moves no fold change by more than 1e-5.
TOLERANCE = 1e-6


@dataclass(frozen=True)
class Terms:
    """What a contrast asks of a sample sheet.

    Attributes:
        column: the column with the levels, or with the quantity of a slope.
        key: the key of the contrast that names it: `variable` or `continuous`.
        weights: level → its weight in the contrast, none of them 0; empty for a slope.
        keys: level → the key of the contrast that names it.
        nested: the levels that stand for themselves beside their mean, and then the reference; empty otherwise.
        blocks: the columns to allow for.
        random_block: the column of the random effect, or "".
        per: of a slope, the units of the quantity that count as one.
        descriptive: whether groups of one sample are taken and nothing is tested.
    """

    column: str
    key: str
    weights: dict[str, float] = field(default_factory=dict)
    keys: dict[str, str] = field(default_factory=dict)
    nested: tuple[str, ...] = ()
    blocks: tuple[str, ...] = ()
    random_block: str = ""
    per: float = 1.0
    descriptive: bool = False


def form_of(contrast: Contrast) -> str:
    """The key that decides the form: `level`, `levels`, `weights`, `difference_of` or `continuous`; "" if not one."""
    given = _given(contrast, _NEEDED)
    return given[0] if len(given) == 1 else ""


def shape_faults(contrast: Contrast) -> list[Fault]:
    """What is wrong with the keys of a contrast taken together: exactly one form, with all its keys and no others.

    ``where`` is "design", ``field`` a key of the contrast, or "" where it is the contrast as a whole.
    """
    given = _given(contrast, _NEEDED)
    if len(given) != 1:
        problem = f"asks in two ways at once ({listed(given)})" if given else "does not say what is compared"
        return [_fault("", "", problem, f"Give one of: {FORMS}")]
    form = given[0]
    faults = [
        _fault(key, "", "is missing", f"Add it: {form} goes with {listed(_NEEDED[form])}")
        for key in _NEEDED[form]
        if not contrast.get(key)
    ]
    for key in _given(contrast, _OF_SOME):
        if key not in _TAKEN[form]:
            value = contrast[key] if isinstance(contrast[key], str | int | float) else listed(contrast[key])
            faults.append(_fault(key, value, f"does not go with {form}", _why_not(form, key)))
    if contrast.get("descriptive") and contrast.get("random_block"):
        problem, fix = "does not go with descriptive: nothing is tested there", "Take one of the two out"
        faults.append(_fault("random_block", contrast["random_block"], problem, fix))
    return faults


def sense_faults(contrast: Contrast) -> list[Fault]:
    """What a contrast of one form says that cannot be meant, whatever the sample sheet holds."""
    form = form_of(contrast)
    if form == "level" and contrast["level"] == contrast.get("reference"):
        return [_fault("reference", contrast["reference"], "is the level itself", "Name the other group")]
    if form == "levels":
        return _levels_faults(contrast)
    if form == "weights":
        return _weight_faults(contrast["weights"])
    if form == "continuous" and not 0 < contrast.get("per", 1) < float("inf"):
        return [_fault("per", contrast["per"], "is not a positive number", "Write how many units count as one")]
    if form == "difference_of" and "parts" in contrast and not _difference(contrast["parts"]):
        problem = "is no difference: both contrasts compare the same groups"
        return [_fault("difference_of", listed(contrast["difference_of"]), problem, "Name two different contrasts")]
    return []


def reference_faults(contrast: Contrast, contrasts: Contrasts, known: Sequence[str]) -> list[Fault]:
    """What is wrong with the two contrasts that a difference names.

    Args:
        contrast: of the form `difference_of`.
        contrasts: the contrasts of the study of which the form is sound.
        known: the keys of all contrasts that are written.
    """
    names = contrast["difference_of"]
    if len(names) != 2:
        return [_fault("difference_of", listed(names), "does not name two contrasts", "Write [first, second]")]
    faults = [
        _fault("difference_of", name, "is not a contrast of this study", nearest(name, known))
        for name in names
        if name not in known
    ]
    parts = [(name, contrasts[name]) for name in names if name in contrasts]
    for name, part in parts:
        if form_of(part) in ("difference_of", "continuous"):
            kind = "a difference itself" if form_of(part) == "difference_of" else "a slope"
            fix = "Name two contrasts between levels of one variable"
            faults.append(_fault("difference_of", name, f"is {kind}", fix))
    if not faults and len(parts) == 2:
        faults += _unlike(parts)
    return faults


def with_parts(contrast: Contrast, contrasts: Contrasts) -> dict[str, Any]:
    """The contrast, a difference with the models of its two contrasts under `parts`: it then stands for itself."""
    if form_of(contrast) != "difference_of":
        return dict(contrast)
    return {**contrast, "parts": [model_of(contrasts[name]) for name in contrast["difference_of"]]}


def model_of(contrast: Contrast) -> dict[str, Any]:
    """What the model of a contrast is made of: not its labels, so that a new label refits nothing."""
    model = {key: contrast[key] for key in _ALWAYS if key in contrast}
    model |= {key: contrast[key] for key in _WHERE_GIVEN if contrast.get(key)}
    if "continuous" in model:
        model["per"] = contrast.get("per", 1)
    if "parts" in contrast:
        model["parts"] = [model_of(part) for part in contrast["parts"]]
    return model


def terms_of(contrast: Contrast) -> Terms:
    """The terms of a contrast of sound form, a difference with its `parts`."""
    form = form_of(contrast)
    source = contrast["parts"][0] if form == "difference_of" else contrast
    blocks = tuple(dict.fromkeys(str(block) for block in source.get("block", ())))
    random_block, descriptive = source.get("random_block", ""), bool(contrast.get("descriptive"))
    if form == "continuous":
        per = float(contrast.get("per", 1))
        return Terms(contrast["continuous"], "continuous", blocks=blocks, random_block=random_block, per=per)
    weights = weights_of(contrast)
    nested = (*contrast["levels"], contrast["reference"]) if form == "levels" else ()
    keys = {level: _key_of(contrast, form, level) for level in weights}
    return Terms(source["variable"], "variable", weights, keys, nested, blocks, random_block, 1.0, descriptive)


def weights_of(contrast: Contrast) -> dict[str, float]:
    """Level → weight, the levels of interest first; empty for a slope."""
    form = form_of(contrast)
    if form == "level":
        return {contrast["level"]: 1.0, contrast["reference"]: -1.0}
    if form == "levels":
        # ASSUME each level counts the same, however many samples it has: a pool of more samples is not more typical.
        share = 1 / len(contrast["levels"])
        return {**dict.fromkeys(contrast["levels"], share), contrast["reference"]: -1.0}
    if form == "weights":
        return {level: float(weight) for level, weight in contrast["weights"].items()}
    return _difference(contrast["parts"]) if form == "difference_of" else {}


def words_of(contrast: Contrast) -> tuple[str, str]:
    """What is of interest and what it is compared with: ("the mean of A and B", "parental"); a slope has no second."""
    form = form_of(contrast)
    if form == "continuous":
        return f"{contrast['continuous']} ({unit_of(contrast).split(' of ')[0]})", ""
    if form == "difference_of":
        first, second = (" vs ".join(words_of(part)) for part in contrast["parts"])
        return f"({first})", f"({second})"
    weights = weights_of(contrast)
    return _side(weights, 1), _side(weights, -1)


def sides_of(contrast: Contrast) -> tuple[list[str], list[str]]:
    """The levels that count positive and those that count negative, each in their order; of a slope none."""
    weights = weights_of(contrast)
    return [level for level in weights if weights[level] > 0], [level for level in weights if weights[level] < 0]


def unit_of(contrast: Contrast) -> str:
    """What a slope is given for: `per unit of dose`, `per 10 of dose`; "" for what is no slope."""
    if form_of(contrast) != "continuous":
        return ""
    per = contrast.get("per", 1)
    return f"per {'unit' if per == 1 else f'{per:.15g}'} of {contrast['continuous']}"


def _fault(key: str, value: object, problem: str, fix: str) -> Fault:
    return Fault("design", key, str(value), problem, fix)


def _given(contrast: Contrast, keys: Any) -> list[str]:
    return [key for key in keys if contrast.get(key) not in (None, "", [], (), {}, False, _DEFAULTS.get(key))]


def _why_not(form: str, key: str) -> str:
    if form == "difference_of" and key != "per":
        return "Take it out: it is that of the two contrasts"
    if form == "weights" and key == "reference":
        return "Take it out, and give the reference a negative weight"
    if form == "continuous" and key == "descriptive":
        return "Take it out: a slope needs no groups"
    return "Take it out"


def _levels_faults(contrast: Contrast) -> list[Fault]:
    levels, reference = contrast["levels"], contrast.get("reference")
    if len(levels) < 2:
        return [_fault("levels", listed(levels), "is a single level", f"Write level: '{levels[0]}'")]
    if reference in levels:
        return [_fault("reference", reference, "is one of the levels itself", "Name the other group")]
    return []


def _weight_faults(weights: Mapping[str, float]) -> list[Fault]:
    text = ", ".join(f"{level}: {weight:.6g}" for level, weight in weights.items())
    idle = [level for level, weight in weights.items() if weight == 0]
    if idle:
        fix = "Leave them out: every level of the variable has a mean of its own all the same"
        return [_fault("weights", listed(idle), "have the weight 0", fix)]
    total, positive = sum(weights.values()), sum(weight for weight in weights.values() if weight > 0)
    if abs(total) > TOLERANCE:
        fix = "Change them so that they cancel, as in {a: 0.5, b: 0.5, reference: -1}"
        return [_fault("weights", text, f"sum to {total:.6g} and not to 0", fix)]
    if abs(positive - 1) > TOLERANCE:
        scaled = ", ".join(f"{level}: {weight / positive:.7g}" for level, weight in weights.items())
        problem = f"have positive weights that sum to {positive:.6g} and not to 1, so that no fold change comes out"
        fix = f"Divide them by {positive:.6g}: {{{scaled}}}"
        if positive > 1:
            fix += "; for a difference of differences write difference_of"
        return [_fault("weights", text, problem, fix)]
    return []


def _difference(parts: Sequence[Contrast]) -> dict[str, float]:
    """Level → the weight in the first contrast less that in the second, without those that cancel."""
    first, second = map(weights_of, parts)
    weights = {level: first.get(level, 0) - second.get(level, 0) for level in {**first, **second}}
    return {level: weight for level, weight in weights.items() if abs(weight) > TOLERANCE}


def _unlike(parts: Sequence[tuple[str, Contrast]]) -> list[Fault]:
    """In what the two contrasts of a difference differ although they must not: they are fitted as one model."""
    (_, first), (_, second) = parts
    names = listed(name for name, _ in parts)
    faults = []
    for key in ("variable", "block", "random_block"):
        ours, theirs = (one.get(key) or "" for one in (first, second))
        ours, theirs = (sorted(one) if not isinstance(one, str) else one for one in (ours, theirs))
        if ours != theirs:
            said = " and ".join((listed(one) if not isinstance(one, str) else one) or "none" for one in (ours, theirs))
            problem = f"differ in {key} ({said}), and one model must hold both"
            fix = "Write the same in both"
            if key == "variable":
                fix = "Take one variable for both: samples: {combined: {group: [first column, second column]}} makes it"
            faults.append(_fault("difference_of", names, problem, fix))
    return faults


def _key_of(contrast: Contrast, form: str, level: str) -> str:
    if form in ("level", "levels"):
        return "reference" if level == contrast["reference"] else form
    return form


def _side(weights: Mapping[str, float], sign: int) -> str:
    """The levels of one sign, with their weights where these differ."""
    levels = {level: abs(weight) for level, weight in weights.items() if weight * sign > 0}
    equal = max(levels.values()) - min(levels.values()) < TOLERANCE
    texts = [level if equal else f"{weight:.3g} {level}" for level, weight in levels.items()]
    joined = " and ".join([", ".join(texts[:-1]), texts[-1]] if texts[1:] else texts)
    return f"the mean of {joined}" if equal and texts[1:] else joined
