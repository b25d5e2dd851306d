"""How fast a campaign goes, and when it stands still: windows, limits, pauses."""
