"""The figures about those who did not answer; queries and arithmetic, no pages."""
