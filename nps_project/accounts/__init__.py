"""People, teams and API keys: who may act, and on what."""
