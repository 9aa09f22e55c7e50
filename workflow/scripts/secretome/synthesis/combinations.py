"""Where the combinations of drugs that the seed papers try stand in the hypothesis table: an honest benchmark."""

from collections.abc import Iterable

import numpy as np
import pandas as pd

from secretome.synthesis.ligand_receptors import HYPOTHESES, PARACRINE, ROUTE, find_hypotheses
from secretome.synthesis.route_evidence import Routes, matching_rows
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
PAIR = ["ligand", "receptor", "signal", "signal_verdict"]
# Some 7 MB.
MOST_ROWS = 20_000


def tabulate_routes(
    routes: Iterable[Routes], combinations: pd.DataFrame, most_rows: int = MOST_ROWS
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The hypotheses of all routes, and where each combination stands in the routes whose sender had its first drug.

    The rank is that of its best row among the hypotheses of the route, whatever the verdict on the signal, which stands
    beside it; `rank_by_chance` is what :func:`first_by_chance` expects of as many rows. Where there is none, `why` says
    which evidence fails: of one pair what it lacks, of several how many lack what.

    Args:
        routes: what :func:`secretome.synthesis.route_evidence.weigh_routes` yields; those of one sender are held.
        combinations: the table of that name; "" stands for any ligand, receptor or signal.
        most_rows: above so many hypotheses only those up to one rank are kept, the same in every route, and at least
            the first; `hypotheses` still says how many a route has.

    Returns:
        The rows of ``HYPOTHESES``, ranked within each route; and those of ``COMBINATION_RANKS``: of a combination
        without such a sender one row that says so, and of a sender with further receivers one that counts them.
    """
    first = _First(most_rows)
    rows: list[dict[str, object]] = []
    for one in routes:
        hypotheses = find_hypotheses(one.evidence)
        first.add(hypotheses)
        tried = combinations[combinations["drug_class"] == one.sender.drug_class].to_dict("records")
        for combination in tried:
            rows += _look_up(combination, one, hypotheses)
        rows += [_not_listed(combination, one) for combination in tried if one.left_out]
    found = {row["combination"] for row in rows}
    rows += [_without_route(one) for one in combinations.to_dict("records") if one["combination"] not in found]
    ranks = _together([pd.DataFrame(rows)] if rows else [], COMBINATION_RANKS)
    return _together(first.kept(), HYPOTHESES), ranks


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


def _inhibited(hypotheses: pd.DataFrame) -> pd.DataFrame:
    """The rows with an inhibitor of any level."""
    levels = [f"{level}_inhibitor" for level in ("ligand", "receptor", "signal")]
    return hypotheses[(hypotheses[levels] != "").any(axis=1)]


class _First:
    """The hypotheses up to the rank that fits; never many more are held."""

    def __init__(self, most_rows: int) -> None:
        self._most_rows = most_rows
        self._tables: list[pd.DataFrame] = []
        self._of_rank = np.zeros(0, dtype=np.int64)  # how many routes have so many hypotheses

    def add(self, hypotheses: pd.DataFrame) -> None:
        counts = np.bincount(hypotheses["rank"])[1:]  # ranks begin with 1 and have no gaps
        of_rank = np.zeros(max(counts.size, self._of_rank.size), dtype=np.int64)
        of_rank[: self._of_rank.size] = self._of_rank
        of_rank[: counts.size] += counts
        self._of_rank = of_rank
        self._tables += [hypotheses] if len(hypotheses) else []
        if sum(map(len, self._tables)) > 2 * self._most_rows:
            self._tables = [pd.concat(self.kept(), ignore_index=True)]

    def kept(self) -> list[pd.DataFrame]:
        if self._of_rank.sum() <= self._most_rows:
            return self._tables
        # More routes only lower it: what was cut before would be cut now.
        last = max(1, int((self._of_rank.cumsum() <= self._most_rows).sum()))
        return [table[table["rank"] <= last] for table in self._tables]


def _together(tables: list[pd.DataFrame], contract: Contract) -> pd.DataFrame:
    """The tables in one, with the types and the order of the contract."""
    table = table_of(pd.concat(tables or [empty_table(contract)]), contract)
    return table.sort_values(list(contract.order), ignore_index=True)


def _look_up(one: dict[str, str], routes: Routes, hypotheses: pd.DataFrame) -> list[dict[str, object]]:
    """The row of a combination in each route."""
    asked = routes.evidence[matching_rows(routes.evidence, one)]
    ranked, whys = hypotheses[matching_rows(hypotheses, one)], _by_route(asked)
    best, matching = _by_route(ranked.drop_duplicates(ROUTE)), ranked.groupby(ROUTE, sort=False).size()
    everything = hypotheses.groupby(ROUTE, sort=False).size().to_dict()
    inhibited = {route: found["rank"].to_numpy(float) for route, found in _by_route(_inhibited(hypotheses)).items()}
    rows = []
    for route in routes.routes.itertuples(index=False, name=None):
        row: dict[str, object] = {
            **_of(one),
            **dict(zip(ROUTE, route, strict=True)),
            "hypotheses": everything.get(route, 0),
        }
        if route in best:
            row |= {"matching": int(matching[route]), **_standing(best[route].iloc[0])}
            row["rank_by_chance"] = first_by_chance(inhibited[route], int(matching[route]))
        else:
            row |= {**dict.fromkeys(PAIR, ""), **_asked(one), "rank": np.nan, "matching": 0, "rank_by_chance": np.nan}
            row["why"] = _why_not(whys.get(route, asked.iloc[:0]))
        rows.append(row)
    return rows


def _by_route(table: pd.DataFrame) -> dict[tuple[str, ...], pd.DataFrame]:
    return {tuple(name): found for name, found in table.groupby(ROUTE, sort=False)}


def _standing(best: pd.Series) -> dict[str, object]:
    verdict = best["signal_verdict"]
    why = "" if verdict == "up" else f"in the table, but the signal is not up in the receiver: {verdict or 'unknown'}"
    return {**best[PAIR], "rank": float(best["rank"]), "why": why}


def _of(one: dict[str, str]) -> dict[str, str]:
    return {column: one[column] for column in ("combination", "paper", "drug_class", "inhibitor_class")}


def _asked(one: dict[str, str]) -> dict[str, str]:
    return {column: one[column].replace("|", " or ") for column in ("ligand", "receptor", "signal")}


def _without_route(one: dict[str, str]) -> dict[str, object]:
    return _untold(one, "", "", "", f"no contrast of this run is of the class {one['drug_class']}")


def _not_listed(one: dict[str, str], routes: Routes) -> dict[str, object]:
    matching = routes.left_out_matching.get(one["combination"], 0)
    why = f"not listed: {routes.left_out} receivers elsewhere with fewer hypotheses, of which {matching} have a match"
    return _untold(one, PARACRINE, routes.sender.study, routes.sender.contrast, why)


def _untold(one: dict[str, str], route: str, study: str, contrast: str, why: str) -> dict[str, object]:
    """A row without a receiver."""
    nothing = dict.fromkeys((*ROUTE, *PAIR), "")
    sender = {"route": route, "sender_study": study, "sender_contrast": contrast}
    unknown = {"hypotheses": 0, "matching": 0, "rank_by_chance": np.nan}
    return {**_of(one), **nothing, **sender, **_asked(one), "rank": np.nan, **unknown, "why": why}


def _why_not(asked: pd.DataFrame) -> str:
    lacks: dict[tuple[str, str], dict[str, None]] = {}  # of each pair what fails, once each
    for ligand, receptor, fails in zip(asked["ligand"], asked["receptor"], asked["fails"], strict=True):
        lacks.setdefault((ligand, receptor), {})[fails] = None
    pairs = ["; ".join(fails) for fails in lacks.values()]
    if not pairs:
        return "not in the table: no such pair of ligand and receptor is known here"
    if len(pairs) == 1:
        return f"not in the table: {pairs[0]}"
    flat = sum("in the sender" in why for why in pairs)
    silent = sum("expressed in the receiver" in why or "measured in the receiver" in why for why in pairs)
    unheard = sum("not up in the receiver" in why for why in pairs)
    return (
        f"not in the table: of {len(pairs)} pairs {flat} lack a ligand that rises, {silent} "
        f"an expressed receptor, {unheard} a signal that is up"
    )
