"""Companies that are customers: figures, changes, pages."""
