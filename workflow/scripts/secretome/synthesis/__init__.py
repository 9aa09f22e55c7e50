"""Across studies: effects pooled, what is specific, claims."""
