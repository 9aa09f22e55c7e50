"""From a sample sheet and a contrast to a design matrix, or the reason why there is none."""
