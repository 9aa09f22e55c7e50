"""Strict readers, one family of formats each: a file of an archive → a :class:`secretome.source_table.SourceTable`."""
