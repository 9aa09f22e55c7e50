"""`make draft`: from what an archive says of a series to a study file that a person checks."""
