"""Made-up studies as an archive states them, and what a person makes of a draft."""

import re
from pathlib import Path

import pytest

from secretome import strict_yaml, study_file
from secretome.drafts import draft

ARRAY = {"type": ["Expression profiling by array"], "platform_id": ["GPL570"], "title": ["A study"]}


SEQUENCED = {**ARRAY, "type": ["Expression profiling by high throughput sequencing"], "platform_id": ["GPL1"]}


HUMAN = {"organism_ch1": ["Homo sapiens"], "taxid_ch1": ["9606"], "channel_count": ["1"]}


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    """An empty project to work in."""
    (tmp_path / "config").mkdir()
    (tmp_path / "config/config.yaml").write_text("studies: bundled\n")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def samples_of(*rows: dict, platform="GPL570", rna=False) -> dict:
    """Samples GSM1, GSM2 … with the characteristics of each row; `title` and what has an underscore is a field."""
    made = {}
    for number, row in enumerate(rows, start=1):
        name = f"GSM{number}"
        fields = {"title": [f"sample {name}"], "geo_accession": [name], "platform_id": [platform], **HUMAN}
        fields |= {"library_strategy": ["RNA-Seq"], "type": ["SRA"]} if rna else {"data_row_count": ["9"]}
        for key, value in row.items():
            fields[key if key in ("title", "relation") or "_" in key else f"characteristics: {key}"] = [value]
        made[name] = fields
    return made


def grid(**factors) -> list[dict]:
    """One row for each combination, the first factor slowest."""
    rows: list[dict] = [{}]
    for key, values in factors.items():
        rows = [{**row, key: value} for row in rows for value in values]
    return rows


def times(count: int, rows: list[dict]) -> list[dict]:
    return [row for row in rows for _ in range(count)]


def drafted(*rows: dict, series=ARRAY, **settings) -> str:
    return draft.of_geo("GSE1", samples_of(*rows, **settings), {"geo_accession": ["GSE1"], **series})


def loaded(text: str):
    path = Path("config/drafts/x.yaml")
    path.parent.mkdir(exist_ok=True)
    path.write_text(text)
    return path, strict_yaml.load(path)


def reviewed(text: str) -> dict:
    """The study of a draft as a person leaves it who takes every proposal; refused as long as anything is open."""
    path, document = loaded(text)
    _, faults = study_file.checked(path, document)
    fields = {fault.field for fault in faults}
    assert any("draft" in (*fault.field.split("."), fault.value) for fault in faults)
    assert any(field.endswith(".setting") for field in fields)
    text = (
        re.sub(r"^draft: .*\n", "", text, flags=re.M)
        .replace("model: TODO", "model: cells")
        .replace("title: TODO", "title: A study")
        .replace("compartment: TODO", "compartment: cells")
    )
    path, document = loaded(text.replace("setting: TODO", "setting: acute"))
    study, faults = study_file.checked(path, document)
    assert faults == []
    return study


def contrasts_of(text: str) -> dict:
    """Key → (level, reference, block) of the contrasts that are proposed."""
    found = loaded(text)[1].data["contrasts"]
    return {key: (one["level"], one["reference"], one.get("block", [])) for key, one in found.items()}


def words(text: str) -> str:
    """The text on one line, without the marks of comments."""
    return " ".join(text.replace("#", " ").split())


NASTY = [
    "a: b",
    "# no comment",
    'it\'s "quoted"',
    "{{7*7}}",
    "{a: [b",
    "- x",
    "!!python/object/apply:os.system ['touch x']",
    "*alias",
    "&anchor",
    "line\nsecond: line",
    "tab\tand\x00nul\x1b[31m",
    "\u202eright to left\u2028line\ufeff",
    "no",
    "1e3",
    "2024-05-01",
    "~",
    "|",
    "<script>alert(1)</script>",
    "draft: false",
    "µM αβ 汉字 🧪",
    "%TAG",
    "x" * 5000,
    "---",
    "...",
    "'",
    "\\",
    "@`",
    "? key",
    "=1+1",
]
