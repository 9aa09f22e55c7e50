"""Archives of many files: only regular files leave them, into a folder of their own, or nothing does."""
