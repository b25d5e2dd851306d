"""The pages of trials, and what their figures say."""
