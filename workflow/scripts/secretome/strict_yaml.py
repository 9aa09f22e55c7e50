"""The YAML that a person writes for this workflow: plain mappings, lists, text and numbers, and where they stand.

What YAML can do beyond that (tags, aliases, a second meaning for `no` and `12:30`) is refused rather than obeyed.
The file is read as a stream of events, so that nothing is built before it is known to be harmless.
"""

import re
import unicodedata
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from secretome.delimited import require_regular_file
from secretome.faults import Fault, InputFaults, fault

LARGEST_FILE = 1_000_000
DEEPEST = 20
EXECUTED_KEY = "__use_yte__"

Address = tuple[str | int, ...]

_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_RESOLVER = yaml.resolver.Resolver()
_WORDS = {"true": True, "yes": True, "on": True, "false": False, "no": False, "off": False}
NUMBER = re.compile(r"[+-]?(0|[1-9][0-9]{0,30})(\.[0-9]{1,30})?([eE][+-]?[0-9]{1,3})?")
_CONTROL = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
_MEANINGS = {
    "timestamp": "a date",
    "int": "a number in another notation",
    "float": "a number in another notation",
    "merge": "a merge",
    "value": "a default key",
}


@dataclass
class Document:
    """The content of a YAML file.

    Attributes:
        data: the mapping: text (NFC), whole numbers, numbers, true/false, None, lists and mappings of these.
        line_of: the address of a value, as ("contrasts", "x", "level"), to its line; for a value of a mapping the
            line of its key.
        text_of: the address of a plain or quoted value to what stands in the file.
    """

    data: dict[str, Any] = field(default_factory=dict)
    line_of: dict[Address, int] = field(default_factory=dict)
    text_of: dict[Address, str] = field(default_factory=dict)

    def line(self, address: Address) -> int:
        """The line of an address, or of the nearest thing around it."""
        while address and address not in self.line_of:
            address = address[:-1]
        return self.line_of.get(address, 1)


def load(path: str | Path) -> Document:
    """Read one YAML mapping.

    Raises:
        InputFaults: the file is missing, a folder, a pipe, unreadable, empty, larger than ``LARGEST_FILE`` bytes or
            not UTF-8; its syntax is wrong; a key stands twice, is not text or would be executed; it has tags,
            anchors, aliases, a second document, or more than ``DEEPEST`` levels; a value would be read as a date,
            a sexagesimal, octal or hexadecimal number, infinity or not-a-number.
    """
    text = _text(Path(path))
    builder = _Builder(str(path))
    try:
        for event in yaml.parse(text, Loader=_Loader):
            builder.take(event)
    except yaml.MarkedYAMLError as error:
        builder.faults.append(_syntax_fault(str(path), text, error))
    except yaml.YAMLError as error:
        builder.faults.append(_fault(str(path), "", f"is not YAML ({' '.join(str(error).split())})", "Correct it"))
    if builder.faults:
        raise InputFaults(builder.faults)
    document = builder.document
    if builder.root is None:
        raise fault(str(path), "", "", "has no content", "Fill it in; config/README.md lists the keys")
    if not isinstance(builder.root, dict):
        raise fault(
            f"{path}:1", "", "", "is not a mapping", "Write 'key: value' lines; config/README.md lists the keys"
        )
    document.data = builder.root
    return document


def _fault(where: str, value: str, problem: str, fix: str) -> Fault:
    return Fault(where, "", value, problem, fix)


def _text(path: Path) -> str:
    status = require_regular_file(path)
    if status.st_size > LARGEST_FILE:
        raise fault(str(path), "", "", f"is larger than {LARGEST_FILE:,} bytes", "Take out what does not belong there")
    try:
        with path.open("rb") as file:
            content = file.read(LARGEST_FILE + 1)
    except OSError as error:
        raise fault(str(path), "", "", f"cannot be read ({error.strerror})", "Give yourself the right to") from error
    if content.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\x00" in content:
        raise fault(str(path), "", "", "is not UTF-8 text (UTF-16 or binary)", "Save it as UTF-8")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise fault(f"{path}:{line}", "", "", "is not UTF-8 text", "Save it as UTF-8") from error
    return text.replace("\r\n", "\n")


def _syntax_fault(path: str, text: str, error: yaml.MarkedYAMLError) -> Fault:
    mark = error.problem_mark or error.context_mark
    line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
    lines = text.split("\n")
    written = lines[line - 1] if line <= len(lines) else ""
    problem = f"is not YAML ({error.problem or error.context})"
    if "\t" in written[: len(written) - len(written.lstrip())]:
        return _fault(f"{path}:{line}:{column}", written.strip(), "is indented by a tab", "Indent by spaces")
    return _fault(f"{path}:{line}:{column}", written.strip(), problem, "Correct this line or the one before it")


@dataclass
class _Level:
    """One open mapping or list."""

    content: Any
    address: Address
    key: str | None = None
    keys: dict[str, int] = field(default_factory=dict)


class _Builder:
    """Builds the document from events, without recursion."""

    def __init__(self, path: str):
        self.path = path
        self.document = Document()
        self.faults: list[Fault] = []
        self.root: Any = None
        self.levels: list[_Level] = []
        self.documents = 0

    def take(self, event: Any) -> None:
        """Add one event of the stream."""
        line = event.start_mark.line + 1
        if isinstance(event, yaml.DocumentStartEvent):
            self.documents += 1
            if self.documents > 1:
                raise InputFaults([*self.faults, self._fault(line, "---", "starts a second document", "Keep one")])
        elif isinstance(event, yaml.AliasEvent):
            self._refuse_reference(line, f"*{event.anchor}")
        elif isinstance(event, yaml.NodeEvent):
            self._check_node(event, line)
            if isinstance(event, yaml.ScalarEvent):
                self._scalar(event, line)
            else:
                self._open_level(event, line)
        elif isinstance(event, yaml.CollectionEndEvent):
            self.levels.pop()

    def _fault(self, line: int, value: str, problem: str, fix: str) -> Fault:
        return _fault(f"{self.path}:{line}", value, problem, fix)

    def _refuse_reference(self, line: int, value: str) -> None:
        # At once: what an alias stands for can be exponentially larger than the file.
        problem = "is an anchor or an alias, and these are not understood here"
        raise InputFaults([*self.faults, self._fault(line, value, problem, "Write the value out, or quote it")])

    def _check_node(self, event: Any, line: int) -> None:
        if event.anchor is not None:
            self._refuse_reference(line, f"&{event.anchor}")
        if event.tag is not None:
            # libyaml reports the tag of a quoted scalar as None, so that every tag here was written by somebody.
            self.faults.append(self._fault(line, event.tag, "is a YAML tag, and these are refused", "Take it out"))

    def _open_level(self, event: Any, line: int) -> None:
        content: Any = {} if isinstance(event, yaml.MappingStartEvent) else []
        if len(self.levels) >= DEEPEST:
            problem = f"is nested more than {DEEPEST} levels deep"
            raise InputFaults([*self.faults, self._fault(line, "", problem, "Take out the nesting")])
        level = self.levels[-1] if self.levels else None
        if level and isinstance(level.content, dict) and level.key is None:
            raise InputFaults([*self.faults, self._fault(line, "", "is a list or mapping as a key", "Use text as key")])
        self.levels.append(_Level(content, self._place(content, line)))

    def _scalar(self, event: Any, line: int) -> None:
        level = self.levels[-1] if self.levels else None
        if level and isinstance(level.content, dict) and level.key is None:
            self._take_key(level, event, line)
            return
        value = self._value(event, line)
        self.document.text_of[self._place(value, line)] = event.value

    def _take_key(self, level: _Level, event: Any, line: int) -> None:
        key = self._value(event, line)
        if not isinstance(key, str):
            self.faults.append(self._fault(line, event.value, "is read as no text, but keys are text", "Quote it"))
            key = event.value
        if key == EXECUTED_KEY:
            self.faults.append(self._fault(line, key, "would let this file execute code", "Take it out"))
        if key in level.keys:
            problem = f"stands twice, in lines {level.keys[key]} and {line}"
            self.faults.append(self._fault(line, key, problem, "Keep one of them"))
        level.keys.setdefault(key, line)
        level.key = key
        self.document.line_of.setdefault((*level.address, key), line)

    def _place(self, value: Any, line: int) -> Address:
        """Put a value where it belongs; its address."""
        if not self.levels:
            self.root = value
            return ()
        level = self.levels[-1]
        if isinstance(level.content, list):
            address: Address = (*level.address, len(level.content))
            level.content.append(value)
            self.document.line_of[address] = line
            return address
        assert level.key is not None  # scalar() and open_level() have seen to it
        address = (*level.address, level.key)
        level.content[level.key] = value
        level.key = None
        return address

    def _value(self, event: Any, line: int) -> Any:
        text = unicodedata.normalize("NFC", event.value)
        if _CONTROL.search(text):
            self.faults.append(self._fault(line, text, "holds a control character", "Take it out"))
            return ""
        kind = _RESOLVER.resolve(yaml.ScalarNode, event.value, (True, False)).rpartition(":")[2]
        if not event.implicit[0] or kind == "str":
            return text.strip()
        if kind == "null":
            return None
        if kind == "bool":
            return _WORDS[text.lower()]
        if kind in ("int", "float") and NUMBER.fullmatch(text):
            return int(text) if kind == "int" else float(text)
        problem = f"would be read as {_MEANINGS[kind]}"
        fix = f"Quote it ('{text}') if it is text, write a plain decimal number if it is one"
        self.faults.append(self._fault(line, text, problem, fix))
        return ""
