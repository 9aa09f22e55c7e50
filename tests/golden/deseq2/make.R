# Numbers of DESeq2 for tests/library/models/test_deseq2.py: Rscript tests/golden/deseq2/make.R
# (Debian: r-bioc-deseq2). R is no dependency of the project.
suppressMessages(library(DESeq2))
file <- grep("^--file=", commandArgs(FALSE), value = TRUE)
folder <- dirname(sub("^--file=", "", file))
written <- function(table, name) {
  numbers <- vapply(table, is.double, TRUE)
  table[numbers] <- lapply(table[numbers], function(column) sprintf("%.13g", column))
  write.table(table, file.path(folder, name), sep = "\t", quote = FALSE, row.names = FALSE)
}

# 300 genes; two groups of five, a batch that is not balanced. The first 60 genes change; gene 300 has one wild count.
set.seed(4)
sheet <- data.frame(sample = paste0("s", 1:10), group = rep(c("a", "b"), each = 5), batch = c(0, 1, 0, 1, 0, 1, 1, 0, 1, 0))
design <- cbind(a = as.numeric(sheet$group == "a"), b = as.numeric(sheet$group == "b"), batch = sheet$batch)
means <- 2^runif(300, 4, 11)
change <- c(rnorm(60, 0, 1.5), rep(0, 240))
depth <- runif(10, .5, 2)
mu <- means * 2^(outer(change, design[, "b"]) + outer(rnorm(300, 0, .3), sheet$batch)) * rep(depth, each = 300)
counts <- matrix(rnbinom(3000, mu = mu, size = 1 / (.05 + 1 / means)), 300, dimnames = list(paste0("g", 1:300), sheet$sample))
storage.mode(counts) <- "integer"
counts[300, ] <- c(40L, 50L, 45L, 38L, 52L, 44L, 4000L, 47L, 41L, 39L)

data <- DESeqDataSetFromMatrix(counts, sheet, ~1)
fit <- function(matrix) DESeq(data, full = matrix, betaPrior = FALSE, quiet = TRUE)
of_contrast <- function(fitted, contrast) {
  tested <- results(fitted, contrast = contrast, independentFiltering = FALSE)
  data.frame(gene = rownames(tested), base_mean = tested$baseMean, log2_fold_change = tested$log2FoldChange,
             standard_error = tested$lfcSE, statistic = tested$stat, p_value = tested$pvalue,
             dispersion = dispersions(fitted))
}
without_batch <- fit(design[, 1:2])
written(data.frame(gene = rownames(counts), counts), "counts.tsv")
written(data.frame(sample = sheet$sample, size_factor = sizeFactors(without_batch), design), "design.tsv")
written(of_contrast(without_batch, c(-1, 1)), "groups.tsv")
written(of_contrast(fit(design), c(-1, 1, 0)), "batch.tsv")
writeLines(c(R.version.string, paste("DESeq2", packageVersion("DESeq2"))), file.path(folder, "versions.txt"))
