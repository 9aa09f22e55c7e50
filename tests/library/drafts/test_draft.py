"""draft: what an archive states → a study file that nobody runs before it was reviewed, and that holds then."""

import gzip
import subprocess
from pathlib import Path

import pytest
from checkout import ROOT
from drafting import (
    ARRAY,
    SEQUENCED,
    contrasts_of,
    drafted,
    grid,
    loaded,
    reviewed,
    samples_of,
    times,
    words,
)
from drafting import (
    folder as folder,
)

from secretome.downloads import http
from secretome.downloads.http import Patience, Refused
from secretome.downloads.study import Network
from secretome.drafts import draft
from secretome.faults import InputFaults, faults_end_the_run
from secretome.readers import series_matrix
from secretome.sheets import read_rows

SHARED = ROOT.parent / "shared"


MIRROR = SHARED / "mirror"


FAMILY = SHARED / "data/ncbi_counts/GSE63966_family.soft.gz"


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


def refused(*arguments, **settings) -> str:
    with pytest.raises(InputFaults) as caught:
        draft.main(*arguments, **settings)
    assert all(fault.fix for fault in caught.value.faults)
    return str(caught.value)


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


def test_a_real_series_drafted_twice_from_a_file_and_an_archive_differs_in_nothing(offline):
    path = shared(MIRROR / "ftp.ncbi.nlm.nih.gov/geo/series/GSE42nnn/GSE42872/matrix/GSE42872_series_matrix.txt.gz")
    samples, series = series_matrix.read_fields(path)
    draft.main("GSE42872", "", "", network())
    assert Path("config/drafts/gse42872.yaml").read_text() == draft.of_geo("GSE42872", samples, series)
