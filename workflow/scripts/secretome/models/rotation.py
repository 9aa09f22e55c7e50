"""The contrast and the residuals of many linear models as independent effects: what a rotation test rotates."""

import numpy as np

from secretome.models.linear import LARGEST_BLOCK, check, whitening_of


def rotation_effects(
    values: np.ndarray,
    design_matrix: np.ndarray,
    contrast: np.ndarray,
    weights: np.ndarray | None = None,
    align: bool = True,
    correlation: np.ndarray | None = None,
) -> np.ndarray:
    """The contrast and the residuals as independent effects of equal variance: what a rotation test rotates.

    The design is written with the contrast as its last coefficient and decomposed by QR, as limma's ``roast``, ``fry``
    and ``camera`` do (Wu et al. 2010, doi 10.1093/bioinformatics/btq401). Weights give every gene a residual space of
    its own, and QR spans each by axes that depend on the order of the samples, so that a mean of residuals over genes
    depends on it too. So each gene's axes are turned as near as can be to those of the unweighted design (orthogonal
    Procrustes, in closed form: a gene costs what its design has numbers, not the cube of the samples).

    Args:
        values, design_matrix, weights, correlation: as :func:`secretome.models.linear.fit`, without missing values.
        contrast: one weight a coefficient.
        align: False leaves the axes as they come, as limma does.

    Returns:
        genes × (1 + residual degrees of freedom). Column 0 is the estimated contrast over its standard error for a
        residual variance of 1; where there is no effect every column has the gene's residual variance.

    Raises:
        ValueError: as :func:`secretome.models.linear.fit`, or a value is missing.
    """
    check(values, design_matrix, weights, correlation)
    if np.isnan(values).any():
        raise ValueError("a value is missing: its gene cannot be rotated with the others")
    turned = contrast_last(design_matrix, contrast)
    whitening = None if correlation is None else whitening_of(correlation)
    plain = turned if whitening is None else whitening @ turned
    if weights is None:
        axes, sign = _residual_axes(plain[None])
        if whitening is not None:
            values = values @ whitening.T
        return values @ (axes[0] * np.r_[sign, np.ones(axes.shape[2] - 1)])
    genes, samples = values.shape
    block = max(1, LARGEST_BLOCK // (samples * (turned.shape[1] if align else samples)))
    parts = []
    for start in range(0, genes, block):
        roots = np.sqrt(weights[start : start + block])
        designs, own = roots[:, :, None] * turned, roots * values[start : start + block]
        if whitening is not None:
            designs, own = whitening @ designs, own @ whitening.T
        parts.append(_aligned(designs, own, plain) if align else _as_they_come(designs, own))
    return np.concatenate(parts)


def _residual_axes(designs: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Of each design of a stack: the axis of its last coefficient and those of the residuals; the sign of the first."""
    last = designs.shape[2] - 1
    q, r = np.linalg.qr(designs, mode="complete")
    return q[:, :, last:], np.sign(r[:, last, last])


def _as_they_come(designs: np.ndarray, values: np.ndarray) -> np.ndarray:
    """The effects on the axes that QR gives each gene: genes × (1 + residual degrees of freedom)."""
    axes, signs = _residual_axes(designs)
    effects = np.einsum("gs,gse->ge", values, axes)
    effects[:, 0] *= signs
    return effects


def _aligned(designs: np.ndarray, values: np.ndarray, target: np.ndarray) -> np.ndarray:
    """The effects on axes as near as can be to the residual axes of a target design.

    The nearest axes are the orthogonal polar factor of the target's axes A, projected on the residual space of the
    gene. With orthonormal bases U of what the gene's design spans and T of what the target spans, and the principal
    angles between them, T'U = E cos F', it comes to (I − U F (1 + cos)⁻¹ E' T') A: no more than the coefficients of the
    design are decomposed for each gene.

    Args:
        designs: genes × samples × coefficients, the contrast last.
        values: genes × samples.
        target: samples × coefficients.
    """
    coefficients = target.shape[1]
    whole, _ = np.linalg.qr(target, mode="complete")
    spanned, axes = whole[:, :coefficients], whole[:, coefficients:]
    own, triangle = np.linalg.qr(designs)
    along = np.einsum("gsc,gs->gc", own, values)
    residuals = values - np.einsum("gsc,gc->gs", own, along)
    left, cosines, right = np.linalg.svd(spanned.T @ own)
    turned = np.einsum("gce,gc->ge", left, residuals @ spanned) / (1 + cosines)
    turned = np.einsum("gec,ge->gc", right, turned)
    effects = (residuals - np.einsum("gsc,gc->gs", own, turned)) @ axes
    return np.column_stack([along[:, -1] * np.sign(triangle[:, -1, -1]), effects])


def contrast_last(design_matrix: np.ndarray, contrast: np.ndarray) -> np.ndarray:
    """The same model with coefficients so chosen that the last one is the contrast (limma's ``contrastAsCoef``)."""
    q, r = np.linalg.qr(contrast[:, None] + 0.0, mode="complete")  # + 0.0: a negative zero would turn a sign
    turned = design_matrix @ q
    return np.column_stack([turned[:, 1:], turned[:, 0] / r[0, 0]])
