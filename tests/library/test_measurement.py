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
