"""What the seed papers say, as tests: the files, the estimates, the verdicts."""
