"""What a comment says, word by word: its language, its sentences, its stems. Pure."""
