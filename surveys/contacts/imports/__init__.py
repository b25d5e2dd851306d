"""Import contacts from CSV files and workbooks: read, match, check, write, undo."""
