# Numbers of the reference implementations, limma and edgeR. Run by make_golden.py; R is no dependency of the project.
suppressMessages({library(limma); library(edgeR)})
arguments <- commandArgs(trailingOnly = TRUE)
exported <- arguments[1]
golden <- arguments[2]

write_golden <- function(table, name) {
  numbers <- vapply(table, is.double, TRUE)
  table[numbers] <- lapply(table[numbers], function(column) sprintf("%.13g", column))
  connection <- if (grepl("gz$", name)) gzfile(file.path(golden, name), compression = 9) else file.path(golden, name)
  write.table(table, connection, sep = "\t", quote = FALSE, row.names = FALSE)
}

read_sets <- function(file) {
  lines <- read.delim(file, stringsAsFactors = FALSE)
  split(lines[c("gene", "weight")], factor(lines$set, levels = unique(lines$set)))
}

ROTATIONS <- 99999

test_sets <- function(v, design, contrast, sets) {
  measured <- lapply(sets, function(set) set[set$gene %in% rownames(v), ])
  index <- measured[vapply(measured, nrow, 1L) >= 10]
  genes <- lapply(index, function(set) set$gene)
  rotation <- fry(v, index, design, contrast, sort = "none")
  competitive <- camera(v, genes, design, contrast, inter.gene.cor = NA, sort = FALSE)
  fixed <- camera(v, genes, design, contrast, inter.gene.cor = 0.01, sort = FALSE)
  set.seed(1)
  drawn <- mroast(v, index, design, contrast, nrot = ROTATIONS, sort = "none")
  data.frame(set = names(index), size = rotation$NGenes, direction = rotation$Direction, fry = rotation$PValue,
             camera = competitive$PValue, correlation = competitive$Correlation, camera_fixed = fixed$PValue,
             fry_mixed = rotation$PValue.Mixed, roast = drawn$PValue, roast_mixed = drawn$PValue.Mixed)
}

compare <- function(study) {
  counts <- as.matrix(read.delim(file.path(exported, paste0(study, ".counts.tsv")), row.names = 1, check.names = FALSE))
  sheet <- read.delim(file.path(exported, paste0(study, ".design.tsv")), check.names = FALSE)
  design <- as.matrix(sheet[-(1:2)])
  contrast <- c(1, -1, rep(0, ncol(design) - 2))
  keep <- filterByExpr(counts, group = sheet$group)
  data <- calcNormFactors(DGEList(counts)[keep, , keep.lib.sizes = FALSE])
  v <- voom(data, design)
  # contrasts.fit approximates the standard errors of weighted fits; as a coefficient the contrast is exact.
  fit <- lmFit(v, contrastAsCoef(design, contrast, first = FALSE)$design)
  last <- ncol(design)
  fit <- eBayes(fit[, last])
  write_golden(data.frame(gene = rownames(v), logFC = fit$coefficients[, 1], t = fit$t[, 1], p = fit$p.value[, 1],
                          AveExpr = fit$Amean), paste0(study, ".genes.tsv.gz"))
  write_golden(data.frame(sample = colnames(v), library_size = as.double(data$samples$lib.size),
                          norm_factor = data$samples$norm.factors), paste0(study, ".samples.tsv"))
  write_golden(test_sets(v, design, contrast, read_sets(file.path(exported, "sets.tsv"))), paste0(study, ".sets.tsv"))
  cat(study, sum(keep), "kept,", sum(p.adjust(fit$p.value, "BH") <= 0.05), "at FDR 0.05; with the design's filter",
      by_design(counts, design, contrast), "\n")
}

# What the filter changes: edgeR's own way where it is given the design instead of the groups.
by_design <- function(counts, design, contrast) {
  keep <- filterByExpr(counts, design)
  v <- voom(calcNormFactors(DGEList(counts)[keep, , keep.lib.sizes = FALSE]), design)
  fit <- eBayes(lmFit(v, contrastAsCoef(design, contrast, first = FALSE)$design)[, ncol(design)])
  paste(sum(keep), "kept,", sum(p.adjust(fit$p.value, "BH") <= 0.05))
}

simulate <- function() {
  set.seed(1)
  group <- rep(c("a", "b"), c(4, 3))
  means <- 2^rnorm(300, 5, 2.5)
  depth <- c(1, 1.3, 0.8, 1.1, 0.9, 1.2, 1)
  change <- ifelse(group == "b", 2, 1)
  mu <- outer(means, depth)
  mu[1:25, ] <- t(t(mu[1:25, ]) * change)
  counts <- matrix(rnbinom(length(mu), mu = mu, size = 8), 300, dimnames = list(sprintf("G%03d", 1:300), 1:7))
  write_golden(data.frame(gene = rownames(counts), counts, check.names = FALSE), "simulated.counts.tsv")
  design <- cbind(b = as.numeric(group == "b"), a = as.numeric(group == "a"), x = c(0, 1, 1, 0, 1, 0, 1))
  contrast <- c(1, -1, 0)
  keep <- filterByExpr(counts, group = group)
  data <- calcNormFactors(DGEList(counts)[keep, , keep.lib.sizes = FALSE])
  v <- voom(data, design)
  turned <- contrastAsCoef(design, contrast, first = FALSE)$design
  fit <- eBayes(lmFit(v, turned)[, 3])
  log2 <- cpm(data, log = TRUE)
  trended <- eBayes(lmFit(log2, turned)[, 3], trend = TRUE)
  plain <- eBayes(lmFit(log2, turned)[, 3])
  interval <- topTable(fit, number = Inf, sort.by = "none", confint = TRUE)
  write_golden(data.frame(gene = rownames(v), logFC = fit$coefficients[, 1], CI.L = interval$CI.L, CI.R = interval$CI.R,
    t = fit$t[, 1], df = fit$df.total, p = fit$p.value[, 1], q = p.adjust(fit$p.value[, 1], "BH"), AveExpr = fit$Amean,
    weight_1 = v$weights[, 1], weight_7 = v$weights[, 7], log2_1 = log2[, 1], log2_7 = log2[, 7],
    plain_p = plain$p.value[, 1], trend_p = trended$p.value[, 1]), "simulated.genes.tsv")
  write_golden(data.frame(norm_factor = data$samples$norm.factors), "simulated.samples.tsv")
  members <- list(moved = rownames(counts)[1:30], random = sample(rownames(counts), 40), others = rownames(counts)[150:200])
  sets <- lapply(members, function(genes) data.frame(gene = genes, weight = sprintf("%.3f", rnorm(length(genes)))))
  rows <- do.call(rbind, lapply(names(sets), function(set) cbind(set = set, sets[[set]])))
  write_golden(rows, "simulated.members.tsv")
  sets <- lapply(sets, transform, weight = as.numeric(weight))
  weighted <- test_sets(v, design, contrast, sets)
  alike <- test_sets(v, design, contrast, lapply(sets, transform, weight = 1))
  write_golden(cbind(alike, weighted_fry = weighted$fry, weighted_direction = weighted$direction,
    weighted_fry_mixed = weighted$fry_mixed, weighted_roast = weighted$roast,
    weighted_roast_mixed = weighted$roast_mixed), "simulated.sets.tsv")
}

for (study in arguments[-(1:2)]) compare(study)
simulate()
versions <- c(R = R.version.string, sapply(c("limma", "edgeR", "statmod"), function(p) as.character(packageVersion(p))))
writeLines(paste(names(versions), versions, sep = "\t"), file.path(golden, "versions.txt"))
