"""The library of the workflow: everything a reader would call biology or statistics."""
