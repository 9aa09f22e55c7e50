import compare_published
import report_published

LINES = "table\tgroup\tmean\tsem\tn\tunit\nt\tvehicle\t100\t\t\tpercent\nt\tdrug\t30\t3\t3\tpercent\n"


def test_the_page_is_one_file_without_a_path_of_this_machine(tmp_path):
    measurements, published = tmp_path / "measurements.tsv", tmp_path / "published.tsv"
    measurements.write_text(LINES)
    spec = {"label": "The drug", "kind": "drug", "group": "drug", "reference": "vehicle"}
    words = {"title": "Growth", "measured": "growth", "reason": "because", "source": "", "caution": ""}
    numbers = {"unit": "percent", "scale": "points", "smallest_effect": 15, "vehicle": "vehicle"}
    study = {
        **{name: name for name in ("title", "organism", "model", "attribution", "licence", "notes", "caution")},
        "measurements": "data/measurements.tsv",
        "tables": {"t": {**words, **numbers, "comparisons": {"drug": spec}}},
        "citation": {"doi": "", "report": ""},
    }
    compare_published.main(str(measurements), str(published), {"tables": study["tables"]})
    page = tmp_path / "report/made_up.html"
    report_published.main(str(measurements), str(published), str(page), {"study": study, "versions": {}})
    text = page.read_text(encoding="utf-8")
    assert "−70.0" in text
    assert "data/measurements.tsv" in text
    assert str(tmp_path) not in text
    assert "default-src 'none'" in text
