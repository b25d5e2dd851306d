"""The pages below /campaigns/."""
