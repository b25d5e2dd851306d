"""The tag that draws the first steps."""
