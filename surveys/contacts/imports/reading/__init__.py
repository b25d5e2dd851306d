"""Read what a file holds: its encoding and separator, its lines, the cells of a workbook."""
