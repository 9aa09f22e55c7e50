"""The methods of a page in words, filled from the configuration; what went in, and what to cite."""

from collections.abc import Iterator, Mapping
from typing import Any

from secretome import wording
from secretome.designs.forms import form_of, terms_of, unit_of
from secretome.expression import Expression
from secretome.measurement import measured
from secretome.sources import described
from secretome.tables import LEAST_DF_FOR_CAMERA

REFERENCES = {
    "limma": ("Ritchie et al. 2015, limma", "10.1093/nar/gkv007"),
    "voom": ("Law et al. 2014, voom", "10.1186/gb-2014-15-2-r29"),
    "filter": ("Chen, Lun and Smyth 2016, the low-expression filter of edgeR", "10.12688/f1000research.8987.2"),
    "tmm": ("Robinson and Oshlack 2010, TMM", "10.1186/gb-2010-11-3-r25"),
    "deseq2": ("Love, Huber and Anders 2014, DESeq2", "10.1186/s13059-014-0550-8"),
    "pydeseq2": ("Muzellec et al. 2023, PyDESeq2", "10.1093/bioinformatics/btad547"),
    "scanpy": ("Wolf, Angerer and Theis 2018, scanpy", "10.1186/s13059-017-1382-0"),
    "pseudobulk": ("Squair et al. 2021, samples as the replicates of single cells", "10.1038/s41467-021-25960-2"),
    "random": ("Smyth, Michaud and Scott 2005, correlated samples", "10.1093/bioinformatics/bti270"),
    "weights": ("Liu et al. 2015, weights of samples", "10.1093/nar/gkv412"),
    "robust": ("Phipson et al. 2016, robust hyperparameters", "10.1214/16-AOAS920"),
    "shrinkage": ("Stephens 2017, adaptive shrinkage", "10.1093/biostatistics/kxw041"),
    "fdr": ("Benjamini and Hochberg 1995, the false discovery rate", "10.1111/j.2517-6161.1995.tb02031.x"),
    "fry": ("Wu et al. 2010, rotation gene set tests", "10.1093/bioinformatics/btq401"),
    "camera": ("Wu and Smyth 2012, camera", "10.1093/nar/gks461"),
    "gsea": ("Subramanian et al. 2005, GSEA", "10.1073/pnas.0506580102"),
    "gseapy": ("Fang, Liu and Peltz 2023, GSEApy", "10.1093/bioinformatics/btac757"),
    "hallmark": ("Liberzon et al. 2015, Hallmark gene sets", "10.1016/j.cels.2015.12.004"),
    "progeny": ("Schubert et al. 2018, PROGENy", "10.1038/s41467-017-02391-6"),
}

_VALUES = {
    "microarray": "Intensities of array probes",
    "log_expression": "Normalised expression values",
    "proteomics": "Protein intensities",
    "panel": "Concentrations or intensities of the analytes of a panel",
}
_MODELS = {
    "voom": "Log2 counts per million were modelled by limma-voom, a linear model of each {feature} with precision"
    " weights",
    "trend": "Log2 values were modelled by limma-trend, a linear model of each {feature} whose variance borrows from"
    " {feature}s of like mean",
    "deseq2": "Counts were modelled by PyDESeq2, a negative binomial model of each {feature} whose dispersion borrows"
    " from {feature}s of like mean, without independent filtering",
    "ordinary": "Log2 values were modelled by least squares, each {feature} for itself, as so few do not tell how"
    " variances are distributed",
}
_OF_GENE_SETS = ("fry", "gsea", "gseapy")
_TESTS = {"deseq2": "Wald's test", "ordinary": "t"}

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
        _data(settings["study"], expression),
        ("Comparison.", _comparison(settings["study"], fits)),
        *_reliability(settings["study"], fits),
        (f"Secreted {_feature(settings['study'])}s.", _secreted(settings["study"], thresholds)),
        *_medium(settings["study"], fits),
        ("Pathways.", _pathways(settings["study"], fits, settings["config"]["seed"])),
    ]


def normalisation(provenance: Mapping[str, Any]) -> dict[str, str]:
    """How the samples were made comparable, ``lead``, and what the ``other`` normalisation would do, "" without one."""
    step: Mapping[str, Any] = next((step for step in provenance["steps"] if step["step"] == "normalise"), {})
    lead, other = step.get("method", "").removeprefix("log2; "), step.get("other", "")
    if other == "none":
        other = "" if lead == "as measured" else "as they were measured"
    return {"lead": lead, "other": other}


def _feature(study: Mapping[str, Any]) -> str:
    return "gene" if study["compartment"] == "cells" else "protein"


def _data(study: Mapping[str, Any], expression: Expression) -> tuple[str, str]:
    kept = int(expression.genes["kept"].sum())
    accession = study.get("citation", {}).get("accession", "")
    samples = wording.counted(len(expression.samples), "sample") + (f" ({accession})" if accession else "")
    read = f"of {samples} were read from {described(study['source'])}. "
    words = measured(study)
    tested = f"{wording.integer(kept)} of {wording.integer(len(expression.genes))} {words.feature}s were tested."
    if expression.counts is not None:
        return "Counts.", (
            f"Gene counts {read}{_summed(study)}"
            f"Gene identifiers were mapped to current HGNC symbols; counts of identifiers that share a symbol were "
            f"summed. Genes with low expression were left out by edgeR's filterByExpr rule, given the size of the "
            f"smallest group and never the group labels: {tested} Library sizes were normalised by TMM."
        )
    several = "the first" if study["technology"] == "proteomics" else "none"
    normalised = normalisation(expression.provenance)
    other = f" Beside it the changes of values {normalised['other']} are given." if normalised["other"] else ""
    return "Values.", (
        f"{_VALUES[study['technology']]} {read}Identifiers were mapped to current HGNC symbols; of a feature that "
        f"stands for several genes {several} was taken, and of several features of a gene the one with the most "
        f"values and then the highest mean. Nothing was imputed; {tested} Values were brought to log2. "
        f"Normalisation: {normalised['lead']}.{other}"
    )


def _summed(study: Mapping[str, Any]) -> str:
    """How cells became samples, a sentence; "" where nothing was summed."""
    if study["technology"] != "single_cell":
        return ""
    cell_type = study["source"].get("cell_type", "")
    cells = f"its cells of the type {cell_type}" if cell_type else "its cells"
    return f"The counts of a sample are the sums over {cells} (scanpy); cells are not replicates. "


def _comparison(study: Mapping[str, Any], fits: Mapping[str, Mapping[str, Any]]) -> str:
    models: dict[str, list[str]] = {}
    for name, fit in fits.items():
        if fit["genes_tested"]:
            models.setdefault(fit["method"], []).append(_model(study["contrasts"][name], fit))
    sentences = [
        f"{_MODELS[method].format(feature=measured(study).feature)}, and tested by "
        f"{_TESTS.get(method, 'moderated t')}: {'; '.join(described)}."
        for method, described in models.items()
    ]
    if models:
        sentences += _choices(study, fits, set(models))
        sentences.append(
            "Intervals are 95% confidence intervals; q-values are false discovery rates by Benjamini and Hochberg."
        )
    descriptive = [wording.against(study["contrasts"][name]) for name in fits if fits[name]["method"] == "descriptive"]
    if descriptive:
        sentences.append(f"Without replicates, fold changes alone are shown of {wording.listed(descriptive)}.")
    return " ".join(sentences) or "Nothing could be compared."


def _model(contrast: Mapping[str, Any], fit: Mapping[str, Any]) -> str:
    """One comparison: its samples, terms, correlation and degrees of freedom."""
    terms = terms_of(contrast)
    named = [terms.column, *terms.blocks]
    prior = "infinite" if fit["prior_df"] is None else f"{fit['prior_df']:.1f}"
    borrowed = "" if fit["method"] in _TESTS else f" and {prior} prior"
    parts = [
        f"{wording.sizes(contrast, fit['groups'], ' against ')} samples",
        f"terms {wording.listed(named)}",
        f"{fit['residual_df']:g} residual{borrowed} degrees of freedom",
    ]
    if "block_correlation" in fit["notes"]:
        alike = f"{fit['notes']['block_correlation']:.2f}".replace("-", "−")
        parts.insert(2, f"samples of one {terms.random_block} correlated by {alike}, estimated over all of them")
    return f"{wording.against(contrast)} ({'; '.join(parts)})"


def _choices(study: Mapping[str, Any], fits: Mapping[str, Mapping[str, Any]], methods: set[str]) -> Iterator[str]:
    """What was chosen beside the model: the form of the contrast, weights of samples, robust variances."""
    contrasts = [study["contrasts"][name] for name, fit in fits.items() if fit["genes_tested"]]
    forms = {form_of(contrast): contrast for contrast in contrasts}
    if "levels" in forms:
        yield (
            "Of several levels the mean is compared, each counting the same; each level was tested beside it, and by a "
            "moderated F-test whether any of them differs."
        )
    if "continuous" in forms:
        slopes = [f"{one['continuous']} ({unit_of(one)})" for one in contrasts if form_of(one) == "continuous"]
        yield f"The change with {wording.listed(slopes)} is the slope of a line; whether a line fits was not tested."
    if "difference_of" in forms:
        yield "A difference of two comparisons was tested in one model of both."
    weights = [weight for fit in fits.values() for weight in fit["notes"].get("sample_weights", ())]
    if weights:
        yield (
            "Samples that fit their group worse than the others counted less (weights of samples, "
            f"{min(weights):.2f} to {max(weights):.2f})."
        )
    if study.get("robust") and methods & {"voom", "trend"}:
        yield "Extreme variances were kept from what is borrowed (robust hyperparameters)."


def _reliability(study: Mapping[str, Any], fits: Mapping[str, Mapping[str, Any]]) -> list[tuple[str, str]]:
    """How the numbers beside the tests were made; nothing where nothing was tested."""
    found = [fit["reliability"] for fit in fits.values() if fit["reliability"]]
    if not found:
        return []
    feature = measured(study).feature
    text = (
        f"The smallest change that is found with 80% power is computed for the median {feature} from the noncentral t,"
        " at the p-value up to which the false discovery rate holds."
    )
    if any(one["null"] for one in found):
        text += (
            " How often the test rejects without an effect was simulated from the fitted variances, weights and missing"
            " values of the same design."
        )
    if any(one["shrinkage"]["top_genes"] for one in found):
        text += (
            " Shrunken changes are posterior means under a mixture of normal distributions around 0 and a point at 0,"
            f" fitted to all tested {feature}s (adaptive shrinkage); tests and counts use the raw changes."
        )
    return [("How far it can be relied on.", text)]


def _medium(study: Mapping[str, Any], fits: Mapping[str, Mapping[str, Any]]) -> list[tuple[str, str]]:
    """What leaks, and what is on or off, of proteins in the medium; and of proteins in cells the latter."""
    notes = [fit["notes"] for fit in fits.values()]
    sentences = []
    if study["compartment"] == "medium":
        sentences.append(
            "What leaks from dying cells is judged by a fixed list of proteins of the cytosol: their mean in each "
            "sample is compared as if it were one protein, and a secreted protein whose change lies within the range "
            "of 95% of them is tier D. Where fewer than ten were measured nothing can be told (tier E)."
        )
    if study.get("lysate"):
        sentences.append(
            "Beside each change stands that of the same comparison in the lysates of the same cultures, and the "
            "difference of the two with a 95% interval from both standard errors, taken as independent "
            "(Satterthwaite's degrees of freedom); no tier and no p-value depends on it."
        )
    if any(one.get("detection", {}).get("slope") is not None for one in notes):
        sentences.append(
            "Proteins that one group has and the other lacks (at most one value, in less than half of its samples) "
            "were tested by the likelihood ratio of two group means against one, under a curve of how likely a protein "
            "of some intensity is detected, with p-values by simulation."
        )
    return [("Leakage and detection.", " ".join(sentences))] if sentences else []


def _secreted(study: Mapping[str, Any], thresholds: Mapping[str, float]) -> str:
    words, kind = measured(study), _feature(study)
    product = "its product" if kind == "gene" else "it"
    return (
        f"A {kind} counts as secreted when Gene Ontology names {product} a receptor ligand, cytokine or growth factor, "
        "or places it in the extracellular region or space with evidence that a person judged and that is not of a "
        "vesicle, or when a curated list names it as shed from the membrane. The false discovery rate of secreted "
        f"{kind}s is taken among these alone; a {kind} is said to change at "
        f"{wording.conditions(thresholds)}. {words.not_measured}"
    )


def _pathways(study: Mapping[str, Any], fits: Mapping[str, Mapping[str, Any]], seed: int) -> str:
    if study["technology"] == "panel" and all(fit["method"] != "trend" for fit in fits.values()):
        return "Gene sets were not tested: a panel has too few analytes."
    if not any(fit["genes_tested"] for fit in fits.values()):
        return "Gene sets were not tested; PROGENy footprints were scored in each sample as weighted means."
    few = any(fit["residual_df"] < LEAST_DF_FOR_CAMERA for fit in fits.values())
    other = any(fit["method"] == "deseq2" for fit in fits.values())
    models = "Gene sets were tested on limma-voom's models of the same counts. " if other else ""
    return (
        f"{models}Whether a gene set moves was tested by fry, a rotation test that very nearly holds its level however "
        f"the genes of a set are correlated, in a form that does not depend on the order of the samples (its p differs "
        f"somewhat from limma's); the effect beside it is the (weighted) mean log2 fold change of the set with its 95% "
        f"interval. Whether a set moves more than other genes is the difference from the mean of genes of like "
        f"expression; its interval allows for the samples (by the same rotation) and for how much such genes differ "
        f"from one another. A signal needs both. Ligands under study were left out of every set. Beside these stand "
        f"roast for sets that move in both directions, camera with the correlation estimated from all samples of the "
        f"study, printed at four or more residual degrees of freedom{' only' if few else ''}, univariate and "
        f"multivariate linear models of the footprints with p-values by rotation, and scores of each sample (weighted "
        f"means of footprints, mean ranks of gene sets) compared by the linear model of the contrast. Exploratory are "
        f"pre-ranked GSEA (GSEApy, multilevel, seed {seed}), which takes genes as independent, camera with a fixed "
        f"correlation, and the over-representation of the changed secreted genes among the tested ones. How often each "
        f"test rejects without an effect was simulated with the design and the gene correlation of this study."
    )


def references(settings: Mapping[str, Any], fits: Mapping[str, Mapping[str, Any]]) -> list[tuple[str, str]]:
    """(text, DOI) of the methods and the knowledge that the page rests on; camera only where it was printed."""
    without = set() if any(fit["residual_df"] >= LEAST_DF_FOR_CAMERA for fit in fits.values()) else {"camera"}
    methods = {fit["method"] for fit in fits.values()}
    if not methods & {"voom", "deseq2"}:
        without |= {"voom", "filter", "tmm"}
    if "deseq2" not in methods:
        without |= {"deseq2", "pydeseq2"}
    if settings.get("study", {}).get("technology") != "single_cell":
        without |= {"scanpy", "pseudobulk"}
    study = settings.get("study", {})
    if not any("block_correlation" in fit["notes"] for fit in fits.values()):
        without |= {"random"}
    if not any("sample_weights" in fit["notes"] for fit in fits.values()):
        without |= {"weights"}
    if not study.get("robust"):
        without |= {"robust"}
    if all(not fit["genes_tested"] for fit in fits.values()):
        without |= {"limma", "fdr", "shrinkage", *_OF_GENE_SETS}
    if study.get("technology") == "panel":
        without |= {"limma", "shrinkage", "camera", "hallmark", "progeny", *_OF_GENE_SETS}
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
    if isinstance(value, Mapping):
        return ", ".join(f"{name} {_value(key, part)}" for name, part in value.items())
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
