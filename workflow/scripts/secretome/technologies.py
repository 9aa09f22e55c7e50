"""What is common to technologies."""

COUNTED = ("rnaseq_counts", "single_cell")


def counted(technology: str) -> bool:
    """Whether the numbers of a technology are reads that were counted: cells are, once they are summed to samples."""
    return technology in COUNTED
