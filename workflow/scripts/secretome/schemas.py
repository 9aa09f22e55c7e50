"""Closed JSON schemas over plain data: what is wrong, in words that say how to mend it, and the defaults."""

import copy
import functools
import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from secretome.faults import Fault, listed, nearest, sentence
from secretome.strict_yaml import Address

Where = Callable[[Address], str]

FOLDER = Path(__file__).parents[2] / "schemas"
_NAMES = {
    "string": "text",
    "number": "a number",
    "integer": "a whole number",
    "array": "a list",
    "object": "a mapping of keys",
    "boolean": "true or false",
}


@functools.cache
def schema(name: str) -> dict[str, Any]:
    """The schema ``config``, ``study``, ``published``, ``signatures`` or ``claims``."""
    import yaml

    # The loader in C is ten times faster, and this is part of the start of every run.
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    return yaml.load((FOLDER / f"{name}.schema.yaml").read_text(encoding="utf-8"), Loader=loader)


def faults(data: Any, rules: Mapping[str, Any], where: Where, text_of: Mapping[Address, str]) -> list[Fault]:
    """Everything in which ``data`` breaks the schema ``rules``.

    Args:
        data: plain mappings, lists, text, numbers.
        rules: a JSON schema of draft 2020-12.
        where: the file and line of an address.
        text_of: what was written at an address, where it is known.
    """
    found: list[Fault] = []
    for error in _validator(rules).iter_errors(data):
        address = tuple(error.absolute_path)
        wanted = f"The key wants: {_description(rules, error.absolute_schema_path).rstrip('.')}"
        for extra, value, problem, fix in _explained(error, text_of.get(address), wanted):
            full = (*address, *extra)
            found.append(Fault(where(full), dotted(full), value, problem, fix))
    return found


def with_defaults(data: Any, rules: Mapping[str, Any]) -> Any:
    """A copy of valid ``data`` in which every optional key that is missing has the default of the schema."""
    if isinstance(data, list):
        return [with_defaults(item, rules.get("items", {})) for item in data]
    if not isinstance(data, dict):
        return data
    properties = rules.get("properties", {})
    others = rules.get("additionalProperties") or {}
    filled = {key: with_defaults(value, properties.get(key, others)) for key, value in data.items()}
    for key, rule in properties.items():
        if key not in filled and "default" in rule:
            filled[key] = with_defaults(copy.deepcopy(rule["default"]), rule)
    return filled


def plain(data: Any) -> Any:
    """``data`` as built-in mappings and lists."""
    if isinstance(data, Mapping):
        return {str(key): plain(value) for key, value in data.items()}
    if isinstance(data, list | tuple):
        return [plain(value) for value in data]
    return data


def at(data: Any, address: Address) -> Any:
    """What stands at ``address``; None where nothing does."""
    for key in address:
        try:
            data = data[key]
        except (KeyError, IndexError, TypeError):
            return None
    return data


def dotted(address: Address) -> str:
    """An address as people write it: ``contrasts.drug.level``."""
    return ".".join(map(str, address))


def _validator(rules: Mapping[str, Any]) -> Any:
    from jsonschema import Draft202012Validator
    from jsonschema.validators import extend

    def is_number(_: Any, value: Any) -> bool:
        """Infinity and not-a-number pass every comparison of the schema, so they are no numbers here."""
        return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)

    def is_integer(_: Any, value: Any) -> bool:
        """1.0 is none: a seed that is not an integer would fail later."""
        return isinstance(value, int) and not isinstance(value, bool)

    checker = Draft202012Validator.TYPE_CHECKER.redefine_many({"number": is_number, "integer": is_integer})
    return extend(Draft202012Validator, type_checker=checker)(rules)


Explained = tuple[Address, str, str, str]  # the rest of the address, the value, the problem, the fix


def _description(rules: Any, path: Iterable[str | int]) -> str:
    """That of the key which a broken rule is of; an item of a list has that of the list."""
    found, part = "", rules
    for step in path:
        part = part[step]
        if isinstance(part, Mapping) and isinstance(part.get("description"), str):
            found = part["description"]
    return found


def _explained(error: Any, written: str | None, wanted: str) -> list[Explained]:
    rule, limit, value = error.validator, error.validator_value, error.instance
    shown = written if written is not None else str(value) if not isinstance(value, dict | list) else ""
    if rule == "additionalProperties":
        known = list(error.schema.get("properties", {}))
        return [((key,), "", "is not a known key", nearest(key, known)) for key in value if key not in known]
    if rule == "required":
        properties = error.schema["properties"]
        return [
            ((key,), "", "is missing", f"Add it: {properties[key]['description'].rstrip('.')}")
            for key in limit
            if key not in value
        ]
    if rule == "type":
        return [((), shown, *_type_words(limit, value, shown))]
    if rule == "enum":
        return [((), shown, "is not one of the words this key takes", _choice(value, limit))]
    if rule == "pattern":
        return [((), shown, "is not written as this key wants it", wanted)]
    if rule == "uniqueItems":
        twice = [item for item in value if value.count(item) > 1]
        return [((), listed(dict.fromkeys(map(str, twice))), "stands twice", "Keep one of them")]
    problem = {
        "minimum": f"is less than {limit}",
        "maximum": f"is more than {limit}",
        "exclusiveMinimum": f"is not more than {limit}",
        "exclusiveMaximum": f"is not less than {limit}",
        "minLength": "is empty",
        "minItems": "is empty",
        "minProperties": "is empty",
        "maxLength": f"is longer than {limit} characters",
    }[rule]
    return [((), shown, problem, wanted)]


def _type_words(expected: str | list[str], value: Any, shown: str) -> tuple[str, str]:
    kinds = [expected] if isinstance(expected, str) else list(expected)
    wanted = " or ".join(_NAMES[kind] for kind in kinds)
    if value is None:
        return f"is empty, and {wanted} is expected", "Fill it in, or take the key out"
    problem = f"is read as {_read_as(value)}, and {wanted} is expected"
    if "string" in kinds and not isinstance(value, dict | list):
        return problem, f"Quote it: '{shown}'"
    if "array" in kinds and isinstance(value, str):
        return problem, f"Write a list: [{shown}]"
    if isinstance(value, str) and {"number", "integer"} & set(kinds):
        try:
            number = float(value)
        except ValueError:
            return problem, "Write a plain decimal number"
        plainly = f": {number:.15g}" if math.isfinite(number) and abs(number) < 1e15 else ""
        return problem, f"Write a plain decimal number{plainly}"
    return problem, f"Write {wanted}"


def _read_as(value: Any) -> str:
    if isinstance(value, bool):
        return "true or false"
    if isinstance(value, int | float):
        return "a number" if math.isfinite(value) else "no finite number"
    names: dict[type, str] = {str: "text", list: "a list", dict: "a mapping of keys"}
    return names.get(type(value), type(value).__name__)


def _choice(value: Any, choices: Sequence[str]) -> str:
    if len(choices) == 1:
        return f"Only '{choices[0]}' works so far"
    return f"{sentence(nearest(str(value), choices))} The words are {listed(choices, 10)}"
