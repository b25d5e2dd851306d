"""What both APIs share: keys, scopes, paging, strict filters."""
