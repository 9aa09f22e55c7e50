"""readers.salmon: transcripts are summed to genes as tximport does it, and what has no gene is counted."""

import gzip
import random

import numpy as np
import pytest

from secretome.faults import InputFaults
from secretome.readers import salmon

HEADER = "Name\tLength\tEffectiveLength\tTPM\tNumReads\n"
T1, T2, T3, T4 = (f"ENST0000000000{number}" for number in range(1, 5))
G1, G2, G3 = (f"ENSG0000000000{number}" for number in range(1, 4))
TX2GENE = f"{T1}\t{G1}\n{T2}\t{G1}\n{T3}\t{G2}\n{T4}\t{G3}\n"
# Sample 1 makes the long transcript of gene 1, sample 2 the short one, at the same abundance of the gene.
ONE = [(T1, 1000, 800, 500_000, 400), (T2, 300, 200, 0, 0), (T3, 600, 400, 500_000, 200), (T4, 500, 300, 0, 0)]
TWO = [(T1, 1000, 800, 0, 0), (T2, 300, 200, 500_000, 200), (T3, 600, 400, 500_000, 400), (T4, 500, 300, 0, 0)]


def quant(rows, header=HEADER) -> str:
    return header + "".join("\t".join(map(str, row)) + "\n" for row in rows)


def without(rows, position):
    return [row for number, row in enumerate(rows) if number != position]


@pytest.fixture
def stored(tmp_path):
    """Write the quant.sf of each sample and the table of transcripts; give the arguments of read()."""

    def write(tx2gene=TX2GENE, **samples):
        files = {}
        for name, content in samples.items():
            files[name] = tmp_path / name / "quant.sf"
            files[name].parent.mkdir(exist_ok=True)
            content = content if isinstance(content, str | bytes) else quant(content)
            files[name].write_bytes(content if isinstance(content, bytes) else content.encode())
        (tmp_path / "tx2gene.tsv").write_text(tx2gene)
        return files, tmp_path / "tx2gene.tsv"

    return write


def message(arguments, **options) -> str:
    with pytest.raises(InputFaults) as caught:
        salmon.read(*arguments, **options)
    assert all(fault.where and fault.problem and fault.fix for fault in caught.value.faults)
    return str(caught.value)


def test_scaled_counts_are_free_of_a_switch_of_transcripts(stored):
    """Gene 1: TPM 500,000 in both, mean length (800 + 200) / 2 = 500; gene 2: length 400 in both.

    Scaled: 500,000 × 500 and 500,000 × 400, that is 5 : 4 of the 600 reads of each sample.
    """
    table = salmon.read(*stored(s1=ONE, s2=TWO))
    np.testing.assert_array_equal(table.values, [[333, 333], [267, 267], [0, 0]])
    assert (table.ids, table.genes, table.columns) == ([G1, G2, G3], [G1, G2, G3], ["s1", "s2"])
    assert (table.unit, table.samples) == ("counts", {})
    assert table.steps == [
        {"step": "find the genes of transcripts", "as written": 4},
        {"step": "sum transcripts to genes", "transcripts": 4, "genes": 3, "method": "lengthScaledTPM"},
        {"step": "round to whole counts", "values": 4},
    ]


def test_summed_counts_are_the_reads(stored):
    table = salmon.read(*stored(s1=ONE, s2=TWO), counts="summed")
    np.testing.assert_array_equal(table.values, [[400, 200], [200, 400], [0, 0]])
    assert table.steps[1]["method"] == "sums of NumReads, without an offset for the lengths"
    assert table.steps[2] == {"step": "round to whole counts", "values": 0}
    fractional = [(*row[:4], reads) for row, reads in zip(ONE, (10.4, 0.3, 20.5, 1e-5), strict=True)]
    table = salmon.read(*stored(s1=fractional), counts="summed")
    np.testing.assert_array_equal(table.values[:, 0], [11, 20, 0])
    assert table.steps[2]["values"] == 3
    assert "'raw' is no kind of counts" in message(stored(s1=ONE), counts="raw")


def by_the_formula(samples, genes):
    """lengthScaledTPM as its authors state it, gene by gene: an implementation of its own."""
    names = sorted(set(genes))
    abundance, length, reads = (np.zeros((len(names), len(samples))) for _ in range(3))
    for column, rows in enumerate(samples):
        for gene, (_, _, effective, tpm, count) in zip(genes, rows, strict=True):
            abundance[names.index(gene), column] += tpm
            length[names.index(gene), column] += tpm * effective
            reads[names.index(gene), column] += count
    for row, gene in enumerate(names):
        with_some = [column for column in range(len(samples)) if abundance[row, column] > 0]
        for column in with_some:
            length[row, column] /= abundance[row, column]
        mine = [[r[2] for g, r in zip(genes, rows, strict=True) if g == gene] for rows in samples]
        stand_in = np.exp(np.mean(np.log(length[row, with_some]))) if with_some else np.mean(mine)
        for column in set(range(len(samples))) - set(with_some):
            length[row, column] = stand_in
    scaled = abundance * length.mean(axis=1, keepdims=True)
    return names, scaled / scaled.sum(axis=0) * reads.sum(axis=0)


def test_the_counts_are_those_of_the_formula(stored):
    generator = random.Random(5)
    transcripts = [f"ENST{number:011d}" for number in range(60)]
    genes = [f"G{generator.randrange(20):02d}" for _ in transcripts]
    samples = []
    for _ in range(4):
        reads = [generator.choice((0, 0, generator.random() * 1000)) for _ in transcripts]
        effective = [generator.uniform(50, 3000) for _ in transcripts]
        rates = [count / size for count, size in zip(reads, effective, strict=True)]
        samples.append(
            [
                (name, 100 + number, size, rate / sum(rates) * 1e6, count)
                for number, (name, size, rate, count) in enumerate(
                    zip(transcripts, effective, rates, reads, strict=True)
                )
            ]
        )
    tx2gene = "".join(f"{name}\t{gene}\n" for name, gene in zip(transcripts, genes, strict=True))
    table = salmon.read(*stored(tx2gene, **{f"s{number}": rows for number, rows in enumerate(samples)}))
    names, expected = by_the_formula(samples, genes)
    order = [table.ids.index(name) for name in names]
    np.testing.assert_array_equal(table.values[order], np.rint(expected))


def test_the_order_of_the_transcripts_does_not_matter(stored):
    """S06: neither in the samples nor in the table of transcripts."""
    table = salmon.read(*stored(s1=ONE, s2=TWO))
    lines = TX2GENE.splitlines(keepends=True)
    other = salmon.read(*stored("".join(reversed(lines)), s1=ONE, s2=list(reversed(TWO))))
    np.testing.assert_array_equal(other.values, table.values)
    assert other.ids == table.ids
    packed = salmon.read(*stored(s1=gzip.compress(quant(ONE).encode()), s2=TWO))
    np.testing.assert_array_equal(packed.values, table.values)


@pytest.mark.parametrize(
    "tx2gene",
    [
        "transcript_id\tgene_id\n" + TX2GENE,
        "TXNAME\tGENEID\n" + TX2GENE,
        '"tx"\t"gene"\n' + TX2GENE,
        "".join(f"{line}\tSYMBOL\n" for line in TX2GENE.splitlines()),
        TX2GENE + TX2GENE,
        f"ENST00000009999\tENSG9\n{TX2GENE}",
        TX2GENE + "\n\n",
        TX2GENE.rstrip("\n"),
    ],
    ids=["header", "tximport", "quoted header", "three columns", "repeated", "others too", "empty end", "no line end"],
)
def test_tables_of_transcripts_in_other_clothes(stored, tx2gene):
    table = salmon.read(*stored(tx2gene, s1=ONE, s2=TWO))
    np.testing.assert_array_equal(table.values, [[333, 333], [267, 267], [0, 0]])


@pytest.mark.parametrize(
    ("tx2gene", "problem"),
    [
        (f"first\tsecond\n{TX2GENE}", ":1: 'first' is neither a known name of the column nor a transcript"),
        (f"{TX2GENE}{T1}\t{G2}\n", f":5: transcript: '{T1}' has the gene {G2} here and {G1} above"),
        (TX2GENE.replace(G2, ""), ":3: gene: is empty"),
        (TX2GENE.replace(T2, ""), ":2: transcript: is empty"),
        (TX2GENE.replace("\t", ","), "has a single column"),
        (TX2GENE.replace(f"{T3}\t", f"{T3} "), ":3: 'ENST00000000003 ENSG00000000002' has 1 field where 2"),
        (TX2GENE.replace("ENST", "ENSMUST"), "knows no gene for 100% of the reads of s1 (4 transcripts)"),
        ("<html></html>\n", "a server sent an error page"),
        ("", "is empty"),
    ],
)
def test_a_table_that_cannot_be_meant_is_refused(stored, tx2gene, problem):
    """M03, M04, M11, M12."""
    assert problem in message(stored(tx2gene, s1=ONE, s2=TWO))


def versions(rows, number):
    return [(f"{row[0]}.{number}", *row[1:]) for row in rows]


def test_versions_are_dropped_only_where_needed_and_counted(stored):
    """M12."""
    table = salmon.read(*stored(s1=versions(ONE, 4), s2=versions(TWO, 4)))
    np.testing.assert_array_equal(table.values[:2], [[333, 333], [267, 267]])
    assert table.steps[0] == {"step": "find the genes of transcripts", "as written": 0, "without version": 4}
    both = TX2GENE.replace("\t", ".9\t").replace(f"{T3}.9", f"{T3}.4")
    table = salmon.read(*stored(both, s1=versions(ONE, 4), s2=versions(TWO, 4)))
    assert table.steps[0] == {"step": "find the genes of transcripts", "as written": 1, "without version": 3}
    only_table = salmon.read(*stored(TX2GENE.replace("\t", ".9\t"), s1=ONE, s2=TWO))
    assert only_table.steps[0]["without version"] == 4


def test_two_versions_of_two_genes_are_no_gene(stored):
    tx2gene = TX2GENE.replace(f"{T4}\t{G3}", f"{T4}.1\t{G3}\n{T4}.2\t{G2}")
    table = salmon.read(*stored(tx2gene, s1=ONE, s2=TWO))
    assert table.steps[0]["with versions of several genes"] == 1
    assert table.steps[1]["transcripts"] == 1
    assert table.ids == [G1, G2]


def test_the_end_of_other_ids_is_no_version(stored):
    """StringTie's MSTRG.1.2 is the second transcript of its first gene."""
    names = {T1: "MSTRG.1.1", T2: "MSTRG.1.2", T3: "MSTRG.2.1", T4: "MSTRG.3.1"}
    rows = [(names[row[0]], *row[1:]) for row in ONE]
    tx2gene = "tx\tgene\nMSTRG.1.1\tMSTRG.1\nMSTRG.2.1\tMSTRG.2\nMSTRG.3.1\tMSTRG.3\n"
    assert salmon.read(*stored(tx2gene, s1=rows)).steps[0] == {"step": "find the genes of transcripts", "as written": 3}


def test_the_names_of_gencode_are_read_to_their_first_bar(stored):
    rows = [(f"{row[0]}.2|ENSG1.3|OTT|-|GENE-201|GENE|1000|", *row[1:]) for row in ONE]
    table = salmon.read(*stored(TX2GENE.replace("\t", ".2\t"), s1=rows))
    assert table.steps[0] == {"step": "find the genes of transcripts", "as written": 0, "before the first bar": 4}
    assert salmon.read(*stored(s1=rows)).steps[0]["without version"] == 4


def reads_on(shares):
    return [
        (name, length, effective, 1e6 * share, 1000 * share)
        for (name, length, effective, _, _), share in zip(ONE, shares, strict=True)
    ]


@pytest.mark.parametrize(("share", "warned"), [(0, False), (0.05, False), (0.0625, True), (0.5, True)])
def test_the_reads_without_a_gene_are_told(stored, share, warned):
    rows = reads_on((0.25, 0.25, 0.5 - share, share))
    table = salmon.read(*stored(TX2GENE.replace(f"{T4}\t{G3}\n", ""), s1=rows))
    step = table.steps[1]
    assert (step["step"], step["transcripts"]) == ("drop transcripts without a gene", 1)
    assert step["share of reads"] == {"s1": pytest.approx(share)}
    assert ("warning" in step) is warned
    assert table.values.sum() == pytest.approx(1000 * (1 - share), abs=2)


def test_most_reads_without_a_gene_are_refused(stored):
    """M12: a table of another annotation."""
    arguments = stored(f"{T1}\t{G1}\n", s1=reads_on((0.9, 0.1, 0, 0)), s2=reads_on((0.4, 0.3, 0.2, 0.1)))
    assert "knows no gene for 60% of the reads of s2 (3 transcripts)" in message(arguments)


@pytest.mark.parametrize(
    ("second", "problem"),
    [
        (without(ONE, 3), f"s2/quant.sf: Name: '{T4}' is not in it, but in"),
        ([*ONE, ("ENST9", 100, 50, 0, 0)], "'ENST9' is in it, but not in"),
        ([(row[0], row[1] + (row[0] == T3), *row[2:]) for row in ONE], f"Length: '{T3}' is 601 bases long here"),
        ([*ONE, ONE[1]], f"s2/quant.sf:6: Name: '{T2}' stands twice: in line 3 too"),
        (without(ONE, 0), "'500,000' is the sum of the transcripts per million, not a million"),
        ([(*row[:3], 0, 0) for row in ONE], "has no reads on any transcript"),
        (quant(ONE, "Name\tLength\tTPM\tNumReads\n"), "is not the header of quant.sf"),
        (quant(ONE, "# salmon\n" + HEADER), "is not the header of quant.sf"),
        (HEADER, "has no line of a transcript"),
        (quant(ONE).replace("\t400\n", "\n", 1), "s2/quant.sf:2"),
        (quant(ONE).rstrip("\n"), "ends in the middle of a line"),
        (quant(ONE).replace(T1, ""), "s2/quant.sf:2: Name: is empty"),
        (quant(ONE).replace("\t800\t", "\t0\t"), "s2/quant.sf:2: EffectiveLength: '0' is no length"),
        (gzip.compress(quant(ONE).encode())[:-5], "is cut off"),
        ("<html></html>\n", "a server sent an error page"),
        (b"\x89HDF\r\n", "is an HDF5 file"),
    ],
)  # fmt: skip
def test_samples_that_do_not_fit_together_are_refused(stored, second, problem):
    """M02, M03, M04, M11."""
    assert problem in message(stored(s1=ONE, s2=second))


@pytest.mark.parametrize("value", ["NaN", "-nan", "inf", "", "NA", "1,5", "0x1", "1e400", "-1", " 4", "1_0"])
@pytest.mark.parametrize("column", [1, 2, 3, 4])
def test_every_number_is_a_finite_one(stored, value, column):
    """M06, M07."""
    rows = [list(row) for row in ONE]
    rows[2][column] = value
    shown = f" '{value}'" if value else ""
    assert f"s1/quant.sf:4: {salmon.HEADER[column]}:{shown} is" in message(stored(s1=rows))


def test_all_faults_are_told_at_once(stored):
    rows = [(row[0], "x", *row[2:]) for row in ONE]
    assert len(message(stored(s1=rows, s2=HEADER)).split("\n")) == 5
    assert "Name at least one file" in message(({}, "tx2gene.tsv"))
