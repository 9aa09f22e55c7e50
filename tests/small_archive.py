"""A mirror of the archives, <host>/<path>, with a small made-up file for each configured study in its documented form.

Some 300 real genes, numbers from a seed, and in each treated group a few genes that change by a known amount.
"""

import gzip
import json
import zlib
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

import numpy as np
import yaml
from checkout import ROOT

from secretome.designs.forms import weights_of

FTP = "ftp.ncbi.nlm.nih.gov/geo"
RECOUNT3 = "duffel.rail.bio/recount3/human/data_sources/sra"
BUNDLED = ("airway_dexamethasone", "lncap_androgen", "straussman_hgf", "wilson_ligands")
HOURS = {"control": "control", "treat1": "vemurafenib for 6h", "treat2": "vemurafenib for 48h"}
OTHERS = 280  # genes that do not change

# Group of the study file → gene → its log2 change from the control.
ERK_DOWN = {"DUSP6": -3.0, "SPRY4": -3.0, "FOSL1": -2.0}
P53_UP = {"CDKN1A": 3.0, "MDM2": 3.0, "GDF15": 3.0}
FOXO_UP = {"IRS2": 2.0, "ERBB3": 2.0, "PIK3IP1": 2.5}
ERK_UP = {"DUSP6": 2.5, "FOSL1": 2.0, "SPRY4": 2.0}
PLANTED: dict[str, dict[str, dict[str, float]]] = {
    "a375_vemurafenib": {"vemurafenib": ERK_DOWN},
    "bt474_resistant_clones": {"resistant": {"IL6": 4.0, "ERBB2": -1.5}},
    "melanoma_tis": {
        "vemurafenib_6h": {**ERK_DOWN, "MKI67": -0.5, "CCNB1": -0.5},
        "vemurafenib_48h": {**ERK_DOWN, "MKI67": -3.0, "CCNB1": -3.0},
    },
    "hct116_nutlin": {"nutlin": P53_UP},
    "t47d_alpelisib": {"CTRL_alpelisib": FOXO_UP, "NF1KO_alpelisib": FOXO_UP},
    "hcc1143_kinase_panel": {"PF-04691502": {**FOXO_UP, "CXCL8": 3.0}, "Trametinib": ERK_DOWN},
    "bt474_trastuzumab": {
        "parental_trastuzumab": {**FOXO_UP, "CCND1": -2.0},
        "resistant_TR1": {"IL6": 4.0},
        "resistant_TR2": {"IL6": 2.5},
    },
    "bt474_resistant_ligands": {
        f"{cells}_{ligand}_24h": ERK_UP for cells in ("sensitive", "resistant") for ligand in ("EGF", "heregulin")
    }
    | {"resistant_baseline": {"IL6": 3.0}},
    "mcf10a_ligands": {
        "HGF_24": ERK_UP,
        "OSM_24": {"SOCS3": 5.5},
        "IFNG_24": {"STAT1": 4.5, "CXCL10": 8.0},
        "BMP2_24": {"ID1": 3.0},
        "TGFB_24": {"SERPINE1": 4.0},
    },
    "melanoma_encorafenib": {
        "V600E_LGX": ERK_DOWN,
        "Week_1": {"FOSL1": 2.0, "CXCL8": 2.0, "IL6": 4.0},
        **{
            f"Week_{week}": {"IL6": 4.0}
            for week in (
                *("2_Intermittent_Drugoff", "2_continuous", "3_Intermittent_Drugon", "3_continuous"),
                *("4_Intermittent_Drugoff", "4_continuous"),
            )
        },
    },
}


def write_archive(folder: Path, labels: Mapping[str, str] | None = None, drugs: Sequence[str] = ()) -> Path:
    """Write the files of all configured studies that are not bundled; the base of the mirror.

    Args:
        folder: the base.
        labels: what `drug treatment` of SRP051765 is for its control, treat1 and treat2; with hours where not given.
        drugs: of the panel of HCC1143; its four made-up ones where not given.
    """
    _write_a375(folder)
    _write_clones(folder)
    _write_melanoma(folder, labels or HOURS)
    _write_hct116(folder)
    _write_t47d(folder)
    _write_panel(folder, drugs or ("PF-04691502", "Trametinib", "Alpelisib", "GSK690693"))
    _write_trastuzumab(folder)
    _write_ligands(folder)
    _write_medians(folder)
    _write_encorafenib(folder)
    return folder


def configured(key: str) -> dict:
    """A configured study file, without the hash that only the real file has."""
    study = yaml.safe_load((ROOT / f"config/studies/{key}.yaml").read_text())
    study["source"].pop("sha256", None)
    return study


def write_study(folder: Path, key: str, study: Mapping) -> None:
    """Write a study file; JSON is YAML, and says of each text that it is one."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{key}.yaml").write_text(json.dumps(study, indent=1, ensure_ascii=False) + "\n")


def planted_change(key: str, contrast: Mapping) -> dict[str, float]:
    """Gene → the log2 change that a contrast should find: what is planted in its groups, by their weights."""
    of_groups = PLANTED[key]
    weights = {group: weight for group, weight in weights_of(contrast).items() if group in of_groups}
    found = {gene for group in weights for gene in of_groups[group]}
    changes = {gene: sum(w * of_groups[group].get(gene, 0) for group, w in weights.items()) for gene in found}
    return {gene: change for gene, change in sorted(changes.items()) if change}


@cache
def genes() -> dict[str, tuple[str, str]]:
    """Symbol → Entrez id and Ensembl gene: all planted genes and others, sorted by symbol."""
    planted = {gene for groups in PLANTED.values() for changes in groups.values() for gene in changes}
    lines = gzip.decompress((ROOT / "data/bundled/knowledge/genes.tsv.gz").read_bytes()).decode().splitlines()
    header = lines[0].split("\t")
    rows = [dict(zip(header, line.split("\t"), strict=True)) for line in lines[1:]]
    plain = [row for row in rows if row["gene_type"] == "protein-coding" and row["ensembl"].startswith("ENSG")]
    plain = [row for row in plain if "|" not in row["ensembl"]]
    others = [row for row in plain if row["symbol"] not in planted][::60][:OTHERS]
    chosen = [*(row for row in plain if row["symbol"] in planted), *others]
    return {row["symbol"]: (row["entrez"], row["ensembl"]) for row in sorted(chosen, key=lambda row: row["symbol"])}


def write(folder: Path, path: str, text: str) -> Path:
    """Write a gzip file at ``<host>/<path>``; the same text gives the same bytes."""
    target = folder / path
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(gzip.compress(text.encode(), mtime=0))
    return target


def log2_values(key: str, groups: Sequence[str], spread: float = 0.1) -> np.ndarray:
    """genes × samples: log2 levels between 5 and 11, with what is planted in each group and some noise."""
    rng = np.random.default_rng(zlib.crc32(key.encode()))
    symbols = list(genes())
    # One level for the planted genes, so that none of them falls below what can be measured.
    changing = {gene for changes in PLANTED[key].values() for gene in changes}
    base = np.where([gene in changing for gene in symbols], 9.0, rng.uniform(5, 11, len(symbols)))
    changes = [[PLANTED[key].get(group, {}).get(gene, 0.0) for group in groups] for gene in symbols]
    return base[:, None] + np.array(changes) + rng.normal(0, spread, (len(symbols), len(groups)))


def counts(key: str, groups: Sequence[str]) -> np.ndarray:
    """genes × samples: whole numbers of reads, Poisson about the levels of :func:`log2_values`."""
    rng = np.random.default_rng(zlib.crc32(key.encode()) + 1)
    return rng.poisson(2 ** log2_values(key, groups))


def table(header: Sequence[str], ids: Sequence[Sequence[str]], values: np.ndarray, mark: str = "\t") -> str:
    """A delimited text: the cells of ``ids`` before the numbers of each row."""
    rows = [
        mark.join([*names, *(f"{value:g}" for value in row)]) for names, row in zip(ids, values.tolist(), strict=True)
    ]
    return "\n".join([mark.join(header), *rows]) + "\n"


def _sheet(key: str) -> tuple[list[str], list[str]]:
    """The columns of a study with a written sheet and their groups, as the study file has them."""
    study = configured(key)
    lines = [line.split() for line in study["samples"]["rows"].splitlines()]
    names = lines[0]
    variable = next(iter(study["contrasts"].values()))["variable"]
    group = names.index(variable)
    identifier = names.index(study["samples"]["id"])
    return [line[identifier] for line in lines[1:]], [line[group] for line in lines[1:]]


# --- arrays of GEO


def series_matrix(accession: str, platform: str, samples: Sequence[str], probes: Sequence[str], values: np.ndarray):
    """A series matrix: what is stated of series and samples, then the table."""

    def of_samples(name: str, texts: Sequence[str]) -> str:
        return "\t".join([f"!Sample_{name}", *(f'"{text}"' for text in texts)])

    same = {
        "type": "RNA",
        "channel_count": "1",
        "organism_ch1": "Homo sapiens",
        "molecule_ch1": "total RNA",
        "taxid_ch1": "9606",
        "data_processing": "Signals were normalised by RMA (log2).",
        "platform_id": platform,
        "data_row_count": str(len(probes)),
    }
    lines = [
        '!Series_title\t"A made-up series"',
        f'!Series_geo_accession\t"{accession}"',
        '!Series_type\t"Expression profiling by array"',
        f'!Series_platform_id\t"{platform}"',
        '!Series_platform_taxid\t"9606"',
        '!Series_sample_taxid\t"9606"',
        "",
        of_samples("title", [f"array {number}" for number, _ in enumerate(samples, start=1)]),
        of_samples("geo_accession", samples),
        *(of_samples(name, [text] * len(samples)) for name, text in same.items()),
        "!series_matrix_table_begin",
        "\t".join(f'"{name}"' for name in ("ID_REF", *samples)),
        *(
            "\t".join([f'"{probe}"' if "_" in probe else probe, *(f"{value:.5g}" for value in row)])
            for probe, row in zip(probes, values.tolist(), strict=True)
        ),
        "!series_matrix_table_end",
    ]
    return "\n".join(lines) + "\n"


def annotation(platform: str, probes: Sequence[str], symbols: Sequence[str]) -> str:
    """GEO's annotation of a platform; a probe without a symbol is one without a gene."""
    lines = [
        "^Annotation",
        "!Annotation_date = Jan 01 2020",
        f"!Annotation_platform = {platform}",
        "!Annotation_platform_organism = Homo sapiens",
        "#ID = ID from Platform data table",
        "#Gene title = Entrez Gene name",
        "#Gene symbol = Entrez Gene symbol",
        "#Gene ID = Entrez Gene identifier",
        "!platform_table_begin",
        "ID\tGene title\tGene symbol\tGene ID",
        *(
            f"{probe}\tmade up\t{symbol}\t{genes()[symbol][0]}" if symbol else f"{probe}\t\t\t"
            for probe, symbol in zip(probes, symbols, strict=True)
        ),
        "!platform_table_end",
    ]
    return "\n".join(lines) + "\n"


def _write_array(folder: Path, key: str, probes: Sequence[str], shifts: Sequence[float]) -> None:
    """The series matrix of a study and the annotation of its platform; the last probes have no gene."""
    source = configured(key)["source"]
    accession, platform = source["accession"], source["platform"]
    samples, groups = _sheet(key)
    values = log2_values(key, groups) + np.array(shifts)
    without = np.random.default_rng(1).uniform(4, 12, (len(probes) - len(values), len(samples)))
    text = series_matrix(accession, platform, samples, probes, np.vstack([values, without]))
    write(folder, f"{FTP}/series/{accession[:-3]}nnn/{accession}/matrix/{accession}_series_matrix.txt.gz", text)
    symbols = [*genes(), *[""] * len(without)]
    stub = f"{platform[:-3]}nnn"
    write(folder, f"{FTP}/platforms/{stub}/{platform}/annot/{platform}.annot.gz", annotation(platform, probes, symbols))


def _write_a375(folder: Path) -> None:
    probes = [str(7_892_501 + number) for number in range(len(genes()) + 40)]
    batches = [0.0, 0.4, -0.4]  # larger than the noise
    _write_array(folder, "a375_vemurafenib", probes, batches * 2)


def _write_clones(folder: Path) -> None:
    probes = [f"{200_000 + number}_at" for number in range(len(genes()) + 40)]
    _write_array(folder, "bt474_resistant_clones", probes, [0.0] * 10)


# --- recount3


def _write_recount3(
    folder: Path, project: str, runs: Sequence[str], numbers: np.ndarray, attributes: Sequence[str]
) -> None:
    """The three files of a project: sums of coverage, their quality control, what the SRA says of the runs."""
    lengths = [200.0 + number % 3 for number, _ in enumerate(runs)]
    sums = np.rint(numbers * np.array(lengths)).astype(int)
    ids = [f"{ensembl}.{1 + number % 15}" for number, (_, ensembl) in enumerate(genes().values())]
    rows = [f"{one}\t" + "\t".join(map(str, row)) for one, row in zip(ids, sums.tolist(), strict=True)]
    par_y = "ENSG00000182378.13_PAR_Y\t" + "\t".join("0" for _ in runs)
    head = ["##annotation=G026", "##date.generated=2020-08-20", "\t".join(["gene_id", *runs])]
    part = f"{project[-2:]}/{project}"
    write(
        folder,
        f"{RECOUNT3}/gene_sums/{part}/sra.gene_sums.{project}.G026.gz",
        "\n".join([*head, *rows, par_y]) + "\n",
    )
    quality = ["rail_id\texternal_id\tstudy\tstar.average_input_read_length\tstar.average_mapped_length"]
    stated = ["rail_id\texternal_id\tstudy\tsample_acc\texperiment_acc\texperiment_title\tsample_attributes"]
    for number, (run, length, said) in enumerate(zip(runs, lengths, attributes, strict=True)):
        start = f"{100_000 + number}\t{run}\t{project}"
        quality.append(f"{start}\t202\t{length:g}")
        stated.append(f"{start}\tSRS{800_000 + number}\tSRX{800_000 + number}\tIllumina HiSeq\t{said}")
    for name, lines in (("recount_qc", quality), ("sra", stated)):
        write(folder, f"{RECOUNT3}/metadata/{part}/sra.{name}.{project}.MD.gz", "\n".join(lines) + "\n")


def _write_melanoma(folder: Path, labels: Mapping[str, str]) -> None:
    """The 41 runs of SRP051765, of which nine are A375 in vitro."""
    vitro, tumour = "cells in vitro", "xenograft tumours"
    arms = [
        *[("A375", vitro, "control")] * 3,
        *[("A375", vitro, "treat1")] * 3,
        *[("A375", vitro, "treat2")] * 3,
        *[("A375", tumour, "control")] * 4,
        *[("A375", tumour, "treat1")] * 4,
        *[(line, vitro, arm) for line in ("Colo800", "UACC62", "H3122") for arm in ("control", "treat1") for _ in "ab"],
        *[("A375R", tumour, "control")] * 6,
        *[("A375R", tumour, "treat1")] * 6,
    ]
    groups = {"treat1": "vemurafenib_6h", "treat2": "vemurafenib_48h"}
    runs = [f"SRR{1_744_413 + number}" for number in range(len(arms))]
    attributes = [
        f"cell line;;{line}|cell type;;melanoma cell line|drug treatment;;{labels[arm]}|origin;;{origin}"
        for line, origin, arm in arms
    ]
    numbers = counts("melanoma_tis", [groups.get(arm, "") for _, _, arm in arms])
    order = np.random.default_rng(3).permutation(len(runs))  # the archive sorts by an id of its own
    _write_recount3(folder, "SRP051765", [runs[i] for i in order], numbers[:, order], [attributes[i] for i in order])


def _write_hct116(folder: Path) -> None:
    """Sixteen runs of several lines, of which the study file names four."""
    groups = ["", "", "nutlin", "nutlin"] * 4
    lines = [line for line in ("HCT116", "MCF7", "SJSA", "HCT116 p53-/-") for _ in range(4)]
    attributes = [
        f"source_name;;{line}|treatment;;{group or 'DMSO'}" for line, group in zip(lines, groups, strict=True)
    ]
    runs = [f"SRR{4_098_430 + number}" for number in range(16)]
    _write_recount3(folder, "SRP083188", runs, counts("hct116_nutlin", groups), attributes)


# --- supplements of GEO, and what is put there by hand


def _supplement(folder: Path, key: str, text: str) -> None:
    source = configured(key)["source"]
    accession = source["accession"]
    write(folder, f"{FTP}/series/{accession[:-3]}nnn/{accession}/suppl/{source['file']}", text)


def _write_t47d(folder: Path) -> None:
    columns, groups = _sheet("t47d_alpelisib")
    ids = [(entrez, symbol, "a made-up, long name") for symbol, (entrez, _) in genes().items()]
    header = ["ENTREZID", "SYMBOL", "GENENAME", *columns]
    _supplement(folder, "t47d_alpelisib", table(header, ids, counts("t47d_alpelisib", groups)))


def _write_panel(folder: Path, drugs: Sequence[str]) -> None:
    """The first cell of the header is empty, names that repeat are replicates, the vehicle has two names."""
    names = [*["DMSO__24"] * 2, *["DMSO_0_24"] * 2, *[f"{drug}_1_24" for drug in drugs for _ in "ab"], "DMSO_0_6"]
    groups = [name.split("_")[0] for name in names]
    header = [f'"{name}"' for name in ("", *names)]
    ids = [(f'"{entrez}"',) for entrez, _ in genes().values()]
    _supplement(folder, "hcc1143_kinase_panel", table(header, ids, counts("hcc1143_kinase_panel", groups), ","))


def _write_trastuzumab(folder: Path) -> None:
    columns, groups = _sheet("bt474_trastuzumab")
    ids = [(f"{symbol}|{ensembl}.7",) for symbol, (_, ensembl) in genes().items()]
    _supplement(folder, "bt474_trastuzumab", table(["", *columns], ids, counts("bt474_trastuzumab", groups), ","))


def _write_ligands(folder: Path) -> None:
    """Half of the reads of IL6 stand in a second row, IL6_1."""
    columns, groups = _sheet("bt474_resistant_ligands")
    numbers, symbols = counts("bt474_resistant_ligands", groups), list(genes())
    second = numbers[symbols.index("IL6")] // 2
    numbers[symbols.index("IL6")] -= second
    ids = [(symbol,) for symbol in [*symbols, "IL6_1"]]
    _supplement(folder, "bt474_resistant_ligands", table(["Symbol", *columns], ids, np.vstack([numbers, second])))


def _by_hand(folder: Path, key: str, text: str) -> None:
    write(folder, f"by_hand/{key}/{configured(key)['source']['file']}", text)


def _write_medians(folder: Path) -> None:
    columns, _ = _sheet("mcf10a_ligands")
    ids = [(ensembl, symbol) for symbol, (_, ensembl) in genes().items()]
    values = np.maximum(log2_values("mcf10a_ligands", columns) - 5, 0).round(5)
    _by_hand(folder, "mcf10a_ligands", table(["ensembl_gene_id", "hgnc_symbol", *columns], ids, values))


def _write_encorafenib(folder: Path) -> None:
    columns, groups = _sheet("melanoma_encorafenib")
    ids = [(ensembl,) for _, ensembl in genes().values()]
    text = table(["gene_id", *columns], ids, counts("melanoma_encorafenib", groups))
    _by_hand(folder, "melanoma_encorafenib", text)
