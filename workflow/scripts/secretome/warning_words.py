"""The codes of warnings in a few words, for where a page has no room for the message."""

# docs/warnings.md explains each, and a test holds the two lists together.
WORDS = {
    "W01": "the variance rests on very little",
    "W02": "partly confounded with a block",
    "W03": "samples of one donor or library count as independent",
    "W04": "the scale of the numbers was not stated, or looks like another",
    "W05": "a sample is unlike the others",
    "W07": "gene sets pass and no single gene does",
    "W08": "p-values are too small for this design",
    "W10": "many identifiers are unknown or were repaired",
    "W11": "many genes share their rank",
    "W12": "studies share samples",
    "W14": "some genes change sign when shrunken",
    "W15": "the p-values do not look like those of a fitting model",
    "W16": "a sample does not look like what the sheet says",
    "W18": "outliers among counts can call too many genes",
    "W19": "more than half of the genes have too little to be tested",
    "W21": "numbers look imputed",
    "W22": "holds for the compared levels alone",
    "D01": "a block coincides in part with the groups",
    "D12": "a block tells nothing",
    "S09": "the samples may be single cells",
    "contrast": "the comparison cannot be made",
    "deseq2": "the count model fitted with reservations",
    "gene_sets": "a collection of gene sets lost genes or sets",
    "leakage": "what rises in the medium may have leaked",
    "lysate": "the matched lysate has no value beside it",
    "moderation": "too few features to borrow a variance from",
    "normalisation": "the direction can depend on the normalisation",
    "read": "the reader of the file noticed something",
    "serum": "much of it is serum",
    "study": "see the caution of the study",
    "unavailable": "could not be had",
}


def in_words(warnings: str) -> list[str]:
    """Warnings that stand beside a number, ``W01; of two clones`` → ``the variance rests on very little (W01)``, ….

    Args:
        warnings: codes and sentences, separated by "; "; what is no code stays as it is.
    """
    parts = [part for part in warnings.split("; ") if part]
    return [f"{WORDS[part]} ({part})" if part in WORDS else part for part in parts]
