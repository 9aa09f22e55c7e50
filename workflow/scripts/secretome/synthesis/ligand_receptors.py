"""Ligand → receptor → drug: what a secretome suggests to try, each piece of evidence in a column of its own."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from secretome.faults import fault
from secretome.synthesis.ligand_receptor_table import JOIN, Knowledge
from secretome.tables import COUNT, NUMBER, TEXT, Contract

AUTOCRINE, PARACRINE = "autocrine", "paracrine"
# ASSUME the lowest quarter of the kept genes is not expressed to any purpose: of an array it is background, of counts
# a few reads. A receptor needs all its chains above it, the least of them decides.
LEAST_PERCENTILE = 25.0
NOT_EXPRESSED = ("low_expression", "all_missing", "not_detected")

# ASSUME the order of the evidence. What is known of the secretion of the ligand comes first (the tier), then whether
# the receiver shows the signal: not looked for stands before looked for and not found, as before the opposite.
TIERS = ("A", "B", "E", "U", "C", "D")
UP, NOT_TESTABLE = "up", "not_testable"
VERDICTS = (UP, "methods_disagree", NOT_TESTABLE, "no_evidence", "down", "")
NO_SIGNAL = "no signal is known that the receptor feeds"

HYPOTHESES = Contract(
    "ligand_hypotheses",
    {
        "route": TEXT,
        "sender_study": TEXT,
        "sender_contrast": TEXT,
        "receiver_study": TEXT,
        "receiver_contrast": TEXT,
        "rank": COUNT,
        "hypotheses": COUNT,  # how many the route has
        "ligand": TEXT,
        "receptor": TEXT,
        "resources": TEXT,
        "blocks": TEXT,
        "tier": TEXT,
        "secreted_class": TEXT,
        "ligand_log2_fold_change": NUMBER,
        "ligand_ci_low": NUMBER,
        "ligand_ci_high": NUMBER,
        "ligand_q_value": NUMBER,
        "ligand_mean_log2_expression": NUMBER,
        "ligand_percentile": NUMBER,
        "receptor_chains": TEXT,
        "receptor_least_chain": TEXT,
        "receptor_percentile": NUMBER,
        "receptor_log2_fold_change": NUMBER,
        "signal": TEXT,
        "signal_verdict": TEXT,
        "signal_effect": NUMBER,
        "signal_ci_low": NUMBER,
        "signal_ci_high": NUMBER,
        "ligand_inhibitor": TEXT,
        "receptor_inhibitor": TEXT,
        "signal_inhibitor": TEXT,
    },
    key=("sender_study", "sender_contrast", "receiver_study", "receiver_contrast", "ligand", "receptor", "signal"),
    order=("sender_study", "sender_contrast", "receiver_study", "receiver_contrast", "rank"),
)
RANKING = ("rank", "hypotheses")
ROUTE = ["route", "sender_study", "sender_contrast", "receiver_study", "receiver_contrast"]


@dataclass(frozen=True)
class Sender:
    """Cells whose secretome may change.

    Attributes:
        study, contrast: where; ``secretome`` is its table (``tables.SECRETOME``).
        drug_class: what the contrast is treated with, "" where the study does not say.
        culture: of a medium the study of the lysates of the same cultures, "" where there is none.
    """

    study: str
    contrast: str
    secretome: pd.DataFrame
    drug_class: str = ""
    culture: str = ""


@dataclass(frozen=True)
class Receiver:
    """Cells that may hear it.

    Attributes:
        study, contrast: where; ``differential`` and ``signals`` are its tables (``tables.DIFFERENTIAL``, ``SIGNALS``).
        compartment: ``cells``, or ``medium``, in which no receptor can be looked for.
    """

    study: str
    contrast: str
    differential: pd.DataFrame
    signals: pd.DataFrame
    compartment: str = "cells"


def find_hypotheses(evidence: pd.DataFrame) -> pd.DataFrame:
    """The pairs of each sender and receiver that nothing speaks against at once, ranked within each such route.

    The rank is lexicographic, no score: (1) a ligand that blocks its receptor comes last; (2) the tier, in the order of
    ``TIERS``; (3) the verdict on the receiver's signal, in the order of ``VERDICTS`` ("": nothing is known of what the
    receptor feeds); (4) an inhibitor of ligand or receptor, then one of the signal alone, then none; (5) known to both
    collections, then to one; (6) the least chain of the receptor in the upper half of the expressed genes, then below;
    (7) the ligand above the lowest quarter of them, on average over the samples, then below; (8) the lower end of the
    interval of the ligand's change, the highest first; (9) the names.

    Args:
        evidence: what :func:`weigh_pairs` gives.

    Returns:
        The rows of ``HYPOTHESES`` whose ``fails`` is "", route after route in the given order, by rank.
    """
    table = evidence[evidence["fails"] == ""]
    route = number_routes(table)
    direct = (table["ligand_inhibitor"] != "") | (table["receptor_inhibitor"] != "")
    keys = pd.DataFrame(
        {
            "route": route,
            "blocks": table["blocks"] != "",
            "tier": table["tier"].map(_places(TIERS)),
            "verdict": table["signal_verdict"].map(_places(VERDICTS)),
            "inhibitor": np.where(direct, 0, np.where(table["signal_inhibitor"] != "", 1, 2)),
            "resources": -table["resources"].str.count(";"),
            "lower_half": table["receptor_percentile"] < 50,
            "rare": ~(table["ligand_percentile"] >= LEAST_PERCENTILE),
            "least_change": -table["ligand_ci_low"],
            "ligand": table["ligand"],
            "receptor": table["receptor"],
            "signal": table["signal"],
        },
        index=table.index,
    )
    order = keys.reset_index(drop=True).sort_values(list(keys.columns), kind="stable").index
    counts = np.bincount(route)
    before = np.cumsum(counts) - counts
    table = table.iloc[order]
    rank = np.arange(1, len(table) + 1, dtype=np.int64) - np.repeat(before, counts)
    table = table.assign(rank=rank, hypotheses=np.repeat(counts, counts).astype(np.int64))
    return table[list(HYPOTHESES.columns)].reset_index(drop=True)


def number_routes(table: pd.DataFrame) -> np.ndarray:
    """A number for each route, as it first stands in the rows of a table: n_rows, from 0 on."""
    return table.groupby(ROUTE, sort=False).ngroup().to_numpy(np.int64)


def weigh_pairs(
    sender: Sender, receiver: Receiver, knowledge: Knowledge, least_percentile: float = LEAST_PERCENTILE
) -> pd.DataFrame:
    """All pairs of ligand and receptor with what sender and receiver say of them.

    A ligand of several chains needs all of them to rise, and shows the one that rises least. A change of a transcript
    is no secretion: the tier says what is known. In the receiver's contrast the drug itself may move the signal.

    # ASSUME between studies a pair is a hypothesis only where the receiver's signal is up: nothing else links the two,
    # and every ligand would meet every cell line. Of the same cells the verdict is evidence and no condition, since the
    # drug may hold down the very signal.

    Args:
        sender: whose secreted genes may rise: with a tier, and up.
        receiver: whose receptors and signals are looked at.
        knowledge: the pairs, what they feed, what inhibits them.
        least_percentile: the percentile of expression from which a gene counts as expressed.

    Returns:
        The columns of ``HYPOTHESES`` but `rank` and `hypotheses`, and `fails`: "" or why the pair is no hypothesis.

    Raises:
        InputFaults: the receiver was measured in the medium.
    """
    known = known_rows(knowledge)
    hearing = listen(known, [receiver], least_percentile)
    rows = np.arange(len(known))
    return join_evidence(known, sender, rising_ligands(known, sender), hearing, np.zeros_like(rows), rows)


def is_same_cells(sender: Sender, receiver: Receiver) -> bool:
    """Whether the study of the receiver is that of the sender, or that of the lysates of its cultures."""
    return receiver.study in (sender.study, sender.culture)


def _places(words: Sequence[str]) -> dict[str, int]:
    return {word: place for place, word in enumerate(words)}


def known_rows(knowledge: Knowledge) -> pd.DataFrame:
    """What needs no study: each pair with each signal that its receptor feeds ("" without any), and the inhibitors."""
    pairs = knowledge.pairs[["ligand", "receptor", "resources", "blocks"]]
    of_chain = knowledge.receptor_signals[["receptor", "signal"]].rename(columns={"receptor": "gene"})
    fed = _exploded(pairs["receptor"], "receptor").merge(of_chain, on="gene")[["receptor", "signal"]]
    table = pairs.merge(fed.drop_duplicates(), on="receptor", how="left")
    table["signal"] = table["signal"].fillna("")
    for level in ("ligand", "receptor", "signal"):
        drugs = knowledge.inhibitors[knowledge.inhibitors["level"] == level]
        table[f"{level}_inhibitor"] = _inhibitors(table[level], drugs)
    return table.sort_values(["ligand", "receptor", "signal"], ignore_index=True)


def codes(names: pd.Series) -> np.ndarray:
    """The place of each name among all of them, sorted: those of the rows of a table by ligand, receptor or signal."""
    return np.unique(names.to_numpy(str), return_inverse=True)[1]


@dataclass(frozen=True)
class Hearing:
    """What each of several receivers says of each receptor and signal, one receiver after the other.

    Attributes:
        receivers: in the order of the blocks of the tables.
        receptors: n_receivers × n_receptors rows, the receptors sorted; `receptor_fails` is "" where it is expressed.
        signals: n_receivers × n_signals rows, the signals sorted: `signal_verdict`, its effect and interval.
    """

    receivers: Sequence[Receiver]
    receptors: pd.DataFrame
    signals: pd.DataFrame

    def blocks(self, values: np.ndarray) -> np.ndarray:
        """A column of one of the tables as n_receivers × n_receptors, or × n_signals."""
        return values.reshape(len(self.receivers), -1)


def listen(known: pd.DataFrame, receivers: Sequence[Receiver], least: float = LEAST_PERCENTILE) -> Hearing:
    """What the receivers (one at least) say of the receptors and signals of ``known``, see :func:`known_rows`.

    Raises:
        InputFaults: a receiver was measured in the medium.
    """
    for receiver in receivers:
        _require_usable(receiver)
    names = np.array(sorted(set(known["signal"])), dtype=object)
    receptors = [_receptors(known["receptor"], one.differential, least) for one in receivers]
    signals = [_signals(names, one.signals) for one in receivers]
    return Hearing(receivers, pd.concat(receptors, ignore_index=True), pd.concat(signals, ignore_index=True))


def rising_ligands(known: pd.DataFrame, sender: Sender) -> pd.DataFrame:
    """What the sender says of each ligand of ``known``, sorted; `ligand_fails` is "" or why it does not rise."""
    return _ligands(known["ligand"], sender.secretome)


def join_evidence(
    known: pd.DataFrame, sender: Sender, ligands: pd.DataFrame, hearing: Hearing, which: np.ndarray, rows: np.ndarray
) -> pd.DataFrame:
    """The evidence on rows of ``known`` between one sender and receivers.

    Args:
        known: see :func:`known_rows`.
        sender, ligands: who sends, and what :func:`rising_ligands` says of it.
        hearing: what :func:`listen` says of the receivers.
        which, rows: of each row of the result the place of the receiver, and that of the row of ``known``.

    Returns:
        As :func:`weigh_pairs`.
    """
    taken = known.iloc[rows].reset_index(drop=True)
    heard = {"receptor": hearing.receptors, "signal": hearing.signals}
    sizes = {side: len(table) // len(hearing.receivers) for side, table in heard.items()}
    parts = [taken, ligands.iloc[codes(known["ligand"])[rows]].drop(columns="ligand")]
    parts += [table.iloc[which * sizes[side] + codes(known[side])[rows]] for side, table in heard.items()]
    table = pd.concat([part.reset_index(drop=True) for part in parts], axis=1)
    routes = [AUTOCRINE if is_same_cells(sender, one) else PARACRINE for one in hearing.receivers]
    route = np.array(routes, dtype=object)[which]
    said = zip(table["signal"], table["signal_verdict"], route == PARACRINE, strict=True)
    unheard = [_unheard(signal, verdict) if paracrine else "" for signal, verdict, paracrine in said]
    whys = zip(table["ligand_fails"], table["receptor_fails"], unheard, strict=True)
    table = table.assign(
        route=route,
        sender_study=sender.study,
        sender_contrast=sender.contrast,
        receiver_study=np.array([one.study for one in hearing.receivers], object)[which],
        receiver_contrast=np.array([one.contrast for one in hearing.receivers], object)[which],
        fails=["; ".join(filter(None, why)) for why in whys],
    )
    return table[[*(column for column in HYPOTHESES.columns if column not in RANKING), "fails"]]


def _signals(names: np.ndarray, signals: pd.DataFrame) -> pd.DataFrame:
    said = signals.set_index("signal")[["verdict", "effect", "ci_low", "ci_high"]].add_prefix("signal_").reindex(names)
    # A signal that the receiver's table does not have was not looked for.
    unheard = np.where(names == "", "", NOT_TESTABLE)
    said["signal_verdict"] = said["signal_verdict"].astype(object).where(said["signal_verdict"].notna(), unheard)
    return said.reset_index(drop=True)


def _unheard(signal: str, verdict: str) -> str:
    if verdict == UP:
        return ""
    return f"{signal} is not up in the receiver ({verdict})" if signal else NO_SIGNAL


def _require_usable(receiver: Receiver) -> None:
    if receiver.compartment != "cells":
        where, problem = f"{receiver.study}, {receiver.contrast}", "holds no receptors: they stay on the cells"
        raise fault(where, "compartment", receiver.compartment, problem, "Take a study of cells as receiver")


def _exploded(names: pd.Series, column: str) -> pd.DataFrame:
    """Each name once for each of its chains: ``column`` and `gene`."""
    once = sorted(set(names))
    table = pd.DataFrame({column: once, "gene": [name.split(JOIN) for name in once]}, dtype=object)
    return table.explode("gene", ignore_index=True)


def _ligands(names: pd.Series, secretome: pd.DataFrame) -> pd.DataFrame:
    """Of each ligand the chain that rises least, and why it does not rise."""
    chains = _exploded(names, "ligand").merge(secretome, on="gene", how="left")
    chains["ligand_fails"] = [_why_no_rise(*row) for row in chains[list(_RISE)].itertuples(index=False, name=None)]
    chains["ligand_q_value"] = chains["q_value_secretome"].where(chains["q_value_secretome"].notna(), chains["q_value"])
    chains["rises"] = chains["ligand_fails"] == ""
    chains = chains.sort_values(["ligand", "rises", "ci_low", "gene"], na_position="first", kind="stable")
    chains = chains.drop_duplicates("ligand").rename(
        columns={
            "log2_fold_change": "ligand_log2_fold_change",
            "ci_low": "ligand_ci_low",
            "ci_high": "ligand_ci_high",
            "mean_log2_expression": "ligand_mean_log2_expression",
            "expression_percentile": "ligand_percentile",
        }
    )
    texts = ["tier", "secreted_class"]
    chains[texts] = chains[texts].fillna("")
    wanted = [column for column in HYPOTHESES.columns if column in chains and column not in ("signal", "receptor")]
    return chains[[*wanted, "ligand_fails"]]


_RISE = ("gene", "log2_fold_change", "ci_low", "ci_high", "p_value", "tier")


def _why_no_rise(gene: str, change: float, low: float, high: float, p_value: float, tier: object) -> str:
    if not isinstance(tier, str):
        return f"{gene} was not measured in the sender"
    if tier and change > 0:
        return ""
    if np.isnan(p_value):
        return f"{gene} was not tested in the sender"
    return f"{gene} does not rise in the sender: {change:+.2f} [{low:+.2f}, {high:+.2f}]"


def _receptors(names: pd.Series, differential: pd.DataFrame, least: float) -> pd.DataFrame:
    """Of each receptor all its chains with their percentile, the least of them, and why it is not expressed."""
    columns = ["gene", "expression_percentile", "log2_fold_change", "reason"]
    chains = _exploded(names, "receptor").merge(differential[columns], on="gene", how="left")
    percentile = chains["expression_percentile"]
    silent = chains["reason"].isin(NOT_EXPRESSED) | (percentile < least)
    measured = chains["reason"].notna()
    chains["why"] = np.where(
        ~measured,
        chains["gene"] + " was not measured in the receiver",
        np.where(silent | percentile.isna(), chains["gene"] + " is not expressed in the receiver", ""),
    )
    shown = percentile.map(lambda value: "–" if np.isnan(value) else f"{value:.0f}")
    chains["shown"] = chains["gene"] + " " + shown
    together: dict[str, tuple[list[str], list[str]]] = {}
    for receptor, *said in zip(chains["receptor"], chains["shown"], chains["why"], strict=True):
        for told, text in zip(together.setdefault(receptor, ([], [])), said, strict=True):
            told.append(text)
    chains["expressed"] = chains["why"] == ""
    chains = chains.sort_values(
        ["receptor", "expressed", "expression_percentile", "gene"], na_position="first", kind="stable"
    )
    least_chains = chains.drop_duplicates("receptor").rename(
        columns={
            "gene": "receptor_least_chain",
            "expression_percentile": "receptor_percentile",
            "log2_fold_change": "receptor_log2_fold_change",
        }
    )
    wanted = ["receptor_least_chain", "receptor_percentile", "receptor_log2_fold_change"]
    texts = {
        "receptor_chains": ["; ".join(shown) for shown, _ in together.values()],
        "receptor_fails": ["; ".join(filter(None, whys)) for _, whys in together.values()],
    }
    return least_chains[wanted].reset_index(drop=True).assign(**texts)


def _inhibitors(names: pd.Series, drugs: pd.DataFrame) -> pd.Series:
    """ "class (example)" of each target in a name, those of all its chains joined."""
    texts: dict[str, list[str]] = {}
    for target, group, example, status in drugs[["target", "inhibitor_class", "example", "status"]].to_numpy():
        said = f"{group} ({example})" if status == "approved" else f"{group} ({example}, {status})"
        texts.setdefault(target, []).append(said)
    of_name = {
        name: "; ".join(dict.fromkeys(text for chain in name.split(JOIN) for text in texts.get(chain, ())))
        for name in set(names)
    }
    return names.map(of_name)
