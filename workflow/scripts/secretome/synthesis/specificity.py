"""Specific or generic: in how many contrasts of other drugs a gene moves too."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from secretome.synthesis.groups import ALL, ContrastResult, Group

COLUMNS = ("other_tested", "other_up", "other_down")


def unrelated(group: Group, results: Sequence[ContrastResult]) -> list[ContrastResult]:
    """The contrasts that have nothing to do with a group: of another drug class or none, and of no study in it.

    Over all drugs nothing is unrelated. A group that left a study out does not count it as unrelated either.
    """
    if group.drug_class == ALL:
        return []
    related = {one.study for one in group.results} | {study for study, _ in group.left_out}
    # ASSUME contrasts of one study share its cells and often a control: none of them is a test of another drug.
    return [one for one in results if one.drug_class != group.drug_class and one.study not in related]


def elsewhere(genes: Sequence[str], others: Sequence[ContrastResult], fdr: float) -> pd.DataFrame:
    """In how many contrasts each gene was tested, and in how many it goes up and down.

    Args:
        genes: of the consensus.
        others: contrasts that are unrelated to it.
        fdr: the false discovery rate up to which a gene moves in a contrast.

    Returns:
        One row a gene in their order: other_tested other_up other_down.
    """
    index = pd.Index(genes, dtype=object)
    counts = np.zeros((len(index), len(COLUMNS)), dtype=np.int64)
    for one in others:
        places = index.get_indexer(one.table["gene"])
        rows = places >= 0
        q_values, changes = (one.table[column].to_numpy()[rows] for column in ("q_value", "log2_fold_change"))
        moves = q_values <= fdr
        counts[places[rows]] += np.column_stack([~np.isnan(q_values), moves & (changes > 0), moves & (changes < 0)])
    return pd.DataFrame(counts, columns=list(COLUMNS))
