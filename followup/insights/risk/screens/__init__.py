"""The page of silent risk: its filters, words, pictures and files."""
