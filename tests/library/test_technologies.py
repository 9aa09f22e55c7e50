from secretome import schemas
from secretome.technologies import COUNTED, OF_AMOUNTS, PER, counted


def test_what_is_counted_is_a_technology_of_the_study_file():
    known = schemas.schema("study")["properties"]["technology"]["enum"]
    assert set(COUNTED) <= set(known)
    assert [name for name in known if counted(name)] == ["rnaseq_counts", "single_cell"]
    assert not counted("proteomics")


def test_what_is_compared_per_something_is_known_to_the_study_file():
    known = schemas.schema("study")["properties"]
    assert set(OF_AMOUNTS) <= set(known["technology"]["enum"])
    assert set(PER) <= set(known["samples"]["properties"])
    assert not set(OF_AMOUNTS) & set(COUNTED)
