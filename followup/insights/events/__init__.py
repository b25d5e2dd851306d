"""What happened at the company on a day, marked on the trends."""
