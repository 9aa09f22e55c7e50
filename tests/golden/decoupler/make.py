"""Scores of decoupler for tests/library/pathways/test_linear_scores.py: `python tests/golden/decoupler/make.py`.

Run it in an environment of its own that has decoupler (versions.txt says which): it is no dependency of the project.
"""

from importlib.metadata import version
from pathlib import Path

import decoupler
import numpy as np
import pandas as pd

FOLDER = Path(__file__).resolve().parent
GENES, CONTRASTS = 300, ["first", "second", "third"]


def simulated() -> tuple[pd.DataFrame, pd.DataFrame]:
    """Statistics (contrasts × genes) and a net of weighted and of plain sets; a third of the genes is in none."""
    random = np.random.default_rng(20)
    genes = [f"G{number:03d}" for number in range(GENES)]
    rows = []
    for number, size in enumerate([6, 10, 20, 35, 60, 90]):
        members = random.choice(GENES * 2 // 3, size, replace=False)
        plain = number % 2 == 0
        weights = np.ones(size) if plain else random.normal(0.3, 1, size).round(3)
        name = f"{'plain' if plain else 'weighted'}_{size}"
        rows += [(name, genes[member], weight) for member, weight in zip(members, weights, strict=True)]
    net = pd.DataFrame(rows, columns=["source", "target", "weight"])
    statistics = pd.DataFrame(random.standard_t(5, (len(CONTRASTS), GENES)), index=CONTRASTS, columns=genes)
    statistics.loc["second"] += 4.0  # all genes up: a shift that the intercept takes
    statistics.loc["third", net.loc[net["source"] == "plain_60", "target"]] += 2.0
    return statistics.round(6), net


def main() -> None:
    """Write the statistics, the net, the scores and the versions."""
    statistics, net = simulated()
    scores = []
    for method in ("ulm", "mlm"):
        found, _ = getattr(decoupler.mt, method)(statistics, net)
        scores.append(found.T.rename_axis("source").reset_index().assign(method=method))
    columns = ["method", "source", *CONTRASTS]
    written = {"statistics": statistics.T.rename_axis("gene").reset_index(), "net": net}
    written["scores"] = pd.concat(scores)[columns]
    for name, table in written.items():
        table.to_csv(FOLDER / f"{name}.tsv", sep="\t", index=False, float_format="%.15g", lineterminator="\n")
    lines = [f"{package}\t{version(package)}\n" for package in ("decoupler", "numpy", "scipy", "pandas")]
    (FOLDER / "versions.txt").write_text("".join(lines))


if __name__ == "__main__":
    main()
