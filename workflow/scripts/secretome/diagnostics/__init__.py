"""What a contrast can and cannot show: its power, its p-values, its error rate, and why nothing passes."""
