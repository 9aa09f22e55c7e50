"""What every reader hands to `prepare`, whatever the format was."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:  # numpy is a tenth of a second that the header check at parse does not need
    import numpy as np

# column → field → what the archive states under it, in its order: {"GSM1": {"title": ["A375 rep1"]}}
SampleFields = dict[str, dict[str, list[str]]]


@dataclass(frozen=True)
class SourceTable:
    """Numbers by feature and column, and what the source says of both.

    Attributes:
        ids: one a row, as in the source (a gene, probe or protein group); an id can stand twice.
        columns: names of the columns of numbers (samples, or technical runs of them), unique.
        values: rows × columns, float64; NaN where the source has no value, never infinite.
        genes: one a row, the identifiers of the genes that the feature measures, joined by "|"; "" where it measures
            none (a control probe, a summary line).
        samples: what the archive states of each column; empty where it states nothing.
        unit: what the source itself says that the numbers are: `counts`, `coverage`, `log2`, `intensity`; "" where it
            does not.
        steps: what was dropped, summed or converted on the way, each with its numbers, {"step": "drop decoys",
            "rows": 12}, and with a `warning` where the reader of the page has to know.
        left_out: samples that the source has and that no column is made of (too few cells) → why.
    """

    ids: list[str]
    columns: list[str]
    values: "np.ndarray"
    genes: list[str]
    samples: SampleFields = field(default_factory=dict)
    unit: str = ""
    steps: list[dict[str, Any]] = field(default_factory=list)
    left_out: dict[str, str] = field(default_factory=dict)
