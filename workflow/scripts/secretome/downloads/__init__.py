"""From the addresses of a study to files on this disk: fetched, checked, kept once, recorded."""
