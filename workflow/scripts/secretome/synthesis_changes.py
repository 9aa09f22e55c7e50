"""What the contrasts of a run found, read where a figure asks for it."""

import itertools
from collections.abc import Iterator, Mapping

import pandas as pd

from secretome.tables import DIFFERENTIAL, read_table

DRAWN = ("gene", "log2_fold_change", "reason")


class Changes(Mapping[tuple[str, str], pd.DataFrame]):
    """The changes of the contrasts of a run, read when they are asked for: of thousands few are drawn.

    Args:
        paths: (study, contrast) → its table, contract ``DIFFERENTIAL``. What has no genes is left out.
    """

    def __init__(self, paths: Mapping[tuple[str, str], str]):
        self._paths = {here: path for here, path in paths.items() if _has_rows(path)}

    def __getitem__(self, here: tuple[str, str]) -> pd.DataFrame:
        """The columns ``DRAWN`` of one contrast."""
        return read_table(self._paths[here], DIFFERENTIAL, DRAWN)

    def __contains__(self, here: object) -> bool:
        """Whether a contrast has genes; nothing is read."""
        return here in self._paths

    def __iter__(self) -> Iterator[tuple[str, str]]:
        """The contrasts, in the order given."""
        return iter(self._paths)

    def __len__(self) -> int:
        """How many contrasts have genes."""
        return len(self._paths)


def _has_rows(path: str) -> bool:
    with open(path, encoding="utf-8") as file:
        return sum(1 for _ in itertools.islice(file, 2)) > 1
