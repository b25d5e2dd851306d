"""`make bench`: the product against its budgets, each number a ratio within one run. Nothing here is a test."""
