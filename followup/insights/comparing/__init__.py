"""Two periods or two groups side by side: what changed, how sure that is, and where it comes from. Pure."""
