"""The methods of a page in words, filled from the configuration; what went in, and what to cite."""

from collections.abc import Iterator, Mapping
from typing import Any

from secretome import wording
from secretome.expression import Expression
from secretome.tables import LEAST_DF_FOR_CAMERA

REFERENCES = {
    "limma": ("Ritchie et al. 2015, limma", "10.1093/nar/gkv007"),
    "voom": ("Law et al. 2014, voom", "10.1186/gb-2014-15-2-r29"),
    "filter": ("Chen, Lun and Smyth 2016, the low-expression filter of edgeR", "10.12688/f1000research.8987.2"),
    "tmm": ("Robinson and Oshlack 2010, TMM", "10.1186/gb-2010-11-3-r25"),
    "fdr": ("Benjamini and Hochberg 1995, the false discovery rate", "10.1111/j.2517-6161.1995.tb02031.x"),
    "fry": ("Wu et al. 2010, rotation gene set tests", "10.1093/bioinformatics/btq401"),
    "camera": ("Wu and Smyth 2012, camera", "10.1093/nar/gks461"),
    "gsea": ("Subramanian et al. 2005, GSEA", "10.1073/pnas.0506580102"),
    "gseapy": ("Fang, Liu and Peltz 2023, GSEApy", "10.1093/bioinformatics/btac757"),
    "hallmark": ("Liberzon et al. 2015, Hallmark gene sets", "10.1016/j.cels.2015.12.004"),
    "progeny": ("Schubert et al. 2018, PROGENy", "10.1038/s41467-017-02391-6"),
}

# What a reader asks of a step, in this order; what is not named follows by name.
_STEP_ORDER = (
    "step",
    "kind",
    "method",
    "samples",
    "rows",
    "read",
    "mapped",
    "merged",
    "ambiguous",
    "unmapped",
    "genes",
)


def paragraphs(
    settings: Mapping[str, Any], expression: Expression, fits: Mapping[str, Mapping[str, Any]]
) -> list[tuple[str, str]]:
    """The methods as (lead word, text), ready to be taken into a paper.

    Args:
        settings: as of `report.study_page`.
        expression: of the study.
        fits: contrast key to the content of its fit.json.
    """
    thresholds = settings["config"]["thresholds"]
    return [
        ("Counts.", _counts(settings["study"], expression)),
        ("Comparison.", _comparison(settings["study"], fits)),
        ("Secreted genes.", _secreted(thresholds)),
        ("Pathways.", _pathways(fits, settings["config"]["seed"])),
    ]


def _counts(study: Mapping[str, Any], expression: Expression) -> str:
    kept = int(expression.genes["kept"].sum())
    accession = study.get("citation", {}).get("accession", "")
    deposited = f" ({accession})" if accession else ""
    return (
        f"Gene counts of {wording.counted(len(expression.samples), 'sample')}{deposited} were read from "
        f"{study['source']['matrix']}. Gene identifiers were mapped to current HGNC symbols; counts of identifiers "
        f"that share a symbol were summed. Genes with low expression were left out by edgeR's filterByExpr rule, "
        f"given the size of the smallest group and never the group labels: {wording.integer(kept)} of "
        f"{wording.integer(len(expression.genes))} genes were tested. Library sizes were normalised by TMM."
    )


def _comparison(study: Mapping[str, Any], fits: Mapping[str, Mapping[str, Any]]) -> str:
    models = []
    for name, fit in fits.items():
        contrast = study["contrasts"][name]
        terms = wording.listed([contrast["variable"], *contrast.get("block", [])])
        sizes = [len(fit["groups"].get(level, [])) for level in (contrast["level"], contrast["reference"])]
        prior = "infinite" if fit["prior_df"] is None else f"{fit['prior_df']:.1f}"
        models.append(
            f"{wording.against(contrast)} ({sizes[0]} against {sizes[1]} samples; terms {terms}; "
            f"{fit['residual_df']:g} residual and {prior} prior degrees of freedom)"
        )
    return (
        f"Log2 counts per million were modelled by limma-voom, a linear model of each gene with precision weights, and "
        f"tested by moderated t: {'; '.join(models)}. Intervals are 95% confidence intervals; q-values are false "
        f"discovery rates by Benjamini and Hochberg."
    )


def _secreted(thresholds: Mapping[str, float]) -> str:
    return (
        "A gene counts as secreted when Gene Ontology names its product a receptor ligand, cytokine or growth factor, "
        "or places it in the extracellular region or space with evidence that a person judged and that is not of a "
        "vesicle, or when a curated list names it as shed from the membrane. The false discovery rate of secreted "
        "genes is taken among these genes alone; a gene is said to change at "
        f"{wording.conditions(thresholds)}. What was measured are transcripts in cells: the page tells of "
        "secreted-gene expression, not of protein in the medium."
    )


def _pathways(fits: Mapping[str, Mapping[str, Any]], seed: int) -> str:
    few = any(fit["residual_df"] < LEAST_DF_FOR_CAMERA for fit in fits.values())
    return (
        f"Whether a gene set moves was tested by fry, a rotation test that very nearly holds its level however the "
        f"genes of a set are correlated, in a form that does not depend on the order of the samples (its p differs "
        f"somewhat from limma's); the effect beside it is the (weighted) mean log2 fold change of the set with its 95% "
        f"interval. Whether a set moves more than other genes was tested by camera with the correlation estimated from "
        f"the data, printed at four or more residual degrees of freedom{' only' if few else ''}. Pre-ranked GSEA "
        f"(GSEApy, multilevel, seed {seed}) takes genes as independent: it is exploratory and gives the curves and the "
        f"leading genes. PROGENy footprints were scored in each sample as weighted means."
    )


def references(settings: Mapping[str, Any], fits: Mapping[str, Mapping[str, Any]]) -> list[tuple[str, str]]:
    """(text, DOI) of the methods and the knowledge that the page rests on; camera only where it was printed."""
    without = set() if any(fit["residual_df"] >= LEAST_DF_FOR_CAMERA for fit in fits.values()) else {"camera"}
    return [reference for key, reference in REFERENCES.items() if key not in without]


def steps(provenance: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Each step of the preparation with its numbers: (step, "rows 33,469; reads 175,516,423")."""
    return [
        (
            wording.capitalised(wording.readable(str(step["step"]))),
            "; ".join(f"{wording.readable(key)} {_value(key, step[key])}" for key in sorted(step, key=_place)[1:]),
        )
        for step in provenance["steps"]
    ]


def _place(key: str) -> tuple[int, str]:
    return (_STEP_ORDER.index(key) if key in _STEP_ORDER else len(_STEP_ORDER), key)


def _value(key: str, value: Any) -> str:
    if isinstance(value, float):
        return f"{value:.1%}" if "share" in key else f"{value:.4g}"
    return wording.integer(value) if isinstance(value, int) else str(value)


def inputs(provenance: Mapping[str, Any]) -> list[tuple[str, str]]:
    """(file, SHA-256) of everything that was read, however deep the provenance holds it."""
    return sorted(set(_hashes("", provenance)))


def _hashes(name: str, content: Any) -> Iterator[tuple[str, str]]:
    if isinstance(content, Mapping):
        owner = str(content.get("file", content.get("path", name)))
        for key, value in content.items():
            yield from _hashes(owner if key == "sha256" else str(key), value)
    elif isinstance(content, list | tuple):
        for value in content:
            yield from _hashes(name, value)
    elif isinstance(content, str) and len(content) == 64 and not set(content) - set("0123456789abcdef"):
        yield name, content
