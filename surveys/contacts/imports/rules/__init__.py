"""What a cell may hold, which column is which field, and the words for what is refused."""
