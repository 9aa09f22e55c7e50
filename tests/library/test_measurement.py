"""What was measured, in words."""

import pytest

from secretome.measurement import measured


@pytest.mark.parametrize(
    ("technology", "compartment", "noun", "says"),
    [
        ("rnaseq_counts", "cells", "secreted gene", "transcripts in cells"),
        ("microarray", "cells", "secreted gene", "transcripts in cells"),
        ("proteomics", "cells", "secreted gene", "proteins in cells"),
        ("proteomics", "medium", "secreted protein", "conditioned medium"),
    ],
)
def test_a_transcript_is_never_called_a_secreted_protein(technology, compartment, noun, says):
    words = measured({"technology": technology, "compartment": compartment})
    assert words.noun == noun
    assert says in words.not_measured


def test_it_is_said_what_values_in_the_medium_were_corrected_for():
    study = {"technology": "proteomics", "compartment": "medium", "samples": {"cell_number": "", "total_protein": ""}}
    assert "not corrected for the number of cells" in measured(study).not_measured
    study["samples"]["cell_number"] = "cells"
    assert ", corrected for the number of cells" in measured(study).not_measured
    panel = measured({**study, "technology": "panel"})
    assert (panel.technology, panel.feature, panel.noun) == ("panel of analytes", "analyte", "secreted protein")
    assert "cannot be told apart in a panel" in panel.not_measured
