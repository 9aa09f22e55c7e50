"""Studies that never were, as the files of all stages: for the tests of what is said across studies."""

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from secretome.comparison.compare import compare
from secretome.expression import Expression, unavailable, write_expression
from secretome.files import write_json
from secretome.secreted import annotate
from secretome.tables import DIFFERENTIAL, SECRETED, SECRETOME, SIGNALS, empty_table, write_samples, write_table

GENES = [f"G{number:03d}" for number in range(150)]
SECRETED_GENES, RISING = GENES[:80], GENES[:10]
PARTS = ("differential", "secretome", "signals", "fits", "samples", "expressions")
THRESHOLDS = {"fdr": 0.05, "log2_fold_change": 1.0}


def contrast(level: str = "drug", **labels: str) -> dict[str, Any]:
    """A contrast as `rule_settings.pooling` hands it on."""
    model = {"variable": "treatment", "level": level, "reference": "none", "block": []}
    return {"model": model, "drug_class": "braf_inhibitor", "setting": "acute", **labels}


def study(**more: Any) -> dict[str, Any]:
    """A study of one contrast, as `rule_settings.pooling` hands it on."""
    model = {"method": "auto", "weigh_samples": False, "robust": False, "samples": {"id": "sample"}}
    about = {"model": "", "compartment": "cells", "technology": "rnaseq_counts"}
    return {**model, **about, "contrasts": {"drug": contrast()}, **more}


def measured(seed: int, *levels: str, replicates: int = 3, first: int = 0, rising: int = len(RISING)) -> Expression:
    """Counts of the levels and of "none", the first genes fourfold; the samples have accessions."""
    random = np.random.default_rng(seed)
    groups = [level for level in ("none", *levels) for _ in range(replicates)]
    counts = random.poisson(300, (len(groups), len(GENES))).astype(float)
    counts[np.array(groups) != "none", :rising] *= 4
    names = [f"GSM{seed}{number:02d}" for number in range(first, first + len(groups))]
    sheet = pd.DataFrame({"treatment": groups}, index=pd.Index(names, name="sample"))
    size = counts[:, len(RISING) :].sum(axis=1)  # so that what does not rise does not fall
    sheet["library_size"], sheet["norm_factor"] = size, 1.0
    genes = pd.DataFrame({"gene_id": GENES, "kept": True, "filter_reason": ""}, index=GENES)
    log2 = np.log2((counts + 0.5) / (size[:, None] + 1) * 1e6)
    return Expression(log2, counts, sheet, genes, {})


def without(expression: Expression, gene: str) -> Expression:
    """The study as if it had not measured a gene."""
    kept = expression.genes.index != gene
    assert expression.counts is not None
    values = expression.log2[:, kept], expression.counts[:, kept]
    return Expression(*values, expression.samples, expression.genes[kept], {})


def missing() -> Expression:
    """What is left of a study that cannot be had."""
    return unavailable(["counts.tsv:3: two fields"], {})


def write(folder: Path, studies: dict[str, tuple[dict[str, Any], Expression]]) -> dict[str, list[str]]:
    """Write what the stages before would have; returns the inputs of `pool_studies`."""
    paths: dict[str, list[str]] = {part: [] for part in PARTS}
    for key, (file, expression) in studies.items():
        own = folder / key
        own.mkdir(parents=True)
        write_expression(own / "expression.h5ad", expression)
        sheet = expression.samples if len(expression.samples) else pd.DataFrame(index=pd.Index([], dtype=object))
        write_samples(own / "samples.tsv", sheet.rename_axis("sample"))
        paths["samples"].append(str(own / "samples.tsv"))
        if len(file["contrasts"]) > 1:
            paths["expressions"].append(str(own / "expression.h5ad"))
        for name, one in file["contrasts"].items():
            for part, path in _write_contrast(own / name, file, one["model"], expression).items():
                paths[part].append(str(path))
    return paths


def _write_contrast(folder: Path, file: dict, model: dict, expression: Expression) -> dict[str, Path]:
    found = compare(expression, {**file, "contrast": model, "fdr": 0.05, "seed": 1}, SECRETED_GENES)
    known = {"gene": SECRETED_GENES, "secreted_class": "secreted", "evidence": "IDA", "reason": "", "reference": ""}
    secreted = annotate(found.differential, pd.DataFrame(known)[list(SECRETED.columns)], THRESHOLDS, "cells")
    signals = _signals() if found.differential["p_value"].notna().any() else empty_table(SIGNALS)
    paths = {"fits": folder / "fit.json"}
    for contract, table in ((DIFFERENTIAL, found.differential), (SECRETOME, secreted), (SIGNALS, signals)):
        paths[contract.name] = folder / f"{contract.name}.tsv"
        write_table(paths[contract.name], table, contract)
    write_json(paths["fits"], found.fit)
    return paths


def _signals() -> pd.DataFrame:
    values = {"signal": "akt", "verdict": "up", "effect": 0.5, "ci_low": 0.1, "ci_high": 0.9, "p_value": 0.01}
    table = pd.DataFrame([values]).reindex(columns=list(SIGNALS.columns))
    return table.fillna({column: "" for column, kind in SIGNALS.columns.items() if kind == "text"})
