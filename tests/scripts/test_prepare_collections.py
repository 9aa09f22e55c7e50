import gzip

import prepare_collections
from secretome.files import read_json


def test_the_collections_are_written_with_current_symbols(tmp_path):
    mine = tmp_path / "mine.gmt"
    mine.write_text("A\turl\tTP53\tDDX58\n")
    genes, aliases, found = (tmp_path / name for name in ("genes.tsv.gz", "aliases.tsv.gz", "collections.json"))
    genes.write_bytes(gzip.compress(b"entrez\tsymbol\n7157\tTP53\n23586\tRIGI\n"))
    aliases.write_bytes(gzip.compress(b"alias\tsymbol\nDDX58\tRIGI\n"))
    tool = {"label": "Tools", "format": "cytosig", "origin": "installed", "package": "Tool"}
    settings = {
        "collections": {"mine": {"label": "mine", "format": "gmt", "origin": "own"}, "tool": tool},
        "local": ["mine"],
        "named": {"mine": {}, "tool": {"HGF": "HGF / MET"}},
    }
    knowledge = {"genes": str(genes), "aliases": str(aliases)}
    prepare_collections.main([str(mine)], "", knowledge, str(found), settings)
    written = read_json(found)
    assert written["mine"]["sets"] == {"A": {"TP53": 1.0, "RIGI": 1.0}}
    assert "'Tool' is not installed" in written["tool"]["unavailable"]
    before = found.read_bytes()
    prepare_collections.main([str(mine)], "", knowledge, str(found), settings)
    assert found.read_bytes() == before
