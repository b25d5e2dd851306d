"""People, teams and API keys, as admins set them up."""
