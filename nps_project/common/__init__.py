"""What the parts share about values: dates, texts, tables for spreadsheets."""
