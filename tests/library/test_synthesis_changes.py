import made_up_study as made_up
import pandas as pd
import pytest

from secretome.synthesis_changes import DRAWN, Changes
from secretome.tables import DIFFERENTIAL, empty_table, write_table


def test_a_contrast_is_read_when_it_is_asked_for(tmp_path):
    table = made_up.tables(genes=20, secreted=5).differential
    paths = {("s", name): str(tmp_path / f"{name}.tsv") for name in ("b", "a", "empty")}
    write_table(paths["s", "b"], table, DIFFERENTIAL)
    write_table(paths["s", "empty"], empty_table(DIFFERENTIAL), DIFFERENTIAL)
    write_table(paths["s", "a"], table.head(1), DIFFERENTIAL)
    changes = Changes(paths)
    assert list(changes) == [("s", "b"), ("s", "a")]
    assert len(changes) == 2
    wanted = table.sort_values(["p_value", "gene"])[list(DRAWN)].reset_index(drop=True)
    pd.testing.assert_frame_equal(changes["s", "b"], wanted, rtol=1e-9)
    write_table(paths["s", "b"], table.head(3), DIFFERENTIAL)
    assert len(changes["s", "b"]) == 3
    with pytest.raises(KeyError):
        changes["s", "empty"]
