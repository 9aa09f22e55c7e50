"""expression.h5ad: what `prepare` hands to every later stage."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pandas as pd

from secretome.files import complete_file


@dataclass(frozen=True)
class Expression:
    """The expression of one study.

    Attributes:
        log2: samples × genes, log2 expression.
        counts: samples × genes, whole numbers; None where the study has none.
        samples: one row a sample, its id as the index: the sample sheet, `library_size`, `norm_factor`.
        genes: one row a gene, its symbol as the index: `gene_id`, `kept`, `filter_reason`.
        provenance: source, hashes, and each step with its numbers.
        unavailable: why the study cannot be had, one sentence a fault; empty for a study that can.
    """

    log2: np.ndarray
    counts: np.ndarray | None
    samples: pd.DataFrame
    genes: pd.DataFrame
    provenance: dict[str, Any]
    unavailable: tuple[str, ...] = ()


def unavailable(reasons: list[str], provenance: dict[str, Any]) -> Expression:
    """The expression of a study that cannot be had: no samples, no genes, the reasons."""
    samples = pd.DataFrame({"library_size": [], "norm_factor": []}, index=pd.Index([], dtype=object), dtype=float)
    genes = pd.DataFrame({"gene_id": [], "kept": [], "filter_reason": []}, index=pd.Index([], dtype=object))
    genes = genes.astype({"gene_id": object, "kept": bool, "filter_reason": object})
    return Expression(np.zeros((0, 0)), None, samples, genes, provenance, tuple(reasons))


def write_expression(path: str | Path, expression: Expression) -> None:
    """Write an AnnData file; the same expression gives the same bytes."""
    import anndata  # a second of imports that only this stage pays

    data = anndata.AnnData(
        X=expression.log2,
        obs=expression.samples,
        var=expression.genes,
        layers={} if expression.counts is None else {"counts": expression.counts},
        uns={
            "provenance": json.dumps(expression.provenance, sort_keys=True),
            "unavailable": np.array(expression.unavailable, dtype=object),
        },
    )
    with complete_file(path) as temporary:
        data.write_h5ad(temporary, convert_strings_to_categoricals=False)


def read_expression(path: str | Path) -> Expression:
    """Read what :func:`write_expression` wrote, without the import time of anndata."""
    with h5py.File(path, "r") as file:
        counts = file["layers/counts"][:] if "counts" in file["layers"] else None
        return Expression(
            log2=file["X"][:],
            counts=counts,
            samples=_read_frame(file["obs"]),
            genes=_read_frame(file["var"]),
            provenance=json.loads(file["uns/provenance"].asstr()[()]),
            unavailable=_unavailable(file),
        )


def read_unavailable(path: str | Path) -> tuple[str, ...]:
    """Why a study cannot be had, of its expression.h5ad, without its numbers; empty for a study that can."""
    with h5py.File(path, "r") as file:
        return _unavailable(file)


def count_samples(path: str | Path) -> int:
    """How many samples an expression.h5ad has."""
    with h5py.File(path, "r") as file:
        return len(file["X"])


def _unavailable(file: h5py.File) -> tuple[str, ...]:
    return tuple(file["uns/unavailable"].asstr()[:])


def _read_frame(group: h5py.Group) -> pd.DataFrame:
    index = _read_column(group[group.attrs["_index"]])
    columns = {name: _read_column(group[name]) for name in group.attrs["column-order"]}
    return pd.DataFrame(columns, index=pd.Index(index, dtype=object))


def _read_column(dataset: h5py.Dataset) -> np.ndarray:
    if h5py.check_string_dtype(dataset.dtype):
        return dataset.asstr()[:].astype(object)
    return dataset[:]
