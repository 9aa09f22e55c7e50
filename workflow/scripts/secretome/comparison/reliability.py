"""How far a contrast can be relied on."""

from collections.abc import Mapping
from typing import Any

from secretome.comparison.engines import ContrastFit
from secretome.designs.design import Design
from secretome.expression import Expression


def reliability(
    expression: Expression, design: Design, model: ContrastFit, settings: Mapping[str, Any]
) -> dict[str, Any]:
    return {"warnings": []}
