"""What is common to technologies."""

COUNTED = ("rnaseq_counts", "single_cell")
# Those whose values are amounts in a sample, and the keys of `samples` of which one says what these are compared per.
OF_AMOUNTS = ("proteomics", "panel")
PER = ("cell_number", "total_protein")


def counted(technology: str) -> bool:
    """Whether the numbers of a technology are reads that were counted: cells are, once they are summed to samples."""
    return technology in COUNTED
