"""Where the combinations of drugs that the seed papers try stand in the hypothesis table: an honest benchmark."""

from collections.abc import Iterable

import numpy as np
import pandas as pd

from secretome.synthesis.ligand_receptor_table import JOIN
from secretome.synthesis.ligand_receptors import HYPOTHESES, Sender, find_hypotheses
from secretome.tables import COUNT, NUMBER, TEXT, Contract, empty_table, table_of

COMBINATION_RANKS = Contract(
    "combination_ranks",
    {
        "combination": TEXT,
        "paper": TEXT,
        "drug_class": TEXT,
        "inhibitor_class": TEXT,
        "route": TEXT,
        "sender_study": TEXT,
        "sender_contrast": TEXT,
        "receiver_study": TEXT,
        "receiver_contrast": TEXT,
        "rank": NUMBER,  # missing where it is not in the table
        "hypotheses": COUNT,
        "matching": COUNT,
        "rank_by_chance": NUMBER,  # among the rows with an inhibitor, as every match is one
        "ligand": TEXT,
        "receptor": TEXT,
        "signal": TEXT,
        "signal_verdict": TEXT,
        "why": TEXT,
    },
    key=("combination", "sender_study", "sender_contrast", "receiver_study", "receiver_contrast"),
    order=("combination", "sender_study", "sender_contrast", "receiver_study", "receiver_contrast"),
)
ROUTE = ["route", "sender_study", "sender_contrast", "receiver_study", "receiver_contrast"]
PAIR = ["ligand", "receptor", "signal", "signal_verdict"]
# Some 7 MB: the number of routes grows with the square of the contrasts.
MOST_ROWS = 20_000


def tabulate_routes(
    routes: Iterable[tuple[Sender, pd.DataFrame]], combinations: pd.DataFrame, most_rows: int = MOST_ROWS
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The hypotheses of all routes, and where each combination stands in the routes whose sender had its first drug.

    The rank is that of its best row among the hypotheses of the route, whatever the verdict on the signal, which stands
    beside it; `rank_by_chance` is what :func:`first_by_chance` expects of as many rows. Where there is none, `why` says
    which evidence fails: of one pair what it lacks, of several how many lack what.

    Args:
        routes: what :func:`secretome.synthesis.ligand_receptors.weigh_routes` yields; one is held at a time.
        combinations: the table of that name; "" stands for any ligand, receptor or signal.
        most_rows: above so many hypotheses only those up to one rank are kept, the same in every route, and at least
            the first; `hypotheses` still says how many a route has.

    Returns:
        The rows of ``HYPOTHESES``, ranked within each route; and those of ``COMBINATION_RANKS``, of a combination
        without such a sender one row that says so.
    """
    tables: list[pd.DataFrame] = []
    rows: list[dict[str, object]] = []
    for sender, evidence in routes:
        hypotheses = find_hypotheses(evidence)
        tables += [hypotheses] if len(hypotheses) else []
        tried = combinations[combinations["drug_class"] == sender.drug_class]
        rows += [_look_up(one, evidence, hypotheses) for one in tried.to_dict("records")]
    found = {row["combination"] for row in rows}
    rows += [_without_route(one) for one in combinations.to_dict("records") if one["combination"] not in found]
    ranks = _together([pd.DataFrame(rows)] if rows else [], COMBINATION_RANKS)
    return _first(_together(tables, HYPOTHESES), most_rows), ranks


def first_by_chance(places: np.ndarray, matching: int) -> float:
    """The rank of the first match on average, were any so many of the rows with an inhibitor those that match.

    Every row that matches has an inhibitor, and at equal tier and verdict such rows come first: those without one
    are no fair comparison. The rows stay where they are; of n rows at the ranks 1 to n it is (n + 1) / (matching + 1).

    Args:
        places: the ranks of the rows with an inhibitor, ascending.
        matching: how many rows match.

    Returns:
        NaN where none matches.
    """
    if not matching:
        return np.nan
    expected, none_before = 0.0, 1.0
    for before, place in enumerate(places[: places.size - matching + 1]):
        share = matching / (places.size - before)
        expected += none_before * share * place
        none_before *= 1 - share
    return float(expected)


def _inhibited(hypotheses: pd.DataFrame) -> np.ndarray:
    """The ranks of the rows with an inhibitor of any level."""
    levels = [f"{level}_inhibitor" for level in ("ligand", "receptor", "signal")]
    return hypotheses.loc[(hypotheses[levels] != "").any(axis=1), "rank"].to_numpy(float)


def _first(hypotheses: pd.DataFrame, most_rows: int) -> pd.DataFrame:
    if len(hypotheses) <= most_rows:
        return hypotheses
    so_far = hypotheses["rank"].value_counts().sort_index().cumsum()
    last = max(1, int((so_far <= most_rows).sum()))  # ranks have no gaps
    return hypotheses[hypotheses["rank"] <= last].reset_index(drop=True)


def _together(tables: list[pd.DataFrame], contract: Contract) -> pd.DataFrame:
    """The tables in one, with the types and the order of the contract."""
    table = table_of(pd.concat(tables or [empty_table(contract)]), contract)
    return table.sort_values(list(contract.order), ignore_index=True)


def _look_up(one: dict[str, str], evidence: pd.DataFrame, hypotheses: pd.DataFrame) -> dict[str, object]:
    ranked = hypotheses[_matches(hypotheses, one)]
    row: dict[str, object] = {**_of(one), **evidence.iloc[0][ROUTE], "hypotheses": len(hypotheses)}
    row |= {"matching": len(ranked), "rank_by_chance": first_by_chance(_inhibited(hypotheses), len(ranked))}
    if len(ranked):
        best = ranked.iloc[0]
        verdict = best["signal_verdict"]
        why = (
            "" if verdict == "up" else f"in the table, but the signal is not up in the receiver: {verdict or 'unknown'}"
        )
        return {**row, **best[PAIR], "rank": float(best["rank"]), "why": why}
    asked = evidence[_matches(evidence, one)]
    return {
        **row,
        **dict.fromkeys(PAIR, ""),
        **_asked(one),
        "rank": np.nan,
        "rank_by_chance": np.nan,
        "why": _why_not(asked),
    }


def _of(one: dict[str, str]) -> dict[str, str]:
    return {column: one[column] for column in ("combination", "paper", "drug_class", "inhibitor_class")}


def _asked(one: dict[str, str]) -> dict[str, str]:
    return {column: one[column].replace("|", " or ") for column in ("ligand", "receptor", "signal")}


def _without_route(one: dict[str, str]) -> dict[str, object]:
    nothing = dict.fromkeys((*ROUTE, *PAIR), "")
    unknown = {"hypotheses": 0, "matching": 0, "rank_by_chance": np.nan}
    why = f"no contrast of this run is of the class {one['drug_class']}"
    return {**_of(one), **nothing, **_asked(one), "rank": np.nan, **unknown, "why": why}


def _matches(table: pd.DataFrame, one: dict[str, str]) -> pd.Series:
    """The rows of the ligand, the chain and the signal that are named, with an inhibitor of one of the classes."""
    fits = pd.Series(True, index=table.index)
    for column in ("ligand", "receptor"):
        if one[column]:
            fits &= table[column].map(lambda name, chain=one[column]: chain in name.split(JOIN)).astype(bool)
    if one["signal"]:
        fits &= table["signal"].isin(one["signal"].split("|"))
    drugs = table["ligand_inhibitor"] + "; " + table["receptor_inhibitor"] + "; " + table["signal_inhibitor"]
    classes = set(one["inhibitor_class"].split("|"))
    return fits & drugs.map(lambda text: any(drug.split(" (")[0] in classes for drug in text.split("; "))).astype(bool)


def _why_not(asked: pd.DataFrame) -> str:
    pairs = asked.groupby(["ligand", "receptor"])["fails"].agg(lambda whys: "; ".join(dict.fromkeys(whys)))
    if not len(pairs):
        return "not in the table: no such pair of ligand and receptor is known here"
    if len(pairs) == 1:
        return f"not in the table: {pairs.iloc[0]}"
    flat = pairs.str.contains("in the sender", regex=False)
    silent = pairs.str.contains(r"expressed in the receiver|measured in the receiver")
    unheard = pairs.str.contains("not up in the receiver", regex=False)
    return (
        f"not in the table: of {len(pairs)} pairs {int(flat.sum())} lack a ligand that rises, {int(silent.sum())} "
        f"an expressed receptor, {int(unheard.sum())} a signal that is up"
    )
