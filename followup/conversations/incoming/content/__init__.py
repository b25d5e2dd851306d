"""What a mail says: its words apart from what it quotes, and its files. Pure; nothing is fetched or opened."""
