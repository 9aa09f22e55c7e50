import compare_published
from secretome.tables import PUBLISHED, read_table

LINES = "table\tgroup\tmean\tsem\tn\tunit\nt\tvehicle\t100\t\t\tpercent\nt\tdrug\t30\t3\t3\tpercent\n"


def test_the_comparisons_are_written(tmp_path):
    (tmp_path / "measurements.tsv").write_text(LINES)
    comparisons = {"drug": {"kind": "drug", "group": "drug", "reference": "vehicle"}}
    table = {"scale": "points", "smallest_effect": 15, "vehicle": "vehicle", "comparisons": comparisons}
    path = tmp_path / "published.tsv"
    compare_published.main(str(tmp_path / "measurements.tsv"), str(path), {"tables": {"t": table}})
    [row] = read_table(path, PUBLISHED).to_dict("records")
    assert (row["effect"], row["df"], row["reading"]) == (-70, 2, "below")
