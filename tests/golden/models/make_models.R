# What limma says of simulated studies of every design that the models know. Run by make_golden.py: Rscript <this> <folder>.
suppressMessages({library(limma); library(statmod)})
golden <- commandArgs(trailingOnly = TRUE)[1]

write_golden <- function(table, name) {
  numbers <- vapply(table, is.double, TRUE)
  table[numbers] <- lapply(table[numbers], function(column) ifelse(is.na(column), "NA", sprintf("%.13g", column)))
  connection <- if (grepl("gz$", name)) gzfile(file.path(golden, name), compression = 9) else file.path(golden, name)
  write.table(table, connection, sep = "\t", quote = FALSE, row.names = FALSE)
}

write_matrix <- function(values, name) write_golden(data.frame(gene = rownames(values), values, check.names = FALSE), name)

# One contrast. contrasts.fit approximates the standard errors of weighted fits; as a coefficient the contrast is exact.
test <- function(y, design, contrast, ..., trend = FALSE, robust = FALSE) {
  turned <- contrastAsCoef(design, contrast, first = FALSE)$design
  fit <- suppressWarnings(lmFit(y, turned, ...))
  fit <- suppressWarnings(eBayes(fit[, ncol(turned)], trend = trend, robust = robust))
  fit$p.value[fit$df.residual == 0] <- NA  # limma tests such a gene by the borrowed variance alone, we do not
  fit
}

# The moderated F of several contrasts: the variance is limma's, the covariance of each gene's own weighted fit.
test_several <- function(y, design, contrasts, weights = NULL, trend = FALSE) {
  fit <- eBayes(lmFit(y, design, weights = weights), trend = trend)
  statistic <- vapply(seq_len(nrow(y)), function(i) {
    root <- if (is.null(weights)) rep(1, ncol(y)) else sqrt(weights[i, ])
    inverse <- solve(crossprod(root * design))
    change <- crossprod(contrasts, inverse %*% crossprod(root^2 * design, y[i, ]))
    drop(crossprod(change, solve(crossprod(contrasts, inverse %*% contrasts), change))) / ncol(contrasts) / fit$s2.post[i]
  }, 1)
  list(F = statistic, p = pf(statistic, ncol(contrasts), fit$df.total, lower.tail = FALSE))
}

variances <- function(n) {
  spread <- 12 / rchisq(n, 12)
  outliers <- seq(5, n, by = 25)
  spread[outliers] <- spread[outliers] * 30
  spread
}

# Two cell lines with four donors each; every donor untreated and treated, two of them a second time.
sheet <- data.frame(sample = sprintf("s%02d", 1:18), line = rep(c("a", "b"), each = 9),
                    treated = rep(c(0, 1, 0, 1, 0, 1, 0, 1, 1), 2), donor = c(rep(1:4, each = 2), 4, rep(5:8, each = 2), 8))
groups <- paste0(sheet$line, sheet$treated)
design <- vapply(c("a0", "a1", "b0", "b1"), function(group) as.numeric(groups == group), numeric(18))
in_a <- c(-1, 1, 0, 0)
interaction <- c(1, -1, -1, 1)
both <- cbind(in_a, c(0, 0, -1, 1))

simulate_arrays <- function(n) {
  mean <- runif(n, 4, 12)
  spread <- sqrt(variances(n) * exp(-0.3 * (mean - 8)) * 0.05)
  share <- rbeta(n, 3, 3)  # of the donors in the variance
  donors <- matrix(rnorm(n * 8), n)[, sheet$donor]
  noise <- sqrt(share) * donors + sqrt(1 - share) * matrix(rnorm(n * 18), n)
  change <- matrix(0, n, 18)
  change[1:60, ] <- rep(sheet$treated, each = 60) * rnorm(60, 0, 1)
  change[31:90, ] <- change[31:90, ] + rep(sheet$treated * (sheet$line == "b"), each = 60) * rnorm(60, 0, 1)
  values <- round(mean + change + spread * noise, 4)
  dimnames(values) <- list(sprintf("G%03d", 1:n), sheet$sample)
  values
}

compare_arrays <- function(y) {
  plain <- test(y, design, interaction)
  trended <- test(y, design, interaction, trend = TRUE)
  robust <- test(y, design, interaction, robust = TRUE)
  both_ways <- test(y, design, interaction, trend = TRUE, robust = TRUE)
  donors <- model.matrix(~ factor(donor), sheet)[, -c(1, 5)]
  paired <- test(y, cbind(design, donors), c(in_a, rep(0, ncol(donors))), trend = TRUE)
  several <- test_several(y, design, both, trend = TRUE)
  write_golden(data.frame(gene = rownames(y), logFC = trended$coefficients[, 1], AveExpr = trended$Amean,
    plain_p = plain$p.value[, 1], trend_p = trended$p.value[, 1],
    robust_p = robust$p.value[, 1], robust_df = robust$df.prior, robust_variance = robust$s2.post,
    robust_trend_p = both_ways$p.value[, 1], robust_trend_df = both_ways$df.prior,
    paired_logFC = paired$coefficients[, 1], paired_p = paired$p.value[, 1],
    F = several$F, F_p = several$p), "arrays.genes.tsv.gz")
}

compare_weighted <- function(y, weights) {
  fit <- test(y, design, interaction, weights = weights)
  robust <- test(y, design, interaction, weights = weights, robust = TRUE)
  several <- test_several(y, design, both, weights)
  write_golden(data.frame(gene = rownames(y), logFC = fit$coefficients[, 1], p = fit$p.value[, 1],
    robust_p = robust$p.value[, 1], F = several$F, F_p = several$p), "weighted.genes.tsv.gz")
}

compare_missing <- function(y, weights) {
  plain <- test(y, design, interaction)
  trended <- test(y, design, interaction, trend = TRUE)
  robust <- test(y, design, interaction, robust = TRUE)
  both_ways <- test(y, design, interaction, trend = TRUE, robust = TRUE)
  weighted <- test(y, design, interaction, weights = weights)
  write_golden(data.frame(gene = rownames(y), logFC = plain$coefficients[, 1], df = plain$df.residual,
    plain_p = plain$p.value[, 1], trend_p = trended$p.value[, 1], robust_p = robust$p.value[, 1],
    robust_df = robust$df.prior, robust_trend_p = both_ways$p.value[, 1], robust_trend_df = both_ways$df.prior,
    weighted_logFC = weighted$coefficients[, 1], weighted_p = weighted$p.value[, 1]), "missing.genes.tsv.gz")
}

# The donors as a random effect; duplicateCorrelation's own correlation, and tests with it.
compare_blocks <- function(y, weights, missing) {
  studies <- list(plain = list(y, NULL), weighted = list(y, weights), missing = list(missing, NULL),
                  both = list(missing, weights))
  columns <- list(gene = rownames(y))
  consensus <- c()
  for (study in names(studies)) {
    values <- studies[[study]][[1]]
    given <- studies[[study]][[2]]
    found <- suppressWarnings(duplicateCorrelation(values, design, block = sheet$donor, weights = given))
    fit <- test(values, design, interaction, weights = given, block = sheet$donor, correlation = found$consensus,
                trend = study == "plain")
    consensus[study] <- found$consensus
    columns[[paste0(study, "_correlation")]] <- tanh(found$atanh.correlations)
    columns[[paste0(study, "_logFC")]] <- fit$coefficients[, 1]
    columns[[paste0(study, "_p")]] <- fit$p.value[, 1]
  }
  write_golden(as.data.frame(columns), "blocks.genes.tsv.gz")
  write_golden(data.frame(study = names(consensus), correlation = consensus), "blocks.correlations.tsv")
}

# The set tests of a correlated, weighted fit: what rotation has to agree with.
compare_rotation <- function(y, weights) {
  sets <- list(first = 1:40, changed = 31:90, rest = 200:260)
  correlation <- 0.4
  plain <- fry(y, sets, design, interaction, block = sheet$donor, correlation = correlation, sort = "none")
  weighted <- fry(y, sets, design, interaction, block = sheet$donor, correlation = correlation, weights = weights,
                  sort = "none")
  write_golden(data.frame(set = names(sets), p = plain$PValue, weighted_p = weighted$PValue), "blocks.sets.tsv")
}

# How good each array is.
compare_sample_weights <- function(y, weights, missing) {
  found <- data.frame(sample = colnames(y), reml = arrayWeights(y, design),
    gene_by_gene = arrayWeights(y, design, method = "genebygene"), weighted = arrayWeights(y, design, weights = weights),
    missing = suppressWarnings(arrayWeights(missing, design)))
  write_golden(found, "arrays.sample_weights.tsv")
}

simulate_counts <- function(n, samples) {
  treated <- rep(0:1, length.out = samples)
  donor <- rep(seq_len(samples / 4), each = 4)
  mean <- 2^rnorm(n, 5, 2)
  depth <- runif(samples, 0.5, 2)
  change <- outer(c(rnorm(n / 5, 0, 0.6), rep(0, n - n / 5)), treated)
  donors <- matrix(rnorm(n * max(donor), 0, 0.35), n)[, donor]
  bad <- rep(1, samples)
  bad[c(3, 10)] <- 6  # times the dispersion
  dispersion <- outer(0.1 / rchisq(n, 6) * 6, bad)
  mu <- outer(mean, depth) * 2^(change + donors)
  counts <- matrix(rnbinom(n * samples, mu = mu, size = 1 / dispersion), n,
                   dimnames = list(sprintf("G%03d", 1:n), sprintf("s%03d", seq_len(samples))))
  counts <- counts[rowSums(counts) > 3 * samples, ]
  list(counts = counts, donor = donor, design = cbind(constant = 1, treated = treated, covariate = round(rnorm(samples), 3)))
}

compare_counts <- function(study, data) {
  contrast <- c(0, 1, 0)
  size <- colSums(data$counts)
  v <- voom(data$counts, data$design, lib.size = size)
  weighted <- test(v, data$design, contrast)
  robust <- test(v, data$design, contrast, robust = TRUE)
  log2 <- edgeR::cpm(data$counts, log = TRUE)
  trended <- test(log2, data$design, contrast, trend = TRUE)
  quality <- voomWithQualityWeights(data$counts, data$design, lib.size = size)
  with_quality <- test(quality, data$design, contrast)
  first <- duplicateCorrelation(v, data$design, block = data$donor)$consensus
  blocked <- voom(data$counts, data$design, lib.size = size, block = data$donor, correlation = first)
  second <- duplicateCorrelation(blocked, data$design, block = data$donor)$consensus
  with_blocks <- test(blocked, data$design, contrast, block = data$donor, correlation = second)
  write_matrix(data$counts, paste0(study, ".counts.tsv.gz"))
  write_golden(data.frame(gene = rownames(data$counts), voom_logFC = weighted$coefficients[, 1],
    voom_p = weighted$p.value[, 1], robust_p = robust$p.value[, 1], trend_logFC = trended$coefficients[, 1],
    trend_p = trended$p.value[, 1], quality_logFC = with_quality$coefficients[, 1],
    quality_p = with_quality$p.value[, 1], blocks_logFC = with_blocks$coefficients[, 1],
    blocks_p = with_blocks$p.value[, 1]), paste0(study, ".genes.tsv.gz"))
  write_golden(data.frame(sample = colnames(data$counts), donor = data$donor, data$design,
    sample_weight = quality$targets$sample.weights), paste0(study, ".samples.tsv"))
  data.frame(study = study, correlation = c(first, second), step = c("first", "second"))
}

# Genes that share one variance, but for a few, and some that lack values: the others are worth infinitely much.
compare_alike <- function() {
  n <- 300
  y <- matrix(rnorm(n * 8), n, dimnames = list(sprintf("G%03d", 1:n), paste0("s", 1:8)))
  y[1:6, ] <- y[1:6, ] * 6
  y[cbind(rep(7:40, 2), sample(8, 68, replace = TRUE))] <- NA
  y <- round(y, 4)
  group <- cbind(1, rep(0:1, each = 4))
  robust <- test(y, group, c(0, 1), robust = TRUE)
  both_ways <- test(y, group, c(0, 1), trend = TRUE, robust = TRUE)
  write_matrix(y, "alike.values.tsv.gz")
  write_golden(data.frame(gene = rownames(y), robust_p = robust$p.value[, 1], robust_df = robust$df.prior,
    robust_trend_p = both_ways$p.value[, 1], robust_trend_df = both_ways$df.prior), "alike.genes.tsv.gz")
}

set.seed(20)
arrays <- simulate_arrays(400)
weights <- matrix(round(runif(length(arrays), 0.2, 3), 3), 400, dimnames = dimnames(arrays))
# Low values are missing more often; two genes have hardly any.
missing <- arrays
missing[runif(length(arrays)) < plogis(4 - arrays)] <- NA
missing[7, -c(1, 2, 10)] <- NA
missing[8, groups == "b1"] <- NA
write_golden(sheet, "arrays.samples.tsv")
write_matrix(arrays, "arrays.values.tsv.gz")
write_matrix(weights, "arrays.weights.tsv.gz")
write_matrix(missing, "missing.values.tsv.gz")
compare_arrays(arrays)
compare_weighted(arrays, weights)
compare_missing(missing, weights)
compare_alike()
compare_blocks(arrays, weights, missing)
compare_rotation(arrays, weights)
compare_sample_weights(arrays, weights, missing)
found <- rbind(compare_counts("counts48", simulate_counts(400, 48)), compare_counts("counts200", simulate_counts(300, 200)))
write_golden(found, "counts.correlations.tsv")
