"""Work that nobody waits for: the sweeps, and the rows that they put aside."""
