"""The page of recovery: its filters, words, pictures, files and lists."""
