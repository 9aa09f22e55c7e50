"""What the stages before wrote, as the verdicts on claims need it."""

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from secretome.claims.check import CLAIMS, Results
from secretome.claims.estimates import ESTIMATES
from secretome.claims.refits import CLAIM_VARIANTS
from secretome.claims.stability import CLAIM_STABILITY
from secretome.expression import read_unavailable
from secretome.files import read_json
from secretome.result_paths import contrast_of, study_of
from secretome.tables import PUBLISHED, read_table


def read_results(inputs: Mapping[str, Sequence[str]]) -> Results:
    """Read the tables and the warnings of all studies.

    Args:
        inputs: the paths of ``estimates`` and ``fits`` (results/<study>/<contrast>/…), ``quality``, ``expressions`` and
            ``published`` (results/<study>/…).
    """
    fits = {contrast_of(path): read_json(path) for path in inputs["fits"]}
    quality = {study_of(path): _codes(read_json(path)) for path in inputs["quality"]}
    unavailable = {study_of(path): read_unavailable(path) for path in inputs["expressions"]}
    return Results(
        estimates={contrast_of(path): read_table(path, ESTIMATES) for path in inputs["estimates"]},
        published={study_of(path): read_table(path, PUBLISHED) for path in inputs["published"]},
        unavailable={study: reasons[0] for study, reasons in unavailable.items() if reasons},
        not_compared={here: "; ".join(fit["unavailable"]) for here, fit in fits.items() if fit["unavailable"]},
        warnings={here: [*quality.get(here[0], ()), *_codes(fit)] for here, fit in fits.items()},
    )


def read_variants(paths: Sequence[str]) -> dict[tuple[str, str], pd.DataFrame]:
    """Study and contrast → what was estimated there under each variant.

    Args:
        paths: results/<study>/<contrast>/claim_variants.tsv, contract ``CLAIM_VARIANTS``.
    """
    return {contrast_of(path): read_table(path, CLAIM_VARIANTS) for path in paths}


def read_claims(paths: Mapping[str, str]) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The verdicts of a run and how stable they are.

    Args:
        paths: of ``claims``, contract ``CLAIMS``, and ``stability``, contract ``CLAIM_STABILITY``.
    """
    return read_table(paths["claims"], CLAIMS), read_table(paths["stability"], CLAIM_STABILITY)


def _codes(described: Mapping[str, Any]) -> list[str]:
    """The codes of its warnings; docs/warnings.md says what they stand for."""
    return sorted({warning["code"] for warning in described["warnings"]})
