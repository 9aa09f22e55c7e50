"""The schemas: closed, described, defaulted, and told in words."""

import json
import math
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from secretome import schemas

ROOT = Path(__file__).parents[2]
NAMES = ["config", "study", "signatures", "published", "claims"]
RULES = {
    "type": "object",
    "additionalProperties": False,
    "required": ["word"],
    "properties": {
        "word": {"type": "string", "description": "A word.", "enum": ["acute", "resistant"]},
        "text": {"type": "string", "description": "Text.", "pattern": "^[a-z]*$", "maxLength": 5, "minLength": 1},
        "share": {"type": "number", "description": "A share.", "exclusiveMinimum": 0, "exclusiveMaximum": 1},
        "seed": {"type": "integer", "description": "A seed.", "minimum": 0, "maximum": 9, "default": 3},
        "names": {
            "type": "array",
            "items": {"type": "string"},
            "minItems": 1,
            "uniqueItems": True,
            "description": "n.",
        },
        "inner": {
            "type": "object",
            "additionalProperties": False,
            "description": "An object.",
            "default": {},
            "properties": {"depth": {"type": "number", "description": "Depth.", "default": 1.5}},
        },
        "flag": {"type": "boolean", "description": "A flag."},
    },
}


def keys_of(rules: dict, prefix: str = ""):
    """Every key of a schema by its dotted name, with its rule and whether it is required; <key> for free keys."""
    for key, rule in rules.get("properties", {}).items():
        yield f"{prefix}{key}", rule, key in rules.get("required", [])
        yield from keys_of(rule, f"{prefix}{key}.")
    if isinstance(rules.get("additionalProperties"), dict):
        yield from keys_of(rules["additionalProperties"], f"{prefix}<key>.")
    if isinstance(rules.get("items"), dict):
        yield from keys_of(rules["items"], f"{prefix[:-1]}[].")


def documented_rows(name: str) -> list[str]:
    """The rows that config/README.md has for a schema."""
    rows = []
    for key, rule, required in keys_of(schemas.schema(name)):
        given = f"`{json.dumps(rule['default'])}`" if "default" in rule else "–"
        default = "needed" if required else given
        words = f" One of: {', '.join(f'`{word}`' for word in rule['enum'])}." if len(rule.get("enum", [])) > 1 else ""
        only = f" Only `{rule['enum'][0]}` so far." if len(rule.get("enum", [])) == 1 else ""
        rows.append(f"| `{key}` | {default} | {rule['description']}{words}{only} |")
    return rows


def found(data, text_of=None):
    return sorted(schemas.faults(data, RULES, lambda address: "file", text_of or {}))


@pytest.mark.parametrize("name", NAMES)
def test_the_schemas_are_valid_closed_and_described(name):
    rules = schemas.schema(name)
    Draft202012Validator.check_schema(rules)
    stack = [rules]
    while stack:
        rule = stack.pop()
        assert rule["description"]
        if rule["type"] == "object":
            assert rule["additionalProperties"] is False or isinstance(rule["additionalProperties"], dict)
        stack += rule.get("properties", {}).values()
        stack += [rule[key] for key in ("additionalProperties",) if isinstance(rule.get(key), dict)]
    for key, rule, required in keys_of(rules):
        # What is not there, and has no default, is a file, a name or rules that a study does not have.
        assert required or "default" in rule or rule["type"] in ("string", "object"), key


@pytest.mark.parametrize("name", NAMES)
def test_the_readme_of_the_configuration_says_what_the_schemas_say(name):
    lines = (ROOT / "config/README.md").read_text().splitlines()
    rows = documented_rows(name)
    start = lines.index(rows[0])
    assert lines[start : start + len(rows)] == rows
    assert not "".join(lines[start + len(rows) :][:1]).startswith("|")


def test_defaults_are_filled_at_every_depth_and_the_data_is_left_alone():
    data = {"word": "acute"}
    assert schemas.with_defaults(data, RULES) == {"word": "acute", "seed": 3, "inner": {"depth": 1.5}}
    assert data == {"word": "acute"}
    nested = {"properties": {"all": {"additionalProperties": RULES}}}
    assert schemas.with_defaults({"all": {"x": {"seed": 1}}}, nested)["all"]["x"]["inner"] == {"depth": 1.5}


def test_valid_data_has_no_faults():
    assert found({"word": "acute", "text": "abc", "share": 0.5, "seed": 0, "names": ["a"], "inner": {"depth": 2}}) == []


@pytest.mark.parametrize(
    ("change", "field", "problem", "fix"),
    [
        ({"wrod": 1}, "wrod", "not a known key", "'word'"),
        ({"inner": {"dpeth": 1}}, "inner.dpeth", "not a known key", "'depth'"),
        ({"word": "acut"}, "word", "not one of", "'acute'"),
        ({"text": False}, "text", "true or false", "Quote it: 'False'"),
        ({"text": 1.1}, "text", "a number", "Quote it: '1.1'"),
        ({"text": None}, "text", "is empty", "Fill it in"),
        ({"text": ""}, "text", "is empty", "wants"),
        ({"text": "ABC"}, "text", "not written", "wants"),
        ({"text": "abcdef"}, "text", "longer than 5", "wants"),
        ({"text": ["a"]}, "text", "a list", "text"),
        ({"share": "1e-3"}, "share", "text", "0.001"),
        ({"share": "one"}, "share", "text", "decimal"),
        ({"share": 0}, "share", "not more than 0", "wants"),
        ({"share": 1.5}, "share", "not less than 1", "wants"),
        ({"share": math.nan}, "share", "no finite number", "a number"),
        ({"share": math.inf}, "share", "no finite number", "a number"),
        ({"share": True}, "share", "true or false", "a number"),
        ({"seed": -1}, "seed", "less than 0", "wants"),
        ({"seed": 10}, "seed", "more than 9", "wants"),
        ({"seed": 1.0}, "seed", "a number, and a whole number", "whole"),
        ({"flag": "yes"}, "flag", "text, and true or false is expected", "Write true or false"),
        ({"flag": 1}, "flag", "a number", "Write true or false"),
        ({"names": "a"}, "names", "text", "[a]"),
        ({"names": []}, "names", "is empty", "wants"),
        ({"names": ["a", "a"]}, "names", "twice", "one of them"),
    ],
)
def test_each_fault_says_what_and_how_to_mend_it(change, field, problem, fix):
    """C04, C05, C06."""
    [fault] = found({"word": "acute", **change})
    assert fault.field == field
    assert problem in fault.problem
    assert fix in fault.fix


def test_a_missing_key_is_named_with_its_meaning():
    [fault] = found({})
    assert (fault.field, fault.problem) == ("word", "is missing")
    assert "A word" in fault.fix


def test_the_value_is_shown_as_it_was_written():
    [fault] = found({"word": "acute", "text": 1.1}, {("text",): "1.10"})
    assert fault.value == "1.10"
    assert "'1.10'" in fault.fix


def test_plain_makes_built_in_containers():
    from collections import OrderedDict

    data = schemas.plain(OrderedDict(a=(1, OrderedDict(b=2))))
    assert data == {"a": [1, {"b": 2}]}
    assert type(data) is dict
    assert type(data["a"][1]) is dict


def test_at_is_none_where_nothing_stands():
    assert schemas.at({"a": [1]}, ("a", 0)) == 1
    assert schemas.at({"a": [1]}, ("a", 3)) is None
    assert schemas.at({"a": 1}, ("a", "b")) is None


def test_an_item_of_a_list_is_told_by_what_is_said_of_the_list():
    item = {"type": "string", "minLength": 1, "pattern": "^[a-z]*$"}
    rules = {"type": "object", "properties": {"names": {"type": "array", "description": "Names.", "items": item}}}
    told = [str(one) for one in schemas.faults({"names": ["a", "", "A"]}, rules, lambda address: "f", {})]
    assert told == [
        "f: names.1: is empty. The key wants: Names.",
        "f: names.2: 'A' is not written as this key wants it. The key wants: Names.",
    ]
