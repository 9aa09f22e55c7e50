"""What a rule hands to its script, so that Snakemake can say in a line that it has changed."""

import hashlib
import json
from collections.abc import Mapping
from typing import Any


class Settings(dict[str, Any]):
    """Settings of built-in types that are written as a digest of each key.

    Snakemake runs a rule again where the text of its params differs, and prints the text of both: with all studies in
    it the one line that matters is lost. A script is given a plain mapping.
    """

    def __repr__(self) -> str:
        return f"{{{', '.join(f'{key}: {_digest(value)}' for key, value in sorted(self.items()))}}}"

    def __reduce__(self) -> tuple[type[dict], tuple[Mapping[str, Any]]]:
        return dict, (dict(self),)


def _digest(value: Any) -> str:
    text = json.dumps(value, sort_keys=True)  # refuses what has no text of its own, whose digest would never change
    return hashlib.sha256(text.encode()).hexdigest()[:12]
