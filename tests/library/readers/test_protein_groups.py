"""protein_groups: what is dropped is counted, zeros are missing, and the genes are named by accession."""

import numpy as np
import pytest

from secretome.faults import InputFaults
from secretome.readers.protein_groups import BY_SITE, CONTAMINANT, DECOY, HUMAN, Group, Quantities, assemble
from secretome.readers.protein_sheets import Sheet

SHEET = Sheet("proteins.tsv", [], [], [])


def groups_of(*members: str, **settings) -> list[Group]:
    return [Group(one, one.split(";"), line, **settings) for line, one in enumerate(members, start=2)]


def built(groups, values=None, organism=HUMAN, scale="auto"):
    values = np.full((len(groups), 2), 1e6) if values is None else np.array(values, float)
    columns = {f"s{number}": f"LFQ s{number}" for number in range(values.shape[1])}
    return assemble(SHEET, groups, Quantities(values, columns, "LFQ"), organism, scale)


def step(table, name: str) -> dict:
    return next(one for one in table.steps if one["step"] == name)


def faults_of(*arguments, **settings) -> list:
    with pytest.raises(InputFaults) as caught:
        built(*arguments, **settings)
    return caught.value.faults


@pytest.mark.parametrize(
    ("written", "genes"),
    [
        ("P01137", "P01137"),
        ("P01137-2", "P01137"),
        ("P01137;P01137-2;P05231", "P01137|P05231"),
        ("P05231;P01137", "P05231|P01137"),
        ("sp|P01137|TGFB1_HUMAN", "P01137"),
        ("tr|A0A024R1R8|A0A024R1R8_HUMAN;sp|P01137-3|TGFB1_HUMAN", "A0A024R1R8|P01137"),
        ("P01137-PRO_0000033763", "P01137"),
        ("P01137|TGFB1_HUMAN", "P01137"),
        ("P01137;REV__P05231", "P01137|P05231"),
    ],
)
def test_groups_are_named_by_the_accessions_of_their_members(written, genes):
    table = built(groups_of(written))
    assert (table.ids, table.genes) == ([written], [genes])
    assert table.unit == "intensity"


def test_isoforms_and_members_that_are_not_of_uniprot_are_counted():
    table = built(groups_of("P01137-2;P01137-3", "P05231;ENSP00000258743", "ADD000"))
    assert table.genes == ["P01137", "P05231", ""]
    assert step(table, "name proteins") == {
        "step": "name proteins",
        "by": "UniProt accession",
        "rows": 3,
        "of_several": 0,
        "unnamed": 1,
        "isoform_suffixes": 2,
        "not_uniprot": 2,
    }


def test_without_accessions_the_names_of_genes_are_used_and_this_is_said():
    table = built(groups_of("ENSP00000258743", "ENSP00000221930", names=["IL6"]))
    assert table.genes == ["IL6", "IL6"]
    assert step(table, "name proteins")["by"] == "gene name"


def test_without_both_the_proteins_stay_as_written():
    table = built(groups_of("ENSP00000258743;ENSP00000221930"))
    assert table.genes == ["ENSP00000258743|ENSP00000221930"]
    assert step(table, "name proteins")["by"] == "protein id as written"


@pytest.mark.parametrize(
    "written",
    [
        "REV__P05231",
        "rev_sp|P05231|IL6_HUMAN",
        "DECOY_P05231",
        "sp|REV__P05231|IL6_HUMAN",
        "XXX_P05231",
        "REV__P1;P05231",
    ],
)
def test_decoys_are_dropped_and_counted(written):
    """M20."""
    table = built(groups_of("P01137", written))
    assert table.ids == ["P01137"]
    assert step(table, DECOY)["rows"] == 1
    assert step(table, CONTAMINANT)["rows"] == 0


@pytest.mark.parametrize(
    "written",
    [
        "CON__P02769",
        "CON__ENSEMBL:ENSBTAP00000018229",
        "contam_A2I7N1 TREMBL:A2I7N1 (Bos taurus) SERPINA3-5",
        "contam_sp|P02769|ALBU_BOVIN",
        "sp|Cont_P02769|ALBU_BOVIN",
        "Cont_P02769",
        "cRAP-P02769",
        "P05231;CON__P02535-1",
    ],
)
def test_contaminants_are_dropped_counted_and_named(written):
    """M20: human cytokines are on lists of contaminants, so the step says which groups went."""
    table = built(groups_of("P01137", written))
    assert table.ids == ["P01137"]
    assert step(table, CONTAMINANT) == {"step": CONTAMINANT, "rows": 1, "ids": written}


def test_a_row_with_several_marks_is_counted_once_by_the_first():
    groups = [
        Group("P01137", ["P01137"], 2),
        Group("REV__CON__P1", ["REV__CON__P1"], 3, mark=BY_SITE),
        Group("CON__P2", ["CON__P2"], 4, mark=BY_SITE),
        Group("P05231", ["P05231"], 5, mark=BY_SITE),
        Group("P10145", ["P10145"], 6, mark=CONTAMINANT),
    ]
    table = built(groups)
    assert [step(table, reason)["rows"] for reason in (DECOY, CONTAMINANT, BY_SITE)] == [1, 2, 1]
    assert table.ids == ["P01137"]


def test_serum_and_standards_are_dropped_by_species():
    groups = [
        *groups_of("sp|P01137|TGFB1_HUMAN", "sp|P02769|ALBU_BOVIN", "sp|P1|X_HUMAN;sp|P2|X_BOVIN", "P05231"),
        Group("P10145", ["P10145"], 6, species=["Homo sapiens OX=9606"]),
        Group("P14210", ["P14210"], 7, species=["Homo sapiens (Human)"]),
        Group("P60712", ["P60712"], 8, species=["Bos taurus"]),
        Group("P61247", ["P61247"], 9, species=["YEAST", "ECOLI"]),
    ]
    table = built(groups)
    assert table.genes == ["P01137", "P05231", "P10145", "P14210"]
    other = step(table, "drop other species")
    assert other["rows"] == 3
    assert other["species"] == {"Bos taurus": 2, "Escherichia coli + Saccharomyces cerevisiae": 1}
    assert step(table, "drop groups shared with another species")["rows"] == 1
    assert step(table, "keep groups of unknown species")["rows"] == 1


def test_mostly_another_species_is_refused_unless_it_is_the_one_that_is_said():
    """M12."""
    mouse = groups_of("sp|P04202|TGFB1_MOUSE", "sp|P08505|IL6_MOUSE", "sp|P05231|IL6_HUMAN")
    [found] = faults_of(mouse)
    assert "Mus musculus 2" in found.problem
    assert "that species" in found.fix
    assert built(mouse, organism="Mus musculus").genes == ["P04202", "P08505"]


@pytest.mark.parametrize("name", ["NP_00123", "iRT-Kit_WR_fusion", "ADD_1"])
def test_an_underscore_alone_tells_no_species(name):
    table = built(groups_of("P01137", name))
    assert step(table, "keep groups of unknown species")["rows"] == 2


def test_zeros_are_missing_and_counted():
    """M20."""
    table = built(groups_of("P01137", "P05231", "P10145"), [[0, 1e6], [2e6, np.nan], [0, np.nan]])
    np.testing.assert_array_equal(table.values, [[np.nan, 1e6], [2e6, np.nan], [np.nan, np.nan]])
    assert step(table, "zeros are missing")["values"] == 2
    assert step(table, "missing") == {"step": "missing", "values": 4, "rows_without_value": 1}


def test_zeros_of_a_centred_log2_table_are_values():
    table = built(groups_of("P01137", "P05231"), [[0, 1.5], [-1.5, 0]], scale="log2")
    np.testing.assert_array_equal(table.values, [[0, 1.5], [-1.5, 0]])
    table = built(groups_of("P01137", "P05231"), [[0, 21.5], [20.5, 0]], scale="log2")
    assert step(table, "zeros are missing")["values"] == 2
    assert table.unit == "log2"


@pytest.mark.parametrize(
    ("values", "scale", "problem"),
    [
        ([[20.5, 21], [18, 30]], "auto", "look like the log2 scale"),
        ([[-1.5, 0.5], [0.25, 1]], "auto", "look like the log2 scale"),
        ([[12, 0], [7, 133]], "auto", "counts of spectra"),
        ([[1e6, 2e6], [1e5, 1e7]], "log2", "not on the log2 scale"),
        ([[1e6, 2e6], [-5.0, 1e7]], "auto", "negative"),
        ([[1e6, 2e6], [-5.0, 1e7]], "intensity", "negative"),
    ],
)
def test_another_scale_is_refused(values, scale, problem):
    """M07–M09."""
    [found] = faults_of(groups_of("P01137", "P05231"), values, scale=scale)
    assert problem in found.problem
    assert found.fix


def test_a_negative_number_is_told_with_its_line_and_column():
    [found] = faults_of(groups_of("P01137", "P05231"), [[1e6, 2e6], [-5.0, 1e7]])
    assert (found.where, found.field, found.value) == ("proteins.tsv:3", "LFQ s0", "-5")


def test_small_numbers_are_intensities_where_that_is_said():
    assert built(groups_of("P01137"), [[0.5, 7]], scale="intensity").unit == "intensity"
    with pytest.raises(InputFaults, match="is not known"):
        built(groups_of("P01137"), scale="log10")


@pytest.mark.parametrize(
    ("groups", "values", "problem"),
    [
        (groups_of("P01137", "P01137"), None, "is in line 2 already"),
        (groups_of("P01137", ""), None, "is no name"),
        (groups_of("P01137", "P05231\x1b[2J"), None, "is no name"),
        (groups_of("P01137", "P05231"), [[0, 1e6], [np.nan, 2e6]], "no value for any protein group"),
        (groups_of("REV__P01137", "CON__P05231"), None, "no protein group of Homo sapiens left"),
    ],
)
def test_what_cannot_be_used_is_refused(groups, values, problem):
    """M01, M05, M11, M19."""
    [found] = faults_of(groups, values)
    assert problem in found.problem


def test_a_group_can_stand_twice_when_one_of_them_is_dropped():
    groups = [Group("P01137", ["P01137"], 2), Group("P01137", ["contam_sp|P01137|TGFB1_HUMAN"], 3)]
    assert built(groups).ids == ["P01137"]


def many(rows: int) -> list[Group]:
    return groups_of(*(f"P{number:05d}" for number in range(rows)))


def test_gaps_that_seem_filled_are_said():
    """W21: a complete table, or one value again and again."""
    values = np.random.default_rng(1).lognormal(14, 2, (300, 6))
    assert "may be imputed" in [one["step"] for one in built(many(300), values).steps]
    values[::7, 2] = np.nan
    assert "may be imputed" not in [one["step"] for one in built(many(300), values).steps]
    values[::9, 3] = 1234.5
    table = built(many(300), values)
    told = step(table, "may be imputed")
    assert (told["why"], told["values"]) == ("the value 1234.5 is repeated", 34)
    assert "may be imputed" in told["warning"]


def test_the_samples_say_their_column_as_written():
    assert built(groups_of("P01137")).samples == {"s0": {"column": ["LFQ s0"]}, "s1": {"column": ["LFQ s1"]}}
