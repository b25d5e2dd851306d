"""Follow-up: acts on what surveys collects; tickets, plays, clocks."""
