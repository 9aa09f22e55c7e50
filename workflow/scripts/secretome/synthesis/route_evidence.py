"""The routes of a run: of each sender its own cells, and the receivers of other studies that hear most of it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from secretome.faults import Fault, raise_any
from secretome.synthesis.ligand_receptor_table import JOIN, Knowledge
from secretome.synthesis.ligand_receptors import (
    AUTOCRINE,
    LEAST_PERCENTILE,
    PARACRINE,
    ROUTE,
    UP,
    Hearing,
    Receiver,
    Sender,
    codes,
    is_same_cells,
    join_evidence,
    known_rows,
    listen,
    rising_ligands,
)

# The routes of a run grow with the square of its contrasts: nobody reads them, and at 600 contrasts they are 360,000.
# ASSUME of so many studies a reader wants those that hear most of a sender, and of the others how many.
MOST_RECEIVERS = 50


@dataclass(frozen=True)
class Routes:
    """What one sender and its receivers say.

    Attributes:
        sender: who sends.
        routes: the columns ``ROUTE``, a row for each receiver: those of the same cells, and of other studies the
            ``MOST_RECEIVERS`` with the most hypotheses.
        evidence: what :func:`secretome.synthesis.ligand_receptors.weigh_pairs` gives of the hypotheses of these routes,
            and of the pairs that the combinations with the sender's drug ask for.
        left_out: of other studies, how many receivers are not in ``routes``.
        left_out_matching: combination → how many of these have a hypothesis that matches it.
    """

    sender: Sender
    routes: pd.DataFrame
    evidence: pd.DataFrame
    left_out: int = 0
    left_out_matching: dict[str, int] = field(default_factory=dict)


def weigh_routes(
    senders: Sequence[Sender],
    receivers: Sequence[Receiver],
    knowledge: Knowledge,
    least_percentile: float = LEAST_PERCENTILE,
    most_receivers: int = MOST_RECEIVERS,
) -> Iterable[Routes]:
    """The evidence of each sender with its own cells (autocrine), and with receivers elsewhere (paracrine).

    Each contrast is looked at once: which ligands rise, which receptors are expressed, which signals are up. Only the
    hypotheses that these leave, and what is asked for, become rows.

    # ASSUME two contrasts of one study are no route: the signal of the one does not belong to the ligand of the other.

    Yields:
        By the names of the senders that have a route; receivers by name.

    Raises:
        InputFaults: a contrast stands twice, or a receiver was measured in the medium.
    """
    _require_once(senders)
    _require_once(receivers)
    if not receivers:
        return
    known = known_rows(knowledge)
    hearing = listen(known, sorted(receivers, key=_name), least_percentile)
    heard = _Heard(known, hearing)
    asked = {one["combination"]: matching_rows(known, one) for one in knowledge.combinations.to_dict("records")}
    classes = dict(zip(knowledge.combinations["combination"], knowledge.combinations["drug_class"], strict=True))
    for sender in sorted(senders, key=_name):
        tried = {name: rows for name, rows in asked.items() if classes[name] == sender.drug_class}
        routes = _routes_of(sender, known, heard, tried, most_receivers)
        if len(routes.routes):
            yield routes


def matching_rows(table: pd.DataFrame, one: dict[str, str]) -> np.ndarray:
    """Whether each row has the ligand, the chain and the signal that are named, and an inhibitor of one of the classes.

    Args:
        table: `ligand`, `receptor`, `signal` and the three columns of inhibitors.
        one: a row of the combinations; "" stands for any ligand, receptor or signal.

    Returns:
        n_rows, bool.
    """
    fits = np.ones(len(table), dtype=bool)
    for column in ("ligand", "receptor"):
        if one[column]:
            named = {name: one[column] in name.split(JOIN) for name in set(table[column])}
            fits &= table[column].map(named).to_numpy(bool)
    if one["signal"]:
        fits &= table["signal"].isin(one["signal"].split("|")).to_numpy()
    drugs = table["ligand_inhibitor"] + "; " + table["receptor_inhibitor"] + "; " + table["signal_inhibitor"]
    classes = set(one["inhibitor_class"].split("|"))
    inhibits = {text: any(drug.split(" (")[0] in classes for drug in text.split("; ")) for text in set(drugs)}
    return fits & drugs.map(inhibits).to_numpy(bool)


class _Heard:
    """Of each receiver which rows of the knowledge it can hear: n_receivers × n_rows."""

    def __init__(self, known: pd.DataFrame, hearing: Hearing) -> None:
        self.hearing = hearing
        expressed = hearing.blocks((hearing.receptors["receptor_fails"] == "").to_numpy())
        up = hearing.blocks((hearing.signals["signal_verdict"] == UP).to_numpy())
        self.expressed = expressed[:, codes(known["receptor"])]
        self.up = self.expressed & up[:, codes(known["signal"])]


def _routes_of(sender: Sender, known: pd.DataFrame, heard: _Heard, tried: dict[str, np.ndarray], most: int) -> Routes:
    receivers = heard.hearing.receivers
    same = np.array([is_same_cells(sender, one) for one in receivers])
    own = np.flatnonzero(same & np.array([one.contrast == sender.contrast for one in receivers]))
    ligands = rising_ligands(known, sender)
    rises = np.flatnonzero((ligands["ligand_fails"] == "").to_numpy()[codes(known["ligand"])])
    # Of as many hypotheses the first by name.
    elsewhere = np.flatnonzero(~same)
    most_first = elsewhere[np.argsort(-heard.up[:, rises].sum(axis=1)[elsewhere], kind="stable")]
    left_out = most_first[most:]
    chosen = np.sort(np.concatenate([own, most_first[:most]]))
    wanted = np.zeros((len(chosen), len(known)), dtype=bool)
    some = np.ix_(chosen, rises)
    wanted[:, rises] = np.where(same[chosen, None], heard.expressed[some], heard.up[some])
    for fits in tried.values():
        wanted |= fits
    which, rows = np.nonzero(wanted)
    evidence = join_evidence(known, sender, ligands, heard.hearing, chosen[which], rows)
    matching = {
        name: int(heard.up[np.ix_(left_out, rises[fits[rises]])].any(axis=1).sum()) for name, fits in tried.items()
    }
    return Routes(sender, _names(sender, receivers, chosen, same), evidence, len(left_out), matching)


def _names(sender: Sender, receivers: Sequence[Receiver], chosen: np.ndarray, same: np.ndarray) -> pd.DataFrame:
    rows = [(AUTOCRINE if same[place] else PARACRINE, *_name(sender), *_name(receivers[place])) for place in chosen]
    return pd.DataFrame(rows, columns=ROUTE, dtype=object)


def _name(one: Sender | Receiver) -> tuple[str, str]:
    return one.study, one.contrast


def _require_once(given: Sequence[Sender] | Sequence[Receiver]) -> None:
    names = [_name(one) for one in given]
    twice = sorted({name for name in names if names.count(name) > 1})
    raise_any("", [Fault(*name, "", "stands twice", "Give each contrast once") for name in twice])
