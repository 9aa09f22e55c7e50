"""Ligand → receptor → drug on the page: the first hypotheses of each comparison, and where the papers' own stand."""

import itertools
import re
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from secretome import wording
from secretome.synthesis.ligand_receptors import AUTOCRINE, LEAST_PERCENTILE, PARACRINE
from secretome.synthesis.route_evidence import MOST_RECEIVERS

# How many are printed; the tables have all.
FIRST_PAIRS = 6
FIRST_STUDIES = 60
FIRST_ROUTES = 20
FIRST_SENDERS = 60
FIRST_OWN = 60
_SENDER = ["sender_study", "sender_contrast"]
_RESOURCES = {"cellphonedb": "CellPhoneDB", "connectomedb2020": "connectomeDB2020"}
_NUMBERS_OF_SIGNAL = ("signal_effect", "signal_ci_low", "signal_ci_high")

Studies = Mapping[str, Mapping[str, Any]]
Signals = Mapping[str, Mapping[str, Any]]


def hypotheses_section(
    hypotheses: pd.DataFrame, ranks: pd.DataFrame, studies: Studies, signals: Signals
) -> dict[str, Any]:
    """What the page of the synthesis says of ligands, receptors and inhibitors.

    Args:
        hypotheses: contract ``HYPOTHESES``.
        ranks: contract ``COMBINATION_RANKS``.
        studies: the studies of the run, key to study file.
        signals: those of the signature file, key to `label`.

    Returns:
        ``own`` (of each comparison with hypotheses in the same cells the first pairs), ``elsewhere`` (of each sender in
        each other study the first pair), ``combinations`` (``shown``, ``folded``, and ``without``: those for
        which no comparison of the run had the first drug), and the numbers that the sentences name. Of very many the
        first, and how many are not shown.
    """
    words = _Words(studies, signals)
    own = hypotheses[hypotheses["route"] == AUTOCRINE]
    apart = hypotheses[hypotheses["route"] == PARACRINE]
    heard, alone = apart.groupby([*_SENDER, "receiver_study"], sort=False), own.groupby(_SENDER, sort=False)
    shown = [_heard(found, words) for _, found in itertools.islice(heard, FIRST_STUDIES)]
    senders = [_sender(found, words) for _, found in itertools.islice(alone, FIRST_SENDERS)]
    return {
        "own": senders,
        "senders": alone.ngroups,
        "further_senders": alone.ngroups - len(senders),
        "elsewhere": [
            {"sender": sender, "rows": [row for row in shown if row["sender"] == sender]} for sender in _senders(shown)
        ],
        "studies": len(shown),
        "further_studies": heard.ngroups - len(shown),
        "total_own": wording.integer(_total(own)),
        "total_elsewhere": wording.integer(_total(apart)),
        "kept": int(hypotheses["rank"].max()) if len(hypotheses) < _total(hypotheses) else 0,
        "least_percentile": f"{LEAST_PERCENTILE:g}",
        "most_receivers": MOST_RECEIVERS if _not_listed(ranks).any() or _is_cut(apart) else 0,
        "combinations": _combinations(ranks, words),
    }


def _is_cut(apart: pd.DataFrame) -> bool:
    """Whether a sender may have more receivers elsewhere than are listed."""
    routes = apart[[*_SENDER, "receiver_study", "receiver_contrast"]].drop_duplicates()
    return bool((routes.groupby(_SENDER).size() >= MOST_RECEIVERS).any())


def _not_listed(ranks: pd.DataFrame) -> pd.Series:
    """The rows that count further receivers."""
    return (ranks["route"] == PARACRINE) & (ranks["receiver_study"] == "")


def _total(found: pd.DataFrame) -> int:
    """How many hypotheses the routes have: of very many the table holds the first of each route."""
    return int(found.loc[found["rank"] == 1, "hypotheses"].sum())


class _Words:
    """The names of studies, comparisons and signals."""

    def __init__(self, studies: Studies, signals: Signals) -> None:
        self.studies, self.signals = studies, signals

    def place(self, study: str, contrast: str) -> dict[str, str]:
        described = self.studies[study]
        title, compared = described["title"], wording.against(described["contrasts"][contrast])
        return {"study": study, "title": title, "contrast": compared}

    def signal(self, key: str) -> str:
        return self.signals[key]["label"] if key in self.signals else key


def _sender(found: pd.DataFrame, words: _Words) -> dict[str, Any]:
    """The first pairs of one comparison with its own cells; a pair that feeds several signals stands once."""
    first = found.iloc[0]
    pairs = [_pair(rows, words) for _, rows in found.groupby(["ligand", "receptor"], sort=False)]
    receiver = words.place(first["receiver_study"], first["receiver_contrast"])
    return {
        "sender": words.place(first["sender_study"], first["sender_contrast"]),
        # The receptors of a medium are those of the cells in the study of its lysates.
        "receiver": receiver if first["receiver_study"] != first["sender_study"] else None,
        "hypotheses": wording.integer(first["hypotheses"]),
        "pairs": pairs[:FIRST_PAIRS],
        "further": max(0, len(pairs) - FIRST_PAIRS),
    }


def _senders(rows: Sequence[Mapping[str, Any]]) -> list[dict[str, str]]:
    return [row["sender"] for place, row in enumerate(rows) if not place or row["sender"] != rows[place - 1]["sender"]]


def _heard(found: pd.DataFrame, words: _Words) -> dict[str, Any]:
    """What one comparison of another study hears first, and how many more of its comparisons hear anything."""
    contrasts = list(dict.fromkeys(found["receiver_contrast"]))
    there = found[found["receiver_contrast"] == contrasts[0]]
    first = there.iloc[0]
    same = (there["ligand"] == first["ligand"]) & (there["receptor"] == first["receptor"])
    return {
        "sender": words.place(first["sender_study"], first["sender_contrast"]),
        "receiver": words.place(first["receiver_study"], first["receiver_contrast"]),
        "hypotheses": wording.integer(first["hypotheses"]),
        "more_contrasts": len(contrasts) - 1,
        "pair": _pair(there[same], words),
    }


def _pair(rows: pd.DataFrame, words: _Words) -> dict[str, Any]:
    """The evidence on a ligand and a receptor, each piece apart; rows: one for each signal that the receptor feeds."""
    row = rows.iloc[0]
    known = [_RESOURCES.get(name, name) for name in row["resources"].split("; ")]
    return {
        "rank": int(row["rank"]),
        "ligand": row["ligand"],
        "receptor": row["receptor"],
        "known": wording.listed(known),
        "blocks": row["blocks"],
        "change": wording.signed(row["ligand_log2_fold_change"]),
        "interval": wording.interval(row["ligand_ci_low"], row["ligand_ci_high"]),
        "tier": row["tier"],
        "level": _percent(row["ligand_percentile"]),
        "chains": row["receptor_chains"].split("; "),
        "receptor_change": wording.signed(row["receptor_log2_fold_change"]),
        "least_chain": row["receptor_least_chain"],
        "signals": [_signal(one, words) for one in rows.to_dict("records") if one["signal"]],
        "inhibitors": _inhibitors(rows, words),
    }


def _signal(row: Mapping[Any, Any], words: _Words) -> dict[str, str]:
    effect, low, high = (row[name] for name in _NUMBERS_OF_SIGNAL)
    return {
        "label": words.signal(row["signal"]),
        "verdict": row["signal_verdict"],
        "words": wording.VERDICTS[row["signal_verdict"]],
        "effect": "" if np.isnan(effect) else f"{wording.signed(effect)} ({wording.interval(low, high)})",
    }


def _inhibitors(rows: pd.DataFrame, words: _Words) -> list[tuple[str, str]]:
    """What each class inhibits, and the classes with an example of each."""
    first = rows.iloc[0]
    told = [("ligand", first["ligand_inhibitor"]), ("receptor", first["receptor_inhibitor"])]
    told += [
        (words.signal(signal), drugs)
        for signal, drugs in zip(rows["signal"], rows["signal_inhibitor"], strict=True)
        if signal
    ]
    return [(level, drugs) for level, drugs in told if drugs]


def _percent(value: float) -> str:
    return wording.MISSING if np.isnan(value) else f"{value:.0f}"


def _combinations(ranks: pd.DataFrame, words: _Words) -> dict[str, Any]:
    """Those that stand in the cells of the sender, or have a rank, apart from the others."""
    told = (ranks["route"] == AUTOCRINE) | ranks["rank"].notna()
    missing = (ranks["route"] == PARACRINE) & ranks["rank"].isna() & ~_not_listed(ranks)
    without = ranks.loc[ranks["route"] == "", ["combination", "paper", "drug_class"]]
    return {
        "shown": _by_combination(ranks[told], words),
        "folded": _by_combination(ranks[missing], words),
        "missing": int(missing.sum()),
        "without": [
            {"combination": name, "paper": _paper(paper), "drug_class": drug_class}
            for name, paper, drug_class in without.itertuples(index=False, name=None)
        ],
    }


def _by_combination(ranks: pd.DataFrame, words: _Words) -> list[dict[str, Any]]:
    """Each combination with its rows, those of the sender's own cells first; ``first`` names a study once."""
    groups = []
    for name, found in ranks.groupby("combination", sort=False):
        found = found.sort_values("route", kind="stable", key=lambda routes: routes != AUTOCRINE)
        own, apart = ((found["route"] == route) for route in (AUTOCRINE, PARACRINE))
        shown = found[(own & (own.cumsum() <= FIRST_OWN)) | (apart & (apart.cumsum() <= FIRST_ROUTES))]
        further = len(found) - len(shown)
        found = shown
        first = found["sender_study"] != found["sender_study"].shift()
        row = found.iloc[0]
        rows = [
            {**_standing({str(column): value for column, value in one.items()}, words), "first": bool(names)}
            for one, names in zip(found.to_dict("records"), first, strict=True)
        ]
        asked = row["inhibitor_class"].replace("|", " or ")
        told = {"combination": name, "paper": _paper(row["paper"]), "asked": asked}
        groups.append({**told, "rows": rows, "further": further})
    return groups


def _standing(row: Mapping[str, Any], words: _Words) -> dict[str, Any]:
    """Where a combination stands in one route, with its best pair; without a rank, what it lacks."""
    elsewhere = row["receiver_study"] != row["sender_study"]
    told = {
        "own": row["route"] == AUTOCRINE,
        "sender": words.place(row["sender_study"], row["sender_contrast"]),
        "receiver": words.place(row["receiver_study"], row["receiver_contrast"]) if elsewhere else None,
        "hypotheses": wording.integer(row["hypotheses"]),
    }
    if np.isnan(row["rank"]):
        return {**told, "rank": "", "why": _lacking(row["why"], words)}
    return {
        **told,
        "rank": wording.integer(row["rank"]),
        "matching": wording.integer(row["matching"]),
        "by_chance": f"{row['rank_by_chance']:.1f}",
        "ligand": row["ligand"],
        "receptor": row["receptor"],
        "signal": words.signal(row["signal"]),
        "verdict": row["signal_verdict"],
        "words": wording.VERDICTS.get(row["signal_verdict"], ""),
    }


def _lacking(why: str, words: _Words) -> str:
    """Each reason once, in words: several signals of one pair repeat what its ligand lacks."""
    reasons = dict.fromkeys(why.removeprefix("not in the table: ").split("; "))
    text = "; ".join(_reason(reason, words) for reason in reasons)
    return wording.capitalised(text)


def _reason(reason: str, words: _Words) -> str:
    found = re.fullmatch(r"(\w+) is not up in the receiver \((\w+)\)", reason)
    if found:
        return f"{words.signal(found[1])} is not up in the receiver ({wording.VERDICTS[found[2]]})"
    return re.sub(r"(?<!\w)-(?=\d)", "−", reason)


def _paper(key: str) -> str:
    """``korkaya2012`` → ``Korkaya 2012``."""
    return wording.capitalised(re.sub(r"(?<=\D)(?=\d{4}$)", " ", key))
