"""draft: what an archive states → a study file that nobody runs before it was reviewed, and that holds then."""

import gzip
import re
import subprocess
from pathlib import Path

import pytest
from checkout import ROOT

from secretome import design, draft, strict_yaml, study_file
from secretome.downloads import http
from secretome.downloads.http import Patience, Refused
from secretome.downloads.study import Network
from secretome.draft_contrasts import MOST_CONTRASTS
from secretome.draft_sheet import columns_of, safe, values_of
from secretome.draft_text import comment, printable, scalar, sheet
from secretome.draft_words import is_reference, pairs
from secretome.faults import InputFaults, faults_end_the_run
from secretome.readers import geo, series_matrix
from secretome.sheets import read_rows

SHARED = ROOT.parent / "shared"
MIRROR = SHARED / "mirror"
FAMILY = SHARED / "data/ncbi_counts/GSE63966_family.soft.gz"
ARRAY = {"type": ["Expression profiling by array"], "platform_id": ["GPL570"], "title": ["A study"]}
SEQUENCED = {**ARRAY, "type": ["Expression profiling by high throughput sequencing"], "platform_id": ["GPL1"]}
HUMAN = {"organism_ch1": ["Homo sapiens"], "taxid_ch1": ["9606"], "channel_count": ["1"]}


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    """An empty project to work in."""
    (tmp_path / "config").mkdir()
    (tmp_path / "config/config.yaml").write_text("studies: bundled\n")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def offline(monkeypatch):
    """Archives that have nothing; what is asked of them."""
    asked = []

    def receive(url, part, terms):
        asked.append(url)
        raise Refused("answered 404 Not Found: is not there", absent=True)

    monkeypatch.setattr(http, "receive", receive)
    return asked


def shared(path: Path) -> Path:
    if not path.exists():
        pytest.skip(f"needs {path.relative_to(ROOT.parent)}, which this machine does not have")
    return path


def network(mirror: Path = MIRROR) -> Network:
    return Network(mirrors=[mirror.as_uri()], patience=Patience(tries=1, tries_unreachable=1, sleep=lambda wait: None))


def samples_of(*rows: dict, platform="GPL570", rna=False) -> dict:
    """Samples GSM1, GSM2 … with the characteristics of each row; `title` and what has an underscore is a field."""
    made = {}
    for number, row in enumerate(rows, start=1):
        name = f"GSM{number}"
        fields = {"title": [f"sample {name}"], "geo_accession": [name], "platform_id": [platform], **HUMAN}
        fields |= {"library_strategy": ["RNA-Seq"], "type": ["SRA"]} if rna else {"data_row_count": ["9"]}
        for key, value in row.items():
            fields[key if key in ("title", "relation") or "_" in key else f"characteristics: {key}"] = [value]
        made[name] = fields
    return made


def grid(**factors) -> list[dict]:
    """One row for each combination, the first factor slowest."""
    rows: list[dict] = [{}]
    for key, values in factors.items():
        rows = [{**row, key: value} for row in rows for value in values]
    return rows


def times(count: int, rows: list[dict]) -> list[dict]:
    return [row for row in rows for _ in range(count)]


def drafted(*rows: dict, series=ARRAY, **settings) -> str:
    return draft.of_geo("GSE1", samples_of(*rows, **settings), {"geo_accession": ["GSE1"], **series})


def loaded(text: str):
    path = Path("config/drafts/x.yaml")
    path.parent.mkdir(exist_ok=True)
    path.write_text(text)
    return path, strict_yaml.load(path)


def reviewed(text: str) -> dict:
    """The study of a draft as a person leaves it who takes every proposal; refused as long as anything is open."""
    path, document = loaded(text)
    _, faults = study_file.checked(path, document)
    fields = {fault.field for fault in faults}
    assert any("draft" in (*fault.field.split("."), fault.value) for fault in faults)
    assert any(field.endswith(".setting") for field in fields)
    text = re.sub(r"^draft: .*\n", "", text, flags=re.M).replace("model: TODO", "model: cells")
    path, document = loaded(text.replace("setting: TODO", "setting: acute"))
    study, faults = study_file.checked(path, document)
    assert faults == []
    return study


def contrasts_of(text: str) -> dict:
    """Key → (level, reference, block) of the contrasts that are proposed."""
    found = loaded(text)[1].data["contrasts"]
    return {key: (one["level"], one["reference"], one.get("block", [])) for key, one in found.items()}


def words(text: str) -> str:
    """The text on one line, without the marks of comments."""
    return " ".join(text.replace("#", " ").split())


def refused(*arguments, **settings) -> str:
    with pytest.raises(InputFaults) as caught:
        draft.main(*arguments, **settings)
    assert all(fault.fix for fault in caught.value.faults)
    return str(caught.value)


# --- real files


def test_an_array_is_drafted_from_the_mirror_and_holds_when_reviewed(offline):
    shared(MIRROR)
    draft.main("GSE42872", "", "", network())
    path = Path("config/drafts/gse42872.yaml")
    study = reviewed(path.read_text())
    assert study["technology"] == "microarray"
    assert study["source"]["platform"] == "GPL6244"
    assert study["title"].startswith("Expression data from BRAFV600E A375 melanoma cells")
    one = study["contrasts"]["vemurafenib_vs_control"]
    assert (one["level"], one["reference"], one["block"]) == ("Vemurafenib", "Control", [])
    assert study["citation"]["accession"] == "GSE42872"
    text = path.read_text()
    assert "# 3 and 3 samples." in text
    assert "    # block: [replicate]  # only if" in text
    assert "GSM1052616_TP_A3.C.B_HuGene-1_0-st-v1_.CEL.gz" in text
    assert "says 'paired' and no contrast here is paired" in words(text)
    # The run finds the file where it looks for it.
    files = study["remote_files"]
    assert (Path("data/downloads") / files["matrix"]["path"]).is_file()
    assert offline == []
    assert "/work" not in text
    path.unlink()
    draft.main("GSE42872", "", "", network())
    assert path.read_text() == text


def test_one_platform_of_several_is_drafted(offline):
    shared(MIRROR)
    draft.main("GSE14520", "GPL571", "", network())
    text = Path("config/drafts/gse14520.yaml").read_text()
    study = reviewed(text)
    assert study["source"]["several_platforms"] is True
    path = study["remote_files"]["matrix"]["path"]
    assert path.endswith("/GSE14520-GPL571_series_matrix.txt.gz")
    assert (Path("data/downloads") / path).is_file()
    assert list(contrasts_of(text).values()) == [("Liver_Tumor_Tissue", "Liver_Non-Tumor_Tissue", [])]
    assert "# 22 and 19 samples." in text
    assert "19 pairs are the same but for their last letter" in words(text)
    assert offline == []


def test_several_platforms_without_a_choice_are_told(offline):
    shared(MIRROR)
    assert "as in PLATFORM=GPL570" in refused("GSE14520", "", "", network())
    assert [url.rsplit("/", 1)[-1] for url in offline] == ["GSE14520_series_matrix.txt.gz"]


def test_a_platform_may_be_named_where_there_is_one(offline):
    shared(MIRROR)
    draft.main("GSE42872", "GPL6244", "", network())
    assert "several_platforms" not in Path("config/drafts/gse42872.yaml").read_text()
    Path("config/drafts/gse42872.yaml").unlink()
    assert "'GPL570' is the platform of no sample" in refused("GSE42872", "GPL570", "", network())
    assert [url.rsplit("-", 1)[-1] for url in offline] == [
        "GPL6244_series_matrix.txt.gz",
        "GPL570_series_matrix.txt.gz",
    ]


def test_another_species_is_refused(offline):
    shared(MIRROR)
    told = refused("GSE99709", "", "", network())
    assert "'Mus musculus' is the species of" in told
    assert not Path("config/drafts").exists()


def test_a_family_is_drafted_for_the_counts_of_ncbi():
    draft.main("GSE63966", "", str(shared(FAMILY)))
    text = Path("config/drafts/gse63966.yaml").read_text()
    study = reviewed(text)
    assert study["technology"] == "rnaseq_counts"
    assert study["source"]["kind"] == "ncbi_counts"
    assert "#   file: GSE63966_ProcessedDataMatrix_Final.txt.gz" in text
    assert "# source: {kind: recount3, project: SRP050954}" in text
    found = contrasts_of(text)
    assert len(found) == 5
    first, second = list(found.values())[:2]
    assert first == ("5_ug_cm2_of_crocidolite_asbestos_exposure_for_8", "no_exposure_for_8_hrs", ["cell_line"])
    assert second[0].startswith("LP9_5_ug")
    assert second[1] == "LP9_no_exposure_for_8_hrs"
    assert "# 8 and 8 samples." in text
    assert str(FAMILY.parent) not in text


def test_the_sheet_of_the_real_family_has_the_columns_of_ncbis_counts():
    draft.main("", "", str(shared(FAMILY)))
    counts = shared(FAMILY.with_name("GSE63966_raw_counts_GRCh38.p13_NCBI.tsv.gz"))
    with gzip.open(counts, "rt") as file:
        header = file.readline().split()[1:]
    study = reviewed(Path("config/drafts/gse63966.yaml").read_text())
    assert read_rows(study["samples"]["rows"], "sample", "x")["sample"] == header


# --- arguments, files and names


@pytest.mark.parametrize(
    "accession",
    [
        "",
        "GSE",
        "gse1",
        "GSE1;touch x",
        "GSE1\n",
        "GSE1234567890",
        "GSE１２",
        "../GSE1",
        "GSE1/../..",
        "$(id)",
        "-h",
        " GSE1",
    ],
)
def test_an_accession_of_another_form_is_refused_before_anything_else(accession, offline):
    """C11, C13."""
    assert "make draft: ACC" in refused(accession, "", "", network(Path("/nowhere")))
    assert refused(accession or "x", "", "not_there.txt").startswith("make draft: ACC")
    assert offline == []


@pytest.mark.parametrize("platform", ["GPL", "570", "GPL570;x", "GPL570\n", "GPL1/.."])
def test_a_platform_of_another_form_is_refused(platform, offline):
    assert "make draft: PLATFORM" in refused("GSE1", platform, "", network())
    assert offline == []


@pytest.mark.parametrize(
    "accession",
    [
        "GSE1;touch pwned",
        "$(shell touch pwned)",
        "`touch pwned`",
        '"; touch pwned; "',
        "'; touch pwned; '",
        "GSE1\ntouch pwned",
    ],
)
def test_make_executes_nothing_of_what_it_is_given(accession, folder):
    (folder / "Makefile").write_text((ROOT / "Makefile").read_text())
    (folder / "requirements.lock").touch()
    (folder / ".venv/bin").mkdir(parents=True)
    (folder / ".venv/bin/python").symlink_to(ROOT / ".venv/bin/python")
    (folder / ".venv/.ready").touch()
    (folder / "workflow").symlink_to(ROOT / "workflow")
    for name in ("ACC", "PLATFORM", "FILE"):
        given = [f"{name}={accession}"] if name == "ACC" else ["ACC=GSE1", f"{name}={accession}"]
        run = subprocess.run(["make", "draft", *given], cwd=folder, check=False, text=True, capture_output=True)
        assert run.returncode == 2
        assert "Traceback" not in run.stderr
        assert "1 fault in the input" in run.stderr
        assert not list(folder.rglob("pwned*"))


def test_faults_end_with_2_and_no_traceback(capsys):
    with pytest.raises(SystemExit) as end, faults_end_the_run():
        draft.main("x", "", "")
    assert end.value.code == 2
    assert "Traceback" not in capsys.readouterr().err


def test_a_draft_is_never_replaced(offline):
    path = Path("config/drafts/gse1.yaml")
    path.parent.mkdir()
    path.write_text("mine")
    assert "is there already" in refused("GSE1", "", "", network())
    assert path.read_text() == "mine"
    path.unlink()
    path.symlink_to("nowhere")
    assert "is there already" in refused("GSE1", "", "", network())
    assert offline == []


def written_series(path: str, accession="GSE1", samples=4, table=True, **lines) -> Path:
    names = [f"GSM{number}" for number in range(1, samples + 1)]
    agents = ["agent: DMSO" if number % 2 else "agent: drug" for number in range(samples)]
    fields = {
        "!Series_title": ["A study"],
        "!Series_geo_accession": [accession],
        "!Series_type": ["Expression profiling by array"],
        "!Sample_title": [f"t {name}" for name in names],
        "!Sample_geo_accession": names,
        "!Sample_organism_ch1": ["Homo sapiens"] * samples,
        "!Sample_characteristics_ch1": agents,
        "!Sample_platform_id": ["GPL570"] * samples,
        "!Sample_data_row_count": [str(int(table))] * samples,
        **{f"!{name}": values for name, values in lines.items()},
    }
    text = "".join("\t".join([name, *(f'"{value}"' for value in values)]) + "\n" for name, values in fields.items())
    text += "!series_matrix_table_begin\n" + "\t".join(['"ID_REF"', *(f'"{name}"' for name in names)]) + "\n"
    text += "\t".join(["1_at", *("7.1" for _ in names)]) + "\n" if table else ""
    Path(path).write_text(text + "!series_matrix_table_end\n")
    return Path(path)


def test_a_local_series_matrix_names_itself_and_must_be_the_one_asked_for():
    path = written_series("local.txt")
    assert "is not GSE2" in refused("GSE2", "", str(path))
    draft.main("", "", str(path))
    text = Path("config/drafts/gse1.yaml").read_text()
    assert contrasts_of(text) == {"drug_vs_dmso": ("drug", "DMSO", [])}
    reviewed(text)


def test_a_file_that_says_another_name_reaches_no_path():
    path = written_series("local.txt", accession="../../x")
    assert "is not one series" in refused("", "", str(path))


@pytest.mark.parametrize(
    ("name", "content", "problem"),
    [
        ("gone.txt", None, "does not exist"),
        ("page.txt", b"<html></html>", "HTML"),
        ("sheet.xlsx", b"PK\x03\x04rest", "zip archive"),
        ("empty.txt", b"", "empty"),
        ("words.txt", b"no table\nat all\n", "is no table"),
        ("head.tsv", b"gene\ta\tb\n", "is no table"),
        ("twice.tsv", b"gene\ta\ta\nx\t1\t2\n", "names several columns"),
        ("one.tsv", b"gene\ta\nx\t1\n", "1 samples that could be compared"),
    ],
)
def test_a_file_that_is_none_of_the_forms_is_refused(name, content, problem):
    """M04, S08, S09."""
    if content is not None:
        Path(name).write_bytes(content)
    assert problem in refused("", "", name)
    assert not Path("config/drafts").exists()


def test_a_table_is_drafted_by_its_columns_and_leaves_open_what_it_does_not_say():
    Path("counts.csv").write_text("gene,symbol,ctrl_1,ctrl_2,drug_1,drug_2\nENSG1,TP53,1,2,3,4\nENSG2,IL6,1,2,3,4\n")
    draft.main("", "", "counts.csv")
    text = Path("config/drafts/counts.yaml").read_text()
    data = loaded(text)[1].data
    assert data["organism"] == data["technology"] == data["title"] == "TODO"
    assert data["source"] == {
        "kind": "file",
        "matrix": "counts.csv",
        "format": "matrix",
        "separator": "comma",
        "columns": {"ignore": ["symbol"]},
    }
    assert contrasts_of(text) == {"drug_vs_ctrl": ("drug", "ctrl", [])}
    text = text.replace("technology: TODO", "technology: rnaseq_counts").replace(
        "organism: TODO", "organism: Homo sapiens"
    )
    assert reviewed(text)["samples"]["id"] == "sample"


def test_a_table_outside_of_the_working_folder_is_refused(tmp_path_factory):
    path = tmp_path_factory.mktemp("elsewhere") / "counts.tsv"
    path.write_text("gene\ta_1\ta_2\nx\t1\t2\n")
    assert "relative to the working folder" in refused("", "", str(path))


def test_runs_of_recount3_are_drafted_and_technical_runs_are_told():
    lines = ["external_id\tstudy\tsample_title\texperiment_acc\tlibrary_strategy\tstudy_title\tsample_attributes"]
    for number, agent in enumerate(("DMSO", "DMSO", "drug", "drug")):
        for run in (1, 2):
            lines.append(f"SRR{number}{run}\tSRP1\tx{number}\tSRX{number}\tRNA-Seq\tA title\tagent;;{agent}|line;;A375")
    Path("sra.sra.SRP1.MD.tsv").write_text("\n".join(lines) + "\n")
    draft.main("", "", "sra.sra.SRP1.MD.tsv")
    text = Path("config/drafts/srp1.yaml").read_text()
    assert reviewed(text)["source"]["project"] == "SRP1"
    assert "  # technical_runs_of: culture" in text
    assert "Of cultures there are 2 and 2 if rows of one" in words(text)
    study = reviewed(text.replace("  # technical_runs_of", "  technical_runs_of"))
    assert study["samples"]["technical_runs_of"] == "culture"


# --- what no study can be made of


@pytest.mark.parametrize(
    ("series", "sample", "problem"),
    [
        ({"relation": ["SuperSeries of: GSE2", "SuperSeries of: GSE3"]}, {}, "is a superseries"),
        ({}, {"channel_count": ["2"]}, "two-colour"),
        ({}, {"organism_ch1": ["Mus musculus"], "taxid_ch1": ["10090"]}, "'Mus musculus' is the species of"),
        ({"type": ["Methylation profiling by array"]}, {}, "is not expression by array"),
        ({"type": ["Expression profiling by RT-PCR"]}, {}, "is not expression by array"),
        ({}, {"data_row_count": ["0"]}, "has no rows"),
        ({}, {"library_strategy": ["ChIP-Seq"]}, "'ChIP-Seq' is not RNA-Seq"),
        ({}, {"library_strategy": ["RNA-Seq"], "library_source": ["transcriptomic single cell"]}, "single cells"),
    ],
)
def test_what_cannot_be_used_is_refused_with_the_reason(series, sample, problem):
    """M01, M12, M16."""
    samples = {
        name: {**fields, **sample} for name, fields in samples_of(*times(2, grid(agent=["DMSO", "drug"]))).items()
    }
    with pytest.raises(InputFaults, match=problem) as caught:
        draft.of_geo("GSE1", samples, {**ARRAY, **series})
    assert all(fault.fix for fault in caught.value.faults)


def test_several_arrays_are_refused_and_several_sequencers_are_a_column():
    rows = times(2, grid(agent=["DMSO", "drug"], platform_id=["GPL1", "GPL2"]))
    with pytest.raises(InputFaults, match="as in PLATFORM=GPL570"):
        drafted(*rows)
    text = drafted(*rows, series=SEQUENCED, rna=True)
    assert contrasts_of(text) == {"drug_vs_dmso": ("drug", "DMSO", ["platform"])}
    assert "GSM3" not in draft.of_geo("GSE1", samples_of(*rows), ARRAY, platform="GPL1")
    with pytest.raises(InputFaults, match="is the platform of no sample"):
        draft.of_geo("GSE1", samples_of(*rows), ARRAY, platform="GPL3")


def test_samples_of_other_methods_are_left_out_and_named():
    rows = [*times(2, grid(agent=["DMSO", "drug"])), {"agent": "DMSO", "library_strategy": "ATAC-seq"}]
    text = drafted(*rows, series=SEQUENCED, rna=True)
    assert "Left out, since they are ATAC-seq and not RNA-Seq: GSM5." in text
    assert "GSM5" not in reviewed(text)["samples"]["rows"]


@pytest.mark.parametrize("count", [0, 1, draft.MOST_SAMPLES + 1])
def test_too_few_and_too_many_samples_are_refused(count):
    """S09."""
    samples = samples_of(*({"agent": "DMSO"} for _ in range(count)))
    with pytest.raises(InputFaults, match="samples that could be compared"):
        draft.of_geo("GSE1", samples, ARRAY)


# --- texts from outside

NASTY = [
    "a: b",
    "# no comment",
    'it\'s "quoted"',
    "{{7*7}}",
    "{a: [b",
    "- x",
    "!!python/object/apply:os.system ['touch x']",
    "*alias",
    "&anchor",
    "line\nsecond: line",
    "tab\tand\x00nul\x1b[31m",
    "\u202eright to left\u2028line\ufeff",
    "no",
    "1e3",
    "2024-05-01",
    "~",
    "|",
    "<script>alert(1)</script>",
    "draft: false",
    "µM αβ 汉字 🧪",
    "%TAG",
    "x" * 5000,
    "---",
    "...",
    "'",
    "\\",
    "@`",
    "? key",
    "=1+1",
]


@pytest.mark.parametrize("text", NASTY)
def test_a_value_is_read_as_the_text_that_it_is(text):
    path = Path("value.yaml")
    path.write_text(f"key: {scalar(text)}\nlist: [{scalar('a_b')}]\n")
    assert strict_yaml.load(path).data == {"key": printable(text), "list": ["a_b"]}
    assert all(line.startswith("  # ") and line.isprintable() for line in comment(text, 2))


@pytest.mark.parametrize("text", NASTY)
def test_no_text_of_an_archive_gets_out_of_its_place(text):
    """C13, S04: in every field, cleaned as the readers do, and raw."""
    for nasty in {geo.clean(text), text} - {""}:
        rows = [
            {"agent": agent, nasty: f"{nasty}{number % 2}", "title": f"{nasty} {number}", "source_name_ch1": nasty}
            for number, agent in enumerate(["DMSO", nasty] * 2)
        ]
        samples = samples_of(*rows)
        series = {**ARRAY, "title": [nasty], "overall_design": [nasty], "pubmed_id": [nasty], "summary": [nasty]}
        series |= {
            "supplementary_file": [nasty, f"ftp://x/GSE1/suppl/{nasty}"],
            "relation": [nasty, f"SRA: ?term={nasty}"],
        }
        text_of_file = draft.of_geo("GSE1", samples, series)
        data = loaded(text_of_file)[1].data
        assert set(data) == {
            "draft", "title", "organism", "model", "technology", "compartment", "source", "samples", "contrasts",
            "citation",
        }  # fmt: skip
        assert data["draft"] is True
        assert set(data["source"]) == {"kind", "accession", "platform"}
        assert all(line == line.rstrip() for line in text_of_file.split("\n"))
        rna = {name: {**fields, "library_strategy": ["RNA-Seq"]} for name, fields in samples.items()}
        assert loaded(draft.of_geo("GSE1", rna, series))[1].data["source"] == {
            "kind": "ncbi_counts",
            "accession": "GSE1",
        }
        platform = {name: {**fields, "platform_id": [nasty]} for name, fields in samples.items()}
        assert loaded(draft.of_geo("GSE1", platform, series))[1].data["source"]["platform"] == "TODO"


def test_the_longest_title_is_cut():
    assert (
        len(
            reviewed(drafted(*times(2, grid(agent=["DMSO", "drug"])), series={**ARRAY, "title": ["t " * 400]}))["title"]
        )
        == 300
    )


def test_values_have_no_blanks_and_two_never_become_one():
    assert safe(" 10 μM Vemurafenib (PLX-4032) ") == "10_uM_Vemurafenib_PLX-4032"
    assert safe("TNFα") == "TNFalpha"
    assert values_of(["a b", "a_b", "a b", "", "NA", "#", "+", "-"]) == [
        "a_b",
        "a_b_2",
        "a_b",
        "NA",
        "NA",
        "value",
        "+",
        "-",
    ]
    long = ["x" * 60 + "1", "x" * 60 + "2"]
    assert len(set(values_of(long))) == 2


def test_columns_get_safe_names_of_their_own():
    rows = times(
        2, grid(**{"Cell Line ": ["a", "b"], "cell-line": ["c", "d"], "reason": ["e", "f"], "1st": ["g", "h"]})
    )
    columns, _ = columns_of(samples_of(*rows))
    assert [column.name for column in columns] == ["cell_line", "cell_line_2", "reason_2", "field_1st"]
    rows = times(2, grid(no=["a", "b"], агент=["c", "d"]))
    text = drafted(*rows)
    assert loaded(text)[1].data["draft"] is True
    assert [column.name for column in columns_of(samples_of(*rows))[0]] == ["no", "characteristics"]


def test_a_large_sheet_becomes_rules_that_hold():
    rows = times(200, grid(agent=["DMSO", "drug"], line=["A375 of the skin", "Colo800 of the skin"]))
    text = drafted(*rows)
    study = reviewed(text)
    assert study["samples"]["from"] == "archive"
    assert study["samples"]["columns"]["agent"]["values"]["GSM1"] == "DMSO"
    assert study["remote_files"]["matrix"]["path"].endswith("_series_matrix.txt.gz")
    assert "#   and 500 more" in text


def test_ids_that_hold_blanks_become_rules():
    lines = sheet({"sample": ["a 1", "b 1"], "no": ["x", "y"]}, "sample")
    Path("s.yaml").write_text("\n".join(lines) + "\n")
    assert strict_yaml.load("s.yaml").data["samples"]["columns"]["no"]["values"] == {"a 1": "x", "b 1": "y"}


def test_the_same_input_gives_the_same_bytes():
    rows = times(2, grid(agent=["DMSO", "drug a", "drug b"], line=["A", "B"], batch=["1", "2"]))
    assert drafted(*rows) == drafted(*rows)


# --- words


@pytest.mark.parametrize(
    "text",
    ["DMSO", "vehicle (0.1% DMSO)", "A375 control rep", "siCtrl", "untreated", "no treatment", "non-treated", "mock",
     "MCF7 parental", "wild-type", "0 h", "0", "Day 0", "0 uM", "Liver Non-Tumor Tissue", "CTR_Veh"],
)  # fmt: skip
def test_words_of_a_reference(text):
    assert is_reference(text)


@pytest.mark.parametrize(
    "text",
    [
        "vemurafenib",
        "10 uM drug in 0.1% DMSO",
        "controlled release",
        "10 h",
        "contralateral",
        "IL6",
        "resistant",
        "nta",
    ],
)
def test_words_of_none(text):
    assert not is_reference(text)


@pytest.mark.parametrize(
    ("levels", "expected"),
    [
        (["DMSO", "drug"], {("drug", "DMSO")}),
        (["untreated", "treated"], {("treated", "untreated")}),
        (["control", "A"], {("A", "control")}),
        (["DMSO", "DMSO 6 h"], set()),
        (["drug", "DMSO", "untreated"], {("drug", "DMSO")}),
        (
            ["control 6h", "control 24h", "drug 6h", "drug 24h"],
            {("drug 6h", "control 6h"), ("drug 24h", "control 24h")},
        ),
        (["0h control", "24h drug"], {("24h drug", "0h control")}),
        (["MCF7 control", "T47D control", "T47D drug"], {("T47D drug", "T47D control")}),
        (["DMSO", "IL6 + DMSO"], {("IL6 + DMSO", "DMSO")}),
        (["0 uM", "1 uM", "10 uM"], {("1 uM", "0 uM"), ("10 uM", "0 uM")}),
        (["sensitive", "resistant"], {("resistant", "sensitive")}),
        (
            ["CTR_Veh", "CTR_BYL", "NF1_Veh", "NF1_BYL"],
            {("CTR_BYL", "CTR_Veh"), ("NF1_Veh", "CTR_Veh"), ("NF1_BYL", "NF1_Veh"), ("NF1_BYL", "CTR_BYL")},
        ),
        (["tumour", "lung"], set()),
    ],
)
def test_each_group_finds_its_reference(levels, expected):
    assert {(pair.level, pair.reference) for pair in pairs(levels)} == expected


def test_what_is_not_clear_about_a_reference_is_told():
    assert "another could serve: untreated" in pairs(["drug", "DMSO", "untreated"])[0].doubt
    assert "numbers in the two names differ" in pairs(["0h control", "24h drug"])[0].doubt


# --- contrasts


def test_a_treatment_is_compared_with_its_vehicle_and_blocked_by_the_donor():
    text = drafted(*grid(donor=["1", "2", "3"], treatment=["DMSO", "drug"]))
    assert contrasts_of(text) == {"drug_vs_dmso": ("drug", "DMSO", ["donor"])}
    assert "Paired by donor" in words(text)
    study = reviewed(text)
    assert study["samples"]["subject"] == "donor"
    assert "donor_1" in study["samples"]["rows"]


def test_a_batch_that_changes_with_the_treatment_is_a_warning_and_no_proposal():
    """D01."""
    rows = times(3, [{"treatment": "DMSO", "batch": "may"}, {"treatment": "drug", "batch": "june"}])
    text = drafted(*rows)
    assert list(contrasts_of(text)) == ["to_be_written"]
    assert "NOT PROPOSED: batch changes with the groups (may against june)" in words(text)


def test_a_date_that_changes_with_one_of_the_treatments_costs_that_one():
    rows = times(2, [
        {"treatment": "DMSO", "date": "may"}, {"treatment": "DMSO", "date": "june"}, {"treatment": "a", "date": "may"},
        {"treatment": "a", "date": "june"}, {"treatment": "b", "date": "july"},
    ])  # fmt: skip
    text = drafted(*rows)
    assert contrasts_of(text) == {"a_vs_dmso": ("a", "DMSO", [])}
    assert "date cannot be a block beside the groups" in words(text)
    assert "NOT PROPOSED: date changes with the groups" in words(text)
    assert "  # b_vs_dmso:\n" in text


def test_a_group_of_one_sample_is_shown_as_descriptive_only():
    """D04."""
    text = drafted({"agent": "DMSO"}, {"agent": "DMSO"}, {"agent": "drug"})
    assert list(contrasts_of(text)) == ["to_be_written"]
    assert "  #   descriptive: true  # a group of one sample" in text
    begin = text.index("  # drug_vs_dmso:")
    opened = text[:begin].replace(text[text.index("  to_be_written:") : begin], "")
    opened += text[begin:].replace("  #   #", "    #").replace("  #   ", "    ").replace("  # drug_vs", "  drug_vs")
    assert reviewed(opened)["contrasts"]["drug_vs_dmso"]["descriptive"] is True


def test_where_nothing_looks_like_a_treatment_a_person_writes_the_contrast():
    text = drafted(*times(2, grid(tissue=["lung", "liver"])))
    assert contrasts_of(text) == {"to_be_written": ("TODO", "TODO", [])}
    assert "No column looks like a treatment" in text
    for old, new in (
        ("variable: TODO", "variable: tissue"),
        ("level: TODO", "level: lung"),
        ("reference: TODO", "reference: liver"),
    ):
        text = text.replace(old, new)
    reviewed(text)


def test_samples_that_no_field_tells_apart_still_make_a_file():
    assert contrasts_of(drafted({}, {}, {})) == {"to_be_written": ("TODO", "TODO", [])}


def test_other_factors_are_kept_apart_and_lines_also_averaged():
    text = drafted(*times(2, grid(**{"cell line": ["A", "B"], "agent": ["DMSO", "drug"]})))
    assert list(contrasts_of(text).values()) == [
        ("drug", "DMSO", ["cell_line"]), ("A_drug", "A_DMSO", []), ("B_drug", "B_DMSO", [])
    ]  # fmt: skip
    reviewed(text)


def test_a_genotype_is_compared_under_the_vehicle_only():
    text = drafted(*times(2, grid(genotype=["WT", "KO"], agent=["DMSO", "drug"])))
    assert list(contrasts_of(text).values()) == [
        ("WT_drug", "WT_DMSO", []), ("KO_drug", "KO_DMSO", []), ("KO_DMSO", "WT_DMSO", [])
    ]  # fmt: skip
    assert "elsewhere it was left out" in words(text)


def test_a_control_at_another_time_is_not_proposed():
    rows = times(
        2, [{"agent": "none", "time": "0h"}, {"agent": "drug", "time": "6h"}, {"agent": "drug", "time": "24h"}]
    )
    text = drafted(*rows)
    assert list(contrasts_of(text)) == ["to_be_written"]
    assert text.count("NOT PROPOSED: the groups differ in time too") == 2


def test_doses_of_a_drug_are_compared_with_the_vehicle_that_has_none():
    rows = times(2, [{"agent": "DMSO"}, {"agent": "drug", "dose": "1 uM"}, {"agent": "drug", "dose": "10 uM"}])
    text = drafted(*rows)
    assert list(contrasts_of(text).values()) == [("1_uM_drug", "DMSO", []), ("10_uM_drug", "DMSO", [])]
    reviewed(text)


def test_no_more_than_twelve_are_proposed_and_the_others_named():
    text = drafted(*times(2, [{"agent": "DMSO"}, *({"agent": f"drug{letter}"} for letter in "abcdefghijklmnop")]))
    assert len(contrasts_of(text)) == MOST_CONTRASTS
    assert re.search(r"Left out, since 12 are as many as can be reviewed: drugm_vs_dmso, drugn_vs_dmso", text)
    reviewed(text)


def test_titles_with_runs_are_technical_runs_until_a_person_decides():
    titles = [f"{agent} run {run}" for agent in ("DMSO", "drug") for run in (1, 2)]
    text = drafted(*({"title": title, "agent": title.split()[0]} for title in titles))
    assert "  # technical_runs_of: culture" in text
    assert list(contrasts_of(text)) == ["to_be_written"]
    assert "1 and 1 if rows of one culture are technical runs" in words(text)


def test_one_biosample_of_several_samples_is_told():
    rows = [
        {"agent": agent, "relation": f"BioSample: https://x/SAMN{n}"}
        for agent, n in zip(["DMSO", "drug"] * 4, [1, 2, 3, 4] * 2, strict=True)
    ]
    assert "Several rows have the same culture (the BioSample)" in drafted(*rows)


@pytest.mark.parametrize(
    ("titles", "stems"),
    [
        (["a ctrl rep1", "a ctrl rep2", "a drug rep1", "a drug rep2"], ["ctrl", "drug"]),
        (["LP-C1", "LP-C2", "LP-A1", "LP-A2"], ["LP-C", "LP-A"]),
        (["ctrl, biological replicate 1", "ctrl, biological replicate 2", "IL6 1", "IL6 2"], ["ctrl", "IL6"]),
        (["V_LGX_rep3", "V_LGX_rep_1", "V_rep_1", "V_rep_2"], ["V_LGX", "V"]),
        (["day 1", "day 2", "day 3"], []),
        (["clone 1", "clone 2", "clone 3"], []),
        (["IL2", "IL6", "IL10"], []),
    ],
)
def test_a_number_at_the_end_of_titles_is_a_replicate_where_it_counts_them(titles, stems):
    columns, _ = columns_of(samples_of(*({"title": title} for title in titles)))
    found = [column for column in columns if column.name == "title_group"]
    assert list(dict.fromkeys(found[0].values if found else [])) == stems


def test_a_value_that_is_not_given_is_told_and_bars_the_column():
    """M17, D07."""
    rows = times(2, grid(agent=["DMSO", "drug"], donor=["d1", "d2"]))
    rows[0] = {"agent": "DMSO"}
    text = drafted(*rows)
    assert contrasts_of(text) == {"drug_vs_dmso": ("drug", "DMSO", [])}
    assert "donor is not given for all of them" in words(text)


def test_what_is_proposed_can_be_estimated():
    """Each proposal, with its blocks, is a design."""
    rows = times(2, grid(agent=["DMSO", "a", "b"], genotype=["WT", "KO"], batch=["x", "y"]))
    study = reviewed(drafted(*rows))
    samples = read_rows(study["samples"]["rows"], "sample", "x")
    for contrast in study["contrasts"].values():
        built = design.build(samples, "sample", contrast)
        assert built.matrix.shape[0] > built.matrix.shape[1]
    assert len(study["contrasts"]) == 5
    assert all(contrast["block"] == ["batch"] for contrast in study["contrasts"].values())


def test_a_real_series_drafted_twice_from_a_file_and_an_archive_differs_in_nothing(offline):
    path = shared(MIRROR / "ftp.ncbi.nlm.nih.gov/geo/series/GSE42nnn/GSE42872/matrix/GSE42872_series_matrix.txt.gz")
    samples, series = series_matrix.read_fields(path)
    draft.main("GSE42872", "", "", network())
    assert Path("config/drafts/gse42872.yaml").read_text() == draft.of_geo("GSE42872", samples, series)
