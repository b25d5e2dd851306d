"""What all API endpoints share: keys, scopes, paging, strict filters."""
