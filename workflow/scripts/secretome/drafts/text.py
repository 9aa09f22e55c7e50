"""Pieces of a study file that is drafted: YAML values and comments that no text of an archive can break out of."""

import re
import textwrap
import unicodedata
from collections.abc import Iterable, Mapping, Sequence

import yaml

from secretome.faults import shown

TODO = "TODO"
WIDTH = 116
# A block of rows can have this many characters in a study file.
LONGEST_ROWS = 20_000

_PLAIN = re.compile(r"[A-Za-z][A-Za-z0-9 _./()+%-]*")
_RESOLVER = yaml.resolver.Resolver()


def printable(text: str, longest: int = 300) -> str:
    """``text`` on one line, NFC, at most ``longest`` characters, without what cannot be seen."""
    text = "".join(" " if unicodedata.category(c)[0] == "Z" or c in "\t\n\r" else c for c in text)
    text = "".join(c for c in text if c.isprintable())
    text = " ".join(unicodedata.normalize("NFC", text).split())
    return text if len(text) <= longest else f"{text[: longest - 1].rstrip()}…"


def scalar(text: str) -> str:
    """``text`` as a YAML value that is read as this text, whatever it looks like; in single quotes where need be."""
    text = printable(text)
    plain = _PLAIN.fullmatch(text) and _RESOLVER.resolve(yaml.ScalarNode, text, (True, False)).endswith(":str")
    return text if plain else "'" + text.replace("'", "''") + "'"


def comment(text: str, indent: int = 0, hanging: int = 0) -> list[str]:
    """``text`` as comment lines; control and formatting characters are escaped, so that it stays a comment."""
    begin = " " * indent + "# "
    wrapped = textwrap.wrap(
        shown(text, 3000),
        WIDTH,
        initial_indent=begin,
        subsequent_indent=begin + " " * hanging,
        break_long_words=False,
        break_on_hyphens=False,
    )
    return [line.rstrip() for line in wrapped]


def commented(lines: Iterable[str], indent: int) -> list[str]:
    """YAML lines that are indented by ``indent`` at least, made comments; without "# " they are YAML again."""
    return [f"{line[:indent]}# {line[indent:]}" for line in lines]


def rows(columns: Mapping[str, Sequence[str]]) -> list[str]:
    """A sample sheet as the lines of `rows`: the header and one line a sample, the columns aligned by blanks."""
    widths = [max(map(len, (name, *values))) for name, values in columns.items()]
    table = [list(columns), *(list(line) for line in zip(*columns.values(), strict=True))]
    return ["  ".join(c.ljust(width) for c, width in zip(line, widths, strict=True)).rstrip() for line in table]


def sheet(columns: Mapping[str, Sequence[str]], identifier: str) -> list[str]:
    """The block `samples` without its comments: as `rows`, or where these cannot hold it as rules by column name.

    Args:
        columns: column → one value a sample; the values hold no blank, the ids can.
        identifier: the column of the ids.
    """
    ids = columns[identifier]
    lines = rows(columns)
    simple = all(re.fullmatch(r'[^\s"#][^\s"]*', name) and name.isprintable() for name in ids)
    if simple and sum(len(line) + 1 for line in lines) < LONGEST_ROWS:
        return ["samples:", f"  id: {identifier}", "  rows: |", *(f"    {line}" for line in lines)]
    # The names are those of the columns whatever the source is, and nothing more of the archive is needed.
    rules = ["samples:", f"  id: {identifier}", "  from: archive", "  columns:"]
    for name, values in columns.items():
        if name != identifier:
            rules += [f"    {scalar(name)}:", "      field: column", "      optional: true", "      values:"]
            rules += [f"        {scalar(one)}: {scalar(value)}" for one, value in zip(ids, values, strict=True)]
    return rules
