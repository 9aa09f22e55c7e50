"""The analytes of a panel (ELISA, bead array, antibody array) → gene symbols, as their kits write them."""

import re
from collections.abc import Collection, Sequence

# How kits write proteins whose gene has another name, without case, spaces and signs, Greek letters as Latin ones.
# ASSUME a heterodimer is named by the subunit that is its own (IL-12p70: IL12A, IL-23: IL23A, IL-27: IL27), a homodimer
# by its gene; where a family has several genes the one that kits measure is meant (IFN-alpha2: IFNA2).
_WRITTEN = """
il1a IL1A | il1b IL1B | il1ra IL1RN | il8 CXCL8 | il12p70 IL12A | il12p40 IL12B | il17 IL17A | il17a IL17A | il23 IL23A
il29 IFNL1 | il2r IL2RA | il2ra IL2RA | sil2ra IL2RA | il6r IL6R | sil6r IL6R | il6ra IL6R | st2 IL1RL1 | il33r IL1RL1
ifna2 IFNA2 | ifnb IFNB1 | ifnb1 IFNB1 | ifng IFNG | ifn2 IFNA2 | interferongamma IFNG | ifngamma IFNG
tnf TNF | tnfa TNF | tnfalpha TNF | tnfb LTA | tnfbeta LTA | trail TNFSF10 | fasl FASLG | sfasl FASLG
cd40l CD40LG | scd40l CD40LG | rankl TNFSF11 | opg TNFRSF11B | osteoprotegerin TNFRSF11B | april TNFSF13 | baff TNFSF13B
gcsf CSF3 | gmcsf CSF2 | mcsf CSF1 | scf KITLG | thrombopoietin THPO | epo EPO | flt3l FLT3LG | lif LIF | osm OSM
mcp1 CCL2 | mcp2 CCL8 | mcp3 CCL7 | mcp4 CCL13 | mip1a CCL3 | mip1alpha CCL3 | mip1b CCL4 | mip1beta CCL4 | mip1d CCL15
mip3a CCL20 | mip3alpha CCL20 | mip3b CCL19 | rantes CCL5 | eotaxin CCL11 | eotaxin1 CCL11 | eotaxin2 CCL24
eotaxin3 CCL26 | tarc CCL17 | mdc CCL22 | i309 CCL1 | ctack CCL27 | mec CCL28 | slc CCL21 | parc CCL18
ip10 CXCL10 | mig CXCL9 | itac CXCL11 | gro CXCL1 | groa CXCL1 | groalpha CXCL1 | grob CXCL2 | grog CXCL3
ena78 CXCL5 | gcp2 CXCL6 | nap2 PPBP | sdf1 CXCL12 | sdf1a CXCL12 | sdf1alpha CXCL12 | bca1 CXCL13 | blc CXCL13
pf4 PF4 | fractalkine CX3CL1 | lymphotactin XCL1
vegf VEGFA | vegfa VEGFA | vegfc VEGFC | vegfd VEGFD | plgf PGF | pdgfaa PDGFA | pdgfbb PDGFB | bfgf FGF2 | fgf2 FGF2
fgfbasic FGF2 | basicfgf FGF2 | tgfa TGFA | tgfalpha TGFA | tgfb TGFB1 | tgfb1 TGFB1 | tgfbeta TGFB1 | tgfbeta1 TGFB1
tgfb2 TGFB2 | tgfb3 TGFB3 | bngf NGF | ngf NGF | ngfb NGF | hbegf HBEGF | amphiregulin AREG | activina INHBA
follistatin FST | angiopoietin1 ANGPT1 | ang1 ANGPT1 | angiopoietin2 ANGPT2 | ang2 ANGPT2 | angiogenin ANG
pai1 SERPINE1 | upa PLAU | upar PLAUR | tissuefactor F3 | osteopontin SPP1 | opn SPP1 | leptin LEP | adiponectin ADIPOQ
resistin RETN | eselectin SELE | pselectin SELP | sicam1 ICAM1 | svcam1 VCAM1 | thrombospondin1 THBS1 | tsp1 THBS1
endothelin1 EDN1 | thrombomodulin THBD | galectin1 LGALS1 | galectin3 LGALS3 | clusterin CLU | periostin POSTN
"""
KIT_NAMES = dict(pair.split() for line in _WRITTEN.split("\n") for pair in line.split("|") if pair.strip())

_GREEK = str.maketrans({"α": "a", "β": "b", "γ": "g", "δ": "d", "κ": "k", "λ": "l", "µ": "u", "μ": "u"})
# A unit or a remark that follows the name: "IL-6 (pg/ml)", "IL-6 [pg/mL]".
_REMARK = re.compile(r"\s*(?:\([^()]*\)|\[[^\[\]]*\])\s*$")
_SIGNS = re.compile(r"[\s\-_./]+")


def gene_names(analytes: Sequence[str], symbols: Collection[str]) -> list[str]:
    """What names the gene of each analyte.

    Args:
        analytes: as the table writes them: `IFNγ`, `IL-8 (pg/ml)`, `TNF-α`, `MIP-1β`.
        symbols: all current symbols.

    Returns:
        A current symbol where the name is one, or becomes one by the list of this module or without its signs;
        otherwise the name as written, for ``genes.to_symbols`` to look up, and to count as lost if nobody knows it.
    """
    known = frozenset(symbols)
    return [_gene_name(name, known) for name in analytes]


def _gene_name(name: str, symbols: frozenset[str]) -> str:
    plain = _REMARK.sub("", name).strip()
    if plain in symbols:
        return plain
    key = _SIGNS.sub("", plain.casefold().translate(_GREEK))
    if key in KIT_NAMES:
        return KIT_NAMES[key]
    return key.upper() if key.upper() in symbols else plain
