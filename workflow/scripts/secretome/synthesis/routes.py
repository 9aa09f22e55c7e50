"""Which contrasts of a run may send, and which may hear: the tables that the stages before wrote of them."""

from collections.abc import Mapping, Sequence
from typing import Any

from secretome.result_paths import contrast_of
from secretome.synthesis.ligand_receptors import Receiver, Sender
from secretome.tables import DIFFERENTIAL, SECRETOME, SIGNALS, read_table

TABLES = (SECRETOME, DIFFERENTIAL, SIGNALS)


def read_routes(
    tables: Mapping[str, Sequence[str]], studies: Mapping[str, Mapping[str, Any]]
) -> tuple[list[Sender], list[Receiver]]:
    """Read the contrasts in which something was tested; of the others nothing rises, and no signal is up.

    A medium sends and does not hear: its receptors stay on the cells.

    Args:
        tables: the paths of ``secretome``, ``differential`` and ``signals``, results/<study>/<contrast>/….tsv, of the
            same contrasts in the same order.
        studies: of each its `compartment`, `lysate` ("" for none), and `drug_classes`, contrast → class ("" for none).
    """
    senders: list[Sender] = []
    receivers: list[Receiver] = []
    for paths in zip(*(tables[contract.name] for contract in TABLES), strict=True):
        study, contrast = contrast_of(paths[0])
        secretome, differential, signals = (read_table(*pair) for pair in zip(paths, TABLES, strict=True))
        if differential["p_value"].notna().any():
            described = studies[study]
            drug_class, culture = described["drug_classes"][contrast], described["lysate"]
            senders.append(Sender(study, contrast, secretome, drug_class, culture))
            if described["compartment"] == "cells":
                receivers.append(Receiver(study, contrast, differential, signals))
    return senders, receivers
