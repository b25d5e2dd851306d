"""Values that all apps read and check alike: dates, texts, tables for spreadsheets."""
